//! The plan: the ordered, immutable list of actions that turn live into desired, the saves that
//! carry them out, and everything that a reviewer must know beside them. A plan holds no open
//! choice.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::movement::{Alias, Move, Stay};
use super::name::{AreaName, LoginId, OrganisationId, PortalId, PortalName, PortalOrganisation};
use super::shard::Shard;
use super::source::{Provenance, Source};

pub use super::remark::{
    Finding, HeldBack, HeldBackReason, ManualKind, ManualStep, Problem, Refusal,
};
pub use super::save::{Save, SaveIndex, Write};

/// What an action does. The order is the order in which one account's actions run.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ActionKind {
    /// A new account.
    Create,
    /// Another name, address, or an earlier end.
    Update,
    /// A later end, or a return.
    Renew,
    /// Access to one area.
    Grant,
    /// Into the admin set.
    Promote,
    /// Out of the admin set.
    Demote,
    /// One area's access taken away.
    Revoke,
    /// The account's access ended.
    Expire,
    /// The account gone for good.
    Delete,
}

impl ActionKind {
    /// All nine, in order.
    pub const ALL: [Self; 9] = [
        Self::Create,
        Self::Update,
        Self::Renew,
        Self::Grant,
        Self::Promote,
        Self::Demote,
        Self::Revoke,
        Self::Expire,
        Self::Delete,
    ];

    /// Its name in JSON and in prose.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Renew => "renew",
            Self::Grant => "grant",
            Self::Promote => "promote",
            Self::Demote => "demote",
            Self::Revoke => "revoke",
            Self::Expire => "expire",
            Self::Delete => "delete",
        }
    }

    /// Whether it takes something away: what guardrails count and `--no-removals` holds back.
    #[must_use]
    pub fn is_removal(self) -> bool {
        match self {
            Self::Demote | Self::Revoke | Self::Expire | Self::Delete => true,
            Self::Create | Self::Update | Self::Renew | Self::Grant | Self::Promote => false,
        }
    }
}

/// The account that an action is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountRef {
    /// Its login id: as live where it is live, else as desired.
    pub login: LoginId,
    /// The person's name.
    pub name: Arc<str>,
    /// The portal's id; none while it is still to be created.
    pub id: Option<PortalId>,
    /// The user's key in the YAML, canonical; none for an account that the YAML does not name.
    pub person: Option<Arc<str>>,
}

/// One field that an action changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The person's name.
    Name {
        /// None at creation.
        before: Option<Arc<str>>,
        /// Wanted.
        after: Arc<str>,
    },
    /// The email address, and with it the login id where the portal makes them one.
    Email {
        /// None at creation, or where the portal showed none.
        before: Option<Arc<str>>,
        /// Wanted.
        after: Arc<str>,
    },
    /// The login id alone.
    Login {
        /// None at creation.
        before: Option<LoginId>,
        /// Wanted.
        after: LoginId,
    },
    /// Last day of access; none for no end.
    Expires {
        /// As live.
        before: Option<Date>,
        /// Wanted.
        after: Option<Date>,
    },
    /// The term for which the account is made or kept.
    Term {
        /// Wanted.
        after: Term,
    },
    /// Whether the account is active.
    Active {
        /// As live.
        before: bool,
        /// Wanted.
        after: bool,
    },
}

/// A term for which an account is made or kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Term {
    /// Whole months from the day of the act.
    Months(u8),
    /// To the end of the academic year.
    AcademicYear,
}

/// Why an action is in the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The YAML asks for it, in these places.
    Listed(Vec<Provenance>),
    /// The YAML lists the account's grants (or the admin set) and this is not among them.
    NotListed(Option<Source>),
    /// Its last day has passed.
    Ended {
        /// The last day.
        until: Date,
        /// Where it stands.
        source: Option<Source>,
    },
    /// Its first day has not come, and access is live already.
    NotBegun {
        /// The first day.
        from: Date,
        /// Where it stands.
        source: Option<Source>,
    },
    /// `was` says that it is the same account under a former login id.
    Renamed {
        /// The former login id.
        was: LoginId,
        /// Where `was` stands.
        source: Source,
    },
    /// The YAML does not name the account, and `policy.unmanaged` is `expire`.
    Unmanaged,
    /// Named under `delete`.
    NamedForDeletion(Source),
    /// What is left to take away from an account whose access has ended.
    AccessEnded(Option<Source>),
    /// The account's term ends soon and the YAML wants it longer.
    TermEnds {
        /// The end of the current term.
        on: Date,
        /// Where the account is declared.
        source: Option<Source>,
    },
}

/// One thing that will be done, to one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What.
    pub kind: ActionKind,
    /// To whom.
    pub account: AccountRef,
    /// Which area, for grants and revokes.
    pub area: Option<AreaName>,
    /// Fields before and after.
    pub changes: Vec<Change>,
    /// Why.
    pub reason: Reason,
    /// Whether it can be undone by a later run.
    pub reversible: bool,
    /// Whether the area is sensitive by policy.
    pub sensitive: bool,
}

/// Index of an [`Action`] in its [`UnitPlan`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct ActionIndex(pub u32);

