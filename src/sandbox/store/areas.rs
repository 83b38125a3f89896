//! Areas and access keys as rows, and the area's view of the grants.

use rusqlite::{OptionalExtension, Row, params};

use crate::model::snapshot::SnapshotArea;

use super::{OrganisationRows, PortalRows, Stretch};

/// One area of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) code: String,
    pub(crate) title: String,
    /// Joined with a posted key only.
    pub(crate) access_key_required: bool,
    /// Its members are the administrators.
    pub(crate) administration: bool,
}

/// What an access key opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyOpens {
    /// The organisation's id.
    pub(crate) organisation: String,
    /// The area's code.
    pub(crate) area: String,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Area> {
    Ok(Area {
        code: row.get(0)?,
        title: row.get(1)?,
        access_key_required: row.get(2)?,
        administration: row.get(3)?,
    })
}

impl PortalRows<'_> {
    /// Issues an access key; one that was issued before opens the new area from now on.
    pub(crate) fn issue_key(&self, key: &str, opens: &KeyOpens) -> rusqlite::Result<()> {
        let KeyOpens { organisation, area } = opens;
        self.connection.execute(
            "INSERT INTO access_keys (portal, key, organisation, area) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET organisation = ?3, area = ?4",
            params![self.portal, key, organisation, area],
        )?;
        Ok(())
    }

    /// What an access key opens.
    pub(crate) fn key(&self, key: &str) -> rusqlite::Result<Option<KeyOpens>> {
        self.connection
            .prepare_cached(
                "SELECT organisation, area FROM access_keys WHERE portal = ?1 AND key = ?2",
            )?
            .query_row(params![self.portal, key], |row| {
                Ok(KeyOpens {
                    organisation: row.get(0)?,
                    area: row.get(1)?,
                })
            })
            .optional()
    }
}

impl OrganisationRows<'_> {
    /// A stretch of the catalogue, by code.
    pub(crate) fn areas(&self, stretch: &Stretch) -> rusqlite::Result<Vec<Area>> {
        self.connection
            .prepare_cached(
                "SELECT code, title, access_key_required, administration FROM areas
                 WHERE portal = ?1 AND organisation = ?2 ORDER BY code LIMIT ?3 OFFSET ?4",
            )?
            .query_map(
                params![self.portal, self.id, stretch.limit, stretch.offset],
                read,
            )?
            .collect()
    }

    /// How many areas the catalogue holds.
    pub(crate) fn areas_count(&self) -> rusqlite::Result<i64> {
        self.connection
            .prepare_cached("SELECT count(*) FROM areas WHERE portal = ?1 AND organisation = ?2")?
            .query_row(params![self.portal, self.id], |row| row.get(0))
    }

    /// The area of that code.
    pub(crate) fn area(&self, code: &str) -> rusqlite::Result<Option<Area>> {
        self.connection
            .prepare_cached(
                "SELECT code, title, access_key_required, administration FROM areas
                 WHERE portal = ?1 AND organisation = ?2 AND code = ?3",
            )?
            .query_row(params![self.portal, self.id, code], read)
            .optional()
    }

    /// The code of the area whose members are the administrators.
    pub(crate) fn administration_area(&self) -> rusqlite::Result<Option<String>> {
        self.connection
            .prepare_cached(
                "SELECT code FROM areas WHERE portal = ?1 AND organisation = ?2
                 AND administration = 1 ORDER BY code LIMIT 1",
            )?
            .query_row(params![self.portal, self.id], |row| row.get(0))
            .optional()
    }

    /// Adds an area.
    pub(crate) fn add_area(&self, area: &Area) -> rusqlite::Result<()> {
        let Area {
            code,
            title,
            access_key_required,
            administration,
        } = area;
        self.connection.execute(
            "INSERT INTO areas (portal, organisation, code, title, access_key_required,
                 administration) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                self.portal,
                self.id,
                code,
                title,
                access_key_required,
                administration
            ],
        )?;
        Ok(())
    }

    /// A stretch of the ids of an area's members, in order.
    pub(crate) fn members(&self, area: &Area, stretch: &Stretch) -> rusqlite::Result<Vec<String>> {
        let list = if area.administration {
            "SELECT id FROM accounts WHERE portal = ?1 AND organisation = ?2 AND ?3 = ?3
             AND admin = 1 AND id NOT IN (SELECT value FROM json_each(?4))
             ORDER BY id LIMIT ?5 OFFSET ?6"
        } else {
            "SELECT account FROM grants WHERE portal = ?1 AND organisation = ?2 AND area = ?3
             AND account NOT IN (SELECT value FROM json_each(?4))
             ORDER BY account LIMIT ?5 OFFSET ?6"
        };
        self.connection
            .prepare_cached(list)?
            .query_map(
                params![
                    self.portal,
                    self.id,
                    area.code,
                    stretch.hidden,
                    stretch.limit,
                    stretch.offset
                ],
                |row| row.get(0),
            )?
            .collect()
    }

    /// How many members that list holds in all.
    pub(crate) fn members_count(&self, area: &Area, hidden: &str) -> rusqlite::Result<i64> {
        let count = if area.administration {
            "SELECT count(*) FROM accounts WHERE portal = ?1 AND organisation = ?2 AND ?3 = ?3
             AND admin = 1 AND id NOT IN (SELECT value FROM json_each(?4))"
        } else {
            "SELECT count(*) FROM grants WHERE portal = ?1 AND organisation = ?2 AND area = ?3
             AND account NOT IN (SELECT value FROM json_each(?4))"
        };
        self.connection
            .prepare_cached(count)?
            .query_row(params![self.portal, self.id, area.code, hidden], |row| {
                row.get(0)
            })
    }
}

impl From<SnapshotArea> for Area {
    fn from(area: SnapshotArea) -> Self {
        let SnapshotArea {
            code,
            title,
            access_key_required,
            administration,
        } = area;
        Self {
            code,
            title,
            access_key_required,
            administration,
        }
    }
}

impl From<Area> for SnapshotArea {
    fn from(area: Area) -> Self {
        let Area {
            code,
            title,
            access_key_required,
            administration,
        } = area;
        Self {
            code,
            title,
            access_key_required,
            administration,
        }
    }
}
