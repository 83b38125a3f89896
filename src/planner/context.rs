//! What every step of planning one unit looks at. Nothing here changes while a plan is made.

use jiff::civil::Date;

use crate::model::desired::Desired;
use crate::model::live::{CatalogueArea, Live};
use crate::model::name::AreaName;
use crate::model::policy::Removals;
use crate::model::rules::{AdminSet, Create, Provisioning, Rules};

use super::guardrails::waiver;

/// The inputs of one unit, and what follows from them at once.
pub(super) struct Context<'a> {
    /// What the YAML says.
    pub(super) desired: &'a Desired,
    /// What the portal answered.
    pub(super) live: &'a Live,
    /// What the portal can do.
    pub(super) rules: &'a Rules,
    /// How accounts come to be, with the organisation's own way considered.
    pub(super) create: Create,
    /// That way, where there is a choice.
    pub(super) provisioning: Option<&'static Provisioning>,
    /// The day that is planned for.
    pub(super) day: Date,
    /// The area whose members are the administrators, where the admin set is one.
    pub(super) admin_area: Option<&'a CatalogueArea>,
    /// Fewest administrators, waivers considered.
    pub(super) min_admins: u32,
    /// Whether anything may be taken away.
    pub(super) removals: bool,
}

impl<'a> Context<'a> {
    /// Looks up what the steps need again and again.
    pub(super) fn new(desired: &'a Desired, live: &'a Live, rules: &'a Rules, day: Date) -> Self {
        let admin_area = match rules.admin.value {
            AdminSet::Area => live.catalogue().values().find(|area| area.administration),
            AdminSet::None | AdminSet::Tick | AdminSet::Act => None,
        };
        let policy = &desired.policy;
        let provisioning = rules.provisioned(desired.creation.provisioning.as_deref());
        Self {
            desired,
            live,
            rules,
            create: provisioning.map_or(rules.create.value, |way| way.create),
            provisioning,
            day,
            admin_area,
            min_admins: waiver::min_admins(policy, &desired.organisation, &desired.portal, day),
            removals: policy.removals == Removals::Allow,
        }
    }

    /// Whether policy calls the area sensitive.
    pub(super) fn is_sensitive(&self, area: &AreaName) -> bool {
        let areas = self
            .desired
            .policy
            .sensitive_areas
            .get(&self.desired.portal);
        areas.is_some_and(|areas| areas.contains_key(area))
    }

    /// Whether the area is the one that administrators are members of.
    pub(super) fn is_admin_area(&self, area: &AreaName) -> bool {
        self.admin_area.is_some_and(|admin| admin.name == *area)
    }

    /// Whether the portal has an admin set at all.
    pub(super) fn has_admins(&self) -> bool {
        self.rules.admin.value != AdminSet::None
    }

    /// The day before the one that is planned for: the last day of access that ends now.
    pub(super) fn day_before(&self) -> Date {
        self.day.yesterday().unwrap_or(self.day)
    }
}
