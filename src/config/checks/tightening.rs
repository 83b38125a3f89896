//! Checks that the policy of one organisation is nowhere looser than the project's. What is refused
//! names both values, and points at both where both are written.

use std::fmt::Display;

use crate::config::context::Context;
use crate::config::documents::{
    EscalationsWord, ExpiryDocument, OrganisationPolicyDocument, PolicyDocument, RemovalsWord,
    SensitiveAreas, SharedAccountsWord, UnmanagedWord,
};
use crate::config::findings::{Finding, Findings};
use crate::config::policy::domain;
use crate::config::spanned::{Entries, ListOr, Spanned};
use crate::model::diagnostic::Span;
use crate::model::policy::{
    Escalations, ExpiryPolicy, Policy, Removals, SharedAccounts, Unmanaged,
};

/// What holds for all organisations: the values, and where they are written.
struct ForAll<'p> {
    policy: &'p Policy,
    document: &'p PolicyDocument<'p>,
}

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(document) = &context.document.policy else {
        return;
    };
    let all = ForAll {
        policy: &context.policies.all,
        document,
    };
    for (_, document) in document.organisations.iter().flat_map(Entries::iter) {
        let OrganisationPolicyDocument {
            min_admins: _,
            // These only add up.
            require_admins: _,
            max_removals: _,
            max_shrink: _,
            removals: _,
            unmanaged: _,
            ignore: _,
            expiry: written,
            email_domains: _,
            sensitive_areas: areas,
            shared_accounts: _,
            escalations: _,
        } = document;
        numbers(&all, document, findings);
        shrink(&all, document, findings);
        if let Some(written) = written {
            expiry(&all, written, findings);
        }
        words(&all, document, findings);
        lists(&all, document, findings);
        sensitive(all.policy, areas.as_ref(), findings);
    }
}

/// The finding for a key whose value is looser than the one for all.
fn looser(
    key: &str,
    (is, at): (impl Display, &Span),
    (than, elsewhere): (impl Display, Option<&Span>),
) -> Finding {
    let message = format!("`{key}: {is}` is looser than for all organisations: `{than}`");
    let finding = Finding::error("loosens", at, message).help(
        "the policy of one organisation can only be stricter; an exception is a dated waiver",
    );
    match elsewhere {
        Some(elsewhere) => finding.also(elsewhere, "for all organisations"),
        None => finding,
    }
}

/// A number that must not be smaller, or not larger, than the one for all.
fn number(
    key: &str,
    own: Option<&Spanned<u32>>,
    (for_all, written): (u32, Option<&Spanned<u32>>),
    is_looser: fn(&u32, &u32) -> bool,
    findings: &mut Findings,
) {
    if let Some(own) = own.filter(|own| is_looser(&own.value, &for_all)) {
        let elsewhere = written.map(|number| &number.span);
        findings.push(looser(key, (own.value, &own.span), (for_all, elsewhere)));
    }
}

fn numbers(all: &ForAll<'_>, own: &OrganisationPolicyDocument<'_>, findings: &mut Findings) {
    let (policy, document) = (all.policy, all.document);
    let for_all = (policy.min_admins, document.min_admins.as_ref());
    number(
        "min_admins",
        own.min_admins.as_ref(),
        for_all,
        u32::lt,
        findings,
    );
    let Some(limit) = &own.max_removals else {
        return;
    };
    let written = document.max_removals.as_ref();
    let percent = written.and_then(|limit| limit.percent.as_ref());
    number(
        "max_removals.percent",
        limit.percent.as_ref(),
        (policy.max_removals.percent, percent),
        u32::gt,
        findings,
    );
    let count = written.and_then(|limit| limit.count.as_ref());
    number(
        "max_removals.count",
        limit.count.as_ref(),
        (policy.max_removals.count, count),
        u32::gt,
        findings,
    );
}

fn shrink(all: &ForAll<'_>, own: &OrganisationPolicyDocument<'_>, findings: &mut Findings) {
    let Some(limit) = &own.max_shrink else {
        return;
    };
    let for_all = all.policy.max_shrink;
    let written = all.document.max_shrink.as_ref();
    let percent = written.and_then(|limit| limit.percent.as_ref());
    let count = written.and_then(|limit| limit.count.as_ref());
    for (key, own, for_all) in [
        (
            "max_shrink.percent",
            &limit.percent,
            (for_all.percent, percent),
        ),
        ("max_shrink.count", &limit.count, (for_all.count, count)),
    ] {
        number(key, own.as_ref(), for_all, u32::gt, findings);
    }
}

