//! What every report is made from: the files, what is live, and the plan between them.

use crate::app::PlanningOptions;
use crate::app::planning::Prepared;
use crate::app::portals::Portals;
use crate::app::project::Opened;
use crate::model::access::{AccountAccess, Held, UnitAccess};
use crate::model::day::Presence;
use crate::model::desired::Desired;
use crate::model::live::Live;
use crate::model::name::PortalName;
use crate::model::plan::{ActionKind, UnitPlan};
use crate::model::rules::{End, Rules};
use crate::model::source::SourceDocument;
use crate::planner;
use crate::report::sheets::UnreadUnit;
use crate::report::sheets::access::{AccessGrant, AccessPerson};

/// What was read, and what is planned.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) opened: &'a Opened,
    pub(super) portals: &'a Portals,
    pub(super) prepared: &'a Prepared,
    pub(super) planning: &'a PlanningOptions,
}

/// One organisation at one portal.
pub(super) struct Place<'a> {
    pub(super) desired: Desired,
    pub(super) live: &'a Live,
    pub(super) rules: &'static Rules,
    pub(super) plan: &'a UnitPlan,
    pub(super) access: UnitAccess,
    /// Whether a person carries the plan out there.
    pub(super) by_hand: bool,
}

impl<'a> Reading<'a> {
    /// Everything that was read, by organisation and portal.
    pub(super) fn places(&self) -> Vec<Place<'a>> {
        let units = self.prepared.plan.units.iter();
        units.filter_map(|unit| self.place(unit)).collect()
    }

    fn place(&self, plan: &'a UnitPlan) -> Option<Place<'a>> {
        let Self {
            opened,
            portals,
            prepared,
            planning,
        } = *self;
        let unit = opened
            .project
            .unit(&plan.organisation, &plan.portal, opened.day)?;
        let desired = opened.desired(&unit);
        let key = (plan.organisation.clone(), plan.portal.clone());
        let live = prepared.lives.get(&key)?;
        let rules = portals.rules(&plan.portal)?;
        let access = planner::access(&desired, live, rules, opened.day, plan);
        Some(Place {
            desired,
            live,
            rules,
            plan,
            access,
            by_hand: portals.is_by_hand(&plan.portal) && !planning.sandbox,
        })
    }

    /// The portal's name in prose.
    pub(super) fn title(&self, portal: &PortalName) -> String {
        let rules = self.portals.rules(portal);
        rules.map_or_else(|| portal.to_string(), |rules| rules.title.to_owned())
    }

    /// What could not be read.
    pub(super) fn unread(&self) -> Vec<UnreadUnit> {
        let unread = self.prepared.unread.iter();
        unread
            .map(|one| UnreadUnit {
                organisation: one.organisation.to_string(),
                portal: one.portal.to_string(),
            })
            .collect()
    }
}

impl Place<'_> {
    /// Whether somebody can still use anything, of an account that should have ended.
    pub(super) fn is_open(&self, account: &AccountAccess) -> bool {
        let holds = account.areas.values().any(|grant| grant.held.before());
        // Where only the areas are taken, an account without any is nobody's access.
        let signs_in = self.rules.end.value != End::NoAreas && account.access.before();
        holds || signs_in || account.admin.before()
    }

    /// Whether there is anything to use, now and after the plan. Where only areas are taken, the
    /// account that stays behind can sign in and see nothing: nobody's access.
    fn access_of(&self, account: &AccountAccess) -> Held {
        let login = &account.account.login;
        let wanted = self.desired.accounts.get(login);
        let has_ended = wanted.is_some_and(|it| matches!(it.presence, Presence::Ended(_)));
        let mut actions = self.plan.actions.iter();
        let is_expired =
            actions.any(|one| one.account.login == *login && one.kind == ActionKind::Expire);
        if self.rules.end.value != End::NoAreas || !(has_ended || is_expired) {
            return account.access;
        }
        let holds = account.areas.values().any(|grant| grant.held.after());
        Held::of(
            self.is_open(account) || is_expired,
            holds || account.admin.after(),
        )
    }

    /// One account as reports show it.
    pub(super) fn person(&self, account: &AccountAccess) -> AccessPerson {
        let AccountAccess {
            account: who,
            email: _,
            access: _,
            admin,
            until,
            shared,
            last_sign_in,
            source,
            areas,
            actions: _,
        } = account;
        let grants = areas.iter().map(|(area, grant)| {
            let known = self.access.areas.get(area);
            let own_end = grant
                .until
                .filter(|end| until.is_none_or(|until| *end < until));
            AccessGrant {
                area: area.to_string(),
                title: known.map_or_else(|| area.to_string(), |known| known.title.to_string()),
                sensitive: known.is_some_and(|known| known.sensitive),
                access: grant.held.into(),
                until: own_end,
                reason: grant.reason.as_deref().map(str::to_owned),
                source: grant.source.as_ref().map(SourceDocument::of),
            }
        });
        AccessPerson {
            name: who.name.to_string(),
            person: who.person.as_deref().map(str::to_owned),
            login: who.login.to_string(),
            access: self.access_of(account).into(),
            admin: (*admin).into(),
            until: *until,
            shared: *shared,
            last_sign_in: *last_sign_in,
            source: source.as_ref().map(SourceDocument::of),
            areas: grants.collect(),
        }
    }
}
