//! Wire to model and back, for Hwb user management. Pure. Refuses what it cannot understand; the
//! words of a refusal hold nothing of what the portal sent.

use std::collections::BTreeSet;

use super::api::{School, User, is_school};
use crate::model::live::LiveAccount;
use crate::model::name::{LoginId, PortalOrganisation};
use crate::model::plan::Term;
use crate::portal::error::PortalErrorKind;
use crate::portal::field::{bounded, date, malformed};

/// What a chosen password must be (Hwb guide, W8).
const PASSWORD_POLICY: &str =
    "at least 8 characters, with upper-case letters, lower-case letters and numbers";
const SHORTEST_PASSWORD: usize = 8;

/// An account. One that the MIS feeds is kept upstream (W1).
pub(super) fn account(user: User) -> Result<LiveAccount, PortalErrorKind> {
    let User {
        id,
        username,
        email,
        name,
        origin,
        active,
        admin,
        expires,
        last_sign_in,
    } = user;
    for (what, value) in [("id", &id), ("username", &username)] {
        if value.trim().is_empty() {
            return Err(malformed(format!("a user without `{what}`")));
        }
    }
    let email = email.filter(|email| !email.trim().is_empty());
    let shown = email.as_deref().unwrap_or_default();
    for (what, value) in [
        ("id", &*id),
        ("username", &*username),
        ("email", shown),
        ("name", &*name),
    ] {
        bounded(what, value)?;
    }
    Ok(LiveAccount {
        id: id.into(),
        login: LoginId::new(username.as_str()),
        name: name.into(),
        email: email.map(Into::into),
        expires: expires.map(|day| date("expires", &day)).transpose()?,
        active,
        locked: false,
        upstream: is_upstream(&origin)?,
        admin,
        areas: BTreeSet::new(),
        last_sign_in: last_sign_in
            .map(|day| date("last_sign_in", &day))
            .transpose()?,
    })
}

/// A school below an authority.
pub(super) fn school(school: School) -> Result<(PortalOrganisation, String), PortalErrorKind> {
    let School { id, name } = school;
    if !is_school(&id) {
        return Err(malformed("a school whose `id` is not 7 digits".to_owned()));
    }
    bounded("name", &name)?;
    Ok((id.into(), name))
}

/// A term as the wire names it; none for one that the portal does not have (W3).
pub(super) fn term(term: Term) -> Option<&'static str> {
    match term {
        Term::Months(1) => Some("1-month"),
        Term::Months(3) => Some("3-months"),
        Term::Months(6) => Some("6-months"),
        Term::AcademicYear => Some("academic-year"),
        Term::Months(_) => None,
    }
}

/// Whether the portal would take a password (W8); the refusal does not repeat it.
pub(super) fn check_password(password: &str) -> Result<(), PortalErrorKind> {
    let good = password.chars().count() >= SHORTEST_PASSWORD
        && password.chars().any(char::is_uppercase)
        && password.chars().any(char::is_lowercase)
        && password.chars().any(|letter| letter.is_ascii_digit());
    if good {
        Ok(())
    } else {
        Err(PortalErrorKind::PasswordPolicy(PASSWORD_POLICY))
    }
}

/// Whether another system keeps the account. An origin that nobody knows is not guessed at: a
/// wrong guess would end somebody's account, or make it twice.
fn is_upstream(origin: &str) -> Result<bool, PortalErrorKind> {
    match origin {
        "mis" => Ok(true),
        "non-mis" => Ok(false),
        _ => Err(malformed(
            "`origin` is neither `mis` nor `non-mis`".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    fn user() -> User {
        serde_json::from_value(serde_json::json!({
            "id": "h-0004",
            "username": "EPrice7",
            "email": "E.Price@dyffryn.example",
            "name": "Elin Price",
            "origin": "non-mis",
            "active": true,
            "admin": true,
            "expires": "2027-08-31",
            "last_sign_in": "2026-10-02",
            "favourite_colour": "green",
        }))
        .unwrap()
    }

    #[test]
    fn a_user_becomes_an_account_whose_login_id_is_the_username() {
        let account = account(user()).unwrap();
        assert_eq!(account.login, LoginId::new("eprice7"));
        assert_eq!(account.email.as_deref(), Some("E.Price@dyffryn.example"));
        assert_eq!(account.expires, Some(day(2027, 8, 31)));
        assert_eq!(account.last_sign_in, Some(day(2026, 10, 2)));
        assert!(account.active && account.admin && !account.locked && !account.upstream);
    }

    /// W1
    #[test]
    fn what_the_mis_feeds_is_kept_upstream() {
        let mut user = user();
        user.origin = "mis".to_owned();
        user.email = Some(" ".to_owned());
        let account = account(user).unwrap();
        assert!(account.upstream);
        assert_eq!(account.email, None);
    }

    #[test]
    fn what_cannot_be_understood_is_refused_and_not_repeated() {
        let told = |edit: fn(&mut User)| {
            let mut user = user();
            edit(&mut user);
            account(user).unwrap_err().to_string()
        };
        insta::assert_snapshot!(told(|user| user.id = " ".into()), @"the answer does not have the form that was agreed (a user without `id`)");
        insta::assert_snapshot!(told(|user| user.username.clear()), @"the answer does not have the form that was agreed (a user without `username`)");
        insta::assert_snapshot!(told(|user| user.origin = "learner".into()), @"the answer does not have the form that was agreed (`origin` is neither `mis` nor `non-mis`)");
        insta::assert_snapshot!(told(|user| user.name = "x".repeat(2_000)), @"the answer does not have the form that was agreed (`name` is longer than 1000 bytes)");
        insta::assert_snapshot!(told(|user| user.expires = Some("2027-02-30".into())), @"the answer does not have the form that was agreed (`expires` is not a day such as 2027-08-31)");
        insta::assert_snapshot!(told(|user| user.last_sign_in = Some("yesterday".into())), @"the answer does not have the form that was agreed (`last_sign_in` is not a day such as 2027-08-31)");
        let without = r#"{"id":"h","username":"u","email":null,"name":"n","origin":"mis","active":true,"admin":false,"last_sign_in":null}"#;
        assert!(serde_json::from_str::<User>(without).is_err());
    }

    /// W3
    #[test]
    fn the_portal_has_four_terms_and_no_other() {
        let names = (0..=12).filter_map(|months| term(Term::Months(months)));
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["1-month", "3-months", "6-months"]
        );
        assert_eq!(term(Term::AcademicYear), Some("academic-year"));
    }

    /// W8
    #[test]
    fn a_password_has_8_characters_and_every_kind() {
        for good in ["Abcdefg1", "ŵylan Wen 7", "A1b2c3d4e5"] {
            assert!(check_password(good).is_ok(), "{good}");
        }
        for bad in ["", "Abcdef1", "abcdefg1", "ABCDEFG1", "Abcdefgh", "Äöü1Äö"] {
            assert!(check_password(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic_and_only_days_are_days(text in ".{0,30}|[0-9-]{10}") {
            let mut user = user();
            user.name = text.clone();
            user.expires = Some(text.clone());
            let _ = check_password(&text);
            if let Ok(account) = account(user) {
                proptest::prop_assert_eq!(account.expires.map(|day| day.to_string()), Some(text));
            }
        }
    }
}
