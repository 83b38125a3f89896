//! Reading a SCIM service: complete listings of users and of the groups that stand for areas.
//! Nothing is concluded from a part of an answer.

use std::collections::{BTreeMap, BTreeSet};

use super::Scim;
use super::api::Kind;
use super::convert;
use super::listing::every;
use super::profile::Profile;
use super::resource::{Member, Resource};
use super::tenant::Tenant;
use crate::model::live::{CatalogueArea, Incomplete, Listing, Live, LiveAccount};
use crate::model::name::{AreaName, PortalOrganisation, canonical};
use crate::model::plan::Write;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::{CallFailure, once_more};

/// A group that stands for an area.
pub(super) struct AreaGroup {
    pub(super) area: AreaName,
    pub(super) id: String,
    title: String,
    listed: Option<Vec<Member>>,
}

impl Scim {
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
        let tenant = self.tenants.get(organisation)?;
        let profile = self.profile(&tenant).await?;
        let (users, groups) = tokio::try_join!(
            every(&self.api, &tenant.place, profile, Kind::Users, None),
            self.area_groups(&tenant, profile)
        )?;
        let call = self.api.call("GET", &tenant.place, Kind::Users, None);
        let failed = |kind| CallFailure::new(&*call, kind);
        let accounts: Result<Vec<LiveAccount>, _> = users.iter().map(convert::account).collect();
        let mut accounts = accounts.map_err(failed)?;
        let mut seats = Seats::of(&accounts);
        let mut claims = claims_of(&users);
        for group in &groups {
            let claimed = claims.remove(&group.id).unwrap_or_default();
            let members = match &group.listed {
                Some(members) if holds_all(members, &claimed) => members.clone(),
                _ => self.read_members(&tenant, group, &claimed).await?,
            };
            let administration = self.directory.admin_group.as_ref() == Some(&group.area);
            for seat in seats.of_members(&members) {
                if let Some(account) = accounts.get_mut(seat) {
                    account.admin |= administration;
                    if !administration {
                        account.areas.insert(group.area.clone());
                    }
                }
            }
        }
        tenant.learned().lists_logins = seats.by_login_only();
        let incomplete = |error: Incomplete| failed(error.into());
        // The server's own pages are not kept apart; these are as many, or nearly.
        let per_page = usize::try_from(profile.page_size).unwrap_or(1).max(1);
        self.listing(organisation, accounts, per_page, &groups)
            .map_err(incomplete)
    }

    fn listing(
        &self,
        organisation: &PortalOrganisation,
        accounts: Vec<LiveAccount>,
        per_page: usize,
        groups: &[AreaGroup],
    ) -> Result<Live, Incomplete> {
        let mut listing = Listing::begin(organisation.clone());
        let total = accounts.len() as u64;
        if accounts.is_empty() {
            listing.accounts_page(organisation.as_str(), 0, Vec::new())?;
        }
        for page in accounts.chunks(per_page) {
            listing.accounts_page(organisation.as_str(), total, page.to_vec())?;
        }
        let areas = groups.iter().map(|group| CatalogueArea {
            name: group.area.clone(),
            title: group.title.as_str().into(),
            access_key_required: false,
            administration: self.directory.admin_group.as_ref() == Some(&group.area),
        });
        let total = groups.len() as u64;
        listing.catalogue_page(organisation.as_str(), total, areas.collect())?;
        listing.finish()
    }

    /// What the tenant's server can do.
    pub(super) async fn profile<'t>(&self, tenant: &'t Tenant) -> Result<&'t Profile, CallFailure> {
        tenant
            .profile(&self.api, &self.directory.capabilities)
            .await
    }

    /// The group of each area, found by its display name. Each must be there, once.
    async fn area_groups(
        &self,
        tenant: &Tenant,
        profile: &Profile,
    ) -> Result<Vec<AreaGroup>, CallFailure> {
        if self.directory.groups.is_empty() {
            return Ok(Vec::new());
        }
        let live = every(&self.api, &tenant.place, profile, Kind::Groups, None).await?;
        let call = self.api.call("GET", &tenant.place, Kind::Groups, None);
        let failed = |what: String| CallFailure::new(&*call, PortalErrorKind::Directory(what));
        if profile.members_hidden {
            return Err(failed(
                "the service says that it never shows a group's members, so that nothing can be planned for its groups".to_owned(),
            ));
        }
        let mut groups = Vec::new();
        for (area, title) in &self.directory.groups {
            let named = |group: &&Resource| {
                let shown = group.text("displayName");
                shown.is_some_and(|shown| canonical(shown) == canonical(title))
            };
            let found: Vec<&Resource> = live.iter().filter(named).collect();
            let [group] = found.as_slice() else {
                return Err(failed(misnamed(area, title, &found)));
            };
            let id = group.id().unwrap_or_default();
            groups.push(AreaGroup {
                area: area.clone(),
                id,
                title: group.text("displayName").unwrap_or(title).to_owned(),
                listed: group.members(),
            });
        }
        let known = groups.iter();
        tenant.learned().groups = known
            .map(|group| (group.area.clone(), group.id.clone()))
            .collect();
        Ok(groups)
    }

    /// A group's members where the list of groups does not show any, or not all who say that they
    /// are in it.
    async fn read_members(
        &self,
        tenant: &Tenant,
        group: &AreaGroup,
        claimed: &[Claimant],
    ) -> Result<Vec<Member>, CallFailure> {
        let (live, _) = self.api.one(&tenant.place, Kind::Groups, &group.id).await?;
        let members = live.members().unwrap_or_default();
        // A user says that it is in the group, and the group does not show it.
        if !members.is_empty() && !holds_all(&members, claimed) {
            let call = self
                .api
                .call("GET", &tenant.place, Kind::Groups, Some(&group.id));
            let disagree = Incomplete::ViewsDisagree(group.area.clone());
            return Err(CallFailure::new(call, disagree.into()));
        }
        if members.is_empty() && !claimed.is_empty() {
            let call = self
                .api
                .call("GET", &tenant.place, Kind::Groups, Some(&group.id));
            let what = format!(
                "the members of the group of area `{}` cannot be read, though users say that they are in it: it may be write-only",
                group.area
            );
            return Err(CallFailure::new(call, PortalErrorKind::Directory(what)));
        }
        Ok(members)
    }

    /// The id of the group that stands for an area.
    pub(super) async fn group_of(
        &self,
        tenant: &Tenant,
        area: &AreaName,
    ) -> Result<String, CallFailure> {
        if let Some(id) = tenant.learned().groups.get(area) {
            return Ok(id.clone());
        }
        let profile = self.profile(tenant).await?;
        let groups = self.area_groups(tenant, profile).await?;
        let found = groups.into_iter().find(|group| group.area == *area);
        found.map(|group| group.id).ok_or_else(|| {
            let call = self.api.call("GET", &tenant.place, Kind::Groups, None);
            let what = format!("no group stands for area `{area}`; name it under `groups`");
            CallFailure::new(call, PortalErrorKind::Directory(what))
        })
    }

    /// The accounts of a write as they are live now, from a whole listing: a filter proves nothing.
    pub(super) async fn look_at(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, CallFailure> {
        let live = self.read_list(organisation).await?;
        let mut found = BTreeMap::new();
        for wanted in write.accounts() {
            match &wanted.id {
                Some(id) => found.extend(live.accounts().get_key_value(id)),
                None => found.extend(
                    live.accounts()
                        .iter()
                        .filter(|(_, account)| account.login == wanted.login),
                ),
            }
        }
        Ok(found.into_values().cloned().collect())
    }
}

