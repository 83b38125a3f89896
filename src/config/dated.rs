//! What the files say that only a day decides: waivers that have ended, and what they allowed while
//! they held. Ends that are too far away are beside what is desired.

use jiff::civil::Date;

use super::documents::PolicyDocument;
use super::findings::{Finding, Findings};
use super::organisation::{Organisation, Unit};
use super::policy;
use super::project::Project;
use crate::model::diagnostic::{Diagnostic, Span};
use crate::model::name::{OrganisationId, PortalName};
use crate::model::policy::{Guardrail, Policy, Waiver};
use crate::model::source::Source;

/// The waivers of the project, each with the place of its last day.
pub(super) fn waivers(document: Option<&PolicyDocument<'_>>) -> Vec<(Waiver, Span)> {
    let waivers = document
        .into_iter()
        .flat_map(|policy| policy.waivers.iter().flatten());
    waivers
        .map(|waiver| (policy::waiver(waiver), waiver.until.span.clone()))
        .collect()
}

/// The waivers, on any day, of the administrators whom the policy requires in one place.
pub(super) fn required_waivers<'p>(
    policy: &'p Policy,
    organisation: &'p OrganisationId,
    portal: &'p PortalName,
) -> impl Iterator<Item = &'p Waiver> {
    policy.waivers.iter().filter(move |waiver| {
        waiver.guardrail == Guardrail::RequireAdmins
            && waiver.organisation.as_ref() == Some(organisation)
            && waiver.portal == *portal
    })
}

/// The findings for required administrators who are missing from an `admins` list.
pub(super) fn missing_admins<'u>(
    organisation: &'u OrganisationId,
    unit: &'u Unit,
) -> impl Iterator<Item = Finding> + 'u {
    let key = unit.admins_key.as_ref();
    key.into_iter().flat_map(move |key| {
        unit.missing_admins.iter().map(move |required| {
            let message = format!(
                "`{required}` is missing from the admins of `{organisation}` at `{}`",
                unit.portal
            );
            Finding::error("required-admin", key, message)
                .label("`policy.require_admins` wants it here")
                .help(format!("add `{required}` to the list"))
        })
    })
}

impl Project {
    /// Everything that is wrong, or worth a look, on a day and not on every day: ends that are too
    /// far away, waivers that have ended and what they allowed.
    #[must_use]
    pub fn on_day(&self, day: Date) -> Vec<Diagnostic> {
        let mut findings = Findings::default();
        for (waiver, span) in &self.waivers {
            findings.extend(ended(waiver, span, day));
        }
        for organisation in &self.organisations {
            for unit in &organisation.units {
                waived(organisation, unit, day, &mut findings);
            }
        }
        let mut found = self.too_long(day);
        found.extend(findings.into_sorted());
        found.sort_by(|one, other| one.span.cmp(&other.span));
        found
    }

    /// Whether an `admins` list lacks somebody whom the policy requires.
    #[must_use]
    pub fn lacks_required_admins(&self, organisation: &str, portal: &str) -> bool {
        let organisations = self.organisations.iter();
        let named = organisations.filter(|known| known.id.as_str() == organisation);
        let mut units = named.flat_map(|known| &known.units);
        units.any(|unit| unit.portal.as_str() == portal && !unit.missing_admins.is_empty())
    }

    /// The waivers, each with its place in the project file.
    pub fn waivers(&self) -> impl Iterator<Item = (&Waiver, Source)> {
        let waivers = self.waivers.iter();
        waivers.map(|(waiver, span)| (waiver, self.sources.place(span)))
    }
}

fn ended(waiver: &Waiver, span: &Span, day: Date) -> Option<Finding> {
    if waiver.holds_on(day) {
        return None;
    }
    let message = format!("the waiver of {waiver} ended on {}", waiver.until);
    Some(
        Finding::warning("waiver-ended", span, message)
            .help("remove it; if the exception is right again, a refusal prints the one to write"),
    )
}

/// Required administrators who are missing, where a waiver allows that on some days and this is
/// none of them.
fn waived(organisation: &Organisation, unit: &Unit, day: Date, findings: &mut Findings) {
    if unit.missing_admins.is_empty() {
        return;
    }
    let (policy, missing) = (&organisation.policy, unit.missing_admins.len() as u64);
    let is_waived = required_waivers(policy, &organisation.id, &unit.portal)
        .any(|waiver| waiver.holds_on(day) && missing <= waiver.limit.into());
    // Where no waiver stands, the files are in error on every day, and are not a project.
    if !is_waived {
        findings.extend(missing_admins(&organisation.id, unit));
    }
}
