//! Checks of who rules an organisation's accounts: admins, deletions, shared accounts.

use std::collections::BTreeSet;

use super::areas::{has_account, no_account, not_on, unknown_user};
use super::forms::{self, same};
use crate::config::documents::PortalLists;
use crate::config::findings::{Finding, Findings};
use crate::config::scope::Scope;
use crate::config::spanned::{Identifier, ListOr, Spanned};
use crate::config::suggest::listed;
use crate::model::diagnostic::Span;
use crate::model::policy::SharedAccounts;
use crate::model::rules::{AdminSet, Delete, Rules};

/// The finding for administrators where there can be none.
pub(super) fn no_admin_set(portal: &str, rules: &Rules, at: &Span) -> Finding {
    let message = format!(
        "the portal `{portal}` ({}) has no admin set to manage",
        rules.title
    );
    Finding::error("no-admins", at, message)
        .help("remove it: only the main account administers there")
}

/// `admins` or `delete`: reports a list for nobody knows which portal, and portals that the
/// organisation does not have.
fn portals(
    scope: &Scope<'_>,
    key: &str,
    (lists, at): (&PortalLists<'_>, &Span),
    for_list: &[&str],
    findings: &mut Findings,
) {
    match lists {
        ListOr::List(_) if for_list.len() > 1 => {
            let example = for_list.first().copied().unwrap_or("PORTAL");
            findings.push(
                Finding::error(
                    "needs-portal",
                    at,
                    format!("`{key}` is a list, and there are several portals"),
                )
                .label("for which portal?")
                .help(format!(
                    "write a map by portal: `{key}: {{ {example}: […] }}`; portals: {}",
                    listed(for_list, "and")
                )),
            );
        }
        ListOr::List(_) => {}
        ListOr::Map(map) => {
            for (portal, _) in map.iter() {
                if scope.portal_index(portal.value).is_none() {
                    findings.push(not_on(scope, "", portal));
                }
            }
        }
    }
}

pub(super) fn admins(scope: &Scope<'_>, findings: &mut Findings) {
    let Some(admins) = &scope.document.admins else {
        return;
    };
    let with_admins = scope.portals_with_admins();
    portals(
        scope,
        "admins",
        (&admins.value, &admins.span),
        &with_admins,
        findings,
    );
    match &admins.value {
        ListOr::List(_) if with_admins.is_empty() => {
            if let Some(portal) = scope.portals.first() {
                findings.extend(
                    portal
                        .rules
                        .map(|rules| no_admin_set(portal.name, rules, &admins.span)),
                );
            }
        }
        ListOr::List(_) => {}
        ListOr::Map(map) => {
            for (portal, _) in map.iter() {
                let rules = scope.context.rules(portal.value);
                let without = rules.filter(|rules| rules.admin.value == AdminSet::None);
                findings
                    .extend(without.map(|rules| no_admin_set(portal.value, rules, &portal.span)));
            }
        }
    }
    for (portal, list) in scope.lists(&admins.value, &with_admins) {
        if scope.portal_index(portal).is_none() {
            continue;
        }
        for named in list {
            let key = named.value.0;
            match scope.member_or_login(key, portal) {
                None => findings.push(unknown_user(scope, key, &named.span)),
                Some((_, member)) if !has_account(scope, member.portals, portal) => {
                    findings.push(no_account(key, portal, &named.span));
                }
                Some(_) => {}
            }
        }
    }
}

pub(super) fn delete(scope: &Scope<'_>, findings: &mut Findings) {
    let Some(delete) = &scope.document.delete else {
        return;
    };
    let all: Vec<&str> = scope.portal_names().collect();
    let at = match delete {
        ListOr::List(list) => list.first().map(|first| first.span.clone()),
        ListOr::Map(map) => map.iter().next().map(|(portal, _)| portal.span.clone()),
    };
    let Some(at) = at else { return };
    portals(scope, "delete", (delete, &at), &all, findings);
    for (portal, list) in scope.lists(delete, &all) {
        let Some(rules) = scope.context.rules(portal) else {
            continue;
        };
        for named in list {
            one_delete(scope, portal, rules, named, findings);
        }
    }
}

fn one_delete(
    scope: &Scope<'_>,
    portal: &str,
    rules: &Rules,
    named: &Spanned<Identifier<'_>>,
    findings: &mut Findings,
) {
    let login = named.value.0;
    if rules.delete.value == Delete::Never {
        let message = format!("accounts at `{portal}` ({}) are never deleted", rules.title);
        findings
            .push(Finding::error("never-deleted", &named.span, message).help(
                "remove it: to end access, let the user's `until` pass or take the user out",
            ));
        return;
    }
    let written = forms::Written {
        text: login,
        span: &named.span,
        named: true,
    };
    findings.extend(forms::login(&written, portal, rules));
    let listed = scope
        .member_or_login(login, portal)
        .filter(|(_, member)| has_account(scope, member.portals, portal));
    if let Some((_, member)) = listed {
        let message = format!("`{login}` is to be deleted at `{portal}`, and is a user there too");
        findings.push(
            Finding::error("deleted-and-listed", &named.span, message)
                .also(member.key_span, "listed here")
                .help("remove one of them"),
        );
    }
    let identity = scope
        .context
        .portals
        .get(portal)
        .and_then(|view| view.document.identity.as_ref());
    if let Some(identity) = identity.filter(|identity| same(identity.value.0, login)) {
        let message = format!("`{login}` is the login that beadle itself uses at `{portal}`");
        findings.push(
            Finding::error("deletes-itself", &named.span, message)
                .also(&identity.span, "named here"),
        );
    }
}

pub(super) fn shared(scope: &Scope<'_>, findings: &mut Findings) {
    let policy = scope.context.policies.of(scope.id).shared_accounts;
    for member in &scope.members {
        let Some(shared) = member.user.and_then(|user| user.shared.as_ref()) else {
            continue;
        };
        // Whose it is shows at its place: the key may be no address, and findings name nobody in CI.
        let message = "several people use this account";
        match policy {
            SharedAccounts::Forbid => findings.push(
                Finding::error("shared-account", member.key_span, message)
                    .help("`policy.shared_accounts` forbids it: give each of them an account"),
            ),
            SharedAccounts::Warn => findings.push(
                Finding::warning("shared-account", member.key_span, message).help(
                    "prefer an account for each of them, or write `policy.shared_accounts: allow`",
                ),
            ),
            SharedAccounts::Allow => {}
        }
        let mut seen = BTreeSet::new();
        for named in std::iter::once(&shared.value.custodian).chain(&shared.value.members) {
            let key = named.value.0;
            if scope.member(key).is_none() && seen.insert(key) {
                findings.push(unknown_user(scope, key, &named.span));
            }
        }
    }
}
