//! What the Services Portal takes for an address and a name, and how it refuses the rest.

use axum::http::StatusCode;

use crate::sandbox::problem::Problem;
use crate::sandbox::text::{wrong_address, wrong_name};

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
    wrong_address(email).map_or(Ok(()), |reason| Err(invalid_email(reason)))
}

/// Refuses what is no name.
pub(super) fn check_name(name: &str) -> Result<(), Problem> {
    wrong_name(name).map_or(Ok(()), |reason| Err(invalid_name(reason)))
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
