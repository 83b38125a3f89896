//! A strict portal in memory: it refuses what a portal would (a second account with a login id, a
//! revoke of nothing), and plays faults on demand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use beadle::model::live::{CatalogueArea, Listing, Live, LiveAccount};
use beadle::model::name::{AreaName, LoginId, PortalId, PortalName, PortalOrganisation};
use beadle::model::plan::{AccountRef, Change, Write};
use beadle::portal::{Act, PortalError, PortalErrorKind, PortalRead, PortalWrite, Written};
use secrecy::SecretString;

use super::plans::{ADMINISTRATION, address};

/// What is played on one call.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// Nothing is carried out, and this is answered.
    Before(PortalErrorKind),
    /// It is carried out, and this is answered.
    After(PortalErrorKind),
    /// It is carried out, and no answer ever comes.
    Silence,
}

type WriteFaults = Box<dyn Fn(usize, &Write) -> Option<Fault> + Send + Sync>;
type ReadFaults = Box<dyn Fn(usize) -> Option<PortalErrorKind> + Send + Sync>;

pub(super) struct Fake {
    pub(super) name: PortalName,
    /// How long each writing call takes, in paused time.
    pub(super) latency: Duration,
    /// By number of the writing call, from 0.
    pub(super) write_faults: WriteFaults,
    /// By number of the reading call, from 0.
    pub(super) read_faults: ReadFaults,
    /// A sloppy portal makes two accounts with one login id when asked twice.
    pub(super) sloppy: bool,
    /// New accounts are accepted for later, without an id: so many reads miss each. So are deletions.
    pub(super) late: Option<usize>,
    pub(super) state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    accounts: BTreeMap<(PortalOrganisation, PortalId), LiveAccount>,
    /// Reads that still miss an account.
    unseen: BTreeMap<PortalId, usize>,
    /// Every writing call as it came, with its key.
    pub(super) calls: Vec<(Write, String)>,
    pub(super) reads: usize,
    /// All accounts after each write that was carried out.
    pub(super) history: Vec<Vec<(PortalOrganisation, LiveAccount)>>,
    in_flight: usize,
    pub(super) most_in_flight: usize,
}

impl Fake {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            latency: Duration::ZERO,
            write_faults: Box::new(|_, _| None),
            read_faults: Box::new(|_| None),
            sloppy: false,
            late: None,
            state: Mutex::default(),
        }
    }

    /// Puts an account there, as [`super::plans::seeded`] names it.
    pub(super) fn seed(&self, organisation: &str, login: &str, areas: &[&str], admin: bool) {
        let account = LiveAccount {
            areas: areas.iter().map(|area| AreaName::new(*area)).collect(),
            admin,
            ..blank(
                format!("seed-{login}").into(),
                LoginId::new(address(login)),
                login,
            )
        };
        let key = (organisation.into(), account.id.clone());
        self.state.lock().unwrap().accounts.insert(key, account);
    }

    pub(super) fn accounts(&self, organisation: &str) -> Vec<LiveAccount> {
        let state = self.state.lock().unwrap();
        let of = |((whose, _), account): (&(PortalOrganisation, PortalId), &LiveAccount)| {
            (whose.as_str() == organisation).then(|| account.clone())
        };
        state.accounts.iter().filter_map(of).collect()
    }

    pub(super) fn calls(&self) -> usize {
        self.state.lock().unwrap().calls.len()
    }

    fn error(&self, organisation: &PortalOrganisation, kind: PortalErrorKind) -> PortalError {
        PortalError {
            portal: self.name.clone(),
            organisation: organisation.clone(),
            call: "PUT /accounts".into(),
            kind,
        }
    }
}

pub(super) fn blank(id: PortalId, login: LoginId, name: &str) -> LiveAccount {
    LiveAccount {
        id,
        email: Some(login.as_str().into()),
        login,
        name: name.into(),
        expires: None,
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        areas: BTreeSet::new(),
        last_sign_in: None,
    }
}

