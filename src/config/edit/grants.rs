//! `grant`, `revoke` and `copy-areas`: what they change of one organisation.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Outcome;
use super::change::Change;
use super::draft::below;
use super::layout::{Element, Path, Step};
use super::school::{Owned, School, View};
use super::terms::{AreaAt, Terms, give, portal_of, several};
use super::written::Value;
use crate::config::findings::Finding;
use crate::config::fold::fold;
use crate::config::organisation::{Door, Unit};

/// Gives somebody areas.
pub(super) fn grant(
    school: &School<'_>,
    address: &str,
    areas: &[AreaAt],
    terms: &Terms,
) -> Result<Outcome, Finding> {
    let user = school
        .user(address)
        .ok_or_else(|| school.no_entry(address))?;
    let mut outcome = Outcome::default();
    let mut items: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for wanted in areas {
        let portal = portal_of(school, &user, wanted)?;
        if !seen.insert((portal, wanted.area.as_str())) {
            continue;
        }
        let owned = school.owned(&user.person, portal, &wanted.area);
        if let Some(first) = owned.first() {
            let changes = again(school, address, portal, (&wanted.area, first), terms)?;
            if changes.is_empty() {
                let place = school.place_of(first.element);
                let at = format!("`{address}` has `{}` at `{portal}` already", wanted.area);
                outcome.notes.push(format!("{at} ({place})"));
            }
            outcome.changes.extend(changes);
            continue;
        }
        let lines = school
            .unit(portal)
            .map(|unit| school.lines(unit, &user.person, &wanted.area));
        let until = terms.until.or_else(|| school.day(user.entry, "until"));
        let covers = |line: &View<'_>| {
            let end = line.window.until.unwrap_or(Date::MAX);
            end >= until.unwrap_or(Date::MAX)
        };
        if let Some(line) = lines.into_iter().flatten().find(covers) {
            outcome.notes.push(format!(
                "`{address}` has `{}` at `{portal}` already, {} ({})",
                wanted.area,
                door(school, &line),
                school.place(line.span)
            ));
            continue;
        }
        items
            .entry(portal)
            .or_default()
            .push(terms.item(&wanted.area));
    }
    let given = give(school, &user, items.into_iter().collect());
    outcome.changes.extend(given);
    Ok(outcome)
}

/// An area that somebody has by an item already: brought to the terms that are asked for.
fn again(
    school: &School<'_>,
    address: &str,
    portal: &str,
    (area, owned): (&str, &Owned<'_>),
    terms: &Terms,
) -> Result<Vec<Change>, Finding> {
    let end = school.day(owned.element, "until");
    if let (Some(end), None) = (end, terms.until) {
        let at = school.draft.span(owned.element);
        let message = format!("`{address}` has `{area}` at `{portal}` until {end}");
        return Err(Finding::error("has-an-end", &at, message)
            .help("say until when with `--until DATE`; to have no end, take `until` out by hand"));
    }
    Ok(terms.changes(school, owned))
}

/// Takes areas away from somebody.
pub(super) fn revoke(
    school: &School<'_>,
    address: &str,
    areas: &[AreaAt],
) -> Result<Outcome, Finding> {
    let person = fold(address);
    if !school.has(&person) {
        return Err(school.no_entry(address));
    }
    let mut outcome = Outcome::default();
    let mut taken = BTreeSet::new();
    for wanted in areas {
        let units = school.organisation.units.iter();
        let with: Vec<&Unit> = units
            .filter(|unit| {
                wanted
                    .portal
                    .as_deref()
                    .is_none_or(|name| name == unit.portal.as_str())
            })
            .filter(|unit| !school.lines(unit, &person, &wanted.area).is_empty())
            .collect();
        let unit = match with.as_slice() {
            [] => {
                outcome.notes.push(format!(
                    "`{address}` does not have `{}` at `{}`",
                    wanted.area,
                    school.id()
                ));
                continue;
            }
            [only] => *only,
            [first, ..] => {
                let names: Vec<&str> = with.iter().map(|unit| unit.portal.as_str()).collect();
                let at = &school.organisation.id_span;
                return Err(several(&wanted.area, first.portal.as_str(), &names, at));
            }
        };
        let portal = unit.portal.as_str();
        for line in school.lines(unit, &person, &wanted.area) {
            refuse_shared_door(school, address, &wanted.area, &line)?;
        }
        let owned = school.owned(&person, portal, &wanted.area);
        taken.extend(owned.into_iter().map(|owned| (owned.list, owned.at)));
    }
    outcome.changes = taking(school, &taken);
    Ok(outcome)
}

/// What comes by a bundle or an assignment is not this person's alone, and not taken from them
/// alone.
fn refuse_shared_door(
    school: &School<'_>,
    address: &str,
    area: &str,
    line: &View<'_>,
) -> Result<(), Finding> {
    let help = match line.door {
        Door::User | Door::AreaView => return Ok(()),
        Door::Bundle(index) => format!(
            "take the bundle `{}` from this user and grant the other areas of it one by one, or take the area out of the bundle for everybody",
            bundle(school, index)
        ),
        Door::Assignment => {
            "change the assignment: whoever it names has the area in all of its organisations"
                .to_owned()
        }
        Door::AssignedBundle(index) => format!(
            "change the assignment, or take the area out of the bundle `{}` for everybody",
            bundle(school, index)
        ),
    };
    let message = format!("`{address}` has `{area}` {}", door(school, line));
    Err(Finding::error("given-elsewhere", line.span, message)
        .label("this line gives it")
        .help(help))
}

fn bundle<'a>(school: &School<'a>, index: u32) -> &'a str {
    let bundles = &school.project.bundles;
    bundles.get(index as usize).map_or("", |name| name)
}

