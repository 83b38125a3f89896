//! Organisations as rows, and one organisation's whole state as a snapshot.

use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use crate::model::snapshot::{Snapshot, SnapshotEvidence};

use super::{OrganisationRows, PortalRows, Stretch};

impl<'a> PortalRows<'a> {
    /// The ids of every organisation, in order.
    pub(crate) fn organisations(&self) -> rusqlite::Result<Vec<String>> {
        self.connection
            .prepare_cached("SELECT id FROM organisations WHERE portal = ?1 ORDER BY id")?
            .query_map(params![self.portal], |row| row.get(0))?
            .collect()
    }

    /// One organisation, where there is one of that id.
    pub(crate) fn organisation(&self, id: &str) -> rusqlite::Result<Option<OrganisationRows<'a>>> {
        self.connection
            .prepare_cached("SELECT id, name FROM organisations WHERE portal = ?1 AND id = ?2")?
            .query_row(params![self.portal, id], |row| {
                Ok(OrganisationRows {
                    connection: self.connection,
                    portal: self.portal,
                    id: row.get(0)?,
                    name: row.get(1)?,
                })
            })
            .optional()
    }

    /// Makes a new organisation without anything in it.
    pub(crate) fn add_organisation(
        &self,
        id: &str,
        name: &str,
    ) -> rusqlite::Result<OrganisationRows<'a>> {
        self.connection.execute(
            "INSERT INTO organisations (portal, id, name) VALUES (?1, ?2, ?3)",
            params![self.portal, id, name],
        )?;
        Ok(OrganisationRows {
            connection: self.connection,
            portal: self.portal,
            id: id.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Takes every organisation away, with all that it holds.
    pub(crate) fn clear(&self) -> rusqlite::Result<()> {
        self.connection.execute(
            "DELETE FROM organisations WHERE portal = ?1",
            params![self.portal],
        )?;
        Ok(())
    }
}

impl OrganisationRows<'_> {
    /// The number that the next account is named by; it is used up by asking.
    pub(crate) fn next_number(&self) -> rusqlite::Result<i64> {
        self.connection
            .prepare_cached(
                "UPDATE organisations SET next_account = next_account + 1
                 WHERE portal = ?1 AND id = ?2 RETURNING next_account - 1",
            )?
            .query_row(params![self.portal, self.id], |row| row.get(0))
    }

    /// Everything that the organisation holds, as a snapshot taken on `day`.
    pub(crate) fn snapshot(&self, driver: &str, day: Date) -> rusqlite::Result<Snapshot> {
        let accounts = self.accounts("", &Stretch::all())?;
        let areas = self.areas(&Stretch::all())?;
        Ok(Snapshot {
            format: 1,
            driver: driver.to_owned(),
            organisation: self.id.clone(),
            name: Some(self.name.clone()),
            taken: day,
            evidence: SnapshotEvidence {
                accounts: accounts.len() as u64,
                areas: areas.len() as u64,
                pages: 1,
            },
            areas: areas.into_iter().map(Into::into).collect(),
            accounts: accounts.into_iter().map(Into::into).collect(),
        })
    }
}
