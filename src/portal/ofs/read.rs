//! Reading the OfS portal: complete listings, and single accounts as they are live. Nothing is
//! concluded from a part of an answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, MutexGuard, PoisonError};

use futures_util::future::try_join_all;

use super::Ofs;
use super::api::{OneUser, User};
use super::convert::{self, Administration};
use crate::model::live::{Incomplete, Listing, Live, LiveAccount};
use crate::model::name::{AreaName, LoginId, PortalId, PortalOrganisation};
use crate::model::plan::AccountRef;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::{CallFailure, once_more};

impl Ofs {
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
        let provider = organisation.as_str();
        let (users, areas) = tokio::try_join!(
            self.api.every_user(provider, convert::accounts),
            self.api.areas(provider)
        )?;
        let administration = Arc::new(convert::administration(&areas));
        let call = self.api.users_call("GET", provider);
        let failed = |kind| CallFailure::new(&*call, kind);
        let untrusted = |incomplete: Incomplete| failed(incomplete.into());
        let mut listing = Listing::begin(organisation.clone());
        let of_areas = |kind| CallFailure::new(self.api.areas_call(provider), kind);
        for page in areas {
            let rows = page.areas.into_iter().map(convert::area);
            let rows = rows.collect::<Result<_, _>>().map_err(of_areas)?;
            listing
                .catalogue_page(&page.provider, page.total, rows)
                .map_err(|incomplete| of_areas(incomplete.into()))?;
        }
        for mut page in users {
            for account in &mut page.rows {
                convert::settle(account, &administration);
            }
            listing
                .accounts_page(&page.provider, page.total, page.rows)
                .map_err(untrusted)?;
        }
        let live = listing.finish().map_err(|incomplete| {
            if incomplete.is_of_areas() {
                of_areas(incomplete.into())
            } else {
                untrusted(incomplete)
            }
        })?;
        self.known_administration()
            .insert(organisation.clone(), administration);
        if self.cross_check {
            self.compare_views(organisation, &live).await?;
        }
        Ok(live)
    }

    /// Reads every area's members and compares them with what the accounts say.
    async fn compare_views(
        &self,
        organisation: &PortalOrganisation,
        live: &Live,
    ) -> Result<(), CallFailure> {
        let areas = live.catalogue().values();
        let members = areas.map(|area| async move {
            let seen = self.members(organisation, &area.name).await?;
            Ok::<_, CallFailure>((area, seen))
        });
        for (area, seen) in try_join_all(members).await? {
            let told: BTreeSet<&str> = live
                .accounts()
                .values()
                .filter(|account| match area.administration {
                    true => account.admin,
                    false => account.areas.contains(&area.name),
                })
                .map(|account| account.id.as_str())
                .collect();
            if !told.iter().copied().eq(seen.iter().map(String::as_str)) {
                let disagree = Incomplete::ViewsDisagree(area.name.clone());
                let (provider, code) = (organisation.as_str(), area.name.as_str());
                let call = self.api.members_call(provider, code);
                return Err(CallFailure::new(call, disagree.into()));
            }
        }
        Ok(())
    }

    /// The ids of one area's members, complete.
    async fn members(
        &self,
        organisation: &PortalOrganisation,
        area: &AreaName,
    ) -> Result<BTreeSet<String>, CallFailure> {
        let provider = organisation.as_str();
        let pages = self.api.members(provider, area.as_str()).await?;
        let call = self.api.members_call(provider, area.as_str());
        let failed = |kind| CallFailure::new(&*call, kind);
        let mut tally = Tally::begin("members of an area", organisation);
        for page in pages {
            if page.area != area.as_str() {
                let other = "the members of another area".to_owned();
                return Err(failed(PortalErrorKind::Malformed(other)));
            }
            tally
                .page(&page.provider, page.total, page.users)
                .map_err(|incomplete| failed(incomplete.into()))?;
        }
        tally
            .finish()
            .map_err(|incomplete| failed(incomplete.into()))
    }

    fn known_administration(
        &self,
    ) -> MutexGuard<'_, BTreeMap<PortalOrganisation, Arc<Administration>>> {
        self.administration
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn administration(
        &self,
        organisation: &PortalOrganisation,
    ) -> Result<Arc<Administration>, CallFailure> {
        let known = self.known_administration().get(organisation).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let areas = self.api.areas(organisation.as_str()).await?;
        let call = self.api.areas_call(organisation.as_str());
        let failed = |incomplete: Incomplete| CallFailure::new(&*call, incomplete.into());
        let mut tally = Tally::begin("areas", organisation);
        for page in &areas {
            let codes = page.areas.iter().map(|area| area.code.clone());
            tally
                .page(&page.provider, page.total, codes)
                .map_err(failed)?;
        }
        tally.finish().map_err(failed)?;
        let found = Arc::new(convert::administration(&areas));
        self.known_administration()
            .insert(organisation.clone(), Arc::clone(&found));
        Ok(found)
    }

    /// The accounts that `wanted` may be: by id at most one, by login id every one that bears it.
    pub(super) async fn find(
        &self,
        organisation: &PortalOrganisation,
        wanted: &AccountRef,
    ) -> Result<Vec<LiveAccount>, CallFailure> {
        let provider = organisation.as_str();
        let administration = self.administration(organisation).await?;
        let users = match &wanted.id {
            Some(id) => match self.api.user(provider, id.as_str()).await {
                Ok((one, _)) => vec![self.expect_user(organisation, "GET", one, Some(id))?],
                Err(failure) if failure.has_code("unknown-user") => Vec::new(),
                Err(failure) => return Err(failure),
            },
            None => self.search(organisation, &wanted.login).await?,
        };
        let call = self.api.users_call("GET", provider);
        users
            .into_iter()
            .map(|user| convert::account(user, &administration))
            .collect::<Result<_, _>>()
            .map_err(|kind| CallFailure::new(call, kind))
    }

    /// Every user with this login id. The portal's own filter is only a hint: each row is compared.
    async fn search(
        &self,
        organisation: &PortalOrganisation,
        login: &LoginId,
    ) -> Result<Vec<User>, CallFailure> {
        let provider = organisation.as_str();
        let pages = self.api.users(provider, Some(login.as_str())).await?;
        let call = self.api.users_call("GET", provider);
        let failed = |incomplete: Incomplete| CallFailure::new(&*call, incomplete.into());
        let mut tally = Tally::begin("accounts", organisation);
        let mut found = Vec::new();
        for page in pages {
            let ids = page.users.iter().map(|user| user.id.clone());
            tally
                .page(&page.provider, page.total, ids)
                .map_err(failed)?;
            let same = |user: &User| LoginId::new(user.email.as_str()) == *login;
            found.extend(page.users.into_iter().filter(same));
        }
        tally.finish().map_err(failed)?;
        Ok(found)
    }

    /// Checks that an answer about one user is of this provider and of this user.
    pub(super) fn expect_user(
        &self,
        organisation: &PortalOrganisation,
        method: &str,
        answer: OneUser,
        id: Option<&PortalId>,
    ) -> Result<User, CallFailure> {
        let OneUser { provider, user } = answer;
        let right = id.is_none_or(|id| id.as_str() == user.id);
        let call = match id {
            Some(id) => self
                .api
                .user_call(method, organisation.as_str(), id.as_str()),
            None => self.api.users_call(method, organisation.as_str()),
        };
        if !right {
            let other = PortalErrorKind::Malformed("another user came back".to_owned());
            return Err(CallFailure::new(call, other));
        }
        if provider != organisation.as_str() {
            let other = PortalErrorKind::Malformed("another provider's user came back".to_owned());
            return Err(CallFailure::new(call, other));
        }
        Ok(user)
    }
}

