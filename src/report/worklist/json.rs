//! Worklists as JSON, as `schema/worklist.schema.json` describes one.

use std::io::{self, Write};

use crate::model::worklist::Worklist;
use crate::report::escape;

/// One worklist as pretty JSON: the file in which marks are kept.
///
/// # Errors
/// When it cannot be serialised, which no worklist causes.
pub fn worklist_json(list: &Worklist) -> io::Result<String> {
    let text = serde_json::to_string_pretty(list)?;
    Ok(format!("{}\n", escape::json(&text)))
}

/// Several worklists as one JSON array.
///
/// # Errors
/// Those of `out`.
pub fn worklists_json(lists: &[&Worklist], out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(lists)?;
    writeln!(out, "{}", escape::json(&text))
}
