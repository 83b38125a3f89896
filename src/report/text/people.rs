//! The actions of one organisation at one portal: first what changes who administers it and what
//! cannot be undone, then everything else, person by person.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::Beside;
use super::canvas::{Canvas, Tone, shown_width};
use super::causes;
use super::moves::Marks;
use super::{notes, place};
use crate::model::name::LoginId;
use crate::model::plan::{Action, ActionIndex, ActionKind, Reason, UnitPlan};
use crate::model::review::Cause;
use crate::report::words::{counted, subjects, symbol};

/// Widest column of areas and changes; what is longer moves its reason to the right.
const WIDEST: usize = 36;
/// Widest kind.
const KIND: usize = 7;

/// An action, and whence it comes where that was asked for.
#[derive(Clone, Copy)]
struct Marked<'a> {
    action: &'a Action,
    cause: Option<Cause>,
}

/// Writes every action, each with what stands beside it.
pub(super) fn actions(
    unit: &UnitPlan,
    beside: &Beside<'_>,
    canvas: &mut Canvas<'_>,
) -> io::Result<()> {
    let marked = (0_u32..).zip(&unit.actions).map(|(index, action)| Marked {
        action,
        cause: beside.causes.of(ActionIndex(index)),
    });
    let (first, rest): (Vec<Marked<'_>>, Vec<Marked<'_>>) =
        marked.partition(|marked| is_grave(marked.action));
    let notes_of = (&mails(unit), &beside.moves);
    if !first.is_empty() {
        canvas.line(
            Tone::Power,
            "  Look here first: administrators, and what cannot be undone",
        )?;
        notes::look_alikes(unit, canvas)?;
        people(&first, notes_of, canvas)?;
        canvas.end_line()?;
    }
    people(&rest, notes_of, canvas)?;
    if !rest.is_empty() {
        canvas.end_line()?;
    }
    Ok(())
}

/// Whether an action stands above the others: who may manage everybody, what is lost for good.
fn is_grave(action: &Action) -> bool {
    let Action {
        kind,
        account: _,
        area: _,
        changes: _,
        reason: _,
        reversible,
        sensitive: _,
    } = action;
    matches!(kind, ActionKind::Promote | ActionKind::Demote) || !reversible
}

/// How many mails each login gets.
fn mails(unit: &UnitPlan) -> BTreeMap<&LoginId, u64> {
    let mut mails = BTreeMap::new();
    for login in unit.saves.iter().flat_map(|save| &save.mails) {
        *mails.entry(login).or_default() += 1;
    }
    mails
}

/// Writes actions by person, in the order in which the plan first names each.
fn people(
    actions: &[Marked<'_>],
    (mails, marks): (&BTreeMap<&LoginId, u64>, &Marks<'_>),
    canvas: &mut Canvas<'_>,
) -> io::Result<()> {
    let subjects = actions.iter().flat_map(|marked| subjects(marked.action));
    let widths = subjects.map(|subject| shown_width(&subject));
    let width = widths
        .filter(|width| *width <= WIDEST)
        .max()
        .unwrap_or_default();
    let mut of_person: BTreeMap<&LoginId, Vec<Marked<'_>>> = BTreeMap::new();
    for marked in actions {
        of_person
            .entry(&marked.action.account.login)
            .or_default()
            .push(*marked);
    }
    let mut shown = BTreeSet::new();
    for Marked { action, cause: _ } in actions {
        let login = &action.account.login;
        if !shown.insert(login) {
            continue;
        }
        canvas.raw("  ")?;
        canvas.person(&action.account)?;
        if let Some(mark) = marks.get(login) {
            canvas.put(Tone::Change, &format!("  {mark}"))?;
        }
        if let Some(count) = mails.get(login) {
            let count = counted(*count, "mail", "mails");
            canvas.put(Tone::Faint, &format!("  gets {count} from the portal"))?;
        }
        canvas.end_line()?;
        // The account first, then its areas.
        let mut own = of_person.remove(login).unwrap_or_default();
        own.sort_by_key(|marked| marked.action.area.is_some());
        for marked in own {
            action_lines(marked, width, canvas)?;
        }
    }
    Ok(())
}

fn action_lines(marked: Marked<'_>, width: usize, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let Marked { action, cause } = marked;
    let tone = Tone::of(action.kind);
    let subjects = subjects(action);
    let mut subjects = subjects.iter();
    canvas.raw("    ")?;
    canvas.put(tone, symbol(action.kind))?;
    canvas.raw(" ")?;
    canvas.padded(tone, action.kind.as_str(), KIND)?;
    canvas.raw("  ")?;
    if let Some(cause) = cause {
        causes::mark(cause, canvas)?;
    }
    let first = subjects.next().map_or("", String::as_str);
    canvas.padded(Tone::Plain, first, width)?;
    if width > 0 {
        canvas.raw("  ")?;
    }
    canvas.put(Tone::Faint, &why(&action.reason))?;
    if action.sensitive {
        canvas.put(Tone::Change, "  ! sensitive")?;
    }
    if !action.reversible {
        let mark = match action.kind {
            ActionKind::Delete => "  ! cannot be undone",
            _ => "  ! only a posted key gives it back",
        };
        canvas.put(Tone::Bad, mark)?;
    }
    canvas.end_line()?;
    for subject in subjects {
        canvas.raw("               ")?;
        if cause.is_some() {
            canvas.raw(causes::NO_MARK)?;
        }
        canvas.line(Tone::Plain, subject)?;
    }
    Ok(())
}

/// The reason in a clause, and the place in the YAML.
pub(super) fn why(reason: &Reason) -> String {
    let sentence = match reason {
        Reason::Renamed { was, source: _ } => format!("renamed, was {was}"),
        _ => reason.sentence(),
    };
    match reason.source() {
        Some(source) => format!("{sentence} · {}", place(source)),
        None => sentence,
    }
}
