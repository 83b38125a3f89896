//! What is worth knowing of the waivers that hold: those that end soon, and those without which
//! nothing of the plan would be refused.

use std::sync::Arc;

use crate::model::day::days_between;
use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::{Plan, Refusal, UnitPlan};
use crate::model::policy::{Guardrail, Policy, Waiver};
use crate::model::review::{Escalation, WaiverState};

use super::{admins, escalations, removals};

/// What a finished plan was judged by.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its escalations.
    pub escalations: &'a [Escalation],
    /// The limits for a whole portal, and for whoever has none of their own.
    pub policy: &'a Policy,
    /// Whether every organisation of the project is in the plan.
    pub whole: bool,
    /// What an organisation at a portal is held to.
    pub policy_of: &'a dyn Fn(&OrganisationId, &PortalName) -> Option<Arc<Policy>>,
}

impl std::fmt::Debug for Judged<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Judged")
            .field("whole", &self.whole)
            .finish_non_exhaustive()
    }
}

/// What is worth knowing of a waiver; nothing of one that has ended, and no word on whether one is
/// needed where its organisation is not in the plan.
#[must_use]
pub fn waiver_states(judged: &Judged<'_>, waiver: &Waiver) -> Vec<WaiverState> {
    let day = judged.plan.day;
    if !waiver.holds_on(day) {
        return Vec::new();
    }
    let own = waiver.organisation.as_ref();
    let own = own.and_then(|organisation| (judged.policy_of)(organisation, &waiver.portal));
    let warn_days = own.as_deref().unwrap_or(judged.policy).expiry.warn_days;
    let mut states = Vec::new();
    if days_between(day, waiver.until) <= i64::from(warn_days) {
        states.push(WaiverState::EndsSoon);
    }
    if is_needed(judged, waiver) == Some(false) {
        states.push(WaiverState::NotNeeded);
    }
    states
}

/// Whether the plan would be refused without the waiver; none where that cannot be told.
fn is_needed(judged: &Judged<'_>, waiver: &Waiver) -> Option<bool> {
    let Judged {
        plan,
        escalations: found,
        policy,
        whole,
        policy_of,
    } = *judged;
    let Some(organisation) = &waiver.organisation else {
        let policy = without(policy, waiver);
        return whole.then(|| {
            let refusals = removals::of_portals(&plan.removals, &policy, plan.day, 1);
            any_of(refusals, waiver)
        });
    };
    let is_here =
        |unit: &&UnitPlan| unit.organisation == *organisation && unit.portal == waiver.portal;
    let unit = plan.units.iter().find(is_here)?;
    let policy = policy_of(organisation, &waiver.portal)?;
    let policy = Arc::new(without(&policy, waiver));
    let refusals = match waiver.guardrail {
        Guardrail::MaxRemovals => removals::of_unit(unit, &policy, plan.day),
        Guardrail::MinAdmins => admins::too_few(unit, &policy, plan.day)
            .into_iter()
            .collect(),
        Guardrail::RequireAdmins => admins::required(unit, &policy, plan.day)
            .into_iter()
            .collect(),
        Guardrail::Escalations => {
            let policy_of = |_: &OrganisationId, _: &PortalName| Some(Arc::clone(&policy));
            escalations::escalation_refusals(plan, found, policy_of)
        }
        // What it is needed for is known to those who have the records.
        Guardrail::MaxShrink => return None,
        Guardrail::MaxRemovalsTotal => Vec::new(),
    };
    Some(any_of(refusals, waiver))
}

/// The policy as it would be without one of its waivers.
fn without(policy: &Policy, waiver: &Waiver) -> Policy {
    let mut policy = policy.clone();
    policy.waivers.retain(|known| known != waiver);
    policy
}

fn any_of(refusals: Vec<Refusal>, waiver: &Waiver) -> bool {
    refusals.iter().any(|refusal| {
        refusal.guardrail == waiver.guardrail
            && refusal.organisation == waiver.organisation
            && refusal.portal == waiver.portal
    })
}
