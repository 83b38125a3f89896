//! Wire to model and back, for the OfS portal. Pure. Refuses what it cannot understand; the words
//! of a refusal hold nothing of what the portal sent.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::api::{Area, AreasPage, NewUser, Patch, User, UserRow};
use crate::model::live::{CatalogueArea, LiveAccount};
use crate::model::name::{AreaName, LoginId};
use crate::model::plan::Change;
use crate::portal::error::PortalErrorKind;
use crate::portal::field::{bounded, date, malformed, wanted};

/// The codes of the areas whose members are the administrators.
pub(super) type Administration = BTreeSet<String>;

/// The administration areas of a catalogue.
pub(super) fn administration(pages: &[AreasPage]) -> Administration {
    pages
        .iter()
        .flat_map(|page| &page.areas)
        .filter(|area| area.administration)
        .map(|area| area.code.clone())
        .collect()
}

/// An account. The administration area makes it an administrator and is not kept among its areas.
pub(super) fn account(
    user: User,
    administration: &Administration,
) -> Result<LiveAccount, PortalErrorKind> {
    let User {
        id,
        email,
        name,
        expires,
        locked,
        areas,
        last_sign_in,
    } = user;
    check_user(&id, &email, &name)?;
    let admin = areas.iter().any(|code| administration.contains(code));
    Ok(LiveAccount {
        id: id.into(),
        login: LoginId::new(email.as_str()),
        name: name.into(),
        email: Some(email.into()),
        expires: day_of("expires", expires.as_deref())?,
        active: true,
        locked,
        upstream: false,
        admin,
        areas: areas
            .into_iter()
            .filter(|code| !administration.contains(code))
            .map(Into::into)
            .collect(),
        last_sign_in: day_of("last_sign_in", last_sign_in.as_deref())?,
    })
}

