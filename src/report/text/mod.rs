//! Plans and outcomes as text for people, in colour and without.
//!
//! Layout only: what is in a plan, and in which order, the planner has decided. Every text that
//! came from YAML or a portal passes through [`super::escape`] on its way out.

mod apply;
mod canvas;
mod causes;
mod escalations;
mod explain;
mod footer;
mod merged;
mod moves;
mod next;
mod notes;
mod people;

use std::collections::BTreeSet;
use std::io::{self, Write};

pub(super) use self::canvas::{Canvas, Tone, shown_width};
use self::causes::UnitCauses;
use super::words::{counted, is_of_people, live_counts};
use crate::model::name::PortalName;
use crate::model::plan::{Plan, Problem, UnitPlan};
use crate::model::review::Review;
use crate::model::source::Source;

pub use self::apply::apply_text;
pub use self::explain::explanation_text;
pub use self::merged::{merged_apply_text, merged_plan_text};
pub use self::next::next_text;

/// How text is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextOptions {
    /// Whether to write no styles (ANSI). By default they are written, and whoever owns the
    /// terminal strips them where they do not belong.
    pub plain: bool,
    /// The digest of the plan as it was made, to be printed under it; a redacted copy has another.
    pub digest: Option<String>,
    /// Portals without an API: people make the saves that are planned there.
    pub by_hand: BTreeSet<PortalName>,
}

/// Writes the whole plan: first what changes somebody's own rights by their own hand; what will be done, by organisation and portal, then by person, the most
/// serious first; what people must do; what was left out; and what it all amounts to.
///
/// # Errors
/// Those of `out`.
pub fn plan_text(
    plan: &Plan,
    review: &Review,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut canvas = Canvas::new(options, out);
    if nothing_at_all(plan) {
        nothing_to_do(plan, &mut canvas)?;
        notes::waivers(review, &mut canvas)?;
        return match plan.units.is_empty() {
            true => Ok(()),
            false => causes::counts(review, &mut canvas),
        };
    }
    escalations::escalations(plan, review, &mut canvas)?;
    moves::moves(plan, &mut canvas)?;
    let mut marks = moves::marks(plan);
    for (number, unit) in (0_u32..).zip(&plan.units) {
        if has_content(unit) {
            let beside = Beside {
                causes: UnitCauses::new(review, number),
                moves: marks.remove(&number).unwrap_or_default(),
            };
            unit_text(unit, &beside, &mut canvas)?;
        }
    }
    notes::assumptions(plan, &mut canvas)?;
    notes::waivers(review, &mut canvas)?;
    footer::footer(plan, review, options, &mut canvas)
}

fn nothing_at_all(plan: &Plan) -> bool {
    let Plan {
        day: _,
        configuration_digest: _,
        shard: _,
        portals: _,
        units,
        removals: _,
        // Said under it.
        moves: _,
        refusals,
    } = plan;
    let quiet = |unit: &UnitPlan| {
        unit.actions.is_empty()
            && unit.manual.is_empty()
            && unit.held_back.is_empty()
            && unit.problems.is_empty()
    };
    refusals.is_empty() && units.iter().all(quiet)
}

/// Whether a unit has more to show than that all is well.
fn has_content(unit: &UnitPlan) -> bool {
    let UnitPlan {
        organisation: _,
        organisation_name: _,
        portal: _,
        portal_organisation: _,
        approved_by: _,
        listing_digest: _,
        live: _,
        actions,
        saves: _,
        manual,
        held_back,
        findings,
        problems,
        stays: _,
        aliases: _,
    } = unit;
    !(actions.is_empty()
        && manual.is_empty()
        && held_back.is_empty()
        && !findings.iter().any(is_of_people)
        && problems.is_empty())
}

fn nothing_to_do(plan: &Plan, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let place = match plan.units.as_slice() {
        [unit] => format!("{} on {}", unit.organisation_name, unit.portal),
        units => {
            let organisations = units.iter().map(|unit| &unit.organisation);
            let organisations = organisations.collect::<BTreeSet<_>>().len() as u64;
            counted(organisations, "organisation", "organisations")
        }
    };
    canvas.put(Tone::Good, "Nothing to do.")?;
    if plan.units.is_empty() {
        let day = plan.day;
        return canvas.line(
            Tone::Plain,
            &format!(" No organisation is planned ({day})."),
        );
    }
    canvas.put(Tone::Plain, " What is live is what the YAML asks for on ")?;
    canvas.put(Tone::Plain, &format!("{} ({place}).", plan.day))?;
    canvas.end_line()?;
    notes::brief(plan, canvas)?;
    moves::moves(plan, canvas)
}

/// What stands beside the actions of a unit.
struct Beside<'a> {
    causes: UnitCauses<'a>,
    moves: moves::Marks<'a>,
}

fn unit_text(unit: &UnitPlan, beside: &Beside<'_>, canvas: &mut Canvas<'_>) -> io::Result<()> {
    canvas.put(Tone::Heading, &unit.organisation_name)?;
    canvas.put(Tone::Plain, " on ")?;
    canvas.put(Tone::Heading, unit.portal.as_str())?;
    let live = format!(
        "  {} · {} · {}",
        unit.organisation,
        unit.portal_organisation,
        live_counts(&unit.live).join(", "),
    );
    canvas.put(Tone::Faint, &live)?;
    canvas.end_line()?;
    if let Some(who) = &unit.approved_by {
        canvas.line(Tone::Faint, &format!("  approved by {who}"))?;
    }
    canvas.end_line()?;
    if !unit.problems.is_empty() {
        let count = counted(unit.problems.len() as u64, "fault", "faults");
        canvas.line(
            Tone::Bad,
            &format!("  {count} of the YAML: nothing is applied until mended"),
        )?;
        for problem in &unit.problems {
            problem_text(problem, "    ", canvas)?;
        }
        canvas.end_line()?;
    }
    people::actions(unit, beside, canvas)?;
    notes::manual(unit, canvas)?;
    notes::held_back(unit, canvas)?;
    notes::findings(unit, canvas)
}

fn problem_text(problem: &Problem, margin: &str, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let Problem {
        code,
        message,
        source,
        help,
    } = problem;
    canvas.raw(margin)?;
    canvas.put(Tone::Bad, &format!("error[{code}]"))?;
    canvas.put(Tone::Plain, &format!(": {message}"))?;
    if let Some(source) = source {
        canvas.put(Tone::Faint, &format!("  {}", place(source)))?;
    }
    canvas.end_line()?;
    if let Some(help) = help {
        canvas.raw(margin)?;
        canvas.put(Tone::Plain, &format!("  help: {help}"))?;
        canvas.end_line()?;
    }
    Ok(())
}

/// A place in the YAML, as editors and terminals make links of it.
fn place(source: &Source) -> String {
    let Source {
        file,
        line,
        column: _,
    } = source;
    format!("{file}:{line}")
}
