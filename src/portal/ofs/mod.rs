//! The driver of the OfS portal: the two traits over its calls. One grant is one call, one edit is
//! one call, and nothing is ever deleted. Decides nothing; its rules are a table.

mod api;
mod convert;
mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use self::api::{Api, AreasPage, OneUser, UsersPage};
use self::convert::Administration;
use super::access::{Access, OpenError};
use super::error::{PortalError, PortalErrorKind};
use super::http::{CallFailure, Client};
use super::{PortalRead, PortalWrite};
use crate::model::live::{Incomplete, Listing, Live, LiveAccount};
use crate::model::name::{AreaName, LoginId, PortalId, PortalName, PortalOrganisation};
use crate::model::plan::{AccountRef, Change, Write};

pub(crate) use rules::RULES;

/// How often a list that moved while it was read is read again.
const LIST_AGAIN: u32 = 1;
/// How often an edit meets a version tag that somebody else has moved.
const EDIT_AGAIN: u32 = 1;

/// Opens the reading side.
pub(crate) fn open_read(access: Access) -> Result<Arc<dyn PortalRead>, OpenError> {
    Ok(Arc::new(Ofs::open(access)?))
}

/// Opens the writing side.
pub(crate) fn open_write(access: Access) -> Result<Arc<dyn PortalWrite>, OpenError> {
    Ok(Arc::new(Ofs::open(access)?))
}

/// The OfS portal, opened.
struct Ofs {
    portal: PortalName,
    api: Api,
    cross_check: bool,
    /// Administration areas by provider, as last read.
    administration: Mutex<BTreeMap<PortalOrganisation, Arc<Administration>>>,
}

impl Ofs {
    fn open(access: Access) -> Result<Self, OpenError> {
        let client = Client::open(&access)?;
        Ok(Self {
            portal: access.portal,
            api: Api::new(client),
            cross_check: access.cross_check,
            administration: Mutex::default(),
        })
    }

    async fn list_once(&self, organisation: &PortalOrganisation) -> Result<Live, CallFailure> {
        let provider = organisation.as_str();
        let (users, areas) =
            tokio::try_join!(self.api.users(provider, None), self.api.areas(provider))?;
        let administration = self.keep_administration(organisation, &areas);
        let call = self.api.users_call("GET", provider);
        let failed = |kind| CallFailure::new(&*call, kind);
        let untrusted = |incomplete: Incomplete| failed(incomplete.into());
        let mut listing = Listing::begin(organisation.clone());
        for page in areas {
            let rows = page.areas.into_iter().map(convert::area);
            let rows = rows.collect::<Result<_, _>>().map_err(failed)?;
            listing
                .catalogue_page(&page.provider, page.total, rows)
                .map_err(untrusted)?;
        }
        for page in users {
            let rows = page.users.into_iter();
            let rows = rows.map(|user| convert::account(user, &administration));
            let rows = rows.collect::<Result<_, _>>().map_err(failed)?;
            listing
                .accounts_page(&page.provider, page.total, rows)
                .map_err(untrusted)?;
        }
        let live = listing.finish().map_err(untrusted)?;
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
        let call = self.api.users_call("GET", organisation.as_str());
        for area in live.catalogue().values() {
            let seen = self.members(organisation, &area.name).await?;
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
        let call = self.api.users_call("GET", provider);
        let failed = |kind| CallFailure::new(&*call, kind);
        let stated = pages.first().map_or(0, |page| page.total);
        let mut seen = BTreeSet::new();
        for page in pages {
            same_provider(organisation, &page.provider).map_err(failed)?;
            if page.area != area.as_str() {
                let other = "the members of another area".to_owned();
                return Err(failed(PortalErrorKind::Malformed(other)));
            }
            seen.extend(page.users);
        }
        let received = seen.len() as u64;
        if received != stated {
            let what = "members of an area";
            let short = Incomplete::Count {
                what,
                stated,
                received,
            };
            return Err(failed(short.into()));
        }
        Ok(seen)
    }

    fn keep_administration(
        &self,
        organisation: &PortalOrganisation,
        areas: &[AreasPage],
    ) -> Arc<Administration> {
        let found = Arc::new(convert::administration(areas));
        self.known_administration()
            .insert(organisation.clone(), Arc::clone(&found));
        found
    }

    fn known_administration(
        &self,
    ) -> std::sync::MutexGuard<'_, BTreeMap<PortalOrganisation, Arc<Administration>>> {
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
        Ok(self.keep_administration(organisation, &areas))
    }

    /// The accounts that `wanted` may be: by id at most one, by login id every one that bears it.
    async fn find(
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
    ) -> Result<Vec<api::User>, CallFailure> {
        let provider = organisation.as_str();
        let pages = self.api.users(provider, Some(login.as_str())).await?;
        let call = self.api.users_call("GET", provider);
        let failed = |kind| CallFailure::new(&*call, kind);
        let stated = pages.first().map_or(0, |page| page.total);
        let received = pages.iter().map(|page| page.users.len() as u64).sum();
        if received != stated {
            let what = "accounts";
            let short = Incomplete::Count {
                what,
                stated,
                received,
            };
            return Err(failed(short.into()));
        }
        let mut found = Vec::new();
        for UsersPage {
            provider, users, ..
        } in pages
        {
            same_provider(organisation, &provider).map_err(failed)?;
            let same = |user: &api::User| LoginId::new(user.email.as_str()) == *login;
            found.extend(users.into_iter().filter(same));
        }
        Ok(found)
    }

