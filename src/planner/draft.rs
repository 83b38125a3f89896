//! What has been drafted so far of one unit's plan, and the order in which a reader meets it: the
//! most serious first. Holds back removals where policy allows none.

use std::collections::BTreeSet;

use crate::model::name::{AreaName, LoginId};
use crate::model::plan::{
    AccountRef, Action, ActionKind, Change, Finding, HeldBack, HeldBackReason, ManualStep, Problem,
    Reason,
};
use crate::model::rules::End;
use crate::model::source::Source;

use super::context::Context;

/// An action and the subject that it is about.
pub(super) struct Draft {
    /// The action.
    pub(super) action: Action,
    /// Index of the subject.
    pub(super) subject: usize,
}

/// Everything drafted so far.
#[derive(Default)]
pub(super) struct Drafts {
    /// Actions in no order.
    pub(super) actions: Vec<Draft>,
    /// What was left out.
    pub(super) held_back: Vec<HeldBack>,
    /// Steps for people.
    pub(super) manual: Vec<ManualStep>,
    /// What else a reader should know.
    pub(super) findings: Vec<Finding>,
    /// Faults of the YAML that live shows.
    pub(super) problems: BTreeSet<Problem>,
    /// Former login ids that are live beside the present ones.
    pub(super) formers: BTreeSet<LoginId>,
}

/// What is left when all has been drafted, in order.
pub(super) struct Left {
    /// Actions, the most serious first.
    pub(super) actions: Vec<Draft>,
    /// What was left out.
    pub(super) held_back: Vec<HeldBack>,
    /// Steps for people.
    pub(super) manual: Vec<ManualStep>,
    /// What else a reader should know.
    pub(super) findings: Vec<Finding>,
    /// Faults of the YAML that live shows.
    pub(super) problems: Vec<Problem>,
}

impl Drafts {
    /// Adds an action; a removal is held back instead where policy allows none.
    pub(super) fn act(&mut self, context: &Context<'_>, subject: usize, mut action: Action) {
        action.reversible &= !needs_key_again(context, &action);
        if action.kind.is_removal() && !context.removals {
            let source = action.reason.source().cloned();
            let because = HeldBackReason::NoRemovals;
            self.hold(action.kind, action.account, action.area, because, source);
        } else {
            self.actions.push(Draft { action, subject });
        }
    }

    /// Records something that is left out.
    pub(super) fn hold(
        &mut self,
        kind: ActionKind,
        account: AccountRef,
        area: Option<AreaName>,
        because: HeldBackReason,
        source: Option<Source>,
    ) {
        self.held_back.push(HeldBack {
            kind,
            account,
            area,
            because,
            source,
        });
    }

    /// Puts everything in its order.
    pub(super) fn finish(mut self, context: &Context<'_>) -> Left {
        self.actions
            .sort_by(|left, right| rank(&left.action).cmp(&rank(&right.action)));
        self.held_back.sort_by(|left, right| {
            let key = |held: &HeldBack| (held.account.clone(), held.kind, held.area.clone());
            key(left).cmp(&key(right))
        });
        self.manual.sort_by(|left, right| {
            let key = |step: &ManualStep| (step.account.clone(), step.kind, step.area.clone());
            key(left).cmp(&key(right))
        });
        if !self.actions.is_empty() {
            let assumptions = context.rules.unverified().into_iter();
            self.findings.extend(assumptions.map(Finding::Unverified));
        }
        self.findings.sort_by(|left, right| {
            let (code, account, area, day) = left.parts();
            let other = right.parts();
            (code, account, area, day).cmp(&other)
        });
        Left {
            actions: self.actions,
            held_back: self.held_back,
            manual: self.manual,
            findings: self.findings,
            problems: self.problems.into_iter().collect(),
        }
    }
}

/// An action without changes on an area; the rest is filled in by whoever needs more.
pub(super) fn action(kind: ActionKind, account: AccountRef, reason: Reason) -> Action {
    Action {
        kind,
        account,
        area: None,
        changes: Vec::new(),
        reason,
        reversible: kind != ActionKind::Delete,
        sensitive: false,
    }
}

/// The same with fields that change.
pub(super) fn changing(
    kind: ActionKind,
    account: AccountRef,
    changes: Vec<Change>,
    reason: Reason,
) -> Action {
    Action {
        changes,
        ..action(kind, account, reason)
    }
}

/// Whether what the action takes comes back with a posted key only, so that no later run can
/// give it back.
fn needs_key_again(context: &Context<'_>, action: &Action) -> bool {
    let area = match action.kind {
        ActionKind::Revoke => action
            .area
            .as_ref()
            .and_then(|area| context.live.catalogue().get(area)),
        ActionKind::Demote => context.admin_area,
        ActionKind::Expire if context.rules.end.value == End::NoAreas => {
            return ends_keyed_area(context, action);
        }
        _ => None,
    };
    area.is_some_and(|area| area.access_key_required)
}

/// Whether an end that takes every area takes one that is joined with a posted key only.
fn ends_keyed_area(context: &Context<'_>, action: &Action) -> bool {
    let id = action.account.id.as_ref();
    let live = id.and_then(|id| context.live.accounts().get(id));
    live.into_iter().flat_map(|live| &live.areas).any(|area| {
        let entry = context.live.catalogue().get(area);
        entry.is_some_and(|entry| entry.access_key_required)
    })
}

/// A grant or a revoke.
pub(super) fn on_area(
    context: &Context<'_>,
    kind: ActionKind,
    account: AccountRef,
    area: &AreaName,
    reason: Reason,
) -> Action {
    Action {
        area: Some(area.clone()),
        sensitive: context.is_sensitive(area),
        ..action(kind, account, reason)
    }
}

/// Where an action stands in a plan: irreversible, admin changes, removals, sensitive areas, the
/// rest; then by account, kind and area.
pub(super) fn rank(action: &Action) -> (u8, &AccountRef, ActionKind, Option<&AreaName>) {
    let weight = match action.kind {
        _ if !action.reversible => 0,
        ActionKind::Promote | ActionKind::Demote => 1,
        kind if kind.is_removal() => 2,
        _ if action.sensitive => 3,
        _ => 4,
    };
    (weight, &action.account, action.kind, action.area.as_ref())
}
