//! Moves between organisations: a line each near the top, and a mark on the person where the
//! single actions stand, so that nobody reads a move as a leaver and a stranger.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::canvas::{Canvas, Tone};
use super::place;
use crate::model::movement::{Half, Move};
use crate::model::name::LoginId;
use crate::model::plan::Plan;
use crate::report::words::counted;

/// What is said of the accounts of one unit that are part of a move, by login id.
pub(super) type Marks<'a> = BTreeMap<&'a LoginId, String>;

/// Writes a line for each move; a second one names the places where days without access come from.
pub(super) fn moves(plan: &Plan, canvas: &mut Canvas<'_>) -> io::Result<()> {
    if plan.moves.is_empty() {
        return Ok(());
    }
    let count = counted(plan.moves.len() as u64, "person moves", "people move");
    canvas.line(Tone::Heading, &format!("{count} between organisations"))?;
    for it in &plan.moves {
        line(it, canvas)?;
        if it.has_gap() {
            gap(it, canvas)?;
        }
    }
    canvas.end_line()
}

fn line(it: &Move, canvas: &mut Canvas<'_>) -> io::Result<()> {
    canvas.raw("  ")?;
    canvas.put(Tone::Change, "move")?;
    canvas.raw("  ")?;
    if let Some(account) = it.account() {
        canvas.put(Tone::Heading, &account.name)?;
    }
    let way = format!("  {} → {}", names(&it.leaves), names(&it.joins));
    canvas.put(Tone::Plain, &way)?;
    let portals: BTreeSet<&str> = it.halves().map(|half| half.portal.as_str()).collect();
    let portals: Vec<&str> = portals.into_iter().collect();
    canvas.put(Tone::Plain, &format!("  {}: ", portals.join(", ")))?;
    let tone = if it.has_gap() { Tone::Bad } else { Tone::Faint };
    let mark = if it.has_gap() { "! " } else { "" };
    canvas.line(tone, &format!("{mark}{}", it.sentence()))
}

/// Both places of the YAML whose dates leave days without access.
fn gap(it: &Move, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let at = |halves: &[Half], what: &str| {
        let half = halves.iter().find(|half| half.day.is_some())?;
        let (day, source) = (half.day?, half.source.as_ref()?);
        Some(format!("{what} {day} · {}", place(source)))
    };
    let places = [at(&it.leaves, "ends after"), at(&it.joins, "begins on")];
    let places: Vec<String> = places.into_iter().flatten().collect();
    canvas.raw("        ")?;
    canvas.line(Tone::Faint, &places.join("; "))
}

/// Each organisation's name once.
fn names(halves: &[Half]) -> String {
    let mut names: Vec<&str> = halves.iter().map(|half| &*half.organisation_name).collect();
    names.dedup();
    names.join(", ")
}

/// What to say of the accounts of each unit, by the unit's index in the plan.
pub(super) fn marks(plan: &Plan) -> BTreeMap<u32, Marks<'_>> {
    let mut marks: BTreeMap<u32, Marks<'_>> = BTreeMap::new();
    for it in &plan.moves {
        let sides = [
            (&it.leaves, "moves to", &it.joins),
            (&it.joins, "comes from", &it.leaves),
        ];
        for (own, word, others) in sides {
            for half in own {
                for at in &half.actions {
                    let said = format!("{word} {}", names(others));
                    let unit = marks.entry(at.unit).or_default();
                    unit.insert(&half.account.login, said);
                }
            }
        }
    }
    marks
}
