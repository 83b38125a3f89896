//! Characters that a reader does not see, or that change what is seen around them, and JSON without
//! them. What other sinks make of them stands with the reports.

use std::borrow::Cow;
use std::fmt::Write as _;

/// JSON text in which no character is left that a terminal would obey, and no workflow command that
/// a CI service finds anywhere in a line: hidden characters and the second of two `#`, which occur
/// inside strings only, become `\uXXXX`. The value that a reader gets is the same.
#[must_use]
pub fn json(text: &str) -> Cow<'_, str> {
    let risky = |character: char| character != '\n' && is_hidden(character);
    if !text.contains("##") && !text.chars().any(risky) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if risky(character) || (character == '#' && shown.ends_with('#')) {
            push_utf16(&mut shown, character);
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Whether a reader would not see the character, or would see others out of order because of it:
/// controls, separators of lines, marks of direction, characters without width.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' // soft hyphen
            | '\u{34f}' // combining grapheme joiner
            | '\u{61c}' // Arabic letter mark
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
            | '\u{17b4}' | '\u{17b5}' // Khmer inherent vowels
            | '\u{180b}'..='\u{180f}' // Mongolian selectors
            | '\u{200b}'..='\u{200f}' // no width, left-to-right, right-to-left
            | '\u{2028}'..='\u{202e}' // line and paragraph separators, embeddings, overrides
            | '\u{2060}'..='\u{206f}' // invisible operators, isolates
            | '\u{2800}' // a Braille cell without dots
            | '\u{fe00}'..='\u{fe0f}' // variation selectors
            | '\u{feff}' // byte-order mark
            | '\u{fff9}'..='\u{fffb}' // annotations
            | '\u{fffe}' | '\u{ffff}' // not characters
            | '\u{e0000}'..='\u{e0fff}' // tags and further selectors
        )
}

/// Appends `\uXXXX`, twice for a character beyond the first plane.
fn push_utf16(shown: &mut String, character: char) {
    let mut units = [0; 2];
    for unit in character.encode_utf16(&mut units) {
        // Writing to a string cannot fail.
        let _ = write!(shown, "\\u{unit:04x}");
    }
}
