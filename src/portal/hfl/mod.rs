//! The driver of the HFL portal: the two traits over its calls. One product's whole set of ticks is
//! one call, and unknown ticks stay. Decides nothing; its rules are a table.

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
use super::error::{PortalError, PortalErrorKind};
use super::http::{CallFailure, Client};
use super::{Act, PortalRead, PortalWrite, Written};
use crate::model::live::{Live, LiveAccount};
use crate::model::name::{PortalName, PortalOrganisation};
use crate::model::plan::{AccountRef, Write};

pub(crate) use rules::RULES;

/// Opens the reading side.
pub(crate) fn open_read(access: Access) -> Result<Arc<dyn PortalRead>, OpenError> {
    Ok(Arc::new(Hfl::open(access)?))
}

/// Opens the writing side.
pub(crate) fn open_write(access: Access) -> Result<Arc<dyn PortalWrite>, OpenError> {
    Ok(Arc::new(Hfl::open(access)?))
}

/// The HFL portal, opened.
struct Hfl {
    portal: PortalName,
    api: Api,
}

impl Hfl {
    fn open(access: Access) -> Result<Self, OpenError> {
        let client = Client::open(&access)?;
        Ok(Self {
            portal: access.portal,
            api: Api::new(client),
        })
    }
}

#[async_trait]
impl PortalRead for Hfl {
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
        self.find(organisation, &write.accounts())
            .await
            .map_err(|failure| failure.at(&self.portal, organisation))
    }
}

#[async_trait]
impl PortalWrite for Hfl {
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
        _account: &AccountRef,
        _act: &Act,
    ) -> Result<Option<SecretString>, PortalError> {
        let kind = PortalErrorKind::Unsupported("no help-desk act is known at this portal");
        Err(CallFailure::new("act", kind).at(&self.portal, organisation))
    }
}
