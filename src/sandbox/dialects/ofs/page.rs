//! The OfS portal's screens for user administrators, in the guide's order and our own words: user
//! administration with its search, view user, add permissions, areas. Every form goes through the
//! rules that the API goes through.

use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::fields;
use super::rules::{self, Changes, NewUser};
use crate::sandbox::pages::{Page, Visit};
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, Area, OrganisationRows, Stretch};

/// The templates, by name.
pub(super) const TEMPLATES: &[(&str, &str)] = &[
    ("ofs/menu.html", include_str!("../../pages/ofs/menu.html")),
    ("ofs/users.html", include_str!("../../pages/ofs/users.html")),
    ("ofs/new.html", include_str!("../../pages/ofs/new.html")),
    ("ofs/user.html", include_str!("../../pages/ofs/user.html")),
    ("ofs/edit.html", include_str!("../../pages/ofs/edit.html")),
    ("ofs/add.html", include_str!("../../pages/ofs/add.html")),
    ("ofs/copy.html", include_str!("../../pages/ofs/copy.html")),
    ("ofs/areas.html", include_str!("../../pages/ofs/areas.html")),
    ("ofs/area.html", include_str!("../../pages/ofs/area.html")),
];

const USERS_ON_A_PAGE: i64 = 50;

/// One page, shown or sent to.
pub(super) fn page(visit: &Visit<'_>) -> Result<Page, Problem> {
    match (visit.view, visit.sent) {
        ("", false) => users(visit),
        ("new", false) => Ok(show("ofs/new.html", context! {})),
        ("new", true) => create(visit),
        ("user", false) => user(visit),
        ("user", true) => edit(visit),
        ("edit", false) => edit_form(visit),
        ("add", false) => choose_areas(visit),
        ("add", true) => add(visit),
        ("remove", true) => remove(visit),
        ("copy", false) => choose_targets(visit),
        ("copy", true) => copy(visit),
        ("areas", false) => areas(visit),
        ("area", false) => area(visit),
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
        "created" => "The user has been created.",
        "saved" => "The user has been saved.",
        "added" => "The user has been added to the area.",
        "removed" => "The area has been removed.",
        "copied" => "All the areas have been copied.",
        _ => "",
    }
}

fn shown(visit: &Visit<'_>, account: &Account) -> Value {
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
        areas,
        version: _,
    } = account;
    let mut states = Vec::new();
    if account.expired(visit.today) {
        states.push("Expired");
    }
    if *locked {
        states.push("Locked");
    }
    if account.can_sign_in(visit.today) {
        states.push("Can sign in");
    }
    context! {
        id, name, email => login, states, locked => *locked, admin => *admin,
        expires => expires.map(|day| day.to_string()),
        last_sign_in => last_sign_in.map(|day| day.to_string()),
        areas => areas.len() + usize::from(*admin),
    }
}

fn shown_area(area: &Area) -> Value {
    let Area {
        code,
        title,
        access_key_required,
        administration,
    } = area;
    context! {
        code, title, access_key_required => *access_key_required,
        administration => *administration,
    }
}

fn users(visit: &Visit<'_>) -> Result<Page, Problem> {
    let provider = &visit.organisation;
    let search = visit.field("search");
    let page = visit.field("page").parse().unwrap_or(1_i64);
    let page = page.clamp(1, i64::from(u32::MAX));
    let stretch = Stretch {
        offset: (page - 1) * USERS_ON_A_PAGE,
        limit: USERS_ON_A_PAGE,
        ..Stretch::all()
    };
    let found = provider.accounts(search, &stretch)?;
    let users: Vec<Value> = found.iter().map(|account| shown(visit, account)).collect();
    let total = provider.accounts_count(search, &stretch.hidden)?;
    let next = (page * USERS_ON_A_PAGE < total).then_some(page + 1);
    let previous = (page > 1).then(|| page - 1);
    let context = context! { users, total, search, next, previous, message => done(visit) };
    Ok(show("ofs/users.html", context))
}

fn create(visit: &Visit<'_>) -> Result<Page, Problem> {
    let user = NewUser {
        email: visit.field("email").trim().to_owned(),
        name: visit.field("name").trim().to_owned(),
        expires: day(visit)?,
    };
    let account = rules::create(&visit.organisation, user)?;
    Ok(go(
        "user",
        [("id", account.id.as_str()), ("done", "created")],
    ))
}

fn user(visit: &Visit<'_>) -> Result<Page, Problem> {
    let provider = &visit.organisation;
    let account = rules::find_user(provider, visit.field("id"))?;
    let areas: Vec<Value> = catalogue(provider)?
        .iter()
        .filter(|area| rules::holds(&account, area))
        .map(shown_area)
        .collect();
    let user = shown(visit, &account);
    let context = context! { user, areas, message => done(visit) };
    Ok(show("ofs/user.html", context))
}