/// The accounts of one page's rows. What makes an administrator is known only once the catalogue
/// is: until [`settle`], the administration area is among the areas. Each area's name is made once
/// for the page, not once for each user.
pub(super) fn accounts(rows: &[UserRow<'_>]) -> Result<Vec<LiveAccount>, PortalErrorKind> {
    let mut names: HashMap<&str, AreaName> = HashMap::new();
    let mut accounts = Vec::with_capacity(rows.len());
    for row in rows {
        let UserRow {
            id,
            email,
            name,
            expires,
            locked,
            areas,
            last_sign_in,
        } = row;
        check_user(id, email, name)?;
        let email: Arc<str> = (&**email).into();
        let areas = areas.iter().map(|code| {
            let known = names.entry(code).or_insert_with(|| (&**code).into());
            known.clone()
        });
        accounts.push(LiveAccount {
            id: (&**id).into(),
            login: LoginId::new(Arc::clone(&email)),
            name: (&**name).into(),
            email: Some(email),
            expires: day_of("expires", expires.as_deref())?,
            active: true,
            locked: *locked,
            upstream: false,
            admin: false,
            areas: areas.collect(),
            last_sign_in: day_of("last_sign_in", last_sign_in.as_deref())?,
        });
    }
    Ok(accounts)
}

/// The administration area makes an administrator and is not kept among the account's areas.
pub(super) fn settle(account: &mut LiveAccount, administration: &Administration) {
    for code in administration {
        account.admin |= account.areas.remove(code.as_str());
    }
}

fn day_of(field: &'static str, text: Option<&str>) -> Result<Option<Date>, PortalErrorKind> {
    text.map(|day| date(field, day)).transpose()
}

fn check_user(id: &str, email: &str, name: &str) -> Result<(), PortalErrorKind> {
    for (what, value) in [("id", id), ("email", email)] {
        if value.trim().is_empty() {
            return Err(malformed(format!("a user without `{what}`")));
        }
    }
    for (what, value) in [("id", id), ("email", email), ("name", name)] {
        bounded(what, value)?;
    }
    Ok(())
}

/// An area.
pub(super) fn area(area: Area) -> Result<CatalogueArea, PortalErrorKind> {
    let Area {
        code,
        title,
        access_key_required,
        administration,
    } = area;
    if code.trim().is_empty() {
        return Err(malformed("an area without `code`".to_owned()));
    }
    bounded("code", &code)?;
    bounded("title", &title)?;
    Ok(CatalogueArea {
        name: code.into(),
        title: title.into(),
        access_key_required,
        administration,
    })
}

/// A user to be made.
pub(super) fn new_user(email: &str, name: &str, expires: Option<Date>) -> NewUser {
    NewUser {
        email: email.to_owned(),
        name: name.to_owned(),
        expires: expires.map(|day| day.to_string()),
    }
}

/// What is still to be written of `changes`, when `user` is live; none when all of it is there.
/// A field that is neither as the plan found it nor as it is wanted has been changed by somebody
/// else, and nothing is written.
pub(super) fn patch(changes: &[Change], user: &User) -> Result<Option<Patch>, PortalErrorKind> {
    let mut patch = Patch::default();
    for change in changes {
        match change {
            Change::Name { before, after } => {
                patch.name = wanted("name", Some(&user.name), before.as_deref(), after)?;
            }
            Change::Email { before, after } => {
                patch.email = wanted("email", Some(&user.email), before.as_deref(), after)?;
            }
            Change::Expires { before, after } => {
                let live = user.expires.as_deref();
                let live = live.map(|day| date("expires", day)).transpose()?;
                if live == *after {
                    continue;
                }
                if live != *before {
                    return Err(PortalErrorKind::Changed { field: "expires" });
                }
                patch.expires = Some(after.map(|day| day.to_string()));
            }
            Change::Login { .. } => return Err(unsupported("a login id apart from the address")),
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
    use jiff::civil::date as day;

    fn user() -> User {
        serde_json::from_value(serde_json::json!({
            "id": "u-0001",
            "email": "A.Khan@northshire.example",
            "name": "Aisha Khan",
            "expires": "2027-07-31",
            "locked": true,
            "areas": ["finance", "user-administration", "finance"],
            "last_sign_in": "2026-10-02",
            "favourite_colour": "green",
        }))
        .unwrap()
    }

    #[test]
    fn the_administration_area_makes_an_administrator_and_is_left_out_of_the_areas() {
        let administration = Administration::from(["user-administration".to_owned()]);
        let account = account(user(), &administration).unwrap();
        assert!(account.admin);
        assert_eq!(account.areas, BTreeSet::from(["finance".into()]));
        assert_eq!(account.login, LoginId::new("a.khan@northshire.example"));
        assert_eq!(account.email.as_deref(), Some("A.Khan@northshire.example"));
        assert_eq!(account.expires, Some(day(2027, 7, 31)));
        assert_eq!(account.last_sign_in, Some(day(2026, 10, 2)));
        assert!(account.locked && account.active && !account.upstream);
    }

    #[test]
    fn what_cannot_be_understood_is_refused_and_not_repeated() {
        let told = |edit: fn(&mut User)| {
            let mut user = user();
            edit(&mut user);
            account(user, &Administration::new())
                .unwrap_err()
                .to_string()
        };
        insta::assert_snapshot!(told(|user| user.id = " ".into()), @"the answer does not have the form that was agreed (a user without `id`)");
        insta::assert_snapshot!(told(|user| user.email.clear()), @"the answer does not have the form that was agreed (a user without `email`)");
        insta::assert_snapshot!(told(|user| user.name = "x".repeat(2_000)), @"the answer does not have the form that was agreed (`name` is longer than 1000 bytes)");
        insta::assert_snapshot!(told(|user| user.expires = Some("2027-02-30".into())), @"the answer does not have the form that was agreed (`expires` is not a day such as 2027-08-31)");
        insta::assert_snapshot!(told(|user| user.expires = Some("2027-07-31T23:59Z".into())), @"the answer does not have the form that was agreed (`expires` is not a day such as 2027-08-31)");
    }

    #[test]
    fn a_row_of_a_list_becomes_the_same_account_as_the_user_alone() {
        let json = r#"{"id":"u-0001","email":"A.Khan@northshire.example","name":"A\u00efsha Khan",
            "expires":"2027-07-31","locked":true,"last_sign_in":"2026-10-02","colour":"green",
            "areas":["finance","user-administration","returns","finance"]}"#;
        let administration = Administration::from(["user-administration".to_owned()]);
        let alone = account(serde_json::from_str(json).unwrap(), &administration).unwrap();
        let row: UserRow<'_> = serde_json::from_str(json).unwrap();
        let mut listed = accounts(&[row]).unwrap();
        let listed = listed.first_mut().unwrap();
        settle(listed, &administration);
        assert_eq!(*listed, alone);
        assert!(alone.admin && alone.areas.len() == 2);
        for bad in [
            r#"{"id":"u","email":"e","name":"n","areas":[]}"#,
            r#"{"id":"u","email":"e","name":"n","expires":null}"#,
        ] {
            assert!(serde_json::from_str::<UserRow<'_>>(bad).is_err());
        }
        for bad in [" ", "2027-02-30"] {
            let json = json.replace("u-0001", " ").replace("2027-07-31", bad);
            let row: UserRow<'_> = serde_json::from_str(&json).unwrap();
            let user: User = serde_json::from_str(&json).unwrap();
            assert_eq!(
                accounts(&[row]),
                account(user, &administration).map(|one| vec![one])
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic_and_only_days_are_days(text in ".{0,30}|[0-9-]{10}") {
            let mut user = user();
            user.name = text.clone();
            user.expires = Some(text.clone());
            if let Ok(account) = account(user, &Administration::new()) {
                proptest::prop_assert_eq!(account.expires.map(|day| day.to_string()), Some(text));
            }
        }
    }

    #[test]
    fn an_answer_without_an_end_is_not_an_answer_with_no_end() {
        let without =
            serde_json::from_str::<User>(r#"{"id":"u","email":"e","name":"n","areas":[]}"#);
        assert!(without.is_err());
    }

    fn name(before: &str, after: &str) -> Change {
        Change::Name {
            before: Some(before.into()),
            after: after.into(),
        }
    }

    #[test]
    fn only_what_is_not_there_yet_is_written() {
        let expires = Change::Expires {
            before: Some(day(2027, 7, 31)),
            after: None,
        };
        let both = [name("Aisha Khan", "Aisha Khan-Lee"), expires.clone()];
        let body = patch(&both, &user()).unwrap().unwrap();
        insta::assert_snapshot!(serde_json::to_string(&body).unwrap(), @r#"{"name":"Aisha Khan-Lee","expires":null}"#);
        let done = [name("Aisha K", "Aisha Khan")];
        assert_eq!(patch(&done, &user()), Ok(None));
        let half = [name("Aisha K", "Aisha Khan"), expires];
        let body = patch(&half, &user()).unwrap().unwrap();
        insta::assert_snapshot!(serde_json::to_string(&body).unwrap(), @r#"{"expires":null}"#);
    }

    #[test]
    fn what_somebody_else_changed_is_not_overwritten() {
        let changed = |change| patch(&[change], &user()).unwrap_err();
        assert_eq!(
            changed(name("Aisha K", "A. Khan")),
            PortalErrorKind::Changed { field: "name" }
        );
        assert_eq!(
            changed(Change::Email {
                before: Some("a.khan@northshire.example".into()),
                after: "aisha@northshire.example".into()
            }),
            PortalErrorKind::Changed { field: "email" }
        );
        assert_eq!(
            changed(Change::Expires {
                before: None,
                after: Some(day(2026, 1, 1))
            }),
            PortalErrorKind::Changed { field: "expires" }
        );
    }

    #[test]
    fn what_the_portal_has_no_call_for_is_refused() {
        let active = Change::Active {
            before: true,
            after: false,
        };
        let refused = patch(&[active], &user()).unwrap_err();
        assert_eq!(refused, PortalErrorKind::Unsupported("deactivation"));
    }
}
