//! Wire to model and back, for the Hampshire Services Portal. Pure. Refuses what it cannot
//! understand; the words of a refusal hold nothing of what the portal sent.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::api::{NewUser, Service, User};
use crate::model::live::{CatalogueArea, LiveAccount};
use crate::model::name::{AreaName, LoginId};
use crate::model::plan::AccountRef;
use crate::portal::error::PortalErrorKind;
use crate::portal::field::{LONGEST_TEXT, malformed};
use crate::portal::http::CallFailure;

/// The tick that makes an administrator (S12). It stands among the services' ids on the wire and
/// never among the areas.
pub(super) const ADMIN_ROLE: &str = "Organisation Admin";

/// An account. Somebody with an education account signs in with the user id, everybody else with
/// the email address that was registered (S5).
pub(super) fn account(user: User) -> Result<LiveAccount, PortalErrorKind> {
    let User {
        user_id,
        name,
        email,
        roles,
        origin,
    } = user;
    let email = email.filter(|email| !email.trim().is_empty());
    if user_id.trim().is_empty() {
        return Err(malformed("a user without `user_id`"));
    }
    for (what, value) in [
        ("user_id", Some(&user_id)),
        ("name", Some(&name)),
        ("email", email.as_ref()),
    ] {
        if value.is_some_and(|value| value.len() > LONGEST_TEXT) {
            return Err(too_long(what));
        }
    }
    let (login, upstream) = match (origin.as_str(), &email) {
        // Made and kept in SIMS, EAMW or the council's own directory. To the planner that means:
        // never created, edited or ended as an account. What is ticked here is ours all the same:
        // a user whom the YAML names is given services and has them all unticked, since an end at
        // this portal is no more than that.
        ("education-account", _) => (LoginId::new(user_id.as_str()), true),
        ("registered", Some(email)) => (LoginId::new(email.as_str()), false),
        ("registered", None) => return Err(malformed("a registered user without `email`")),
        // How such a user signs in is not known, so nobody could be recognised.
        _ => return Err(malformed("an `origin` that was not agreed")),
    };
    Ok(LiveAccount {
        id: user_id.into(),
        login,
        name: name.into(),
        email: email.map(Into::into),
        expires: None,
        active: true,
        locked: false,
        upstream,
        admin: roles.iter().any(|role| role == ADMIN_ROLE),
        areas: roles
            .into_iter()
            .filter(|role| role != ADMIN_ROLE)
            .map(Into::into)
            .collect(),
        last_sign_in: None,
    })
}

/// An area.
pub(super) fn area(service: Service) -> Result<CatalogueArea, PortalErrorKind> {
    let Service { id, title } = service;
    if id.trim().is_empty() {
        return Err(malformed("a service without `id`"));
    }
    if id == ADMIN_ROLE {
        return Err(malformed("a service with the id of the admin tick"));
    }
    for (what, value) in [("id", &id), ("title", &title)] {
        if value.len() > LONGEST_TEXT {
            return Err(too_long(what));
        }
    }
    Ok(CatalogueArea {
        name: id.into(),
        title: title.into(),
        access_key_required: false,
        administration: false,
    })
}

/// A user to be registered.
pub(super) fn new_user(
    account: &AccountRef,
    email: Option<&Arc<str>>,
) -> Result<NewUser, PortalErrorKind> {
    let login = account.login.as_str();
    if !login.contains('@') {
        return Err(PortalErrorKind::Unsupported(
            "user ids come from SIMS or EAMW; only somebody who signs in with an email address is registered here",
        ));
    }
    if email.is_some_and(|email| LoginId::new(&**email) != account.login) {
        return Err(PortalErrorKind::Unsupported(
            "a registered user's login id is the email address; the two cannot differ",
        ));
    }
    Ok(NewUser {
        name: account.name.to_string(),
        email: login.to_owned(),
    })
}

/// The whole set that is to be saved over `live`: the named ticks changed, every other one kept
/// (S10, S12); none where nothing would change, so that nobody is mailed for nothing (S13).
pub(super) fn new_roles(
    live: &BTreeSet<String>,
    give: &[AreaName],
    take: &[AreaName],
    admin: Option<bool>,
) -> Result<Option<BTreeSet<String>>, PortalErrorKind> {
    let is_admin_tick = |area: &AreaName| area.as_str() == ADMIN_ROLE;
    if give.iter().chain(take).any(is_admin_tick) {
        return Err(PortalErrorKind::Unsupported(
            "the admin tick as an area; it is changed by promoting and demoting",
        ));
    }
    let mut roles = live.clone();
    for area in take {
        roles.remove(area.as_str());
    }
    roles.extend(give.iter().map(|area| area.as_str().to_owned()));
    match admin {
        Some(true) => {
            roles.insert(ADMIN_ROLE.to_owned());
        }
        Some(false) => {
            roles.remove(ADMIN_ROLE);
        }
        None => {}
    }
    Ok((roles != *live).then_some(roles))
}

/// The same failure, with what is to be done about it where this portal's code says that.
pub(super) fn advised(mut failure: CallFailure) -> CallFailure {
    let status = match failure.kind {
        PortalErrorKind::Forbidden(_) => 403,
        PortalErrorKind::Conflict { status, .. } => status,
        _ => return failure,
    };
    let mut known = ADVICE.iter();
    let known = known.find(|(of, code, _)| *of == status && failure.has_code(code));
    if let Some((_, code, advice)) = known {
        failure.kind = PortalErrorKind::Barred {
            status,
            code,
            advice,
        };
    }
    failure
}

