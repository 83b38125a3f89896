//! What a plan amounts to, and which guardrails refuse it: the last thing on the screen.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::TextOptions;
use super::canvas::{Canvas, Tone};
use super::causes;
use crate::model::name::OrganisationId;
use crate::model::plan::{ActionKind, Plan, Summary};
use crate::model::plan_document::RefusalDocument;
use crate::model::review::Review;
use crate::report::words::{counted, otherwise, symbol, whose};

/// Writes the counts, the digest and the refusals.
pub(super) fn footer(
    plan: &Plan,
    review: &Review,
    options: &TextOptions,
    canvas: &mut Canvas<'_>,
) -> io::Result<()> {
    let Summary {
        actions,
        manual,
        held_back: _,
        calls: _,
        mails,
    } = plan.summary();
    canvas.put(Tone::Heading, &format!("Plan for {}: ", plan.day))?;
    kinds(&actions, canvas)?;
    canvas.end_line()?;
    let mailed: BTreeSet<_> = plan
        .units
        .iter()
        .flat_map(|unit| unit.saves.iter().flat_map(|save| &save.mails))
        .collect();
    let mailed = mailed.len() as u64;
    let mail = match (mailed, mails) {
        (0, _) => "nobody is mailed".to_owned(),
        (people, mails) if people == mails => counted(people, "person mailed", "people mailed"),
        (people, mails) => format!(
            "{} ({})",
            counted(people, "person mailed", "people mailed"),
            counted(mails, "mail", "mails")
        ),
    };
    let steps = counted(manual, "step for a person", "steps for people");
    let saves = saves(plan, options);
    canvas.line(Tone::Plain, &format!("  {saves} · {mail} · {steps}"))?;
    held_back(plan, canvas)?;
    other_runs(plan, canvas)?;
    causes::counts(review, canvas)?;
    let escalated = review.escalated();
    if escalated > 0 {
        let count = counted(escalated, "escalation", "escalations");
        canvas.line(Tone::Bad, &format!("  {count}, shown first"))?;
    }
    if let Some(digest) = &options.digest {
        canvas.line(Tone::Faint, &format!("  digest {digest}"))?;
    }
    let problems = plan.problems().count() as u64;
    if problems > 0 {
        let count = counted(problems, "fault", "faults");
        canvas.end_line()?;
        canvas.line(
            Tone::Bad,
            &format!("Not to be applied: {count} of the YAML, shown above."),
        )?;
    }
    let mut refusals = plan.refusals.iter().chain(&review.refusals);
    refusals.try_for_each(|refusal| refused(&RefusalDocument::of(refusal), canvas))
}

/// The calls that beadle makes, and the saves that people make at portals without an API.
fn saves(plan: &Plan, options: &TextOptions) -> String {
    let (mut calls, mut by_hand) = (0, 0);
    for unit in &plan.units {
        let saves = unit.saves.len() as u64;
        if options.by_hand.contains(&unit.portal) {
            by_hand += saves;
        } else {
            calls += saves;
        }
    }
    let calls_text = counted(calls, "API call", "API calls");
    let wait = if by_hand == 1 { "waits" } else { "wait" };
    let hand_text = format!("{} {wait} for a person", counted(by_hand, "save", "saves"));
    match (calls, by_hand) {
        (_, 0) => calls_text,
        (0, _) => hand_text,
        (_, _) => format!("{calls_text} · {hand_text}"),
    }
}

/// Writes how many actions of each kind there are.
pub(super) fn kinds(
    actions: &BTreeMap<ActionKind, u64>,
    canvas: &mut Canvas<'_>,
) -> io::Result<()> {
    let mut first = true;
    for (kind, count) in actions.iter().filter(|(_, count)| **count > 0) {
        canvas.raw(if first { "" } else { ", " })?;
        let text = format!("{} {count} to {}", symbol(*kind), kind.as_str());
        canvas.put(Tone::of(*kind), &text)?;
        first = false;
    }
    if first {
        canvas.raw("nothing for beadle to do")
    } else {
        Ok(())
    }
}

/// Writes what was left out, by why, as counts.
fn held_back(plan: &Plan, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for held in plan.units.iter().flat_map(|unit| &unit.held_back) {
        *reasons.entry(held.because.sentence()).or_default() += 1;
    }
    for (reason, count) in reasons {
        canvas.line(Tone::Plain, &format!("  {count} held back: {reason}"))?;
    }
    Ok(())
}

/// Writes which saves are not made in this run, because another gives access first.
fn other_runs(plan: &Plan, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let saves = plan.units.iter().flat_map(|unit| &unit.saves);
    let mut waiting = 0;
    let mut organisations: BTreeSet<&OrganisationId> = BTreeSet::new();
    for save in saves.filter(|save| !save.elsewhere.is_empty()) {
        waiting += 1;
        organisations.extend(&save.elsewhere);
    }
    if waiting == 0 {
        return Ok(());
    }
    let names: Vec<String> = organisations.iter().map(|id| format!("`{id}`")).collect();
    let wait = if waiting == 1 { "waits" } else { "wait" };
    canvas.line(
        Tone::Plain,
        &format!(
            "  {} to take access away {wait} for {}, where the same people gain access first \
             and which this run does not plan",
            counted(waiting, "save", "saves"),
            names.join(", ")
        ),
    )
}

/// Writes a guardrail's "no", with the way out.
pub(super) fn refused(refusal: &RefusalDocument, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let RefusalDocument {
        guardrail,
        organisation,
        portal,
        message,
        waiver,
    } = refusal;
    let whose = whose(organisation.as_deref(), portal);
    canvas.end_line()?;
    canvas.put(Tone::Bad, &format!("Refused by {}", guardrail.as_str()))?;
    canvas.line(Tone::Plain, &format!(" ({whose}): {message}"))?;
    let otherwise = otherwise(*guardrail).replace('`', "");
    canvas.line(Tone::Plain, &format!("  {otherwise}."))?;
    canvas.line(
        Tone::Plain,
        "  If it is meant, add this to policy.waivers and have it reviewed:",
    )?;
    for line in waiver.lines() {
        canvas.raw("    ")?;
        canvas.line(Tone::Plain, line)?;
    }
    Ok(())
}
