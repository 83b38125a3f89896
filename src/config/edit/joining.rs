//! `user add`: what it changes of one organisation.

use jiff::civil::Date;

use super::Outcome;
use super::change::{Change, Order};
use super::grants::users;
use super::school::School;
use super::terms::{AreaAt, Terms, areas_of, several};
use super::written::Value;
use crate::config::findings::Finding;
use crate::config::suggest::listed;
use crate::model::diagnostic::Span;

/// Somebody who is to have an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewUser {
    /// The key: the work email address.
    pub address: String,
    /// The name; not needed for somebody under `people`.
    pub name: Option<String>,
    /// The email address, where the key is not one.
    pub email: Option<String>,
    /// Only these portals.
    pub portals: Vec<String>,
    /// Login ids by portal.
    pub logins: Vec<(String, String)>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// Job roles.
    pub bundles: Vec<String>,
    /// Areas, each with what is said beside it.
    pub areas: Vec<(AreaAt, Terms)>,
    /// The portals on which to be an administrator.
    pub admin: Vec<String>,
}

/// Adds somebody.
pub(super) fn add(school: &School<'_>, new: &NewUser) -> Result<Outcome, Finding> {
    let address = new.address.as_str();
    let id = school.id();
    let at = &school.organisation.id_span;
    if school.value("users").is_none() {
        let message = format!("the accounts of `{id}` are not managed: it has no `users`");
        return Err(Finding::error("not-managed", at, message).help(
            "with the first user, everybody else becomes an account that the YAML does not name: begin with `beadle import`, or write `users:` by hand",
        ));
    }
    let portals = portals(school, new)?;
    let entry = entry(school, new, &portals)?;
    if let Some(user) = school.user(address) {
        let same = user.entry.same(&Value::Map(entry.clone()).element());
        let admin_already = new.admin.iter().all(|portal| {
            let items = school.admin_items(&user.person);
            items.iter().any(|(at, ..)| at == portal)
        });
        let place = school.place_of(user.key);
        if same && admin_already {
            let note = format!("`{address}` is a user of `{id}` already ({place})");
            return Ok(Outcome::note(note));
        }
        let message = format!("`{address}` is a user of `{id}` already, in another way");
        return Err(
            Finding::error("declared-twice", &school.draft.span(user.key), message)
                .help("use `beadle grant`, `beadle revoke` or `beadle user extend`"),
        );
    }
    let mut changes = vec![Change::Insert {
        map: users(school),
        key: address.to_owned(),
        value: Value::Map(entry),
        order: Order::Names,
    }];
    for portal in &new.admin {
        changes.push(admin(school, address, portal)?);
    }
    Ok(Outcome {
        changes,
        notes: Vec::new(),
    })
}

/// The portals that the entry names: those that are asked for, where that is not all of them.
fn portals<'a>(school: &School<'a>, new: &NewUser) -> Result<Vec<&'a str>, Finding> {
    let all = school.portals();
    for asked in new
        .portals
        .iter()
        .chain(new.logins.iter().map(|(portal, _)| portal))
    {
        if !all.contains(&asked.as_str()) {
            let at = &school.organisation.id_span;
            return Err(not_on(school, asked, at));
        }
    }
    if new.portals.is_empty() {
        return Ok(all);
    }
    let own = all.into_iter();
    Ok(own
        .filter(|portal| new.portals.iter().any(|asked| asked == portal))
        .collect())
}

fn not_on(school: &School<'_>, portal: &str, at: &Span) -> Finding {
    let message = format!("`{}` is not on the portal `{portal}`", school.id());
    Finding::error("unknown-portal", at, message)
        .help(format!("its portals: {}", listed(&school.portals(), "and")))
}

/// The entry of a new user, in the order in which people write one.
fn entry(
    school: &School<'_>,
    new: &NewUser,
    portals: &[&str],
) -> Result<Vec<(String, Value)>, Finding> {
    let at = &school.organisation.id_span;
    let mut entry: Vec<(String, Value)> = Vec::new();
    let mut put = |key: &str, value: Value| entry.push((key.to_owned(), value));
    let known = school.person_name(&new.address);
    match (&new.name, known) {
        (Some(name), Some(known)) if name == known => {}
        (Some(name), _) => put("name", Value::text(name)),
        (None, Some(_)) => {}
        (None, None) => {
            let message = format!("`{}` needs a name", new.address);
            return Err(Finding::error("missing-key", at, message)
                .help("add `--name NAME`; only who is listed under `people` may do without"));
        }
    }
    if let Some(email) = &new.email {
        put("email", Value::text(email));
    }
    if portals.len() < school.portals().len() {
        put("portals", Value::texts(portals));
    }
    if !new.logins.is_empty() {
        let logins = new.logins.iter();
        let logins = logins.map(|(portal, login)| (portal.clone(), Value::text(login)));
        put("accounts", Value::Map(logins.collect()));
    }
    if let Some(day) = new.from {
        put("from", Value::text(day));
    }
    if let Some(day) = new.until {
        put("until", Value::text(day));
    }
    if !new.bundles.is_empty() {
        put("bundles", Value::texts(&new.bundles));
    }
    if !new.areas.is_empty() {
        put("areas", areas(school, new, portals, at)?);
    }
    Ok(entry)
}