const ADVICE: &[(u16, &str, &str)] = &[
    (
        403,
        "managed-upstream",
        "this organisation's staff come from SIMS or EAMW and cannot be registered here; set the account up there, or give the organisation `provisioning: registered` only if it registers its users itself",
    ),
    (
        403,
        "secure-number-required",
        "the administrator to whom the token belongs has no mobile number registered; that person signs in to the Services Portal, opens `Organisation Admin`, registers a number with the code that is sent to it, and then beadle can run again",
    ),
    (
        409,
        "own-account",
        "the token belongs to this account, and nobody can delete their own; another Organisation Administrator deletes it",
    ),
];

fn too_long(field: &str) -> PortalErrorKind {
    PortalErrorKind::Malformed(format!("`{field}` is longer than {LONGEST_TEXT} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(edit: impl FnOnce(&mut serde_json::Value)) -> User {
        let mut user = serde_json::json!({
            "user_id": "AKHAN12",
            "name": "Aisha Khan",
            "email": "a.khan@meonbridge.example",
            "phone": "01632 960123",
            "otp_registered": true,
            "roles": ["schools-intranet", "Organisation Admin", "schools-intranet"],
            "origin": "education-account",
        });
        edit(&mut user);
        serde_json::from_value(user).unwrap()
    }

    /// S5, S12.
    #[test]
    fn the_login_id_follows_the_origin_and_the_admin_tick_is_no_area() {
        let staff = account(user(|_| {})).unwrap();
        assert_eq!(staff.login, LoginId::new("akhan12"));
        assert_eq!(staff.id.as_str(), "AKHAN12");
        assert!(staff.upstream && staff.admin && staff.active);
        assert_eq!(staff.areas, BTreeSet::from(["schools-intranet".into()]));
        let other = account(user(|user| {
            user["user_id"] = "r-0007".into();
            user["origin"] = "registered".into();
            user["roles"] = serde_json::json!([]);
        }));
        let other = other.unwrap();
        assert_eq!(other.login, LoginId::new("a.khan@meonbridge.example"));
        assert!(!other.upstream && !other.admin && other.areas.is_empty());
    }

    /// S7.
    #[test]
    fn a_phone_number_is_not_even_read() {
        let user = user(|user| user["phone"] = serde_json::json!({"any": ["thing"]}));
        assert!(!format!("{user:?} {:?}", account(user.clone())).contains("phone"));
    }

    #[test]
    fn what_cannot_be_understood_is_refused_and_not_repeated() {
        let told = |edit: fn(&mut serde_json::Value)| account(user(edit)).unwrap_err().to_string();
        insta::assert_snapshot!(told(|user| user["user_id"] = " ".into()), @"the answer does not have the form that was agreed (a user without `user_id`)");
        insta::assert_snapshot!(told(|user| user["origin"] = "s3cret".into()), @"the answer does not have the form that was agreed (an `origin` that was not agreed)");
        insta::assert_snapshot!(told(|user| user["name"] = "s3cret".repeat(200).into()), @"the answer does not have the form that was agreed (`name` is longer than 1000 bytes)");
        insta::assert_snapshot!(told(|user| {
            user["origin"] = "registered".into();
            user["email"] = "".into();
        }), @"the answer does not have the form that was agreed (a registered user without `email`)");
        let admin = Service {
            id: ADMIN_ROLE.to_owned(),
            title: String::new(),
        };
        insta::assert_snapshot!(area(admin).unwrap_err(), @"the answer does not have the form that was agreed (a service with the id of the admin tick)");
    }

    /// S10, S12, S13.
    #[test]
    fn only_the_named_ticks_change_and_nothing_is_saved_for_nothing() {
        let live = ["hias", "old-page", ADMIN_ROLE];
        let live: BTreeSet<String> = live.into_iter().map(str::to_owned).collect();
        let saved = |give: &[&str], take: &[&str], admin| {
            let names = |list: &[&str]| list.iter().map(|name| (*name).into()).collect::<Vec<_>>();
            new_roles(&live, &names(give), &names(take), admin)
                .unwrap()
                .map(|roles| roles.into_iter().collect::<Vec<_>>().join(", "))
        };
        assert_eq!(
            saved(&["property"], &["hias"], None).as_deref(),
            Some("Organisation Admin, old-page, property")
        );
        assert_eq!(
            saved(&[], &[], Some(false)).as_deref(),
            Some("hias, old-page")
        );
        assert_eq!(saved(&["hias"], &["property"], Some(true)), None);
        assert_eq!(saved(&[], &[], None), None);
        let admin = new_roles(&live, &[ADMIN_ROLE.into()], &[], None);
        assert!(matches!(admin, Err(PortalErrorKind::Unsupported(_))));
    }

    proptest::proptest! {
        #[test]
        fn no_user_makes_it_panic(id in ".{0,20}", name in ".{0,20}", email in ".{0,20}", role in ".{0,20}", origin in "education-account|registered|.{0,20}") {
            let _ = account(User { user_id: id, name, email: Some(email), roles: vec![role], origin });
        }
    }
}
