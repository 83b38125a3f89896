//! The whole plan from its units: sorted, with what persons and areas demand across and within
//! units, and judged by the guardrails.

use std::sync::Arc;

use jiff::civil::Date;

use crate::model::plan::{Plan, PlannedPortal, UnitPlan};
use crate::model::policy::Policy;
use crate::model::shard::Shard;

use super::guardrails;
use super::join::Graph;
use super::moves;
use super::persons::{self, Elsewhere};

/// What a run knows beside the units of its plan.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Which part it is, where all organisations are divided into several.
    pub shard: Option<Shard>,
    /// The portals of its units, by name, each as it is reached.
    pub portals: Vec<PlannedPortal>,
    /// Who still gains something in an organisation of another run.
    pub elsewhere: Elsewhere,
}

/// Makes one plan of all units, each with the policy that it is held to; `portal_policy` holds the
/// limits for a whole portal, of which a shard is allowed its share of the number.
#[must_use]
pub fn assemble(
    mut units: Vec<(UnitPlan, Arc<Policy>)>,
    portal_policy: &Policy,
    configuration_digest: String,
    day: Date,
    part: &Part,
) -> Plan {
    units.sort_by(|(left, _), (right, _)| {
        let key = |unit: &UnitPlan| (unit.organisation.clone(), unit.portal.clone());
        key(left).cmp(&key(right))
    });
    let mut graph = Graph::take(units.iter_mut().map(|(unit, _)| unit));
    persons::link(
        units.iter().map(|(unit, _)| unit),
        &mut graph,
        &part.elsewhere,
    );
    graph.join();
    let mut places: Vec<&mut UnitPlan> = units.iter_mut().map(|(unit, _)| unit).collect();
    graph.give_back(&mut places);
    let moves = moves::take(units.iter_mut().map(|(unit, _)| unit), day);
    for (unit, _) in &mut units {
        unit.aliases = Vec::new();
    }
    let mut refusals = guardrails::of_units(&units, day);
    let removals = guardrails::removals(units.iter().map(|(unit, _)| unit));
    let parts = part.shard.map_or(1, Shard::count);
    refusals.extend(guardrails::of_portals(&removals, portal_policy, day, parts));
    Plan {
        day,
        configuration_digest,
        shard: part.shard,
        portals: part.portals.clone(),
        units: units.into_iter().map(|(unit, _)| unit).collect(),
        moves,
        removals,
        refusals,
    }
}
