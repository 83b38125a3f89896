//! What the parts of a divided project amount to once they are put together. Nobody is named here:
//! who is in it stands in the merged document.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::TextOptions;
use super::apply::totals;
use super::canvas::{Canvas, Tone};
use super::footer::{kinds, refused};
use crate::model::plan::ActionKind;
use crate::model::plan_document::{ActionCounts, PlanDocument, SummaryDocument};
use crate::report::json::{ActionOutcome, ApplyDocument};
use crate::report::words::counted;

/// Writes what a merged plan amounts to, its digest, and which guardrails refuse it.
///
/// # Errors
/// Those of `out`.
pub fn merged_plan_text(
    plan: &PlanDocument,
    parts: usize,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut canvas = Canvas::new(options, out);
    let SummaryDocument {
        actions,
        manual,
        held_back,
        calls,
        mails,
    } = &plan.summary;
    let changed = plan.units.iter().filter(|unit| !unit.actions.is_empty());
    let changed = changed.count() as u64;
    canvas.put(Tone::Heading, &format!("Plan for {}: ", plan.day))?;
    kinds(&by_kind(actions), &mut canvas)?;
    canvas.end_line()?;
    let places = counted(plan.units.len() as u64, "organisation", "organisations");
    canvas.line(
        Tone::Plain,
        &format!(
            "  {} · {places}, {changed} with changes",
            counted(parts as u64, "part", "parts")
        ),
    )?;
    canvas.line(
        Tone::Plain,
        &format!(
            "  {} · {} · {} · {held_back} held back",
            counted(*calls, "call", "calls"),
            counted(*mails, "mail", "mails"),
            counted(*manual, "step for a person", "steps for people"),
        ),
    )?;
    canvas.line(Tone::Faint, &format!("  digest {}", plan.digest))?;
    let mut refusals = plan.refusals.iter();
    refusals.try_for_each(|refusal| refused(refusal, &mut canvas))
}

fn by_kind(actions: &ActionCounts) -> BTreeMap<ActionKind, u64> {
    let ActionCounts {
        create,
        update,
        renew,
        grant,
        promote,
        demote,
        revoke,
        expire,
        delete,
    } = actions;
    [
        (ActionKind::Create, create),
        (ActionKind::Update, update),
        (ActionKind::Renew, renew),
        (ActionKind::Grant, grant),
        (ActionKind::Promote, promote),
        (ActionKind::Demote, demote),
        (ActionKind::Revoke, revoke),
        (ActionKind::Expire, expire),
        (ActionKind::Delete, delete),
    ]
    .map(|(kind, count)| (kind, *count))
    .into()
}

/// Writes where not everything is done, and how many actions had which outcome.
///
/// # Errors
/// Those of `out`.
pub fn merged_apply_text(
    report: &ApplyDocument,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut canvas = Canvas::new(options, out);
    let mut open: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
    for action in &report.actions {
        let ActionOutcome {
            organisation,
            portal,
            kind: _,
            account: _,
            area: _,
            outcome,
            message: _,
        } = action;
        if outcome != "done" && outcome != "found-done" {
            *open.entry((organisation, portal, outcome)).or_default() += 1;
        }
    }
    for ((organisation, portal, outcome), count) in open {
        let actions = counted(count, "action", "actions");
        canvas.put(Tone::Heading, organisation)?;
        canvas.put(Tone::Plain, " on ")?;
        canvas.put(Tone::Heading, portal)?;
        canvas.line(Tone::Plain, &format!(": {actions} {outcome}"))?;
    }
    totals(report.counts, &mut canvas)
}
