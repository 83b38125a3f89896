//! What the Services Portal takes for an address and a name, and how it refuses the rest.

use axum::http::StatusCode;

use crate::sandbox::problem::Problem;

/// The refusal of an address, with the reason.
pub(super) fn invalid_email(reason: &str) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-email",
        "That is not an email address",
        format!("`email`: {reason}"),
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

/// Refuses what is no email address.
pub(super) fn check_email(email: &str) -> Result<(), Problem> {
    let odd = |letter: char| letter.is_whitespace() || letter.is_control();
    let good = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.contains('@')
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty())
    });
    if email.chars().count() > 254 || email.contains(odd) || !good {
        return Err(invalid_email(
            "an address is written as name@organisation.example, without spaces, in at most 254 characters",
        ));
    }
    Ok(())
}

/// Refuses what is no name.
pub(super) fn check_name(name: &str) -> Result<(), Problem> {
    let length = name.chars().count();
    if name.trim().is_empty() || length > 200 || name.contains(char::is_control) {
        return Err(invalid_name(
            "a name has 1 to 200 characters, all of which can be seen",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_are_checked() {
        for good in ["a.khan@meonbridge.example", "zoë@meonbridge.example"] {
            assert!(check_email(good).is_ok(), "{good}");
        }
        let wrong = [
            "",
            "AKHAN12",
            "@b.example",
            "a@b",
            "a@.example",
            "a@b@c.example",
        ];
        for wrong in wrong.into_iter().chain([" a@b.example", "a@b.example\n"]) {
            assert_eq!(check_email(wrong).unwrap_err().code, "invalid-email");
        }
        assert!(check_name("Null").is_ok());
        for wrong in ["", "  ", "a\u{1b}[31m"] {
            assert_eq!(check_name(wrong).unwrap_err().code, "invalid-name");
        }
    }
}
