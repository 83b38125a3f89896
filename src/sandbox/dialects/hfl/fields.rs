//! What the HFL portal takes for a username, a name, an address; and how it refuses the rest.

use axum::http::StatusCode;

use crate::sandbox::problem::Problem;
use crate::sandbox::text::{wrong_address, wrong_name};

/// The refusal of a username, with the reason.
pub(super) fn invalid_username(reason: &str) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-username",
        "That is not a username",
        format!("`username`: {reason}"),
    )
}

/// The refusal of a name, with the reason.
pub(super) fn invalid_name(reason: &str) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-name",
        "That is not a name",
        format!("`name`: {reason}"),
    )
}

/// The refusal of an address, with the reason.
pub(super) fn invalid_email(reason: &str) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-email",
        "That is not an email address",
        format!("`email`: {reason}"),
    )
}

/// Refuses what is no username: by habit it is an email address, but any text without spaces will
/// do.
pub(super) fn check_username(username: &str) -> Result<(), Problem> {
    if username.is_empty() {
        return Err(invalid_username("it is empty"));
    }
    if username.chars().count() > 254 {
        return Err(invalid_username("it is longer than 254 characters"));
    }
    if username.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return Err(invalid_username("it holds a space"));
    }
    Ok(())
}

/// Refuses what is no name.
pub(super) fn check_name(name: &str) -> Result<(), Problem> {
    wrong_name(name).map_or(Ok(()), |reason| Err(invalid_name(reason)))
}

/// The address as it is kept: none where it is blank. Refuses what is no address.
pub(super) fn email(text: &str) -> Result<Option<String>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match wrong_address(text) {
        Some(reason) => Err(invalid_email(reason)),
        None => Ok(Some(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_names_and_addresses_are_checked() {
        for good in ["a.khan@oakfield.example", "9990001admin", "zoë"] {
            assert!(check_username(good).is_ok(), "{good}");
        }
        for wrong in ["", " ", "a b", "a\n", "\u{1b}[31m"] {
            assert_eq!(check_username(wrong).unwrap_err().code, "invalid-username");
        }
        assert!(check_name("Null").is_ok());
        for wrong in ["", "  ", "a\u{1b}[31m"] {
            assert_eq!(check_name(wrong).unwrap_err().code, "invalid-name");
        }
        assert_eq!(email(" ").unwrap(), None);
        let kept = email(" zoë@oakfield.example").unwrap();
        assert_eq!(kept.as_deref(), Some("zoë@oakfield.example"));
        for wrong in [
            "a.khan",
            "@oakfield.example",
            "a@b",
            "a@.example",
            "a@b@c.example",
            "a b@c.example",
        ] {
            assert_eq!(email(wrong).unwrap_err().code, "invalid-email", "{wrong}");
        }
    }
}
