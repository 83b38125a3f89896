//! The mails that the portals would have sent. Nothing is ever sent. A dialect posts a mail in the
//! transaction of the save that causes it: no save, no mail.

use jiff::civil::Date;
use rusqlite::{Connection, params};
use serde::Serialize;

use super::store::OrganisationRows;

/// One mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Mail {
    /// From 1; the outbox gives it.
    pub(crate) seq: i64,
    /// The portal's name.
    pub(crate) portal: String,
    /// The organisation's id there.
    pub(crate) organisation: String,
    /// The sandbox's day on which it was posted.
    pub(crate) day: String,
    /// The address that it goes to.
    pub(crate) to: String,
    /// Its subject.
    pub(crate) subject: String,
    /// Its text.
    pub(crate) text: String,
}

/// The mails, oldest first; with a name, only those of that organisation or portal.
pub(crate) fn list(
    connection: &Connection,
    organisation: Option<&str>,
    portal: Option<&str>,
) -> rusqlite::Result<Vec<Mail>> {
    connection
        .prepare_cached(
            "SELECT seq, portal, organisation, day, recipient, subject, text FROM mails
             WHERE (?1 IS NULL OR organisation = ?1) AND (?2 IS NULL OR portal = ?2) ORDER BY seq",
        )?
        .query_map(params![organisation, portal], |row| {
            Ok(Mail {
                seq: row.get(0)?,
                portal: row.get(1)?,
                organisation: row.get(2)?,
                day: row.get(3)?,
                to: row.get(4)?,
                subject: row.get(5)?,
                text: row.get(6)?,
            })
        })?
        .collect()
}

impl OrganisationRows<'_> {
    /// Posts a mail.
    pub(crate) fn post(
        &self,
        day: Date,
        to: &str,
        subject: &str,
        text: &str,
    ) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO mails (portal, organisation, day, recipient, subject, text)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                self.portal,
                self.id,
                day.to_string(),
                to,
                subject,
                text
            ])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::store::{PortalRows, Store, attempt};
    use jiff::civil::date;

    #[test]
    fn a_mail_is_posted_with_its_save_or_not_at_all() {
        let store = Store::open(None).unwrap();
        let mails = store
            .transaction(|connection| {
                let portal = PortalRows {
                    connection,
                    portal: "ofs",
                };
                let organisation = portal.add_organisation("10000001", "Eastmere")?;
                let day = date(2026, 10, 1);
                organisation.post(day, "a@eastmere.example", "Welcome", "An account.")?;
                let refused: rusqlite::Result<()> = attempt(connection, || {
                    organisation.post(day, "b@eastmere.example", "Welcome", "An account.")?;
                    Err(rusqlite::Error::QueryReturnedNoRows)
                });
                assert!(refused.is_err());
                list(connection, Some("10000001"), None)
            })
            .unwrap();
        let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
        assert_eq!(to, ["a@eastmere.example"]);
        assert_eq!(mails[0].day, "2026-10-01");
    }
}
