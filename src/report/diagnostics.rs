//! What is wrong in the files, as JSON, for editors and other programs.
//!
//! How a finding looks to people is decided by whoever owns the terminal.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::escape;
use super::schema::schema_of;
use crate::model::diagnostic::{Diagnostic, Severity, Sources, Span};

/// Writes every finding, in the order given, as one pretty JSON document.
///
/// # Errors
/// Those of `out`.
pub fn diagnostics_json(
    found: &[Diagnostic],
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = Document {
        format: 1,
        beadle: env!("CARGO_PKG_VERSION"),
        diagnostics: found.iter().map(|one| Entry::of(one, sources)).collect(),
    };
    let text = serde_json::to_string_pretty(&document)?;
    writeln!(out, "{}", escape::json(&text))
}

/// The schema of `validate --format json`, as pretty JSON.
#[must_use]
pub fn diagnostics_schema() -> String {
    schema_of::<Document<'_>>(
        "beadle validate",
        "What is wrong in the files of a project, as `beadle validate` found it.",
    )
}

/// What is wrong in the files of a project.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Document<'a> {
    /// Version of this format: 1.
    format: u32,
    /// The version of beadle that made it.
    beadle: &'static str,
    /// Every finding, in the order of the files.
    diagnostics: Vec<Entry<'a>>,
}

/// One finding.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry<'a> {
    /// Stable code, such as `unknown-key`.
    code: &'static str,
    /// Whether it must be mended before the project can be used.
    severity: Severity,
    /// What is wrong, in a sentence; names stand between backticks.
    message: &'a str,
    /// Where; absent for what has no place, such as a file that cannot be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place<'a>>,
    /// A few words about just that place.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    label: &'a str,
    /// Other places that matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
    /// The way out: what to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

/// A stretch of a file. Lines and columns from 1; columns count characters, and the end is the place
/// after the last of them.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Place<'a> {
    /// The file, from the project's folder, with `/` between folders.
    file: &'a str,
    /// Line in which it begins.
    line: u32,
    /// Column in which it begins.
    column: u32,
    /// Line in which it ends.
    end_line: u32,
    /// Column after its last character.
    end_column: u32,
}

/// Another place that matters.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Related<'a> {
    /// Why it matters.
    message: &'a str,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place<'a>>,
}

impl<'a> Entry<'a> {
    fn of(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Self {
        let Diagnostic {
            code,
            severity,
            message,
            span,
            label,
            related,
            help,
        } = diagnostic;
        let related = related.iter().map(|(span, message)| Related {
            message,
            place: Place::of(span, sources),
        });
        Self {
            code,
            severity: *severity,
            message,
            place: span.as_ref().and_then(|span| Place::of(span, sources)),
            label,
            related: related.collect(),
            help: help.as_deref(),
        }
    }
}

impl<'a> Place<'a> {
    fn of(span: &Span, sources: &'a Sources) -> Option<Self> {
        let Span { file, start, end } = span;
        let file = sources.get(*file)?;
        let (line, column) = file.position(*start);
        let (end_line, end_column) = file.position(*end);
        Some(Self {
            file: &file.name,
            line,
            column,
            end_line,
            end_column,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnostic::SourceFile;

    #[test]
    fn findings_carry_their_places() {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("a.yaml".into(), "a: 1\nbé: 2\n".into()));
        let finding = Diagnostic {
            code: "unknown-key",
            severity: Severity::Error,
            message: "`b\u{202e}` is not a key here".to_owned(),
            span: Some(Span {
                file,
                start: 5,
                end: 8,
            }),
            label: String::new(),
            related: Vec::new(),
            help: Some("did you mean `a`?".to_owned()),
        };
        let mut out = Vec::new();
        diagnostics_json(&[finding], &sources, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(r"`b\u202e` is not"));
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        let first = &read["diagnostics"][0];
        assert_eq!(
            first["place"],
            serde_json::json!({
                "file": "a.yaml", "line": 2, "column": 1, "end_line": 2, "end_column": 3
            })
        );
        assert_eq!(first["severity"], "error");
    }
}
