//! Writing to a SCIM service: which write is which call, and new users. What may have been done
//! already is looked at before anything is sent again; nothing is made twice.

use super::Scim;
use super::api::Kind;
use super::convert;
use super::listing::every;
use super::resource::Resource;
use super::tenant::Tenant;
use crate::model::name::{PortalId, PortalOrganisation, canonical};
use crate::model::plan::{AccountRef, Change, Write};
use crate::portal::Written;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::CallFailure;

/// Most times that a user is sent, looking for it before each further one.
const CREATIONS: u32 = 3;

impl Scim {
    /// One write takes several requests here: of one that was stopped, some may have been sent.
    pub(super) async fn make_call(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Written, CallFailure> {
        let answer = self.make_calls(organisation, write).await;
        answer.map_err(|failure| match failure.kind {
            PortalErrorKind::Stopped => {
                CallFailure::new(failure.call, PortalErrorKind::StoppedMidway)
            }
            _ => failure,
        })
    }

    async fn make_calls(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Written, CallFailure> {
        let unsupported = |what| {
            let kind = PortalErrorKind::Unsupported(what);
            Err(CallFailure::new("write", kind))
        };
        let tenant = self.tenants.get(organisation)?;
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
                let id = self.create(&tenant, account, email.as_deref()).await?;
                Ok(Written::now(Some(id)))
            }
            Write::Create { .. } => unsupported("an end, a term, or a choice of notice"),
            Write::Edit { account, changes } => {
                let id = self.known(&tenant, account)?;
                self.change(&tenant, id, changes).await?;
                Ok(Written::now(None))
            }
            Write::Active { account, active } => {
                let id = self.known(&tenant, account)?;
                let change = Change::Active {
                    before: !active,
                    after: *active,
                };
                self.change(&tenant, id, &[change]).await?;
                Ok(Written::now(None))
            }
            Write::AreaSet { area, give, take } => {
                let mut ids = give.iter().chain(take);
                ids.try_for_each(|account| self.known(&tenant, account).map(|_| ()))?;
                self.write_members(&tenant, area, give, take).await?;
                Ok(Written::now(None))
            }
            Write::Grant { .. } => unsupported("one grant"),
            Write::AccountSet { .. } => unsupported("an account's whole set"),
            Write::Admin { .. } => unsupported("promotion and demotion by an act of their own"),
            Write::Keep { .. } => unsupported("a further term"),
            Write::Delete { .. } => unsupported("accounts are never deleted"),
        }
    }

