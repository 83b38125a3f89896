//! When accounts were made, as rows: for portals that show it.

use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use super::OrganisationRows;

impl OrganisationRows<'_> {
    /// Notes the day on which an account was made. Goes with the account.
    pub(crate) fn note_creation(&self, account: &str, day: Date) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO creations (portal, organisation, account, day)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![self.portal, self.id, account, day.to_string()])?;
        Ok(())
    }

    /// The day on which an account was made, such as `2026-10-01`; none for one that was there
    /// before the sandbox.
    pub(crate) fn creation(&self, account: &str) -> rusqlite::Result<Option<String>> {
        self.connection
            .prepare_cached(
                "SELECT day FROM creations
                 WHERE portal = ?1 AND organisation = ?2 AND account = ?3",
            )?
            .query_row(params![self.portal, self.id, account], |row| row.get(0))
            .optional()
    }
}
