//! `user leave`, `user extend` and the half of `user move` that ends: what they change of one
//! organisation.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Outcome;
use super::change::{Change, USER_KEYS};
use super::draft::below;
use super::grants::{taking, users};
use super::layout::{Element, Path, Step};
use super::school::{School, User, item_path};
use super::terms::{AreaAt, set};
use super::written::Value;
use crate::config::findings::Finding;
use crate::config::fold::fold;
use crate::config::organisation::Door;

/// Sets somebody's last day and takes them out of `admins`.
pub(super) fn leave(school: &School<'_>, address: &str, on: Date) -> Result<Outcome, Finding> {
    let user = school
        .user(address)
        .ok_or_else(|| school.no_entry(address))?;
    let mut outcome = Outcome::default();
    outcome.changes = end(school, &user, address, on, &mut outcome.notes)?;
    let admins = admins(school, address, &user)?;
    if !admins.is_empty() && !outcome.changes.is_empty() {
        outcome.notes.push(format!(
            "`{address}` is no administrator of `{}` any more, from the next apply on",
            school.id()
        ));
    }
    outcome.changes.extend(admins);
    outcome
        .notes
        .extend(named(school, &user).into_iter().map(|(_, note)| note));
    for span in school.assigned(&user.person) {
        outcome.notes.push(format!(
            "still named by an assignment ({}), which gives access until it is changed",
            school.place(&span)
        ));
    }
    Ok(outcome)
}

/// An earlier last day, and the half of a move that ends: nothing else is changed.
pub(super) fn move_out(school: &School<'_>, address: &str, last: Date) -> Result<Outcome, Finding> {
    let user = school
        .user(address)
        .ok_or_else(|| school.no_entry(address))?;
    let mut outcome = Outcome::default();
    outcome.changes = end(school, &user, address, last, &mut outcome.notes)?;
    for (portal, ..) in school.admin_items(&user.person) {
        outcome.notes.push(format!(
            "still in `admins` of `{}` at `{portal}`: take the line out, and name somebody else, before {last}",
            school.id()
        ));
    }
    outcome
        .notes
        .extend(named(school, &user).into_iter().map(|(_, note)| note));
    Ok(outcome)
}

/// The change that makes a day somebody's last; none where it is that, or an earlier one, already.
fn end(
    school: &School<'_>,
    user: &User<'_>,
    address: &str,
    on: Date,
    notes: &mut Vec<String>,
) -> Result<Vec<Change>, Finding> {
    let until = school.day(user.entry, "until");
    if let Some(until) = until.filter(|until| *until <= on) {
        notes.push(format!(
            "`{address}` leaves `{}` on {until} already ({})",
            school.id(),
            school.place_of(user.key)
        ));
        return Ok(Vec::new());
    }
    if let Some(from) = school.day(user.entry, "from").filter(|from| *from > on) {
        let at = school.draft.span(user.key);
        let message = format!(
            "`{address}` begins at `{}` on {from}, after {on}",
            school.id()
        );
        return Err(Finding::error("dates", &at, message).help(format!(
            "`beadle user leave {address} --org {} --remove` takes the entry out",
            school.id()
        )));
    }
    let day = on.to_string();
    Ok(vec![set(
        &user.path,
        "until",
        &day,
        until.is_some(),
        USER_KEYS,
    )])
}

/// Takes somebody out of `admins`.
fn admins(school: &School<'_>, address: &str, user: &User<'_>) -> Result<Vec<Change>, Finding> {
    let mut changes = Vec::new();
    for (portal, list, at, length) in school.admin_items(&user.person).into_iter().rev() {
        let twice = school
            .admin_items(&user.person)
            .iter()
            .filter(|(other, ..)| *other == portal)
            .count();
        if length == twice {
            let list = school.draft.before.at(&list).unwrap_or(user.key);
            let message = format!(
                "`{address}` is the only administrator of `{}` at `{portal}`",
                school.id()
            );
            return Err(
                Finding::error("last-admin", &school.draft.span(list), message)
                    .help("name another one here first"),
            );
        }
        changes.push(Change::Take { list, at });
    }
    Ok(changes)
}

/// Takes somebody's entry out, and every place of the organisation that names it.
pub(super) fn remove(school: &School<'_>, address: &str) -> Result<Outcome, Finding> {
    let Some(user) = school.user(address) else {
        let known = school.has(&fold(address));
        if known {
            return Err(school.no_entry(address));
        }
        return Ok(Outcome::note(format!(
            "`{address}` is no user of `{}`",
            school.id()
        )));
    };
    if let Some((element, note)) = named(school, &user).into_iter().next() {
        let at = school.draft.span(element);
        return Err(Finding::error("still-named", &at, note).help("change this first"));
    }
    let mut views = BTreeSet::new();
    for unit in &school.organisation.units {
        for area in school.areas(unit, &user.person) {
            let owned = school.owned(&user.person, unit.portal.as_str(), area);
            let owned = owned.into_iter().filter(|owned| owned.names == "user");
            views.extend(owned.map(|owned| (owned.list, owned.at)));
        }
    }
    let mut changes = taking(school, &views);
    changes.extend(admins(school, address, &user)?);
    changes.push(entry(school, &user)?);
    let note = format!(
        "the account of `{address}` at `{}` is one that the YAML does not name from now on: `policy.unmanaged` says what becomes of it",
        school.id()
    );
    Ok(Outcome {
        changes,
        notes: vec![note],
    })
}

