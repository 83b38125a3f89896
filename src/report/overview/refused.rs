//! What refuses a plan, by whom it is about: an organisation at a portal, or a whole portal.

use std::collections::BTreeMap;

use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::{Plan, Refusal};
use crate::model::review::Review;

/// Every refusal of one organisation at one portal, or of one whole portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused<'p> {
    /// The organisation; none for a whole portal.
    pub organisation: Option<&'p OrganisationId>,
    /// Its name in prose, else its id; nothing for a whole portal.
    pub name: &'p str,
    /// The portal.
    pub portal: &'p PortalName,
    /// What refuses it, in the plan's order; never none.
    pub refusals: Vec<&'p Refusal>,
}

impl<'p> Refused<'p> {
    /// The waivers that would allow it, each once.
    #[must_use]
    pub fn waivers(&self) -> Vec<&'p str> {
        let mut waivers: Vec<&str> = Vec::new();
        for refusal in &self.refusals {
            if !waivers.contains(&refusal.waiver.as_str()) {
                waivers.push(&refusal.waiver);
            }
        }
        waivers
    }
}

/// Refusals by whom they are about: whole portals first, then as the plan names them.
pub(super) fn refusals<'p>(plan: &'p Plan, review: &'p Review) -> Vec<Refused<'p>> {
    let mut found: Vec<Refused<'p>> = Vec::new();
    let mut known = BTreeMap::new();
    for refusal in plan.refusals.iter().chain(&review.refusals) {
        let organisation = refusal.organisation.as_ref();
        let at = *known
            .entry((organisation, &refusal.portal))
            .or_insert_with(|| {
                found.push(Refused {
                    organisation,
                    name: organisation.map_or("", |id| name(plan, id)),
                    portal: &refusal.portal,
                    refusals: Vec::new(),
                });
                found.len() - 1
            });
        if let Some(group) = found.get_mut(at) {
            group.refusals.push(refusal);
        }
    }
    found.sort_by_key(|it| it.organisation.is_some());
    found
}

fn name<'p>(plan: &'p Plan, organisation: &'p OrganisationId) -> &'p str {
    let mut units = plan.units.iter();
    let unit = units.find(|unit| unit.organisation == *organisation);
    let name = unit.map_or("", |unit| unit.organisation_name.trim());
    if name.is_empty() {
        organisation.as_str()
    } else {
        name
    }
}
