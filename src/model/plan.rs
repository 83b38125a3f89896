//! The plan: the ordered, immutable list of actions that turn live into desired, the saves that
//! carry them out, and everything that a reviewer must know beside them. A plan holds no open
//! choice.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::name::{AreaName, LoginId, OrganisationId, PortalId, PortalName, PortalOrganisation};
use super::policy::Guardrail;
use super::source::{Provenance, Source};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionIndex(pub u32);

/// Index of a [`Save`] in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SaveIndex {
    /// Which of [`Plan::units`].
    pub unit: u32,
    /// Which of its [`UnitPlan::saves`].
    pub save: u32,
}

/// One of the portal's own saves: one writing call. Several actions may be folded into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// What it writes.
    pub write: Write,
    /// The actions that it carries out.
    pub actions: Vec<ActionIndex>,
    /// Saves that must have succeeded first. Never a cycle.
    pub after: Vec<SaveIndex>,
    /// Logins of whom the portal mails because of it.
    pub mails: Vec<LoginId>,
}

/// What one save writes, in words that a driver only has to translate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A new account. Its portal id becomes known to the saves that follow.
    Create {
        /// Login, name and person.
        account: AccountRef,
        /// Email address, where there is one.
        email: Option<Arc<str>>,
        /// Last day of access, where the portal has one.
        expires: Option<Date>,
        /// The term, where the portal has terms.
        term: Option<Term>,
        /// Whether to mail the holder, where that is a choice.
        notify: Option<bool>,
    },
    /// Fields of one account, in one call: updates, renewals, and an end by date.
    Edit {
        /// Whose.
        account: AccountRef,
        /// What.
        changes: Vec<Change>,
    },
    /// Whether one account has one area (or is in the administration area).
    Grant {
        /// Whose.
        account: AccountRef,
        /// Which.
        area: AreaName,
        /// True to give, false to take.
        give: bool,
    },
    /// One account's whole set: unknown ticks stay.
    AccountSet {
        /// Whose.
        account: AccountRef,
        /// Areas to tick.
        give: Vec<AreaName>,
        /// Areas to untick.
        take: Vec<AreaName>,
        /// The admin tick, where it changes.
        admin: Option<bool>,
    },
    /// One area's whole set: unknown ticks stay.
    AreaSet {
        /// Which area.
        area: AreaName,
        /// Accounts to tick.
        give: Vec<AccountRef>,
        /// Accounts to untick.
        take: Vec<AccountRef>,
    },
    /// In or out of the admin set, by an act of its own.
    Admin {
        /// Whose.
        account: AccountRef,
        /// True to promote, false to demote.
        promote: bool,
    },
    /// Activation or deactivation.
    Active {
        /// Whose.
        account: AccountRef,
        /// True to activate.
        active: bool,
    },
    /// A further term.
    Keep {
        /// Whose.
        account: AccountRef,
        /// For how long.
        term: Term,
    },
    /// Gone for good.
    Delete {
        /// Whose.
        account: AccountRef,
    },
}

impl Write {
    /// The accounts that it touches.
    #[must_use]
    pub fn accounts(&self) -> Vec<&AccountRef> {
        match self {
            Self::Create { account, .. }
            | Self::Edit { account, .. }
            | Self::Grant { account, .. }
            | Self::AccountSet { account, .. }
            | Self::Admin { account, .. }
            | Self::Active { account, .. }
            | Self::Keep { account, .. }
            | Self::Delete { account } => vec![account],
            Self::AreaSet {
                area: _,
                give,
                take,
            } => give.iter().chain(take).collect(),
        }
    }

    /// The same accounts, to fill in portal ids that have become known.
    pub fn accounts_mut(&mut self) -> Vec<&mut AccountRef> {
        match self {
            Self::Create { account, .. }
            | Self::Edit { account, .. }
            | Self::Grant { account, .. }
            | Self::AccountSet { account, .. }
            | Self::Admin { account, .. }
            | Self::Active { account, .. }
            | Self::Keep { account, .. }
            | Self::Delete { account } => vec![account],
            Self::AreaSet {
                area: _,
                give,
                take,
            } => give.iter_mut().chain(take).collect(),
        }
    }
}