/// One organisation at one portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitPlan {
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
    /// Digest of the listing that it was made from: SHA-256, lower-case hexadecimal.
    pub listing_digest: String,
    /// What was live, to measure removals against.
    pub live: LiveCounts,
    /// What will be done: the most serious first (irreversible, admin changes, removals,
    /// sensitive areas, the rest), and within that by account and [`ActionKind`].
    pub actions: Vec<Action>,
    /// The calls that do it, in an order in which each comes after what it waits for.
    pub saves: Vec<Save>,
    /// Steps for people.
    pub manual: Vec<ManualStep>,
    /// What was left out.
    pub held_back: Vec<HeldBack>,
    /// What else a reader should know.
    pub findings: Vec<Finding>,
    /// Faults of the YAML that live shows.
    pub problems: Vec<Problem>,
    /// Whose access begins or ends here about now. Assembling the whole plan makes
    /// [`Plan::moves`] of them, and leaves none.
    pub stays: Vec<Stay>,
    /// Under which other names those go whom the plan touches here, so that another
    /// organisation's account is known to be theirs. Used up by assembling, like the stays.
    pub aliases: Vec<Alias>,
}

/// Numbers of one unit that guardrails measure a plan against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LiveCounts {
    /// Accounts that can sign in.
    pub accounts: u64,
    /// Grants of those accounts.
    pub grants: u64,
    /// Administrators among those accounts.
    pub admins: u64,
    /// Administrators that can sign in once the plan has been carried out, without its manual
    /// steps.
    pub admins_left: u64,
}

/// The whole plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The day it was made for.
    pub day: Date,
    /// Digest of the configuration that it was made from: SHA-256, lower-case hexadecimal.
    pub configuration_digest: String,
    /// Which part of the organisations it is about; none for all that were asked for.
    pub shard: Option<Shard>,
    /// The portals that it is about, by name: what was reviewed for one is not done at another.
    pub portals: Vec<PlannedPortal>,
    /// By organisation, then portal.
    pub units: Vec<UnitPlan>,
    /// What is taken away at each portal: what the limits for a whole portal measure, also when
    /// the plans of several parts are put together.
    pub removals: Vec<RemovalCount>,
    /// Persons whose access goes from one organisation to another, by person. They name actions of
    /// the units, which stand there as well.
    pub moves: Vec<Move>,
    /// Guardrails that refuse it. A refused plan is still shown whole.
    pub refusals: Vec<Refusal>,
}

/// A portal that a plan is about, as the project file says that it is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedPortal {
    /// The portal's name in the project.
    #[schemars(with = "String")]
    pub portal: PortalName,
    /// Which driver speaks to it.
    pub driver: String,
    /// Its address; absent where people work from worklists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// How much of what is live at a whole portal is taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemovalCount {
    /// The portal's name in the project.
    #[schemars(with = "String")]
    pub portal: PortalName,
    /// The kind of removal.
    pub kind: ActionKind,
    /// How many there are in the plan; what is left of an account that has ended is counted with
    /// its end.
    pub removed: u64,
    /// How many there were to be taken away: accounts, grants or administrators.
    pub live: u64,
}

/// What a plan amounts to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Actions by kind; every kind is there.
    pub actions: BTreeMap<ActionKind, u64>,
    /// Steps for people.
    pub manual: u64,
    /// Left out.
    pub held_back: u64,
    /// Writing calls.
    pub calls: u64,
    /// Mails that the portals will send.
    pub mails: u64,
}

impl Plan {
    /// Counts.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary {
            actions: ActionKind::ALL.iter().map(|kind| (*kind, 0)).collect(),
            ..Summary::default()
        };
        for unit in &self.units {
            for action in &unit.actions {
                *summary.actions.entry(action.kind).or_default() += 1;
            }
            summary.manual += unit.manual.len() as u64;
            summary.held_back += unit.held_back.len() as u64;
            summary.calls += unit.saves.len() as u64;
            summary.mails += unit
                .saves
                .iter()
                .map(|save| save.mails.len() as u64)
                .sum::<u64>();
        }
        summary
    }

    /// Whether nothing is to be done by beadle.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.iter().all(|unit| unit.actions.is_empty())
    }

    /// Faults of the YAML that live shows, over all units.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.units.iter().flat_map(|unit| &unit.problems)
    }

    /// The save of an index.
    #[must_use]
    pub fn save(&self, index: SaveIndex) -> Option<&Save> {
        self.units
            .get(index.unit as usize)?
            .saves
            .get(index.save as usize)
    }
}

impl Reason {
    /// The place in the YAML that it points at.
    #[must_use]
    pub fn source(&self) -> Option<&Source> {
        match self {
            Self::Listed(places) => places.first().map(|place| &place.source),
            Self::NotListed(source) | Self::AccessEnded(source) => source.as_ref(),
            Self::Ended { until: _, source }
            | Self::NotBegun { from: _, source }
            | Self::TermEnds { on: _, source } => source.as_ref(),
            Self::Renamed { was: _, source } | Self::NamedForDeletion(source) => Some(source),
            Self::Unmanaged => None,
        }
    }
}
