//! A plan in numbers: people, not accounts, wherever people are meant.

use std::collections::{BTreeMap, BTreeSet};

use super::{Mailed, Meaning};
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
    /// People who are given areas that are not sensitive.
    pub given: u64,
    /// People who keep access for longer.
    pub prolonged: u64,
    /// People whose closed accounts are opened again.
    pub reopened: u64,
    /// People who gain anything at all: an account, areas, time, or administration.
    pub gaining: u64,
    /// People whose access ends somewhere.
    pub leaving: u64,
    /// People who lose areas of an account that they keep.
    pub losing_areas: u64,
    /// People whose access lasts less long than it would have.
    pub ending_earlier: u64,
    /// People who lose anything at all: access, areas, or administration.
    pub losing: u64,
    /// People who become administrators.
    pub promoted: u64,
    /// People who cease to be administrators, also because their account ends.
    pub demoted: u64,
    /// People who become administrators once a person has done a step; beside those.
    pub promoted_by_hand: u64,
    /// People whose name or address changes.
    pub changed: u64,
    /// Actions that cannot be undone.
    pub irreversible: u64,
    /// Accounts deleted for good: some of those.
    pub deleted: u64,
    /// People who are given areas that policy calls sensitive.
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
                let ends_admin = review.ended_admins.contains(&at);
                let meaning = Meaning::of(action, ends_admin, plan.day);
                people.count(action, meaning, ends_admin);
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
            reopened: count(&people.reopened),
            gaining: union(&[
                &people.joining,
                &people.given,
                &people.sensitive,
                &people.prolonged,
                &people.reopened,
                &people.promoted,
            ]),
            leaving: count(&people.leaving),
            losing_areas: count(&people.losing_areas),
            ending_earlier: count(&people.ending_earlier),
            losing: union(&[
                &people.leaving,
                &people.losing_areas,
                &people.ending_earlier,
                &people.demoted,
            ]),
            promoted: count(&people.promoted),
            demoted: count(&people.demoted),
            promoted_by_hand: rising.difference(&people.promoted).count() as u64,
            changed: count(&people.changed),
            irreversible: all.filter(|action| !action.reversible).count() as u64,
            deleted: actions
                .get(&ActionKind::Delete)
                .copied()
                .unwrap_or_default(),
            sensitive: count(&people.sensitive),
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
    sensitive: BTreeSet<&'p str>,
    prolonged: BTreeSet<&'p str>,
    reopened: BTreeSet<&'p str>,
    leaving: BTreeSet<&'p str>,
    losing_areas: BTreeSet<&'p str>,
    ending_earlier: BTreeSet<&'p str>,
    promoted: BTreeSet<&'p str>,
    demoted: BTreeSet<&'p str>,
    changed: BTreeSet<&'p str>,
    dated: u64,
}

impl<'p> People<'p> {
    /// What cannot be undone, or ends an administrator's account, counts as what it does besides.
    fn count(&mut self, action: &'p Action, meaning: Meaning, ends_admin: bool) {
        let who = identity(&action.account);
        let set = match (action.kind, meaning) {
            (_, Meaning::Reopened) => &mut self.reopened,
            (_, Meaning::EndsEarlier) => &mut self.ending_earlier,
            (_, Meaning::AccessEnds) => &mut self.leaving,
            (ActionKind::Grant, _) if action.sensitive => &mut self.sensitive,
            (ActionKind::Create, _) => &mut self.joining,
            (ActionKind::Update, _) => &mut self.changed,
            (ActionKind::Renew, _) => &mut self.prolonged,
            (ActionKind::Grant, _) => &mut self.given,
            (ActionKind::Promote, _) => &mut self.promoted,
            (ActionKind::Demote, _) => &mut self.demoted,
            (ActionKind::Revoke, _) => &mut self.losing_areas,
            (ActionKind::Expire | ActionKind::Delete, _) => &mut self.leaving,
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
