//! What one call ended in when it did not succeed: the kind that is reported, and what only a
//! driver or the retries need to know. Holds no organisation: `portal/opened.rs` adds it.

use std::future::Future;
use std::time::Duration;

pub(crate) use crate::portal::error::PortalErrorKind as FailureKind;

use crate::model::live::Incomplete;
use crate::model::name::{PortalName, PortalOrganisation};
use crate::portal::error::PortalError;

/// A call that did not succeed.
#[derive(Clone, Debug)]
pub(crate) struct CallFailure {
    /// Method and path, without query.
    pub(crate) call: String,
    /// What is reported.
    pub(crate) kind: FailureKind,
    /// The portal's own code, where it gave one, whatever the kind keeps of it.
    pub(crate) code: Option<Box<str>>,
    /// The beginning of what the portal said, where that is kept.
    pub(super) detail: Option<Box<str>>,
    /// The pause that the portal asks for.
    pub(super) pause: Option<Duration>,
}

impl CallFailure {
    /// A failure of which nothing more is known.
    pub(crate) fn new(call: impl Into<String>, kind: FailureKind) -> Self {
        Self {
            call: call.into(),
            kind,
            code: None,
            detail: None,
            pause: None,
        }
    }

    /// Whether the portal gave exactly this code.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// Whether somebody else changed the resource between reading and writing (412).
    pub(crate) fn is_stale(&self) -> bool {
        matches!(self.kind, FailureKind::Conflict { status: 412, .. })
    }

    /// Whether a list moved while it was read, page by page or beside another, so that reading all
    /// of it again may help. An area that appears between two calls shows as one that the catalogue
    /// does not have (Hampshire guide, S15).
    pub(crate) fn is_of_a_moved_list(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::Incomplete(
                Incomplete::Count { .. }
                    | Incomplete::Shifted { .. }
                    | Incomplete::Duplicate(_)
                    | Incomplete::ViewsDisagree(_)
                    | Incomplete::UnknownArea(_)
            )
        )
    }

    /// The same for whoever asked, naming portal and organisation.
    pub(crate) fn at(self, portal: &PortalName, organisation: &PortalOrganisation) -> PortalError {
        let Self {
            call,
            kind,
            code: _,
            detail,
            pause: _,
        } = self;
        let kind = match detail {
            Some(detail) => kind.saying(detail.into()),
            None => kind,
        };
        PortalError {
            portal: portal.clone(),
            organisation: organisation.clone(),
            call,
            kind,
        }
    }
}

/// Does it, and once more from the beginning where the failure says that somebody else changed
/// something meanwhile. The attempt is told whether it is the second.
pub(crate) async fn once_more<T, F>(
    was_overtaken: fn(&CallFailure) -> bool,
    attempt: impl Fn(bool) -> F,
) -> Result<T, CallFailure>
where
    F: Future<Output = Result<T, CallFailure>>,
{
    match attempt(false).await {
        Err(failure) if was_overtaken(&failure) => attempt(true).await,
        answer => answer,
    }
}
