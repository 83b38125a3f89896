//! What one cell says: days, yes or no, addresses, names. Each answers with the value, or with what
//! is wrong and the way out; a phone number is never repeated.

use jiff::civil::Date;

use super::shapes::plain;
use super::text::mark;
use crate::model::name::is_email;

/// Longest text of a cell that is taken, in characters.
const LONGEST: usize = 200;

/// What is wrong with a cell, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) help: &'static str,
}

fn wrong(message: String, help: &'static str) -> Wrong {
    Wrong { message, help }
}

/// A cell's text as it may be repeated in a message.
pub(super) fn shown(text: &str) -> String {
    if is_phone(text) {
        return "a phone number".to_owned();
    }
    let short: String = text.chars().take(60).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("`{short}{more}`")
}

/// Whether it is written as a phone number: a `0` or `+`, and more digits than a user id has.
pub(super) fn is_phone(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let marks = |letter: char| letter.is_ascii_digit() || " +()-./".contains(letter);
    let grouped = text.contains(' ') && digits >= 7;
    let begins = text.starts_with(['0', '+', '(']);
    // Days are written with digits and marks as well.
    begins && (digits >= 10 || grouped) && text.chars().all(marks)
}

/// Whether a cell says that there is nothing.
pub(super) fn is_blank(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || matches!(text, "-" | "–" | "—") || text.eq_ignore_ascii_case("n/a")
}

/// The text, if every character of it shows.
pub(super) fn visible(text: &str) -> Result<String, Wrong> {
    if let Some(hidden) = text.chars().find(|character| is_hidden(*character)) {
        let code = u32::from(hidden);
        return Err(wrong(
            format!("it holds a character that does not show, U+{code:04X}"),
            "type the cell again, in plain letters",
        ));
    }
    if text.chars().count() > LONGEST {
        return Err(wrong(
            format!("it is longer than {LONGEST} characters"),
            "is a column shifted, or a quote not closed?",
        ));
    }
    Ok(text.to_owned())
}

fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// An email address; none where the cell is blank. `Name <address>` and `mailto:` are understood.
pub(super) fn email(text: &str) -> Result<Option<String>, Wrong> {
    if is_blank(text) {
        return Ok(None);
    }
    let inner = text
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    let address = inner.map_or(text, |(address, _)| address).trim();
    let address = address.strip_prefix("mailto:").unwrap_or(address);
    if is_email(address) {
        return visible(address).map(Some);
    }
    Err(wrong(
        format!("{} is no email address", shown(text)),
        "correct it, or leave it blank where the portal shows none",
    ))
}

/// A day: `2027-08-31`, `31/08/2027`, `31 August 2027`, perhaps with a time after it. `None` where
/// there is none, or never.
pub(super) fn day(text: &str) -> Result<Option<Date>, Wrong> {
    if is_blank(text) || matches!(plain(text).as_str(), "never" | "none" | "no expiry" | "no") {
        return Ok(None);
    }
    read_day(text).map(Some).ok_or_else(|| {
        wrong(
            format!("{} is no day", shown(text)),
            "write it as 2027-08-31 or 31/08/2027: day, month, year of four digits",
        )
    })
}

fn read_day(text: &str) -> Option<Date> {
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || ",T".contains(letter))
        .filter(|word| !word.is_empty())
        .collect();
    let first = words.first()?;
    let parts: Vec<&str> = first.split(['-', '/', '.']).collect();
    let number = |text: &str| text.parse::<i8>().ok();
    let year = |text: &str| text.parse::<i16>().ok().filter(|_| text.len() == 4);
    match parts.as_slice() {
        [y, month, day] if y.len() == 4 => Date::new(year(y)?, number(month)?, number(day)?).ok(),
        [day, month, y] => Date::new(year(y)?, number(month)?, number(day)?).ok(),
        [_] => {
            let [day, month, y, ..] = words.as_slice() else {
                return None;
            };
            let day = day.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
            Date::new(year(y)?, month_of(month)?, number(day)?).ok()
        }
        _ => None,
    }
}

fn month_of(word: &str) -> Option<i8> {
    let months = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_lowercase();
    let at = months
        .iter()
        .position(|month| word.len() >= 3 && month.starts_with(&word))?;
    i8::try_from(at + 1).ok()
}

/// Yes or no; a blank cell is no.
pub(super) fn truth(text: &str, yes: &[&str], no: &[&str]) -> Result<bool, Wrong> {
    let word = plain(text);
    if is_blank(text) || no.contains(&word.as_str()) {
        return Ok(false);
    }
    if yes.contains(&word.as_str()) {
        return Ok(true);
    }
    mark(text).ok_or_else(|| {
        wrong(
            format!("{} is neither yes nor no", shown(text)),
            "write yes or no",
        )
    })
}

/// Whether an account is active, and whether it is locked.
pub(super) fn active(text: &str) -> Result<(bool, bool), Wrong> {
    let yes = ["active", "enabled", "current", "live", "activated", "open"];
    let no = [
        "inactive",
        "not active",
        "deactivated",
        "disabled",
        "suspended",
        "expired",
        "closed",
        "archived",
    ];
    match plain(text).as_str() {
        "" => Ok((true, false)),
        "locked" | "locked out" => Ok((true, true)),
        _ => truth(text, &yes, &no)
            .map(|active| (active, false))
            .map_err(|_| {
                wrong(
                    format!("{} says neither active nor inactive", shown(text)),
                    "write active, inactive or locked",
                )
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written_here() {
        let read = |text: &str| day(text).unwrap().map(|day| day.to_string());
        for text in [
            "2027-08-31",
            "31/08/2027",
            "31.8.2027",
            "31-08-2027",
            "31 August 2027",
            "31st Aug 2027",
            "31/08/2027 - 10:14",
            "2027-08-31T23:59:59Z",
        ] {
            assert_eq!(read(text).as_deref(), Some("2027-08-31"), "{text}");
        }
        assert_eq!(read("never"), None);
        assert_eq!(read(" "), None);
        for text in [
            "08/31/2027",
            "31/08/27",
            "31 Augtober 2027",
            "2027-02-30",
            "soon",
            "1/2/3/2027",
        ] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_phone_number_is_never_repeated() {
        for number in [
            "07700 900123",
            "+44 7700 900123",
            "01962 166",
            "0000000000",
            "(01962) 166000",
        ] {
            assert_eq!(shown(number), "a phone number", "{number}");
        }
        for text in [
            "8502001",
            "8502001admin",
            "31/08/2027",
            "2027-08-31",
            "08/11/2017 - 10:14",
        ] {
            assert_ne!(shown(text), "a phone number", "{text}");
        }
        assert!(!email("07700 900123").unwrap_err().message.contains('7'));
    }

    #[test]
    fn addresses_are_taken_out_of_what_surrounds_them() {
        assert_eq!(
            email("Sam <s@x.example>").unwrap().as_deref(),
            Some("s@x.example")
        );
        assert_eq!(
            email("mailto:s@x.example").unwrap().as_deref(),
            Some("s@x.example")
        );
        assert_eq!(email("n/a").unwrap(), None);
        assert!(email("sam@").is_err());
        assert!(email("s\u{200b}@x.example").is_err());
    }
}
