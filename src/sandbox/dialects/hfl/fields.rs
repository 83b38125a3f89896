//! What the HFL portal takes for a username, a name, an address; and how it refuses the rest.

use axum::http::StatusCode;

use crate::sandbox::problem::Problem;

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
    if name.trim().is_empty() {
        return Err(invalid_name("it is empty"));
    }
    if name.chars().count() > 200 {
        return Err(invalid_name("it is longer than 200 characters"));
    }
    if name.contains(char::is_control) {
        return Err(invalid_name("it holds a character that cannot be seen"));
    }
    Ok(())
}

/// The address as it is kept: none where it is blank. Refuses what is no address.
pub(super) fn email(text: &str) -> Result<Option<String>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > 254 {
        return Err(invalid_email("it is longer than 254 characters"));
    }
    if text.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return Err(invalid_email("it holds a space"));
    }
    let good = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.contains('@')
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty())
    });
    if good {
        Ok(Some(text.to_owned()))
    } else {
        Err(invalid_email(
            "an address is written as name@school.example",
        ))
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