#[async_trait]
impl PortalRead for Fake {
    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, PortalError> {
        let accounts = self.accounts(organisation.as_str());
        let names: BTreeSet<AreaName> = accounts
            .iter()
            .flat_map(|account| account.areas.clone())
            .chain([AreaName::new(ADMINISTRATION)])
            .collect();
        let catalogue: Vec<CatalogueArea> = names.into_iter().map(area).collect();
        let mut listing = Listing::begin(organisation.clone());
        let whose = organisation.as_str();
        listing
            .accounts_page(whose, accounts.len() as u64, accounts)
            .unwrap();
        listing
            .catalogue_page(whose, catalogue.len() as u64, catalogue)
            .unwrap();
        Ok(listing.finish().unwrap())
    }

    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError> {
        let number = {
            let mut state = self.state.lock().unwrap();
            state.reads += 1;
            state.reads - 1
        };
        if let Some(kind) = (self.read_faults)(number) {
            return Err(self.error(organisation, kind));
        }
        let mut state = self.state.lock().unwrap();
        let mut ids: Vec<PortalId> = write
            .accounts()
            .into_iter()
            .filter_map(|account| state.find(organisation, account).ok())
            .collect();
        ids.retain(|id| !state.misses(id));
        let found = ids
            .into_iter()
            .filter_map(|id| state.accounts.get(&(organisation.clone(), id)).cloned());
        Ok(found.collect())
    }
}

fn area(name: AreaName) -> CatalogueArea {
    CatalogueArea {
        administration: name.as_str() == ADMINISTRATION,
        title: name.as_str().into(),
        name,
        access_key_required: false,
    }
}

/// Counts a call as in flight for as long as it lives, also when it is dropped.
struct InFlight<'a>(&'a Fake);

impl<'a> InFlight<'a> {
    fn begin(fake: &'a Fake) -> Self {
        let mut state = fake.state.lock().unwrap();
        state.in_flight += 1;
        state.most_in_flight = state.most_in_flight.max(state.in_flight);
        Self(fake)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().in_flight -= 1;
    }
}

#[async_trait]
impl PortalWrite for Fake {
    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        idempotency_key: &str,
    ) -> Result<Written, PortalError> {
        let _in_flight = InFlight::begin(self);
        let number = {
            let mut state = self.state.lock().unwrap();
            state.calls.push((write.clone(), idempotency_key.into()));
            state.calls.len() - 1
        };
        let fault = (self.write_faults)(number, write);
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        if let Some(Fault::Before(kind)) = fault {
            return Err(self.error(organisation, kind));
        }
        let answer = {
            let mut state = self.state.lock().unwrap();
            let answer = state.carry_out(organisation, write, self.sloppy);
            state.remember();
            if let (Some(reads), Ok(Some(id))) = (self.late, &answer) {
                state.unseen.insert(id.clone(), reads);
            }
            let shows_later = comes_or_goes(write) && self.late.is_some();
            answer.map(|id| match shows_later {
                true => Written::later(None),
                false => Written::now(id),
            })
        };
        match fault {
            Some(Fault::After(kind)) => Err(self.error(organisation, kind)),
            Some(Fault::Silence) => std::future::pending().await,
            Some(Fault::Before(_)) | None => answer.map_err(|kind| self.error(organisation, kind)),
        }
    }

    async fn act(
        &self,
        organisation: &PortalOrganisation,
        _account: &AccountRef,
        _act: &Act,
    ) -> Result<Option<SecretString>, PortalError> {
        let none = PortalErrorKind::Unsupported("no help-desk acts");
        Err(self.error(organisation, none))
    }
}

/// Whether an account comes or goes.
fn comes_or_goes(write: &Write) -> bool {
    matches!(write, Write::Create { .. } | Write::Delete { .. })
}

impl State {
    fn remember(&mut self) {
        let all = self.accounts.iter();
        let all = all.map(|((organisation, _), account)| (organisation.clone(), account.clone()));
        self.history.push(all.collect());
    }

    fn find(
        &self,
        organisation: &PortalOrganisation,
        wanted: &AccountRef,
    ) -> Result<PortalId, PortalErrorKind> {
        let mut own = self
            .accounts
            .iter()
            .filter(|((whose, _), _)| whose == organisation);
        let found = own.find(|((_, id), account)| match &wanted.id {
            Some(wanted) => id == wanted,
            // Where the portal makes login ids, the address stands for them.
            None => {
                let email = account.email.as_deref().map(LoginId::new);
                account.login == wanted.login || email.as_ref() == Some(&wanted.login)
            }
        });
        found
            .map(|((_, id), _)| id.clone())
            .ok_or(PortalErrorKind::NotFound)
    }

