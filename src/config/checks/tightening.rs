//! Checks that the policy of one organisation is nowhere looser than the project's.

use crate::config::context::Context;
use crate::config::documents::{
    OrganisationPolicyDocument, RemovalsWord, SensitiveAreas, SharedAccountsWord, UnmanagedWord,
};
use crate::config::findings::{Finding, Findings};
use crate::config::spanned::{Entries, ListOr};
use crate::model::diagnostic::Span;
use crate::model::policy::{Policy, Removals, SharedAccounts, Unmanaged};

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(policy) = &context.document.policy else {
        return;
    };
    let all = &context.policies.all;
    for (_, document) in policy.organisations.iter().flat_map(Entries::iter) {
        numbers(all, document, findings);
        words(all, document, findings);
        lists(all, document, findings);
        sensitive(all, document.sensitive_areas.as_ref(), findings);
    }
}

fn looser(key: &str, at: &Span, than: impl std::fmt::Display) -> Finding {
    let message = format!("`{key}` is looser than for all organisations: `{than}`");
    Finding::error("loosens", at, message)
        .help("the policy of one organisation can only be stricter; an exception is a dated waiver")
}

fn numbers(all: &Policy, document: &OrganisationPolicyDocument<'_>, findings: &mut Findings) {
    if let Some(number) = document
        .min_admins
        .as_ref()
        .filter(|n| n.value < all.min_admins)
    {
        findings.push(looser("min_admins", &number.span, all.min_admins));
    }
    if let Some(limit) = &document.max_removals {
        let numbers = [
            (
                "max_removals.percent",
                &limit.percent,
                all.max_removals.percent,
            ),
            ("max_removals.count", &limit.count, all.max_removals.count),
        ];
        for (key, number, most) in numbers {
            if let Some(number) = number.as_ref().filter(|number| number.value > most) {
                findings.push(looser(key, &number.span, most));
            }
        }
    }
    if let Some(expiry) = &document.expiry {
        if let (Some(days), Some(most)) = (&expiry.max_days, all.expiry.max_days)
            && days.value > most
        {
            findings.push(looser("expiry.max_days", &days.span, most));
        }
        if let Some(required) = expiry.required.as_ref().filter(|word| !word.value)
            && all.expiry.required
        {
            findings.push(looser("expiry.required", &required.span, true));
        }
    }
}

fn words(all: &Policy, document: &OrganisationPolicyDocument<'_>, findings: &mut Findings) {
    if let Some(word) = &document.removals
        && word.value == RemovalsWord::Allow
        && all.removals == Removals::None
    {
        findings.push(looser("removals", &word.span, "none"));
    }
    if let Some(word) = &document.unmanaged
        && word.value == UnmanagedWord::Report
        && all.unmanaged == Unmanaged::Expire
    {
        findings.push(looser("unmanaged", &word.span, "expire"));
    }
    if let Some(word) = &document.shared_accounts {
        let (strictness, name) = match all.shared_accounts {
            SharedAccounts::Allow => (SharedAccountsWord::Allow, "allow"),
            SharedAccounts::Warn => (SharedAccountsWord::Warn, "warn"),
            SharedAccounts::Forbid => (SharedAccountsWord::Forbid, "forbid"),
        };
        if word.value < strictness {
            findings.push(looser("shared_accounts", &word.span, name));
        }
    }
}

fn lists(all: &Policy, document: &OrganisationPolicyDocument<'_>, findings: &mut Findings) {
    for pattern in document.ignore.iter().flatten() {
        if !all.ignore.iter().any(|known| known == pattern.value.0) {
            findings.push(looser("ignore", &pattern.span, all.ignore.join(", ")));
        }
    }
    let Some(allowed) = &all.email_domains else {
        return;
    };
    for domain in document.email_domains.iter().flatten() {
        let plain = domain.value.trim_start_matches('@').to_ascii_lowercase();
        if !allowed.contains(&plain) {
            findings.push(looser("email_domains", &domain.span, allowed.join(", ")));
        }
    }
}

fn sensitive(
    all: &Policy,
    areas: Option<&Entries<'_, SensitiveAreas<'_>>>,
    findings: &mut Findings,
) {
    for (portal, areas) in areas.into_iter().flat_map(Entries::iter) {
        let Some(known) = all.sensitive_areas.get(portal.value) else {
            continue;
        };
        let ListOr::Map(areas) = areas else { continue };
        for (area, limit) in areas.iter() {
            let most = known.get(area.value).and_then(|area| area.max_days);
            if let (Some(days), Some(most)) = (limit.value.max_days, most)
                && days > most
            {
                findings.push(looser(
                    "sensitive_areas",
                    &limit.span,
                    format!("max_days: {most}"),
                ));
            }
        }
    }
}
