//! Wire to model and back, for the HFL portal. Pure. Refuses what it cannot understand; the words
//! of a refusal hold nothing of what the portal sent.

use std::collections::BTreeSet;

use super::api::{NewSubAccount, Patch, Product, SubAccount};
use crate::model::live::{CatalogueArea, LiveAccount};
use crate::model::name::{AreaName, LoginId};
use crate::model::plan::Change;
use crate::portal::error::PortalErrorKind;
use crate::portal::field::{bounded, malformed, wanted};

/// An account with the products that it is ticked for.
pub(super) fn account(
    sub_account: SubAccount,
    areas: BTreeSet<AreaName>,
) -> Result<LiveAccount, PortalErrorKind> {
    let SubAccount {
        id,
        username,
        name,
        email,
    } = sub_account;
    let email = email.filter(|email| !email.trim().is_empty());
    for (what, value) in [("id", &id), ("username", &username)] {
        if value.trim().is_empty() {
            return Err(malformed(format!("a sub account without `{what}`")));
        }
    }
    for (what, value) in [
        ("id", id.as_str()),
        ("username", &username),
        ("name", &name),
        ("email", email.as_deref().unwrap_or_default()),
    ] {
        bounded(what, value)?;
    }
    Ok(LiveAccount {
        id: id.into(),
        login: LoginId::new(username),
        name: name.into(),
        email: email.map(Into::into),
        expires: None,
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        areas,
        last_sign_in: None,
    })
}

/// A product, as an area.
pub(super) fn area(product: Product) -> Result<CatalogueArea, PortalErrorKind> {
    let Product { id, title } = product;
    if id.trim().is_empty() {
        return Err(malformed("a product without `id`".to_owned()));
    }
    bounded("id", &id)?;
    bounded("title", &title)?;
    Ok(CatalogueArea {
        name: id.into(),
        title: title.into(),
        access_key_required: false,
        administration: false,
    })
}

/// A sub account to be made, its terms accepted.
pub(super) fn new_sub_account(
    login: &LoginId,
    name: &str,
    email: Option<&str>,
    notify: bool,
) -> NewSubAccount {
    NewSubAccount {
        username: login.as_str().to_owned(),
        name: name.to_owned(),
        email: email.map(str::to_owned),
        notify,
        accept_terms: true,
    }
}

/// What is still to be written of `changes`, when `live` is live; none when all of it is there. A
/// field that is neither as the plan found it nor as it is wanted has been changed by somebody
/// else, and nothing is written.
pub(super) fn patch(
    changes: &[Change],
    live: &SubAccount,
) -> Result<Option<Patch>, PortalErrorKind> {
    let mut patch = Patch::default();
    for change in changes {
        match change {
            Change::Name { before, after } => {
                patch.name = wanted("name", Some(&live.name), before.as_deref(), after)?;
            }
            Change::Email { before, after } => {
                let shown = live.email.as_deref();
                let shown = shown.filter(|email| !email.trim().is_empty());
                patch.email = wanted("email", shown, before.as_deref(), after)?;
            }
            Change::Login { .. } => return Err(unsupported("another username")),
            Change::Expires { .. } => return Err(unsupported("an end by date")),
            Change::Term { .. } => return Err(unsupported("a term")),
            Change::Active { .. } => return Err(unsupported("deactivation")),
        }
    }
    Ok((patch != Patch::default()).then_some(patch))
}

