//! The HFL portal's screens for the holder of a school's main account, in the guide's order and our
//! own words: My account with its tabs, Sub accounts, Permissions, and the window of Users. Every
//! form goes through the rules that the API goes through.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Value, context};

use super::rules::{self, Changes, NewSubAccount};
use crate::sandbox::pages::{Page, Visit};
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, Area, OrganisationRows, Stretch};

/// The templates, by name.
pub(super) const TEMPLATES: &[(&str, &str)] = &[
    ("hfl/menu.html", include_str!("../../pages/hfl/menu.html")),
    ("hfl/home.html", include_str!("../../pages/hfl/home.html")),
    ("hfl/list.html", include_str!("../../pages/hfl/list.html")),
    ("hfl/add.html", include_str!("../../pages/hfl/add.html")),
    ("hfl/edit.html", include_str!("../../pages/hfl/edit.html")),
    (
        "hfl/delete.html",
        include_str!("../../pages/hfl/delete.html"),
    ),
    (
        "hfl/permissions.html",
        include_str!("../../pages/hfl/permissions.html"),
    ),
    ("hfl/users.html", include_str!("../../pages/hfl/users.html")),
];

/// One page, shown or sent to.
pub(super) fn page(visit: &Visit<'_>) -> Result<Page, Problem> {
    match (visit.view, visit.sent) {
        ("", false) => home(visit),
        ("sub-accounts", false) => list(visit),
        ("add", false) => Ok(show("hfl/add.html", context! { tab => "sub-accounts" })),
        ("add", true) => create(visit),
        ("edit", false) => form(visit, "hfl/edit.html"),
        ("edit", true) => edit(visit),
        ("delete", false) => form(visit, "hfl/delete.html"),
        ("delete", true) => delete(visit),
        ("permissions", false) => permissions(visit),
        ("users", false) => users(visit),
        ("users", true) => save(visit),
        (view, _) => Err(Problem::not_found(view)),
    }
}

fn show(template: &'static str, context: Value) -> Page {
    Page::Show { template, context }
}

fn go<const N: usize>(view: &'static str, fields: [(&'static str, &str); N]) -> Page {
    let fields = fields.map(|(name, value)| (name, value.to_owned()));
    Page::Go {
        view,
        fields: BTreeMap::from(fields),
    }
}

/// What has just been done, in a sentence; the address only names it.
fn done(visit: &Visit<'_>) -> &'static str {
    match visit.field("done") {
        "created" => "The sub account has been created.",
        "saved" => "The sub account has been saved.",
        "deleted" => "The sub account has been deleted.",
        "ticked" => "The permissions have been saved.",
        _ => "",
    }
}

fn shown(school: &OrganisationRows<'_>, account: &Account) -> Result<Value, Problem> {
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
    let created = school.creation(id)?.map(|day| on_screen(&day));
    Ok(context! { id, username => login, name, email => email.as_deref().unwrap_or(""), created })
}

/// A day as the portal's list shows it: day, month, year.
fn on_screen(day: &str) -> String {
    let mut parts: Vec<&str> = day.split('-').collect();
    parts.reverse();
    parts.join("/")
}

fn shown_product(area: &Area) -> Value {
    let Area {
        code,
        title,
        access_key_required: _,
        administration: _,
    } = area;
    context! { id => code, title }
}

fn products(school: &OrganisationRows<'_>) -> Result<Vec<Value>, Problem> {
    let areas = school.areas(&Stretch::all())?;
    Ok(areas.iter().map(shown_product).collect())
}

fn home(visit: &Visit<'_>) -> Result<Page, Problem> {
    let school = &visit.organisation;
    let context = context! {
        tab => "my-account", username => rules::main_username(school), products => products(school)?,
        total => school.accounts_count("", &Stretch::all().hidden)?,
    };
    Ok(show("hfl/home.html", context))
}

fn list(visit: &Visit<'_>) -> Result<Page, Problem> {
    let school = &visit.organisation;
    let accounts = school
        .accounts("", &Stretch::all())?
        .iter()
        .map(|account| shown(school, account))
        .collect::<Result<Vec<Value>, _>>()?;
    let context = context! { tab => "sub-accounts", accounts, message => done(visit) };
    Ok(show("hfl/list.html", context))
}

fn create(visit: &Visit<'_>) -> Result<Page, Problem> {
    let new = NewSubAccount {
        username: visit.field("username").trim().to_owned(),
        name: visit.field("name").trim().to_owned(),
        email: visit.field("email").trim().to_owned(),
        notify: visit.field("notify") == "yes",
        accept_terms: visit.field("accept_terms") == "yes",
    };
    rules::create(&visit.organisation, new, visit.today)?;
    Ok(go("sub-accounts", [("done", "created")]))
}

/// The page of one sub account.
fn form(visit: &Visit<'_>, template: &'static str) -> Result<Page, Problem> {
    let school = &visit.organisation;
    let account = rules::find(school, visit.field("account"))?;
    let areas = school.areas(&Stretch::all())?;
    let held: Vec<String> = areas
        .into_iter()
        .filter(|area| account.areas.contains(&area.code))
        .map(|area| area.title)
        .collect();
    let account = shown(school, &account)?;
    let context = context! { tab => "sub-accounts", account, held };
    Ok(show(template, context))
}

fn edit(visit: &Visit<'_>) -> Result<Page, Problem> {
    let school = &visit.organisation;
    let account = rules::find(school, visit.field("account"))?;
    let changes = Changes {
        name: Some(visit.field("name").trim().to_owned()),
        email: Some(visit.field("email").trim().to_owned()),
    };
    rules::edit(school, account, changes)?;
    Ok(go("sub-accounts", [("done", "saved")]))
}

fn delete(visit: &Visit<'_>) -> Result<Page, Problem> {
    rules::delete(&visit.organisation, visit.field("account"))?;
    Ok(go("sub-accounts", [("done", "deleted")]))
}

fn permissions(visit: &Visit<'_>) -> Result<Page, Problem> {
    let products = products(&visit.organisation)?;
    let context = context! { tab => "permissions", products, message => done(visit) };
    Ok(show("hfl/permissions.html", context))
}

/// The window of one product: every sub account with its tick.
fn users(visit: &Visit<'_>) -> Result<Page, Problem> {
    let school = &visit.organisation;
    let product = rules::find_product(school, visit.field("product"))?;
    let accounts: Vec<Value> = school
        .accounts("", &Stretch::all())?
        .into_iter()
        .map(|account| {
            let ticked = account.areas.contains(&product.code);
            context! { id => account.id, username => account.login, name => account.name, ticked }
        })
        .collect();
    let product = shown_product(&product);
    let context = context! { tab => "permissions", product, accounts };
    Ok(show("hfl/users.html", context))
}

/// Saves the window as it was sent: what is not ticked in it is taken, as at the portal.
fn save(visit: &Visit<'_>) -> Result<Page, Problem> {
    let school = &visit.organisation;
    let product = rules::find_product(school, visit.field("product"))?;
    let ticked: BTreeSet<String> = school
        .accounts("", &Stretch::all())?
        .into_iter()
        .map(|account| account.id)
        .filter(|id| visit.field(&format!("tick-{id}")) == "yes")
        .collect();
    rules::save_permissions(school, &product, &ticked)?;
    Ok(go("permissions", [("done", "ticked")]))
}
