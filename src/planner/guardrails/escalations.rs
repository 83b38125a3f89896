//! `escalations`: whether a plan may hold actions by which somebody's own rights change by their own
//! hand. It depends on who is behind the change, so that its refusals are no part of the plan: the
//! same plan is approved by one person and applied by another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::{Plan, Refusal};
use crate::model::policy::{Escalations, Guardrail, Policy};
use crate::model::review::Escalation;

use super::waiver;

/// The refusals of a plan with escalations; none where `policy_of` knows no policy.
#[must_use]
pub fn escalation_refusals(
    plan: &Plan,
    escalations: &[Escalation],
    policy_of: impl Fn(&OrganisationId, &PortalName) -> Option<Arc<Policy>>,
) -> Vec<Refusal> {
    let mut counts: BTreeMap<u32, BTreeSet<_>> = BTreeMap::new();
    for escalation in escalations {
        let places = counts.entry(escalation.unit).or_default();
        places.insert(escalation.place());
    }
    let refusals = counts.into_iter().filter_map(|(index, places)| {
        let unit = plan.units.get(index as usize)?;
        let (organisation, portal) = (&unit.organisation, &unit.portal);
        let policy = policy_of(organisation, portal)?;
        if policy.escalations == Escalations::Report {
            return None;
        }
        let guardrail = Guardrail::Escalations;
        let count = places.len() as u64;
        let waived = waiver::limit(&policy, guardrail, Some(organisation), portal, plan.day);
        if waived.is_some_and(|most| count <= most.into()) {
            return None;
        }
        let (what, change) = match count {
            1 => ("escalation", "it changes"),
            _ => ("escalations", "they change"),
        };
        let waiver = match waived {
            Some(most) => format!(", and the waiver allows {most}"),
            None => String::new(),
        };
        Some(Refusal {
            guardrail,
            organisation: Some(organisation.clone()),
            portal: portal.clone(),
            message: format!(
                "{count} {what}: {change} the rights of whoever wrote or approves it; \
                 `escalations` is `refuse`{waiver}"
            ),
            waiver: waiver::to_paste(guardrail, Some(organisation), portal, count, plan.day),
        })
    });
    refusals.collect()
}
