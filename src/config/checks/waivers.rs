//! Checks of waivers: each names what its guardrail is a limit of, and says why.

use super::Whole;
use crate::config::context::Context;
use crate::config::documents::WaiverDocument;
use crate::config::findings::{Finding, Findings};
use crate::config::suggest::listed;
use crate::model::policy::WAIVER_REASON;

fn all<'c>(context: &'c Context<'_>) -> impl Iterator<Item = &'c WaiverDocument<'c>> {
    let policy = context.document.policy.as_ref();
    policy
        .into_iter()
        .flat_map(|policy| policy.waivers.iter().flatten())
}

/// A waiver of one organisation's limit names the organisation; one of a whole portal's does not.
pub(super) fn whose(context: &Context<'_>, findings: &mut Findings) {
    for waiver in all(context) {
        let guardrail = waiver.guardrail.value;
        let name = guardrail.as_str();
        let (named, wanted) = (waiver.organisation.as_ref(), guardrail.is_of_organisation());
        match named {
            None if wanted => findings.push(
                Finding::error(
                    "waiver",
                    &waiver.guardrail.span,
                    format!("`{name}` is a limit on one organisation, and the waiver names none"),
                )
                .help("name it: `organisation: ID`"),
            ),
            Some(named) if !wanted => findings.push(
                Finding::error(
                    "waiver",
                    &named.span,
                    format!("`{name}` is a limit on a whole portal, and the waiver names an organisation"),
                )
                .help("leave `organisation` out"),
            ),
            None | Some(_) => {}
        }
    }
}

/// A waiver says why it is right, in words of whoever wrote it.
pub(super) fn reasons(context: &Context<'_>, findings: &mut Findings) {
    for waiver in all(context) {
        let reason = &waiver.reason;
        if reason.value.trim().is_empty() {
            findings.push(
                Finding::error("waiver", &reason.span, "`reason` is empty")
                    .help("say in a sentence why the exception is right"),
            );
        } else if reason.value.trim() == WAIVER_REASON {
            findings.push(
                Finding::warning(
                    "waiver",
                    &reason.span,
                    "the waiver does not say why it is right",
                )
                .help("replace what beadle printed by a sentence of your own"),
            );
        }
    }
}

/// The organisation is on the portal.
pub(super) fn places(whole: &Whole<'_>, findings: &mut Findings) {
    for waiver in all(whole.context) {
        let named = waiver.organisation.as_ref();
        let organisation = named.and_then(|named| {
            let mut known = whole.organisations.iter();
            known.find(|organisation| organisation.id.as_str() == named.value.0)
        });
        let Some(organisation) = organisation else {
            continue;
        };
        let portal = waiver.portal.value;
        let mut units = organisation.units.iter();
        // A portal that nobody has is found elsewhere.
        if !whole.context.portals.contains_key(portal)
            || units.any(|unit| unit.portal.as_str() == portal)
        {
            continue;
        }
        let own: Vec<&str> = organisation
            .units
            .iter()
            .map(|unit| unit.portal.as_str())
            .collect();
        let message = format!("`{}` is not on the portal `{portal}`", organisation.id);
        findings.push(
            Finding::error("unknown-portal", &waiver.portal.span, message)
                .help(format!("its portals: {}", listed(&own, "and"))),
        );
    }
}
