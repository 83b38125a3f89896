//! The directory administrator's screens: users with their groups, one user, groups with their
//! members. Every form goes through the rules that the API goes through.

use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::resources::{belongs, user_attributes};
use super::rules;
use super::schema::USERS;
use crate::sandbox::pages::{Page, Visit};
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, Area, Stretch};

/// The templates, by name.
pub(super) const TEMPLATES: &[(&str, &str)] = &[
    ("scim/menu.html", include_str!("../../pages/scim/menu.html")),
    (
        "scim/users.html",
        include_str!("../../pages/scim/users.html"),
    ),
    ("scim/user.html", include_str!("../../pages/scim/user.html")),
    (
        "scim/groups.html",
        include_str!("../../pages/scim/groups.html"),
    ),
    (
        "scim/group.html",
        include_str!("../../pages/scim/group.html"),
    ),
];

const USERS_ON_A_PAGE: i64 = 50;

/// One page, shown or sent to.
pub(super) fn page(visit: &Visit<'_>) -> Result<Page, Problem> {
    match (visit.view, visit.sent) {
        ("", false) => users(visit),
        ("user", false) => user(visit),
        ("user", true) => save_user(visit),
        ("groups", false) => groups(visit),
        ("group", false) => group(visit),
        ("group", true) => save_group(visit),
        (view, _) => Err(Problem::not_found(view)),
    }
}

fn show(template: &'static str, context: Value) -> Page {
    Page::Show { template, context }
}

fn saved(view: &'static str, id: &str) -> Page {
    let fields = [("id", id.to_owned()), ("done", "saved".to_owned())];
    Page::Go {
        view,
        fields: BTreeMap::from(fields),
    }
}

/// What has just been done, in a sentence; the address only names it.
fn done(visit: &Visit<'_>) -> &'static str {
    match visit.field("done") {
        "saved" => "Saved.",
        _ => "",
    }
}

/// Whether the box of that name was on the page, and if so, whether it was ticked.
fn tick(visit: &Visit<'_>, name: &str) -> Option<bool> {
    let shown = visit.field(&format!("shown:{name}")) == "yes";
    shown.then(|| visit.field(&format!("tick:{name}")) == "yes")
}

fn catalogue(visit: &Visit<'_>) -> Result<Vec<Area>, Problem> {
    Ok(visit.organisation.areas(&Stretch::all())?)
}

fn shown(account: &Account, areas: &[Area]) -> Value {
    let groups: Vec<String> = areas
        .iter()
        .filter(|area| belongs(account, area))
        .map(|area| area.title.clone())
        .collect();
    let Account {
        id,
        login,
        name,
        email,
        expires: _,
        active,
        locked: _,
        upstream: _,
        admin: _,
        last_sign_in: _,
        areas: _,
        version: _,
    } = account;
    context! {
        id, login, name, email,
        active => *active, groups,
    }
}

fn users(visit: &Visit<'_>) -> Result<Page, Problem> {
    let tenant = &visit.organisation;
    let areas = catalogue(visit)?;
    let search = visit.field("search");
    let page = visit.field("page").parse().unwrap_or(1_i64);
    let page = page.clamp(1, i64::from(u32::MAX));
    let stretch = Stretch {
        offset: (page - 1) * USERS_ON_A_PAGE,
        limit: USERS_ON_A_PAGE,
        ..Stretch::all()
    };
    let found = tenant.accounts(search, &stretch)?;
    let users: Vec<Value> = found.iter().map(|account| shown(account, &areas)).collect();
    let total = tenant.accounts_count(search, &stretch.hidden)?;
    let next = (page * USERS_ON_A_PAGE < total).then_some(page + 1);
    let previous = (page > 1).then(|| page - 1);
    let context = context! { users, total, search, next, previous };
    Ok(show("scim/users.html", context))
}

fn user(visit: &Visit<'_>) -> Result<Page, Problem> {
    let account = rules::find_user(&visit.organisation, visit.field("id"))?;
    let areas = catalogue(visit)?;
    let groups: Vec<Value> = areas
        .iter()
        .map(|area| {
            let ticked = belongs(&account, area);
            context! { id => area.code.as_str(), title => area.title.as_str(), ticked }
        })
        .collect();
    let user = shown(&account, &areas);
    let context = context! { user, groups, message => done(visit) };
    Ok(show("scim/user.html", context))
}

fn save_user(visit: &Visit<'_>) -> Result<Page, Problem> {
    let tenant = &visit.organisation;
    let account = rules::find_user(tenant, visit.field("id"))?;
    let id = account.id.clone();
    for area in catalogue(visit)? {
        let wanted = tick(visit, &area.code).filter(|wanted| *wanted != belongs(&account, &area));
        if let Some(wanted) = wanted {
            rules::set_member(tenant, &area, &id, wanted)?;
        }
    }
    let active = visit.field("active") == "yes";
    if active != account.active {
        let account = rules::find_user(tenant, &id)?;
        let document = tenant.document(USERS.name, &id)?;
        let mut own = user_attributes(&account, document.as_ref());
        own.insert("active".to_owned(), active.into());
        rules::save_user(tenant, account, own, visit.today)?;
    }
    Ok(saved("user", &id))
}

fn groups(visit: &Visit<'_>) -> Result<Page, Problem> {
    let mut groups = Vec::new();
    for area in catalogue(visit)? {
        let members = visit.organisation.members_count(&area, "[]")?;
        groups.push(context! {
            id => area.code, title => area.title, members, administration => area.administration,
        });
    }
    Ok(show("scim/groups.html", context! { groups }))
}

fn group(visit: &Visit<'_>) -> Result<Page, Problem> {
    let tenant = &visit.organisation;
    let area = rules::find_group(tenant, visit.field("id"))?;
    let search = visit.field("search");
    let mut users = Vec::new();
    for account in tenant.accounts("", &Stretch::all())? {
        if belongs(&account, &area) {
            users.push(context! { ticked => true, ..shown(&account, &[]) });
        }
    }
    // Who is not searched for is not offered: there may be thousands.
    if !search.is_empty() {
        for account in tenant.accounts(search, &Stretch::all())? {
            if !belongs(&account, &area) {
                users.push(context! { ticked => false, ..shown(&account, &[]) });
            }
        }
    }
    let group = context! {
        id => area.code, title => area.title, administration => area.administration,
    };
    let context = context! { group, users, search, message => done(visit) };
    Ok(show("scim/group.html", context))
}

fn save_group(visit: &Visit<'_>) -> Result<Page, Problem> {
    let tenant = &visit.organisation;
    let area = rules::find_group(tenant, visit.field("id"))?;
    for account in tenant.accounts("", &Stretch::all())? {
        let wanted = tick(visit, &account.id).filter(|wanted| *wanted != belongs(&account, &area));
        if let Some(wanted) = wanted {
            rules::set_member(tenant, &area, &account.id, wanted)?;
        }
    }
    Ok(saved("group", &area.code))
}
