//! What a reviewer must know beside the actions: steps for people, what was held back, findings.

use std::collections::BTreeSet;
use std::io;

use super::canvas::{Canvas, Tone};
use super::people::why;
use super::place;
use crate::model::plan::{Finding, HeldBack, ManualStep, Plan, UnitPlan};
use crate::model::review::Review;
use crate::model::source::SourceDocument;
use crate::report::words::{by_heading, counted, is_of_people, symbol, waiver};

/// Findings of one kind that are listed one by one; the rest are counted.
const LISTED: usize = 12;

/// Writes the steps that only a person can do, numbered, each with its numbered clicks.
pub(super) fn manual(unit: &UnitPlan, canvas: &mut Canvas<'_>) -> io::Result<()> {
    if unit.manual.is_empty() {
        return Ok(());
    }
    let count = counted(unit.manual.len() as u64, "step", "steps");
    canvas.line(
        Tone::Heading,
        &format!("  {count} for a person: the portal lets no program do it"),
    )?;
    for (index, step) in unit.manual.iter().enumerate() {
        let ManualStep {
            kind: _,
            account,
            area,
            title,
            clicks,
            change: _,
            reason,
        } = step;
        canvas.put(Tone::Change, &format!("  {:>3}. ", index + 1))?;
        canvas.line(Tone::Plain, title)?;
        canvas.raw("       ")?;
        canvas.person(account)?;
        if let Some(area) = area {
            canvas.put(Tone::Plain, &format!("  {area}"))?;
        }
        canvas.line(Tone::Faint, &format!("  {}", why(reason)))?;
        for (number, click) in clicks.iter().enumerate() {
            canvas.put(Tone::Faint, &format!("       {}) ", number + 1))?;
            canvas.line(Tone::Plain, click)?;
        }
    }
    canvas.end_line()
}

/// Writes what was left out, and why.
pub(super) fn held_back(unit: &UnitPlan, canvas: &mut Canvas<'_>) -> io::Result<()> {
    if unit.held_back.is_empty() {
        return Ok(());
    }
    canvas.line(
        Tone::Heading,
        &format!("  Held back: {}", unit.held_back.len()),
    )?;
    for held in &unit.held_back {
        let HeldBack {
            kind,
            account,
            area,
            because,
            source,
        } = held;
        canvas.put(Tone::Faint, &format!("    {} ", symbol(*kind)))?;
        canvas.padded(Tone::Faint, kind.as_str(), 7)?;
        canvas.raw("  ")?;
        canvas.person(account)?;
        if let Some(area) = area {
            canvas.put(Tone::Plain, &format!("  {area}"))?;
        }
        let from = source
            .as_ref()
            .map(|source| format!(" · {}", place(source)));
        let from = from.unwrap_or_default();
        canvas.line(Tone::Faint, &format!("  {}{from}", because.sentence()))?;
    }
    canvas.end_line()
}

/// Writes whom somebody may take for an account that is deleted: above the deletions, where it is
/// not too late.
pub(super) fn look_alikes(unit: &UnitPlan, canvas: &mut Canvas<'_>) -> io::Result<()> {
    for finding in &unit.findings {
        if let Finding::LookAlike { account, other } = finding {
            canvas.put(Tone::Bad, "  Look twice: ")?;
            canvas.person(account)?;
            canvas.put(Tone::Plain, " is deleted for good, and ")?;
            canvas.person(other)?;
            canvas.line(Tone::Plain, " is not")?;
        }
    }
    Ok(())
}

/// Writes what else is worth knowing of people, by kind.
pub(super) fn findings(unit: &UnitPlan, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let findings = unit.findings.iter().filter(|finding| is_of_people(finding));
    // These stand above the deletions.
    let findings = findings.filter(|finding| !matches!(finding, Finding::LookAlike { .. }));
    let sorted = by_heading(findings);
    if sorted.is_empty() {
        return Ok(());
    }
    canvas.line(Tone::Heading, "  Worth knowing")?;
    for (heading, findings) in sorted {
        canvas.line(Tone::Plain, &format!("    {heading}: {}", findings.len()))?;
        for finding in findings.iter().take(LISTED) {
            canvas.raw("      ")?;
            finding_line(finding, canvas)?;
        }
        let more = findings.len().saturating_sub(LISTED);
        if more > 0 {
            canvas.line(
                Tone::Faint,
                &format!("      and {more} more; --format json lists all"),
            )?;
        }
    }
    canvas.end_line()
}

/// Writes what the plan assumes of portals and nobody has tried, once for all organisations.
pub(super) fn assumptions(plan: &Plan, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let assumed: BTreeSet<(&str, &str)> = plan
        .units
        .iter()
        .flat_map(|unit| unit.findings.iter().map(move |finding| (unit, finding)))
        .filter_map(|(unit, finding)| match finding {
            Finding::Unverified(assumption) => Some((unit.portal.as_str(), *assumption)),
            _ => None,
        })
        .collect();
    if assumed.is_empty() {
        return Ok(());
    }
    canvas.line(Tone::Heading, "Assumed, and not tried on the portal yet")?;
    for (portal, assumption) in assumed {
        canvas.line(Tone::Faint, &format!("  {portal}: {assumption}"))?;
    }
    canvas.end_line()
}

/// Writes which waivers end soon, and which the plan does not need; nothing where there is none.
pub(super) fn waivers(review: &Review, canvas: &mut Canvas<'_>) -> io::Result<()> {
    if review.waivers.is_empty() {
        return Ok(());
    }
    canvas.line(Tone::Heading, "Waivers")?;
    for note in &review.waivers {
        canvas.put(Tone::Plain, &format!("  {}", waiver(note)))?;
        let SourceDocument { file, line } = &note.source;
        canvas.line(Tone::Faint, &format!(" · {file}:{line}"))?;
    }
    canvas.end_line()
}

/// Writes the findings of an empty plan as counts, on one line; nothing where there is none.
pub(super) fn brief(plan: &Plan, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let findings = plan.units.iter().flat_map(|unit| &unit.findings);
    let findings = findings.filter(|finding| is_of_people(finding));
    let counts: Vec<String> = by_heading(findings)
        .into_iter()
        .map(|(heading, findings)| format!("{heading}: {}", findings.len()))
        .collect();
    if counts.is_empty() {
        return Ok(());
    }
    canvas.line(
        Tone::Faint,
        &format!("Worth knowing: {}.", counts.join("; ")),
    )
}

fn finding_line(finding: &Finding, canvas: &mut Canvas<'_>) -> io::Result<()> {
    match finding {
        Finding::Unmanaged(account)
        | Finding::Locked(account)
        | Finding::Dormant(account)
        | Finding::SharedAccount(account) => canvas.person(account)?,
        Finding::Upcoming {
            account,
            area,
            from: day,
        }
        | Finding::Ending {
            account,
            area,
            until: day,
        } => {
            canvas.person(account)?;
            if let Some(area) = area {
                canvas.put(Tone::Plain, &format!("  {area}"))?;
            }
            canvas.put(Tone::Plain, &format!("  {day}"))?;
        }
        Finding::FormerLoginStillLive { account, was } => {
            canvas.person(account)?;
            canvas.put(Tone::Plain, &format!("  was {was}"))?;
        }
        Finding::LookAlike { account, other } => {
            canvas.person(account)?;
            canvas.put(Tone::Plain, &format!("  like {}", other.login))?;
        }
        Finding::Unverified(assumption) => canvas.put(Tone::Faint, assumption)?,
    }
    canvas.end_line()
}
