//! Portals: the contract that every driver keeps, and the registry of drivers.
//!
//! # The contract
//!
//! - A driver translates; it decides nothing. What its portal can and cannot do stands in its
//!   [`Rules`] table, and the planner reads it there.
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
mod http;
mod ofs;
mod registry;

use async_trait::async_trait;

use crate::model::live::{Live, LiveAccount};
use crate::model::name::{PortalId, PortalOrganisation};
use crate::model::plan::Write;

pub use access::{Access, BadUrl, OpenError};
pub use error::{PortalError, PortalErrorKind};
pub use registry::{Driver, driver, drivers, rules_by_driver};

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
}

/// The writing side of a portal.
#[async_trait]
pub trait PortalWrite: PortalRead {
    /// Makes one writing call. `idempotency_key` accompanies creations, so that a repeated call
    /// with the same key creates nothing twice. Answers with the new portal id for a creation.
    ///
    /// # Errors
    /// When the portal refused, could not be asked, or did not answer.
    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        idempotency_key: &str,
    ) -> Result<Option<PortalId>, PortalError>;
}
