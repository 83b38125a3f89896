//! The forms of names: addresses, login ids, organisation ids. Says what is wrong with one; knows
//! no file.

use unicode_security::GeneralSecurityProfile;
use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

use crate::config::findings::Finding;
use crate::config::fold::fold;
use crate::config::spanned::{Day, Spanned};
use crate::model::diagnostic::Span;
pub(super) use crate::model::name::is_email;
use crate::model::rules::{LoginForm, Rules};

/// The domain of an address, as written.
pub(super) fn domain(address: &str) -> Option<&str> {
    address.rsplit_once('@').map(|(_, domain)| domain)
}

/// A login id as somebody wrote it, and where.
pub(super) struct Written<'w> {
    pub(super) text: &'w str,
    pub(super) span: &'w Span,
    /// Whether it is named for this portal, and not just the user's key.
    pub(super) named: bool,
}

/// What is wrong with a login id at a portal, if anything.
pub(super) fn login(written: &Written<'_>, portal: &str, rules: &Rules) -> Option<Finding> {
    let Written { text, span, named } = written;
    let wrong = |wanted: &str| {
        let message = format!("`{text}` is no login id at `{portal}`, which wants {wanted}");
        Finding::error("login-form", span, message)
    };
    let id = !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let accounts =
        |example: &str| format!("name it beside the user: `accounts: {{ {portal}: {example} }}`");
    match rules.login.value {
        LoginForm::Email if !is_email(text) => {
            let finding = wrong("an email address");
            Some(if *named {
                finding
            } else {
                finding.help(accounts("NAME@DOMAIN"))
            })
        }
        LoginForm::Assigned if !is_email(text) && !named => Some(
            wrong("an email address, by which a new account is made and found")
                .help(accounts("LOGIN-ID")),
        ),
        LoginForm::Username | LoginForm::Assigned if text.contains(char::is_whitespace) => {
            Some(wrong("text without spaces"))
        }
        LoginForm::UserId if is_email(text) && !named => {
            Some(wrong("a user id such as `JSMITH12`").help(format!(
                "{}; an email address only where the account was registered under one",
                accounts("JSMITH12")
            )))
        }
        LoginForm::UserId if !is_email(text) && !id => Some(wrong("a user id such as `JSMITH12`")),
        LoginForm::Email | LoginForm::Username | LoginForm::UserId | LoginForm::Assigned => None,
    }
}

/// What is wrong with an organisation's id at a portal, if anything.
pub(super) fn organisation_id(text: &str, span: &Span, rules: &Rules) -> Option<Finding> {
    let form = rules.organisation_id.value;
    let digits = usize::from(form.digits?);
    if text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let message = format!("`{text}` is no {}: it has {digits} digits", form.name);
    Some(Finding::error("organisation-id", span, message))
}

/// What is wrong with an id that names a snapshot's file or folder, if anything: it must not lead
/// anywhere else.
pub(super) fn file_name(text: &str, span: &Span) -> Option<Finding> {
    let wrong = match text.chars().find(|c| matches!(c, '/' | '\\')) {
        Some(separator) => format!("holds `{separator}`"),
        None if text.starts_with('.') => "begins with `.`".to_owned(),
        None => return None,
    };
    let message = format!("`{text}` {wrong}");
    Some(
        Finding::error("file-name", span, message)
            .help("snapshots are kept in files of this name: use letters, digits and `-`"),
    )
}

/// What in a name may deceive the eye, if anything: letters that look like others, letters of
/// several alphabets, characters that nobody sees.
pub(super) fn deceives(text: &str) -> Option<String> {
    if text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() || byte == b' ')
        && !text.starts_with(' ')
        && !text.ends_with(' ')
    {
        return None;
    }
    if text.trim() != text {
        return Some("begins or ends with a space".to_owned());
    }
    for character in text.chars().filter(|character| !character.is_ascii()) {
        let code = u32::from(character);
        let seen: String = skeleton(character.encode_utf8(&mut [0; 4])).collect();
        if character.is_alphanumeric() && seen.is_ascii() && !seen.is_empty() {
            return Some(format!(
                "holds `{character}` (U+{code:04X}), which looks like `{seen}`"
            ));
        }
        if !character.identifier_allowed() {
            return Some(format!("holds a character that may not show, U+{code:04X}"));
        }
    }
    if let Some(character) = text.chars().find(|character| character.is_control()) {
        let code = u32::from(character);
        return Some(format!("holds a control character, U+{code:04X}"));
    }
    (!text.is_single_script()).then(|| "mixes letters of several alphabets".to_owned())
}

/// The finding for a name that may deceive the eye.
pub(super) fn look_alike(text: &str, span: &Span) -> Option<Finding> {
    deceives(text).map(|why| {
        Finding::error("look-alike", span, format!("`{text}` {why}"))
            .help("type it again, in plain letters")
    })
}

/// The finding for an end before the beginning.
pub(super) fn dates(from: Option<&Spanned<Day>>, until: Option<&Spanned<Day>>) -> Option<Finding> {
    let (from, until) = (from?, until?);
    (until.value.0 < from.value.0).then(|| {
        let message = format!(
            "`until` {} is before `from` {}",
            until.value.0, from.value.0
        );
        Finding::error("dates", &until.span, message).also(&from.span, "begins here")
    })
}

/// Whether two names are the same once folded.
pub(super) fn same(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_at_and_a_domain() {
        for good in ["a.khan@northshire.example", "o'neil+x@a.b.example"] {
            assert!(is_email(good), "{good}");
        }
        for wrong in [
            "a.khan",
            "a@b",
            "a@@b.example",
            "a b@c.example",
            "@b.example",
            "a@b.",
            "a@b..c",
        ] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }

    #[test]
    fn names_that_deceive_the_eye_are_found() {
        assert_eq!(deceives("a.khan@northshire.example"), None);
        assert_eq!(deceives("zoë@northshire.example"), None);
        assert!(deceives("а.khan@northshire.example").is_some_and(|why| why.contains("U+0430")));
        assert!(deceives("a.khan\u{200b}@northshire.example").is_some());
        assert!(deceives(" a.khan@northshire.example").is_some());
        assert!(deceives("a\u{7}b").is_some());
    }
}
