//! Checks of the names in the policy.

use super::Whole;
use super::people::unknown_portal;
use crate::config::context::Context;
use crate::config::documents::{PolicyDocument, SensitiveAreas};
use crate::config::findings::{Finding, Findings};
use crate::config::spanned::{Entries, Spanned};
use crate::config::suggest;
use crate::model::diagnostic::Span;

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
