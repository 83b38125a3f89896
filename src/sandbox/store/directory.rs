//! What only a directory needs of the rows: documents that say what the other tables have no column
//! for, and areas that are taken away for good.

use rusqlite::{OptionalExtension, params};

use super::OrganisationRows;

/// What is kept of one resource besides its row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    /// The day on which it was made; none where it was there from the start.
    pub(crate) created: Option<String>,
    /// The day on which it was last changed; none where it never was.
    pub(crate) modified: Option<String>,
    /// The rest, as a JSON object.
    pub(crate) body: String,
}

impl OrganisationRows<'_> {
    /// The document of one resource.
    pub(crate) fn document(&self, kind: &str, id: &str) -> rusqlite::Result<Option<Document>> {
        self.connection
            .prepare_cached(
                "SELECT created, modified, body FROM documents
                 WHERE portal = ?1 AND organisation = ?2 AND kind = ?3 AND id = ?4",
            )?
            .query_row(params![self.portal, self.id, kind, id], |row| {
                Ok(Document {
                    created: row.get(0)?,
                    modified: row.get(1)?,
                    body: row.get(2)?,
                })
            })
            .optional()
    }

    /// Keeps the document of one resource, in place of the one before.
    pub(crate) fn keep_document(
        &self,
        kind: &str,
        id: &str,
        document: &Document,
    ) -> rusqlite::Result<()> {
        let Document {
            created,
            modified,
            body,
        } = document;
        self.connection
            .prepare_cached(
                "INSERT INTO documents (portal, organisation, kind, id, created, modified, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT DO UPDATE SET created = ?5, modified = ?6, body = ?7",
            )?
            .execute(params![
                self.portal,
                self.id,
                kind,
                id,
                created,
                modified,
                body
            ])?;
        Ok(())
    }

    /// Forgets the document of one resource.
    pub(crate) fn forget_document(&self, kind: &str, id: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "DELETE FROM documents
                 WHERE portal = ?1 AND organisation = ?2 AND kind = ?3 AND id = ?4",
            )?
            .execute(params![self.portal, self.id, kind, id])?;
        Ok(())
    }

    /// Takes an area away for good, with its grants.
    pub(crate) fn erase_area(&self, code: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "DELETE FROM areas WHERE portal = ?1 AND organisation = ?2 AND code = ?3",
            )?
            .execute(params![self.portal, self.id, code])?;
        Ok(())
    }

    /// Gives an area another title.
    pub(crate) fn retitle_area(&self, code: &str, title: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE areas SET title = ?4
                 WHERE portal = ?1 AND organisation = ?2 AND code = ?3",
            )?
            .execute(params![self.portal, self.id, code, title])?;
        Ok(())
    }
}
