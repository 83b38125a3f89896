//! Plans and outcomes as JSON, for other programs.
//!
//! Nothing is left out that the text shows, and no character is written that a terminal would
//! obey.

use std::io::{self, Write};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::difference::Difference;
use super::escape;
use crate::model::name::OrganisationId;
use crate::model::outcome::{ApplyReport, OfAction, Outcome};
use crate::model::plan::{Action, ActionKind, Plan, SaveIndex, UnitPlan};
use crate::model::plan_document::PlanDocument;
use crate::model::review::Review;
use crate::model::shard::{self, Incomplete, Shard};

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

/// Writes that nothing was done because the plan is not the one that was reviewed, as pretty JSON.
///
/// # Errors
/// Those of `out`.
pub fn refused_json(
    (day, shard): (Date, Option<Shard>),
    difference: &Difference,
    out: &mut dyn Write,
) -> io::Result<()> {
    let digest = difference.found.as_ref().unwrap_or(&difference.reviewed);
    let document = ApplyDocument {
        format: 1,
        beadle: env!("CARGO_PKG_VERSION").to_owned(),
        day,
        shard,
        plans: vec![digest.clone()],
        counts: OutcomeCounts::default(),
        actions: Vec::new(),
        refused: Some(difference.clone()),
    };
    pretty(&document, out)
}

pub(super) fn pretty(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(document)?;
    writeln!(out, "{}", escape::json(&text))
}

/// What became of a plan, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyDocument {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that did it.
    pub beadle: String,
    /// The day it was planned for.
    pub day: Date,
    /// Which part of the organisations it is about, such as `3/8`; absent for all that were asked
    /// for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// The digests of the plans that were carried out: one, or one for each part.
    pub plans: Vec<String>,
    /// How many actions had which outcome.
    pub counts: OutcomeCounts,
    /// One entry for each action, in the order of the calls.
    pub actions: Vec<ActionOutcome>,
    /// Why nothing was done, where the plan is not the one that was reviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Difference>,
}

/// Number of actions by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeCounts {
    /// The portal said yes, or reading showed that it is done.
    pub done: u64,
    /// The portal said no, or could not be asked.
    pub failed: u64,
    /// Not tried, because something before it failed.
    pub skipped: u64,
    /// Not tried, because another run gives access first.
    pub waits: u64,
    /// Not tried, because the run was interrupted.
    pub interrupted: u64,
    /// Accepted by the portal, which does not show them yet.
    pub accepted: u64,
    /// Reported done, and not seen to be done afterwards.
    pub not_seen: u64,
}

/// What became of one action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// `done`, `found-done`, `failed`, `skipped`, `waits`, `interrupted`, `accepted` or `not-seen`.
    pub outcome: String,
    /// Why it is not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl OutcomeCounts {
    /// How many actions are not done.
    #[must_use]
    pub fn left(self) -> u64 {
        let Self {
            done: _,
            failed,
            skipped,
            waits,
            interrupted,
            accepted,
            not_seen,
        } = self;
        [failed, skipped, waits, interrupted, accepted, not_seen]
            .into_iter()
            .fold(0, u64::saturating_add)
    }

    fn add(&mut self, other: Self) {
        let Self {
            done,
            failed,
            skipped,
            waits,
            interrupted,
            accepted,
            not_seen,
        } = other;
        for (sum, more) in [
            (&mut self.done, done),
            (&mut self.failed, failed),
            (&mut self.skipped, skipped),
            (&mut self.waits, waits),
            (&mut self.interrupted, interrupted),
            (&mut self.accepted, accepted),
            (&mut self.not_seen, not_seen),
        ] {
            *sum = sum.saturating_add(more);
        }
    }

    /// Counts the actions of a report.
    #[must_use]
    pub fn of(report: &ApplyReport) -> Self {
        let mut counts = Self::default();
        for of in report.by_action() {
            let count = match of.outcome {
                Outcome::Done | Outcome::FoundDone => &mut counts.done,
                Outcome::Failed(_) => &mut counts.failed,
                Outcome::Skipped { because: _ } => &mut counts.skipped,
                Outcome::Waits(_) => &mut counts.waits,
                Outcome::Interrupted => &mut counts.interrupted,
                Outcome::Accepted => &mut counts.accepted,
                Outcome::NotSeen => &mut counts.not_seen,
            };
            *count += 1;
        }
        counts
    }
}

/// Why reports cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// They are not the parts of one whole.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
    /// They are of different days.
    #[error("`{0}` and `{1}` are of different days")]
    Days(String, String),
}

impl ApplyDocument {
    /// One report of all parts, each with a name to speak of it by.
    ///
    /// # Errors
    /// When a part is missing or there twice, or they are of different days.
    pub fn merge(parts: Vec<(String, Self)>) -> Result<Self, MergeError> {
        let named: Vec<_> = parts
            .iter()
            .map(|(name, part)| (name.as_str(), part.shard))
            .collect();
        shard::whole(&named)?;
        for pair in parts.windows(2) {
            if let [(one, part), (other, next)] = pair
                && part.day != next.day
            {
                return Err(MergeError::Days(one.clone(), other.clone()));
            }
        }
        let mut parts = parts.into_iter().map(|(_, part)| part);
        let mut whole = parts.next().ok_or(Incomplete::Missing(Vec::new()))?;
        for part in parts {
            whole.counts.add(part.counts);
            whole.plans.extend(part.plans);
            whole.actions.extend(part.actions);
        }
        whole.shard = None;
        whole.actions.sort_by(|one, other| {
            (&one.organisation, &one.portal).cmp(&(&other.organisation, &other.portal))
        });
        Ok(whole)
    }

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
            day: plan.day,
            shard: plan.shard,
            plans: vec![digest.to_owned()],
            counts: OutcomeCounts::of(report),
            actions: rows.collect(),
            refused: None,
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
            Outcome::Waits(organisations) => ("waits", Some(waits_for(organisations))),
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
            outcome: outcome.to_owned(),
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

/// Why an outcome is [`Outcome::Waits`].
pub(super) fn waits_for(organisations: &[OrganisationId]) -> String {
    let names: Vec<String> = organisations
        .iter()
        .map(|organisation| format!("`{organisation}`"))
        .collect();
    format!(
        "access in {} is given first, which is not in this run; run again after it",
        names.join(", ")
    )
}

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
