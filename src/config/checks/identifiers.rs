//! Checks that no name deceives the eye, every key and every name that others refer to; and that
//! none that becomes a file's name leads elsewhere.

use super::forms::{file_name, look_alike};
use crate::config::context::Context;
use crate::config::findings::Findings;
use crate::config::scope::Scope;
use crate::config::spanned::{Entries, Identifier, Spanned};

pub(super) fn project(context: &Context<'_>, findings: &mut Findings) {
    let document = context.document;
    keys(&document.portals, findings);
    for (portal, _) in document.portals.iter() {
        findings.extend(file_name(portal.value, &portal.span));
    }
    if let Some(bundles) = &document.bundles {
        keys(bundles, findings);
    }
    if let Some(people) = &document.people {
        keys(people, findings);
        for (_, person) in people.iter() {
            logins(person.accounts.as_ref(), findings);
            identifiers(person.was.iter().flatten(), findings);
        }
    }
    for view in context.portals.values() {
        identifiers(&view.document.identity, findings);
    }
    for assignment in document.assignments.iter().flatten() {
        identifiers(&assignment.value.users, findings);
        identifiers(&assignment.value.organisations, findings);
    }
    if let Some(policy) = &document.policy {
        identifiers(policy.require_admins.iter().flatten(), findings);
        for domain in policy.email_domains.iter().flatten() {
            if let Some(finding) = look_alike(domain.value, &domain.span) {
                findings.push(finding);
            }
        }
    }
}

pub(super) fn organisation(scope: &Scope<'_>, findings: &mut Findings) {
    if let Some(finding) = look_alike(scope.id, scope.id_span) {
        findings.push(finding);
    }
    findings.extend(file_name(scope.id, scope.id_span));
    if let Some(users) = &scope.document.users {
        keys(&users.value, findings);
        for (_, user) in users.value.iter() {
            logins(user.accounts.as_ref(), findings);
            identifiers(user.was.iter().flatten(), findings);
            if let Some(email) = &user.email
                && let Some(finding) = look_alike(email.value, &email.span)
            {
                findings.push(finding);
            }
        }
    }
}

fn keys<V>(entries: &Entries<'_, V>, findings: &mut Findings) {
    for (key, _) in entries.iter() {
        if let Some(finding) = look_alike(key.value, &key.span) {
            findings.push(finding);
        }
    }
}

fn logins(accounts: Option<&Entries<'_, Spanned<Identifier<'_>>>>, findings: &mut Findings) {
    let accounts = accounts.into_iter().flat_map(Entries::iter);
    identifiers(accounts.map(|(_, login)| login), findings);
}

fn identifiers<'i, 't: 'i>(
    written: impl IntoIterator<Item = &'i Spanned<Identifier<'t>>>,
    findings: &mut Findings,
) {
    for identifier in written {
        if let Some(finding) = look_alike(identifier.value.0, &identifier.span) {
            findings.push(finding);
        }
    }
}
