//! Pages of lists: numbered pages, and what the faults do to any list.

use axum::http::StatusCode;

use super::call::Call;
use super::problem::{Problem, shortened};
use super::store::Stretch;

/// A page as it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct NumberedPage {
    /// From 1.
    pub(crate) page: i64,
    /// Most rows in it.
    pub(crate) per_page: i64,
    /// The rows to read for it; a fault may have moved them.
    pub(crate) stretch: Stretch,
}

/// Reads `page` and `per_page` from the address.
pub(crate) fn numbered(
    call: &Call<'_>,
    usual: i64,
    greatest: i64,
) -> Result<NumberedPage, Problem> {
    // A page further out than any list is long must not overflow what follows.
    let page = number(call, "page", 1, i64::from(u32::MAX))?;
    let per_page = number(call, "per_page", usual, greatest)?;
    let offset = (page - 1) * per_page;
    let offset = match call.twists {
        twists if page > 1 && twists.duplicate => 0,
        twists if page > 1 => offset.saturating_add(twists.shift).max(0),
        _ => offset,
    };
    let stretch = Stretch {
        offset,
        limit: per_page,
        hidden: call.twists.hidden.clone(),
    };
    Ok(NumberedPage {
        page,
        per_page,
        stretch,
    })
}

/// How many rows the answer is to say there are.
pub(crate) fn stated_total(call: &Call<'_>, counted: i64) -> i64 {
    counted.saturating_add(call.twists.total).max(0)
}

/// Whether the address asks for a page after the first, in any dialect's way of asking.
pub(crate) fn is_later_page(query: &[(String, String)]) -> bool {
    query.iter().any(|(name, value)| match name.as_str() {
        "page" | "startIndex" => value != "1",
        "cursor" => !value.is_empty(),
        _ => false,
    })
}

fn number(call: &Call<'_>, name: &str, usual: i64, greatest: i64) -> Result<i64, Problem> {
    let Some(text) = call.query(name) else {
        return Ok(usual);
    };
    match text.parse() {
        Ok(number) if (1..=greatest).contains(&number) => Ok(number),
        _ => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-paging",
            "There is no such page",
            format!(
                "`{name}` is a number from 1 to {greatest}, not `{}`",
                shortened(text)
            ),
        )),
    }
}
