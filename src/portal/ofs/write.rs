//! Writing to the OfS portal: one writing call for one write, none where it is done already.

use super::Ofs;
use super::api::{NewUser, Patch};
use super::convert;
use crate::model::name::{AreaName, LoginId, PortalId, PortalOrganisation};
use crate::model::plan::{AccountRef, Change, Write};
use crate::portal::error::PortalErrorKind;
use crate::portal::http::{CallFailure, once_more};
use crate::portal::{Act, Written};

impl Ofs {
    async fn create(
        &self,
        organisation: &PortalOrganisation,
        user: &NewUser,
        key: &str,
    ) -> Result<PortalId, CallFailure> {
        let answer = self.api.create(organisation.as_str(), user, key).await?;
        let made = self.expect_user(organisation, "POST", answer, None)?;
        if LoginId::new(made.email.as_str()) != LoginId::new(user.email.as_str())
            || made.id.trim().is_empty()
        {
            let other = PortalErrorKind::Malformed("another user came back".to_owned());
            let call = self.api.users_call("POST", organisation.as_str());
            return Err(CallFailure::new(call, other));
        }
        Ok(made.id.into())
    }

    /// Changes fields, if they still are what the plan found.
    async fn edit(
        &self,
        organisation: &PortalOrganisation,
        id: &PortalId,
        changes: &[Change],
    ) -> Result<(), CallFailure> {
        once_more(CallFailure::is_stale, |_| {
            self.edit_once(organisation, id, changes)
        })
        .await
    }

    async fn edit_once(
        &self,
        organisation: &PortalOrganisation,
        id: &PortalId,
        changes: &[Change],
    ) -> Result<(), CallFailure> {
        let provider = organisation.as_str();
        let (answer, tag) = self.api.user(provider, id.as_str()).await?;
        let live = self.expect_user(organisation, "GET", answer, Some(id))?;
        let call = self.api.user_call("PATCH", provider, id.as_str());
        let patch = convert::patch(changes, &live).map_err(|kind| CallFailure::new(call, kind))?;
        let Some(patch) = patch else {
            return Ok(());
        };
        let answer = self.api.change(provider, id.as_str(), tag, &patch).await?;
        self.expect_user(organisation, "PATCH", answer, Some(id))
            .map(|_| ())
    }

    async fn grant(
        &self,
        organisation: &PortalOrganisation,
        id: &PortalId,
        area: &AreaName,
        give: bool,
    ) -> Result<(), CallFailure> {
        let provider = organisation.as_str();
        let result = self
            .api
            .grant(provider, id.as_str(), area.as_str(), give)
            .await;
        match result {
            // What is to be taken away is not there: that is what was wanted.
            Err(failure) if !give && failure.has_code("not-granted") => Ok(()),
            other => other,
        }
    }

    pub(super) async fn make_call(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        key: &str,
    ) -> Result<Written, CallFailure> {
        let unsupported = |what| {
            Err(CallFailure::new(
                "write",
                PortalErrorKind::Unsupported(what),
            ))
        };
        match write {
            Write::Create {
                account,
                email,
                expires,
                term: None,
                notify: None,
                terms_accepted_by: None,
                assigned: false,
            } => {
                let email = email.as_deref().unwrap_or(account.login.as_str());
                let user = convert::new_user(email, &account.name, *expires);
                let made = self.create(organisation, &user, key).await?;
                Ok(Written::now(Some(made)))
            }
            Write::Create { .. } => unsupported("a term, or a choice of notice, at creation"),
            Write::Edit { account, changes } => {
                let id = self.known(organisation, "PATCH", account)?;
                self.edit(organisation, id, changes).await?;
                Ok(Written::now(None))
            }
            Write::Grant {
                account,
                area,
                give,
            } => {
                let method = if *give { "PUT" } else { "DELETE" };
                let id = self.known(organisation, method, account)?;
                self.grant(organisation, id, area, *give).await?;
                Ok(Written::now(None))
            }
            Write::AccountSet { .. } => unsupported("an account's whole set"),
            Write::AreaSet { .. } => unsupported("an area's whole set"),
            Write::Admin { .. } => unsupported("promotion and demotion by an act of their own"),
            Write::Active { .. } => unsupported("activation"),
            Write::Keep { .. } => unsupported("a further term"),
            Write::Delete { .. } => unsupported("accounts are never deleted"),
        }
    }

    /// Unlocks; the portal has no other help-desk act.
    pub(super) async fn help(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<(), CallFailure> {
        let Act::Unlock = act else {
            let kind = PortalErrorKind::Unsupported("only unlocking is done by API");
            return Err(CallFailure::new("act", kind));
        };
        let id = self.known(organisation, "PATCH", account)?;
        let provider = organisation.as_str();
        let (one, tag) = self.api.user(provider, id.as_str()).await?;
        let user = self.expect_user(organisation, "GET", one, Some(id))?;
        if !user.locked {
            return Ok(());
        }
        let patch = Patch {
            locked: Some(false),
            ..Patch::default()
        };
        let changed = self.api.change(provider, id.as_str(), tag, &patch).await?;
        let user = self.expect_user(organisation, "PATCH", changed, Some(id))?;
        if user.locked {
            let call = self.api.user_call("PATCH", provider, id.as_str());
            let kind = PortalErrorKind::Malformed("the account is still locked".to_owned());
            return Err(CallFailure::new(call, kind));
        }
        Ok(())
    }

    fn known<'a>(
        &self,
        organisation: &PortalOrganisation,
        method: &str,
        account: &'a AccountRef,
    ) -> Result<&'a PortalId, CallFailure> {
        account.id.as_ref().ok_or_else(|| {
            let call = self.api.users_call(method, organisation.as_str());
            CallFailure::new(call, PortalErrorKind::NoAccount)
        })
    }
}
