//! What a plan holds beside its actions: steps for people, what was left out, what a reader
//! should know, faults that only the live answer shows, and guardrails' refusals.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::name::{AreaName, LoginId, OrganisationId, PortalId, PortalName};
use super::plan::{AccountRef, ActionKind, Change, Reason};
use super::policy::Guardrail;
use super::source::Source;

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
    /// What live shows afterwards, for a [`ManualKind::Rename`].
    pub change: Option<Change>,
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
    /// An account that no file names has the person's address: it may well be theirs.
    SameAddress(AccountRef),
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
    /// An account is deleted for good, and another live one looks nearly like it (HFL guide, H18).
    LookAlike {
        /// The account that is deleted.
        account: AccountRef,
        /// The one that stays.
        other: AccountRef,
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
    /// The value found, the limit, the counts, in one sentence; whose they are stands above.
    pub message: String,
    /// The YAML of the waiver that would allow it, ready to paste under `policy.waivers`.
    pub waiver: String,
}
