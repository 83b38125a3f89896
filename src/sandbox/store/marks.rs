//! Marks on accounts, as rows: what one dialect must remember of an account and no other knows.

use std::collections::BTreeSet;

use rusqlite::params;

use super::OrganisationRows;

impl OrganisationRows<'_> {
    /// The ids of the accounts that bear a mark.
    pub(crate) fn marked(&self, mark: &str) -> rusqlite::Result<BTreeSet<String>> {
        self.connection
            .prepare_cached(
                "SELECT account FROM marks WHERE portal = ?1 AND organisation = ?2 AND mark = ?3",
            )?
            .query_map(params![self.portal, self.id, mark], |row| row.get(0))?
            .collect()
    }

    /// Puts a mark on an account, or takes it off. False where nothing changed.
    pub(crate) fn set_mark(&self, account: &str, mark: &str, on: bool) -> rusqlite::Result<bool> {
        let statement = if on {
            "INSERT INTO marks (portal, organisation, account, mark) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM marks WHERE portal = ?1 AND organisation = ?2 AND account = ?3
             AND mark = ?4"
        };
        let changed = self.connection.prepare_cached(statement)?.execute(params![
            self.portal,
            self.id,
            account,
            mark
        ])?;
        Ok(changed > 0)
    }
}
