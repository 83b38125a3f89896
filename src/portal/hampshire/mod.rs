//! The driver of the Hampshire Services Portal: its calls, for the two traits. One save is one
//! user's whole set of roles, and each save mails that user: none is made without need, and none
//! is repeated blindly. Decides nothing; its rules are a table.

mod api;
mod convert;
mod read;
mod rules;
mod steps;
mod write;

use secrecy::SecretString;

use self::api::Api;
use super::access::{Access, OpenError};
use super::http::{CallFailure, Client};
use super::opened::Calls;
use super::{Act, Written};
use crate::model::live::{Live, LiveAccount};
use crate::model::name::PortalOrganisation;
use crate::model::plan::{AccountRef, Write};
use crate::model::rules::Rules;

/// The Services Portal, opened.
pub(super) struct Hampshire {
    api: Api,
}

impl Calls for Hampshire {
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
        let mut accounts = Vec::new();
        for wanted in write.accounts() {
            accounts.extend(self.find(organisation, wanted).await?);
        }
        Ok(accounts)
    }

    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        idempotency_key: &str,
    ) -> Result<Written, CallFailure> {
        self.make_call(organisation, write, idempotency_key).await
    }

    async fn act(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<Option<SecretString>, CallFailure> {
        self.help(organisation, account, act).await.map(|()| None)
    }

    fn advised(failure: CallFailure) -> CallFailure {
        convert::advised(failure)
    }
}
