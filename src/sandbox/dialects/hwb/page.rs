//! Hwb's screens for user management, in the guide's order and our own words: the dashboard with
//! the schools in the area, the list of users, a user with the `Manage User` menu, those that
//! expire, and the administrators. Every form goes through the rules that the API goes through.

use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::fields::Term;
use super::rules::{self, Activity, NewUser};
use crate::model::name::canonical;
use crate::sandbox::pages::{Page, Visit};
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, Late, PortalRows, Stretch};

/// The templates, by name.
pub(super) const TEMPLATES: &[(&str, &str)] = &[
    ("hwb/menu.html", include_str!("../../pages/hwb/menu.html")),
    (
        "hwb/dashboard.html",
        include_str!("../../pages/hwb/dashboard.html"),
    ),
    ("hwb/users.html", include_str!("../../pages/hwb/users.html")),
    ("hwb/new.html", include_str!("../../pages/hwb/new.html")),
    ("hwb/user.html", include_str!("../../pages/hwb/user.html")),
    (
        "hwb/password.html",
        include_str!("../../pages/hwb/password.html"),
    ),
    (
        "hwb/expiring.html",
        include_str!("../../pages/hwb/expiring.html"),
    ),
    ("hwb/keep.html", include_str!("../../pages/hwb/keep.html")),
    (
        "hwb/admins.html",
        include_str!("../../pages/hwb/admins.html"),
    ),
];

const USERS_ON_A_PAGE: usize = 50;

/// One page, shown or sent to.
pub(super) fn page(visit: &Visit<'_>) -> Result<Page, Problem> {
    match (visit.view, visit.sent) {
        ("", false) => dashboard(visit),
        ("users", false) => users(visit),
        ("new", false) => Ok(show("hwb/new.html", context! { terms => terms() })),
        ("new", true) => create(visit),
        ("user", false) => user(visit),
        ("password", false) => choose_password(visit),
        ("password", true) => set_password(visit),
        ("activate", true) => activate(visit),
        ("deactivate", true) => deactivate(visit),
        ("expiring", false) => expiring(visit),
        ("keep", false) => choose_term(visit),
        ("keep", true) => keep(visit),
        ("admins", false) => admins(visit),
        ("promote", true) => set_admin(visit, true),
        ("demote", true) => set_admin(visit, false),
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
        "created" => "The user is being made, and will be in this list some time later.",
        "activated" => "The account will be active some time later.",
        "deactivated" => "The account has been deactivated.",
        "kept" => "The account has been kept for a further term.",
        "promoted" => "The user has been promoted.",
        "demoted" => "The user has been demoted.",
        _ => "",
    }
}

fn terms() -> Vec<Value> {
    let all = Term::ALL.iter();
    all.map(|(_, name, title)| context! { name => *name, title => *title })
        .collect()
}

fn shown(account: &Account, activity: &Activity) -> Value {
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
    let active = activity.is_active(account);
    let state = if active {
        "Active"
    } else if activity.is_waking(account) {
        "Being activated"
    } else if activity.is_ended(account) {
        "Inactive: its term is over"
    } else if activity.is_dormant(account) {
        "Inactive: no sign-in for 90 days"
    } else {
        "Inactive"
    };
    context! {
        id, name, username => login, email, state, active, mis => *upstream, admin => *admin,
        expires => expires.map(|day| day.to_string()),
        last_sign_in => last_sign_in.map(|day| day.to_string()),
    }
}

/// Everybody who is there yet.
fn everybody(visit: &Visit<'_>) -> Result<(Vec<Account>, Activity), Problem> {
    let organisation = &visit.organisation;
    let stretch = Stretch {
        hidden: rules::hidden(organisation, true, "[]")?,
        ..Stretch::all()
    };
    let accounts = organisation.accounts("", &stretch)?;
    Ok((accounts, Activity::of(organisation, visit.today)?))
}

fn dashboard(visit: &Visit<'_>) -> Result<Page, Problem> {
    let school = rules::is_school(&visit.organisation.id);
    let schools: Vec<Value> = if school {
        Vec::new()
    } else {
        let portal = PortalRows {
            connection: visit.organisation.connection,
            portal: visit.organisation.portal,
        };
        let schools = rules::schools(portal)?.into_iter();
        schools
            .map(|school| context! { id => school.id, name => school.name })
            .collect()
    };
    Ok(show("hwb/dashboard.html", context! { school, schools }))
}

fn users(visit: &Visit<'_>) -> Result<Page, Problem> {
    let search = visit.field("search");
    let wanted = canonical(search);
    let page = visit.field("page").parse().unwrap_or(1_usize).max(1);
    let (accounts, activity) = everybody(visit)?;
    let found: Vec<&Account> = accounts
        .iter()
        .filter(|account| !account.upstream)
        .filter(|account| {
            let email = account.email.as_deref().unwrap_or_default();
            let text = format!("{}\n{}\n{email}", account.name, account.login);
            canonical(&text).contains(&wanted)
        })
        .collect();
    let before = (page - 1).saturating_mul(USERS_ON_A_PAGE);
    let stretch = found.iter().skip(before).take(USERS_ON_A_PAGE);
    let users: Vec<Value> = stretch.map(|account| shown(account, &activity)).collect();
    let pending = visit.organisation.late(Late::Account)?.len();
    let next = (before.saturating_add(USERS_ON_A_PAGE) < found.len()).then(|| page + 1);
    let previous = (page > 1).then(|| page - 1);
    let context = context! {
        users, search, next, previous, pending, total => found.len(), message => done(visit),
        school => rules::is_school(&visit.organisation.id),
    };
    Ok(show("hwb/users.html", context))
}

