//! The outcomes of what was not done, in words: not tried, given up, failed, or not known.

use crate::model::outcome::{Failure, Outcome};
use crate::model::plan::UnitPlan;
use crate::portal::PortalError;

/// Of a save that was not called.
pub(super) fn not_tried(unit: &UnitPlan, why: &str, unreachable: bool) -> Outcome {
    let whose = whose(unit);
    Outcome::Failed(Failure {
        message: format!("{whose}: not tried, because {why}"),
        unreachable,
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
    })
}

fn whose(unit: &UnitPlan) -> String {
    format!(
        "portal `{}`, organisation `{}`",
        unit.portal, unit.portal_organisation
    )
}

/// Of a save that the portal did not carry out, or of which it said so.
pub(super) fn failed(error: &PortalError) -> Outcome {
    failure(error.to_string(), error)
}

/// A failure after which nothing was read.
pub(super) fn unread(error: &PortalError, why: &str) -> Outcome {
    if error.outcome_unknown() {
        failure(unknown_outcome(error, why), error)
    } else {
        failed(error)
    }
}

/// The words for a call of which nobody knows what became.
pub(super) fn unknown_outcome(error: &PortalError, why: &str) -> String {
    format!("{error}; whether it was done is not known, because {why}; running again will find out")
}

/// With these words.
pub(super) fn failure(message: String, error: &PortalError) -> Outcome {
    Outcome::Failed(Failure {
        message,
        unreachable: error.portal_is_lost(),
    })
}
