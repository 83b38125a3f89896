//! Writing to the HFL portal: one writing call for one write, none where it is done already. A
//! save of a product starts from its freshest ticks and keeps every one that it was not told of.

use std::collections::BTreeSet;

use super::Hfl;
use super::api::NewSubAccount;
use super::convert;
use crate::model::name::{AreaName, LoginId, PortalId, PortalOrganisation};
use crate::model::plan::{AccountRef, Change, Write};
use crate::portal::Written;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::{CallFailure, once_more};

/// What one save of a product ticks and unticks.
struct Ticking<'a> {
    area: &'a AreaName,
    give: &'a [AccountRef],
    take: &'a [AccountRef],
}

impl Hfl {
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
                notify: Some(notify),
                terms_accepted_by: Some(_),
                assigned: false,
            } => {
                let email = email.as_deref();
                let new = convert::new_sub_account(&account.login, &account.name, email, *notify);
                let made = self.create(organisation, &new, key).await?;
                return Ok(Written::now(Some(made)));
            }
            Write::Create {
                terms_accepted_by: None,
                ..
            } => unsupported("an account whose terms nobody accepts"),
            Write::Create { notify: None, .. } => {
                unsupported("an account without a choice of notice")
            }
            Write::Create { .. } => {
                unsupported("an end, a term, or a username that the portal makes")
            }
            Write::AreaSet { area, give, take } => {
                self.save(organisation, &Ticking { area, give, take }).await
            }
            Write::Edit { account, changes } => self.edit(organisation, account, changes).await,
            Write::Delete { account } => self.delete(organisation, account).await,
            Write::Grant { .. } => unsupported("a grant apart from its product's whole set"),
            Write::AccountSet { .. } => unsupported("an account's whole set"),
            Write::Admin { .. } => unsupported("administrators beside the main account"),
            Write::Active { .. } => unsupported("activation"),
            Write::Keep { .. } => unsupported("a further term"),
        }?;
        Ok(Written::now(None))
    }

    async fn create(
        &self,
        organisation: &PortalOrganisation,
        new: &NewSubAccount,
        key: &str,
    ) -> Result<PortalId, CallFailure> {
        let answer = self.api.create(organisation.as_str(), new, key).await?;
        let made = self.expect_sub_account(organisation, "POST", answer, None)?;
        if LoginId::new(made.username.as_str()) != LoginId::new(new.username.as_str())
            || made.id.trim().is_empty()
        {
            let other = PortalErrorKind::Malformed("another sub account came back".to_owned());
            let call = self.api.all_call("POST", organisation.as_str());
            return Err(CallFailure::new(call, other));
        }
        Ok(made.id.into())
    }

    /// Saves one product's ticks; once more, from what is live then, if somebody else saved them
    /// between reading and writing.
    async fn save(
        &self,
        organisation: &PortalOrganisation,
        ticking: &Ticking<'_>,
    ) -> Result<(), CallFailure> {
        once_more(CallFailure::is_stale, |again| {
            self.save_once(organisation, ticking, again)
        })
        .await
    }

    async fn save_once(
        &self,
        organisation: &PortalOrganisation,
        ticking: &Ticking<'_>,
        surprised: bool,
    ) -> Result<(), CallFailure> {
        let Ticking { area, give, take } = *ticking;
        let (school, product) = (organisation.as_str(), area.as_str());
        let call = self.api.ticks_call("PUT", school, product);
        let give = ids(give).map_err(|kind| CallFailure::new(&*call, kind))?;
        let take = ids(take).map_err(|kind| CallFailure::new(&*call, kind))?;
        let (answer, tag) = self.api.permissions(school, product).await?;
        let live = self.expect_ticks(organisation, "GET", area, answer)?;
        // The plan saw none of `give` ticked and all of `take`. If that is not so any more, some
        // of the accounts may be gone as well.
        if surprised || !give.is_disjoint(&live) || !take.is_subset(&live) {
            self.expect_all_there(organisation, ticking, &call).await?;
        }
        let wanted: BTreeSet<String> = live.difference(&take).chain(&give).cloned().collect();
        if wanted == live {
            return Ok(());
        }
        let body = wanted.iter().cloned().collect();
        let saved = self.api.save_permissions(school, product, tag, body).await;
        let answer = saved.map_err(|failure| match failure.has_code("unknown-sub-account") {
            true => CallFailure::new(&*call, PortalErrorKind::NoAccount),
            false => failure,
        })?;
        if self.expect_ticks(organisation, "PUT", area, answer)? == wanted {
            return Ok(());
        }
        let other = "other permissions came back than were saved".to_owned();
        Err(CallFailure::new(call, PortalErrorKind::Malformed(other)))
    }

    /// Checks that every account which a save names is still there and still the same.
    async fn expect_all_there(
        &self,
        organisation: &PortalOrganisation,
        ticking: &Ticking<'_>,
        call: &str,
    ) -> Result<(), CallFailure> {
        let named: Vec<&AccountRef> = ticking.give.iter().chain(ticking.take).collect();
        let live = self.find(organisation, &named).await?;
        for account in named {
            let found = live
                .iter()
                .find(|live| Some(&live.id) == account.id.as_ref());
            let kind = match found {
                None => PortalErrorKind::NoAccount,
                Some(found) if found.login != account.login => {
                    PortalErrorKind::Changed { field: "username" }
                }
                Some(_) => continue,
            };
            return Err(CallFailure::new(call, kind));
        }
        Ok(())
    }

    /// Changes fields, if they still are what the plan found.
    async fn edit(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        changes: &[Change],
    ) -> Result<(), CallFailure> {
        let id = self.known(organisation, "PATCH", account)?;
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
        let school = organisation.as_str();
        let (answer, tag) = self.api.sub_account(school, id.as_str()).await?;
        let live = self.expect_sub_account(organisation, "GET", answer, Some(id))?;
        let call = self.api.one_call("PATCH", school, id.as_str());
        let patch = convert::patch(changes, &live).map_err(|kind| CallFailure::new(call, kind))?;
        let Some(patch) = patch else {
            return Ok(());
        };
        let answer = self.api.change(school, id.as_str(), tag, &patch).await?;
        self.expect_sub_account(organisation, "PATCH", answer, Some(id))
            .map(|_| ())
    }

    /// Deletes for good, once the account has been seen to be the one that is meant.
    async fn delete(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
    ) -> Result<(), CallFailure> {
        let id = self.known(organisation, "DELETE", account)?;
        let school = organisation.as_str();
        let (answer, _) = self.api.sub_account(school, id.as_str()).await?;
        let live = self.expect_sub_account(organisation, "GET", answer, Some(id))?;
        if LoginId::new(live.username) != account.login {
            let call = self.api.one_call("DELETE", school, id.as_str());
            let kind = PortalErrorKind::Changed { field: "username" };
            return Err(CallFailure::new(call, kind));
        }
        self.api.delete(school, id.as_str()).await
    }

    fn known<'a>(
        &self,
        organisation: &PortalOrganisation,
        method: &str,
        account: &'a AccountRef,
    ) -> Result<&'a PortalId, CallFailure> {
        account.id.as_ref().ok_or_else(|| {
            let call = self.api.all_call(method, organisation.as_str());
            CallFailure::new(call, PortalErrorKind::NoAccount)
        })
    }
}

/// The portal ids of accounts that must all be known.
fn ids(accounts: &[AccountRef]) -> Result<BTreeSet<String>, PortalErrorKind> {
    accounts
        .iter()
        .map(|account| account.id.as_ref().map(|id| id.as_str().to_owned()))
        .collect::<Option<_>>()
        .ok_or(PortalErrorKind::NoAccount)
}
