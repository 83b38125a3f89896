//! Plans and outcomes as JSON, for other programs.
//!
//! Nothing is left out that the text shows, and no character is written that a terminal would
//! obey.

use std::io::{self, Write};

use serde::Serialize;

use super::escape;
use crate::model::outcome::{ApplyReport, OfAction, Outcome};
use crate::model::plan::{Action, ActionKind, Plan, SaveIndex, UnitPlan};
use crate::model::plan_document::PlanDocument;
use crate::model::review::Review;

/// Writes the plan as pretty JSON, as `schema/plan.schema.json` describes it, with what a reviewer
/// should look at first.
///
/// # Errors
/// Those of `out`.
pub fn plan_json(plan: &Plan, review: &Review, out: &mut dyn Write) -> io::Result<()> {
    pretty(&PlanDocument::of(plan).with_review(review), out)
}

/// Writes what became of the plan as pretty JSON. `digest` names the plan that was carried out.
///
/// # Errors
/// Those of `out`.
pub fn apply_json(
    plan: &Plan,
    digest: &str,
    report: &ApplyReport,
    out: &mut dyn Write,
) -> io::Result<()> {
    pretty(&ApplyDocument::of(plan, digest, report), out)
}

pub(super) fn pretty(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(document)?;
    writeln!(out, "{}", escape::json(&text))
}

/// What became of a plan, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApplyDocument {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that did it.
    pub beadle: String,
    /// The digest of the plan that was carried out.
    pub plan: String,
    /// How many actions had which outcome.
    pub counts: OutcomeCounts,
    /// One entry for each action, in the order of the calls.
    pub actions: Vec<ActionOutcome>,
}

/// Number of actions by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OutcomeCounts {
    /// The portal said yes, or reading showed that it is done.
    pub done: u64,
    /// The portal said no, or could not be asked.
    pub failed: u64,
    /// Not tried, because something before it failed.
    pub skipped: u64,
    /// Not tried, because the run was interrupted.
    pub interrupted: u64,
    /// Accepted by the portal, which does not show them yet.
    pub accepted: u64,
    /// Reported done, and not seen to be done afterwards.
    pub not_seen: u64,
}

/// What became of one action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActionOutcome {
    /// The organisation's id in the project.
    pub organisation: String,
    /// The portal's name in the project.
    pub portal: String,
    /// What.
    pub kind: ActionKind,
    /// The account's login id.
    pub account: String,
    /// Which area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// `done`, `found-done`, `failed`, `skipped`, `interrupted`, `accepted` or `not-seen`.
    pub outcome: &'static str,
    /// Why it is not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl OutcomeCounts {
    /// Counts the actions of a report.
    #[must_use]
    pub fn of(report: &ApplyReport) -> Self {
        let mut counts = Self::default();
        for of in report.by_action() {
            let count = match of.outcome {
                Outcome::Done | Outcome::FoundDone => &mut counts.done,
                Outcome::Failed(_) => &mut counts.failed,
                Outcome::Skipped { because: _ } => &mut counts.skipped,
                Outcome::Interrupted => &mut counts.interrupted,
                Outcome::Accepted => &mut counts.accepted,
                Outcome::NotSeen => &mut counts.not_seen,
            };
            *count += 1;
        }
        counts
    }
}

impl ApplyDocument {
    /// The document of a report about `plan`.
    #[must_use]
    pub fn of(plan: &Plan, digest: &str, report: &ApplyReport) -> Self {
        let rows = report.by_action().into_iter().filter_map(|of| {
            let (unit, action) = action_of(plan, of)?;
            Some(ActionOutcome::of(plan, unit, action, of.outcome))
        });
        Self {
            format: 1,
            beadle: env!("CARGO_PKG_VERSION").to_owned(),
            plan: digest.to_owned(),
            counts: OutcomeCounts::of(report),
            actions: rows.collect(),
        }
    }
}

impl ActionOutcome {
    fn of(plan: &Plan, unit: &UnitPlan, action: &Action, outcome: &Outcome) -> Self {
        let (outcome, message) = match outcome {
            Outcome::Done => ("done", None),
            Outcome::FoundDone => ("found-done", None),
            Outcome::Failed(failure) => ("failed", Some(failure.message.clone())),
            Outcome::Skipped { because } => ("skipped", Some(skipped_because(plan, *because))),
            Outcome::Interrupted => ("interrupted", None),
            Outcome::Accepted => ("accepted", Some(ACCEPTED.to_owned())),
            Outcome::NotSeen => ("not-seen", Some(NOT_SEEN.to_owned())),
        };
        Self {
            organisation: unit.organisation.to_string(),
            portal: unit.portal.to_string(),
            kind: action.kind,
            account: action.account.login.to_string(),
            area: action.area.as_ref().map(ToString::to_string),
            outcome,
            message,
        }
    }
}

/// Why an outcome is [`Outcome::Accepted`].
pub(super) const ACCEPTED: &str =
    "the portal took it, and does not show it yet: it said that it would take a while";

/// Why an outcome is [`Outcome::NotSeen`].
pub(super) const NOT_SEEN: &str =
    "the portal said yes, but the list read afterwards does not show it";

/// Which failure kept a save from being tried.
pub(super) fn skipped_because(plan: &Plan, because: SaveIndex) -> String {
    let unit = unit_of(plan, because);
    let save = plan.save(because);
    let first = unit.zip(save).and_then(|(unit, save)| {
        let index = save.actions.first()?;
        unit.actions.get(index.0 as usize)
    });
    first.map_or_else(
        || "something that it waits for failed".to_owned(),
        |action| {
            let kind = action.kind.as_str();
            let area = action.area.as_ref().map(|area| format!(" of `{area}`"));
            let area = area.unwrap_or_default();
            format!("`{kind}`{area} for `{}` failed", action.account.login)
        },
    )
}

fn unit_of(plan: &Plan, save: SaveIndex) -> Option<&UnitPlan> {
    plan.units.get(save.unit as usize)
}

/// The action that an outcome is about, with its unit.
pub(super) fn action_of<'a>(
    plan: &'a Plan,
    of: OfAction<'_>,
) -> Option<(&'a UnitPlan, &'a Action)> {
    let unit = plan.units.get(of.unit as usize)?;
    let action = unit.actions.get(of.action.0 as usize)?;
    Some((unit, action))
}
