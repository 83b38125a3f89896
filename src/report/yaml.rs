//! YAML as a person would lay it out: dates bare, short maps on one line, everything else in
//! blocks. Every text is written by `serde-saphyr`, whose quoting is right for readers of YAML 1.1
//! and 1.2 alike; only the layout is decided here.
//!
//! It writes; it never reads YAML.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::Serialize;
use serde_saphyr::{DoubleQuoted, FlowSeq, SerializerOptions};

use super::escape::is_hidden;

/// Widest line on which a map or list is kept together.
const WIDTH: usize = 100;

/// A node to be written.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A scalar, as it will stand in the file.
    Scalar(String),
    /// A map, in the order given.
    Map(Vec<(String, Node)>, Shape),
    /// A list.
    List(Vec<Node>, Shape),
}

/// How a map or list is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One entry a line.
    Block,
    /// On one line if it fits there.
    Line,
}

impl Node {
    /// A text, quoted where any reader might take it for something else.
    pub(super) fn text(text: &str) -> Self {
        Self::Scalar(scalar(text))
    }

    /// A calendar day, bare.
    pub(super) fn day(day: Date) -> Self {
        Self::Scalar(day.to_string())
    }

    /// A number, bare.
    pub(super) fn number(number: u64) -> Self {
        Self::Scalar(number.to_string())
    }

    /// `true` or `false`.
    pub(super) fn truth(truth: bool) -> Self {
        Self::Scalar(truth.to_string())
    }

    /// A list of texts.
    pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>, shape: Shape) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect(), shape)
    }

    /// The whole node as lines, each beginning with `indent` spaces.
    pub(super) fn lines(&self, indent: usize) -> String {
        let mut out = String::new();
        match self {
            Self::Scalar(scalar) => {
                // Writing to a string cannot fail.
                let _ = writeln!(out, "{:indent$}{scalar}", "");
            }
            Self::Map(entries, _) => map_lines(&mut out, entries, indent, false),
            Self::List(items, _) => list_lines(&mut out, items, indent),
        }
        out
    }

    /// The node on one line, if it may stand there and fits into `width`.
    fn one_line(&self, width: usize) -> Option<String> {
        let line = match self {
            Self::Scalar(scalar) => return Some(scalar.clone()),
            Self::Map(entries, _) if entries.is_empty() => return Some("{}".to_owned()),
            Self::List(items, _) if items.is_empty() => return Some("[]".to_owned()),
            Self::Map(_, Shape::Block) | Self::List(_, Shape::Block) => return None,
            Self::Map(entries, Shape::Line) => {
                let entries = entries.iter().map(|(key, value)| {
                    Some(format!("{}: {}", scalar(key), value.one_line(width)?))
                });
                let entries: Option<Vec<String>> = entries.collect();
                format!("{{ {} }}", entries?.join(", "))
            }
            Self::List(items, Shape::Line) => {
                let items: Option<Vec<String>> =
                    items.iter().map(|item| item.one_line(width)).collect();
                format!("[{}]", items?.join(", "))
            }
        };
        (line.chars().count() <= width).then_some(line)
    }
}

/// The entries of a block map; the first without indentation where it follows a dash.
fn map_lines(out: &mut String, entries: &[(String, Node)], indent: usize, after_dash: bool) {
    for (index, (key, value)) in entries.iter().enumerate() {
        let margin = if after_dash && index == 0 { 0 } else { indent };
        let key = scalar(key);
        let room = WIDTH.saturating_sub(indent + key.chars().count() + 2);
        // Writing to a string cannot fail.
        let _ = match value.one_line(room) {
            Some(line) => writeln!(out, "{:margin$}{key}: {line}", ""),
            None => writeln!(
                out,
                "{:margin$}{key}:\n{}",
                "",
                value.lines(indent + 2).trim_end_matches('\n')
            ),
        };
    }
}

fn list_lines(out: &mut String, items: &[Node], indent: usize) {
    for item in items {
        let room = WIDTH.saturating_sub(indent + 2);
        // Writing to a string cannot fail.
        let _ = write!(out, "{:indent$}- ", "");
        match (item.one_line(room), item) {
            (Some(line), _) => {
                let _ = writeln!(out, "{line}");
            }
            (None, Node::Map(entries, _)) => map_lines(out, entries, indent + 2, true),
            (None, other) => {
                let _ = writeln!(out, "{}", other.lines(indent + 2).trim());
            }
        }
    }
}

/// A text as a scalar that may stand anywhere: as a key, as a value, inside `[…]` and `{…}`.
///
/// `serde-saphyr` says what must be quoted inside a flow list. Marks that old readers stumble over
/// in some of those places are quoted as well. Hidden characters are written as escapes, so that
/// nobody reviews what they cannot see.
fn scalar(text: &str) -> String {
    let flow = rendered(&FlowSeq([text]));
    let bare = flow
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let plain = text.starts_with(char::is_alphanumeric) && !text.contains([':', '?']);
    match bare {
        Some(bare) if plain && !text.chars().any(is_hidden) => bare.to_owned(),
        _ => escaped(&rendered(&DoubleQuoted(text))),
    }
}

