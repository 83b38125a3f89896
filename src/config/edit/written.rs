//! What an edit writes: values as YAML that every reader takes for what was meant. Decides on
//! quotes and on one line or several, never on the place.

use crate::config::tree::{self, Kind};

use super::layout::{Body, Element};

/// Longest line that a list or mapping on one line may make.
const LONGEST_LINE: usize = 100;

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Text, quoted where it would read as anything else.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// Text.
    pub(super) fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// A list of text.
    pub(super) fn texts<T: ToString>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    /// The node that it must be once it is written.
    pub(super) fn element(&self) -> Element {
        Element::new(match self {
            Self::Text(text) => Body::Scalar {
                kind: Kind::Text,
                text: text.clone(),
            },
            Self::List(items) => Body::List {
                flow: true,
                items: items.iter().map(Self::element).collect(),
            },
            Self::Map(entries) => Body::Map {
                flow: true,
                entries: entries
                    .iter()
                    .map(|(key, value)| (Self::text(key).element(), value.element()))
                    .collect(),
            },
        })
    }

    /// On one line.
    pub(super) fn flow(&self) -> String {
        match self {
            Self::Text(text) => scalar(text),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::flow).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| entry_flow(key, value))
                    .collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    /// On one line, in a text that is JSON and stays so.
    pub(super) fn json(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::json).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", quoted(key), value.json()))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    /// Whether it reads better on lines of its own.
    fn wants_lines(&self) -> bool {
        let is_map = |item: &Self| matches!(item, Self::Map(_));
        match self {
            Self::Text(_) => false,
            Self::List(items) => items.iter().any(is_map),
            Self::Map(entries) => entries.iter().any(|(_, value)| value.wants_lines()),
        }
    }
}

/// An entry of a mapping in braces.
pub(super) fn entry_flow(key: &str, value: &Value) -> String {
    format!("{}: {}", scalar(key), value.flow())
}

/// An entry of a mapping on lines of its own, `indent` deep, each level `step` deeper; on one line
/// where it fits there and `one_line` is the manner of what stands around it.
pub(super) fn entry_lines(
    key: &str,
    value: &Value,
    indent: usize,
    step: usize,
    one_line: bool,
) -> Vec<String> {
    let space = " ".repeat(indent);
    let on_one = format!("{space}{}", entry_flow(key, value));
    let breaks = value.wants_lines() || on_one.chars().count() > LONGEST_LINE;
    let head = || format!("{space}{}:", scalar(key));
    match value {
        Value::Map(entries) if !entries.is_empty() && (!one_line || breaks) => {
            let fields = entries
                .iter()
                .flat_map(|(key, value)| entry_lines(key, value, indent + step, step, true));
            std::iter::once(head()).chain(fields).collect()
        }
        Value::List(items) if !items.is_empty() && breaks => {
            let inner = " ".repeat(indent + step);
            let items = items.iter().map(|item| format!("{inner}- {}", item.flow()));
            std::iter::once(head()).chain(items).collect()
        }
        _ => vec![on_one],
    }
}

/// Text as a scalar that reads as that text, by YAML 1.2 and by older readers, in a list or
/// mapping of any style.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Words that an older reader (YAML 1.1) takes for true, false or nothing.
const WORDS: [&str; 10] = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil",
];

fn is_plain(text: &str) -> bool {
    let (Some(first), Some(last)) = (text.chars().next(), text.chars().next_back()) else {
        return false;
    };
    let inner = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                ' ' | '_'
                    | '-'
                    | '.'
                    | '@'
                    | '+'
                    | '/'
                    | '('
                    | ')'
                    | '\''
                    | '’'
                    | '&'
                    | '='
                    | '~'
                    | '%'
                    | '*'
            )
    };
    let begins = first.is_alphabetic() || (first.is_ascii_digit() && (is_day(text) || names(text)));
    begins
        && last != ' '
        && text.chars().all(inner)
        && tree::resolve(text) == Kind::Text
        && !WORDS.contains(&text.to_lowercase().as_str())
}

/// Whether it is written as a day, which everybody writes without quotes.
fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10
}

/// Whether something that begins with a digit has a letter that no number has.
fn names(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_alphabetic() && !matches!(c, 'a'..='f' | 'A'..='F' | 'x' | 'X' | 'o' | 'O'))
}

/// Text in double quotes, with everything escaped that might not come through as it is.
pub(super) fn quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for character in text.chars() {
        match character {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            c if is_safe(c) => written.push(c),
            c if u32::from(c) <= 0xffff => written.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => written.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    written.push('"');
    written
}

/// Whether a character is seen as itself: no control, no separator, nothing that turns the
/// direction of writing.
fn is_safe(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{ad}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff0}'..='\u{ffff}'
                | '\u{e0000}'..='\u{10ffff}'
        )
}
