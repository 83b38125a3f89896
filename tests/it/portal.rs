//! The OfS driver and the client below it against a portal that answers whatever a test tells it
//! to: what is read, what is written, and what becomes of every bad answer.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod answers;
mod hampshire;
mod hfl;
mod hwb;
mod listing;
mod retries;
mod scim;
mod secrets;
mod server;
mod steady;
mod stopped;
mod writing;

use std::sync::Arc;
use std::time::Duration;

use beadle::model::name::{PortalId, PortalOrganisation};
use beadle::model::plan::AccountRef;
use beadle::portal::{Access, PortalRead, PortalWrite, driver};
use serde_json::{Value, json};

use self::server::{Reply, Seen};

/// The token of every test; nothing that beadle prints may hold it.
pub(super) const TOKEN: &str = "canary-token-5f3a9c";

fn provider() -> PortalOrganisation {
    "10009999".into()
}

fn access(url: &str) -> Access {
    let mut access = Access::new("ofs".into(), url, TOKEN.into());
    access.first_pause = Duration::from_millis(1);
    access
}

fn reader(url: &str) -> Arc<dyn PortalRead> {
    opened(access(url))
}

fn opened(access: Access) -> Arc<dyn PortalRead> {
    driver("ofs").unwrap().open_read(access).unwrap()
}

fn writer(url: &str) -> Arc<dyn PortalWrite> {
    driver("ofs").unwrap().open_write(access(url)).unwrap()
}

fn account(login: &str, id: Option<&str>) -> AccountRef {
    AccountRef {
        login: login.into(),
        name: "Aisha Khan".into(),
        id: id.map(PortalId::from),
        person: None,
    }
}

/// User number `number`, with these areas.
fn user(number: usize, areas: &[&str]) -> Value {
    json!({
        "id": format!("u-{number:04}"),
        "email": format!("user{number}@northshire.example"),
        "name": format!("User {number}"),
        "expires": "2027-07-31",
        "locked": false,
        "areas": areas,
        "last_sign_in": null,
    })
}

fn users_page(page: u64, per_page: u64, total: u64, users: &[Value]) -> Value {
    json!({
        "provider": "10009999", "page": page, "per_page": per_page, "total": total, "users": users,
    })
}

/// Two areas: one to grant, and the one whose members are the administrators.
fn areas() -> Value {
    json!({
        "provider": "10009999", "page": 1, "per_page": 200, "total": 2, "areas": [
            {"code": "finance", "title": "Finance", "access_key_required": false, "administration": false},
            {"code": "user-admin", "title": "User administrator", "access_key_required": true, "administration": true},
        ],
    })
}

/// Answers the catalogue well, and users with `users`.
fn with_users(
    users: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
) -> impl Fn(&Seen) -> Reply + Send + Sync + 'static {
    move |seen| match seen.path() {
        "/providers/10009999/areas" => Reply::json(200, &areas()),
        _ => users(seen),
    }
}

/// One user's answer, with its version tag.
fn one_user(user: &Value, tag: &str) -> Reply {
    Reply::json(200, &json!({"provider": "10009999", "user": user})).header("ETag", tag)
}
