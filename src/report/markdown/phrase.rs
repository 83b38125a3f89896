//! Words of a comment about people, places and reasons. Every text that came from YAML or a portal
//! is escaped here, and made no longer than anybody reads.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::links::unlinked;
use crate::model::plan::{AccountRef, Action, ActionKind, Change, Plan, Reason, UnitPlan};
use crate::model::review::Cause;
use crate::model::source::Source;
use crate::report::escape::{markdown, markdown_code};
use crate::report::overview::{Entry, Item};
use crate::report::redact::is_pseudonym;
use crate::report::words::{changed, counted};

/// Longest text of a file or a portal that is shown, in characters.
pub(super) const LONGEST: usize = 160;
/// Longest name where room is short, in characters: whoever has a long one leaves it to the others.
pub(super) const SHORT: usize = 20;
/// Most areas that are named of one person where reasons are not told.
const AREAS: usize = 40;

fn clipped(text: &str, longest: usize) -> Cow<'_, str> {
    let text = text.trim();
    match text.char_indices().nth(longest) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default().trim())),
    }
}

/// A text of a file or a portal in a line of prose. No address in it becomes a link.
pub(super) fn text(text: &str) -> String {
    prose(&clipped(text, LONGEST))
}

/// The same, however long: what nobody may cut.
fn prose(text: &str) -> String {
    unlinked(&markdown(text))
}

/// A name that is a name in a file: an area, a login id, a place.
pub(super) fn code(text: &str) -> String {
    markdown_code(&clipped(text, LONGEST))
}

/// A sentence of ours in which names stand between backticks.
pub(super) fn sentence(text: &str) -> String {
    let parts = text.split('`').count();
    if parts.is_multiple_of(2) {
        return prose(text);
    }
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(index, part)| match (index % 2, part) {
        (_, "") => String::new(),
        (0, part) => prose(part),
        (_, part) => markdown_code(part),
    });
    parts.collect()
}

/// Name, then login id where that says more.
pub(super) fn person(account: &AccountRef) -> String {
    let AccountRef {
        login,
        name,
        id: _,
        person: _,
    } = account;
    if name.trim().is_empty() || **name == *login.as_str() {
        return format!("**{}**", code(login.as_str()));
    }
    format!("**{}** {}", text(name), code(login.as_str()))
}

/// The shortest that names somebody: the name, with the login id where another has the same; each
/// of at most so many characters.
pub(super) fn short_person(
    account: &AccountRef,
    names: &BTreeMap<Cow<'_, str>, u64>,
    longest: usize,
) -> String {
    let name = clipped(&account.name, longest);
    let login = clipped(account.login.as_str(), longest);
    match names.get(&name) {
        Some(1) if !name.is_empty() => prose(&name),
        _ if name.is_empty() || name == login => prose(&login),
        _ => format!("{} {}", prose(&name), markdown_code(&login)),
    }
}

/// Several pseudonyms, as a shell would write them: what they have in common once. None where
/// somebody has a name.
pub(super) fn pseudonyms(people: &[Entry<'_>]) -> Option<String> {
    let logins = people.iter().map(|entry| entry.account.login.as_str());
    let digits = logins.map(|login| {
        let digits = login.strip_prefix("person-")?;
        is_pseudonym(login).then_some(digits)
    });
    let digits: Vec<&str> = digits.collect::<Option<_>>()?;
    match digits.as_slice() {
        [] | [_] => None,
        several => Some(format!("`person-{{{}}}`", several.join(","))),
    }
}

/// How often each name stands among some people, in so many characters.
pub(super) fn names<'p>(people: &[Entry<'p>], longest: usize) -> BTreeMap<Cow<'p, str>, u64> {
    let mut names = BTreeMap::new();
    for entry in people {
        *names
            .entry(clipped(&entry.account.name, longest))
            .or_default() += 1;
    }
    names
}

/// An organisation, and the portal.
pub(super) fn place(plan: &Plan, unit: u32) -> String {
    let unit = plan.units.get(unit as usize);
    unit.map(unit_place).unwrap_or_default()
}

pub(super) fn unit_place(unit: &UnitPlan) -> String {
    let name = unit.organisation_name.trim();
    let name = if name.is_empty() {
        unit.organisation.as_str()
    } else {
        name
    };
    format!("{}, {}", text(name), text(unit.portal.as_str()))
}

/// Why, and where the files say so.
pub(super) fn why(reason: &Reason) -> String {
    let why = match reason {
        Reason::Renamed { was, source: _ } => format!("renamed, was {}", code(was.as_str())),
        _ => sentence(&reason.sentence()),
    };
    match reason.source() {
        Some(source) => format!("{why} · {}", file_line(source)),
        None => why,
    }
}

/// A place in the files.
pub(super) fn file_line(source: &Source) -> String {
    let Source {
        file,
        line,
        column: _,
    } = source;
    code(&format!("{file}:{line}"))
}