/// The form, apart from the page of the user: it is opened with Edit (B3).
fn edit_form(visit: &Visit<'_>) -> Result<Page, Problem> {
    let account = rules::find_user(&visit.organisation, visit.field("id"))?;
    let user = shown(visit, &account);
    Ok(show("ofs/edit.html", context! { user }))
}

fn edit(visit: &Visit<'_>) -> Result<Page, Problem> {
    let provider = &visit.organisation;
    let account = rules::find_user(provider, visit.field("id"))?;
    let id = account.id.clone();
    let changes = Changes {
        email: Some(visit.field("email").trim().to_owned()),
        name: Some(visit.field("name").trim().to_owned()),
        expires: Some(day(visit)?),
        unlock: visit.field("unlock") == "yes",
    };
    rules::edit(provider, account, changes)?;
    Ok(go("user", [("id", id.as_str()), ("done", "saved")]))
}

fn choose_areas(visit: &Visit<'_>) -> Result<Page, Problem> {
    let provider = &visit.organisation;
    let account = rules::find_user(provider, visit.field("id"))?;
    let search = visit.field("search");
    let wanted = search.to_lowercase();
    let areas: Vec<Value> = catalogue(provider)?
        .iter()
        .filter(|area| !rules::holds(&account, area))
        .filter(|area| {
            let text = format!("{} {}", area.code, area.title).to_lowercase();
            text.contains(&wanted)
        })
        .map(shown_area)
        .collect();
    let user = shown(visit, &account);
    let context = context! { user, areas, search, message => done(visit) };
    Ok(show("ofs/add.html", context))
}

fn add(visit: &Visit<'_>) -> Result<Page, Problem> {
    let (id, code) = (visit.field("id"), visit.field("code"));
    rules::grant(&visit.organisation, id, code)?;
    Ok(match visit.field("then") {
        "area" => go("area", [("code", code), ("done", "added")]),
        _ => go("add", [("id", id), ("done", "added")]),
    })
}

fn remove(visit: &Visit<'_>) -> Result<Page, Problem> {
    let id = visit.field("id");
    rules::revoke(&visit.organisation, id, visit.field("code"))?;
    Ok(go("user", [("id", id), ("done", "removed")]))
}

fn choose_targets(visit: &Visit<'_>) -> Result<Page, Problem> {
    let provider = &visit.organisation;
    let account = rules::find_user(provider, visit.field("id"))?;
    let others: Vec<Value> = provider
        .accounts(visit.field("search"), &Stretch::all())?
        .iter()
        .filter(|other| other.id != account.id)
        .map(|other| shown(visit, other))
        .collect();
    let context = context! {
        user => shown(visit, &account), others, search => visit.field("search"),
        message => done(visit),
    };
    Ok(show("ofs/copy.html", context))
}

fn copy(visit: &Visit<'_>) -> Result<Page, Problem> {
    let id = visit.field("id");
    let to = [visit.field("to").to_owned()];
    rules::copy_areas(&visit.organisation, id, &to)?;
    Ok(go("copy", [("id", id), ("done", "copied")]))
}

fn areas(visit: &Visit<'_>) -> Result<Page, Problem> {
    let areas: Vec<Value> = catalogue(&visit.organisation)?
        .iter()
        .map(shown_area)
        .collect();
    Ok(show("ofs/areas.html", context! { areas }))
}

fn area(visit: &Visit<'_>) -> Result<Page, Problem> {
    let provider = &visit.organisation;
    let area = rules::find_area(provider, visit.field("code"))?;
    let search = visit.field("search");
    let (mut members, mut others) = (Vec::new(), Vec::new());
    for account in provider.accounts("", &Stretch::all())? {
        if rules::holds(&account, &area) {
            members.push(shown(visit, &account));
        }
    }
    // As at the portal: who is not searched for is not offered.
    if !search.is_empty() {
        for account in provider.accounts(search, &Stretch::all())? {
            if !rules::holds(&account, &area) {
                others.push(shown(visit, &account));
            }
        }
    }
    let area = shown_area(&area);
    let context = context! { area, members, others, search, message => done(visit) };
    Ok(show("ofs/area.html", context))
}

fn catalogue(provider: &OrganisationRows<'_>) -> Result<Vec<Area>, Problem> {
    Ok(provider.areas(&Stretch::all())?)
}

fn day(visit: &Visit<'_>) -> Result<Option<jiff::civil::Date>, Problem> {
    match visit.field("expires").trim() {
        "" => Ok(None),
        text => fields::day(text).map(Some),
    }
}
