//! Who may use what, before a unit's plan and after it: the matching of the plan, and its actions
//! laid over what is live. Decides nothing.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::access::{AccessArea, AccountAccess, GrantAccess, Held, UnitAccess};
use crate::model::desired::Desired;
use crate::model::live::Live;
use crate::model::name::{AreaName, LoginId};
use crate::model::plan::{Action, ActionIndex, ActionKind, Change, UnitPlan};
use crate::model::rules::{End, Rules};

use super::context::Context;
use super::draft::Drafts;
use super::matching;
use super::subject::Subject;

/// Everybody's access in one organisation at one portal, beside the plan that was made of the same
/// `desired` and `live` for the same day. Two live accounts under one login id are both there, as
/// the portal has them.
#[must_use]
pub fn access(
    desired: &Desired,
    live: &Live,
    rules: &Rules,
    day: Date,
    plan: &UnitPlan,
) -> UnitAccess {
    let context = Context::new(desired, live, rules, day);
    let mut planned: BTreeMap<&LoginId, Vec<(ActionIndex, &Action)>> = BTreeMap::new();
    for (index, action) in (0..).zip(&plan.actions) {
        let of_account = planned.entry(&action.account.login).or_default();
        of_account.push((ActionIndex(index), action));
    }
    let subjects = matching::subjects(&context, &mut Drafts::default());
    let accounts = subjects.iter().filter_map(|subject| {
        let actions = planned.get(subject.login()?).map_or(&[][..], Vec::as_slice);
        account(&context, subject, actions)
    });
    let mut accounts: Vec<AccountAccess> = accounts.collect();
    accounts.sort_by(|one, other| {
        let key = |it: &AccountAccess| (it.account.name.to_lowercase(), it.account.login.clone());
        key(one).cmp(&key(other))
    });
    UnitAccess {
        organisation: desired.organisation.clone(),
        organisation_name: desired.organisation_name.clone(),
        portal: desired.portal.clone(),
        portal_organisation: desired.portal_organisation.clone(),
        approved_by: desired.approved_by.clone(),
        areas: areas(&context),
        accounts,
    }
}

fn areas(context: &Context<'_>) -> BTreeMap<AreaName, AccessArea> {
    let offered = context.live.catalogue().values();
    let columns = offered.filter(|area| !area.administration).map(|area| {
        let sensitive = context.is_sensitive(&area.name);
        let title = area.title.clone();
        (area.name.clone(), AccessArea { title, sensitive })
    });
    columns.collect()
}

/// One account; none where there is nothing to tell of it.
fn account(
    context: &Context<'_>,
    subject: &Subject<'_>,
    actions: &[(ActionIndex, &Action)],
) -> Option<AccountAccess> {
    let Subject { wanted, live, .. } = *subject;
    let does = |kind: ActionKind| actions.iter().any(|(_, action)| action.kind == kind);
    let usable = live.is_some_and(|live| live.usable(context.day));
    let ends = does(ActionKind::Expire) || does(ActionKind::Delete);
    let begins = does(ActionKind::Create) || does(ActionKind::Renew);
    // Where only the areas are taken, the empty account stays.
    let closed = match context.rules.end.value {
        End::DateThenAreas | End::Deactivate => ends,
        End::NoAreas => does(ActionKind::Delete),
    };
    let access = Held::of(usable, !closed && (usable || begins));
    let was_admin = usable && live.is_some_and(|live| live.admin);
    let stays = was_admin || (access == Held::Given && live.is_some_and(|live| live.admin));
    let is_admin = access.after()
        && !ends
        && !does(ActionKind::Demote)
        && (stays || does(ActionKind::Promote));
    let areas = grants(subject, (access.before(), access.after() && !ends), actions);
    if wanted.is_none() && live.is_none() {
        return None;
    }
    let until = end(subject, actions);
    let email = live.and_then(|live| live.email.clone());
    Some(AccountAccess {
        account: subject.account()?,
        email: email.or_else(|| wanted.and_then(|wanted| wanted.email.clone())),
        access,
        admin: Held::of(was_admin, is_admin),
        until,
        shared: wanted.is_some_and(|wanted| wanted.shared.is_some()),
        last_sign_in: live.and_then(|live| live.last_sign_in),
        source: subject.source().cloned(),
        areas,
        actions: actions.iter().map(|(index, _)| *index).collect(),
    })
}

/// Every area that the account holds, before or after.
fn grants(
    subject: &Subject<'_>,
    (usable_before, usable_after): (bool, bool),
    actions: &[(ActionIndex, &Action)],
) -> BTreeMap<AreaName, GrantAccess> {
    let held = subject.live.into_iter().flat_map(|live| &live.areas);
    // What an account holds that cannot be used is nobody's access, until the account is usable.
    let mut states: BTreeMap<&AreaName, (bool, bool)> = held
        .map(|area| (area, (usable_before, usable_after)))
        .collect();
    for (_, action) in actions {
        let Some(area) = &action.area else { continue };
        let state = states.entry(area).or_default();
        match action.kind {
            ActionKind::Grant => state.1 = usable_after,
            ActionKind::Revoke => state.1 = false,
            _ => {}
        }
    }
    let grants = states.into_iter().filter_map(|(area, (before, after))| {
        let held = Held::of(before, after);
        let wanted = subject.wanted.and_then(|wanted| wanted.grants.get(area));
        let place = wanted.and_then(|grant| grant.provenance.first());
        let grant = GrantAccess {
            held,
            until: wanted.and_then(|grant| grant.window.until),
            reason: wanted.and_then(|grant| grant.reason.clone()),
            source: place.map(|place| place.source.clone()),
        };
        (held != Held::No).then(|| (area.clone(), grant))
    });
    grants.collect()
}

/// The last day after the plan: what the YAML says, or the portal, whichever comes first.
fn end(subject: &Subject<'_>, actions: &[(ActionIndex, &Action)]) -> Option<Date> {
    let changes = actions.iter().flat_map(|(_, action)| &action.changes);
    let mut set = changes.filter_map(|change| match change {
        Change::Expires { before: _, after } => Some(*after),
        _ => None,
    });
    let at_portal = match set.next_back() {
        Some(after) => after,
        None => subject.live.and_then(|live| live.expires),
    };
    let by_yaml = subject.wanted.and_then(|wanted| wanted.window.until);
    at_portal.into_iter().chain(by_yaml).min()
}
