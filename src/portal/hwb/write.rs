//! Writing to Hwb user management: one writing call for one write. Each act names the state that it
//! leads to and overwrites nothing else, so none starts from a read.

use secrecy::{ExposeSecret, SecretString};

use super::Hwb;
use super::api::{Made, NewPassword, NewUser, UserAct};
use super::convert;
use super::read::{expect_organisation, expect_user};
use crate::model::name::{PortalId, PortalOrganisation};
use crate::model::plan::{AccountRef, Term, Write};
use crate::portal::error::PortalErrorKind;
use crate::portal::http::CallFailure;
use crate::portal::{Act, Written};

impl Hwb {
    pub(super) async fn make_call(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        key: &str,
    ) -> Result<Written, CallFailure> {
        match write {
            Write::Create {
                account,
                email,
                expires: None,
                term: Some(term),
                notify: None,
                terms_accepted_by: None,
                assigned: true,
            } => {
                let user = NewUser {
                    name: (*account.name).to_owned(),
                    email: email
                        .as_deref()
                        .unwrap_or(account.login.as_str())
                        .to_owned(),
                    term: term_name(*term)?,
                };
                self.create(organisation, &user, key).await
            }
            Write::Create { .. } => Err(unsupported(
                "an account without a term, with a login id of its own, or with another choice",
            )),
            Write::Keep { account, term } => {
                let act = UserAct::Keep(term_name(*term)?);
                self.act_on(organisation, account, act, key).await
            }
            Write::Active { account, active } => {
                let act = match active {
                    true => UserAct::Activate,
                    false => UserAct::Deactivate,
                };
                self.act_on(organisation, account, act, key).await
            }
            Write::Admin { account, promote } => {
                let act = match promote {
                    true => UserAct::Promote,
                    false => UserAct::Demote,
                };
                self.act_on(organisation, account, act, key).await
            }
            Write::Edit { .. } => Err(unsupported("another name, address or date")),
            Write::Grant { .. } => Err(unsupported("areas")),
            Write::AccountSet { .. } => Err(unsupported("an account's whole set")),
            Write::AreaSet { .. } => Err(unsupported("an area's whole set")),
            Write::Delete { .. } => Err(unsupported("deletion")),
        }
    }

    /// Asks for an account. One that the portal is still making is not asked for again (W2).
    async fn create(
        &self,
        organisation: &PortalOrganisation,
        user: &NewUser,
        key: &str,
    ) -> Result<Written, CallFailure> {
        let answer = self.api.create(organisation.as_str(), user, key).await;
        let (made, later) = answer.map_err(pending)?;
        let call = self.api.users_call("POST", organisation.as_str());
        let failed = |kind| CallFailure::new(&*call, kind);
        let Made {
            organisation: whose,
            id,
            username,
        } = made;
        expect_organisation(organisation, &whose).map_err(failed)?;
        if id.trim().is_empty() || username.trim().is_empty() {
            let nobody = "a user without `id` or `username`".to_owned();
            return Err(failed(PortalErrorKind::Malformed(nobody)));
        }
        let id = Some(id.into());
        Ok(Written { id, later })
    }

    async fn act_on(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: UserAct,
        key: &str,
    ) -> Result<Written, CallFailure> {
        let id = self.known(organisation, account, act.as_str())?;
        let (whose, name) = (organisation.as_str(), id.as_str());
        let answer = self.api.act(whose, name, act, key).await;
        let (answer, later) = answer.map_err(barred)?;
        expect_user(organisation, answer, id)
            .map(|_| Written { id: None, later })
            .map_err(|kind| CallFailure::new(self.api.act_call(whose, name, act.as_str()), kind))
    }

    /// Gives a new password (W8); the portal has no other help-desk act.
    pub(super) async fn help(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<Option<SecretString>, CallFailure> {
        let Act::ResetPassword(chosen) = act else {
            let kind = PortalErrorKind::Unsupported("only passwords are reset by API");
            return Err(CallFailure::new("act", kind));
        };
        let id = self.known(organisation, account, "password")?;
        let whose = organisation.as_str();
        let call = self.api.act_call(whose, id.as_str(), "password");
        let failed = |kind| CallFailure::new(&*call, kind);
        if let Some(password) = chosen {
            convert::check_password(password.expose_secret()).map_err(failed)?;
        }
        let answer = self.api.password(whose, id.as_str(), chosen.as_ref());
        let NewPassword {
            organisation: found,
            id: of,
            password,
        } = answer.await?;
        expect_organisation(organisation, &found).map_err(failed)?;
        if of != id.as_str() {
            let other = "another user's password came back".to_owned();
            return Err(failed(PortalErrorKind::Malformed(other)));
        }
        match (chosen, password) {
            (Some(_), _) => Ok(None),
            (None, Some(made)) if !made.expose_secret().is_empty() => Ok(Some(made)),
            (None, _) => {
                let none = "no password came back".to_owned();
                Err(failed(PortalErrorKind::Malformed(none)))
            }
        }
    }

    fn known<'a>(
        &self,
        organisation: &PortalOrganisation,
        account: &'a AccountRef,
        act: &str,
    ) -> Result<&'a PortalId, CallFailure> {
        account.id.as_ref().ok_or_else(|| {
            let call = format!(
                "{} ({act})",
                self.api.users_call("POST", organisation.as_str())
            );
            CallFailure::new(call, PortalErrorKind::NoAccount)
        })
    }
}

fn term_name(term: Term) -> Result<&'static str, CallFailure> {
    convert::term(term).ok_or_else(|| unsupported("a term of so many months"))
}

fn unsupported(what: &'static str) -> CallFailure {
    CallFailure::new("write", PortalErrorKind::Unsupported(what))
}

/// The codes of refusals, with what to do about each.
const ADVICE: [(&str, &str); 3] = [
    (
        "managed-by-mis",
        "the school's management information system keeps that account; change it there",
    ),
    (
        "own-account",
        "nobody can demote the account that beadle itself uses; another administrator can",
    ),
    (
        "not-expiring",
        "an account is kept within 8 weeks of its end, for a term that ends later; plan again",
    ),
];

/// Says what is to be done about a refusal that is known; nothing was done.
fn barred(mut failure: CallFailure) -> CallFailure {
    let known = ADVICE.iter().find(|(code, _)| failure.has_code(code));
    if let (Some((code, advice)), PortalErrorKind::Conflict { status, .. }) = (known, &failure.kind)
    {
        failure.kind = PortalErrorKind::Barred {
            status: *status,
            code,
            advice,
        };
    }
    failure
}

/// Says in words what the code of a conflict says.
fn pending(mut failure: CallFailure) -> CallFailure {
    if failure.has_code("user-pending") {
        failure.kind = PortalErrorKind::Pending(failure.code.as_deref().map(str::to_owned));
    }
    failure
}
