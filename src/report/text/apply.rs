//! What became of a plan: every action, what failed and why, what was not tried because of it,
//! and totals.

use std::io::{self, Write};

use super::TextOptions;
use super::canvas::{Canvas, Tone};
use crate::model::outcome::{ApplyReport, Outcome};
use crate::model::plan::{Action, Plan, UnitPlan};
use crate::report::json::{
    ACCEPTED, NOT_SEEN, OutcomeCounts, action_of, skipped_because, waits_for,
};
use crate::report::words::{counted, symbol};

/// Writes the outcome of each action, what is done before what is not, and the totals last.
///
/// # Errors
/// Those of `out`.
pub fn apply_text(
    plan: &Plan,
    report: &ApplyReport,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut canvas = Canvas::new(options, out);
    let actions = report.by_action();
    for (number, unit) in plan.units.iter().enumerate() {
        let of_unit = actions.iter().filter(|of| of.unit as usize == number);
        let rows: Vec<(&Action, &Outcome)> = of_unit
            .filter_map(|of| Some((action_of(plan, *of)?.1, of.outcome)))
            .collect();
        if !rows.is_empty() {
            unit_outcomes(plan, unit, &rows, &mut canvas)?;
        }
    }
    totals(OutcomeCounts::of(report), &mut canvas)
}

fn unit_outcomes(
    plan: &Plan,
    unit: &UnitPlan,
    rows: &[(&Action, &Outcome)],
    canvas: &mut Canvas<'_>,
) -> io::Result<()> {
    canvas.put(Tone::Heading, &unit.organisation_name)?;
    canvas.put(Tone::Plain, " on ")?;
    canvas.line(Tone::Heading, unit.portal.as_str())?;
    let (done, left): (Vec<_>, Vec<_>) = rows.iter().partition(|(_, outcome)| outcome.is_done());
    for (action, outcome) in done.into_iter().chain(left) {
        row(plan, action, outcome, canvas)?;
    }
    canvas.end_line()
}

fn row(plan: &Plan, action: &Action, outcome: &Outcome, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let (tone, word, why) = match outcome {
        Outcome::Done => (Tone::Good, "done", None),
        Outcome::FoundDone => {
            let why = "the answer was lost; reading showed that it is done";
            (Tone::Good, "done", Some(why.to_owned()))
        }
        Outcome::Failed(failure) => (Tone::Bad, "failed", Some(failure.message.clone())),
        Outcome::Skipped { because } => (
            Tone::Change,
            "skipped",
            Some(skipped_because(plan, *because)),
        ),
        Outcome::Waits(organisations) => (Tone::Change, "waits", Some(waits_for(organisations))),
        Outcome::Interrupted => {
            let why = "the run was interrupted before it";
            (Tone::Change, "not tried", Some(why.to_owned()))
        }
        Outcome::Accepted => (Tone::Change, "accepted", Some(ACCEPTED.to_owned())),
        Outcome::NotSeen => (Tone::Bad, "not seen", Some(NOT_SEEN.to_owned())),
    };
    canvas.raw("  ")?;
    canvas.padded(tone, word, 9)?;
    canvas.raw("  ")?;
    canvas.put(Tone::of(action.kind), symbol(action.kind))?;
    canvas.raw(" ")?;
    canvas.padded(Tone::of(action.kind), action.kind.as_str(), 7)?;
    canvas.raw("  ")?;
    canvas.person(&action.account)?;
    if let Some(area) = &action.area {
        canvas.put(Tone::Plain, &format!("  {area}"))?;
    }
    canvas.end_line()?;
    match why {
        Some(why) => canvas.line(Tone::Faint, &format!("             {why}")),
        None => Ok(()),
    }
}

/// Writes how many actions had which outcome.
pub(super) fn totals(counts: OutcomeCounts, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let OutcomeCounts {
        done,
        failed,
        skipped,
        waits,
        interrupted,
        accepted,
        not_seen,
    } = counts;
    // Reports are put together from files that may say anything.
    let left = [failed, skipped, waits, interrupted, accepted, not_seen];
    let left = left.into_iter().fold(0, u64::saturating_add);
    let all = counted(done.saturating_add(left), "action", "actions");
    if left == 0 {
        canvas.put(Tone::Good, "Applied")?;
        return canvas.line(Tone::Plain, &format!(": {done} of {all} done."));
    }
    let parts = [
        (failed, "failed"),
        (skipped, "skipped because of that"),
        (waits, "waiting for another run"),
        (interrupted, "not tried"),
        (accepted, "accepted and not shown yet"),
        (not_seen, "reported done but not seen"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    canvas.put(
        Tone::Bad,
        if done == 0 {
            "Not applied"
        } else {
            "Applied in part"
        },
    )?;
    canvas.line(
        Tone::Plain,
        &format!(": {done} of {all} done, {}.", parts.join(", ")),
    )?;
    canvas.line(
        Tone::Plain,
        "Running the same command again goes on from here.",
    )
}
