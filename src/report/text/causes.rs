//! Whence the actions of a plan come: the word beside each, and the counts under all of them.
//! Layout only; who compared plans has decided.

use std::collections::BTreeMap;
use std::io;

use super::canvas::{Canvas, Tone};
use crate::model::plan::ActionIndex;
use crate::model::review::{ActionAt, Cause, Compared, Review, Revision};
use crate::report::words::counted;

/// Widest word, and the space after it.
const MARK: usize = 9;
/// As wide as a mark.
pub(super) const NO_MARK: &str = "         ";
/// Digits of a commit that are shown.
const SHOWN: usize = 10;

/// The causes of one unit's actions.
pub(super) struct UnitCauses<'a> {
    review: &'a Review,
    unit: u32,
}

impl<'a> UnitCauses<'a> {
    pub(super) fn new(review: &'a Review, unit: u32) -> Self {
        Self { review, unit }
    }

    pub(super) fn of(&self, action: ActionIndex) -> Option<Cause> {
        let unit = self.unit;
        self.review.causes.get(&ActionAt { unit, action }).copied()
    }
}

/// Writes the word of a cause, as wide as every other.
pub(super) fn mark(cause: Cause, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let (tone, word) = match cause {
        Cause::Change => (Tone::Heading, "change"),
        Cause::Pending => (Tone::Faint, "pending"),
        Cause::Drift => (Tone::Bad, "drift"),
    };
    canvas.padded(tone, word, MARK)
}

/// Writes how many actions have which cause, and with what the plan was compared.
pub(super) fn counts(review: &Review, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let Some(compared) = &review.compared else {
        return Ok(());
    };
    let mut counts: BTreeMap<Cause, u64> = BTreeMap::new();
    for cause in review.causes.values() {
        *counts.entry(*cause).or_default() += 1;
    }
    let count = |cause| counts.get(&cause).copied().unwrap_or_default();
    let all = counted(review.causes.len() as u64, "action", "actions");
    let (change, pending, drift) = (
        count(Cause::Change),
        count(Cause::Pending),
        count(Cause::Drift),
    );
    canvas.line(
        Tone::Plain,
        &format!("  {all}: {change} by this change, {pending} pending already, {drift} drift"),
    )?;
    behind(compared, drift, canvas)
}

/// Writes what is planned no more, and what the word drift rests on.
fn behind(compared: &Compared, drift: u64, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let Compared {
        with,
        applied,
        applied_assumed,
        no_longer_planned,
        last_listed,
    } = compared;
    if *no_longer_planned > 0 {
        let count = counted(*no_longer_planned, "action", "actions");
        let is = if *no_longer_planned == 1 { "is" } else { "are" };
        let with = shown(with);
        canvas.line(
            Tone::Plain,
            &format!("  {count} that {with} would do {is} no longer planned"),
        )?;
    }
    if let Some(day) = last_listed.filter(|_| drift > 0) {
        canvas.line(
            Tone::Bad,
            &format!("  drift was changed outside git; an apply last listed it on {day}"),
        )?;
    }
    match applied {
        Some(applied) if drift > 0 => {
            let applied = shown(applied);
            let way = if *applied_assumed {
                "taken as applied in full; --applied names another"
            } else {
                "applied in full"
            };
            canvas.line(
                Tone::Faint,
                &format!("  drift is what {applied} asked for already: {way}"),
            )
        }
        _ => Ok(()),
    }
}

fn shown(revision: &Revision) -> String {
    let Revision { name, commit } = revision;
    let short = commit.get(..SHOWN).unwrap_or(commit);
    format!("{name} ({short})")
}
