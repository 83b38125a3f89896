//! The parser's complaints in words that help somebody who does not know YAML's grammar.

use granit_parser::{ErrorKind, ScanError};

use super::{Kind, to_u32};
use crate::config::findings::Finding;
use crate::model::diagnostic::{FileIndex, Span};

/// What a scalar reads as, in prose.
pub(in crate::config) fn reads_as(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "nothing (null)",
        Kind::Boolean => "true or false",
        Kind::Integer => "a whole number",
        Kind::Float => "a number",
        Kind::Text => "text",
        Kind::Sequence => "a list",
        Kind::Mapping => "a mapping",
        Kind::Alias => "an alias",
    }
}

/// `text` in double quotes, as YAML wants it.
pub(in crate::config) fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// What the parser stumbled over.
pub(super) fn explain(error: &ScanError, text: &str, file: FileIndex) -> Finding {
    let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
    if let Some(tab) = tab_near(text, at) {
        return Finding::error(
            "tab",
            &one(file, tab),
            "a tab cannot be used for indentation",
        )
        .label("this is a tab")
        .help("indent with spaces; most editors can turn tabs into spaces");
    }
    let sentence = match error.kind() {
        ErrorKind::UnknownAnchor => "the alias names an anchor that does not exist".to_owned(),
        ErrorKind::ExpectedBlockMappingKey => {
            "expected a key here: the indentation differs from the lines above, or a `:` is missing"
                .to_owned()
        }
        ErrorKind::ExpectedBlockSequenceEntry => {
            "expected a `- ` here: the indentation differs from the items above".to_owned()
        }
        ErrorKind::SimpleKeyExpected => "expected a `:` after this key".to_owned(),
        ErrorKind::MappingValueNotAllowed => {
            "a `:` is not allowed here: the line above may be unfinished, or the text needs quotes"
                .to_owned()
        }
        ErrorKind::RecursionLimitExceeded => "nested too deep".to_owned(),
        kind => kind.to_string(),
    };
    let code = match error.kind() {
        ErrorKind::RecursionLimitExceeded => "too-deep",
        ErrorKind::UnknownAnchor => "alias",
        _ => "syntax",
    };
    let told = matches!(
        error.kind(),
        ErrorKind::UnknownAnchor
            | ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::ExpectedBlockSequenceEntry
            | ErrorKind::SimpleKeyExpected
            | ErrorKind::RecursionLimitExceeded
    );
    let finding = Finding::error(code, &one(file, at_character(text, at)), sentence);
    if told {
        return finding;
    }
    finding.help("look above this place for a `[`, a `{` or a quote that is not closed")
}

fn one(file: FileIndex, at: usize) -> Span {
    Span {
        file,
        start: to_u32(at),
        end: to_u32(at + 1),
    }
}

/// The start of the character that `at` falls into, and never the end of the text's last line.
fn at_character(text: &str, at: usize) -> usize {
    let trimmed = text.trim_end().len();
    let mut at = at.min(trimmed.saturating_sub(1));
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A tab in the indentation of the line at `at` or of the next: the parser often notices only
/// after it has taken the tab for part of the value above.
fn tab_near(text: &str, at: usize) -> Option<usize> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let mut line_start = start;
    for line in text.get(start..)?.split_inclusive('\n').take(2) {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let tab = line.get(..indent)?.find('\t');
        if let Some(tab) = tab {
            return Some(line_start + tab);
        }
        line_start += line.len();
    }
    None
}
