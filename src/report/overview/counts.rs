//! A plan in numbers: people, not accounts, wherever people are meant.

use std::collections::{BTreeMap, BTreeSet};

use super::Mailed;
use crate::model::plan::{
    AccountRef, Action, ActionIndex, ActionKind, Change, ManualKind, Plan, Summary,
};
use crate::model::review::{ActionAt, Review};

/// A plan in numbers. Where people are counted, somebody with accounts in several places is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Actions by kind; every kind is there.
    pub actions: BTreeMap<ActionKind, u64>,
    /// People who get an account.
    pub joining: u64,
    /// People who are given areas.
    pub given: u64,
    /// People who keep access for longer, or get it back.
    pub prolonged: u64,
    /// People who gain anything at all: an account, areas, time, or administration.
    pub gaining: u64,
    /// People whose access ends somewhere.
    pub leaving: u64,
    /// People who lose areas without losing the account.
    pub losing_areas: u64,
    /// People who lose anything at all: access, areas, or administration.
    pub losing: u64,
    /// People who become administrators.
    pub promoted: u64,
    /// People who cease to be administrators, also because their account ends.
    pub demoted: u64,
    /// People who become administrators once a person has done a step; beside those.
    pub promoted_by_hand: u64,
    /// People whose name, address or last day changes.
    pub changed: u64,
    /// Actions that cannot be undone.
    pub irreversible: u64,
    /// Accounts deleted for good: some of those.
    pub deleted: u64,
    /// Areas given that policy calls sensitive.
    pub sensitive: u64,
    /// Accounts for which the plan sets a last day.
    pub dated: u64,
    /// Actions and steps that are escalations.
    pub escalations: u64,
    /// Guardrails that refuse the plan.
    pub refusals: u64,
    /// Faults of the files that the live answer shows.
    pub faults: u64,
    /// Steps that wait for a person.
    pub manual: u64,
    /// What was left out.
    pub held_back: u64,
    /// Saves at the portals.
    pub calls: u64,
    /// Mails that the portals send.
    pub mails: u64,
    /// People who get them.
    pub mailed: u64,
}

/// Who somebody is, in whatever organisation: the key in the files, else the login id.
#[must_use]
pub fn identity(account: &AccountRef) -> &str {
    let AccountRef {
        login,
        name: _,
        id: _,
        person,
    } = account;
    person.as_deref().unwrap_or_else(|| login.canonical())
}

impl Counts {
    pub(super) fn of(plan: &Plan, review: &Review, mailed: &[Mailed<'_>]) -> Self {
        let Summary {
            actions,
            manual,
            held_back,
            calls,
            mails,
        } = plan.summary();
        let mut people = People::default();
        for (unit, it) in (0_u32..).zip(&plan.units) {
            for (number, action) in (0_u32..).zip(&it.actions) {
                let at = ActionAt {
                    unit,
                    action: ActionIndex(number),
                };
                people.count(action, review.ended_admins.contains(&at));
            }
        }
        let steps = plan.units.iter().flat_map(|unit| &unit.manual);
        let rising = steps.filter(|step| step.kind == ManualKind::AdminKey);
        let rising: BTreeSet<&str> = rising.map(|step| identity(&step.account)).collect();
        let all = plan.units.iter().flat_map(|unit| &unit.actions);
        let count = |set: &BTreeSet<&str>| set.len() as u64;
        let union = |sets: &[&BTreeSet<&str>]| {
            let all: BTreeSet<&str> = sets.iter().flat_map(|set| set.iter().copied()).collect();
            all.len() as u64
        };
        let mailed: BTreeSet<&str> = mailed.iter().map(|it| identity(it.account)).collect();
        Self {
            joining: count(&people.joining),
            given: count(&people.given),
            prolonged: count(&people.prolonged),
            gaining: union(&[
                &people.joining,
                &people.given,
                &people.prolonged,
                &people.promoted,
            ]),
            leaving: count(&people.leaving),
            losing_areas: people.losing_areas.difference(&people.leaving).count() as u64,
            losing: union(&[&people.leaving, &people.losing_areas, &people.demoted]),
            promoted: count(&people.promoted),
            demoted: count(&people.demoted),
            promoted_by_hand: rising.difference(&people.promoted).count() as u64,
            changed: count(&people.changed),
            irreversible: all.clone().filter(|action| !action.reversible).count() as u64,
            deleted: actions
                .get(&ActionKind::Delete)
                .copied()
                .unwrap_or_default(),
            sensitive: all
                .filter(|action| action.kind == ActionKind::Grant && action.sensitive)
                .count() as u64,
            dated: people.dated,
            escalations: review.escalated(),
            refusals: (plan.refusals.len() + review.refusals.len()) as u64,
            faults: plan.problems().count() as u64,
            manual,
            held_back,
            calls,
            mails,
            mailed: mailed.len() as u64,
            actions,
        }
    }

    /// How many actions there are.
    #[must_use]
    pub fn all_actions(&self) -> u64 {
        self.actions.values().sum()
    }
}

/// Who fares how.
#[derive(Default)]
struct People<'p> {
    joining: BTreeSet<&'p str>,
    given: BTreeSet<&'p str>,
    prolonged: BTreeSet<&'p str>,
    leaving: BTreeSet<&'p str>,
    losing_areas: BTreeSet<&'p str>,
    promoted: BTreeSet<&'p str>,
    demoted: BTreeSet<&'p str>,
    changed: BTreeSet<&'p str>,
    dated: u64,
}

impl<'p> People<'p> {
    fn count(&mut self, action: &'p Action, ends_admin: bool) {
        let who = identity(&action.account);
        let set = match action.kind {
            ActionKind::Create => &mut self.joining,
            ActionKind::Update => &mut self.changed,
            ActionKind::Renew => &mut self.prolonged,
            ActionKind::Grant => &mut self.given,
            ActionKind::Promote => &mut self.promoted,
            ActionKind::Demote => &mut self.demoted,
            ActionKind::Revoke => &mut self.losing_areas,
            ActionKind::Expire | ActionKind::Delete => &mut self.leaving,
        };
        set.insert(who);
        if ends_admin {
            self.demoted.insert(who);
        }
        let ends = |change: &Change| {
            matches!(
                change,
                Change::Expires {
                    before: _,
                    after: Some(_)
                }
            )
        };
        let taken = action.kind.is_removal();
        if !taken && action.changes.iter().any(ends) {
            self.dated += 1;
        }
    }
}