/// Counts the rows of a list that does not become a listing, with the same checks.
struct Tally<'a> {
    what: &'static str,
    organisation: &'a PortalOrganisation,
    stated: Option<u64>,
    ids: BTreeSet<String>,
}

impl<'a> Tally<'a> {
    fn begin(what: &'static str, organisation: &'a PortalOrganisation) -> Self {
        Self {
            what,
            organisation,
            stated: None,
            ids: BTreeSet::new(),
        }
    }

    fn page(
        &mut self,
        provider: &str,
        total: u64,
        ids: impl IntoIterator<Item = String>,
    ) -> Result<(), Incomplete> {
        if provider != self.organisation.as_str() {
            return Err(Incomplete::WrongOrganisation {
                asked: self.organisation.clone(),
                found: provider.chars().take(64).collect(),
            });
        }
        let first = *self.stated.get_or_insert(total);
        if first != total {
            let what = self.what;
            return Err(Incomplete::Shifted {
                what,
                first,
                later: total,
            });
        }
        for id in ids {
            if let Some(twice) = self.ids.replace(id) {
                return Err(Incomplete::Duplicate(twice));
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<BTreeSet<String>, Incomplete> {
        let stated = self.stated.ok_or(Incomplete::NoTotal(self.what))?;
        let received = self.ids.len() as u64;
        if stated != received {
            return Err(Incomplete::Count {
                what: self.what,
                stated,
                received,
            });
        }
        Ok(self.ids)
    }
}