fn create(visit: &Visit<'_>) -> Result<Page, Problem> {
    let user = NewUser {
        name: visit.field("name").trim().to_owned(),
        email: visit.field("email").trim().to_owned(),
        term: Term::named(visit.field("term"))?,
    };
    rules::create(&visit.organisation, user, visit.today)?;
    Ok(go("users", [("done", "created")]))
}

fn find(visit: &Visit<'_>) -> Result<Account, Problem> {
    rules::find_user(&visit.organisation, visit.field("id"))
}

fn user(visit: &Visit<'_>) -> Result<Page, Problem> {
    let organisation = &visit.organisation;
    organisation.count_read(Some(visit.field("id")))?;
    let account = find(visit)?;
    let activity = Activity::of(organisation, visit.today)?;
    let context = context! {
        user => shown(&account, &activity), message => done(visit),
        school => rules::is_school(&organisation.id),
    };
    Ok(show("hwb/user.html", context))
}

fn choose_password(visit: &Visit<'_>) -> Result<Page, Problem> {
    let account = find(visit)?;
    let activity = Activity::of(&visit.organisation, visit.today)?;
    let user = shown(&account, &activity);
    Ok(show("hwb/password.html", context! { user }))
}

/// The page itself shows a password that was made: an address that holds one would be kept.
fn set_password(visit: &Visit<'_>) -> Result<Page, Problem> {
    let account = find(visit)?;
    let chosen = (visit.field("choice") == "own").then(|| visit.field("password"));
    let made = rules::reset_password(&visit.organisation, &account, chosen)?;
    let activity = Activity::of(&visit.organisation, visit.today)?;
    let context = context! {
        user => shown(&account, &activity), made, message => "The password has been updated.",
    };
    Ok(show("hwb/password.html", context))
}

fn activate(visit: &Visit<'_>) -> Result<Page, Problem> {
    let account = rules::activate(&visit.organisation, find(visit)?, visit.today)?;
    Ok(go(
        "user",
        [("id", account.id.as_str()), ("done", "activated")],
    ))
}

fn deactivate(visit: &Visit<'_>) -> Result<Page, Problem> {
    let account = find(visit)?;
    let account = rules::deactivate(&visit.organisation, account)?;
    Ok(match visit.field("then") {
        "expiring" => go("expiring", [("done", "deactivated")]),
        _ => go(
            "user",
            [("id", account.id.as_str()), ("done", "deactivated")],
        ),
    })
}

fn expiring(visit: &Visit<'_>) -> Result<Page, Problem> {
    let (accounts, activity) = everybody(visit)?;
    let mut found: Vec<&Account> = accounts
        .iter()
        .filter(|account| activity.is_expiring(account))
        .collect();
    found.sort_by_key(|account| account.expires);
    let users: Vec<Value> = found
        .into_iter()
        .map(|account| shown(account, &activity))
        .collect();
    let weeks = rules::EXPIRING_WITHIN / 7;
    let context = context! { users, weeks, message => done(visit) };
    Ok(show("hwb/expiring.html", context))
}

fn choose_term(visit: &Visit<'_>) -> Result<Page, Problem> {
    let account = find(visit)?;
    let activity = Activity::of(&visit.organisation, visit.today)?;
    let user = shown(&account, &activity);
    Ok(show("hwb/keep.html", context! { user, terms => terms() }))
}

fn keep(visit: &Visit<'_>) -> Result<Page, Problem> {
    let term = Term::named(visit.field("term"))?;
    rules::keep(&visit.organisation, find(visit)?, term, visit.today)?;
    Ok(go("expiring", [("done", "kept")]))
}

fn admins(visit: &Visit<'_>) -> Result<Page, Problem> {
    let (accounts, activity) = everybody(visit)?;
    let own = rules::own_account(&visit.organisation, |_| true)?;
    let (admins, others): (Vec<_>, Vec<_>) = accounts.iter().partition(|account| account.admin);
    let shown = |accounts: Vec<&Account>| -> Vec<Value> {
        let accounts = accounts.into_iter();
        accounts.map(|account| shown(account, &activity)).collect()
    };
    let context = context! {
        admins => shown(admins), others => shown(others), own, message => done(visit),
    };
    Ok(show("hwb/admins.html", context))
}

fn set_admin(visit: &Visit<'_>, admin: bool) -> Result<Page, Problem> {
    let organisation = &visit.organisation;
    let own = rules::own_account(organisation, |_| true)?;
    rules::set_admin(organisation, &find(visit)?, admin, own.as_deref())?;
    let done = if admin { "promoted" } else { "demoted" };
    Ok(go("admins", [("done", done)]))
}
