//! What can go wrong between beadle and a portal: one error type for every driver, saying which
//! portal, which organisation, which call, and whether the call may have been carried out.
//!
//! Never a token, never a body beyond the portal's own short reason, never a query with a person
//! in it.

use std::time::Duration;

use crate::model::live::Incomplete;
use crate::model::name::{PortalName, PortalOrganisation};

/// A call that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("portal `{portal}`, organisation `{organisation}`, {call}: {kind}")]
pub struct PortalError {
    /// The portal's name in the project.
    pub portal: PortalName,
    /// The organisation's id there.
    pub organisation: PortalOrganisation,
    /// The call: method and path, without query, as `PUT /providers/10009999/users/7/areas/x`.
    pub call: String,
    /// What went wrong.
    pub kind: PortalErrorKind,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortalErrorKind {
    /// No connection could be made: nothing was sent.
    #[error("the portal cannot be reached ({0})")]
    Unreachable(String),
    /// No answer in time: the call may have been carried out.
    #[error("no answer within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// The connection was lost before the whole answer came: the call may have been carried out.
    #[error("the connection was lost before the answer was complete")]
    ConnectionLost,
    /// 401.
    #[error("the portal does not accept the token (401); is it right, and still valid?")]
    Unauthorised,
    /// 403, with the portal's code where it gave one.
    #[error("the portal forbids it (403{})", code_suffix(.0))]
    Forbidden(Option<String>),
    /// A refusal whose code the driver knows: with what is to be done about it. Nothing was done.
    #[error("the portal refuses it ({status}, `{code}`): {advice}")]
    Barred {
        /// The status.
        status: u16,
        /// The portal's code.
        code: &'static str,
        /// What it means, and what somebody can do.
        advice: &'static str,
    },
    /// 404.
    #[error("the portal does not know it (404)")]
    NotFound,
    /// 409 or 412: somebody else has changed it meanwhile, or it exists already.
    #[error("it conflicts with what is live ({status}{})", code_suffix(.code))]
    Conflict {
        /// 409 or 412.
        status: u16,
        /// The portal's code.
        code: Option<String>,
    },
    /// What the plan saw is not what is live any more; nothing was written.
    #[error("`{field}` has been changed on the portal since the plan was made; plan again")]
    Changed {
        /// Which field.
        field: &'static str,
    },
    /// 409: what was asked for before is still being made.
    #[error(
        "the portal is still making it (409{}): it is not made a second time, and running again later will find it",
        code_suffix(.0)
    )]
    Pending(Option<String>),
    /// 409: there is one already, which may or may not be what was asked for before; with what that
    /// can mean and what somebody can do.
    #[error("there is one already (409, `{code}`): {advice}")]
    Taken {
        /// The portal's code.
        code: &'static str,
        /// What it can mean, and what somebody can do.
        advice: &'static str,
    },
    /// The password that was chosen is not one that the portal takes; nothing was sent.
    #[error("the portal would not take that password: it wants {0}")]
    PasswordPolicy(&'static str),
    /// Any other 4xx.
    #[error("the portal refuses it ({status}{})", code_suffix(.code))]
    Refused {
        /// The status.
        status: u16,
        /// The portal's code.
        code: Option<String>,
    },
    /// 429, after as many retries as are allowed, or asking for a longer pause than is allowed.
    #[error("the portal asks for fewer requests (429){}", pause_suffix(.0))]
    Throttled(Option<Duration>),
    /// 5xx, after as many retries as are allowed.
    #[error("the portal failed ({0})")]
    Failed(u16),
    /// 3xx: never followed, so that no token reaches another place.
    #[error("the portal answers with a redirect ({0}), which is never followed; is `url` right?")]
    Redirected(u16),
    /// Not JSON: perhaps a login page.
    #[error(
        "the answer is not JSON but {0}; is `url` the API's address, and not a page for people?"
    )]
    NotJson(String),
    /// JSON of another shape.
    #[error("the answer does not have the form that was agreed ({0})")]
    Malformed(String),
    /// More bytes than are read.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(u64),
    /// More pages than can be.
    #[error("the list has no end: it has more than {0} pages")]
    TooManyPages(u64),
    /// The listing is not complete.
    #[error("the list cannot be trusted: {0}")]
    Incomplete(#[from] Incomplete),
    /// The driver cannot make this write: a fault of the plan.
    #[error("this portal has no such call: {0}")]
    Unsupported(&'static str),
    /// A refusal or failure, with the beginning of what the portal said.
    #[error("the portal answers with {status}: {said}")]
    Answered {
        /// The status.
        status: u16,
        /// At most 200 characters, on one line, without the token.
        said: String,
    },
    /// No token could be had.
    #[error("no token could be had from `token_url` ({0})")]
    NoToken(String),
    /// A yes that reading does not bear out, also after another form of the call was tried.
    #[error("the portal said yes, and reading shows otherwise ({0})")]
    NotShown(String),
    /// What is live does not fit what the project file says of it, or cannot be told from it.
    #[error("{0}")]
    Directory(String),
    /// The write needs an account whose portal id is not known.
    #[error("the account is not on the portal")]
    NoAccount,
    /// No further writing request may be sent: nothing was done.
    #[error("it was not sent, because the run was stopped")]
    Stopped,
    /// The same between the requests of a write that takes several: part of it may be done.
    #[error("the run was stopped before all of it was sent")]
    StoppedMidway,
}

impl PortalError {
    /// Whether the call may have been carried out although no success was reported: then read,
    /// never guess.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.kind.outcome_unknown()
    }

    /// Whether every other call to this portal would fail as well.
    #[must_use]
    pub fn portal_is_lost(&self) -> bool {
        matches!(
            self.kind,
            PortalErrorKind::Unreachable(_)
                | PortalErrorKind::Unauthorised
                | PortalErrorKind::NoToken(_)
        )
    }
}

