//! The plan as JSON: what `--format json` prints, `--out` saves and `schema/plan.schema.json`
//! describes. Its bytes are a pure function of the plan, and so is its digest.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::plan::{
    AccountRef, Action, ActionKind, Change, Finding, HeldBack, HeldBackReason, ManualKind,
    ManualStep, Plan, Problem, Reason, Refusal, Term, UnitPlan,
};
use super::policy::Guardrail;
use super::source::{Source, Via};

/// A plan, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "beadle plan")]
pub struct PlanDocument {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// The day it was made for.
    pub day: Date,
    /// SHA-256 of this document with an empty `digest`, in lower-case hexadecimal. What was
    /// reviewed is named by it.
    pub digest: String,
    /// SHA-256 of the configuration that it was made from.
    pub configuration: String,
    /// Guardrails that refuse it.
    pub refusals: Vec<RefusalDocument>,
    /// What it amounts to.
    pub summary: SummaryDocument,
    /// By organisation, then portal.
    pub units: Vec<UnitDocument>,
}

/// What a plan amounts to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SummaryDocument {
    /// Actions by kind; every kind is there.
    pub actions: ActionCounts,
    /// Steps that only a person can do.
    pub manual: u64,
    /// What was left out.
    pub held_back: u64,
    /// Writing calls to portals.
    pub calls: u64,
    /// Mails that the portals will send.
    pub mails: u64,
}

/// Number of actions of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionCounts {
    /// New accounts.
    pub create: u64,
    /// Accounts whose name, address or (earlier) end changes.
    pub update: u64,
    /// Accounts whose access is prolonged, or returns.
    pub renew: u64,
    /// Areas given.
    pub grant: u64,
    /// Accounts put into the admin set.
    pub promote: u64,
    /// Accounts taken out of the admin set.
    pub demote: u64,
    /// Areas taken away.
    pub revoke: u64,
    /// Accounts whose access is ended.
    pub expire: u64,
    /// Accounts deleted for good.
    pub delete: u64,
}

/// One organisation at one portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitDocument {
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The organisation's id at that portal.
    pub portal_organisation: String,
    /// SHA-256 of the listing that it was made from.
    pub listing: String,
    /// What will be done, the most serious first.
    pub actions: Vec<ActionDocument>,
    /// Steps that only a person can do.
    pub manual: Vec<ManualDocument>,
    /// What was left out.
    pub held_back: Vec<HeldBackDocument>,
    /// What else a reader should know.
    pub findings: Vec<FindingDocument>,
    /// Faults of the YAML that the live answer shows; a plan with any is not applied.
    pub problems: Vec<ProblemDocument>,
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionDocument {
    /// What.
    pub kind: ActionKind,
    /// The account's login id.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// Which area, for grants and revokes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Why, in a sentence.
    pub reason: String,
    /// The place in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
    /// Whether a later run can undo it.
    pub reversible: bool,
    /// Whether policy calls the area sensitive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// Fields as they are live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<BTreeMap<String, serde_json::Value>>,
    /// Fields as they will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<BTreeMap<String, serde_json::Value>>,
}

/// A place in the YAML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceDocument {
    /// The file, from the project's folder.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
}

/// A step for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManualDocument {
    /// Which kind.
    pub kind: ManualKind,
    /// The account's login id.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// Which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// What is to be done.
    pub title: String,
    /// Where to click.
    pub clicks: Vec<String>,
    /// Why.
    pub reason: String,
    /// The place in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
}

/// Something left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldBackDocument {
    /// What would have been done.
    pub kind: ActionKind,
    /// The account's login id.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// Which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Why it was left out.
    pub because: String,
    /// The place in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
}

/// Something worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingDocument {
    /// Stable code, such as `unmanaged`.
    pub code: String,
    /// The account's login id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// The day that matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// In a sentence that names nobody.
    pub message: String,
}

/// A fault of the YAML that live shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProblemDocument {
    /// Stable code.
    pub code: String,
    /// In a sentence.
    pub message: String,
    /// The place in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
    /// The way out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A guardrail's "no".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusalDocument {
    /// Which guardrail.
    pub guardrail: Guardrail,
    /// The organisation; none for a whole portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The portal.
    pub portal: String,
    /// The value found, the limit, the counts.
    pub message: String,
    /// The waiver to paste under `policy.waivers`.
    pub waiver: String,
}

impl PlanDocument {
    /// The document of a plan, digest included.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let Plan {
            day,
            configuration_digest,
            units,
            refusals,
        } = plan;
        let mut document = Self {
            format: 1,
            beadle: env!("CARGO_PKG_VERSION").to_owned(),
            day: *day,
            digest: String::new(),
            configuration: configuration_digest.clone(),
            refusals: refusals.iter().map(RefusalDocument::of).collect(),
            summary: SummaryDocument::of(plan),
            units: units.iter().map(UnitDocument::of).collect(),
        };
        document.digest = document.computed_digest();
        document
    }

    /// The digest that the document ought to carry.
    #[must_use]
    pub fn computed_digest(&self) -> String {
        let mut blank = self.clone();
        blank.digest.clear();
        let bytes = serde_json::to_vec(&blank).unwrap_or_default();
        hexadecimal(&Sha256::digest(bytes))
    }
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

