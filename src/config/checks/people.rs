//! Checks of the project's people.

use std::collections::HashMap;

use super::forms::{self, is_email};
use crate::config::context::Context;
use crate::config::findings::{Finding, Findings};
use crate::config::fold::fold;
use crate::config::spanned::Entries;
use crate::config::suggest;
use crate::model::diagnostic::Span;

pub(super) fn people(context: &Context<'_>, findings: &mut Findings) {
    let people = context.document.people.iter().flat_map(Entries::iter);
    let domains = context.policies.all.email_domains.as_deref();
    let mut seen = HashMap::new();
    for (key, _) in people {
        if !is_email(key.value) {
            let message = format!("`{}` is no email address", key.value);
            findings.push(
                Finding::error("user-key", &key.span, message)
                    .help("people are keyed by their work email address"),
            );
        } else if let Some(finding) = foreign_domain(key.value, &key.span, domains) {
            findings.push(finding);
        }
        // The same characters again are one key twice, which is said already.
        if let Some(first) = seen.insert(fold(key.value), key)
            && first.value != key.value
        {
            findings.push(declared_twice(key.value, &key.span, &first.span));
        }
    }
}

/// The finding for a key that is declared again.
pub(super) fn declared_twice(key: &str, again: &Span, first: &Span) -> Finding {
    Finding::error(
        "declared-twice",
        again,
        format!("`{key}` is declared twice"),
    )
    .label("again here")
    .also(first, "first here")
    .help("upper and lower case make no difference: keep one of them")
}

/// The finding for an address outside of the allowed domains.
pub(super) fn foreign_domain(
    address: &str,
    at: &Span,
    allowed: Option<&[String]>,
) -> Option<Finding> {
    let allowed = allowed?;
    let domain = forms::domain(address)?.to_ascii_lowercase();
    if allowed.contains(&domain) {
        return None;
    }
    let message = format!("the domain `{domain}` is not in `policy.email_domains`");
    Some(
        Finding::error("email-domain", at, message).maybe_help(suggest::help(
            &domain,
            allowed.iter().map(String::as_str),
            "allowed",
        )),
    )
}

pub(super) fn accounts(context: &Context<'_>, findings: &mut Findings) {
    for (_, person) in context.document.people.iter().flat_map(Entries::iter) {
        for (portal, login) in person.accounts.iter().flat_map(Entries::iter) {
            let Some(view) = context.portals.get(portal.value) else {
                findings.push(unknown_portal(
                    portal.value,
                    &portal.span,
                    context.portal_names(),
                ));
                continue;
            };
            let written = forms::Written {
                text: login.value.0,
                span: &login.span,
                named: true,
            };
            let finding = view
                .rules
                .and_then(|rules| forms::login(&written, portal.value, rules));
            if let Some(finding) = finding {
                findings.push(finding);
            }
        }
    }
}

/// The finding for a portal that nobody has heard of.
pub(super) fn unknown_portal<'c>(
    name: &str,
    at: &Span,
    known: impl Iterator<Item = &'c str> + Clone,
) -> Finding {
    Finding::error("unknown-portal", at, format!("there is no portal `{name}`"))
        .maybe_help(suggest::help(name, known, "portals"))
}