impl PortalErrorKind {
    /// The same of one call alone.
    pub(super) fn outcome_unknown(&self) -> bool {
        use PortalErrorKind as Kind;
        match self {
            Kind::TimedOut(_)
            | Kind::ConnectionLost
            | Kind::Failed(_)
            | Kind::NotJson(_)
            | Kind::Malformed(_)
            | Kind::TooLarge(_)
            | Kind::Redirected(_)
            | Kind::Pending(_)
            | Kind::Taken { .. }
            | Kind::StoppedMidway
            | Kind::Conflict { .. } => true,
            // As the status without what was said beside it.
            Kind::Answered { status, said: _ } => *status >= 500 || matches!(status, 409 | 412),
            Kind::Unreachable(_)
            | Kind::Unauthorised
            | Kind::Forbidden(_)
            | Kind::Barred { .. }
            | Kind::NotFound
            | Kind::Changed { .. }
            | Kind::PasswordPolicy(_)
            | Kind::Refused { .. }
            | Kind::Throttled(_)
            | Kind::TooManyPages(_)
            | Kind::Incomplete(_)
            | Kind::Unsupported(_)
            | Kind::NoToken(_)
            | Kind::NotShown(_)
            | Kind::Directory(_)
            | Kind::NoAccount
            | Kind::Stopped => false,
        }
    }

    /// The same with the beginning of what the portal said, for the kinds that are a bare status.
    pub(super) fn saying(self, said: String) -> Self {
        let status = match &self {
            Self::Forbidden(_) => 403,
            Self::Conflict { status, code: _ } | Self::Refused { status, code: _ } => *status,
            Self::Failed(status) => *status,
            _ => return self,
        };
        Self::Answered { status, said }
    }
}

fn code_suffix(code: &Option<String>) -> String {
    code.as_deref()
        .map(|code| format!(", `{code}`"))
        .unwrap_or_default()
}

fn pause_suffix(pause: &Option<Duration>) -> String {
    pause
        .map(|pause| format!(" and for a pause of {} seconds", pause.as_secs()))
        .unwrap_or_default()
}
