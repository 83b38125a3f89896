//! The whole plan from its units: sorted, with what persons and areas demand across and within
//! units, and judged by the guardrails.

use std::sync::Arc;

use jiff::civil::Date;

use crate::model::plan::{Plan, UnitPlan};
use crate::model::policy::Policy;

use super::guardrails;
use super::join::Graph;
use super::moves;
use super::persons;

/// Makes one plan of all units, each with the policy that it is held to; `portal_policy` holds the
/// limits for a whole portal.
#[must_use]
pub fn assemble(
    mut units: Vec<(UnitPlan, Arc<Policy>)>,
    portal_policy: &Policy,
    configuration_digest: String,
    day: Date,
) -> Plan {
    units.sort_by(|(left, _), (right, _)| {
        let key = |unit: &UnitPlan| (unit.organisation.clone(), unit.portal.clone());
        key(left).cmp(&key(right))
    });
    let mut graph = Graph::take(units.iter_mut().map(|(unit, _)| unit));
    persons::link(units.iter().map(|(unit, _)| unit), &mut graph);
    graph.join();
    let mut places: Vec<&mut UnitPlan> = units.iter_mut().map(|(unit, _)| unit).collect();
    graph.give_back(&mut places);
    let moves = moves::take(units.iter_mut().map(|(unit, _)| unit), day);
    let refusals = guardrails::refusals(&units, portal_policy, day);
    Plan {
        day,
        configuration_digest,
        units: units.into_iter().map(|(unit, _)| unit).collect(),
        moves,
        refusals,
    }
}
