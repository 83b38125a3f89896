//! Reading the Hampshire Services Portal: complete listings, and single accounts as they are live.
//! Nothing is concluded from a part of an answer.

use super::Hampshire;
use super::api::{Roles, UsersPage};
use super::convert;
use crate::model::live::{Incomplete, Listing, Live, LiveAccount};
use crate::model::name::{PortalId, PortalOrganisation};
use crate::model::plan::AccountRef;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::{CallFailure, Tag, once_more};

impl Hampshire {
    /// Reads everything; once more if it moved meanwhile.
    pub(super) async fn read_list(
        &self,
        organisation: &PortalOrganisation,
    ) -> Result<Live, CallFailure> {
        once_more(CallFailure::is_of_a_moved_list, |_| {
            self.list_once(organisation)
        })
        .await
    }

    async fn list_once(&self, organisation: &PortalOrganisation) -> Result<Live, CallFailure> {
        let dfe = organisation.as_str();
        let (users, services) =
            tokio::try_join!(self.api.users(dfe, None), self.api.services(dfe))?;
        let mut listing = Listing::begin(organisation.clone());
        let of_services = |kind| CallFailure::new(self.api.services_call(dfe), kind);
        let areas = services.services.into_iter().map(convert::area);
        let areas = areas.collect::<Result<_, _>>().map_err(of_services)?;
        listing
            .catalogue_page(&services.organisation, services.total, areas)
            .map_err(|incomplete| of_services(incomplete.into()))?;
        self.gather(&mut listing, organisation, users)?;
        listing.finish().map_err(|incomplete| {
            if incomplete.is_of_areas() {
                of_services(incomplete.into())
            } else {
                CallFailure::new(self.api.users_call("GET", dfe), incomplete.into())
            }
        })
    }

    /// Adds pages of users to a listing.
    fn gather(
        &self,
        listing: &mut Listing,
        organisation: &PortalOrganisation,
        pages: Vec<UsersPage>,
    ) -> Result<(), CallFailure> {
        let call = self.api.users_call("GET", organisation.as_str());
        let failed = |kind| CallFailure::new(&*call, kind);
        for page in pages {
            let rows = page.users.into_iter().map(convert::account);
            let rows = rows.collect::<Result<_, _>>().map_err(failed)?;
            listing
                .accounts_page(&page.organisation, page.total, rows)
                .map_err(|incomplete| failed(incomplete.into()))?;
        }
        Ok(())
    }

    /// The accounts that `wanted` may be: by id at most one, by login id every one that bears it.
    /// The portal's search is only a hint: whoever it does not find is looked for among all, and
    /// only then said to be absent.
    pub(super) async fn find(
        &self,
        organisation: &PortalOrganisation,
        wanted: &AccountRef,
    ) -> Result<Vec<LiveAccount>, CallFailure> {
        let hinted = self.search(organisation, Some(wanted.login.as_str()));
        let found = matching(hinted.await?, wanted);
        if !found.is_empty() {
            return Ok(found);
        }
        Ok(matching(self.search(organisation, None).await?, wanted))
    }

    /// Every account of a search, complete.
    async fn search(
        &self,
        organisation: &PortalOrganisation,
        text: Option<&str>,
    ) -> Result<Vec<LiveAccount>, CallFailure> {
        let pages = self.api.users(organisation.as_str(), text).await?;
        let stated = pages.first().map_or(0, |page| page.total);
        let mut listing = Listing::begin(organisation.clone());
        self.gather(&mut listing, organisation, pages)?;
        let received = listing.accounts().len() as u64;
        if stated != received {
            let short = Incomplete::Count {
                what: "accounts",
                stated,
                received,
            };
            let call = self.api.users_call("GET", organisation.as_str());
            return Err(CallFailure::new(call, short.into()));
        }
        Ok(listing.accounts().values().cloned().collect())
    }

    /// One user's roles as they are live, with their version tag.
    pub(super) async fn live_roles(
        &self,
        organisation: &PortalOrganisation,
        id: &PortalId,
    ) -> Result<(Roles, Tag), CallFailure> {
        let dfe = organisation.as_str();
        let (roles, tag) = self.api.roles(dfe, id.as_str()).await?;
        let roles = self.expect_roles(organisation, "GET", roles, id)?;
        Ok((roles, tag))
    }

    /// Checks that an answer about one user's roles is of this organisation and of this user.
    pub(super) fn expect_roles(
        &self,
        organisation: &PortalOrganisation,
        method: &str,
        answer: Roles,
        id: &PortalId,
    ) -> Result<Roles, CallFailure> {
        let wrong = if answer.user_id != id.as_str() {
            "another user came back"
        } else if answer.organisation != organisation.as_str() {
            "another organisation's user came back"
        } else {
            return Ok(answer);
        };
        let call = self.api.roles_call(method, organisation.as_str());
        let kind = PortalErrorKind::Malformed(wrong.to_owned());
        Err(CallFailure::new(call, kind))
    }
}

fn matching(accounts: Vec<LiveAccount>, wanted: &AccountRef) -> Vec<LiveAccount> {
    let same = |live: &LiveAccount| match &wanted.id {
        Some(id) => live.id == *id,
        None => live.login == wanted.login,
    };
    accounts.into_iter().filter(same).collect()
}
