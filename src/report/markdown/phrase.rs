//! Words of a comment about people, places and reasons. Every text that came from YAML or a portal
//! is escaped here, and made no longer than anybody reads.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::plan::{AccountRef, ActionKind, Plan, Reason, UnitPlan};
use crate::model::review::Cause;
use crate::model::source::Source;
use crate::report::escape::{markdown, markdown_code};
use crate::report::overview::{Entry, Item};
use crate::report::words::{changed, counted};

/// Longest text of a file or a portal that is shown, in characters.
const LONGEST: usize = 160;
/// Most areas that are named of one person where reasons are not told.
const AREAS: usize = 40;

fn clipped(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        None => Cow::Borrowed(text.trim()),
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default().trim())),
    }
}

/// A text of a file or a portal in a line of prose. No address in it becomes a link.
pub(super) fn text(text: &str) -> String {
    prose(&clipped(text))
}

/// The same, however long: what nobody may cut.
fn prose(text: &str) -> String {
    const CUT: &str = "@<!-- -->";
    markdown(text).replace(CUT, "@").replace('@', CUT)
}

/// A name that is a name in a file: an area, a login id, a place.
pub(super) fn code(text: &str) -> String {
    markdown_code(&clipped(text))
}

/// A sentence of ours in which names stand between backticks.
pub(super) fn sentence(text: &str) -> String {
    let parts = text.split('`').count();
    if parts % 2 == 0 {
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

/// The shortest that names somebody: the name, with the login id where another has the same.
pub(super) fn short_person(account: &AccountRef, names: &BTreeMap<&str, u64>) -> String {
    let name = account.name.trim();
    match names.get(name) {
        Some(1) if !name.is_empty() => text(name),
        _ if name.is_empty() || name == account.login.as_str() => text(account.login.as_str()),
        _ => format!("{} {}", text(name), code(account.login.as_str())),
    }
}

/// How often each name stands among some people.
pub(super) fn names<'p>(people: &[Entry<'p>]) -> BTreeMap<&'p str, u64> {
    let mut names = BTreeMap::new();
    for entry in people {
        *names.entry(entry.account.name.trim()).or_default() += 1;
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

/// What happens to one person, with reasons: those of one kind and reason together.
pub(super) fn long(entry: &Entry<'_>) -> String {
    let mut groups: Vec<(&Item<'_>, Vec<&Item<'_>>)> = Vec::new();
    for item in &entry.items {
        let alike = groups.iter_mut().find(|(first, _)| are_alike(first, item));
        match alike {
            Some((_, group)) => group.push(item),
            None => groups.push((item, vec![item])),
        }
    }
    let groups = groups.iter().map(|(first, group)| {
        let what = what(group, usize::MAX);
        let why = why(&first.action.reason);
        let cause = cause(first.cause);
        let parts = [what, why, cause.to_owned()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" · ")
    });
    groups.collect::<Vec<_>>().join("; ")
}

fn are_alike(one: &Item<'_>, other: &Item<'_>) -> bool {
    let file = |item: &Item<'_>| {
        item.action
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
pub(super) fn brief(entry: &Entry<'_>) -> String {
    let items: Vec<&Item<'_>> = entry.items.iter().collect();
    what(&items, AREAS)
}

/// What some actions do: the areas, or the fields before and after; how, where a heading would not
/// tell.
fn what(items: &[&Item<'_>], most: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    let kinds = items.iter().filter_map(|item| power(item));
    for kind in kinds {
        if !parts.iter().any(|part| *part == kind) {
            parts.push(kind.to_owned());
        }
    }
    let mut areas = Vec::new();
    for item in items {
        areas.extend(item.action.area.iter().map(|area| code(area.as_str())));
        let changes = item.action.changes.iter();
        let changes = changes.filter_map(|change| changed(item.action, change));
        parts.extend(changes.map(|change| text(&change)));
    }
    let more = areas.len().saturating_sub(most);
    areas.truncate(most);
    if more > 0 {
        areas.push(format!("and {more} more"));
    }
    let areas = areas.join(", ");
    let back = "only a posted key gives back";
    let lost = items.iter().any(|item| !item.action.reversible);
    let lost = lost
        && items
            .iter()
            .any(|item| item.action.kind == ActionKind::Revoke);
    match (areas.is_empty(), lost) {
        (true, _) => {}
        (false, true) => parts.push(format!("loses {areas}, which {back}")),
        (false, false) => parts.push(areas),
    }
    parts.join(", ")
}

/// What an action does to an account as such, where it is more than a heading says.
fn power(item: &Item<'_>) -> Option<&'static str> {
    match (item.action.kind, item.action.reversible, item.ends_admin) {
        (ActionKind::Delete, _, true) => {
            Some("the account of an administrator is deleted for good")
        }
        (ActionKind::Delete, _, false) => Some("the account is deleted for good"),
        (ActionKind::Expire, _, true) => Some("the account of an administrator ends"),
        (ActionKind::Demote, false, _) => {
            Some("stops being an administrator, and only a posted key gives that back")
        }
        (ActionKind::Expire | ActionKind::Promote, false, _) => Some("cannot be taken back"),
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
