//! Whether the plan that is about to be applied is the one that was reviewed and judged: a saved
//! plan, the merged plan of all shards, or a digest. Compares, and changes nothing.
//!
//! ```text
//! difference   the subset rule: what was not reviewed is not done
//! account      whether an account that the plan touches is as it was
//! again        what was done under this review is not done under it twice
//! ```

mod account;
mod again;
mod difference;

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;

use super::applying::means::Format;
use super::planning::Prepared;
use super::project::Opened;
use super::record::Records;
use super::{Exit, Failure, Redact, Screen, saved_plan, world};
use crate::model::plan::{PlannedPortal, Refusal};
use crate::model::plan_document::{PlanDocument, UnitDocument};
use crate::model::policy::Guardrail;
use crate::model::shard::Shard;
use crate::report::{Difference, difference_text, refused_json};
use difference::Both;

/// Longest text that is taken for a digest and repeated, in characters.
const DIGEST: usize = 80;

/// What a run is asked to hold to, and how it answers.
#[derive(Clone, Copy)]
pub(super) struct Claim<'a> {
    /// Where the saved plan is, if there is one.
    pub(super) path: &'a Path,
    /// The digest that was approved.
    pub(super) approved: Option<&'a str>,
    pub(super) format: Format,
    pub(super) redact: Redact,
}

/// Whether nothing refuses the plan but a limit for a whole portal, of which this is one part, and
/// the whole has been judged: what was reviewed is the merged plan of all parts, and nothing refuses
/// that. Judged by the policy as it is now: another configuration may have other limits.
pub(super) fn judged_whole(prepared: &Prepared, reviewed: Option<&PlanDocument>) -> bool {
    let of_whole_portals = |refusal: &Refusal| refusal.guardrail == Guardrail::MaxRemovalsTotal;
    let plan = &prepared.plan;
    plan.shard.is_some()
        && prepared.review.refusals.is_empty()
        && plan.refusals.iter().all(of_whole_portals)
        && reviewed.is_some_and(|whole| {
            whole.shard.is_none()
                && whole.refusals.is_empty()
                && whole.configuration == plan.configuration_digest
        })
}

/// What the run claims to be reviewed: a digest; `None` where it claims nothing.
pub(super) fn claimed<'a>(
    reviewed: Option<&'a PlanDocument>,
    claim: &Claim<'a>,
) -> Option<&'a str> {
    let saved = reviewed.map(|reviewed| reviewed.digest.as_str());
    saved.or(claim.approved)
}

/// Why a saved plan is not the one whose digest was approved. No portal is needed to say so.
pub(super) fn other_file(reviewed: Option<&PlanDocument>, claim: &Claim<'_>) -> Option<Difference> {
    let (reviewed, approved) = (reviewed?, claim.approved?);
    (approved != reviewed.digest).then(|| Difference {
        message: format!(
            "refused: the saved plan is not the one that was approved: its digest is {}, not {}",
            reviewed.digest,
            short(approved)
        ),
        reviewed: short(approved),
        found: Some(reviewed.digest.clone()),
        ..Difference::default()
    })
}

/// The saved plan, which must be of this project.
///
/// # Errors
/// When it is no saved plan, does not hold any more, or is of another project.
pub(super) fn saved(opened: &Opened, claim: &Claim<'_>) -> Result<PlanDocument, Failure> {
    let path = claim.path;
    let reviewed = saved_plan::read(path, opened.day, world::now())?;
    is_of(&reviewed, opened).map_err(|message| Failure::SavedPlan {
        path: path.to_owned(),
        message,
    })?;
    Ok(reviewed)
}

/// Says in what the plan is not the one that was reviewed.
///
/// # Errors
/// When it cannot be written.
pub(super) fn refuse(
    of: (Date, Option<Shard>),
    difference: &Difference,
    claim: &Claim<'_>,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    screen.warn(&difference_text(difference));
    if claim.format == Format::Json {
        refused_json(of, difference, screen.out())?;
    }
    Ok(Exit::Refused)
}

