//! The driver of the OfS portal: its calls, for the two traits. One grant is one call, one edit is
//! one call, and nothing is ever deleted. Decides nothing; its rules are a table.

mod api;
mod convert;
mod read;
mod rules;
mod steps;
mod write;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use secrecy::SecretString;

use self::api::Api;
use self::convert::Administration;
use super::access::{Access, OpenError};
use super::http::{CallFailure, Client};
use super::opened::Calls;
use super::{Act, Written};
use crate::model::live::{Live, LiveAccount};
use crate::model::name::PortalOrganisation;
use crate::model::plan::{AccountRef, Write};
use crate::model::rules::Rules;

/// The OfS portal, opened.
pub(super) struct Ofs {
    api: Api,
    cross_check: bool,
    /// Administration areas by provider, as last read.
    administration: Mutex<BTreeMap<PortalOrganisation, Arc<Administration>>>,
}

impl Calls for Ofs {
    const RULES: &'static Rules = &rules::RULES;

    fn open(access: &Access) -> Result<Self, OpenError> {
        Ok(Self {
            api: Api::new(Client::open(access)?),
            cross_check: access.cross_check,
            administration: Mutex::default(),
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
}
