//! From the plan to its document, taking every struct apart by name so that a new field does not
//! compile until this file has answered for it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    ActionCounts, ActionDocument, FindingDocument, HeldBackDocument, ManualDocument,
    ProblemDocument, RefusalDocument, SummaryDocument, UnitDocument,
};
use crate::model::plan::{
    Action, ActionKind, Change, Finding, HeldBack, ManualStep, Plan, Problem, Refusal, Term,
    UnitPlan,
};
use crate::model::source::SourceDocument;

impl SummaryDocument {
    pub(super) fn of(plan: &Plan) -> Self {
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
    pub(super) fn of(unit: &UnitPlan) -> Self {
        let UnitPlan {
            organisation,
            organisation_name,
            portal,
            portal_organisation,
            approved_by,
            listing_digest,
            live: _,
            actions,
            saves: _,
            manual,
            held_back,
            findings,
            problems,
            stays: _,
            aliases: _,
        } = unit;
        Self {
            organisation: organisation.to_string(),
            organisation_name: organisation_name.to_string(),
            portal: portal.to_string(),
            portal_organisation: portal_organisation.to_string(),
            approved_by: approved_by.as_deref().map(str::to_owned),
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
    pub(super) fn of(action: &Action) -> Self {
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

impl ManualDocument {
    pub(super) fn of(step: &ManualStep) -> Self {
        let ManualStep {
            kind,
            account,
            area,
            title,
            clicks,
            change: _,
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
    pub(super) fn of(held: &HeldBack) -> Self {
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
    pub(super) fn of(finding: &Finding) -> Self {
        let (code, account, area, day) = finding.parts();
        let other = match finding {
            Finding::LookAlike { account: _, other } => Some(other.login.to_string()),
            _ => None,
        };
        Self {
            code: code.to_owned(),
            account: account.map(|account| account.login.to_string()),
            name: account.map(|account| account.name.to_string()),
            area: area.map(ToString::to_string),
            day,
            other,
            message: finding.sentence(),
        }
    }
}

impl ProblemDocument {
    pub(super) fn of(problem: &Problem) -> Self {
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
    /// The document of a refusal.
    #[must_use]
    pub fn of(refusal: &Refusal) -> Self {
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
