//! Writing to the Hampshire Services Portal: one writing call for one write, none where it is done
//! already.

use super::Hampshire;
use super::api::NewUser;
use super::convert;
use crate::model::name::{AreaName, LoginId, PortalId, PortalOrganisation};
use crate::model::plan::{AccountRef, Write};
use crate::portal::error::PortalErrorKind;
use crate::portal::http::{CallFailure, once_more};
use crate::portal::{Act, Written};

/// The ticks of one user that are to change.
struct Ticks<'a> {
    give: &'a [AreaName],
    take: &'a [AreaName],
    admin: Option<bool>,
}

impl Hampshire {
    /// Saves the roles of one user once: from the freshest set, over nobody else's change.
    async fn save(
        &self,
        organisation: &PortalOrganisation,
        id: &PortalId,
        ticks: &Ticks<'_>,
    ) -> Result<(), CallFailure> {
        once_more(CallFailure::is_stale, |_| {
            self.save_once(organisation, id, ticks)
        })
        .await
    }

    async fn save_once(
        &self,
        organisation: &PortalOrganisation,
        id: &PortalId,
        ticks: &Ticks<'_>,
    ) -> Result<(), CallFailure> {
        let dfe = organisation.as_str();
        let Ticks { give, take, admin } = ticks;
        let (live, tag) = self.live_roles(organisation, id).await?;
        let call = self.api.roles_call("PUT", dfe);
        let failed = |kind| CallFailure::new(&*call, kind);
        let roles = convert::new_roles(&live.roles, give, take, *admin).map_err(failed)?;
        let Some(roles) = roles else {
            return Ok(());
        };
        let answer = self.api.save_roles(dfe, id.as_str(), tag, &roles).await?;
        let saved = self.expect_roles(organisation, "PUT", answer, id)?;
        if saved.roles != roles {
            let other = "other roles came back than were saved".to_owned();
            return Err(failed(PortalErrorKind::Malformed(other)));
        }
        Ok(())
    }

    async fn register(
        &self,
        organisation: &PortalOrganisation,
        user: &NewUser,
        key: &str,
    ) -> Result<PortalId, CallFailure> {
        let dfe = organisation.as_str();
        let answer = self.api.register(dfe, user, key).await?;
        let call = self.api.users_call("POST", dfe);
        let failed = |kind| CallFailure::new(&*call, kind);
        let wrong = |what: &str| failed(PortalErrorKind::Malformed(what.to_owned()));
        if answer.organisation != dfe {
            return Err(wrong("another organisation's user came back"));
        }
        let made = convert::account(answer.user).map_err(failed)?;
        if made.upstream || made.login != LoginId::new(user.email.as_str()) {
            return Err(wrong("another user came back"));
        }
        Ok(made.id)
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
                expires: None,
                term: None,
                notify: None,
                terms_accepted_by: None,
                assigned: false,
            } => {
                let call = self.api.users_call("POST", organisation.as_str());
                let user = convert::new_user(account, email.as_ref())
                    .map_err(|kind| CallFailure::new(call, kind))?;
                let made = self.register(organisation, &user, key).await?;
                Ok(Written::now(Some(made)))
            }
            Write::Create { .. } => {
                unsupported("a date, a term, or a choice of notice, at creation")
            }
            Write::AccountSet {
                account,
                give,
                take,
                admin,
            } => {
                let id = self.known(organisation, "PUT", account)?;
                let admin = *admin;
                self.save(organisation, id, &Ticks { give, take, admin })
                    .await?;
                Ok(Written::now(None))
            }
            Write::Delete { account } => {
                let id = self.known(organisation, "DELETE", account)?;
                self.api.delete(organisation.as_str(), id.as_str()).await?;
                Ok(Written::now(None))
            }
            Write::Edit { .. } => unsupported("names and addresses are not edited here"),
            Write::Grant { .. } => unsupported("one grant alone; a save is a user's whole set"),
            Write::AreaSet { .. } => unsupported("an area's whole set"),
            Write::Admin { .. } => unsupported("promotion and demotion by an act of their own"),
            Write::Active { .. } => unsupported("activation"),
            Write::Keep { .. } => unsupported("a further term"),
        }
    }

    /// Makes the portal forget the number that sign-in codes are sent to; it has no other act.
    pub(super) async fn help(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<(), CallFailure> {
        let Act::ResetOtp = act else {
            let kind = PortalErrorKind::Unsupported("only the sign-in number is reset by API");
            return Err(CallFailure::new("act", kind));
        };
        let id = self.known(organisation, "DELETE", account)?;
        match self
            .api
            .delete_otp(organisation.as_str(), id.as_str())
            .await
        {
            // There is no number left: that is what was wanted.
            Err(failure) if failure.has_code("no-otp-number") => Ok(()),
            other => other,
        }
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