fn expiry(all: &ForAll<'_>, own: &ExpiryDocument, findings: &mut Findings) {
    let ExpiryPolicy {
        required: for_all,
        max_days: most,
        warn_days: fewest,
    } = all.policy.expiry;
    let written = all.document.expiry.as_ref();
    let ExpiryDocument {
        required,
        max_days,
        warn_days,
    } = own;
    if let Some(most) = most {
        let elsewhere = written.and_then(|expiry| expiry.max_days.as_ref());
        let for_all = (most, elsewhere);
        number(
            "expiry.max_days",
            max_days.as_ref(),
            for_all,
            u32::gt,
            findings,
        );
    }
    let elsewhere = written.and_then(|expiry| expiry.warn_days.as_ref());
    number(
        "expiry.warn_days",
        warn_days.as_ref(),
        (fewest, elsewhere),
        u32::lt,
        findings,
    );
    if let Some(required) = required.as_ref().filter(|word| !word.value && for_all) {
        let elsewhere = written.and_then(|expiry| expiry.required.as_ref());
        let elsewhere = elsewhere.map(|word| &word.span);
        let is = (false, &required.span);
        findings.push(looser("expiry.required", is, (true, elsewhere)));
    }
}

fn words(all: &ForAll<'_>, own: &OrganisationPolicyDocument<'_>, findings: &mut Findings) {
    let (policy, document) = (all.policy, all.document);
    if let Some(word) = &own.removals
        && word.value == RemovalsWord::Allow
        && policy.removals == Removals::None
    {
        let elsewhere = document.removals.as_ref().map(|word| &word.span);
        let is = ("allow", &word.span);
        findings.push(looser("removals", is, ("none", elsewhere)));
    }
    if let Some(word) = &own.unmanaged
        && word.value == UnmanagedWord::Report
        && policy.unmanaged == Unmanaged::Expire
    {
        let elsewhere = document.unmanaged.as_ref().map(|word| &word.span);
        let is = ("report", &word.span);
        findings.push(looser("unmanaged", is, ("expire", elsewhere)));
    }
    if let Some(word) = &own.escalations
        && word.value == EscalationsWord::Report
        && policy.escalations == Escalations::Refuse
    {
        let elsewhere = document.escalations.as_ref().map(|word| &word.span);
        let is = ("report", &word.span);
        findings.push(looser("escalations", is, ("refuse", elsewhere)));
    }
    if let Some(word) = &own.shared_accounts {
        let for_all = match policy.shared_accounts {
            SharedAccounts::Allow => SharedAccountsWord::Allow,
            SharedAccounts::Warn => SharedAccountsWord::Warn,
            SharedAccounts::Forbid => SharedAccountsWord::Forbid,
        };
        if word.value < for_all {
            let elsewhere = document.shared_accounts.as_ref().map(|word| &word.span);
            let is = (shared_name(word.value), &word.span);
            let than = (shared_name(for_all), elsewhere);
            findings.push(looser("shared_accounts", is, than));
        }
    }
}

fn shared_name(word: SharedAccountsWord) -> &'static str {
    match word {
        SharedAccountsWord::Allow => "allow",
        SharedAccountsWord::Warn => "warn",
        SharedAccountsWord::Forbid => "forbid",
    }
}

fn lists(all: &ForAll<'_>, own: &OrganisationPolicyDocument<'_>, findings: &mut Findings) {
    let policy = all.policy;
    for pattern in own.ignore.iter().flatten() {
        let text = pattern.value.0;
        if !policy.ignore.iter().any(|known| known == text) {
            let is = (text, &pattern.span);
            let than = match policy.ignore.as_slice() {
                [] => "[]".to_owned(),
                patterns => patterns.join(", "),
            };
            findings.push(looser("ignore", is, (than, None)));
        }
    }
    let Some(allowed) = &policy.email_domains else {
        return;
    };
    for one in own.email_domains.iter().flatten() {
        if !allowed.contains(&domain(one.value)) {
            let is = (one.value, &one.span);
            findings.push(looser("email_domains", is, (allowed.join(", "), None)));
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
                let key = format!("sensitive_areas.{}.{}", portal.value, area.value);
                let is = (format!("max_days: {days}"), &limit.span);
                let than = (format!("max_days: {most}"), None);
                findings.push(looser(&key, is, than));
            }
        }
    }
}
