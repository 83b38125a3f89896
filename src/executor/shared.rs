//! What the saves in flight share: which portals are lost, and how much reading is left to each
//! organisation. Counts and flags only; what follows from them is said in [`super::attempt`] and
//! [`super::run`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::model::name::{AreaName, PortalName};
use crate::model::plan::Plan;
use crate::portal::PortalError;

use super::Settings;
use super::read_back::{administration_areas, assigns};

/// Everything that the saves of one run share.
pub(super) struct Shared {
    lost: BTreeMap<PortalName, OnceLock<PortalError>>,
    units: Vec<UnitShared>,
}

/// What the saves of one unit share.
pub(super) struct UnitShared {
    /// Areas whose members are the administrators, as far as the plan shows.
    pub(super) administration: BTreeSet<AreaName>,
    /// Whether the portal makes the login ids of new accounts.
    pub(super) assigned: bool,
    budget: AtomicU32,
    most: u32,
    slow: AtomicBool,
}

impl Shared {
    pub(super) fn of(plan: &Plan, settings: &Settings) -> Self {
        let portals = plan.units.iter().map(|unit| unit.portal.clone());
        Self {
            lost: portals.map(|portal| (portal, OnceLock::new())).collect(),
            units: plan
                .units
                .iter()
                .map(|unit| UnitShared {
                    administration: administration_areas(unit),
                    assigned: assigns(unit),
                    slow: AtomicBool::new(false),
                    budget: AtomicU32::new(settings.read_back_budget),
                    most: settings.read_back_budget,
                })
                .collect(),
        }
    }

    pub(super) fn unit(&self, unit: u32) -> Option<&UnitShared> {
        self.units.get(unit as usize)
    }

    /// Why no further call is made to a portal; none while calls are made.
    pub(super) fn lost(&self, portal: &PortalName) -> Option<&PortalError> {
        self.lost.get(portal)?.get()
    }

    /// No further call is made to that portal, because of this. The first reason stays.
    pub(super) fn lose(&self, portal: &PortalName, because: PortalError) {
        if let Some(lost) = self.lost.get(portal) {
            // An error only means that it was lost before.
            let _ = lost.set(because);
        }
    }
}

impl UnitShared {
    /// Takes one read-back out of the budget; false when there is none left.
    pub(super) fn spend(&self) -> bool {
        self.budget
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .is_ok()
    }

    /// Something accepted did not show in time.
    pub(super) fn slow(&self) {
        self.slow.store(true, Ordering::Relaxed);
    }

    /// Whether something accepted did not show in time.
    pub(super) fn is_slow(&self) -> bool {
        self.slow.load(Ordering::Relaxed)
    }

    /// A call was answered with success: one read-back comes back.
    pub(super) fn earn(&self) {
        // An error only means that the budget is full.
        let _ = self
            .budget
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left < self.most).then_some(left.saturating_add(1))
            });
    }
}
