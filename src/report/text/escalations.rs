//! What changes somebody's own rights by their own hand: the first thing on the screen.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::canvas::{Canvas, Tone};
use super::people::why;
use crate::model::plan::{AccountRef, ActionKind, ManualStep, Plan, Reason};
use crate::model::review::{Escalation, EscalationKind, Review};
use crate::report::words::{counted, escalation, subjects, symbol};

/// One action or step, and every reason why it is here.
struct Line<'p> {
    account: &'p AccountRef,
    /// Symbol and kind; none for a step.
    kind: Option<ActionKind>,
    what: String,
    reason: &'p Reason,
    kinds: BTreeSet<EscalationKind>,
}

/// Writes them by organisation and person, each with the place in the YAML; nothing where there is
/// none.
pub(super) fn escalations(plan: &Plan, review: &Review, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let mut units: BTreeMap<u32, BTreeMap<_, BTreeSet<EscalationKind>>> = BTreeMap::new();
    for escalation in &review.escalations {
        let Escalation {
            unit,
            action: _,
            manual: _,
            kind,
        } = escalation;
        let places = units.entry(*unit).or_default();
        places.entry(escalation.place()).or_default().insert(*kind);
    }
    if units.is_empty() {
        return Ok(());
    }
    let count = counted(review.escalated(), "ESCALATION", "ESCALATIONS");
    canvas.put(Tone::Bad, &count)?;
    canvas.line(
        Tone::Heading,
        ": somebody changes, or approves, their own rights",
    )?;
    for (index, places) in units {
        let Some(unit) = plan.units.get(index as usize) else {
            continue;
        };
        canvas.put(Tone::Heading, &format!("  {}", unit.organisation_name))?;
        canvas.put(Tone::Plain, " on ")?;
        canvas.line(Tone::Heading, unit.portal.as_str())?;
        let lines: Vec<Line<'_>> = places
            .into_iter()
            .filter_map(|((_, action, manual), kinds)| {
                let action = action.and_then(|at| unit.actions.get(at.0 as usize));
                let step = manual.and_then(|at| unit.manual.get(at as usize));
                match (action, step) {
                    (Some(action), _) => Some(Line {
                        account: &action.account,
                        kind: Some(action.kind),
                        what: subjects(action).join(", "),
                        reason: &action.reason,
                        kinds,
                    }),
                    (None, Some(step)) => Some(of_step(step, kinds)),
                    (None, None) => None,
                }
            })
            .collect();
        people(&lines, canvas)?;
    }
    canvas.end_line()
}

fn of_step(step: &ManualStep, kinds: BTreeSet<EscalationKind>) -> Line<'_> {
    Line {
        account: &step.account,
        kind: None,
        what: step.title.clone(),
        reason: &step.reason,
        kinds,
    }
}

/// Each person once: who, why it is an escalation, and what it is.
fn people(lines: &[Line<'_>], canvas: &mut Canvas<'_>) -> io::Result<()> {
    let mut shown = BTreeSet::new();
    for line in lines {
        if !shown.insert(&line.account.login) {
            continue;
        }
        let own = lines
            .iter()
            .filter(|other| other.account.login == line.account.login);
        let own: Vec<&Line<'_>> = own.collect();
        canvas.raw("    ")?;
        canvas.person(line.account)?;
        canvas.end_line()?;
        let kinds: BTreeSet<EscalationKind> = own
            .iter()
            .flat_map(|line| line.kinds.iter().copied())
            .collect();
        for kind in kinds {
            canvas.raw("      ")?;
            canvas.line(Tone::Bad, escalation(kind))?;
        }
        for line in own {
            action(line, canvas)?;
        }
    }
    Ok(())
}

fn action(line: &Line<'_>, canvas: &mut Canvas<'_>) -> io::Result<()> {
    canvas.raw("      ")?;
    match line.kind {
        Some(kind) => {
            let tone = Tone::of(kind);
            canvas.put(tone, symbol(kind))?;
            canvas.raw(" ")?;
            canvas.padded(tone, kind.as_str(), 7)?;
        }
        None => canvas.put(Tone::Change, "a step for a person")?,
    }
    if !line.what.is_empty() {
        canvas.put(Tone::Plain, &format!("  {}", line.what))?;
    }
    canvas.line(Tone::Faint, &format!("  {}", why(line.reason)))
}
