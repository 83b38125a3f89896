//! What the portal answered of the person who is asked for, matched as a plan matches it, beside
//! the plan of the whole unit.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::Question;
use crate::model::live::{Live, LiveAccount};
use crate::model::name::AreaName;
use crate::model::plan::{AccountRef, UnitPlan};
use crate::model::rules::{AdminSet, End};
use crate::model::source::Provenance;
use crate::planner::context::Context;
use crate::planner::draft::Drafts;
use crate::planner::{admins, fate, matching, plan_unit};

/// What is live of the person.
pub(super) struct Seen<'a> {
    /// The account that a plan takes for the person's.
    pub(super) account: Option<&'a LiveAccount>,
    /// Further accounts under one of the person's login ids, or with the same address.
    pub(super) others: Vec<&'a LiveAccount>,
    /// An administrator after the next plan too.
    pub(super) stays_admin: bool,
    /// The plan of the unit.
    pub(super) plan: UnitPlan,
}

impl<'a> Seen<'a> {
    /// Matches as [`plan_unit`] does.
    pub(super) fn of(question: &Question<'a>, live: &'a Live) -> Self {
        let context = Context::new(question.desired, live, question.rules, question.day);
        let mut drafts = Drafts::default();
        let mut subjects = matching::subjects(&context, &mut drafts);
        for subject in &mut subjects {
            fate::decide(&context, subject, &mut drafts);
        }
        admins::decide(&context, &mut subjects, &mut drafts);
        let mine = subjects.iter().find(|subject| {
            let wanted = subject.wanted;
            wanted.is_some_and(|wanted| *wanted.person == *question.who.key)
        });
        let mut account = mine.and_then(|subject| subject.live);
        let all = live.accounts().values();
        let mut others: Vec<&LiveAccount> = all
            .filter(|live| {
                question.is_login(&live.login) || question.is_address(live.email.as_ref())
            })
            .filter(|live| account.is_none_or(|account| account.id != live.id))
            .collect();
        // An account that the YAML names and nobody has matched is not this one.
        if question.wanted().is_none() && !others.is_empty() {
            account = Some(others.remove(0));
        }
        let stays_admin = match mine {
            Some(subject) => subject.stays_admin(),
            None => account.is_some_and(|account| account.admin),
        };
        Self {
            account,
            others,
            stays_admin,
            plan: plan_unit(question.desired, live, question.rules, question.day),
        }
    }

    /// Whether somebody can sign in with the account.
    pub(super) fn is_usable(&self, day: Date) -> bool {
        self.account.is_some_and(|account| account.usable(day))
    }

    /// The areas that the account has.
    pub(super) fn areas(&self) -> impl Iterator<Item = &'a AreaName> + use<'a> {
        self.account.into_iter().flat_map(|account| &account.areas)
    }

    /// Areas that the plan has to do with for the person.
    pub(super) fn planned_areas<'s>(&'s self, question: &Question<'_>) -> BTreeSet<&'s AreaName> {
        let UnitPlan {
            actions,
            manual,
            held_back,
            ..
        } = &self.plan;
        let actions = actions.iter().map(|it| (&it.account, &it.area));
        let manual = manual.iter().map(|it| (&it.account, &it.area));
        let held = held_back.iter().map(|it| (&it.account, &it.area));
        let all = actions.chain(manual).chain(held);
        let mine = all.filter(|(account, _)| self.is_mine(question, account));
        mine.filter_map(|(_, area)| area.as_ref()).collect()
    }

    /// Whether a part of the plan is about the person.
    pub(super) fn is_mine(&self, question: &Question<'_>, account: &AccountRef) -> bool {
        let AccountRef {
            login,
            name: _,
            id,
            person,
        } = account;
        let by_id = self
            .account
            .is_some_and(|live| id.as_ref() == Some(&live.id));
        let by_key = person.as_deref() == Some(&*question.who.key);
        let by_login = id.is_none() && person.is_none() && question.is_login(login);
        by_id || by_key || by_login
    }

    /// An ended account of which nothing is left but its name, at a portal that keeps such.
    pub(super) fn is_empty_shell(&self, question: &Question<'_>) -> bool {
        let empty = |live: &LiveAccount| live.areas.is_empty() && !live.admin;
        question.rules.end.value == End::NoAreas && self.account.is_some_and(empty)
    }
}

impl<'a> Question<'a> {
    /// The places that make the person an administrator; none where no place does.
    pub(super) fn admin_places(&self, seen: Option<&Seen<'_>>) -> Option<&'a Vec<Provenance>> {
        let members = &self.desired.admins.members;
        match self.wanted() {
            Some(wanted) => members.get(&wanted.login),
            None => {
                let live = seen.and_then(|seen| seen.account);
                live.and_then(|live| members.get(&live.login))
            }
        }
    }

    /// Whether the area comes with the right to administer, as far as it is known.
    pub(super) fn is_implied(&self, seen: Option<&Seen<'_>>, area: &AreaName) -> bool {
        if !self.rules.admin_sees_all.value {
            return false;
        }
        let known = self
            .live
            .is_none_or(|live| live.catalogue().contains_key(area));
        let administration = self
            .live
            .and_then(|live| live.catalogue().get(area))
            .is_some_and(|entry| entry.administration);
        let is_admin = match seen {
            Some(seen) => seen.stays_admin,
            None => self.admin_places(None).is_some(),
        };
        known && !administration && is_admin
    }

    /// What policy says of the area, if it calls it sensitive: the most days of a grant.
    pub(super) fn is_sensitive(&self, area: &AreaName) -> bool {
        let areas = self
            .desired
            .policy
            .sensitive_areas
            .get(&self.desired.portal);
        areas.is_some_and(|areas| areas.contains_key(area))
    }

    /// Whether the portal has an admin set.
    pub(super) fn has_admins(&self) -> bool {
        self.rules.admin.value != AdminSet::None
    }

    /// The address by which policy judges the person.
    pub(super) fn address(&self) -> Option<Arc<str>> {
        let wanted = self.wanted().and_then(|wanted| wanted.email.clone());
        wanted.or_else(|| {
            self.who
                .key
                .contains('@')
                .then(|| Arc::clone(&self.who.key))
        })
    }
}
