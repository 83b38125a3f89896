//! Waivers: reviewed, dated exceptions to one guardrail; which hold on a day, and the one to paste.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::model::name::{OrganisationId, PortalName};
use crate::model::policy::{Guardrail, Policy, WAIVER_REASON};

/// The number that a waiver allows on `day`, and the larger of several. The organisation is none
/// for a limit on a whole portal.
pub(super) fn limit(
    policy: &Policy,
    guardrail: Guardrail,
    organisation: Option<&OrganisationId>,
    portal: &PortalName,
    day: Date,
) -> Option<u32> {
    in_force(policy, guardrail, organisation, portal, day).max()
}

fn in_force<'a>(
    policy: &'a Policy,
    guardrail: Guardrail,
    organisation: Option<&'a OrganisationId>,
    portal: &'a PortalName,
    day: Date,
) -> impl Iterator<Item = u32> + 'a {
    let here = policy.waivers.iter().filter(move |waiver| {
        waiver.guardrail == guardrail
            && waiver.organisation.as_ref() == organisation
            && waiver.portal == *portal
            && waiver.holds_on(day)
    });
    here.map(|waiver| waiver.limit)
}

/// Fewest administrators of an organisation at a portal on `day`.
#[must_use]
pub fn min_admins(
    policy: &Policy,
    organisation: &OrganisationId,
    portal: &PortalName,
    day: Date,
) -> u32 {
    let rail = Guardrail::MinAdmins;
    let waived = in_force(policy, rail, Some(organisation), portal, day).min();
    waived.map_or(policy.min_admins, |limit| limit.min(policy.min_admins))
}

/// The YAML of the waiver that would allow it, for a week.
pub(super) fn to_paste(
    guardrail: Guardrail,
    organisation: Option<&OrganisationId>,
    portal: &PortalName,
    limit: u64,
    day: Date,
) -> String {
    let until = day.checked_add(7.days()).unwrap_or(day);
    let first = match organisation {
        Some(organisation) => format!("- organisation: {}\n  ", scalar(organisation.as_str())),
        None => "- ".to_owned(),
    };
    format!(
        "{first}portal: {}\n  guardrail: {}\n  limit: {limit}\n  reason: {WAIVER_REASON}\n  until: {until}\n",
        scalar(portal.as_str()),
        guardrail.as_str(),
    )
}

/// A name as YAML reads it back: bare where it can be nothing but text, else in quotes.
fn scalar(name: &str) -> String {
    let letters = name.starts_with(|first: char| first.is_ascii_lowercase());
    let plain = name.chars().all(|letter| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_".contains(letter)
    });
    let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    if letters && plain && !reserved.contains(&name) {
        name.to_owned()
    } else {
        serde_json::to_string(name).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_be_something_else_are_quoted() {
        assert_eq!(scalar("northshire"), "northshire");
        assert_eq!(scalar("no"), "\"no\"");
        assert_eq!(scalar("8502001"), "\"8502001\"");
        assert_eq!(scalar("a: b"), "\"a: b\"");
    }
}
