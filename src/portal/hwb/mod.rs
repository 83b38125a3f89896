//! The driver of Hwb user management: the two traits over its calls. An account that it asks for,
//! or activates, shows some time later. Decides nothing; its rules are a table.

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
    Ok(Arc::new(Hwb::open(access)?))
}

/// Opens the writing side.
pub(crate) fn open_write(access: Access) -> Result<Arc<dyn PortalWrite>, OpenError> {
    Ok(Arc::new(Hwb::open(access)?))
}

/// Hwb user management, opened.
struct Hwb {
    portal: PortalName,
    api: Api,
}

impl Hwb {
    fn open(access: Access) -> Result<Self, OpenError> {
        let client = Client::open(&access)?;
        Ok(Self {
            portal: access.portal,
            api: Api::new(client),
        })
    }
}

#[async_trait]
impl PortalRead for Hwb {
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
        let mut accounts = Vec::new();
        for wanted in write.accounts() {
            let email = match write {
                Write::Create { email, .. } => email.as_deref(),
                _ => None,
            };
            let found = self.find(organisation, wanted, email).await;
            accounts.extend(found.map_err(|failure| failure.at(&self.portal, organisation))?);
        }
        Ok(accounts)
    }

    async fn below(
        &self,
        organisation: &PortalOrganisation,
    ) -> Result<Vec<(PortalOrganisation, String)>, PortalError> {
        self.read_schools(organisation)
            .await
            .map_err(|failure| failure.at(&self.portal, organisation))
    }
}

#[async_trait]
impl PortalWrite for Hwb {
    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        idempotency_key: &str,
    ) -> Result<Written, PortalError> {
        self.make_call(organisation, write, idempotency_key)
            .await
            .map_err(|failure| failure.at(&self.portal, organisation))
    }

    async fn act(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<Option<SecretString>, PortalError> {
        self.help(organisation, account, act)
            .await
            .map_err(|failure| failure.at(&self.portal, organisation))
    }
}
