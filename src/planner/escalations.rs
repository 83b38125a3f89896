//! What changes somebody's own rights by their own hand: an author of the change who gains or
//! becomes an administrator, somebody who approves their own access, beadle's own login. A pure
//! look at a finished plan; whether it refuses anything is a guardrail's business.

use std::collections::{BTreeMap, BTreeSet};

use super::named;
use crate::model::live::Live;
use crate::model::name::{LoginId, OrganisationId, PortalId, PortalName, canonical};
use crate::model::plan::{
    AccountRef, Action, ActionIndex, ActionKind, Change, ManualKind, ManualStep, Plan, UnitPlan,
};
use crate::model::review::{ActionAt, Authors, Escalation, EscalationKind};

/// By organisation and portal, the accounts that are administrators and that a plan ends or deletes.
/// An action does not say so of its account, and a plan keeps nothing of live.
pub type EndedAdmins = BTreeMap<(OrganisationId, PortalName), BTreeSet<PortalId>>;

/// The administrators of one listing that its plan ends or deletes, without demoting them first.
#[must_use]
pub fn ended_admins(unit: &UnitPlan, live: &Live) -> BTreeSet<PortalId> {
    let ids_of = |kinds: &'static [ActionKind]| {
        let of_kind = unit
            .actions
            .iter()
            .filter(|action| kinds.contains(&action.kind));
        of_kind.filter_map(|action| action.account.id.as_ref())
    };
    let demoted: BTreeSet<&PortalId> = ids_of(&[ActionKind::Demote]).collect();
    let is_admin = |id: &&PortalId| live.accounts().get(*id).is_some_and(|live| live.admin);
    ids_of(&[ActionKind::Expire, ActionKind::Delete])
        .filter(|id| is_admin(id) && !demoted.contains(id))
        .cloned()
        .collect()
}

/// The actions of a plan that end or delete these administrators' accounts.
#[must_use]
pub fn ending_admins(plan: &Plan, ended: &EndedAdmins) -> BTreeSet<ActionAt> {
    let mut found = BTreeSet::new();
    for (unit, it) in (0..).zip(&plan.units) {
        let Some(ids) = ended.get(&(it.organisation.clone(), it.portal.clone())) else {
            continue;
        };
        let ends = |action: &Action| {
            let kind = matches!(action.kind, ActionKind::Expire | ActionKind::Delete);
            kind && action
                .account
                .id
                .as_ref()
                .is_some_and(|id| ids.contains(id))
        };
        let actions = (0..).zip(&it.actions).filter(|(_, action)| ends(action));
        found.extend(actions.map(|(number, _)| ActionAt {
            unit,
            action: ActionIndex(number),
        }));
    }
    found
}

/// How an account's holder fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// Gains access, or keeps it for longer.
    Gains,
    /// Becomes an administrator.
    Rules,
    /// Ceases to be one.
    RulesNoMore,
    /// Gets an account that had another address.
    TakesOver,
}

/// Every escalation of a plan, in its order. `identities` are the logins that beadle itself uses,
/// `ended` what [`ended_admins`] says of each unit.
#[must_use]
pub fn escalations(
    plan: &Plan,
    authors: &Authors,
    identities: &BTreeMap<PortalName, LoginId>,
    ended: &EndedAdmins,
) -> Vec<Escalation> {
    let mut found = Vec::new();
    for (index, unit) in (0..).zip(&plan.units) {
        let own = identities.get(&unit.portal);
        let ended = ended.get(&(unit.organisation.clone(), unit.portal.clone()));
        for (number, action) in (0..).zip(&unit.actions) {
            if let Some(effect) = of_action(action, authors, ended) {
                let kinds = kinds(unit, &action.account, effect, authors, own);
                found.extend(kinds.into_iter().map(|kind| Escalation {
                    unit: index,
                    action: Some(ActionIndex(number)),
                    manual: None,
                    kind,
                }));
            }
        }
        for (number, step) in (0..).zip(&unit.manual) {
            if let Some(effect) = of_step(step, authors) {
                let kinds = kinds(unit, &step.account, effect, authors, own);
                found.extend(kinds.into_iter().map(|kind| Escalation {
                    unit: index,
                    action: None,
                    manual: Some(number),
                    kind,
                }));
            }
        }
    }
    found
}

