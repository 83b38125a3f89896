//! What the OfS portal takes for an address, a name, a day; and how it refuses the rest.

use axum::http::StatusCode;
use jiff::civil::Date;

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

/// The refusal of a day, with the reason.
pub(super) fn invalid_date(reason: &str) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-date",
        "That is not a date",
        format!("`expires`: {reason}"),
    )
}

/// The refusal of locking: only wrong passwords lock (B3).
pub(super) fn only_unlocking() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "only-unlocking",
        "An account can be unlocked, not locked",
        "`locked`: only `false` can be set",
    )
}

/// A day such as `2027-07-31`, written in no other way.
pub(super) fn day(text: &str) -> Result<Date, Problem> {
    let wrong = || invalid_date("a day is written as 2027-07-31");
    let day: Date = text.parse().map_err(|_| wrong())?;
    if day.to_string() == text {
        Ok(day)
    } else {
        Err(wrong())
    }
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
    fn addresses_names_and_days_are_checked() {
        assert!(check_email("a.khan@northshire.example").is_ok());
        assert!(check_email("zoë@northshire.example").is_ok());
        for wrong in [
            "",
            "a.khan",
            "@northshire.example",
            "a@b",
            "a@.example",
            "a@b@c.example",
            " a@b.example",
            "a@b.example\n",
        ] {
            assert_eq!(check_email(wrong).unwrap_err().code, "invalid-email");
        }
        assert!(check_name("Null").is_ok());
        for wrong in ["", "  ", "a\u{1b}[31m"] {
            assert_eq!(check_name(wrong).unwrap_err().code, "invalid-name");
        }
        assert!(day("2028-02-29").is_ok());
        for wrong in [
            "",
            "2027-02-29",
            "20270731",
            "2027-07-31T00:00",
            "31/07/2027",
        ] {
            assert_eq!(day(wrong).unwrap_err().code, "invalid-date");
        }
    }
}
