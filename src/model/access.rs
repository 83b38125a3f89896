//! Who has which access in one organisation at one portal: as it is live, and as it will be once a
//! plan has been carried out. What reports and pages show; nothing is decided from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::name::{AreaName, OrganisationId, PortalName, PortalOrganisation};
use super::plan::{AccountRef, ActionIndex};
use super::source::Source;

/// One organisation at one portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitAccess {
    /// The organisation's id in the project.
    pub organisation: OrganisationId,
    /// Its name in prose.
    pub organisation_name: Arc<str>,
    /// The portal's name in the project.
    pub portal: PortalName,
    /// The organisation's id there.
    pub portal_organisation: PortalOrganisation,
    /// Who approved the organisation's list, and in which role, where the YAML says so.
    pub approved_by: Option<Arc<str>>,
    /// Every area that the portal offers there, the administration area left out.
    pub areas: BTreeMap<AreaName, AccessArea>,
    /// Everybody who has access there, or will have, or is named by the YAML: by name, then login id.
    pub accounts: Vec<AccountAccess>,
}

/// An area, as a column of what people may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessArea {
    /// Title in prose.
    pub title: Arc<str>,
    /// Whether policy calls it sensitive.
    pub sensitive: bool,
}

/// Something that an account has or has not, and what the plan makes of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Held {
    /// Neither now nor after the plan.
    #[default]
    No,
    /// Now, and after the plan as well.
    Kept,
    /// After the plan.
    Given,
    /// Now, and not after the plan.
    Taken,
}

impl Held {
    /// What it is, from whether it is there before and after.
    #[must_use]
    pub fn of(before: bool, after: bool) -> Self {
        match (before, after) {
            (false, false) => Self::No,
            (true, true) => Self::Kept,
            (false, true) => Self::Given,
            (true, false) => Self::Taken,
        }
    }

    /// Whether it is there before the plan is carried out.
    #[must_use]
    pub fn before(self) -> bool {
        matches!(self, Self::Kept | Self::Taken)
    }

    /// Whether it is there once the plan has been carried out.
    #[must_use]
    pub fn after(self) -> bool {
        matches!(self, Self::Kept | Self::Given)
    }
}

/// One account, and what its holder may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountAccess {
    /// Whose it is.
    pub account: AccountRef,
    /// Email address: as the portal shows it, else as the YAML has it.
    pub email: Option<Arc<str>>,
    /// Whether its holder can sign in.
    pub access: Held,
    /// Whether its holder is an administrator who can sign in.
    pub admin: Held,
    /// Last day of access after the plan; none for no end.
    pub until: Option<Date>,
    /// Used by several people.
    pub shared: bool,
    /// Day of the last sign-in, where the portal shows one.
    pub last_sign_in: Option<Date>,
    /// Where the YAML declares it; none for an account that the YAML does not name.
    pub source: Option<Source>,
    /// What it holds, before or after; areas that it holds neither before nor after are not there.
    pub areas: BTreeMap<AreaName, GrantAccess>,
    /// Its actions in the plan.
    pub actions: Vec<ActionIndex>,
}

/// One area of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantAccess {
    /// Whether it is held by somebody who can sign in.
    pub held: Held,
    /// Last day after the plan, where it ends before the account does.
    pub until: Option<Date>,
    /// Why, as the YAML's `reason` has it.
    pub reason: Option<Arc<str>>,
    /// Where the YAML asks for it.
    pub source: Option<Source>,
}
