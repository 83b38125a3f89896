//! Checks of the names in the policy.

use std::collections::{BTreeMap, BTreeSet};

use super::Whole;
use super::people::unknown_portal;
use crate::config::context::Context;
use crate::config::documents::{PolicyDocument, SensitiveAreas};
use crate::config::findings::{Finding, Findings};
use crate::config::organisation::Organisation;
use crate::config::policy::domain;
use crate::config::scope::Scope;
use crate::config::spanned::{Entries, ListOr, Spanned};
use crate::config::suggest;
use crate::model::diagnostic::Span;
use crate::model::name::LoginId;
use crate::model::nearest::nearest;
use crate::model::pattern::Patterns;

pub(super) fn portals(context: &Context<'_>, findings: &mut Findings) {
    let Some(policy) = &context.document.policy else {
        return;
    };
    sensitive(context, policy.sensitive_areas.as_ref(), findings);
    for (_, single) in policy.organisations.iter().flat_map(Entries::iter) {
        sensitive(context, single.sensitive_areas.as_ref(), findings);
    }
    for waiver in policy.waivers.iter().flatten() {
        portal(context, &waiver.portal, findings);
    }
}

fn sensitive(
    context: &Context<'_>,
    areas: Option<&Entries<'_, SensitiveAreas<'_>>>,
    findings: &mut Findings,
) {
    for (name, _) in areas.into_iter().flat_map(Entries::iter) {
        portal(context, name, findings);
    }
}

fn portal(context: &Context<'_>, name: &Spanned<&str>, findings: &mut Findings) {
    if !context.portals.contains_key(name.value) {
        findings.push(unknown_portal(
            name.value,
            &name.span,
            context.portal_names(),
        ));
    }
}

pub(super) fn organisations(whole: &Whole<'_>, findings: &mut Findings) {
    let (context, organisations) = (whole.context, whole.organisations);
    let Some(policy) = context.document.policy.as_ref().filter(|_| whole.complete) else {
        return;
    };
    for (id, span) in named(policy) {
        let known = || {
            organisations
                .iter()
                .map(|organisation| organisation.id.as_str())
        };
        if !known().any(|known| known == id) {
            findings.push(
                Finding::error(
                    "unknown-organisation",
                    span,
                    format!("there is no organisation `{id}`"),
                )
                .maybe_help(suggest::help(id, known(), "organisations")),
            );
        }
    }
}

/// Every organisation that the policy names.
fn named<'p>(policy: &'p PolicyDocument<'p>) -> impl Iterator<Item = (&'p str, &'p Span)> {
    let single = policy
        .organisations
        .iter()
        .flat_map(Entries::iter)
        .map(|(id, _)| (id.value, &id.span));
    let waived = policy
        .waivers
        .iter()
        .flatten()
        .filter_map(|waiver| waiver.organisation.as_ref())
        .map(|id| (id.value.0, &id.span));
    single.chain(waived)
}

/// What stands under `email_domains` is a domain: anything else would allow nobody.
pub(super) fn domains(context: &Context<'_>, findings: &mut Findings) {
    let Some(policy) = &context.document.policy else {
        return;
    };
    let single = policy.organisations.iter().flat_map(Entries::iter);
    let single = single.flat_map(|(_, single)| single.email_domains.iter().flatten());
    for written in policy.email_domains.iter().flatten().chain(single) {
        let plain = domain(written.value);
        let letters = |part: &str| {
            let mut letters = part.chars();
            !part.is_empty() && letters.all(|letter| letter.is_alphanumeric() || letter == '-')
        };
        if plain.contains('.') && plain.split('.').all(letters) {
            continue;
        }
        let message = format!("`{}` is no domain of email addresses", written.value);
        findings.push(Finding::error("email-domain", &written.span, message).help(
            "write what stands after the `@`, such as `trust.example`; each domain is \
                 named, patterns are not known here",
        ));
    }
}

/// Nobody is both ignored and listed: what is ignored is never touched.
pub(super) fn ignored(scope: &Scope<'_>, organisation: &Organisation, findings: &mut Findings) {
    let written = &organisation.policy.ignore;
    if written.is_empty() {
        return;
    }
    let patterns = Patterns::new(written);
    let mut seen = BTreeSet::new();
    for unit in &organisation.units {
        for account in &unit.accounts {
            let person = organisation.texts.get(account.person);
            let login = LoginId::new(organisation.texts.get(account.login));
            if !patterns.matches(&login) || !seen.insert((person, login.clone())) {
                continue;
            }
            let own =
                |pattern: &&String| Patterns::new(std::slice::from_ref(*pattern)).matches(&login);
            let pattern = written.iter().find(own).map_or("", String::as_str);
            let message = format!(
                "`{}` has an account at `{}`, and `policy.ignore` says that `{pattern}` is never touched",
                scope
                    .member(person)
                    .map_or(person, |(_, member)| member.key),
                unit.portal
            );
            findings.push(
                Finding::error("ignored-and-listed", &account.key_span, message)
                    .help("take it out of one of them"),
            );
        }
    }
}

/// A sensitive area whose name is only nearly that of one that is granted protects nothing.
pub(super) fn sensitive_names(whole: &Whole<'_>, findings: &mut Findings) {
    let Some(policy) = whole
        .context
        .document
        .policy
        .as_ref()
        .filter(|_| whole.complete)
    else {
        return;
    };
    let single = policy.organisations.iter().flat_map(Entries::iter);
    let single = single.filter_map(|(_, single)| single.sensitive_areas.as_ref());
    let all: Vec<_> = policy.sensitive_areas.iter().chain(single).collect();
    if all.is_empty() {
        return;
    }
    let granted = granted(whole);
    for (portal, areas) in all.into_iter().flat_map(Entries::iter) {
        let Some(granted) = granted.get(portal.value) else {
            continue;
        };
        let named: Vec<&Spanned<&str>> = match areas {
            ListOr::List(list) => list.iter().collect(),
            ListOr::Map(map) => map.iter().map(|(area, _)| area).collect(),
        };
        for area in named {
            if granted.contains(area.value) {
                continue;
            }
            if let Some(meant) = nearest(area.value, granted.iter().copied()) {
                let message = format!(
                    "nobody is granted `{}` at `{}`, so that nothing is held to it",
                    area.value, portal.value
                );
                findings.push(
                    Finding::warning("sensitive-area", &area.span, message)
                        .help(format!("did you mean `{meant}`, which is granted?")),
                );
            }
        }
    }
}

/// Every area that the files name, by portal.
fn granted<'w>(whole: &'w Whole<'_>) -> BTreeMap<&'w str, BTreeSet<&'w str>> {
    let mut granted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for organisation in whole.organisations {
        for unit in &organisation.units {
            let areas = granted.entry(unit.portal.as_str()).or_default();
            areas.extend(unit.areas.iter().map(|area| organisation.texts.get(*area)));
        }
    }
    for bundle in &whole.context.bundles {
        for (portal, areas) in &bundle.areas {
            let known = granted.entry(portal).or_default();
            known.extend(areas.iter().map(AsRef::<str>::as_ref));
        }
    }
    granted
}