/// By what door a grant comes, in prose.
fn door(school: &School<'_>, line: &View<'_>) -> String {
    match line.door {
        Door::User => "by an item of its own".to_owned(),
        Door::AreaView => "by the organisation's `areas`".to_owned(),
        Door::Bundle(index) => format!("by the bundle `{}`", bundle(school, index)),
        Door::Assignment => "by an assignment".to_owned(),
        Door::AssignedBundle(index) => {
            format!("by the bundle `{}` of an assignment", bundle(school, index))
        }
    }
}

/// Takes items out of lists; a list that would be left empty goes as well, with its key, unless
/// `allow_empty` says that it is meant.
pub(super) fn taking(school: &School<'_>, items: &BTreeSet<(Path, usize)>) -> Vec<Change> {
    let layout = &school.draft.before;
    let mut by_list: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
    for (list, at) in items {
        by_list.entry(list).or_default().push(*at);
    }
    let mut changes = Vec::new();
    let mut emptied: BTreeSet<Path> = BTreeSet::new();
    for (list, places) in by_list {
        let there = layout.at(list).map(|list| layout.resolve(list));
        let there = there.map_or(0, |list| list.items().len());
        if places.len() < there {
            let places = places.into_iter().rev();
            changes.extend(places.map(|at| Change::Take {
                list: list.clone(),
                at,
            }));
        } else if allows_empty(school, list) {
            changes.push(Change::Replace {
                at: list.clone(),
                value: Value::List(Vec::new()),
            });
        } else {
            emptied.insert(list.clone());
        }
    }
    changes.extend(without(school, emptied));
    changes
}

/// The way to the `areas` that hold a list: a user's, or the organisation's.
fn holder<'p>(school: &School<'_>, list: &'p Path) -> &'p [Step] {
    let base = school.base().len();
    let of_user = list.get(base) == Some(&Step::Key("users".to_owned()));
    let length = if of_user { base + 2 } else { base };
    list.get(..length).unwrap_or(list)
}

fn allows_empty(school: &School<'_>, list: &Path) -> bool {
    let holder = school.draft.before.at(holder(school, list));
    let allow = holder.and_then(|holder| school.get(holder, "allow_empty"));
    allow.and_then(Element::text) == Some("true")
}

/// Takes out keys of which nothing is left, and the keys above them of which then nothing is left.
fn without(school: &School<'_>, mut emptied: BTreeSet<Path>) -> Vec<Change> {
    loop {
        let mut parents: BTreeMap<Path, usize> = BTreeMap::new();
        for path in &emptied {
            if let Some((_, parent)) = path.split_last()
                && parent.len() > holder(school, path).len()
            {
                *parents.entry(parent.to_vec()).or_default() += 1;
            }
        }
        let entries = |path: &Path| {
            let map = school.draft.before.at(path);
            let map = map.map(|map| school.draft.before.resolve(map));
            map.map_or(0, |map| map.entries().len())
        };
        let all_gone = parents
            .into_iter()
            .find(|(path, gone)| entries(path) == *gone);
        let Some((path, _)) = all_gone else { break };
        emptied.retain(|other| !(other.starts_with(&path) && other.len() > path.len()));
        emptied.insert(path);
    }
    let remove = |path: &Path| match path.split_last() {
        Some((Step::Key(key), map)) => Some(Change::Remove {
            map: map.to_vec(),
            key: key.clone(),
        }),
        _ => None,
    };
    emptied.iter().filter_map(remove).collect()
}

