//! Verification: what was reported done is seen to be done, in a listing read after the run. It
//! compares; reading again, and what follows from a difference, is for others.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::live::Live;
use crate::model::name::{AreaName, LoginId, OrganisationId, PortalName};
use crate::model::outcome::{ApplyReport, Outcome};
use crate::model::plan::{ActionIndex, Plan, SaveIndex, UnitPlan};

use super::read_back::{Known, Shown, administration_areas, assigns, is_done, term_end};

/// The same report, in which each save that was done and that the new listing does not show has
/// become [`Outcome::NotSeen`]. Saves of a unit without a new listing stay as they are.
#[must_use]
pub fn verify(
    plan: &Plan,
    report: ApplyReport,
    lives: &BTreeMap<(OrganisationId, PortalName), Live>,
) -> ApplyReport {
    let views: Vec<Option<View<'_>>> = plan
        .units
        .iter()
        .map(|unit| {
            let key = (unit.organisation.clone(), unit.portal.clone());
            lives.get(&key).map(|live| View::of(unit, live))
        })
        .collect();
    let ApplyReport { saves } = report;
    let saves = saves
        .into_iter()
        .map(|(index, actions, outcome)| {
            let view = views.get(index.unit as usize).and_then(Option::as_ref);
            let shows = |view: &View<'_>| view.shows(plan, index, &actions);
            let missing = outcome.is_done() && view.is_some_and(|view| !shows(view));
            let outcome = if missing { Outcome::NotSeen } else { outcome };
            (index, actions, outcome)
        })
        .collect();
    ApplyReport { saves }
}

/// One unit's new listing, ready to be asked.
struct View<'a> {
    unit: &'a UnitPlan,
    shown: Shown<'a>,
    administration: BTreeSet<AreaName>,
}

impl<'a> View<'a> {
    fn of(unit: &'a UnitPlan, live: &'a Live) -> Self {
        let catalogue = live.catalogue().values();
        let administration = catalogue
            .filter(|area| area.administration)
            .map(|area| area.name.clone());
        Self {
            unit,
            shown: Shown::of(live.accounts().values(), assigns(unit)),
            administration: administration.chain(administration_areas(unit)).collect(),
        }
    }

    /// Whether it shows what a save did by these of its actions: a set may have been saved without
    /// somebody.
    fn shows(&self, plan: &Plan, index: SaveIndex, actions: &[ActionIndex]) -> bool {
        self.unit
            .saves
            .get(index.save as usize)
            .is_some_and(|save| {
                let others = save.actions.iter().filter(|index| !actions.contains(index));
                let others = others.filter_map(|index| self.unit.actions.get(index.0 as usize));
                let left_out: BTreeSet<&LoginId> =
                    others.map(|action| &action.account.login).collect();
                let mut write = save.write.clone();
                write.keep(|account| !left_out.contains(&account.login));
                let known = Known {
                    administration: &self.administration,
                    complete: true,
                    term_end: term_end(plan, self.unit, save),
                };
                is_done(&write, &self.shown, known)
            })
    }
}
