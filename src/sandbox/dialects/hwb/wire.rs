//! What Hwb writes and reads, field by field. These are the sandbox's own types: a driver's would
//! hide its own mistakes.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

use super::fields::{Term, invalid_email, invalid_name, invalid_term};
use super::rules::{Activity, NewUser};
use crate::sandbox::problem::Problem;
use crate::sandbox::store::Account;

/// A user.
#[derive(Debug, Serialize)]
pub(super) struct User {
    id: String,
    username: String,
    email: Option<String>,
    name: String,
    origin: &'static str,
    active: bool,
    admin: bool,
    expires: Option<Date>,
    last_sign_in: Option<Date>,
}

impl User {
    /// The account as the portal shows it.
    pub(super) fn of(account: Account, activity: &Activity) -> Self {
        let active = activity.is_active(&account);
        let Account {
            id,
            login,
            name,
            email,
            expires,
            active: _,
            locked: _,
            upstream,
            admin,
            last_sign_in,
            areas: _,
            version: _,
        } = account;
        Self {
            id,
            username: login,
            email,
            name,
            origin: if upstream { "mis" } else { "non-mis" },
            active,
            admin,
            expires,
            last_sign_in,
        }
    }
}

/// One user of an organisation.
#[derive(Debug, Serialize)]
pub(super) struct OneUser<'a> {
    pub(super) organisation: &'a str,
    pub(super) user: User,
}

/// What is being made.
#[derive(Debug, Serialize)]
pub(super) struct Made<'a> {
    pub(super) organisation: &'a str,
    pub(super) id: &'a str,
    pub(super) username: &'a str,
}

/// A page of an organisation's users.
#[derive(Debug, Serialize)]
pub(super) struct UserPage<'a> {
    pub(super) organisation: &'a str,
    pub(super) total: i64,
    pub(super) users: Vec<User>,
}

/// A school.
#[derive(Debug, Serialize)]
pub(super) struct School {
    pub(super) id: String,
    pub(super) name: String,
}

/// The schools in an authority's area.
#[derive(Debug, Serialize)]
pub(super) struct Schools<'a> {
    pub(super) organisation: &'a str,
    pub(super) total: usize,
    pub(super) schools: Vec<School>,
}

/// A password that was set; the text only where the portal made it.
#[derive(Serialize)]
pub(super) struct NewPassword<'a> {
    pub(super) organisation: &'a str,
    pub(super) id: &'a str,
    pub(super) password: Option<String>,
}

/// `{name, email, term}`.
pub(super) fn new_user(mut body: Map<String, Value>) -> Result<NewUser, Problem> {
    let name = text(body.remove("name"), || invalid_name("it is missing"))?;
    let email = text(body.remove("email"), || invalid_email("it is missing"))?;
    let term = text(body.remove("term"), || invalid_term("it is missing"))?;
    nothing_else(&body)?;
    let term = Term::named(&term)?;
    Ok(NewUser { name, email, term })
}

/// `{term}`.
pub(super) fn term(mut body: Map<String, Value>) -> Result<Term, Problem> {
    let term = text(body.remove("term"), || invalid_term("it is missing"))?;
    nothing_else(&body)?;
    Term::named(&term)
}

/// `{password}`, or nothing.
pub(super) fn password(mut body: Map<String, Value>) -> Result<Option<String>, Problem> {
    let password = body.remove("password").filter(|value| !value.is_null());
    let wrong = || Problem::invalid_body("`password` is a text, or left out");
    let password = password.map(|value| text(Some(value), wrong)).transpose()?;
    nothing_else(&body)?;
    Ok(password)
}

/// A field that the portal does not know is a mistake of the caller's, not to be passed over.
pub(super) fn nothing_else(body: &Map<String, Value>) -> Result<(), Problem> {
    body.keys()
        .next()
        .map_or(Ok(()), |field| Err(Problem::unknown_field(field)))
}

fn text(value: Option<Value>, wrong: impl Fn() -> Problem) -> Result<String, Problem> {
    match value {
        Some(Value::String(text)) => Ok(text),
        _ => Err(wrong()),
    }
}