/// Takes an entry out; the last one leaves `{}` where that is allowed.
fn entry(school: &School<'_>, user: &User<'_>) -> Result<Change, Finding> {
    let map = users(school);
    let Some(Step::Key(key)) = user.path.last().cloned() else {
        return Err(school.no_entry(""));
    };
    let count = school
        .value("users")
        .map_or(0, |users| users.entries().len());
    if count > 1 {
        return Ok(Change::Remove { map, key });
    }
    if school.value("allow_empty").and_then(Element::text) == Some("true") {
        return Ok(Change::Replace {
            at: map,
            value: Value::Map(Vec::new()),
        });
    }
    let message = format!("`{key}` is the only user of `{}`", school.id());
    Err(
        Finding::error("empty", &school.draft.span(user.key), message)
            .help("if nobody is meant, write `allow_empty: true` beside `users` first"),
    )
}

/// Where other entries name somebody, each with what must be decided.
fn named<'a>(school: &School<'a>, user: &User<'a>) -> Vec<(&'a Element, String)> {
    let mut found = Vec::new();
    let is_person = |element: &Element| {
        element
            .text()
            .is_some_and(|text| *fold(text) == user.person)
    };
    let entries = school.value("users").map_or(&[][..], Element::entries);
    for (key, entry) in entries {
        let other = key.text().unwrap_or_default();
        let items = |list: Option<&'a Element>| {
            let items = list.map_or(&[][..], Element::items).iter();
            items.map(|item| school.draft.before.resolve(item))
        };
        let mut find = |element, what: String| {
            found.push((
                element,
                format!("`{}` {what}", user.key.text().unwrap_or_default()),
            ));
        };
        if let Some(shared) = school.get(entry, "shared") {
            let custodian = school.get(shared, "custodian");
            if let Some(custodian) = custodian.filter(|one| is_person(one)) {
                find(
                    custodian,
                    format!("is the custodian of the shared account `{other}`: name somebody else"),
                );
            }
            for member in items(school.get(shared, "members")).filter(|one| is_person(one)) {
                find(
                    member,
                    format!(
                        "knows the password of the shared account `{other}`: have it changed, and write the day there"
                    ),
                );
            }
        }
        for was in items(school.get(entry, "was")).filter(|one| is_person(one)) {
            find(
                was,
                format!("is what `{other}` was before (`was`): which of the two leaves?"),
            );
        }
    }
    found
}

/// Puts off the end of a membership.
pub(super) fn extend(school: &School<'_>, address: &str, until: Date) -> Result<Outcome, Finding> {
    let user = school
        .user(address)
        .ok_or_else(|| school.no_entry(address))?;
    let what = format!("`{address}` at `{}`", school.id());
    put_off(school, user.entry, &user.path, &what, until)
}

/// Puts off the end of a grant.
pub(super) fn extend_area(
    school: &School<'_>,
    address: &str,
    wanted: &AreaAt,
    until: Date,
) -> Result<Outcome, Finding> {
    let person = fold(address);
    if !school.has(&person) {
        return Err(school.no_entry(address));
    }
    let units = school.organisation.units.iter();
    let units = units.filter(|unit| {
        wanted
            .portal
            .as_deref()
            .is_none_or(|name| name == unit.portal.as_str())
    });
    let mut outcome = Outcome::default();
    let mut found = false;
    for unit in units {
        let portal = unit.portal.as_str();
        let what = format!("`{}` of `{address}` at `{portal}`", wanted.area);
        for owned in school.owned(&person, portal, &wanted.area) {
            found = true;
            let path = item_path(&owned);
            let one = put_off(school, owned.element, &path, &what, until)?;
            outcome.append(one);
        }
        for line in school.lines(unit, &person, &wanted.area) {
            if matches!(line.door, Door::User | Door::AreaView) {
                continue;
            }
            found = true;
            outcome.notes.push(format!(
                "{what} also comes by a bundle or an assignment, with the days of that ({})",
                school.place(line.span)
            ));
        }
    }
    let user = school.user(address);
    let end = user.and_then(|user| school.day(user.entry, "until"));
    if let Some(end) = end.filter(|end| *end < until && !outcome.changes.is_empty()) {
        outcome.notes.push(format!(
            "the membership itself ends on {end}: `beadle user extend {address} --until {until} --org {}`",
            school.id()
        ));
    }
    if !found {
        let message = format!("`{address}` does not have `{}`", wanted.area);
        return Err(
            Finding::error("unknown-area", &school.organisation.id_span, message)
                .help("`beadle grant` gives it"),
        );
    }
    Ok(outcome)
}

fn put_off(
    school: &School<'_>,
    map: &Element,
    path: &Path,
    what: &str,
    until: Date,
) -> Result<Outcome, Finding> {
    let Some(end) = map.get("until").and_then(|day| {
        school
            .draft
            .before
            .resolve(day)
            .text()?
            .parse::<Date>()
            .ok()
    }) else {
        return Ok(Outcome::note(format!("{what} has no end")));
    };
    if end == until {
        return Ok(Outcome::note(format!("{what} ends on {until} already")));
    }
    if end > until {
        let at = school.draft.span(map.get("until").unwrap_or(map));
        let message = format!("{what} ends on {end}, which is later than {until}");
        return Err(Finding::error("dates", &at, message)
            .help("`beadle user leave --on DATE` brings an end forward; a grant's by `beadle grant --until DATE`"));
    }
    Ok(Outcome {
        changes: vec![Change::Replace {
            at: below(path, "until"),
            value: Value::text(until),
        }],
        notes: Vec::new(),
    })
}
