//! The driver of the OfS portal: the two traits over its calls. One grant is one call, one edit is
//! one call, and nothing is ever deleted. Decides nothing; its rules are a table.

mod api;
mod convert;
mod read;
mod rules;
mod steps;
mod write;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use secrecy::SecretString;

use self::api::Api;
use self::convert::Administration;
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
    Ok(Arc::new(Ofs::open(access)?))
}

/// Opens the writing side.
pub(crate) fn open_write(access: Access) -> Result<Arc<dyn PortalWrite>, OpenError> {
    Ok(Arc::new(Ofs::open(access)?))
}

/// The OfS portal, opened.
struct Ofs {
    portal: PortalName,
    api: Api,
    cross_check: bool,
    /// Administration areas by provider, as last read.
    administration: Mutex<BTreeMap<PortalOrganisation, Arc<Administration>>>,
}

impl Ofs {
    fn open(access: Access) -> Result<Self, OpenError> {
        let client = Client::open(&access)?;
        Ok(Self {
            portal: access.portal,
            api: Api::new(client),
            cross_check: access.cross_check,
            administration: Mutex::default(),
        })
    }
}

#[async_trait]
impl PortalRead for Ofs {
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
            let found = self.find(organisation, wanted).await;
            accounts.extend(found.map_err(|failure| failure.at(&self.portal, organisation))?);
        }
        Ok(accounts)
    }
}

#[async_trait]
impl PortalWrite for Ofs {
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
            .map(|()| None)
            .map_err(|failure| failure.at(&self.portal, organisation))
    }
}