    /// Checks that an answer about one user is of this provider and of this user.
    fn expect_user(
        &self,
        organisation: &PortalOrganisation,
        method: &str,
        answer: OneUser,
        id: Option<&PortalId>,
    ) -> Result<api::User, CallFailure> {
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
        match same_provider(organisation, &provider) {
            Ok(()) => Ok(user),
            Err(kind) => Err(CallFailure::new(call, kind)),
        }
    }

    async fn create(
        &self,
        organisation: &PortalOrganisation,
        user: &api::NewUser,
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
        let provider = organisation.as_str();
        let mut again = 0;
        loop {
            let (answer, tag) = self.api.user(provider, id.as_str()).await?;
            let user = self.expect_user(organisation, "GET", answer, Some(id))?;
            let call = self.api.user_call("PATCH", provider, id.as_str());
            let patch =
                convert::patch(changes, &user).map_err(|kind| CallFailure::new(call, kind))?;
            let Some(patch) = patch else {
                return Ok(());
            };
            match self.api.change(provider, id.as_str(), tag, &patch).await {
                Ok(answer) => {
                    return self
                        .expect_user(organisation, "PATCH", answer, Some(id))
                        .map(|_| ());
                }
                Err(failure) if moved(&failure) && again < EDIT_AGAIN => again += 1,
                Err(failure) => return Err(failure),
            }
        }
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

    async fn write_call(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        key: &str,
    ) -> Result<Option<PortalId>, CallFailure> {
        let provider = organisation.as_str();
        let unsupported = |what| {
            let call = self.api.users_call("POST", provider);
            Err(CallFailure::new(call, PortalErrorKind::Unsupported(what)))
        };
        match write {
            Write::Create {
                account,
                email,
                expires,
                term: None,
                notify: None,
            } => {
                let email = email.as_deref().unwrap_or(account.login.as_str());
                let user = convert::new_user(email, &account.name, *expires);
                self.create(organisation, &user, key).await.map(Some)
            }
            Write::Create { .. } => unsupported("a term, or a choice of notice, at creation"),
            Write::Edit { account, changes } => {
                let id = self.known(organisation, account)?;
                self.edit(organisation, id, changes).await.map(|()| None)
            }
            Write::Grant {
                account,
                area,
                give,
            } => {
                let id = self.known(organisation, account)?;
                self.grant(organisation, id, area, *give)
                    .await
                    .map(|()| None)
            }
            Write::AccountSet { .. } => unsupported("an account's whole set"),
            Write::AreaSet { .. } => unsupported("an area's whole set"),
            Write::Admin { .. } => unsupported("promotion and demotion by an act of their own"),
            Write::Active { .. } => unsupported("activation"),
            Write::Keep { .. } => unsupported("a further term"),
            Write::Delete { .. } => unsupported("accounts are never deleted"),
        }
    }

    fn known<'a>(
        &self,
        organisation: &PortalOrganisation,
        account: &'a AccountRef,
    ) -> Result<&'a PortalId, CallFailure> {
        account.id.as_ref().ok_or_else(|| {
            let call = self.api.users_call("PATCH", organisation.as_str());
            CallFailure::new(call, PortalErrorKind::NoAccount)
        })
    }
}

#[async_trait]
impl PortalRead for Ofs {
    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, PortalError> {
        let mut again = 0;
        loop {
            match self.list_once(organisation).await {
                Ok(live) => return Ok(live),
                Err(failure) if shifted(&failure) && again < LIST_AGAIN => again += 1,
                Err(failure) => return Err(failure.at(&self.portal, organisation)),
            }
        }
    }

    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError> {
        let mut accounts = Vec::new();
        for wanted in write.accounts() {
            let found = self.find(organisation, wanted).await;
            accounts.extend(found.map_err(|failure| failure.at(&self.portal, organisation))?);
        }
        Ok(accounts)
    }
}

#[async_trait]
impl PortalWrite for Ofs {
    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        idempotency_key: &str,
    ) -> Result<Option<PortalId>, PortalError> {
        self.write_call(organisation, write, idempotency_key)
            .await
            .map_err(|failure| failure.at(&self.portal, organisation))
    }
}

/// Whether a list moved while it was read, so that reading again may help.
fn shifted(failure: &CallFailure) -> bool {
    matches!(
        failure.kind,
        PortalErrorKind::Incomplete(
            Incomplete::Count { .. } | Incomplete::Shifted { .. } | Incomplete::Duplicate(_)
        )
    )
}

/// Whether somebody else changed the resource between reading and writing.
fn moved(failure: &CallFailure) -> bool {
    matches!(failure.kind, PortalErrorKind::Conflict { status: 412, .. })
}

fn same_provider(asked: &PortalOrganisation, found: &str) -> Result<(), PortalErrorKind> {
    if found == asked.as_str() {
        Ok(())
    } else {
        let other = "the answer is about another provider".to_owned();
        Err(PortalErrorKind::Malformed(other))
    }
}
