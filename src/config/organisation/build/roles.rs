//! Who rules an organisation's accounts at a portal: administrators, deletions, and those whom the
//! policy requires.

use super::UnitBuilder;
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
}
