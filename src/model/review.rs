//! What a reviewer should know beside the plan: which actions raise somebody's own rights, which
//! waivers end or are not needed, and whence each action comes. It is no part of what is approved:
//! the same plan has the same digest whoever wrote the change and whatever it is compared with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plan::{ActionIndex, Refusal};
use super::plan_document::RefusalDocument;
use super::policy::Guardrail;
use super::source::SourceDocument;

/// One action of a plan. It names nobody: whose action it is stands in the plan, redacted or not.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct ActionAt {
    /// Index of the unit in the plan, from 0.
    pub unit: u32,
    /// Index of the action in that unit, from 0.
    pub action: ActionIndex,
}

/// What is to be looked at first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// What changes somebody's own rights by their own hand, in the plan's order.
    pub escalations: Vec<Escalation>,
    /// Refusals that depend on who is behind the change, so that they are no part of the plan.
    pub refusals: Vec<Refusal>,
    /// Waivers that end soon, or that the plan does not need.
    pub waivers: Vec<WaiverNote>,
    /// Actions that end, or delete, the account of an administrator without demoting them first.
    /// An action does not say so of its account.
    pub ended_admins: BTreeSet<ActionAt>,
    /// Whence each action comes, where the plan was compared with an earlier configuration. Then
    /// every action is there.
    pub causes: BTreeMap<ActionAt, Cause>,
    /// With what the plan was compared, where it was.
    pub compared: Option<Compared>,
}

/// A commit, and how it was named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// As named on the command line, or in words.
    pub name: String,
    /// The commit, in hexadecimal.
    pub commit: String,
}

/// With what a plan was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// The configuration before the change.
    pub with: Revision,
    /// The configuration that had been applied in full, which tells drift from what is pending;
    /// without one nothing is called drift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Revision>,
    /// Whether nobody named the one that was applied.
    pub applied_assumed: bool,
    /// Actions that the configuration before the change would have planned and this one does not.
    pub no_longer_planned: u64,
    /// The last day on which an apply listed every organisation in which something has drifted, where
    /// there is a record of it: what has drifted was changed since, or was left then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_listed: Option<Date>,
}

impl Review {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            escalations,
            refusals,
            waivers,
            ended_admins,
            causes,
            compared,
        } = self;
        let nothing = escalations.is_empty() && refusals.is_empty() && waivers.is_empty();
        nothing && ended_admins.is_empty() && causes.is_empty() && compared.is_none()
    }

    /// How many actions and steps are escalations, each counted once however many reasons it has.
    #[must_use]
    pub fn escalated(&self) -> u64 {
        let places = self.escalations.iter();
        let places: BTreeSet<_> = places.map(Escalation::place).collect();
        places.len() as u64
    }
}

/// Who is behind a change: whoever wrote it, under every name that the project has for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authors {
    /// Their addresses, canonical.
    pub addresses: BTreeSet<String>,
    /// Their user keys, canonical, and those of the shared accounts that they use.
    pub persons: BTreeSet<Arc<str>>,
}

/// An action, or a step for a person, that nobody else stands behind. What has several reasons is
/// there several times.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// Index of the unit in the plan, from 0.
    pub unit: u32,
    /// Index of the action in that unit, from 0; none for a step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<ActionIndex>,
    /// Index of the step for a person in that unit, from 0; none for an action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manual: Option<u32>,
    /// In what way.
    pub kind: EscalationKind,
}

impl Escalation {
    /// What it is about, whatever the reason.
    #[must_use]
    pub fn place(&self) -> (u32, Option<ActionIndex>, Option<u32>) {
        let Self {
            unit,
            action,
            manual,
            kind: _,
        } = self;
        (*unit, *action, *manual)
    }
}

/// How somebody's own rights change by their own hand.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EscalationKind {
    /// An author of the change becomes an administrator, or ceases to be one.
    OwnAdmin,
    /// An author of the change is given an area, an account or a later end.
    SelfGrant,
    /// An account that had another address gets that of an author of the change.
    TakesOver,
    /// The organisation's `approved_by` names the person who gains.
    ApprovesOwn,
    /// The login that beadle itself uses gains rights.
    OwnIdentity,
}

/// Something worth knowing of a waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverNote {
    /// What about it.
    pub what: WaiverState,
    /// The limit that it lifts.
    pub guardrail: Guardrail,
    /// The organisation; none for a whole portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The portal.
    pub portal: String,
    /// The last day on which it holds.
    pub until: Date,
    /// Where it stands.
    pub source: SourceDocument,
}

/// What is worth knowing of a waiver.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverState {
    /// It ends within the days of `policy.expiry.warn_days`.
    EndsSoon,
    /// Without it, nothing of this plan would be refused.
    NotNeeded,
}

/// Whence an action comes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The change of the files asks for it.
    Change,
    /// The files asked for it before the change, and it has not been applied yet.
    Pending,
    /// Live was changed outside the files.
    Drift,
}

/// What a reviewer should know, as JSON: a plan's `review`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewDocument {
    /// What changes somebody's own rights by their own hand.
    pub escalations: Vec<Escalation>,
    /// Guardrails that refuse the plan because of them.
    pub refusals: Vec<RefusalDocument>,
    /// Waivers that end soon, or that the plan does not need.
    pub waivers: Vec<WaiverNote>,
    /// Actions that end, or delete, the account of an administrator.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended_admins: Vec<ActionAt>,
    /// Whence each action comes, where that was asked for.
    pub causes: Vec<CauseDocument>,
    /// With what the plan was compared, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<Compared>,
}

/// Whence one action comes, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CauseDocument {
    /// Which action.
    #[serde(flatten)]
    pub at: ActionAt,
    /// Whence.
    pub cause: Cause,
}

impl ReviewDocument {
    /// The document of what there is to say; none where there is nothing.
    #[must_use]
    pub fn of(review: &Review) -> Option<Self> {
        let Review {
            escalations,
            refusals,
            waivers,
            ended_admins,
            causes,
            compared,
        } = review;
        let cause = |(at, cause): (&ActionAt, &Cause)| CauseDocument {
            at: *at,
            cause: *cause,
        };
        (!review.is_empty()).then(|| Self {
            escalations: escalations.clone(),
            refusals: refusals.iter().map(RefusalDocument::of).collect(),
            waivers: waivers.clone(),
            ended_admins: ended_admins.iter().copied().collect(),
            causes: causes.iter().map(cause).collect(),
            compared: compared.clone(),
        })
    }
}