/// Holds a saved plan to the project that it is to be applied to.
///
/// # Errors
/// When the project does not have what the plan is about: nothing would be left to do, and nothing
/// would have been done.
fn is_of(reviewed: &PlanDocument, opened: &Opened) -> Result<(), String> {
    let units: BTreeSet<(&str, &str, &str)> = opened
        .project
        .units(opened.day)
        .map(|unit| {
            let (organisation, portal) = (unit.organisation(), unit.portal());
            let there = unit.portal_organisation();
            (organisation.as_str(), portal.as_str(), there.as_str())
        })
        .collect();
    let place = |unit: &UnitDocument| {
        format!(
            "`{}` as `{}` at `{}`",
            unit.organisation, unit.portal_organisation, unit.portal
        )
    };
    let foreign = reviewed.units.iter().find(|unit| {
        let named = (
            &*unit.organisation,
            &*unit.portal,
            &*unit.portal_organisation,
        );
        !units.contains(&named)
    });
    if let Some(unit) = foreign {
        return Err(format!(
            "it is about {}, which this project does not have: it was made for another project, or \
             the files have changed since",
            place(unit)
        ));
    }
    let elsewhere = reviewed
        .portals
        .iter()
        .find(|planned| !is_reached_as(planned, opened));
    elsewhere.map_or(Ok(()), |planned| {
        Err(format!(
            "it was reviewed for the portal `{}` at {}, and here that portal is another: it was made \
             for another project, or the files have changed since",
            planned.portal,
            planned.url.as_deref().unwrap_or("no address")
        ))
    })
}

/// Whether a portal still has the driver and the address for which a plan was reviewed.
fn is_reached_as(planned: &PlannedPortal, opened: &Opened) -> bool {
    let PlannedPortal {
        portal,
        driver,
        url,
    } = planned;
    let settings = opened.project.portals().get(portal);
    settings.is_some_and(|settings| settings.driver == *driver && settings.url == *url)
}

/// Why the plan is not what was reviewed; `None` where it is, or where no review is claimed. What is
/// seen to be done meanwhile is kept.
///
/// # Errors
/// When the audit log cannot be read.
pub(super) async fn refusal(
    prepared: &Prepared,
    reviewed: Option<&PlanDocument>,
    (opened, claim): (&Opened, &Claim<'_>),
    records: &Records,
) -> Result<Option<Difference>, Failure> {
    let plan = &prepared.plan;
    let Some(digest) = claimed(reviewed, claim) else {
        return Ok(None);
    };
    if reviewed.is_none() && digest != prepared.digest() {
        return Ok(Some(other_digest(prepared, digest)));
    }
    let before = again::before(prepared, (opened, reviewed), digest, records).await?;
    if before.forgotten && plan.units.iter().any(|unit| !unit.actions.is_empty()) {
        return Ok(Some(forgotten(prepared, digest)));
    }
    let done = before.done;
    // A digest that agrees is that of the plan as it is.
    let own;
    let document = match reviewed {
        Some(document) => document,
        None if done.is_empty() => return Ok(None),
        None => {
            own = PlanDocument::of(plan);
            &own
        }
    };
    let redaction = claim.redact.redaction(&opened.project);
    let shown = claim.redact.shown(plan, &opened.project);
    let both = Both::new(prepared, document, &shown, redaction.as_ref());
    let mut difference = both.difference(&done, reviewed.is_some());
    if !difference.refuses() {
        return Ok(None);
    }
    "refused: the plan is not the one that was reviewed; plan and review again"
        .clone_into(&mut difference.message);
    Ok(Some(difference))
}

fn other_digest(prepared: &Prepared, approved: &str) -> Difference {
    let (found, approved) = (prepared.digest(), short(approved));
    Difference {
        message: format!(
            "refused: the plan is not the one that was approved: its digest is {found}, not \
             {approved}; plan and review again. A digest alone does not say what is different: \
             `apply PLAN.json --approved DIGEST` shows it, and goes on where a part is left"
        ),
        reviewed: approved,
        found: Some(found.to_owned()),
        ..Difference::default()
    }
}

/// Nothing is done twice under a review, and the log cannot say any more what was done to whom.
fn forgotten(prepared: &Prepared, reviewed: &str) -> Difference {
    Difference {
        message: "refused: somebody whom a run has touched under this review, or since this plan was \
                  saved, was forgotten since (`audit forget`), so that nobody can tell what was done \
                  to them already; plan and review again"
            .to_owned(),
        reviewed: short(reviewed),
        found: Some(prepared.digest().to_owned()),
        ..Difference::default()
    }
}

/// As much of it as a digest may be long.
fn short(digest: &str) -> String {
    digest.chars().take(DIGEST).collect()
}
