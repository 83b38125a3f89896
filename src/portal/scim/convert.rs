//! Wire to model and back, for SCIM. Pure. Refuses what it cannot understand; the words of a
//! refusal hold nothing of what the server sent.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::profile::Profile;
use super::resource::Resource;
use crate::model::live::LiveAccount;
use crate::model::name::{LoginId, canonical};
use crate::model::plan::{AccountRef, Change};
use crate::portal::error::PortalErrorKind;

/// Longest text of one field, in bytes.
const LONGEST_TEXT: usize = 1_000;
const USER_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// An account, without its areas. A missing `active` is unknown, and taken as true.
pub(super) fn account(user: &Resource) -> Result<LiveAccount, PortalErrorKind> {
    let without = |what: &str| PortalErrorKind::Malformed(format!("a user without `{what}`"));
    let id = user.id().ok_or_else(|| without("id"))?;
    let login = user.text("userName").ok_or_else(|| without("userName"))?;
    let name = user.name().unwrap_or_else(|| login.to_owned());
    let email = user.email();
    for (what, value) in [("id", &*id), ("userName", login), ("name", &*name)] {
        bounded(what, value)?;
    }
    bounded("emails", email.unwrap_or_default())?;
    Ok(LiveAccount {
        id: id.into(),
        login: LoginId::new(login),
        name: name.into(),
        email: email.map(Into::into),
        expires: None,
        active: user.active().unwrap_or(true),
        locked: false,
        upstream: false,
        admin: false,
        areas: BTreeSet::new(),
        last_sign_in: None,
    })
}

fn bounded(what: &str, value: &str) -> Result<(), PortalErrorKind> {
    if value.len() <= LONGEST_TEXT {
        return Ok(());
    }
    Err(PortalErrorKind::Malformed(format!(
        "`{what}` is longer than {LONGEST_TEXT} bytes"
    )))
}

/// Given name and family name: the last word is the family's. Joined by a space they are the name.
pub(super) fn parts(name: &str) -> (Option<&str>, &str) {
    let name = name.trim();
    match name.rsplit_once(' ') {
        Some((given, family)) => (Some(given), family),
        None => (None, name),
    }
}

/// The body of a new user: only what the server knows (rule 7 of the SCIM design).
pub(super) fn new_user(account: &AccountRef, email: Option<&str>, profile: &Profile) -> Value {
    let mut user = Map::new();
    user.insert("schemas".to_owned(), json!([USER_SCHEMA]));
    user.insert("userName".to_owned(), account.login.as_str().into());
    let name = account.name.trim();
    if !name.is_empty() {
        if profile.allows("displayName") {
            user.insert("displayName".to_owned(), name.into());
        }
        let whole = names(name, profile);
        if profile.allows("name") && !whole.is_empty() {
            user.insert("name".to_owned(), Value::Object(whole));
        }
    }
    if let Some(email) = email.filter(|_| profile.allows("emails")) {
        let mut entry = Map::new();
        entry.insert("value".to_owned(), email.into());
        if profile.allows("emails.primary") {
            entry.insert("primary".to_owned(), true.into());
        }
        if profile.states("emails.type") {
            entry.insert("type".to_owned(), "work".into());
        }
        user.insert("emails".to_owned(), json!([entry]));
    }
    if profile.allows("active") {
        user.insert("active".to_owned(), true.into());
    }
    if let (true, Some(person)) = (profile.external_id, &account.person) {
        user.insert("externalId".to_owned(), Value::from(&**person));
    }
    Value::Object(user)
}

fn names(name: &str, profile: &Profile) -> Map<String, Value> {
    let (given, family) = parts(name);
    let all = [
        ("formatted", Some(name)),
        ("givenName", given),
        ("familyName", Some(family)),
    ];
    all.into_iter()
        .filter(|(part, _)| profile.allows(&format!("name.{part}")))
        .filter_map(|(part, text)| Some((part.to_owned(), Value::from(text?))))
        .collect()
}

/// What is to be written of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Name(String),
    Email(String),
    Login(String),
    Active(bool),
}

impl Field {
    /// What it is called in messages.
    pub(super) fn title(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Email(_) => "email",
            Self::Login(_) => "login",
            Self::Active(_) => "active",
        }
    }
}

