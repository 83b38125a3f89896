//! What the OfS portal writes and reads, field by field. These are the sandbox's own types: a
//! driver's would hide its own mistakes.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

use super::fields::{day, invalid_date, invalid_email, invalid_name, only_unlocking};
use super::rules::{Changes, NewUser};
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, Area};

/// A user.
#[derive(Debug, Serialize)]
pub(super) struct User {
    id: String,
    email: String,
    name: String,
    expires: Option<Date>,
    locked: bool,
    areas: Vec<String>,
    last_sign_in: Option<Date>,
}

impl User {
    /// The account as the portal shows it; an administrator has the administration area.
    pub(super) fn of(account: Account, administration: Option<&str>) -> Self {
        let Account {
            id,
            login,
            name,
            email: _,
            expires,
            active: _,
            locked,
            upstream: _,
            admin,
            last_sign_in,
            mut areas,
            version: _,
        } = account;
        if admin {
            areas.extend(administration.map(str::to_owned));
        }
        Self {
            id,
            email: login,
            name,
            expires,
            locked,
            areas: areas.into_iter().collect(),
            last_sign_in,
        }
    }
}

/// An area.
#[derive(Debug, Serialize)]
pub(super) struct AreaEntry {
    code: String,
    title: String,
    access_key_required: bool,
    administration: bool,
}

impl From<Area> for AreaEntry {
    fn from(area: Area) -> Self {
        let Area {
            code,
            title,
            access_key_required,
            administration,
        } = area;
        Self {
            code,
            title,
            access_key_required,
            administration,
        }
    }
}

/// One user of a provider.
#[derive(Debug, Serialize)]
pub(super) struct OneUser<'a> {
    pub(super) provider: &'a str,
    pub(super) user: User,
}

/// A page of a provider's users.
#[derive(Debug, Serialize)]
pub(super) struct UserPage<'a> {
    pub(super) provider: &'a str,
    pub(super) page: i64,
    pub(super) per_page: i64,
    pub(super) total: i64,
    pub(super) users: Vec<User>,
}

/// A page of a provider's areas.
#[derive(Debug, Serialize)]
pub(super) struct AreaPage<'a> {
    pub(super) provider: &'a str,
    pub(super) page: i64,
    pub(super) per_page: i64,
    pub(super) total: i64,
    pub(super) areas: Vec<AreaEntry>,
}

/// A page of the users of an area.
#[derive(Debug, Serialize)]
pub(super) struct AreaUserPage<'a> {
    pub(super) provider: &'a str,
    pub(super) area: &'a str,
    pub(super) page: i64,
    pub(super) per_page: i64,
    pub(super) total: i64,
    pub(super) users: Vec<String>,
}

/// The users that areas were copied to.
#[derive(Debug, Serialize)]
pub(super) struct Copied<'a> {
    pub(super) provider: &'a str,
    pub(super) users: Vec<User>,
}

/// What an access key gave.
#[derive(Debug, Serialize)]
pub(super) struct Activated<'a> {
    pub(super) provider: &'a str,
    pub(super) area: &'a str,
    pub(super) user: User,
}

/// `{email, name, expires}`.
pub(super) fn new_user(mut body: Map<String, Value>) -> Result<NewUser, Problem> {
    let email = text(body.remove("email"), || invalid_email("it is missing"))?;
    let name = text(body.remove("name"), || invalid_name("it is missing"))?;
    let expires = match body.remove("expires") {
        None => None,
        Some(value) => optional_day(&value)?,
    };
    nothing_else(&body)?;
    Ok(NewUser {
        email,
        name,
        expires,
    })
}

/// A subset of `{email, name, expires, locked: false}`.
pub(super) fn changes(mut body: Map<String, Value>) -> Result<Changes, Problem> {
    let email = body.remove("email");
    let email = email.map(|value| text(Some(value), || invalid_email("it is not a text")));
    let name = body.remove("name");
    let name = name.map(|value| text(Some(value), || invalid_name("it is not a text")));
    let expires = body.remove("expires").map(|value| optional_day(&value));
    let unlock = match body.remove("locked") {
        None => false,
        Some(Value::Bool(false)) => true,
        Some(_) => return Err(only_unlocking()),
    };
    nothing_else(&body)?;
    Ok(Changes {
        email: email.transpose()?,
        name: name.transpose()?,
        expires: expires.transpose()?,
        unlock,
    })
}

/// `{to: [id]}`.
pub(super) fn copy_targets(mut body: Map<String, Value>) -> Result<Vec<String>, Problem> {
    let wrong = || Problem::invalid_body("`to` is a list of at least one user id");
    let Some(Value::Array(list)) = body.remove("to") else {
        return Err(wrong());
    };
    nothing_else(&body)?;
    if list.is_empty() {
        return Err(wrong());
    }
    list.into_iter().map(|id| text(Some(id), wrong)).collect()
}

/// `{key, email}`.
pub(super) fn key_activation(mut body: Map<String, Value>) -> Result<(String, String), Problem> {
    let key = text(body.remove("key"), || {
        Problem::invalid_body("`key` is the key as it was posted")
    })?;
    let email = text(body.remove("email"), || {
        Problem::invalid_body("`email` is the address of the user who activates the key")
    })?;
    nothing_else(&body)?;
    Ok((key, email))
}

fn text(value: Option<Value>, wrong: impl Fn() -> Problem) -> Result<String, Problem> {
    match value {
        Some(Value::String(text)) => Ok(text),
        _ => Err(wrong()),
    }
}

fn optional_day(value: &Value) -> Result<Option<Date>, Problem> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => day(text).map(Some),
        _ => Err(invalid_date("it is neither a text nor null")),
    }
}

/// A field that the portal does not know is a mistake of the caller's, not to be passed over.
fn nothing_else(body: &Map<String, Value>) -> Result<(), Problem> {
    body.keys()
        .next()
        .map_or(Ok(()), |field| Err(Problem::unknown_field(field)))
}