impl SummaryDocument {
    fn of(plan: &Plan) -> Self {
        let summary = plan.summary();
        let count = |kind| summary.actions.get(&kind).copied().unwrap_or_default();
        Self {
            actions: ActionCounts {
                create: count(ActionKind::Create),
                update: count(ActionKind::Update),
                renew: count(ActionKind::Renew),
                grant: count(ActionKind::Grant),
                promote: count(ActionKind::Promote),
                demote: count(ActionKind::Demote),
                revoke: count(ActionKind::Revoke),
                expire: count(ActionKind::Expire),
                delete: count(ActionKind::Delete),
            },
            manual: summary.manual,
            held_back: summary.held_back,
            calls: summary.calls,
            mails: summary.mails,
        }
    }
}

impl UnitDocument {
    fn of(unit: &UnitPlan) -> Self {
        let UnitPlan {
            organisation,
            organisation_name,
            portal,
            portal_organisation,
            listing_digest,
            live: _,
            actions,
            saves: _,
            manual,
            held_back,
            findings,
            problems,
        } = unit;
        Self {
            organisation: organisation.to_string(),
            organisation_name: organisation_name.to_string(),
            portal: portal.to_string(),
            portal_organisation: portal_organisation.to_string(),
            listing: listing_digest.clone(),
            actions: actions.iter().map(ActionDocument::of).collect(),
            manual: manual.iter().map(ManualDocument::of).collect(),
            held_back: held_back.iter().map(HeldBackDocument::of).collect(),
            findings: findings.iter().map(FindingDocument::of).collect(),
            problems: problems.iter().map(ProblemDocument::of).collect(),
        }
    }
}

impl ActionDocument {
    fn of(action: &Action) -> Self {
        let Action {
            kind,
            account,
            area,
            changes,
            reason,
            reversible,
            sensitive,
        } = action;
        let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
        for change in changes {
            let (field, old, new) = change.as_json();
            if let Some(old) = old {
                before.insert(field.to_owned(), old);
            }
            after.insert(field.to_owned(), new);
        }
        Self {
            kind: *kind,
            account: account.login.to_string(),
            name: account.name.to_string(),
            area: area.as_ref().map(ToString::to_string),
            reason: reason.sentence(),
            source: reason.source().map(SourceDocument::of),
            reversible: *reversible,
            sensitive: *sensitive,
            before: (!before.is_empty()).then_some(before),
            after: (!after.is_empty()).then_some(after),
        }
    }
}

impl Change {
    /// The field's name, its value before (none at creation) and after.
    #[must_use]
    pub fn as_json(&self) -> (&'static str, Option<serde_json::Value>, serde_json::Value) {
        match self {
            Self::Name { before, after } => {
                ("name", before.as_deref().map(Into::into), (&**after).into())
            }
            Self::Email { before, after } => (
                "email",
                before.as_deref().map(Into::into),
                (&**after).into(),
            ),
            Self::Login { before, after } => (
                "login",
                before.as_ref().map(|login| login.as_str().into()),
                after.as_str().into(),
            ),
            Self::Expires { before, after } => {
                let day = |date: &Option<Date>| {
                    date.map_or(serde_json::Value::Null, |day| day.to_string().into())
                };
                ("expires", Some(day(before)), day(after))
            }
            Self::Term { after } => ("term", None, after.to_string().into()),
            Self::Active { before, after } => ("active", Some((*before).into()), (*after).into()),
        }
    }
}

impl std::fmt::Display for Term {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Months(1) => formatter.write_str("1 month"),
            Self::Months(months) => write!(formatter, "{months} months"),
            Self::AcademicYear => formatter.write_str("academic year"),
        }
    }
}

impl SourceDocument {
    fn of(source: &Source) -> Self {
        let Source {
            file,
            line,
            column: _,
        } = source;
        Self {
            file: file.to_string(),
            line: *line,
        }
    }
}

impl ManualDocument {
    fn of(step: &ManualStep) -> Self {
        let ManualStep {
            kind,
            account,
            area,
            title,
            clicks,
            reason,
        } = step;
        Self {
            kind: *kind,
            account: account.login.to_string(),
            name: account.name.to_string(),
            area: area.as_ref().map(ToString::to_string),
            title: title.clone(),
            clicks: clicks.clone(),
            reason: reason.sentence(),
            source: reason.source().map(SourceDocument::of),
        }
    }
}

impl HeldBackDocument {
    fn of(held: &HeldBack) -> Self {
        let HeldBack {
            kind,
            account,
            area,
            because,
            source,
        } = held;
        Self {
            kind: *kind,
            account: account.login.to_string(),
            name: account.name.to_string(),
            area: area.as_ref().map(ToString::to_string),
            because: because.sentence(),
            source: source.as_ref().map(SourceDocument::of),
        }
    }
}