/// What of `changes` is still to be written, as `user` is live. With `untouched`, nothing has been
/// written yet: a field that is then neither as the plan found it nor as it is wanted has been
/// changed by somebody else.
pub(super) fn left(
    changes: &[Change],
    user: &Resource,
    untouched: bool,
) -> Result<Vec<Field>, PortalErrorKind> {
    let live = account(user)?;
    let mut left = Vec::new();
    let mut want = |field: Field, as_found: bool| {
        if untouched && !as_found {
            return Err(PortalErrorKind::Changed {
                field: field.title(),
            });
        }
        left.push(field);
        Ok(())
    };
    for change in changes {
        match change {
            Change::Name { before, after } => {
                if *live.name != **after {
                    let as_found = before.as_deref() == Some(&*live.name);
                    want(Field::Name(after.to_string()), as_found)?;
                }
            }
            Change::Email { before, after } => {
                let shown = live.email.as_deref();
                if !shown.is_some_and(|shown| same_address(before.as_deref(), after, shown)) {
                    let as_found = before.as_deref() == shown;
                    want(Field::Email(after.to_string()), as_found)?;
                }
            }
            Change::Login { before, after } => {
                if live.login != *after {
                    let as_found = before.as_ref() == Some(&live.login);
                    want(Field::Login(after.as_str().to_owned()), as_found)?;
                }
            }
            Change::Active { before: _, after } => {
                if user.active() != Some(*after) {
                    want(Field::Active(*after), true)?;
                }
            }
            Change::Expires { .. } => {
                return Err(PortalErrorKind::Unsupported("a last day of access"));
            }
            Change::Term { .. } => return Err(PortalErrorKind::Unsupported("a term")),
        }
    }
    Ok(left)
}

/// A server may fold the case of an address; it is then the same, unless folding is all that the
/// change was about.
fn same_address(before: Option<&str>, after: &str, shown: &str) -> bool {
    let folded = canonical(after);
    let only_written_otherwise = before.is_some_and(|before| canonical(before) == folded);
    shown == after || (!only_written_otherwise && canonical(shown) == folded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Capabilities;

    fn user(value: Value) -> Resource {
        Resource(value.as_object().unwrap().clone())
    }

    #[test]
    fn a_missing_active_is_unknown_and_a_missing_name_is_the_login() {
        let live = account(&user(json!({"id": "1", "userName": "Ada@north.example"}))).unwrap();
        assert!(live.active);
        assert_eq!(&*live.name, "Ada@north.example");
        assert_eq!(live.login, LoginId::new("ada@NORTH.example"));
        for bad in [
            json!({"id": "1"}),
            json!({"userName": "a"}),
            json!({"id": "", "userName": "a"}),
        ] {
            assert!(account(&user(bad)).is_err());
        }
        let long = json!({"id": "1", "userName": "x".repeat(1_001)});
        assert!(account(&user(long)).is_err());
    }

    #[test]
    fn the_parts_of_a_name_make_the_name_again() {
        assert_eq!(parts("Ada Byron"), (Some("Ada"), "Byron"));
        assert_eq!(parts(" Kit van der Osei "), (Some("Kit van der"), "Osei"));
        assert_eq!(parts("Null"), (None, "Null"));
    }

    #[test]
    fn a_field_that_somebody_else_changed_is_not_written() {
        let live =
            user(json!({"id": "1", "userName": "a", "displayName": "Ada King", "active": "true"}));
        let change = |before: &str, after: &str| Change::Name {
            before: Some(before.into()),
            after: after.into(),
        };
        assert_eq!(
            left(&[change("Ada Byron", "Ada King")], &live, true),
            Ok(vec![])
        );
        assert!(left(&[change("Ada Byron", "Ada L")], &live, true).is_err());
        assert_eq!(
            left(&[change("Ada Byron", "Ada L")], &live, false),
            Ok(vec![Field::Name("Ada L".into())])
        );
        let active = |after| Change::Active {
            before: true,
            after,
        };
        assert_eq!(left(&[active(true)], &live, true), Ok(vec![]));
        assert_eq!(
            left(&[active(false)], &live, true),
            Ok(vec![Field::Active(false)])
        );
    }

    #[test]
    fn a_new_user_holds_what_the_server_knows() {
        let profile = Profile::conservative(&Capabilities {
            external_id: Some(true),
            ..Capabilities::default()
        });
        let account = AccountRef {
            login: "ada@north.example".into(),
            name: "Ada Byron".into(),
            id: None,
            person: Some("ada@north.example".into()),
        };
        insta::assert_snapshot!(new_user(&account, Some("ada@north.example"), &profile).to_string(), @r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@north.example","displayName":"Ada Byron","name":{"formatted":"Ada Byron","givenName":"Ada","familyName":"Byron"},"emails":[{"value":"ada@north.example","primary":true}],"active":true,"externalId":"ada@north.example"}"#);
    }
}