fn unsupported(what: &'static str) -> PortalErrorKind {
    PortalErrorKind::Unsupported(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sub_account() -> SubAccount {
        serde_json::from_value(serde_json::json!({
            "id": "s-0001",
            "username": "A.Khan@oakfield.example",
            "name": "Aisha Khan",
            "email": "a.khan@oakfield.example",
            "created": "2026-09-01",
        }))
        .unwrap()
    }

    /// H5: the key is the username; the address may be blank.
    #[test]
    fn an_address_may_be_blank_and_nobody_is_an_administrator() {
        let areas = BTreeSet::from([AreaName::from("dms-portal")]);
        let ticked = account(sub_account(), areas.clone()).unwrap();
        assert_eq!(ticked.login, LoginId::new("a.khan@oakfield.example"));
        assert_eq!(ticked.email.as_deref(), Some("a.khan@oakfield.example"));
        assert_eq!(ticked.areas, areas);
        assert!(ticked.active && !ticked.admin && !ticked.upstream && !ticked.locked);
        for blank in [None, Some(String::new()), Some("  ".to_owned())] {
            let mut shared = sub_account();
            shared.email = blank;
            assert_eq!(account(shared, BTreeSet::new()).unwrap().email, None);
        }
        let unsaid = serde_json::from_str::<SubAccount>(r#"{"id":"s","username":"u","name":"n"}"#);
        assert!(unsaid.is_err());
    }

    #[test]
    fn what_cannot_be_understood_is_refused_and_not_repeated() {
        let told = |edit: fn(&mut SubAccount)| {
            let mut sub_account = sub_account();
            edit(&mut sub_account);
            account(sub_account, BTreeSet::new())
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(told(|it| it.id = " ".into()), @"the answer does not have the form that was agreed (a sub account without `id`)");
        insta::assert_snapshot!(told(|it| it.username.clear()), @"the answer does not have the form that was agreed (a sub account without `username`)");
        insta::assert_snapshot!(told(|it| it.name = "x".repeat(2_000)), @"the answer does not have the form that was agreed (`name` is longer than 1000 bytes)");
        insta::assert_snapshot!(told(|it| it.email = Some("x".repeat(2_000))), @"the answer does not have the form that was agreed (`email` is longer than 1000 bytes)");
        let product = Product {
            id: String::new(),
            title: "DMS".to_owned(),
        };
        insta::assert_snapshot!(area(product).unwrap_err(), @"the answer does not have the form that was agreed (a product without `id`)");
    }

    fn name(before: &str, after: &str) -> Change {
        Change::Name {
            before: Some(before.into()),
            after: after.into(),
        }
    }

    fn email(before: Option<&str>, after: &str) -> Change {
        Change::Email {
            before: before.map(Into::into),
            after: after.into(),
        }
    }

    #[test]
    fn only_what_is_not_there_yet_is_written() {
        let both = [
            name("Aisha Khan", "Aisha Khan-Lee"),
            email(Some("a.khan@oakfield.example"), "a.lee@oakfield.example"),
        ];
        let body = patch(&both, &sub_account()).unwrap().unwrap();
        insta::assert_snapshot!(serde_json::to_string(&body).unwrap(), @r#"{"name":"Aisha Khan-Lee","email":"a.lee@oakfield.example"}"#);
        let done = [name("Aisha K", "Aisha Khan")];
        assert_eq!(patch(&done, &sub_account()), Ok(None));
        let mut blank = sub_account();
        blank.email = Some(String::new());
        let given = [email(None, "a.lee@oakfield.example")];
        let body = patch(&given, &blank).unwrap().unwrap();
        assert_eq!(body.email.as_deref(), Some("a.lee@oakfield.example"));
    }

    #[test]
    fn what_somebody_else_changed_is_not_overwritten_and_the_rest_is_refused() {
        let refused = |change| patch(&[change], &sub_account()).unwrap_err().to_string();
        insta::assert_snapshot!(refused(name("Aisha K", "A. Khan")), @"`name` has been changed on the portal since the plan was made; plan again");
        insta::assert_snapshot!(refused(email(None, "b@oakfield.example")), @"`email` has been changed on the portal since the plan was made; plan again");
        let active = Change::Active {
            before: true,
            after: false,
        };
        insta::assert_snapshot!(refused(active), @"this portal has no such call: deactivation");
        let login = Change::Login {
            before: None,
            after: "b".into(),
        };
        insta::assert_snapshot!(refused(login), @"this portal has no such call: another username");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,30}") {
            let mut sub_account = sub_account();
            sub_account.name.clone_from(&text);
            sub_account.username.clone_from(&text);
            sub_account.email = Some(text.clone());
            let read = account(sub_account, BTreeSet::new());
            proptest::prop_assert_eq!(read.is_ok(), !text.trim().is_empty());
        }
    }
}