/// One action, and what matters of what stands beside it.
#[derive(Clone, Copy)]
pub(super) struct Said<'p> {
    pub(super) action: &'p Action,
    pub(super) ends_admin: bool,
    pub(super) cause: Option<Cause>,
}

/// The actions of one person within a topic.
pub(super) fn said<'p>(entry: &Entry<'p>) -> Vec<Said<'p>> {
    let items = entry.items.iter();
    let said = items.map(|item| {
        let Item {
            at: _,
            action,
            ends_admin,
            cause,
        } = *item;
        Said {
            action,
            ends_admin,
            cause,
        }
    });
    said.collect()
}

/// What happens to one person, with reasons: what is alike and has one reason stands together.
pub(super) fn long(actions: &[Said<'_>]) -> String {
    let groups = grouped(actions);
    let groups = groups.iter().filter_map(|group| {
        let first = group.first()?;
        let parts = [
            what(group, usize::MAX),
            why(&first.action.reason),
            cause(first.cause).to_owned(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Some(parts.join(" · "))
    });
    groups.collect::<Vec<_>>().join("; ")
}

/// Actions by kind, reason and file, in the order in which each first stands.
pub(super) fn grouped<'p>(actions: &[Said<'p>]) -> Vec<Vec<Said<'p>>> {
    let mut groups: Vec<Vec<Said<'p>>> = Vec::new();
    for said in actions {
        let alike = |group: &&mut Vec<Said<'p>>| {
            let first = group.first();
            first.is_some_and(|first| are_alike(first, said))
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(*said),
            None => groups.push(vec![*said]),
        }
    }
    groups
}

fn are_alike(one: &Said<'_>, other: &Said<'_>) -> bool {
    let file = |said: &Said<'_>| {
        said.action
            .reason
            .source()
            .map(|source| source.file.clone())
    };
    one.action.kind == other.action.kind
        && one.action.reversible == other.action.reversible
        && one.cause == other.cause
        && one.action.reason.sentence() == other.action.reason.sentence()
        && file(one) == file(other)
}

fn cause(cause: Option<Cause>) -> &'static str {
    match cause {
        None | Some(Cause::Change) => "",
        Some(Cause::Pending) => "pending already",
        Some(Cause::Drift) => "**drift**",
    }
}

/// What happens to one person, without reasons.
pub(super) fn brief(actions: &[Said<'_>]) -> String {
    // Under the heading that says so, no word is spent on a deletion.
    let told = actions.iter().filter(|said| {
        let Said {
            action, ends_admin, ..
        } = said;
        action.kind != ActionKind::Delete || *ends_admin
    });
    what(&told.copied().collect::<Vec<_>>(), AREAS)
}

/// What some actions do: the areas, or the fields before and after; how, where a heading would not
/// tell.
fn what(actions: &[Said<'_>], most: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    for power in actions.iter().filter_map(power) {
        if !parts.iter().any(|part| *part == power) {
            parts.push(power.to_owned());
        }
    }
    let mut areas = Vec::new();
    for Said { action, .. } in actions {
        areas.extend(action.area.iter().map(|area| code(area.as_str())));
        let changes = action.changes.iter();
        let changes = changes.filter(|change| !is_said(action.kind, change));
        let changes = changes.filter_map(|change| changed(action, change));
        parts.extend(changes.map(|change| text(&change)));
    }
    let more = areas.len().saturating_sub(most);
    areas.truncate(most);
    if more > 0 {
        areas.push(format!("and {more} more"));
    }
    let areas = areas.join(", ");
    let lost = |said: &Said<'_>| !said.action.reversible && said.action.kind == ActionKind::Revoke;
    match (areas.is_empty(), actions.iter().any(lost)) {
        (true, _) => {}
        (false, true) => parts.push(format!("loses {areas}, which only a posted key gives back")),
        (false, false) => parts.push(areas),
    }
    parts.join(", ")
}

/// Whether a change says nothing new: whom an account is made for stands before it, and why an
/// account ends after it.
fn is_said(kind: ActionKind, change: &Change) -> bool {
    match kind {
        ActionKind::Create => matches!(change, Change::Name { .. }),
        ActionKind::Expire => matches!(change, Change::Expires { .. } | Change::Active { .. }),
        _ => false,
    }
}

/// What an action does to an account as such, where it is more than a heading says.
fn power(said: &Said<'_>) -> Option<&'static str> {
    match (said.action.kind, said.action.reversible, said.ends_admin) {
        (ActionKind::Delete, _, true) => {
            Some("the account of an administrator is deleted for good")
        }
        (ActionKind::Delete, _, false) => Some("deleted for good"),
        (ActionKind::Expire, _, true) => Some("the account of an administrator ends"),
        (ActionKind::Demote, false, _) => {
            Some("stops being an administrator, and only a posted key gives that back")
        }
        _ => None,
    }
}

/// People and areas in numbers, of one organisation.
pub(super) fn numbers(people: u64, things: u64) -> String {
    let people_text = counted(people, "person", "people");
    if things == people {
        people_text
    } else {
        format!("{people_text}, {}", counted(things, "change", "changes"))
    }
}
