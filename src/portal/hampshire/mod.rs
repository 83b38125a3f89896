//! The driver of the Hampshire Services Portal: the two traits over its calls. One save is one
//! user's whole set of roles, and each save mails that user: none is made without need, and none
//! is repeated blindly. Decides nothing; its rules are a table.

mod api;
mod convert;
mod read;
mod rules;
mod steps;
mod write;

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use self::api::Api;
use super::access::{Access, OpenError};
use super::error::PortalError;
use super::http::Client;
use super::{Act, PortalRead, PortalWrite, Written};
use crate::model::live::{Live, LiveAccount};
use crate::model::name::{PortalName, PortalOrganisation};
use crate::model::plan::{AccountRef, Write};

pub(crate) use rules::RULES;

/// Opens the reading side.
pub(crate) fn open_read(access: Access) -> Result<Arc<dyn PortalRead>, OpenError> {
    Ok(Arc::new(Hampshire::open(access)?))
}

/// Opens the writing side.
pub(crate) fn open_write(access: Access) -> Result<Arc<dyn PortalWrite>, OpenError> {
    Ok(Arc::new(Hampshire::open(access)?))
}

/// The Services Portal, opened.
struct Hampshire {
    portal: PortalName,
    api: Api,
}

impl Hampshire {
    fn open(access: Access) -> Result<Self, OpenError> {
        let client = Client::open(&access)?;
        Ok(Self {
            portal: access.portal,
            api: Api::new(client),
        })
    }
}

#[async_trait]
impl PortalRead for Hampshire {
    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, PortalError> {
        self.read_list(organisation)
            .await
            .map_err(|failure| convert::advised(failure).at(&self.portal, organisation))
    }

    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError> {
        let mut accounts = Vec::new();
        for wanted in write.accounts() {
            let found = self.find(organisation, wanted).await;
            accounts.extend(
                found
                    .map_err(|failure| convert::advised(failure).at(&self.portal, organisation))?,
            );
        }
        Ok(accounts)
    }
}

#[async_trait]
impl PortalWrite for Hampshire {
    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        idempotency_key: &str,
    ) -> Result<Written, PortalError> {
        self.make_call(organisation, write, idempotency_key)
            .await
            .map_err(|failure| convert::advised(failure).at(&self.portal, organisation))
    }

    async fn act(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<Option<SecretString>, PortalError> {
        self.help(organisation, account, act)
            .await
            .map(|()| None)
            .map_err(|failure| convert::advised(failure).at(&self.portal, organisation))
    }
}