impl FindingDocument {
    fn of(finding: &Finding) -> Self {
        let (code, account, area, day) = finding.parts();
        Self {
            code: code.to_owned(),
            account: account.map(|account| account.login.to_string()),
            name: account.map(|account| account.name.to_string()),
            area: area.map(ToString::to_string),
            day,
            message: finding.sentence(),
        }
    }
}

impl ProblemDocument {
    fn of(problem: &Problem) -> Self {
        let Problem {
            code,
            message,
            source,
            help,
        } = problem;
        Self {
            code: (*code).to_owned(),
            message: message.clone(),
            source: source.as_ref().map(SourceDocument::of),
            help: help.clone(),
        }
    }
}

impl RefusalDocument {
    fn of(refusal: &Refusal) -> Self {
        let Refusal {
            guardrail,
            organisation,
            portal,
            message,
            waiver,
        } = refusal;
        Self {
            guardrail: *guardrail,
            organisation: organisation.as_ref().map(ToString::to_string),
            portal: portal.to_string(),
            message: message.clone(),
            waiver: waiver.clone(),
        }
    }
}

impl Reason {
    /// Why, in a short clause that names no person.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Listed(places) => match places.first().map(|place| &place.via) {
                Some(Via::User) | None => "listed for this user".to_owned(),
                Some(Via::AreaView) => "listed under the area".to_owned(),
                Some(Via::AdminList) => "listed under admins".to_owned(),
                Some(Via::Bundle(bundle)) => format!("by bundle `{bundle}`"),
                Some(Via::Assignment(Some(bundle))) => {
                    format!("by an assignment of bundle `{bundle}`")
                }
                Some(Via::Assignment(None)) => "by an assignment".to_owned(),
            },
            Self::NotListed(_) => "not listed any more".to_owned(),
            Self::Ended { until, source: _ } => format!("the last day was {until}"),
            Self::NotBegun { from, source: _ } => format!("the first day is {from}"),
            Self::Renamed { .. } => "renamed (`was`)".to_owned(),
            Self::Unmanaged => "not in the YAML (`policy.unmanaged: expire`)".to_owned(),
            Self::NamedForDeletion(_) => "named under `delete`".to_owned(),
            Self::AccessEnded(_) => "the account's access has ended".to_owned(),
            Self::TermEnds { on, source: _ } => format!("the term ends on {on}"),
        }
    }
}

impl HeldBackReason {
    /// Why, in a clause.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::NoRemovals => {
                "removals are switched off (`removals: none` or `--no-removals`)".to_owned()
            }
            Self::OwnIdentity => "it is the account that beadle itself uses".to_owned(),
            Self::WaitsForManualStep(_) => {
                "it waits for a step that only a person can do".to_owned()
            }
            Self::LiveTwins(ids) => {
                let ids: Vec<&str> = ids.iter().map(super::name::PortalId::as_str).collect();
                format!(
                    "the portal has {} accounts with this login id ({})",
                    ids.len(),
                    ids.join(", ")
                )
            }
            Self::ManagedUpstream => "another system keeps this account".to_owned(),
            Self::Unsupported(why) => (*why).to_owned(),
            Self::TooFewAdmins { left, min } => {
                format!("it would leave {left} administrators, and at least {min} must stay")
            }
        }
    }
}

impl Finding {
    /// Code, account, area and day.
    #[must_use]
    pub fn parts(
        &self,
    ) -> (
        &'static str,
        Option<&AccountRef>,
        Option<&super::name::AreaName>,
        Option<Date>,
    ) {
        match self {
            Self::Unmanaged(account) => ("unmanaged", Some(account), None, None),
            Self::Locked(account) => ("locked", Some(account), None, None),
            Self::Dormant(account) => ("dormant", Some(account), None, None),
            Self::Upcoming {
                account,
                area,
                from,
            } => ("upcoming", Some(account), area.as_ref(), Some(*from)),
            Self::Ending {
                account,
                area,
                until,
            } => ("ending", Some(account), area.as_ref(), Some(*until)),
            Self::FormerLoginStillLive { account, was: _ } => {
                ("former-login-live", Some(account), None, None)
            }
            Self::SharedAccount(account) => ("shared-account", Some(account), None, None),
            Self::Unverified(_) => ("unverified", None, None, None),
        }
    }

    /// In a sentence that names nobody.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Unmanaged(_) => "live, and not in the YAML: left alone".to_owned(),
            Self::Locked(_) => "locked after wrong passwords: not changed by a plan".to_owned(),
            Self::Dormant(_) => {
                "deactivated by the portal for want of a sign-in: left alone".to_owned()
            }
            Self::Upcoming {
                account: _,
                area: _,
                from,
            } => format!("begins on {from}"),
            Self::Ending {
                account: _,
                area: _,
                until,
            } => format!("ends after {until}"),
            Self::FormerLoginStillLive { .. } => {
                "a former login id under `was` is live as well: left alone".to_owned()
            }
            Self::SharedAccount(_) => "used by several people".to_owned(),
            Self::Unverified(assumption) => format!("not tried on the portal yet: {assumption}"),
        }
    }
}
