//! The policy that one organisation is held to, after defaults and per-organisation tightening.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::name::{AreaName, LoginId, OrganisationId, PortalName};

/// Limits that every plan of an organisation must keep (`policy` in the project file).
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Fewest administrators an organisation may be left with, where the portal has an admin set.
    pub min_admins: u32,
    /// Login ids that are always in the admin set.
    pub require_admins: Vec<LoginId>,
    /// Most removals of one kind for each organisation and portal.
    pub max_removals: RemovalLimit,
    /// Most removals of one kind for a whole portal.
    pub max_removals_total: RemovalLimit,
    /// Most accounts that a listing may be shorter than at the last apply.
    pub max_shrink: RemovalLimit,
    /// Whether anything is taken away at all.
    pub removals: Removals,
    /// What becomes of a live account that the YAML does not name.
    pub unmanaged: Unmanaged,
    /// Login-id patterns (`*` and `?`) never touched and never reported.
    pub ignore: Vec<String>,
    /// Limits on end dates; enforced by the configuration's checks, `warn_days` by the planner.
    pub expiry: ExpiryPolicy,
    /// Allowed domains of people's addresses; `None` allows any.
    pub email_domains: Option<Vec<String>>,
    /// Areas whose grants need a reason and an end.
    pub sensitive_areas: BTreeMap<PortalName, BTreeMap<AreaName, SensitiveArea>>,
    /// Whether shared accounts may be.
    pub shared_accounts: SharedAccounts,
    /// What becomes of a plan by which somebody's own rights change by their own hand.
    pub escalations: Escalations,
    /// Dated exceptions.
    pub waivers: Vec<Waiver>,
}

/// Refused when what is taken away, or missing, exceeds **both** numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemovalLimit {
    /// Percent of what is live of that kind (accounts, grants, administrators), or was.
    pub percent: u32,
    /// Number of removals, or of what is missing.
    pub count: u32,
}

/// `policy.removals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removals {
    /// As planned.
    Allow,
    /// Nothing is taken away: it is held back and listed.
    None,
}

/// `policy.unmanaged`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmanaged {
    /// Reported, never touched.
    Report,
    /// Access is ended.
    Expire,
}

/// `policy.expiry`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiryPolicy {
    /// Every account and grant needs an `until`.
    pub required: bool,
    /// Longest time from `from` (or today) to `until`, in days.
    pub max_days: Option<u32>,
    /// What ends within this many days is forecast.
    pub warn_days: u32,
}

/// One entry of `policy.sensitive_areas`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SensitiveArea {
    /// Longest grant in days; `None` for any, so long as it ends.
    pub max_days: Option<u32>,
}

/// `policy.shared_accounts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedAccounts {
    /// An error.
    Forbid,
    /// A warning.
    Warn,
    /// Silent.
    Allow,
}

/// `policy.escalations`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escalations {
    /// They stand first in the plan.
    Report,
    /// The plan is refused, too.
    Refuse,
}

/// A reviewed, dated exception to one guardrail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The organisation; `None` for the whole portal (the `total` limit).
    pub organisation: Option<OrganisationId>,
    /// The portal.
    pub portal: PortalName,
    /// Which guardrail.
    pub guardrail: Guardrail,
    /// The number allowed instead: most removals, missing accounts or escalations, or fewest
    /// administrators.
    pub limit: u32,
    /// Why, in a sentence.
    pub reason: String,
    /// Last day on which it holds.
    pub until: Date,
}

/// Which limit, and whose: `` `max_removals` for `oakfield` at `hants` ``.
impl std::fmt::Display for Waiver {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            organisation,
            portal,
            guardrail,
            limit: _,
            reason: _,
            until: _,
        } = self;
        write!(formatter, "`{}` for ", guardrail.as_str())?;
        match organisation {
            Some(organisation) => write!(formatter, "`{organisation}` at `{portal}`"),
            None => write!(formatter, "all of `{portal}`"),
        }
    }
}

/// The reason in a waiver that is printed to be pasted: whoever pastes it writes a better one.
pub const WAIVER_REASON: &str = "say here why this is right";

/// The limits on a whole plan. `Display` is its name in YAML.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Guardrail {
    /// Removals of one kind, for one organisation and portal.
    MaxRemovals,
    /// Removals of one kind, for a whole portal.
    MaxRemovalsTotal,
    /// Administrators left.
    MinAdmins,
    /// Administrators that must stay.
    RequireAdmins,
    /// Actions by which somebody's own rights change by their own hand.
    Escalations,
    /// Accounts missing from a listing since the last apply.
    MaxShrink,
}

impl Guardrail {
    /// Its name in YAML and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MaxRemovals => "max_removals",
            Self::MaxRemovalsTotal => "max_removals_total",
            Self::MinAdmins => "min_admins",
            Self::RequireAdmins => "require_admins",
            Self::Escalations => "escalations",
            Self::MaxShrink => "max_shrink",
        }
    }

    /// Whether it is a limit on one organisation, so that its waivers name one; the others are of
    /// a whole portal.
    #[must_use]
    pub fn is_of_organisation(self) -> bool {
        match self {
            Self::MaxRemovals
            | Self::MinAdmins
            | Self::RequireAdmins
            | Self::Escalations
            | Self::MaxShrink => true,
            Self::MaxRemovalsTotal => false,
        }
    }
}

impl Waiver {
    /// Whether it still holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        day <= self.until
    }
}

impl Policy {
    /// Whether anything limits how far away an end may be.
    #[must_use]
    pub fn limits_lengths(&self) -> bool {
        let mut sensitive = self.sensitive_areas.values().flat_map(BTreeMap::values);
        self.expiry.max_days.is_some() || sensitive.any(|area| area.max_days.is_some())
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            min_admins: 2,
            require_admins: Vec::new(),
            max_removals: RemovalLimit {
                percent: 20,
                count: 2,
            },
            max_removals_total: RemovalLimit {
                percent: 10,
                count: 10,
            },
            max_shrink: RemovalLimit {
                percent: 20,
                count: 5,
            },
            removals: Removals::Allow,
            unmanaged: Unmanaged::Report,
            ignore: Vec::new(),
            expiry: ExpiryPolicy {
                required: false,
                max_days: None,
                warn_days: 30,
            },
            email_domains: None,
            sensitive_areas: BTreeMap::new(),
            shared_accounts: SharedAccounts::Warn,
            escalations: Escalations::Report,
            waivers: Vec::new(),
        }
    }
}
