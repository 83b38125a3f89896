//! The driver of any service that speaks SCIM 2.0: its calls, for the two traits. Accounts are
//! users; areas are the groups that the project file names. Believes little of what a server says:
//! lists are checked, writes are read back. Decides nothing; its rules are a table.

mod api;
mod calls;
mod convert;
mod edit;
mod listing;
mod members;
mod membership;
mod profile;
mod read;
mod resource;
mod rules;
mod steps;
mod swap;
mod tenant;
mod write;

use std::time::Duration;

use tokio::time::sleep;

use self::api::Api;
use self::tenant::{Layout, Tenants};
use super::Written;
use super::access::{Access, OpenError};
use super::http::{CallFailure, Client, Manner};
use super::opened::Calls;
use crate::model::live::{Live, LiveAccount};
use crate::model::name::PortalOrganisation;
use crate::model::plan::Write;
use crate::model::rules::Rules;
use crate::model::settings::Directory;

/// The longest pause before a write that failed is looked at again.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A SCIM service, opened.
pub(super) struct Scim {
    api: Api,
    directory: Directory,
    tenants: Tenants,
    first_pause: Duration,
}

impl Scim {
    /// Waits before a write that failed is looked at, longer each time.
    async fn pause(&self, round: u32) {
        let pause = self.first_pause.saturating_mul(2_u32.saturating_pow(round));
        sleep(pause.min(LONGEST_PAUSE)).await;
    }
}

impl Calls for Scim {
    const RULES: &'static Rules = &rules::RULES;

    fn open(access: &Access) -> Result<Self, OpenError> {
        let layout = Layout::parse(&access.url).map_err(|reason| OpenError::Url {
            portal: access.portal.clone(),
            reason,
        })?;
        let client = Client::open_as(access, &layout.base, Manner::Directory)?;
        Ok(Self {
            api: Api::new(client),
            tenants: Tenants::new(layout),
            directory: access.directory.clone(),
            first_pause: access.first_pause,
        })
    }

    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, CallFailure> {
        self.read_list(organisation).await
    }

    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, CallFailure> {
        self.look_at(organisation, write).await
    }

    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        _idempotency_key: &str,
    ) -> Result<Written, CallFailure> {
        self.make_call(organisation, write).await
    }
}
