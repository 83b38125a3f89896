//! What the HFL portal writes and reads, field by field. These are the sandbox's own types: a
//! driver's would hide its own mistakes.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::fields::{invalid_email, invalid_name, invalid_username};
use super::rules::{Changes, NewSubAccount};
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, Area};

/// A sub account.
#[derive(Debug, Serialize)]
pub(super) struct SubAccount {
    id: String,
    username: String,
    name: String,
    /// Blank where there is none, as on the portal's screen.
    email: String,
    /// The day; none for an account that was there before the sandbox.
    created: Option<String>,
}

impl SubAccount {
    /// The account as the portal shows it, made on day `created`.
    pub(super) fn of(account: Account, created: Option<String>) -> Self {
        let Account {
            id,
            login,
            name,
            email,
            expires: _,
            active: _,
            locked: _,
            upstream: _,
            admin: _,
            last_sign_in: _,
            areas: _,
            version: _,
        } = account;
        Self {
            id,
            username: login,
            name,
            email: email.unwrap_or_default(),
            created,
        }
    }
}

/// A product, subscription or purchase.
#[derive(Debug, Serialize)]
pub(super) struct Product {
    id: String,
    title: String,
}

impl From<Area> for Product {
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

/// A school's main account.
#[derive(Debug, Serialize)]
pub(super) struct MainAccount<'a> {
    pub(super) school: &'a str,
    pub(super) username: &'a str,
    pub(super) name: &'a str,
    /// Whether it has bought anything that sub accounts could be given.
    pub(super) subscribed: bool,
}

/// One sub account of a school.
#[derive(Debug, Serialize)]
pub(super) struct OneSubAccount<'a> {
    pub(super) school: &'a str,
    pub(super) sub_account: SubAccount,
}

/// All sub accounts of a school.
#[derive(Debug, Serialize)]
pub(super) struct SubAccounts<'a> {
    pub(super) school: &'a str,
    pub(super) total: i64,
    pub(super) sub_accounts: Vec<SubAccount>,
}

/// All that a school has bought.
#[derive(Debug, Serialize)]
pub(super) struct Products<'a> {
    pub(super) school: &'a str,
    pub(super) total: i64,
    pub(super) products: Vec<Product>,
}

/// The sub accounts that are ticked for a product.
#[derive(Debug, Serialize)]
pub(super) struct Permissions<'a> {
    pub(super) school: &'a str,
    pub(super) product: &'a str,
    pub(super) total: i64,
    pub(super) sub_accounts: Vec<String>,
}

/// `{username, name, email, notify, accept_terms}`.
pub(super) fn new_sub_account(mut body: Map<String, Value>) -> Result<NewSubAccount, Problem> {
    let username = text(body.remove("username"), || {
        invalid_username("it is missing")
    })?;
    let name = text(body.remove("name"), || invalid_name("it is missing"))?;
    let email = body.remove("email").map_or(Ok(String::new()), email)?;
    let notify = choice(&mut body, "notify")?;
    let accept_terms = choice(&mut body, "accept_terms")?;
    nothing_else(&body)?;
    Ok(NewSubAccount {
        username,
        name,
        email,
        notify,
        accept_terms,
    })
}

/// A subset of `{name, email}`.
pub(super) fn changes(mut body: Map<String, Value>) -> Result<Changes, Problem> {
    let name = body.remove("name");
    let name = name.map(|value| text(Some(value), || invalid_name("it is not a text")));
    let address = body.remove("email").map(email);
    nothing_else(&body)?;
    Ok(Changes {
        name: name.transpose()?,
        email: address.transpose()?,
    })
}

/// `{sub_accounts: [id]}`.
pub(super) fn ticks(mut body: Map<String, Value>) -> Result<BTreeSet<String>, Problem> {
    let wrong = || Problem::invalid_body("`sub_accounts` is the list of all ids that are ticked");
    let Some(Value::Array(list)) = body.remove("sub_accounts") else {
        return Err(wrong());
    };
    nothing_else(&body)?;
    let count = list.len();
    let ids = list.into_iter().map(|id| text(Some(id), wrong));
    let ids = ids.collect::<Result<BTreeSet<_>, _>>()?;
    if ids.len() < count {
        return Err(Problem::invalid_body("`sub_accounts` has an id twice"));
    }
    Ok(ids)
}

fn text(value: Option<Value>, wrong: impl Fn() -> Problem) -> Result<String, Problem> {
    match value {
        Some(Value::String(text)) => Ok(text),
        _ => Err(wrong()),
    }
}

/// An address; `null` is a blank one.
fn email(value: Value) -> Result<String, Problem> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        _ => Err(invalid_email("it is neither a text nor null")),
    }
}

/// A box of the form: one that is not sent is not ticked.
fn choice(body: &mut Map<String, Value>, field: &str) -> Result<bool, Problem> {
    match body.remove(field) {
        None => Ok(false),
        Some(Value::Bool(ticked)) => Ok(ticked),
        Some(_) => Err(Problem::invalid_body(format!("`{field}` is true or false"))),
    }
}

/// A field that the portal does not know is a mistake of the caller's, not to be passed over.
fn nothing_else(body: &Map<String, Value>) -> Result<(), Problem> {
    body.keys()
        .next()
        .map_or(Ok(()), |field| Err(Problem::unknown_field(field)))
}
