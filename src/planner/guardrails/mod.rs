//! Guardrails: limits on a finished plan, each with a typed "no" that says the value found, the
//! limit, the counts and the way out. They look at the plan only, never inside the planning.

mod admins;
mod escalations;
mod notes;
mod removals;
mod shrink;
pub(super) mod waiver;

pub use escalations::escalation_refusals;
pub use notes::{Judged, waiver_states};
pub use shrink::{LastCount, shrink_refusal};
pub use waiver::min_admins;

use std::sync::Arc;

use jiff::civil::Date;

use crate::model::plan::{Refusal, UnitPlan};
use crate::model::policy::Policy;

pub use removals::of_portals;
pub(super) use removals::removals;

/// Every guardrail that refuses the plan of a unit.
pub(super) fn of_units(units: &[(UnitPlan, Arc<Policy>)], day: Date) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (unit, policy) in units {
        refusals.extend(removals::of_unit(unit, policy, day));
        refusals.extend(admins::too_few(unit, policy, day));
        refusals.extend(admins::required(unit, policy, day));
    }
    refusals
}
