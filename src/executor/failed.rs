//! The outcomes of what was not done, in words: not tried, given up, failed, or not known.

use crate::model::outcome::{Failure, Outcome, Verdict};
use crate::model::plan::UnitPlan;
use crate::portal::{PortalError, PortalErrorKind};

/// Of a save that was not called.
pub(super) fn not_tried(unit: &UnitPlan, why: &str, unreachable: bool) -> Outcome {
    let whose = whose(unit);
    Outcome::Failed(Failure {
        message: format!("{whose}: not tried, because {why}"),
        unreachable,
        verdict: Verdict::NotAsked,
    })
}

/// Of a save in whose call the run was ended.
pub(super) fn given_up(unit: &UnitPlan) -> Outcome {
    let whose = whose(unit);
    Outcome::Failed(Failure {
        message: format!(
            "{whose}: interrupted during the call; whether it was done is not known, and running \
             again will find out"
        ),
        unreachable: false,
        verdict: Verdict::Unclear,
    })
}

fn whose(unit: &UnitPlan) -> String {
    format!(
        "portal `{}`, organisation `{}`",
        unit.portal, unit.portal_organisation
    )
}

/// Of a save to which the portal said no, or that reading does not show.
pub(super) fn failed(error: &PortalError) -> Outcome {
    as_read(error.to_string(), error)
}

/// The same, with these words.
pub(super) fn as_read(message: String, error: &PortalError) -> Outcome {
    Outcome::Failed(Failure {
        message,
        unreachable: error.portal_is_lost(),
        verdict: verdict(error),
    })
}

/// What the portal made of a call whose outcome was read, where it was not clear. What it took
/// without saying so may still come to show; a conflict was a no, now that its cause is known.
fn verdict(error: &PortalError) -> Verdict {
    use PortalErrorKind as Kind;
    match &error.kind {
        Kind::Conflict { .. }
        | Kind::Answered {
            status: 409 | 412, ..
        } => Verdict::Refused,
        _ if error.outcome_unknown() => Verdict::Unclear,
        Kind::Throttled(_) | Kind::Stopped => Verdict::NotAsked,
        _ if error.portal_is_lost() => Verdict::NotAsked,
        _ => Verdict::Refused,
    }
}

/// A failure after which nothing was read.
pub(super) fn unread(error: &PortalError, why: &str, unreachable: bool) -> Outcome {
    let (message, verdict) = match error.outcome_unknown() {
        false => (error.to_string(), verdict(error)),
        true => (
            format!(
                "{error}; whether it was done is not known, because {why}; running again will find out"
            ),
            Verdict::Unclear,
        ),
    };
    Outcome::Failed(Failure {
        message,
        unreachable,
        verdict,
    })
}