fn areas(
    school: &School<'_>,
    new: &NewUser,
    portals: &[&str],
    at: &Span,
) -> Result<Value, Finding> {
    let with_areas = portals.iter().copied();
    let with_areas: Vec<&str> = with_areas
        .filter(|portal| school.has_areas(portal))
        .collect();
    let mut by_portal: Vec<(String, Vec<Value>)> = Vec::new();
    for (wanted, terms) in &new.areas {
        let portal = match (&wanted.portal, with_areas.as_slice()) {
            (Some(portal), _) if portals.contains(&portal.as_str()) => portal.as_str(),
            (Some(portal), _) => return Err(not_on(school, portal, at)),
            (None, [only]) => only,
            (None, [first, ..]) => return Err(several(&wanted.area, first, &with_areas, at)),
            (None, []) => {
                let message = "there is no portal that has areas";
                return Err(Finding::error("no-areas", at, message));
            }
        };
        let item = terms.item(&wanted.area);
        match by_portal.iter_mut().find(|(known, _)| known == portal) {
            Some((_, items)) if items.contains(&item) => {}
            Some((_, items)) => items.push(item),
            None => by_portal.push((portal.to_owned(), vec![item])),
        }
    }
    let lists = by_portal.into_iter();
    let lists = lists.map(|(portal, items)| (portal, Value::List(items)));
    Ok(areas_of(portals.len() == 1, lists.collect()))
}

/// A new administrator of a portal whose admin set is managed.
fn admin(school: &School<'_>, address: &str, portal: &str) -> Result<Change, Finding> {
    let mut lists = school.admins().into_iter();
    let list = lists.find(|(known, ..)| *known == portal);
    let Some((_, list, _)) = list else {
        let at = &school.organisation.id_span;
        let message = format!(
            "the administrators of `{}` at `{portal}` are not managed: `admins` does not name it",
            school.id()
        );
        return Err(Finding::error("not-managed", at, message).help(
            "a list is the whole admin set: write it by hand, with everybody who is to stay in it",
        ));
    };
    Ok(Change::Add {
        list,
        value: Value::text(address),
    })
}

/// The entry of somebody who comes from another organisation: what it says there of the portals
/// that both have.
pub(super) fn moving(
    from: &School<'_>,
    to: &School<'_>,
    (address, day): (&str, Date),
    keep_areas: bool,
) -> Result<(NewUser, Vec<String>), Finding> {
    let user = from.user(address).ok_or_else(|| from.no_entry(address))?;
    if from.get(user.entry, "shared").is_some() {
        let message =
            format!("`{address}` is an account that several people use: it does not move");
        let at = from.draft.span(user.key);
        return Err(Finding::error("shared-account", &at, message));
    }
    let mut notes = Vec::new();
    let all = to.portals();
    let portals: Vec<&str> = user
        .portals
        .iter()
        .copied()
        .filter(|p| all.contains(p))
        .collect();
    if portals.is_empty() {
        let message = format!(
            "`{address}` has no account at a portal that `{}` is on",
            to.id()
        );
        return Err(
            Finding::error("no-account", &from.draft.span(user.key), message)
                .help(format!("use `beadle user add {address} --org {}`", to.id())),
        );
    }
    let text = |key: &str| from.get(user.entry, key).and_then(|value| value.text());
    let accounts = from.get(user.entry, "accounts");
    let logins = accounts.into_iter().flat_map(|accounts| accounts.entries());
    let logins = logins.filter_map(|(portal, login)| {
        let portal = portal.text().filter(|portal| portals.contains(portal))?;
        let login = from.draft.before.resolve(login).text()?;
        Some((portal.to_owned(), login.to_owned()))
    });
    let bundles = from.get(user.entry, "bundles");
    let bundles = bundles.into_iter().flat_map(|bundles| bundles.items());
    let bundles =
        bundles.filter_map(|name| Some(from.draft.before.resolve(name).text()?.to_owned()));
    let mut areas = Vec::new();
    for portal in &portals {
        for (area, terms) in super::grants::own_items(from, &user.person, portal) {
            if keep_areas && terms.until.is_none_or(|end| end >= day) {
                let portal = Some((*portal).to_owned());
                areas.push((AreaAt { portal, area }, terms));
            } else {
                notes.push(format!(
                    "left behind at `{}`: `{area}` at `{portal}`",
                    from.id()
                ));
            }
        }
    }
    if !areas.is_empty() {
        notes.push(format!("own areas that come along: {}", areas.len()));
    }
    let new = NewUser {
        address: user.key.text().unwrap_or(address).to_owned(),
        name: text("name").map(str::to_owned),
        email: text("email").map(str::to_owned),
        portals: portals.iter().map(|portal| (*portal).to_owned()).collect(),
        logins: logins.collect(),
        from: Some(day),
        until: None,
        bundles: bundles.collect(),
        areas,
        admin: Vec::new(),
    };
    Ok((new, notes))
}
