//! Guardrails: limits on a finished plan, each with a typed "no" that says the value found, the
//! limit, the counts and the way out. They look at the plan only, never inside the planning.

mod admins;
mod escalations;
mod notes;
mod removals;
pub(super) mod waiver;

pub use escalations::escalation_refusals;
pub use notes::{Judged, waiver_states};

use std::sync::Arc;

use jiff::civil::Date;

use crate::model::plan::{Refusal, UnitPlan};
use crate::model::policy::Policy;

/// Every guardrail that refuses the plan: by unit, then for whole portals.
pub(super) fn refusals(
    units: &[(UnitPlan, Arc<Policy>)],
    portal_policy: &Policy,
    day: Date,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (unit, policy) in units {
        refusals.extend(removals::of_unit(unit, policy, day));
        refusals.extend(admins::too_few(unit, policy, day));
        refusals.extend(admins::required(unit, policy, day));
    }
    refusals.extend(removals::of_portals(units, portal_policy, day));
    refusals
}
