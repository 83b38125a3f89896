//! Grants from every door: a user's own areas and bundles, assignments, the view from the area.

use super::UnitBuilder;
use crate::config::context::Context;
use crate::config::documents::{AreaUser, AreaView};
use crate::config::grants::{self, Terms};
use crate::config::organisation::{Door, GrantLine, ViewTerms, count};
use crate::config::scope::bit;
use crate::config::spanned::Spanned;
use crate::model::day::Window;
use crate::model::diagnostic::Span;

/// What a bundle says beside the names of areas.
const NO_TERMS: Terms<'static> = Terms {
    from: None,
    until: None,
    reason: None,
};

impl<'s, 'a> UnitBuilder<'_, 's, 'a> {
    fn grant(
        &mut self,
        account: u32,
        area: &'s str,
        within: Window,
        terms: &Terms<'s>,
        door: Door,
        span: &Span,
    ) {
        let terms = ViewTerms {
            window: terms.window().intersect(&within),
            // A reason of spaces says nothing.
            reason: terms
                .reason
                .filter(|why| !why.trim().is_empty())
                .map(|reason| self.texts.once(reason)),
            door,
        };
        self.grants.push(GrantLine {
            account,
            area: self.areas.number(area),
            terms: self.terms.number(terms),
            span: span.clone(),
        });
    }

    fn bundle(
        &mut self,
        account: u32,
        name: &str,
        within: Window,
        door: fn(u32) -> Door,
        (reason, span): (Option<&'s str>, &Span),
    ) {
        let context: &'s Context<'a> = self.scope.context;
        let Some((index, bundle)) = context.bundle(name) else {
            return;
        };
        for area in bundle.areas.get(self.name).into_iter().flatten() {
            let door = door(count(index));
            let terms = Terms { reason, ..NO_TERMS };
            self.grant(account, area.as_str(), within, &terms, door, span);
        }
    }

    /// What a member's own entry and the assignments give here.
    pub(super) fn member_grants(&mut self, index: usize) {
        let (scope, here) = (self.scope, self.name);
        let Some(Some(account)) = self.account_of.get(index).copied() else {
            return;
        };
        let Some(member) = scope.members.get(index) else {
            return;
        };
        if let (Some(user), Some(within)) = (member.user, scope.own_window(member))
            && member.own_portals & bit(self.portal) != 0
        {
            if let Some(areas) = &user.areas {
                let own = scope.names_in(member.own_portals);
                for (portal, entries) in grants::by_portal(&areas.value, &own) {
                    for entry in entries.iter().filter(|_| portal == here) {
                        let (area, terms) = (entry.value.area(), entry.value.terms());
                        self.grant(account, area, within, &terms, Door::User, &entry.span);
                    }
                }
            }
            for name in user.bundles.iter().flat_map(|bundles| &bundles.value) {
                self.bundle(
                    account,
                    name.value,
                    within,
                    Door::Bundle,
                    (None, &name.span),
                );
            }
        }
        for (index, span) in &member.assignments {
            self.assigned_grants(account, *index, span);
        }
    }

    fn assigned_grants(&mut self, account: u32, index: usize, span: &Span) {
        let (scope, here) = (self.scope, self.name);
        let Some(assignment) = scope.assignment(index) else {
            return;
        };
        let rules = scope
            .portals
            .get(self.portal)
            .and_then(|portal| portal.rules);
        if !assignment.touches(scope.context, self.name, rules) {
            return;
        }
        let within = assignment.window;
        let why = assignment.document.reason;
        let all: Vec<&str> = scope.context.portal_names().collect();
        if let Some(areas) = &assignment.document.areas {
            for (portal, entries) in grants::by_portal(&areas.value, &all) {
                for entry in entries.iter().filter(|_| portal == here) {
                    let (area, mut terms) = (entry.value.area(), entry.value.terms());
                    terms.reason = terms.reason.or(why);
                    self.grant(account, area, within, &terms, Door::Assignment, span);
                }
            }
        }
        for name in assignment.document.bundles.iter().flatten() {
            let door = Door::AssignedBundle;
            self.bundle(account, name.value, within, door, (why, span));
        }
    }

    /// The organisation's `areas`: the same grants seen from the area.
    pub(super) fn area_view(&mut self) {
        let scope = self.scope;
        let Some(areas) = &scope.document.areas else {
            return;
        };
        let single = scope.portals.len() == 1;
        for (key, view) in areas.value.iter() {
            match view {
                AreaView::List(users) if single => self.area_users(key.value, users),
                AreaView::Map(map) if key.value == self.name => {
                    for (area, users) in map.iter() {
                        self.area_users(area.value, &users.value);
                    }
                }
                AreaView::List(_) | AreaView::Map(_) => {}
            }
        }
    }

    fn area_users(&mut self, area: &'s str, users: &'s [Spanned<AreaUser<'a>>]) {
        let scope = self.scope;
        for user in users {
            let Some((index, member)) = scope.member(grants::user_of(&user.value)) else {
                continue;
            };
            let Some(Some(account)) = self.account_of.get(index).copied() else {
                continue;
            };
            let terms = grants::user_terms(&user.value);
            let (first, more) = self.windows(member);
            for within in std::iter::once(first).chain(more) {
                self.grant(account, area, within, &terms, Door::AreaView, &user.span);
            }
        }
    }
}
