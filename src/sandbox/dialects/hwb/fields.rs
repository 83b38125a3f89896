//! What Hwb takes for an address, a name, a term, a password; and how it refuses the rest.

use axum::http::StatusCode;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::sandbox::problem::{Problem, shortened};
use crate::sandbox::text::{wrong_address, wrong_name};

/// A term for which an account is made or kept (W3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// So many months from the day of the act.
    Months(i32),
    /// To the next 31 August.
    AcademicYear,
}

impl Term {
    /// Every term, with its name on the wire and on the screen.
    pub(super) const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Months(1), "1-month", "1 month"),
        (Self::Months(3), "3-months", "3 months"),
        (Self::Months(6), "6-months", "6 months"),
        (Self::AcademicYear, "academic-year", "Academic year"),
    ];

    /// The term of that name on the wire.
    pub(super) fn named(text: &str) -> Result<Self, Problem> {
        let mut all = Self::ALL.iter();
        let found = all.find(|(_, name, _)| *name == text);
        found.map(|(term, _, _)| *term).ok_or_else(|| {
            invalid_term(&format!(
                "`{}` is none of 1-month, 3-months, 6-months, academic-year",
                shortened(text)
            ))
        })
    }

    /// The last day of a term that is taken on `day`.
    pub(super) fn end(self, day: Date) -> Date {
        match self {
            Self::Months(months) => day.saturating_add(months.months()),
            Self::AcademicYear => {
                let this_year = Date::new(day.year(), 8, 31).unwrap_or(day);
                if this_year >= day {
                    this_year
                } else {
                    this_year.saturating_add(1.year())
                }
            }
        }
    }
}

/// The refusal of a term, with the reason.
pub(super) fn invalid_term(reason: &str) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-term",
        "That is not a term",
        format!("`term`: {reason}"),
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

/// The refusal of a name, with the reason.
pub(super) fn invalid_name(reason: &str) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-name",
        "That is not a name",
        format!("`name`: {reason}"),
    )
}

/// The refusal of a password (W8). It is not repeated.
pub(super) fn password_policy() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "password-policy",
        "That password is not strong enough",
        "a password has at least 8 characters, with upper-case letters, lower-case letters and \
         numbers",
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

/// Refuses what is no password (W8).
pub(super) fn check_password(password: &str) -> Result<(), Problem> {
    let (mut upper, mut lower, mut digit, mut length) = (false, false, false, 0_u32);
    for letter in password.chars() {
        upper |= letter.is_uppercase();
        lower |= letter.is_lowercase();
        digit |= letter.is_ascii_digit();
        length = length.saturating_add(1);
    }
    if upper && lower && digit && (8..=200).contains(&length) {
        Ok(())
    } else {
        Err(password_policy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// W3, W4
    #[test]
    fn terms_end_by_months_or_on_31_august() {
        let end = |name: &str, day| Term::named(name).map(|term| term.end(day)).unwrap();
        assert_eq!(end("1-month", date(2027, 1, 31)), date(2027, 2, 28));
        assert_eq!(end("3-months", date(2026, 10, 1)), date(2027, 1, 1));
        assert_eq!(end("6-months", date(2026, 10, 1)), date(2027, 4, 1));
        let year = "academic-year";
        assert_eq!(end(year, date(2026, 9, 1)), date(2027, 8, 31));
        assert_eq!(end(year, date(2027, 8, 31)), date(2027, 8, 31));
        assert_eq!(end(year, date(2027, 7, 1)), date(2027, 8, 31));
        for wrong in ["", "2-months", "Academic-Year"] {
            assert_eq!(Term::named(wrong).unwrap_err().code, "invalid-term");
        }
    }

    #[test]
    fn addresses_names_and_passwords_are_checked() {
        assert!(check_email("e.price@dyffryn.example").is_ok());
        for wrong in ["", "e.price", "@dyffryn.example", "a@b", "a b@c.example"] {
            assert_eq!(check_email(wrong).unwrap_err().code, "invalid-email");
        }
        assert!(check_name("Siân ap Rhys").is_ok());
        for wrong in ["", "  ", "a\u{1b}[31m"] {
            assert_eq!(check_name(wrong).unwrap_err().code, "invalid-name");
        }
        assert!(check_password("Abcdefg1").is_ok());
        for wrong in ["", "Abcdef1", "abcdefg1", "ABCDEFG1", "Abcdefgh"] {
            let refused = check_password(wrong).unwrap_err();
            assert_eq!(refused.code, "password-policy");
        }
    }
}