    /// Whether this read misses an account that shows late.
    fn misses(&mut self, id: &PortalId) -> bool {
        match self.unseen.get_mut(id) {
            None | Some(0) => false,
            Some(reads) => {
                *reads -= 1;
                true
            }
        }
    }

    /// A writing call needs the portal id.
    fn named(
        &mut self,
        organisation: &PortalOrganisation,
        wanted: &AccountRef,
    ) -> Result<&mut LiveAccount, PortalErrorKind> {
        let id = wanted.id.clone().ok_or(PortalErrorKind::NoAccount)?;
        self.accounts
            .get_mut(&(organisation.clone(), id))
            .ok_or(PortalErrorKind::NotFound)
    }

    fn carry_out(
        &mut self,
        organisation: &PortalOrganisation,
        write: &Write,
        sloppy: bool,
    ) -> Result<Option<PortalId>, PortalErrorKind> {
        match write {
            Write::Create {
                account,
                expires,
                assigned,
                ..
            } => {
                if !sloppy && self.find(organisation, account).is_ok() {
                    return Err(PortalErrorKind::Conflict {
                        status: 409,
                        code: None,
                    });
                }
                let id = PortalId::new(format!("id-{}", self.accounts.len()));
                let mut new = blank(id.clone(), account.login.clone(), &account.name);
                new.expires = *expires;
                if *assigned {
                    new.login = LoginId::new(format!("made-{}", self.accounts.len()));
                }
                self.accounts
                    .insert((organisation.clone(), id.clone()), new);
                return Ok(Some(id));
            }
            Write::Edit { account, changes } => {
                let live = self.named(organisation, account)?;
                changes.iter().for_each(|change| edit(live, change));
            }
            Write::Grant {
                account,
                area,
                give,
            } => tick(self.named(organisation, account)?, area, *give)?,
            Write::AccountSet {
                account,
                give,
                take,
                admin,
            } => {
                let live = self.named(organisation, account)?;
                live.areas.extend(give.iter().cloned());
                live.areas.retain(|area| !take.contains(area));
                live.admin = admin.unwrap_or(live.admin);
            }
            Write::AreaSet { area, give, take } => {
                for account in give {
                    tick(self.named(organisation, account)?, area, true)?;
                }
                for account in take {
                    tick(self.named(organisation, account)?, area, false)?;
                }
            }
            Write::Admin { account, promote } => {
                self.named(organisation, account)?.admin = *promote;
            }
            Write::Active { account, active } => {
                self.named(organisation, account)?.active = *active;
            }
            Write::Keep { account, term: _ } => {
                let live = self.named(organisation, account)?;
                live.expires = Some(jiff::civil::date(2027, 8, 31));
            }
            Write::Delete { account } => {
                let id = self.named(organisation, account)?.id.clone();
                self.accounts.remove(&(organisation.clone(), id));
            }
        }
        Ok(None)
    }
}

fn edit(live: &mut LiveAccount, change: &Change) {
    match change {
        Change::Name { after, .. } => live.name = after.clone(),
        Change::Email { after, .. } => live.email = Some(after.clone()),
        Change::Login { after, .. } => live.login = after.clone(),
        Change::Expires { after, .. } => live.expires = *after,
        Change::Term { .. } => {}
        Change::Active { after, .. } => live.active = *after,
    }
}

/// Ticks are given again without complaint, but a revoke of nothing is refused.
fn tick(live: &mut LiveAccount, area: &AreaName, give: bool) -> Result<(), PortalErrorKind> {
    let administration = area.as_str() == ADMINISTRATION;
    let held = if administration {
        std::mem::replace(&mut live.admin, give)
    } else if give {
        !live.areas.insert(area.clone())
    } else {
        live.areas.remove(area)
    };
    if give || held {
        Ok(())
    } else {
        Err(PortalErrorKind::NotFound)
    }
}

/// A fake at `portal` that answers each writing call by this rule.
pub(super) fn faulty(
    portal: &str,
    faults: impl Fn(usize, &Write) -> Option<Fault> + Send + Sync + 'static,
) -> Fake {
    Fake {
        write_faults: Box::new(faults),
        ..Fake::new(portal)
    }
}

pub(super) fn shared(fake: Fake) -> Arc<Fake> {
    Arc::new(fake)
}
