//! A portal, opened with one of the drivers. A driver knows calls and what became of them; which
//! portal and which organisation it was is added here, for all of them alike.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use super::access::{Access, OpenError};
use super::error::{PortalError, PortalErrorKind};
use super::http::CallFailure;
use super::{Act, PortalRead, PortalWrite, Written};
use crate::model::live::{Live, LiveAccount};
use crate::model::name::{PortalName, PortalOrganisation};
use crate::model::plan::{AccountRef, Write};
use crate::model::rules::Rules;

/// What every driver has. The functions are those of [`PortalRead`] and [`PortalWrite`].
pub(super) trait Calls: Sized + Send + Sync + 'static {
    /// What its portal can and cannot do.
    const RULES: &'static Rules;

    /// Gets ready. Nothing is sent.
    fn open(access: &Access) -> Result<Self, OpenError>;

    fn list(
        &self,
        organisation: &PortalOrganisation,
    ) -> impl Future<Output = Result<Live, CallFailure>> + Send;

    fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> impl Future<Output = Result<Vec<LiveAccount>, CallFailure>> + Send;

    fn below(
        &self,
        _organisation: &PortalOrganisation,
    ) -> impl Future<Output = Result<Vec<(PortalOrganisation, String)>, CallFailure>> + Send {
        async { Ok(Vec::new()) }
    }

    fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        idempotency_key: &str,
    ) -> impl Future<Output = Result<Written, CallFailure>> + Send;

    fn act(
        &self,
        _organisation: &PortalOrganisation,
        _account: &AccountRef,
        _act: &Act,
    ) -> impl Future<Output = Result<Option<SecretString>, CallFailure>> + Send {
        let kind = PortalErrorKind::Unsupported("no help-desk act is known at this portal");
        async { Err(CallFailure::new("act", kind)) }
    }

    /// The same failure, with what is to be done about it where the portal's own code says that.
    fn advised(failure: CallFailure) -> CallFailure {
        failure
    }
}

/// Opens the reading side.
pub(super) fn read<D: Calls>(access: Access) -> Result<Arc<dyn PortalRead>, OpenError> {
    Ok(Arc::new(Opened::<D>::open(access)?))
}

/// Opens the writing side.
pub(super) fn write<D: Calls>(access: Access) -> Result<Arc<dyn PortalWrite>, OpenError> {
    Ok(Arc::new(Opened::<D>::open(access)?))
}

struct Opened<D> {
    portal: PortalName,
    driver: D,
}

impl<D: Calls> Opened<D> {
    fn open(access: Access) -> Result<Self, OpenError> {
        let driver = D::open(&access)?;
        let portal = access.portal;
        Ok(Self { portal, driver })
    }

    /// What a call came to, for whoever asked.
    async fn at<T>(
        &self,
        organisation: &PortalOrganisation,
        call: impl Future<Output = Result<T, CallFailure>> + Send,
    ) -> Result<T, PortalError> {
        let answer = call.await;
        answer.map_err(|failure| D::advised(failure).at(&self.portal, organisation))
    }
}

#[async_trait]
impl<D: Calls> PortalRead for Opened<D> {
    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, PortalError> {
        self.at(organisation, self.driver.list(organisation)).await
    }

    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError> {
        self.at(organisation, self.driver.observe(organisation, write))
            .await
    }

    async fn below(
        &self,
        organisation: &PortalOrganisation,
    ) -> Result<Vec<(PortalOrganisation, String)>, PortalError> {
        self.at(organisation, self.driver.below(organisation)).await
    }
}

#[async_trait]
impl<D: Calls> PortalWrite for Opened<D> {
    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        idempotency_key: &str,
    ) -> Result<Written, PortalError> {
        let call = self.driver.write(organisation, write, idempotency_key);
        self.at(organisation, call).await
    }

    async fn act(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<Option<SecretString>, PortalError> {
        let call = self.driver.act(organisation, account, act);
        self.at(organisation, call).await
    }
}
