//! `max_shrink`: a list that is much shorter than it was at the last apply. It may be a part of an
//! answer that agrees with itself, so that nothing is concluded from it until somebody has looked.
//! It depends on what earlier runs saw, so that its refusals are no part of the plan.

use jiff::civil::Date;

use crate::model::listing_count::Counted;
use crate::model::plan::{Refusal, UnitPlan};
use crate::model::policy::{Guardrail, Policy, RemovalLimit};

use super::{removals, waiver};

/// What was counted at the last apply, and its day.
#[derive(Clone, Copy, Debug)]
pub struct LastCount<'a> {
    /// What was counted.
    pub counted: &'a Counted,
    /// The day of that apply.
    pub day: Date,
}

/// The refusal of a unit whose list has `now` accounts; none where it is as long as it should be, or
/// where the last count was of another organisation of the portal.
#[must_use]
pub fn shrink_refusal(
    unit: &UnitPlan,
    now: u64,
    last: LastCount<'_>,
    policy: &Policy,
    day: Date,
) -> Option<Refusal> {
    let before = last.counted.expected();
    if last.counted.portal_organisation != unit.portal_organisation || now >= before {
        return None;
    }
    let UnitPlan {
        organisation,
        portal,
        ..
    } = unit;
    let missing = before - now;
    let RemovalLimit { percent, count } = policy.max_shrink;
    let many = missing > count.into()
        && missing.saturating_mul(100) > before.saturating_mul(percent.into());
    // A list without anybody is the likeliest of all short answers.
    let nobody = now == 0 && percent < 100;
    if !(many || nobody) {
        return None;
    }
    let guardrail = Guardrail::MaxShrink;
    let waived = waiver::limit(policy, guardrail, Some(organisation), portal, day);
    if waived.is_some_and(|most| missing <= most.into()) {
        return None;
    }
    let share = removals::percent(missing, before);
    let waiver = match waived {
        Some(most) => format!(", and the waiver allows {most}"),
        None => String::new(),
    };
    Some(Refusal {
        guardrail,
        organisation: Some(organisation.clone()),
        portal: portal.clone(),
        message: format!(
            "the list has {now} accounts, and {before} are expected since the apply of {}: \
             {missing} are missing ({share}); `max_shrink` allows {count}, or {percent} %{waiver}",
            last.day
        ),
        waiver: waiver::to_paste(guardrail, Some(organisation), portal, missing, day),
    })
}
