//! When accounts were made, and their deletion, as rows: for portals that show the one and do the
//! other.

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

    /// Deletes an account for good, with its grants.
    pub(crate) fn delete_account(&self, account: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "DELETE FROM accounts WHERE portal = ?1 AND organisation = ?2 AND id = ?3",
            )?
            .execute(params![self.portal, self.id, account])?;
        self.connection
            .prepare_cached(
                "INSERT INTO deletions (portal, organisation, account) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![self.portal, self.id, account])?;
        Ok(())
    }

    /// Whether an account of that id is there, or ever was deleted: a new one needs another id.
    pub(crate) fn id_is_used(&self, account: &str) -> rusqlite::Result<bool> {
        self.connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM accounts
                                WHERE portal = ?1 AND organisation = ?2 AND id = ?3)
                     OR EXISTS (SELECT 1 FROM deletions
                                WHERE portal = ?1 AND organisation = ?2 AND account = ?3)",
            )?
            .query_row(params![self.portal, self.id, account], |row| row.get(0))
    }
}