    fn known<'a>(
        &self,
        tenant: &Tenant,
        account: &'a AccountRef,
    ) -> Result<&'a PortalId, CallFailure> {
        account.id.as_ref().ok_or_else(|| {
            let call = self.api.call("PATCH", &tenant.place, Kind::Users, None);
            CallFailure::new(call, PortalErrorKind::NoAccount)
        })
    }

    /// Makes a user. After an answer that leaves it open whether there is one, looks for it first.
    async fn create(
        &self,
        tenant: &Tenant,
        account: &AccountRef,
        email: Option<&str>,
    ) -> Result<PortalId, CallFailure> {
        let profile = self.profile(tenant).await?;
        let user = convert::new_user(account, email, profile);
        let mut sent = 0;
        loop {
            sent += 1;
            let failure = match self.api.create(&tenant.place, &user).await {
                Ok(Some(made)) => return self.made(tenant, account, &made),
                Ok(None) => None,
                Err(failure) if may_exist(&failure.kind) => Some(failure),
                Err(failure) => return Err(failure),
            };
            if let Some(found) = self.search(tenant, account, email).await? {
                return self.adopt(tenant, account, &found, failure);
            }
            let call = self.api.call("POST", &tenant.place, Kind::Users, None);
            match failure {
                None => {
                    let what = "the new user is not in the list".to_owned();
                    return Err(CallFailure::new(call, PortalErrorKind::NotShown(what)));
                }
                Some(failure) if is_conflict(&failure.kind) => {
                    let what = format!(
                        "user name `{}` or its address is held by an account that this API does not show; only the service's own administrators can release it",
                        account.login
                    );
                    return Err(CallFailure::new(call, PortalErrorKind::Directory(what)));
                }
                Some(failure) if sent >= CREATIONS => return Err(failure),
                Some(_) => self.pause(sent).await,
            }
        }
    }

    /// The id of a user that was made just now, if it is the one, and usable.
    fn made(
        &self,
        tenant: &Tenant,
        account: &AccountRef,
        made: &Resource,
    ) -> Result<PortalId, CallFailure> {
        let call = self.api.call("POST", &tenant.place, Kind::Users, None);
        let failed = |kind| CallFailure::new(&*call, kind);
        let live = convert::account(made).map_err(failed)?;
        if live.login != account.login {
            let what = "another user came back".to_owned();
            return Err(failed(PortalErrorKind::Malformed(what)));
        }
        if !live.active {
            let what = "the new user is not active".to_owned();
            return Err(failed(PortalErrorKind::NotShown(what)));
        }
        Ok(live.id)
    }

    /// An account that was there when ours was refused. The one that was asked for, to the letter,
    /// is ours; any other is for the next plan, where a reviewer sees it.
    fn adopt(
        &self,
        tenant: &Tenant,
        account: &AccountRef,
        found: &Resource,
        failure: Option<CallFailure>,
    ) -> Result<PortalId, CallFailure> {
        let call = self.api.call("POST", &tenant.place, Kind::Users, None);
        let failed = |kind| CallFailure::new(&*call, kind);
        let live = convert::account(found).map_err(failed)?;
        if live.login == account.login && live.active && *live.name == *account.name {
            return Ok(live.id);
        }
        if let Some(failure) = failure.filter(|_| live.login == account.login) {
            return Err(failure);
        }
        let what = format!(
            "the address of `{}` belongs to another user of the portal, `{}` (id `{}`); plan again with its user name, or with `was`",
            account.login, live.login, live.id
        );
        Err(failed(PortalErrorKind::Directory(what)))
    }

    /// The user that is this account: by user name, else by external id, else by primary address.
    /// A filter may spare the whole list only where it finds exactly one that matches.
    async fn search(
        &self,
        tenant: &Tenant,
        account: &AccountRef,
        email: Option<&str>,
    ) -> Result<Option<Resource>, CallFailure> {
        let profile = self.profile(tenant).await?;
        let login = account.login.as_str();
        let quotable = !login.contains(['"', '\\']) && !login.contains(char::is_control);
        if profile.filter && quotable {
            let filter = format!("userName eq \"{login}\"");
            let rows = every(
                &self.api,
                &tenant.place,
                profile,
                Kind::Users,
                Some(&filter),
            )
            .await;
            if let Ok([one]) = rows.as_deref()
                && same_login(one, account)
            {
                return Ok(Some(one.clone()));
            }
        }
        let users = every(&self.api, &tenant.place, profile, Kind::Users, None).await?;
        let person = account.person.as_deref().filter(|_| profile.external_id);
        let by_login = |user: &Resource| same_login(user, account);
        let by_person = |user: &Resource| person.is_some() && user.text("externalId") == person;
        let by_email = |user: &Resource| {
            let shown = user.email().map(canonical);
            shown.is_some() && shown == email.map(canonical)
        };
        let ways: [&(dyn Fn(&Resource) -> bool + Sync); 3] = [&by_login, &by_person, &by_email];
        for way in ways {
            let found: Vec<&Resource> = users.iter().filter(|user| way(user)).collect();
            match found.as_slice() {
                [] => {}
                [one] => return Ok(Some((*one).clone())),
                twins => return Err(self.twins(tenant, account, twins)),
            }
        }
        Ok(None)
    }

    fn twins(&self, tenant: &Tenant, account: &AccountRef, twins: &[&Resource]) -> CallFailure {
        let ids: Vec<String> = twins
            .iter()
            .filter_map(|user| user.id())
            .map(|id| format!("`{id}`"))
            .collect();
        let what = format!(
            "`{}` may be any of several users of the portal (ids {}); one of them must go first",
            account.login,
            ids.join(", ")
        );
        let call = self.api.call("GET", &tenant.place, Kind::Users, None);
        CallFailure::new(call, PortalErrorKind::Directory(what))
    }
}

fn same_login(user: &Resource, account: &AccountRef) -> bool {
    user.text("userName")
        .is_some_and(|shown| canonical(shown) == account.login.canonical())
}

fn is_conflict(kind: &PortalErrorKind) -> bool {
    matches!(kind, PortalErrorKind::Conflict { .. })
}

/// Whether a creation that was answered with this may have left a user, or met one.
fn may_exist(kind: &PortalErrorKind) -> bool {
    is_conflict(kind) || unclear(kind)
}

/// Whether a call that was answered with this may have been carried out.
pub(super) fn unclear(kind: &PortalErrorKind) -> bool {
    match kind {
        PortalErrorKind::Failed(status) => *status != 501,
        PortalErrorKind::TimedOut(_)
        | PortalErrorKind::ConnectionLost
        | PortalErrorKind::TooLarge(_) => true,
        _ => false,
    }
}

/// Whether another form of the same call may be understood where this one was not.
pub(super) fn not_understood(kind: &PortalErrorKind) -> bool {
    match kind {
        PortalErrorKind::Refused { status, code: _ } => *status != 428,
        PortalErrorKind::Failed(501)
        | PortalErrorKind::NotFound
        | PortalErrorKind::Conflict { status: 409, .. } => true,
        _ => false,
    }
}

/// Whether a version tag was wanting, or was not the present one.
pub(super) fn moved(kind: &PortalErrorKind) -> bool {
    matches!(
        kind,
        PortalErrorKind::Conflict { status: 412, .. }
            | PortalErrorKind::Refused { status: 428, .. }
    )
}
