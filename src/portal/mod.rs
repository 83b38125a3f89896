//! Portals: the contract that every driver keeps, and the registry of drivers.
//!
//! # The contract
//!
//! - A driver translates; it decides nothing. What its portal can and cannot do stands in its
//!   [`Rules`](crate::model::rules::Rules) table, and the planner reads it there.
//! - Reading and writing are two traits. Whoever plans is handed [`PortalRead`] and cannot write,
//!   by type; only `app/apply` opens a [`PortalWrite`].
//! - [`PortalRead::list`] answers with everything or with an error. It builds a
//!   [`Listing`](crate::model::live::Listing), page by page, with the portal's own totals and the
//!   organisation named on each page; nothing else becomes [`Live`].
//! - [`PortalWrite::write`] makes exactly one writing call of the portal for one [`Write`]. A
//!   write of a whole set starts from a fresh read, changes the named ticks only, keeps every
//!   unknown one, and carries the portal's version tag.
//! - An error says whether the call may have been carried out: [`PortalError::outcome_unknown`].
//!   The executor then reads ([`PortalRead::observe`]) and never guesses.

mod access;
mod error;
mod field;
#[doc(hidden)]
pub mod fuzzing;
mod halt;
mod hampshire;
mod hfl;
mod http;
mod hwb;
mod ofs;
mod opened;
mod registry;
mod scim;
mod steady;
pub mod table;
mod text;
pub mod worklist;

use async_trait::async_trait;

use secrecy::SecretString;

use crate::model::live::{Live, LiveAccount};
use crate::model::name::{PortalId, PortalOrganisation};
use crate::model::plan::{AccountRef, Write};

#[doc(hidden)]
pub use http::Answers;
pub use http::is_on_this_machine;

pub use access::{Access, BadUrl, ClientLogin, OpenError};
pub use error::{PortalError, PortalErrorKind};
pub use halt::Halt;
pub use registry::{Driver, driver, drivers, rules_by_driver};
pub use steady::steady;

/// The reading side of a portal.
#[async_trait]
pub trait PortalRead: Send + Sync {
    /// Reads every account and the catalogue of one organisation.
    ///
    /// # Errors
    /// When anything is missing, contradictory, of another organisation, or could not be read.
    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, PortalError>;

    /// The accounts that `write` touches, as they are live now: found by portal id, or by login id
    /// where that is not known. An account that is not there is left out.
    ///
    /// # Errors
    /// When the answer could not be had.
    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError>;

    /// The organisations below this one, each with its name, where the portal knows such: an
    /// authority's schools.
    ///
    /// # Errors
    /// When the answer could not be had.
    async fn below(
        &self,
        _organisation: &PortalOrganisation,
    ) -> Result<Vec<(PortalOrganisation, String)>, PortalError> {
        Ok(Vec::new())
    }
}

/// What a writing call was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// For a creation, what the portal calls the new account, where it says so.
    pub id: Option<PortalId>,
    /// Whether it will only show some time later (202): reading waits for it.
    pub later: bool,
}

impl Written {
    /// Done, and to be seen at once.
    #[must_use]
    pub fn now(id: Option<PortalId>) -> Self {
        Self { id, later: false }
    }

    /// Accepted, and to be seen later.
    #[must_use]
    pub fn later(id: Option<PortalId>) -> Self {
        Self { id, later: true }
    }
}

/// A help-desk act on one account: not state, so never planned.
#[derive(Clone, Debug)]
pub enum Act {
    /// Unlocks an account that was locked after wrong passwords.
    Unlock,
    /// Gives it this new password; none lets the portal make one.
    ResetPassword(Option<SecretString>),
    /// Forgets the number that sign-in codes are sent to.
    ResetOtp,
}

/// The writing side of a portal.
#[async_trait]
pub trait PortalWrite: PortalRead {
    /// Makes one writing call. `idempotency_key` accompanies creations, so that a repeated call
    /// with the same key creates nothing twice.
    ///
    /// # Errors
    /// When the portal refused, could not be asked, or did not answer.
    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        idempotency_key: &str,
    ) -> Result<Written, PortalError>;

    /// Does a help-desk act that the rules say is done by API. Answers with the password that the
    /// portal made, where it made one.
    ///
    /// # Errors
    /// When the portal refused, could not be asked, did not answer, or has no such act.
    async fn act(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<Option<SecretString>, PortalError>;
}
