//! The driver of any service that speaks SCIM 2.0: the two traits over its calls. Accounts are
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

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use tokio::time::sleep;

use self::api::Api;
use self::tenant::{Layout, Tenants};
use super::access::{Access, OpenError};
use super::error::{PortalError, PortalErrorKind};
use super::http::{CallFailure, Client, Manner};
use super::{Act, PortalRead, PortalWrite, Written};
use crate::model::live::{Live, LiveAccount};
use crate::model::name::{PortalName, PortalOrganisation};
use crate::model::plan::{AccountRef, Write};
use crate::model::settings::Directory;

pub(crate) use rules::RULES;

/// The longest pause before a write that failed is looked at again.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Opens the reading side.
pub(crate) fn open_read(access: Access) -> Result<Arc<dyn PortalRead>, OpenError> {
    Ok(Arc::new(Scim::open(access)?))
}

/// Opens the writing side.
pub(crate) fn open_write(access: Access) -> Result<Arc<dyn PortalWrite>, OpenError> {
    Ok(Arc::new(Scim::open(access)?))
}

/// A SCIM service, opened.
struct Scim {
    portal: PortalName,
    api: Api,
    directory: Directory,
    tenants: Tenants,
    first_pause: Duration,
}

impl Scim {
    fn open(access: Access) -> Result<Self, OpenError> {
        let layout = Layout::parse(&access.url).map_err(|reason| OpenError::Url {
            portal: access.portal.clone(),
            reason,
        })?;
        let client = Client::open_as(&access, &layout.base, Manner::Directory)?;
        Ok(Self {
            api: Api::new(client),
            tenants: Tenants::new(layout),
            portal: access.portal,
            directory: access.directory,
            first_pause: access.first_pause,
        })
    }

    /// Waits before a write that failed is looked at, longer each time.
    async fn pause(&self, round: u32) {
        let pause = self.first_pause.saturating_mul(2_u32.saturating_pow(round));
        sleep(pause.min(LONGEST_PAUSE)).await;
    }
}

#[async_trait]
impl PortalRead for Scim {
    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, PortalError> {
        self.read_list(organisation)
            .await
            .map_err(|failure| failure.at(&self.portal, organisation))
    }

    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError> {
        self.look_at(organisation, write)
            .await
            .map_err(|failure| failure.at(&self.portal, organisation))
    }
}

#[async_trait]
impl PortalWrite for Scim {
    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        _idempotency_key: &str,
    ) -> Result<Written, PortalError> {
        self.make_call(organisation, write)
            .await
            .map_err(|failure| failure.at(&self.portal, organisation))
    }

    async fn act(
        &self,
        organisation: &PortalOrganisation,
        _account: &AccountRef,
        _act: &Act,
    ) -> Result<Option<SecretString>, PortalError> {
        let kind = PortalErrorKind::Unsupported("SCIM has no help-desk acts");
        Err(CallFailure::new("act", kind).at(&self.portal, organisation))
    }
}
