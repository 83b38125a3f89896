//! Whose account a caller's is. Tokens belong to nobody in the sandbox, so a portal that spares the
//! caller's own account takes the first administrator that the organisation began with.

use rusqlite::{OptionalExtension, params};

use super::store::OrganisationRows;

impl OrganisationRows<'_> {
    /// Chooses the caller among the administrators that are there now: whoever it was, else the
    /// first by id.
    pub(crate) fn remember_caller(&self) -> rusqlite::Result<()> {
        self.connection.execute(
            "INSERT OR REPLACE INTO callers (portal, organisation, account)
             SELECT portal, organisation, id FROM accounts
             WHERE portal = ?1 AND organisation = ?2 AND admin = 1
             ORDER BY id <> coalesce((SELECT account FROM callers
                                      WHERE portal = ?1 AND organisation = ?2), ''), id
             LIMIT 1",
            params![self.portal, self.id],
        )?;
        Ok(())
    }

    /// The id of the caller's account; none where the organisation began without an administrator.
    pub(crate) fn caller(&self) -> rusqlite::Result<Option<String>> {
        self.connection
            .prepare_cached("SELECT account FROM callers WHERE portal = ?1 AND organisation = ?2")?
            .query_row(params![self.portal, self.id], |row| row.get(0))
            .optional()
    }
}
