//! The driver of the Services Portal against a portal that answers whatever a test tells it to:
//! what is read, what is written, and what becomes of every bad answer.

mod listing;
mod writing;

use std::sync::Arc;
use std::time::Duration;

use beadle::model::name::PortalOrganisation;
use beadle::model::plan::{AccountRef, Write};
use beadle::portal::{Access, PortalWrite, driver};
use serde_json::{Value, json};

use super::TOKEN;
use super::server::{Reply, Seen};

/// A number that nothing may show; the range is kept for drama, so it is nobody's.
const PHONE: &str = "01632 960123";

fn school() -> PortalOrganisation {
    "9990001".into()
}

fn opened(url: &str) -> Arc<dyn PortalWrite> {
    let mut access = Access::new("services".into(), url, TOKEN.into());
    access.first_pause = Duration::from_millis(1);
    driver("hampshire").unwrap().open_write(access).unwrap()
}

fn account(id: Option<&str>) -> AccountRef {
    AccountRef {
        login: "AKHAN12".into(),
        name: "Aisha Khan".into(),
        id: id.map(Into::into),
        person: None,
    }
}

/// User number `number`, with these roles.
fn user(number: usize, roles: &[&str]) -> Value {
    json!({
        "user_id": format!("USER{number:02}"), "name": format!("User {number}"),
        "email": format!("user{number}@willowford.example"), "phone": PHONE,
        "otp_registered": true, "roles": roles, "origin": "education-account",
    })
}

fn page(total: u64, next: Option<&str>, users: &[Value]) -> Value {
    json!({"organisation": "9990001", "total": total, "next": next, "users": users})
}

fn services() -> Value {
    json!({"organisation": "9990001", "total": 2, "services": [
        {"id": "music", "title": "Music Service"},
        {"id": "property", "title": "Property"},
    ]})
}

/// Answers the services well, and users with `users`.
fn with_users(
    users: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
) -> impl Fn(&Seen) -> Reply + Send + Sync + 'static {
    move |seen| match seen.path() {
        "/organisations/9990001/services" => Reply::json(200, &services()),
        _ => users(seen),
    }
}

/// One user's roles, with their version tag.
fn roles(roles: &[&str], tag: &str) -> Reply {
    let body = json!({"organisation": "9990001", "user_id": "AKHAN12", "roles": roles});
    Reply::json(200, &body).header("ETag", tag)
}

fn set(give: &[&str], take: &[&str], admin: Option<bool>) -> Write {
    Write::AccountSet {
        account: account(Some("AKHAN12")),
        give: give.iter().map(|name| (*name).into()).collect(),
        take: take.iter().map(|name| (*name).into()).collect(),
        admin,
    }
}
