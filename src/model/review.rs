//! What a reviewer should know beside the plan: which actions raise somebody's own rights, and
//! whence each action comes. It is no part of what is approved: the same plan has the same digest
//! whoever wrote the change and whatever it is compared with.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plan::ActionIndex;

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
    /// Actions by which somebody's own rights change by their own hand, in the plan's order.
    pub escalations: Vec<Escalation>,
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
}

impl Review {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            escalations,
            causes,
            compared,
        } = self;
        escalations.is_empty() && causes.is_empty() && compared.is_none()
    }
}

/// An action that nobody else stands behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// Which action.
    #[serde(flatten)]
    pub at: ActionAt,
    /// In what way.
    pub kind: EscalationKind,
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
    /// The organisation's `approved_by` names the person who gains.
    ApprovesOwn,
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
    /// Actions by which somebody's own rights change by their own hand.
    pub escalations: Vec<Escalation>,
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
            causes,
            compared,
        } = review;
        let cause = |(at, cause): (&ActionAt, &Cause)| CauseDocument {
            at: *at,
            cause: *cause,
        };
        (!review.is_empty()).then(|| Self {
            escalations: escalations.clone(),
            causes: causes.iter().map(cause).collect(),
            compared: compared.clone(),
        })
    }
}