/// Gives one user the areas of another, written out one by one.
pub(super) fn copy(
    school: &School<'_>,
    (from, to): (&str, &str),
    only: &[String],
    terms: &Terms,
    day: Date,
) -> Result<Outcome, Finding> {
    let source = fold(from);
    if !school.has(&source) {
        return Err(school.no_entry(from));
    }
    let user = school.user(to).ok_or_else(|| school.no_entry(to))?;
    let mut outcome = Outcome::default();
    let mut items: Vec<(&str, Vec<Value>)> = Vec::new();
    for unit in &school.organisation.units {
        let portal = unit.portal.as_str();
        if !only.is_empty() && !only.iter().any(|name| name == portal) {
            continue;
        }
        let areas = school.areas(unit, &source);
        if areas.is_empty() {
            continue;
        }
        if !user.portals.contains(&portal) {
            outcome.notes.push(format!(
                "left out: {} areas at `{portal}`, where `{to}` has no account",
                areas.len()
            ));
            continue;
        }
        let copied = areas.into_iter().filter_map(|area| {
            let pair = (&*source, user.person.as_str());
            copied(school, unit, pair, area, terms, day, &mut outcome.notes)
        });
        items.push((portal, copied.collect()));
    }
    outcome.changes = give(school, &user, items);
    Ok(outcome)
}

/// One area to be copied; nothing, perhaps with a note, where it is not.
fn copied(
    school: &School<'_>,
    unit: &Unit,
    (from, to): (&str, &str),
    area: &str,
    terms: &Terms,
    day: Date,
    notes: &mut Vec<String>,
) -> Option<Value> {
    let portal = unit.portal.as_str();
    if !school.lines(unit, to, area).is_empty() {
        notes.push(format!("`{to}` has `{area}` at `{portal}` already"));
        return None;
    }
    let end = own_end(school, unit, from, area);
    if end.is_some_and(|end| end < day) {
        notes.push(format!("left out: `{area}` at `{portal}`, which has ended"));
        return None;
    }
    let sensitive = &school.organisation.policy.sensitive_areas;
    let is_sensitive = sensitive
        .get(&unit.portal)
        .is_some_and(|areas| areas.contains_key(area));
    if is_sensitive && (terms.until.is_none() || terms.reason.is_none()) {
        notes.push(format!(
            "left out: `{area}` at `{portal}`, which is sensitive: it needs `--until` and `--reason`"
        ));
        return None;
    }
    let terms = Terms {
        from: None,
        until: terms.until.or(end),
        reason: terms.reason.clone(),
    };
    Some(terms.item(area))
}

/// The last day of a grant itself, whatever becomes of the account; the latest of all doors.
fn own_end(school: &School<'_>, unit: &Unit, person: &str, area: &str) -> Option<Date> {
    let portal = unit.portal.as_str();
    let mut ends = Vec::new();
    for owned in school.owned(person, portal, area) {
        ends.push(school.day(owned.element, "until"));
    }
    for line in school.lines(unit, person, area) {
        match line.door {
            Door::User | Door::AreaView => {}
            Door::Bundle(_) => ends.push(None),
            Door::Assignment | Door::AssignedBundle(_) => ends.push(line.window.until),
        }
    }
    ends.into_iter()
        .map(|end| end.unwrap_or(Date::MAX))
        .max()
        .filter(|end| *end < Date::MAX)
}

/// A user's own items at a portal as they are written, for another organisation.
pub(super) fn own_items(school: &School<'_>, person: &str, portal: &str) -> Vec<(String, Terms)> {
    let Some(unit) = school.unit(portal) else {
        return Vec::new();
    };
    let mut items = Vec::new();
    for area in school.areas(unit, person) {
        let owned = school.owned(person, portal, area);
        if let Some(first) = owned.first() {
            let reason = school.get(first.element, "reason");
            let terms = Terms {
                from: school.day(first.element, "from"),
                until: school.day(first.element, "until"),
                reason: reason.and_then(Element::text).map(str::to_owned),
            };
            items.push((area.to_owned(), terms));
        }
    }
    items
}

/// The way to a user's own key.
pub(super) fn users(school: &School<'_>) -> Path {
    below(&school.base(), "users")
}
