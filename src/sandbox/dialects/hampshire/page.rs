//! The Services Portal's screens for Organisation Administrators, in the guide's order and our own
//! words: account page, secure number, administration hub, register new user, manage users, manage
//! user access. Every form goes through the rules that the API goes through, so a save here mails
//! as well.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Value, context};

use super::rules::{self, NewUser, Numbers, ORGANISATION_ADMIN, Seen};
use super::wire::NO_PHONE;
use crate::sandbox::pages::{Page, Visit};
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Area, Stretch};

/// The templates, by name.
pub(super) const TEMPLATES: &[(&str, &str)] = &[
    (
        "hampshire/menu.html",
        include_str!("../../pages/hampshire/menu.html"),
    ),
    (
        "hampshire/account.html",
        include_str!("../../pages/hampshire/account.html"),
    ),
    (
        "hampshire/number.html",
        include_str!("../../pages/hampshire/number.html"),
    ),
    (
        "hampshire/hub.html",
        include_str!("../../pages/hampshire/hub.html"),
    ),
    (
        "hampshire/register.html",
        include_str!("../../pages/hampshire/register.html"),
    ),
    (
        "hampshire/users.html",
        include_str!("../../pages/hampshire/users.html"),
    ),
    (
        "hampshire/access.html",
        include_str!("../../pages/hampshire/access.html"),
    ),
];

const USERS_ON_A_PAGE: i64 = 50;

/// What the name of a tick box begins with; the role follows.
const TICK: &str = "role:";

/// One page, shown or sent to.
pub(super) fn page(visit: &Visit<'_>) -> Result<Page, Problem> {
    let caller = rules::caller(&visit.organisation)?;
    match (visit.view, visit.sent) {
        ("", false) => return account(visit, caller.as_ref()),
        ("number", false) => return Ok(show("hampshire/number.html", context! {})),
        ("number", true) => return number(visit, caller.as_ref()),
        _ => {}
    }
    if rules::check_number(caller.as_ref()).is_err() && !visit.sent {
        return Ok(go("number", []));
    }
    rules::check_number(caller.as_ref())?;
    match (visit.view, visit.sent) {
        ("hub", false) => Ok(show("hampshire/hub.html", context! {})),
        ("register", false) => Ok(show("hampshire/register.html", context! {})),
        ("register", true) => register(visit),
        ("users", false) => users(visit, caller.as_ref()),
        ("access", false) => access(visit),
        ("access", true) => save(visit),
        ("delete-number", true) => delete_number(visit),
        ("delete-user", true) => delete_user(visit, caller.as_ref()),
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
        "registered" => "The user has been registered.",
        "saved" => "The changes have been saved, and the user has been mailed.",
        "number-deleted" => "The OTP number has been deleted.",
        "deleted" => "The user has been deleted.",
        _ => "",
    }
}

/// The first page after signing in: tools and services as tiles.
fn account(visit: &Visit<'_>, caller: Option<&Seen>) -> Result<Page, Problem> {
    let services: Vec<String> = catalogue(visit)?
        .into_iter()
        .filter(|area| caller.is_some_and(|caller| caller.account.areas.contains(&area.code)))
        .map(|area| area.title)
        .collect();
    let person = caller.map(|caller| caller.account.name.as_str());
    let context = context! { person, services };
    Ok(show("hampshire/account.html", context))
}

fn number(visit: &Visit<'_>, caller: Option<&Seen>) -> Result<Page, Problem> {
    if let Some(caller) = caller {
        let (phone, code) = (visit.field("phone"), visit.field("code"));
        rules::register_number(&visit.organisation, caller, phone, code)?;
    }
    Ok(go("hub", []))
}

fn register(visit: &Visit<'_>) -> Result<Page, Problem> {
    let user = NewUser {
        name: visit.field("name").trim().to_owned(),
        email: visit.field("email").trim().to_owned(),
    };
    let account = rules::register(&visit.organisation, user, visit.today)?;
    let fields = [("user_id", account.id.as_str()), ("done", "registered")];
    Ok(go("access", fields))
}

fn users(visit: &Visit<'_>, caller: Option<&Seen>) -> Result<Page, Problem> {
    let organisation = &visit.organisation;
    let search = visit.field("search");
    let page = visit.field("page").parse().unwrap_or(1_i64);
    let page = page.clamp(1, i64::from(u32::MAX));
    let stretch = Stretch {
        offset: (page - 1) * USERS_ON_A_PAGE,
        limit: USERS_ON_A_PAGE,
        ..Stretch::all()
    };
    let numbers = Numbers::of(organisation)?;
    let own = caller.map(|caller| caller.account.id.as_str());
    let users: Vec<Value> = organisation
        .accounts(search, &stretch)?
        .into_iter()
        .map(|account| row(numbers.see(account), own))
        .collect();
    let total = organisation.accounts_count(search, &stretch.hidden)?;
    let next = (page * USERS_ON_A_PAGE < total).then_some(page + 1);
    let previous = (page > 1).then(|| page - 1);
    let context = context! { users, total, search, next, previous, message => done(visit) };
    Ok(show("hampshire/users.html", context))
}

/// One row of the list: nobody's own row has a deletion (S8).
fn row(seen: Seen, own: Option<&str>) -> Value {
    let Seen {
        account,
        has_number,
    } = seen;
    context! {
        is_own => own == Some(account.id.as_str()),
        id => account.id, name => account.name, email => account.email.unwrap_or_default(),
        phone => NO_PHONE, has_number,
    }
}

fn access(visit: &Visit<'_>) -> Result<Page, Problem> {
    let account = rules::find_user(&visit.organisation, visit.field("user_id"))?;
    let mut ticks: Vec<Value> = catalogue(visit)?
        .into_iter()
        .map(|area| {
            let ticked = account.areas.contains(&area.code);
            tick(&area.code, &area.title, ticked)
        })
        .collect();
    ticks.push(tick(ORGANISATION_ADMIN, ORGANISATION_ADMIN, account.admin));
    let user = context! { id => account.id, name => account.name, login => account.login };
    let context = context! { user, ticks, message => done(visit) };
    Ok(show("hampshire/access.html", context))
}

fn tick(role: &str, title: &str, ticked: bool) -> Value {
    context! { field => format!("{TICK}{role}"), title, ticked }
}

/// The form holds every tick of the page, so what it does not hold was unticked.
fn save(visit: &Visit<'_>) -> Result<Page, Problem> {
    let id = visit.field("user_id");
    let account = rules::find_user(&visit.organisation, id)?;
    let mut roles: BTreeSet<String> = catalogue(visit)?
        .into_iter()
        .map(|area| area.code)
        .collect();
    roles.insert(ORGANISATION_ADMIN.to_owned());
    roles.retain(|role| visit.field(&format!("{TICK}{role}")) == "on");
    rules::save_roles(&visit.organisation, &account, &roles, visit.today)?;
    Ok(go("access", [("user_id", id), ("done", "saved")]))
}

fn delete_number(visit: &Visit<'_>) -> Result<Page, Problem> {
    rules::delete_number(&visit.organisation, visit.field("user_id"))?;
    Ok(go("users", [("done", "number-deleted")]))
}

fn delete_user(visit: &Visit<'_>, caller: Option<&Seen>) -> Result<Page, Problem> {
    rules::delete(&visit.organisation, caller, visit.field("user_id"))?;
    Ok(go("users", [("done", "deleted")]))
}

fn catalogue(visit: &Visit<'_>) -> Result<Vec<Area>, Problem> {
    Ok(visit.organisation.areas(&Stretch::all())?)
}
