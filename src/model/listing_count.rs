//! How many there were in a listing: what one run keeps for the next. Numbers only, nobody's name.

use super::live::Evidence;
use super::name::PortalOrganisation;
use super::plan::{ActionKind, UnitPlan};

/// What one complete listing held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListingCount {
    /// Accounts.
    pub accounts: u64,
    /// Areas of the catalogue.
    pub areas: u64,
    /// Pages that were read.
    pub pages: u64,
}

impl ListingCount {
    /// Of the evidence that a listing is complete.
    #[must_use]
    pub fn of(evidence: Evidence) -> Self {
        let Evidence {
            accounts_total,
            areas_total,
            pages,
        } = evidence;
        Self {
            accounts: accounts_total,
            areas: areas_total,
            pages,
        }
    }
}

/// A listing, counted beside what is planned for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Whose listing, as the portal names it: another one's is no comparison.
    pub portal_organisation: PortalOrganisation,
    /// What it held.
    pub count: ListingCount,
    /// Accounts that the plan deletes: once they are gone, that many fewer is as it should be.
    pub leaving: u64,
}

impl Counted {
    /// Of a listing and the plan that was made from it.
    #[must_use]
    pub fn of(unit: &UnitPlan, evidence: Evidence) -> Self {
        let deleted = |kind: ActionKind| kind == ActionKind::Delete;
        let actions = unit.actions.iter();
        Self {
            portal_organisation: unit.portal_organisation.clone(),
            count: ListingCount::of(evidence),
            leaving: actions.filter(|action| deleted(action.kind)).count() as u64,
        }
    }

    /// Fewest accounts that a later listing is expected to hold.
    #[must_use]
    pub fn expected(&self) -> u64 {
        self.count.accounts.saturating_sub(self.leaving)
    }
}