/// The steps that only a person can do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ManualKind {
    /// An area that needs a posted access key.
    AccessKey,
    /// The admin set, joined by posted key.
    AdminKey,
    /// An account that another system must make first.
    CreateUpstream,
    /// A name, address or login id that the portal lets nobody edit here.
    Rename,
    /// Handing over a login that the portal did not mail.
    HandOver,
    /// A shared account's password, after somebody left.
    ChangePassword,
    /// Multi-factor set-up that a newly promoted or created person must do.
    SecondFactor,
    /// An account that another system must end.
    EndUpstream,
}

/// A step for a person, with the clicks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManualStep {
    /// Which kind.
    pub kind: ManualKind,
    /// Whose account.
    pub account: AccountRef,
    /// Which area.
    pub area: Option<AreaName>,
    /// What is to be done, in one line.
    pub title: String,
    /// Where to click, in the portal's words, one entry a click.
    pub clicks: Vec<String>,
    /// Why.
    pub reason: Reason,
}

/// Something left out of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBack {
    /// What would have been done.
    pub kind: ActionKind,
    /// To whom.
    pub account: AccountRef,
    /// Which area.
    pub area: Option<AreaName>,
    /// Why it was left out.
    pub because: HeldBackReason,
    /// Where the YAML asks for it, where it does.
    pub source: Option<Source>,
}

/// Why something was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldBackReason {
    /// `policy.removals: none`, or `--no-removals`.
    NoRemovals,
    /// It is beadle's own identity.
    OwnIdentity,
    /// It waits for a manual step.
    WaitsForManualStep(ManualKind),
    /// Two live accounts have this login id.
    LiveTwins(Vec<PortalId>),
    /// Another system keeps this account.
    ManagedUpstream,
    /// The portal cannot do it and no step for a person is known.
    Unsupported(&'static str),
    /// A demotion, or an end, that would leave too few administrators until others are promoted.
    TooFewAdmins {
        /// Administrators that would be left.
        left: u32,
        /// Fewest allowed.
        min: u32,
    },
}

/// Something that a reader should know and that needs no action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Live, usable or holding areas, and not named by the YAML.
    Unmanaged(AccountRef),
    /// Locked after wrong passwords.
    Locked(AccountRef),
    /// Deactivated by the portal for want of a sign-in.
    Dormant(AccountRef),
    /// An account, or a grant, that begins later.
    Upcoming {
        /// Whose.
        account: AccountRef,
        /// Which area; none for the account.
        area: Option<AreaName>,
        /// First day.
        from: Date,
    },
    /// An account, or a grant, that ends soon.
    Ending {
        /// Whose.
        account: AccountRef,
        /// Which area; none for the account.
        area: Option<AreaName>,
        /// Last day.
        until: Date,
    },
    /// Named under `was` while the present login id is live too.
    FormerLoginStillLive {
        /// The present account.
        account: AccountRef,
        /// The former login id that is live.
        was: LoginId,
    },
    /// A shared account is in use.
    SharedAccount(AccountRef),
    /// The plan rests on an assumption about the portal that nobody has tried.
    Unverified(&'static str),
}

/// A fault of the YAML that only the live answer shows, such as an area that is not in the
/// catalogue. A plan with problems is not applied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Stable code, such as `unknown-area`.
    pub code: &'static str,
    /// One sentence, lower case, names in backticks.
    pub message: String,
    /// Where.
    pub source: Option<Source>,
    /// The way out.
    pub help: Option<String>,
}

/// A guardrail's typed "no".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which.
    pub guardrail: Guardrail,
    /// The organisation; none for a whole portal.
    pub organisation: Option<OrganisationId>,
    /// The portal.
    pub portal: PortalName,
    /// The value found, the limit, the counts: one or two sentences.
    pub message: String,
    /// The YAML of the waiver that would allow it, ready to paste under `policy.waivers`.
    pub waiver: String,
}

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
    /// By organisation, then portal.
    pub units: Vec<UnitPlan>,
    /// Guardrails that refuse it. A refused plan is still shown whole.
    pub refusals: Vec<Refusal>,
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
