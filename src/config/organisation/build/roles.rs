//! Who rules an organisation's accounts at a portal: administrators, deletions, and those whom the
//! policy requires.

use super::UnitBuilder;
use crate::config::fold::fold;
use crate::config::organisation::AdminLine;
use crate::model::day::Window;
use crate::model::diagnostic::Span;
use crate::model::name::LoginId;
use crate::model::policy::Policy;

impl UnitBuilder<'_, '_, '_> {
    pub(super) fn admins(&self) -> (Option<Span>, Vec<AdminLine>) {
        let scope = self.scope;
        let mut key = None;
        let mut lines = Vec::new();
        let account = |index: usize| self.account_of.get(index).copied().flatten();
        if let Some(admins) = &scope.document.admins {
            let with_admins = scope.portals_with_admins();
            for (portal, list) in scope.lists(&admins.value, &with_admins) {
                if portal != self.name {
                    continue;
                }
                key = Some(admins.span.clone());
                for named in list {
                    let member = scope.member_or_login(named.value.0, self.name);
                    if let Some(account) = member.and_then(|(index, _)| account(index)) {
                        lines.push(AdminLine {
                            account,
                            window: Window::default(),
                            assigned: false,
                            span: named.span.clone(),
                        });
                    }
                }
            }
        }
        let rules = scope
            .portals
            .get(self.portal)
            .and_then(|portal| portal.rules);
        for (index, member) in scope.members.iter().enumerate() {
            let Some(account) = account(index) else {
                continue;
            };
            for (assignment, span) in &member.assignments {
                let Some(view) = scope.assignment(*assignment) else {
                    continue;
                };
                if view.administers(self.name, rules) {
                    lines.push(AdminLine {
                        account,
                        window: view.window,
                        assigned: true,
                        span: (*span).clone(),
                    });
                }
            }
        }
        (key, lines)
    }

    pub(super) fn delete(&self) -> Vec<(LoginId, Span)> {
        let scope = self.scope;
        let Some(delete) = &scope.document.delete else {
            return Vec::new();
        };
        let all: Vec<&str> = scope.portal_names().collect();
        scope
            .lists(delete, &all)
            .into_iter()
            .filter(|(portal, _)| *portal == self.name)
            .flat_map(|(_, list)| list)
            .map(|login| (LoginId::new(login.value.0), login.span.clone()))
            .collect()
    }

    /// Required administrators may be named by key; at this portal they have login ids.
    pub(super) fn required(&self, policy: &Policy) -> Vec<LoginId> {
        let one = |named: &LoginId| {
            let member = self
                .scope
                .member(named.canonical())
                .map(|(_, member)| member);
            member.map_or_else(
                || named.clone(),
                |member| LoginId::new(self.scope.login(member, self.name).text),
            )
        };
        policy.require_admins.iter().map(one).collect()
    }

    /// Required administrators whom the `admins` key leaves out and no assignment adds.
    pub(super) fn missing(&self, policy: &Policy) -> Vec<LoginId> {
        let (scope, here) = (self.scope, self.name);
        let Some(admins) = &scope.document.admins else {
            return Vec::new();
        };
        let rules = scope
            .portals
            .get(self.portal)
            .and_then(|portal| portal.rules);
        let with_admins = scope.portals_with_admins();
        let lists = scope.lists(&admins.value, &with_admins);
        let Some((_, list)) = lists.into_iter().find(|(portal, _)| *portal == here) else {
            return Vec::new();
        };
        let is_there = |required: &LoginId| {
            let found = scope.member_or_login(required.as_str(), here);
            let found = found.map(|(_, member)| (member, scope.login(member, here).text));
            let names = |text: &str| {
                same(text, required.as_str())
                    || found
                        .is_some_and(|(member, login)| same(text, member.key) || same(text, login))
            };
            let assigned = |(index, _): &(usize, &Span)| {
                let view = scope.assignment(*index);
                view.is_some_and(|view| view.administers(here, rules))
            };
            list.iter().any(|named| names(named.value.0))
                || found.is_some_and(|(member, _)| member.assignments.iter().any(assigned))
        };
        let required = policy.require_admins.iter();
        required.filter(|one| !is_there(one)).cloned().collect()
    }
}

fn same(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}
