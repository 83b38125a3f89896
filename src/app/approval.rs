//! Whether the plan that is about to be applied is the one that was reviewed and judged: a saved
//! plan, the merged plan of all shards, or a digest. Compares, and changes nothing.

use super::apply::Options;
use super::planning::Prepared;
use super::project::Opened;
use super::saved_plan;
use crate::model::plan::Refusal;
use crate::model::plan_document::PlanDocument;
use crate::model::policy::Guardrail;
use crate::report::{counted, escape};

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

/// Why the plan is not what was reviewed; `None` where it is, or where no review is claimed.
pub(super) fn not_approved(
    prepared: &Prepared,
    reviewed: Option<&PlanDocument>,
    opened: &Opened,
    options: &Options,
) -> Option<String> {
    let plan = &prepared.plan;
    if let Some(reviewed) = reviewed {
        let expected = options
            .approved
            .as_ref()
            .is_none_or(|digest| *digest == reviewed.digest);
        if !expected {
            return Some(
                "the saved plan is not the one that was approved: its digest differs".to_owned(),
            );
        }
        let shown = PlanDocument::of(&options.redact.shown(plan, &opened.project));
        let fresh = PlanDocument::of(plan);
        let new = saved_plan::not_reviewed(&fresh, &shown, reviewed);
        let many = counted(new.len() as u64, "action", "actions");
        let lines: Vec<String> = new
            .iter()
            .take(20)
            .map(|line| escape::terminal(line).into_owned())
            .collect();
        return (!new.is_empty()).then(|| {
            format!("the plan has {many} that the saved plan did not have; plan and review again:\n  {}", lines.join("\n  "))
        });
    }
    let approved = options.approved.as_ref()?;
    let fresh = prepared.digest();
    (approved != fresh).then(|| {
        let approved = escape::terminal(approved);
        format!("the plan is not the one that was approved: its digest is {fresh}, not {approved}; plan and review again")
    })
}