/// A double-quoted scalar in which hidden characters are written as escapes.
fn escaped(quoted: &str) -> String {
    let mut shown = String::with_capacity(quoted.len());
    for character in quoted.chars() {
        let number = u32::from(character);
        // Writing to a string cannot fail.
        let _ = if !is_hidden(character) {
            write!(shown, "{character}")
        } else if number > 0xffff {
            write!(shown, "\\U{number:08X}")
        } else {
            write!(shown, "\\u{number:04X}")
        };
    }
    shown
}

fn rendered(value: &impl Serialize) -> String {
    let options: SerializerOptions = serde_saphyr::ser_options! {
        prefer_block_scalars: false,
    };
    // Serialising a text into a string has no way to fail.
    let text = serde_saphyr::to_string_with_options(value, options).unwrap_or_default();
    text.trim_end_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOSTILE: &[&str] = &[
        "",
        "Null",
        "null",
        "~",
        "no",
        "NO",
        "yes",
        "on",
        "Off",
        "y",
        "n",
        "true",
        "0123",
        "0o17",
        "0x1F",
        "1e3",
        "1_000",
        "12:30",
        "190:20:30",
        "=",
        "<<",
        ".inf",
        ".NaN",
        "+44 1632 960001",
        "2026-11-22",
        "2026-11-22T10:00:00Z",
        "- a",
        "-",
        "? a",
        "a: b",
        "a:",
        ":a",
        "a #b",
        "#a",
        "&a",
        "*a",
        "!a",
        "!!str a",
        "|",
        ">",
        "'a'",
        "\"a\"",
        "a'b",
        "a\"b",
        "\\",
        "%TAG",
        "@a",
        "`a`",
        "{a}",
        "[a]",
        "a, b",
        " a",
        "a ",
        "a\nb",
        "\n",
        "a\tb",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}a",
        "\u{202e}b",
        "\u{1f600}",
        "Zoë",
        "李小龍",
        "---",
        "...",
        "--- a",
        "x: {y",
        "10009999",
        "1.",
        ".5",
        "nan",
        "inf",
        "null ",
        "Zoë:x",
        "\u{e0041}",
    ];

    fn reads_back(text: &str) {
        let both = |shape| {
            let inner = Node::Map(vec![(text.to_owned(), Node::text(text))], shape);
            let list = Node::List(vec![Node::text(text), inner.clone()], shape);
            Node::Map(
                vec![("map".to_owned(), inner), ("list".to_owned(), list)],
                Shape::Block,
            )
        };
        let expected = serde_json::json!({ "map": { text: text }, "list": [text, { text: text }] });
        for shape in [Shape::Line, Shape::Block] {
            let yaml = both(shape).lines(0);
            let read: serde_json::Value =
                serde_yaml::from_str(&yaml).unwrap_or_else(|error| panic!("{error} in\n{yaml}"));
            assert_eq!(read, expected, "{yaml}");
            assert!(!yaml.chars().any(|c| c != '\n' && is_hidden(c)), "{yaml}");
        }
    }

    #[test]
    fn hostile_texts_read_back_the_same_as_key_and_value() {
        for text in HOSTILE {
            reads_back(text);
        }
    }

    #[test]
    fn what_an_old_reader_takes_for_something_else_is_quoted() {
        for text in [
            "Null",
            "no",
            "y",
            "0123",
            "1e3",
            "12:30",
            "=",
            "2026-11-22",
            "1_000",
        ] {
            assert!(scalar(text).starts_with(['"', '\'']), "{text}");
        }
        for text in [
            "Aisha Khan",
            "a.khan@northshire.example",
            "hesa-student",
            "O’Neill",
        ] {
            assert_eq!(scalar(text), text);
        }
    }

    #[test]
    fn short_maps_stay_on_a_line_and_long_ones_do_not() {
        let map = |name: &str| {
            let fields = vec![("name".to_owned(), Node::text(name))];
            Node::Map(
                vec![("user".to_owned(), Node::Map(fields, Shape::Line))],
                Shape::Block,
            )
        };
        assert_eq!(map("Joy Oduya").lines(2), "  user: { name: Joy Oduya }\n");
        let long = "x".repeat(100);
        assert_eq!(map(&long).lines(0), format!("user:\n  name: {long}\n"));
    }

    proptest! {
        #[test]
        fn any_text_reads_back_the_same(text in "\\PC{0,12}|[ -~]{0,12}|[\u{0}-\u{2100}]{0,6}") {
            reads_back(&text);
        }
    }
}
