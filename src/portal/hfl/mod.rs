//! The driver of the HFL portal: its calls, for the two traits. One product's whole set of ticks is
//! one call, and unknown ticks stay. Decides nothing; its rules are a table.

mod api;
mod convert;
mod read;
mod rules;
mod steps;
mod write;

use self::api::Api;
use super::Written;
use super::access::{Access, OpenError};
use super::http::{CallFailure, Client};
use super::opened::Calls;
use crate::model::live::{Live, LiveAccount};
use crate::model::name::PortalOrganisation;
use crate::model::plan::Write;
use crate::model::rules::Rules;

/// The HFL portal, opened.
pub(super) struct Hfl {
    api: Api,
}

impl Calls for Hfl {
    const RULES: &'static Rules = &rules::RULES;

    fn open(access: &Access) -> Result<Self, OpenError> {
        let api = Api::new(Client::open(access)?);
        Ok(Self { api })
    }

    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, CallFailure> {
        self.read_list(organisation).await
    }

    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, CallFailure> {
        self.find(organisation, &write.accounts()).await
    }

    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        idempotency_key: &str,
    ) -> Result<Written, CallFailure> {
        self.make_call(organisation, write, idempotency_key).await
    }
}
