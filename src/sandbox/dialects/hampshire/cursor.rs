//! Pages by cursor: each page names the next one by a text that says nothing and that only this
//! portal can make, for this organisation and this search.

use axum::http::StatusCode;
use sha2::{Digest, Sha256};

use crate::model::plan_document::hexadecimal;
use crate::sandbox::call::Call;
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{OrganisationRows, Stretch};

/// Rows of a full page.
pub(super) const ROWS: i64 = 100;

/// A page as it was asked for.
#[derive(Debug)]
pub(super) struct CursorPage {
    /// How many rows come before it.
    offset: i64,
    /// The rows to read for it; a fault may have moved them.
    pub(super) stretch: Stretch,
}

/// Reads `cursor` from the address.
pub(super) fn page(
    call: &Call<'_>,
    organisation: &OrganisationRows<'_>,
    search: &str,
) -> Result<CursorPage, Problem> {
    let offset = match call.query("cursor") {
        None => 0,
        Some(cursor) => offset(organisation, search, cursor).ok_or_else(invalid)?,
    };
    let twists = call.twists;
    let moved = match offset {
        0 => 0,
        _ if twists.duplicate => 0,
        _ => offset.saturating_add(twists.shift).max(0),
    };
    Ok(CursorPage {
        offset,
        stretch: Stretch {
            offset: moved,
            limit: ROWS,
            hidden: twists.hidden.clone(),
        },
    })
}

impl CursorPage {
    /// The cursor of the page after this one, where the list has more than this page ends with.
    pub(super) fn next(
        &self,
        organisation: &OrganisationRows<'_>,
        search: &str,
        counted: i64,
    ) -> Option<String> {
        let next = self.offset + ROWS;
        (next < counted).then(|| cursor(organisation, search, next))
    }
}

fn cursor(organisation: &OrganisationRows<'_>, search: &str, offset: i64) -> String {
    let offset = offset.to_string();
    let mut hash = Sha256::new();
    for part in [organisation.portal, &organisation.id, search, &offset] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hexadecimal(&hash.finalize());
    let digest: String = digest.chars().take(24).collect();
    format!("{digest}{offset}")
}

/// How many rows come before the page of a cursor; none for one that was made up.
fn offset(organisation: &OrganisationRows<'_>, search: &str, text: &str) -> Option<i64> {
    let offset = text.get(24..)?.parse().ok()?;
    (cursor(organisation, search, offset) == text).then_some(offset)
}

fn invalid() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-cursor",
        "There is no such page",
        "`cursor` is what the page before gave as `next`, for the same search",
    )
}
