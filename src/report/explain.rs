//! Why somebody has or lacks access, as JSON for other programs. The text is
//! [`super::explanation_text`].

use std::io::{self, Write};

use super::escape;
use crate::model::explanation::Explanation;

/// Writes the answer as pretty JSON, as `schema/explanation.schema.json` describes it.
///
/// # Errors
/// Those of `out`.
pub fn explanation_json(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(explanation)?;
    writeln!(out, "{}", escape::json(&text))
}
