//! The log of the calls that the portals got, for a test to count. Holds no query, no body and no
//! token.

use rusqlite::{Connection, Row, params};
use serde::Serialize;

/// One call that came in, in the order in which they were carried out or refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CallRecord {
    /// From 1; the log gives it.
    pub(crate) seq: i64,
    /// The portal's name.
    pub(crate) portal: String,
    /// The organisation, where the call names one.
    pub(crate) organisation: Option<String>,
    /// The method.
    pub(crate) method: String,
    /// The address below the portal's own, without its query.
    pub(crate) path: String,
    /// The status of the answer; none where no answer was sent.
    pub(crate) status: Option<u16>,
    /// `write` or `read`; none for a call without a token of the portal.
    pub(crate) token: Option<String>,
    /// Whether what was asked was done, even if its answer was lost.
    pub(crate) carried_out: bool,
    /// The kind of the fault that was played.
    pub(crate) fault: Option<String>,
}

/// Writes one call down.
pub(crate) fn record(connection: &Connection, call: &CallRecord) -> rusqlite::Result<()> {
    let CallRecord {
        seq: _,
        portal,
        organisation,
        method,
        path,
        status,
        token,
        carried_out,
        fault,
    } = call;
    connection
        .prepare_cached(
            "INSERT INTO calls (portal, organisation, method, path, status, token, carried_out,
                 fault) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            portal,
            organisation,
            method,
            path,
            status,
            token,
            carried_out,
            fault
        ])?;
    Ok(())
}

/// The calls, oldest first; with a name, only those of that organisation or portal.
pub(crate) fn list(
    connection: &Connection,
    organisation: Option<&str>,
    portal: Option<&str>,
) -> rusqlite::Result<Vec<CallRecord>> {
    connection
        .prepare_cached(
            "SELECT seq, portal, organisation, method, path, status, token, carried_out, fault
             FROM calls WHERE (?1 IS NULL OR organisation = ?1) AND (?2 IS NULL OR portal = ?2)
             ORDER BY seq",
        )?
        .query_map(params![organisation, portal], read)?
        .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<CallRecord> {
    Ok(CallRecord {
        seq: row.get(0)?,
        portal: row.get(1)?,
        organisation: row.get(2)?,
        method: row.get(3)?,
        path: row.get(4)?,
        status: row.get(5)?,
        token: row.get(6)?,
        carried_out: row.get(7)?,
        fault: row.get(8)?,
    })
}
