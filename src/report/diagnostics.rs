//! What is wrong in the files, as JSON, for editors and other programs.
//!
//! How a finding looks to people is decided by whoever owns the terminal.

use std::io::{self, Write};

use serde::Serialize;

use super::escape;
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

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    beadle: &'static str,
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'static str,
    severity: Severity,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

/// Lines and columns from 1; columns count characters, and `end` is the one after the last.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
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
