//! Whether an account is as it was when its plan was reviewed, but for what the plan itself has done
//! to it since.

use serde_json::Value;

use crate::model::name::canonical;
use crate::model::plan::ActionKind;
use crate::model::plan_document::ActionDocument;
use crate::model::snapshot::SnapshotAccount;

/// A field that is not as it was.
pub(super) struct Other {
    pub(super) field: &'static str,
    pub(super) was: Value,
    pub(super) is: Value,
}

/// The fields in which an account is another than it was, but for what was carried out.
pub(super) fn others(
    before: &SnapshotAccount,
    now: &SnapshotAccount,
    carried_out: &[&ActionDocument],
) -> Vec<Other> {
    let SnapshotAccount {
        id: _,
        login,
        name,
        email,
        expires,
        active,
        // Not state of ours, and gone by itself.
        locked: _,
        upstream,
        admin,
        areas,
        last_sign_in: _,
    } = before;
    let sets = |field: &str, to: &str| {
        carried_out.iter().any(|action| {
            let after = action.after.as_ref().and_then(|after| after.get(field));
            let after = after.and_then(Value::as_str);
            after.is_some_and(|after| canonical(after) == canonical(to))
        })
    };
    let did = |kinds: &[ActionKind]| carried_out.iter().any(|one| kinds.contains(&one.kind));
    let sets_either = |to: &str| sets("login", to) || sets("email", to);
    let ends = did(&[ActionKind::Expire, ActionKind::Renew]);
    let sets_end = now
        .expires
        .is_some_and(|day| sets("expires", &day.to_string()));
    let sets_admin = did(&[ActionKind::Promote, ActionKind::Demote, ActionKind::Expire]);
    let mut found = Vec::new();
    let mut compare = |field: &'static str, was: Value, is: Value, by_us: bool| {
        if was != is && !by_us {
            found.push(Other { field, was, is });
        }
    };
    let (new_login, new_email) = (now.login.as_str(), now.email.as_deref().unwrap_or_default());
    compare(
        "login",
        login.as_str().into(),
        new_login.into(),
        sets_either(new_login),
    );
    compare(
        "name",
        name.as_str().into(),
        now.name.as_str().into(),
        sets("name", &now.name),
    );
    compare(
        "email",
        text(email),
        text(&now.email),
        sets_either(new_email),
    );
    compare("expires", day(*expires), day(now.expires), ends || sets_end);
    compare("active", (*active).into(), now.active.into(), ends);
    compare("upstream", (*upstream).into(), now.upstream.into(), false);
    compare("admin", (*admin).into(), now.admin.into(), sets_admin);
    let of_area = |kind: ActionKind, area: &str| {
        let on_area = |action: &&ActionDocument| action.area.as_deref() == Some(area);
        carried_out
            .iter()
            .any(|action| action.kind == kind && on_area(action))
    };
    let gained = now.areas.iter().filter(|area| !areas.contains(area));
    let lost = areas.iter().filter(|area| !now.areas.contains(area));
    let mut by_us = gained
        .map(|area| of_area(ActionKind::Grant, area))
        .chain(lost.map(|area| of_area(ActionKind::Revoke, area) || did(&[ActionKind::Expire])));
    let by_us = by_us.all(|one| one);
    compare("areas", list(areas), list(&now.areas), by_us);
    found
}

fn text(text: &Option<String>) -> Value {
    text.as_deref().map_or(Value::Null, Value::from)
}

fn day(day: Option<jiff::civil::Date>) -> Value {
    day.map_or(Value::Null, |day| day.to_string().into())
}

fn list(areas: &[String]) -> Value {
    let mut areas: Vec<&str> = areas.iter().map(String::as_str).collect();
    areas.sort_unstable();
    areas.into()
}
