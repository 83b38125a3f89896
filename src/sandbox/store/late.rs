//! What was accepted and does not show yet, as rows: it shows once it has been read so many more
//! times. No clock, so that a test need not wait.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use super::OrganisationRows;

/// What of an account shows late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    /// The account itself.
    Account,
    /// That it is active again.
    Activation,
}

impl Late {
    fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Activation => "activation",
        }
    }
}

impl OrganisationRows<'_> {
    /// From now on, as many reads miss it.
    pub(crate) fn delay(&self, account: &str, what: Late, reads: u32) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO late (portal, organisation, account, what, reads)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![self.portal, self.id, account, what.as_str(), reads])?;
        Ok(())
    }

    /// It is not late any more.
    pub(crate) fn arrive(&self, account: &str, what: Late) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "DELETE FROM late
                 WHERE portal = ?1 AND organisation = ?2 AND account = ?3 AND what = ?4",
            )?
            .execute(params![self.portal, self.id, account, what.as_str()])?;
        Ok(())
    }

    /// The ids of the accounts of which that is late.
    pub(crate) fn late(&self, what: Late) -> rusqlite::Result<Vec<String>> {
        self.connection
            .prepare_cached(
                "SELECT account FROM late
                 WHERE portal = ?1 AND organisation = ?2 AND what = ?3 ORDER BY account",
            )?
            .query_map(params![self.portal, self.id, what.as_str()], |row| {
                row.get(0)
            })?
            .collect()
    }

    /// Counts a read: of one account, or with none of all. What has been missed often enough is
    /// not late from this read on.
    pub(crate) fn count_read(&self, account: Option<&str>) -> rusqlite::Result<()> {
        for step in [
            "DELETE FROM late WHERE portal = ?1 AND organisation = ?2
             AND (?3 IS NULL OR account = ?3) AND reads < 1",
            "UPDATE late SET reads = reads - 1 WHERE portal = ?1 AND organisation = ?2
             AND (?3 IS NULL OR account = ?3)",
        ] {
            self.connection.prepare_cached(step)?.execute(params![
                self.portal,
                self.id,
                account
            ])?;
        }
        Ok(())
    }

    /// Writes down that an account was activated by hand.
    pub(crate) fn activated(&self, account: &str, day: Date) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO activations (portal, organisation, account, day)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![self.portal, self.id, account, day.to_string()])?;
        Ok(())
    }

    /// The days on which accounts were last activated by hand.
    pub(crate) fn activations(&self) -> rusqlite::Result<BTreeMap<String, Date>> {
        let rows: Vec<(String, String)> = self
            .connection
            .prepare_cached(
                "SELECT account, day FROM activations WHERE portal = ?1 AND organisation = ?2",
            )?
            .query_map(params![self.portal, self.id], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        // Written above, as a day; one that cannot be read is none.
        let days = rows.into_iter();
        let days = days.filter_map(|(account, day)| Some((account, day.parse().ok()?)));
        Ok(days.collect())
    }

    /// The account with that address, whatever its case.
    pub(crate) fn account_id_by_email(&self, email: &str) -> rusqlite::Result<Option<String>> {
        let wanted = crate::model::name::canonical(email);
        let mut statement = self.connection.prepare_cached(
            "SELECT id, email FROM accounts
             WHERE portal = ?1 AND organisation = ?2 AND instr(search, ?3) > 0 ORDER BY id",
        )?;
        let rows = statement.query_map(params![self.portal, self.id, wanted], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))
        })?;
        for row in rows {
            let (id, shown) = row?;
            if shown.is_some_and(|shown| crate::model::name::canonical(&shown) == wanted) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Whether any organisation of the portal has an account of that login id.
    pub(crate) fn login_is_taken(&self, login: &str) -> rusqlite::Result<bool> {
        self.connection
            .prepare_cached("SELECT 1 FROM accounts WHERE portal = ?1 AND login_folded = ?2")?
            .query_row(
                params![self.portal, crate::model::name::canonical(login)],
                |_| Ok(()),
            )
            .optional()
            .map(|found| found.is_some())
    }
}