fn of_action(
    action: &Action,
    authors: &Authors,
    ended: Option<&BTreeSet<PortalId>>,
) -> Option<Effect> {
    let is_ended = |id: &PortalId| ended.is_some_and(|ended| ended.contains(id));
    match action.kind {
        ActionKind::Create | ActionKind::Renew | ActionKind::Grant => Some(Effect::Gains),
        ActionKind::Promote => Some(Effect::Rules),
        ActionKind::Demote => Some(Effect::RulesNoMore),
        ActionKind::Update => action
            .changes
            .iter()
            .find_map(|change| of_change(change, authors)),
        ActionKind::Expire | ActionKind::Delete => {
            let id = action.account.id.as_ref();
            id.is_some_and(is_ended).then_some(Effect::RulesNoMore)
        }
        ActionKind::Revoke => None,
    }
}

fn of_step(step: &ManualStep, authors: &Authors) -> Option<Effect> {
    match step.kind {
        ManualKind::AccessKey | ManualKind::CreateUpstream => Some(Effect::Gains),
        ManualKind::AdminKey => Some(Effect::Rules),
        ManualKind::Rename => step
            .change
            .as_ref()
            .and_then(|change| of_change(change, authors)),
        // What comes after a creation or a promotion, or takes something away.
        ManualKind::HandOver
        | ManualKind::ChangePassword
        | ManualKind::SecondFactor
        | ManualKind::EndUpstream => None,
    }
}

/// A later end; or an account that gets another address, and had not been its author's before:
/// whoever signs in there has all its rights.
fn of_change(change: &Change, authors: &Authors) -> Option<Effect> {
    let was = match change {
        Change::Email {
            before: Some(before),
            after: _,
        } => canonical(before),
        Change::Login {
            before: Some(before),
            after: _,
        } => before.canonical().to_owned(),
        Change::Expires { before, after } => {
            let later = match (before, after) {
                (Some(before), Some(after)) => after > before,
                (Some(_), None) => true,
                (None, _) => false,
            };
            return later.then_some(Effect::Gains);
        }
        Change::Active { before, after } => return (!before && *after).then_some(Effect::Gains),
        Change::Email { .. } | Change::Login { .. } | Change::Name { .. } | Change::Term { .. } => {
            return None;
        }
    };
    (!authors.addresses.contains(&was)).then_some(Effect::TakesOver)
}

fn kinds(
    unit: &UnitPlan,
    account: &AccountRef,
    effect: Effect,
    authors: &Authors,
    own: Option<&LoginId>,
) -> BTreeSet<EscalationKind> {
    let mut kinds = BTreeSet::new();
    if is_author(account, authors) {
        kinds.insert(match effect {
            Effect::Gains => EscalationKind::SelfGrant,
            Effect::Rules | Effect::RulesNoMore => EscalationKind::OwnAdmin,
            Effect::TakesOver => EscalationKind::TakesOver,
        });
    }
    if !matches!(effect, Effect::Gains | Effect::Rules) {
        return kinds;
    }
    let approved_by = unit.approved_by.as_deref();
    if approved_by.is_some_and(|text| named::is_named(text, account)) {
        kinds.insert(EscalationKind::ApprovesOwn);
    }
    if own == Some(&account.login) {
        kinds.insert(EscalationKind::OwnIdentity);
    }
    kinds
}

/// By the user's key, which every name of a person leads to; an account that the YAML does not
/// name has its login id alone.
fn is_author(account: &AccountRef, authors: &Authors) -> bool {
    match &account.person {
        Some(person) => authors.persons.contains(person),
        None => authors.addresses.contains(account.login.canonical()),
    }
}
