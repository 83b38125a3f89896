//! Escaping by sink: what came from YAML or from a portal must not do anything where it is shown.
//!
//! The one place that knows which characters are dangerous where. It changes what is shown, never
//! what is compared, sent or written to a portal.

mod cell;
mod markup;

use std::borrow::Cow;
use std::fmt::Write as _;

pub use crate::model::hidden::{is_hidden, json};
pub use cell::cell;
pub use markup::{html, markdown, markdown_code};

/// Text for a terminal and for a CI job's log: no escape sequence, no line break, no invisible or
/// direction-changing character, and no workflow command (`::name::`, `##[name]`, `##vso[…]`)
/// survives. What is replaced is shown as `\n`, `\t`, `\r` or `\u{…}`.
#[must_use]
pub fn terminal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control()) {
        return workflow_commands(text);
    }
    if !text.chars().any(is_hidden) {
        return workflow_commands(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        push_visible(&mut shown, character);
    }
    Cow::Owned(workflow_commands(&shown).into_owned())
}

/// As [`terminal`], for text that has lines of its own: line breaks stay.
#[must_use]
pub fn terminal_lines(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(terminal).collect();
    lines.join("\n")
}

fn push_visible(shown: &mut String, character: char) {
    match character {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        hidden if is_hidden(hidden) => {
            // Writing to a string cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(hidden));
        }
        plain => shown.push(plain),
    }
}

/// CI services obey `::name::` at the start of a line, even after spaces, and `##[name]` or
/// `##vso[name]` anywhere in one.
fn workflow_commands(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let text = text.replace("::", ":\\u{3a}").replace("##", "#\\u{23}");
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_shown_and_do_nothing() {
        let cases = [
            ("\u{1b}[2J\u{1b}[31mred", r"\u{1b}[2J\u{1b}[31mred"),
            (
                "\u{1b}]8;;http://evil.example\u{7}x",
                r"\u{1b}]8;;http://evil.example\u{7}x",
            ),
            ("Kit\nOsei\r\tx", r"Kit\nOsei\r\tx"),
            ("a\u{202e}nimda", r"a\u{202e}nimda"),
            ("pay\u{200b}pal", r"pay\u{200b}pal"),
            ("\u{9b}31m", r"\u{9b}31m"),
            ("::add-mask::x", r":\u{3a}add-mask:\u{3a}x"),
            ("##vso[task.setvariable]x", r"#\u{23}vso[task.setvariable]x"),
            ("\u{e0041}tag", r"\u{e0041}tag"),
        ];
        for (payload, shown) in cases {
            assert_eq!(terminal(payload), shown);
            assert!(!terminal(payload).chars().any(is_hidden));
        }
    }

    #[test]
    fn honest_names_stay_as_they_are() {
        for name in [
            "Zoë O’Neill-García",
            "李小龍",
            "علی",
            "a.khan@northshire.example",
            "12:30 # x",
        ] {
            assert_eq!(terminal(name), name);
        }
    }

    #[test]
    fn escaped_json_reads_back_the_same() {
        let value = serde_json::json!({ "name": "a\u{202e}b\u{7f}\u{e0041}\n##[x]##vso[y]###" });
        let text = serde_json::to_string(&value).unwrap();
        let shown = json(&text);
        assert!(!shown.chars().any(is_hidden) && !shown.contains("##"));
        let read: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(read, value);
    }

    #[test]
    fn lines_of_one_text_stay_lines() {
        assert_eq!(terminal_lines("a\n\u{1b}b\n"), "a\n\\u{1b}b\n");
    }
}
