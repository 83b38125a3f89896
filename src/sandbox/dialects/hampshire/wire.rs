//! What the Services Portal writes and reads, field by field. These are the sandbox's own types: a
//! driver's would hide its own mistakes.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::fields::{invalid_email, invalid_name};
use super::rules::{NewUser, ORGANISATION_ADMIN, Seen};
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, Area};

/// What stands where a phone number would: the portal's list shows such zeros (S7), and the
/// sandbox keeps no numbers.
pub(super) const NO_PHONE: &str = "0000000000";

/// A user.
#[derive(Debug, Serialize)]
pub(super) struct User {
    user_id: String,
    name: String,
    email: Option<String>,
    phone: &'static str,
    otp_registered: bool,
    roles: BTreeSet<String>,
    origin: &'static str,
}

impl User {
    /// The account as the portal shows it.
    pub(super) fn of(seen: Seen) -> Self {
        let Seen {
            account,
            has_number,
        } = seen;
        let roles = roles(&account);
        let Account {
            id,
            login: _,
            name,
            email,
            expires: _,
            active: _,
            locked: _,
            upstream,
            admin: _,
            last_sign_in: _,
            areas: _,
            version: _,
        } = account;
        Self {
            user_id: id,
            name,
            email,
            phone: NO_PHONE,
            otp_registered: has_number,
            roles,
            origin: if upstream {
                "education-account"
            } else {
                "registered"
            },
        }
    }
}

/// The roles of an account: its services and the admin tick.
pub(super) fn roles(account: &Account) -> BTreeSet<String> {
    let mut roles = account.areas.clone();
    if account.admin {
        roles.insert(ORGANISATION_ADMIN.to_owned());
    }
    roles
}

/// A page of an organisation's users.
#[derive(Debug, Serialize)]
pub(super) struct UserPage<'a> {
    pub(super) organisation: &'a str,
    pub(super) total: i64,
    pub(super) next: Option<String>,
    pub(super) users: Vec<User>,
}

/// One user of an organisation.
#[derive(Debug, Serialize)]
pub(super) struct OneUser<'a> {
    pub(super) organisation: &'a str,
    pub(super) user: User,
}

/// One user's whole set of roles.
#[derive(Debug, Serialize)]
pub(super) struct UserRoles<'a> {
    pub(super) organisation: &'a str,
    pub(super) user_id: &'a str,
    pub(super) roles: BTreeSet<String>,
}

/// The services of an organisation.
#[derive(Debug, Serialize)]
pub(super) struct Services<'a> {
    pub(super) organisation: &'a str,
    pub(super) total: i64,
    pub(super) services: Vec<Service>,
}

/// One service.
#[derive(Debug, Serialize)]
pub(super) struct Service {
    id: String,
    title: String,
}

impl From<Area> for Service {
    fn from(area: Area) -> Self {
        let Area {
            code,
            title,
            access_key_required: _,
            administration: _,
        } = area;
        Self { id: code, title }
    }
}

/// `{name, email}`.
pub(super) fn new_user(mut body: Map<String, Value>) -> Result<NewUser, Problem> {
    let name = text(body.remove("name"), || invalid_name("it is missing"))?;
    let email = text(body.remove("email"), || invalid_email("it is missing"))?;
    nothing_else(&body)?;
    Ok(NewUser { name, email })
}

/// `{roles: [role]}`.
pub(super) fn new_roles(mut body: Map<String, Value>) -> Result<BTreeSet<String>, Problem> {
    let wrong = || Problem::invalid_body("`roles` is the whole list of the user's roles");
    let Some(Value::Array(list)) = body.remove("roles") else {
        return Err(wrong());
    };
    nothing_else(&body)?;
    list.into_iter()
        .map(|role| text(Some(role), wrong))
        .collect()
}

fn text(value: Option<Value>, wrong: impl Fn() -> Problem) -> Result<String, Problem> {
    match value {
        Some(Value::String(text)) => Ok(text),
        _ => Err(wrong()),
    }
}

/// A field that the portal does not know is a mistake of the caller's, not to be passed over.
fn nothing_else(body: &Map<String, Value>) -> Result<(), Problem> {
    body.keys()
        .next()
        .map_or(Ok(()), |field| Err(Problem::unknown_field(field)))
}
