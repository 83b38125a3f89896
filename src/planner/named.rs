//! Whether prose such as `Kit Osei, headteacher` names the holder of an account. It would rather find
//! one too many: what is found is shown to a reader, and what is missed nobody sees.

use unicode_security::confusable_detection::skeleton;

use crate::model::name::canonical;
use crate::model::plan::AccountRef;

/// Whether a text names an account's holder by address, login id or name: in any order (`Osei, Kit`),
/// with further names between, and in letters that only look the same. A name of a single word must
/// stand alone.
pub(super) fn is_named(text: &str, account: &AccountRef) -> bool {
    if is_named_as(text, account, canonical) {
        return true;
    }
    // The two forms differ in what is looked at: `Н` is like `H`, and `н` like no Latin letter.
    let plain = text.is_ascii() && account.name.is_ascii();
    let lower_first = |text: &str| seen(&canonical(text));
    // A capital `I` is seen as `l`, whatever its alphabet.
    let lower_last = |text: &str| canonical(&seen(text)).replace('l', "i");
    !plain && (is_named_as(text, account, lower_first) || is_named_as(text, account, lower_last))
}

/// What a reader sees: the letters that others look like (UTS 39), without those that cannot be seen.
fn seen(text: &str) -> String {
    let visible: String = text
        .chars()
        .filter(|letter| !is_invisible(*letter))
        .collect();
    skeleton(&visible).collect()
}

fn is_invisible(letter: char) -> bool {
    letter.is_control() && !letter.is_whitespace()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_named_as(text: &str, account: &AccountRef, form: impl Fn(&str) -> String) -> bool {
    let text = form(text);
    let logins = [
        Some(form(account.login.as_str())),
        account.person.as_deref().map(&form),
    ];
    let is_login = |word: &str| logins.iter().flatten().any(|login| *login == bare(word));
    if text
        .split(|letter: char| SEPARATORS.contains(letter) || letter.is_whitespace())
        .any(is_login)
    {
        return true;
    }
    let name = form(&account.name);
    let name = words(&name);
    let parts: Vec<Vec<&str>> = text
        .split(|letter: char| SEPARATORS.contains(letter))
        .flat_map(|part| part.split(" and "))
        .map(words)
        .collect();
    match name.as_slice() {
        [] => false,
        [_] => parts.contains(&name),
        _ => {
            let turned = |two: &[Vec<&str>]| {
                let both = two.concat();
                both.len() == name.len() && holds(&both, &name)
            };
            parts.iter().any(|part| holds(part, &name)) || parts.windows(2).any(turned)
        }
    }
}

/// What stands between one person and the next, or between a person and a role.
const SEPARATORS: &str = ",;()<>/&|\n";

fn bare(word: &str) -> &str {
    word.trim_matches(|letter| ".:\"'".contains(letter))
}

/// The words of a name; the halves of a double name are two.
fn words(text: &str) -> Vec<&str> {
    let words = text.split(|letter: char| letter.is_whitespace() || letter == '-');
    words.map(bare).filter(|word| !word.is_empty()).collect()
}

/// Whether all words of `name` are in `part`, each as often.
fn holds(part: &[&str], name: &[&str]) -> bool {
    let mut left = part.to_vec();
    name.iter().all(|word| {
        let found = left.iter().position(|other| other == word);
        found.map(|at| left.swap_remove(at)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn named(text: &str, name: &str) -> bool {
        let account = AccountRef {
            login: "KOSEI2".into(),
            name: name.into(),
            id: None,
            person: Some(Arc::from("k.osei@oakfield.example")),
        };
        is_named(text, &account)
    }

    #[test]
    fn prose_names_a_person_by_name_address_or_login_id() {
        for text in [
            "Kit Osei, headteacher",
            "headteacher: KIT OSEI",
            "Dr Kit J. Osei",
            "Ann Lee and Kit Osei",
            "the chair <k.osei@oakfield.example>",
            "K.Osei@Oakfield.example",
            "Kosei2",
            "Kit Osei.",
            "Osei Kit",
            "Osei, Kit (headteacher)",
            "  kit   osei ",
            "Kit-Osei",
        ] {
            assert!(named(text, "Kit Osei"), "{text}");
        }
        for text in [
            "",
            "Kitty Oseiah, headteacher",
            "Kit Lee and Ann Osei",
            "Kit Lee, Osei",
            "xk.osei@oakfield.example",
        ] {
            assert!(!named(text, "Kit Osei"), "{text}");
        }
        assert!(!named("the office", "Office"));
        assert!(named("Office, by phone", "Office"));
        assert!(!named("Kit Osei", ""));
        assert!(!named("Kit", "Kit Kit"));
    }

    /// What looks like a name to a reader is that name.
    #[test]
    fn letters_that_only_look_the_same_hide_nobody() {
        for text in [
            "K\u{456}t Osei, headteacher",
            "\u{41a}\u{406}\u{422} OSEI",
            "Kit\u{200b} Os\u{ad}ei",
            "k.\u{43e}sei@oakfield.example",
            "\u{ff2b}it Osei",
        ] {
            assert!(named(text, "Kit Osei"), "{text}");
        }
        assert!(named("Hana Ito", "\u{41d}ana Ito"));
        assert!(!named("Zoë Brontë", "Kit Osei"));
    }
}
