//! Reading Hwb user management: complete listings, single accounts as they are live, an
//! authority's schools. Nothing is concluded from a part of an answer.

use std::collections::BTreeMap;

use super::Hwb;
use super::api::{OneUser, Schools, User, UsersPage, is_school};
use super::convert;
use crate::model::live::{Incomplete, Listing, Live, LiveAccount};
use crate::model::name::{LoginId, PortalId, PortalOrganisation};
use crate::model::plan::AccountRef;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::{CallFailure, once_more};

impl Hwb {
    /// Reads everything; once more if it moved meanwhile.
    pub(super) async fn read_list(
        &self,
        organisation: &PortalOrganisation,
    ) -> Result<Live, CallFailure> {
        self.complete(organisation, None).await
    }

    /// Reads all users, or those that the portal takes for a match; once more if they moved.
    async fn complete(
        &self,
        organisation: &PortalOrganisation,
        search: Option<&str>,
    ) -> Result<Live, CallFailure> {
        let moved = CallFailure::is_of_a_moved_list;
        once_more(moved, |_| self.complete_once(organisation, search)).await
    }

    async fn complete_once(
        &self,
        organisation: &PortalOrganisation,
        search: Option<&str>,
    ) -> Result<Live, CallFailure> {
        let pages = self.api.users(organisation.as_str(), search).await?;
        listing(organisation, pages).map_err(|kind| {
            let call = self.api.users_call("GET", organisation.as_str());
            CallFailure::new(call, kind)
        })
    }

    /// The accounts that `wanted` may be: by id at most one; else every one that bears its login
    /// id or, since the portal makes those, its address.
    pub(super) async fn find(
        &self,
        organisation: &PortalOrganisation,
        wanted: &AccountRef,
        email: Option<&str>,
    ) -> Result<Vec<LiveAccount>, CallFailure> {
        if let Some(id) = &wanted.id {
            return match self.api.user(organisation.as_str(), id.as_str()).await {
                Ok(one) => {
                    let call = self.api.user_call(organisation.as_str(), id.as_str());
                    let user = expect_user(organisation, one, id)
                        .and_then(convert::account)
                        .map_err(|kind| CallFailure::new(call, kind))?;
                    Ok(vec![user])
                }
                Err(failure) if failure.has_code("unknown-user") => Ok(Vec::new()),
                Err(failure) => Err(failure),
            };
        }
        let address = email.unwrap_or(wanted.login.as_str());
        let live = self.complete(organisation, Some(address)).await?;
        // The portal's own filter is only a hint: each row is compared.
        let address = LoginId::new(address);
        let same = |account: &&LiveAccount| {
            let shown = account.email.as_deref().map(LoginId::new);
            account.login == wanted.login || shown.is_some_and(|shown| shown == address)
        };
        Ok(live.accounts().values().filter(same).cloned().collect())
    }

    /// The schools below an authority, by number; a school has none.
    pub(super) async fn read_schools(
        &self,
        organisation: &PortalOrganisation,
    ) -> Result<Vec<(PortalOrganisation, String)>, CallFailure> {
        if is_school(organisation.as_str()) {
            return Ok(Vec::new());
        }
        let answer = self.api.schools(organisation.as_str()).await?;
        let call = self.api.schools_call(organisation.as_str());
        schools(organisation, answer).map_err(|kind| CallFailure::new(call, kind))
    }
}

/// Every page, if all of them together are everything.
fn listing(
    organisation: &PortalOrganisation,
    pages: Vec<UsersPage>,
) -> Result<Live, PortalErrorKind> {
    let mut listing = Listing::begin(organisation.clone());
    for page in pages {
        let UsersPage {
            organisation: whose,
            total,
            users,
        } = page;
        let rows = users.into_iter().map(convert::account);
        let rows = rows.collect::<Result<_, _>>()?;
        listing.accounts_page(&whose, total, rows)?;
    }
    // Hwb has no areas to give: its catalogue is known to be empty.
    listing.catalogue_page(organisation.as_str(), 0, Vec::new())?;
    Ok(listing.finish()?)
}

fn schools(
    organisation: &PortalOrganisation,
    answer: Schools,
) -> Result<Vec<(PortalOrganisation, String)>, PortalErrorKind> {
    let Schools {
        organisation: whose,
        total,
        schools,
    } = answer;
    expect_organisation(organisation, &whose)?;
    let received = schools.len() as u64;
    if received != total {
        return Err(PortalErrorKind::Incomplete(Incomplete::Count {
            what: "schools",
            stated: total,
            received,
        }));
    }
    let mut found = BTreeMap::new();
    for school in schools {
        let (id, name) = convert::school(school)?;
        if found.insert(id.clone(), name).is_some() {
            let twice = Incomplete::Duplicate(id.as_str().to_owned());
            return Err(PortalErrorKind::Incomplete(twice));
        }
    }
    Ok(found.into_iter().collect())
}

/// Checks that an answer about one user is of this organisation and of this user.
pub(super) fn expect_user(
    organisation: &PortalOrganisation,
    answer: OneUser,
    id: &PortalId,
) -> Result<User, PortalErrorKind> {
    let OneUser {
        organisation: whose,
        user,
    } = answer;
    expect_organisation(organisation, &whose)?;
    if user.id != id.as_str() {
        return Err(PortalErrorKind::Malformed(
            "another user came back".to_owned(),
        ));
    }
    Ok(user)
}

/// Checks that an answer is of this organisation.
pub(super) fn expect_organisation(
    organisation: &PortalOrganisation,
    found: &str,
) -> Result<(), PortalErrorKind> {
    if found == organisation.as_str() {
        return Ok(());
    }
    let other = Incomplete::WrongOrganisation {
        asked: organisation.clone(),
        found: found.chars().take(64).collect(),
    };
    // Not a refusal: the call may have been carried out, at whomever's.
    Err(PortalErrorKind::Malformed(other.to_string()))
}
