//! `min_admins` and `require_admins`: how many administrators a plan leaves, and who must stay.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::model::name::LoginId;
use crate::model::plan::{ActionKind, Refusal, UnitPlan};
use crate::model::policy::{Guardrail, Policy};

use super::waiver;

/// A plan that leaves fewer administrators than there must be, and than there are.
pub(super) fn too_few(unit: &UnitPlan, policy: &Policy, day: Date) -> Option<Refusal> {
    let UnitPlan {
        organisation,
        portal,
        ..
    } = unit;
    let (before, left) = (unit.live.admins, unit.live.admins_left);
    let min = waiver::min_admins(policy, organisation, portal, day);
    if left >= before || left >= min.into() {
        return None;
    }
    let guardrail = Guardrail::MinAdmins;
    Some(Refusal {
        guardrail,
        organisation: Some(organisation.clone()),
        portal: portal.clone(),
        message: format!(
            "{left} of {before} administrators would be left; `{}` is {min}",
            guardrail.as_str()
        ),
        waiver: waiver::to_paste(guardrail, Some(organisation), portal, left, day),
    })
}

/// A plan that demotes, ends or deletes somebody who must stay.
pub(super) fn required(unit: &UnitPlan, policy: &Policy, day: Date) -> Option<Refusal> {
    // Without administrators there is nobody to keep.
    if unit.live.admins == 0 {
        return None;
    }
    let UnitPlan {
        organisation,
        portal,
        ..
    } = unit;
    let leaving = unit.actions.iter().filter(|action| match action.kind {
        ActionKind::Demote | ActionKind::Expire | ActionKind::Delete => true,
        ActionKind::Create
        | ActionKind::Update
        | ActionKind::Renew
        | ActionKind::Grant
        | ActionKind::Promote
        | ActionKind::Revoke => false,
    });
    let leaving: BTreeSet<&LoginId> = leaving
        .map(|action| &action.account.login)
        .filter(|login| policy.require_admins.contains(login))
        .collect();
    let guardrail = Guardrail::RequireAdmins;
    let waived = waiver::limit(policy, guardrail, Some(organisation), portal, day);
    let count = leaving.len() as u64;
    if leaving.is_empty() || waived.is_some_and(|most| count <= most.into()) {
        return None;
    }
    Some(Refusal {
        guardrail,
        organisation: Some(organisation.clone()),
        portal: portal.clone(),
        message: format!(
            "{count} of the {} administrators that `{}` names would lose that right",
            policy.require_admins.len(),
            guardrail.as_str()
        ),
        waiver: waiver::to_paste(guardrail, Some(organisation), portal, count, day),
    })
}