/// Why the group of an area cannot be told.
fn misnamed(area: &AreaName, title: &str, found: &[&Resource]) -> String {
    if found.is_empty() {
        return format!("area `{area}`: there is no group `{title}` at the portal");
    }
    let ids: Vec<String> = found
        .iter()
        .filter_map(|group| group.id())
        .map(|id| format!("`{id}`"))
        .collect();
    format!(
        "area `{area}`: the portal has {} groups `{title}` (ids {}), and only one can be meant",
        found.len(),
        ids.join(", ")
    )
}

/// Somebody who says that they are in a group: by id, or by user name where groups list those.
struct Claimant {
    id: String,
    login: Option<String>,
}

/// By the id of a group: who says that they are in it.
fn claims_of(users: &[Resource]) -> BTreeMap<String, Vec<Claimant>> {
    let mut claims: BTreeMap<String, Vec<Claimant>> = BTreeMap::new();
    for user in users {
        for group in user.claims() {
            claims.entry(group).or_default().push(Claimant {
                id: user.id().unwrap_or_default(),
                login: user.text("userName").map(canonical),
            });
        }
    }
    claims
}

/// Whether a list of members shows everybody who says that they are in the group. With groups within
/// it that cannot be told: some servers do not say of a claim that it is by way of those.
fn holds_all(members: &[Member], claimed: &[Claimant]) -> bool {
    if members.is_empty() {
        return false;
    }
    if claimed.is_empty() || members.iter().any(|member| member.nested) {
        return true;
    }
    let shown: BTreeSet<&str> = members.iter().map(|member| member.value.as_str()).collect();
    // Most servers list ids; names are folded only where one of them does not.
    if claimed.iter().all(|one| shown.contains(one.id.as_str())) {
        return true;
    }
    let folded: BTreeSet<String> = shown.iter().map(|value| canonical(value)).collect();
    claimed.iter().all(|one| {
        shown.contains(one.id.as_str())
            || one
                .login
                .as_ref()
                .is_some_and(|login| folded.contains(login))
    })
}

/// Which account a member's value means: the one with that id, or the one with that user name.
struct Seats {
    by_id: BTreeMap<String, usize>,
    /// None for twins.
    by_login: BTreeMap<String, Option<usize>>,
    ids_seen: bool,
    logins_seen: bool,
}

impl Seats {
    fn of(accounts: &[LiveAccount]) -> Self {
        let mut by_login: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for (seat, account) in accounts.iter().enumerate() {
            by_login
                .entry(account.login.canonical().to_owned())
                .and_modify(|twin| *twin = None)
                .or_insert(Some(seat));
        }
        let by_id = accounts.iter().enumerate();
        Self {
            by_id: by_id
                .map(|(seat, account)| (account.id.as_str().to_owned(), seat))
                .collect(),
            by_login,
            ids_seen: false,
            logins_seen: false,
        }
    }

    /// The seats of the members that are accounts; groups within the group are not.
    fn of_members(&mut self, members: &[Member]) -> Vec<usize> {
        let mut seats = Vec::with_capacity(members.len());
        for member in members.iter().filter(|member| !member.nested) {
            if let Some(seat) = self.by_id.get(&member.value) {
                self.ids_seen = true;
                seats.push(*seat);
            } else if let Some(Some(seat)) = self.by_login.get(&canonical(&member.value)) {
                self.logins_seen = true;
                seats.push(*seat);
            }
        }
        seats
    }

    fn by_login_only(&self) -> bool {
        self.logins_seen && !self.ids_seen
    }
}
