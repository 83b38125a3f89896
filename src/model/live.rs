//! What a portal answered. A [`Listing`] gathers pages and evidence; only a complete one becomes
//! [`Live`], and only from [`Live`] can a removal be planned. There is no other way to make one.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::name::{AreaName, LoginId, PortalId, PortalOrganisation};

/// One account as the portal shows it. Phone numbers are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveAccount {
    /// What the portal calls it for ever.
    pub id: PortalId,
    /// Its login id.
    pub login: LoginId,
    /// The person's name.
    pub name: Arc<str>,
    /// Its email address, where the portal shows one.
    pub email: Option<Arc<str>>,
    /// Last day of access, where the portal has one.
    pub expires: Option<Date>,
    /// False where an administrator, or dormancy, has deactivated it.
    pub active: bool,
    /// Locked after wrong passwords: reported, not state.
    pub locked: bool,
    /// Made and kept by another system (MIS, SIMS AD): never created, edited or ended by beadle.
    pub upstream: bool,
    /// A member of the admin set.
    pub admin: bool,
    /// Areas it was granted, the administration area left out.
    pub areas: BTreeSet<AreaName>,
    /// Day of the last sign-in, where the portal shows one.
    pub last_sign_in: Option<Date>,
}

impl LiveAccount {
    /// Whether the account can sign in on `day`, as far as its own state says.
    #[must_use]
    pub fn usable(&self, day: Date) -> bool {
        self.active && self.expires.is_none_or(|last| last >= day)
    }
}

/// One area as the portal's catalogue has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueArea {
    /// What grants name.
    pub name: AreaName,
    /// Title in prose.
    pub title: Arc<str>,
    /// Joined with a posted key only, so that granting it is a manual step.
    pub access_key_required: bool,
    /// The area whose members are the administrators.
    pub administration: bool,
}

/// One complete answer: every account of one organisation and its catalogue.
#[derive(Clone, Debug)]
pub struct Live {
    organisation: PortalOrganisation,
    accounts: BTreeMap<PortalId, LiveAccount>,
    catalogue: BTreeMap<AreaName, CatalogueArea>,
    evidence: Evidence,
}

/// Why a listing may be trusted to be complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Accounts that the portal said there are.
    pub accounts_total: u64,
    /// Areas that the portal said there are.
    pub areas_total: u64,
    /// Pages read.
    pub pages: u64,
}

/// Why a listing is not complete, or contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Incomplete {
    /// Another organisation's data came back.
    #[error("the answer is for organisation `{found}`, not `{asked}`")]
    WrongOrganisation {
        /// Asked for.
        asked: PortalOrganisation,
        /// Found.
        found: String,
    },
    /// The portal counted more, or fewer, than it sent.
    #[error("the portal says there are {stated} {what}, but sent {received}")]
    Count {
        /// `accounts` or `areas`.
        what: &'static str,
        /// The portal's number.
        stated: u64,
        /// What arrived.
        received: u64,
    },
    /// The number changed from page to page: the list moved while it was read.
    #[error("the number of {what} changed from {first} to {later} while the list was read")]
    Shifted {
        /// `accounts` or `areas`.
        what: &'static str,
        /// First page's number.
        first: u64,
        /// A later page's number.
        later: u64,
    },
    /// One portal id came twice.
    #[error("`{0}` is in the list twice")]
    Duplicate(String),
    /// No total was stated, so a short read would not show.
    #[error("the portal did not say how many {0} there are")]
    NoTotal(&'static str),
    /// Two views of the same grants disagree.
    #[error("the user view and the area view disagree about area `{0}`")]
    ViewsDisagree(AreaName),
    /// The list was another one each time it was read.
    #[error("it was another one each time it was read; try again when less is going on there")]
    Unsteady,
    /// An account holds an area that the catalogue does not have.
    #[error("an account holds area `{0}`, which is not in the catalogue")]
    UnknownArea(AreaName),
}

impl Incomplete {
    /// Whether it is the catalogue that is not complete, and not the accounts.
    #[must_use]
    pub fn is_of_areas(&self) -> bool {
        match self {
            Self::Count { what, .. } | Self::Shifted { what, .. } | Self::NoTotal(what) => {
                *what == "areas"
            }
            Self::WrongOrganisation { .. }
            | Self::Duplicate(_)
            | Self::ViewsDisagree(_)
            | Self::Unsteady
            | Self::UnknownArea(_) => false,
        }
    }
}

/// Pages gathered so far. Becomes [`Live`] only by [`Listing::finish`].
#[derive(Clone, Debug)]
pub struct Listing {
    organisation: PortalOrganisation,
    accounts: BTreeMap<PortalId, LiveAccount>,
    catalogue: BTreeMap<AreaName, CatalogueArea>,
    accounts_total: Option<u64>,
    areas_total: Option<u64>,
    pages: u64,
}

impl Listing {
    /// Begins the listing of one organisation.
    #[must_use]
    pub fn begin(organisation: PortalOrganisation) -> Self {
        Self {
            organisation,
            accounts: BTreeMap::new(),
            catalogue: BTreeMap::new(),
            accounts_total: None,
            areas_total: None,
            pages: 0,
        }
    }

    /// Adds one page of accounts: whose it is, how many the portal says there are in all, and the
    /// page itself.
    ///
    /// # Errors
    /// [`Incomplete`] for another organisation's page, a total that moved, a portal id seen before.
    pub fn accounts_page(
        &mut self,
        organisation: &str,
        total: u64,
        page: Vec<LiveAccount>,
    ) -> Result<(), Incomplete> {
        self.check_page(organisation)?;
        same_total("accounts", &mut self.accounts_total, total)?;
        for account in page {
            let id = account.id.clone();
            if self.accounts.insert(id.clone(), account).is_some() {
                return Err(Incomplete::Duplicate(id.as_str().to_owned()));
            }
        }
        Ok(())
    }

    /// Adds one page of the catalogue, likewise.
    ///
    /// # Errors
    /// As for [`Listing::accounts_page`].
    pub fn catalogue_page(
        &mut self,
        organisation: &str,
        total: u64,
        page: Vec<CatalogueArea>,
    ) -> Result<(), Incomplete> {
        self.check_page(organisation)?;
        same_total("areas", &mut self.areas_total, total)?;
        for area in page {
            let name = area.name.clone();
            if self.catalogue.insert(name.clone(), area).is_some() {
                return Err(Incomplete::Duplicate(name.as_str().to_owned()));
            }
        }
        Ok(())
    }

    /// The accounts gathered so far, for a driver's cross-check of a second view.
    #[must_use]
    pub fn accounts(&self) -> &BTreeMap<PortalId, LiveAccount> {
        &self.accounts
    }

    /// Checks that everything that the portal counted has arrived.
    ///
    /// # Errors
    /// [`Incomplete`] when it has not: nothing may be concluded from such a listing.
    pub fn finish(self) -> Result<Live, Incomplete> {
        let accounts_total = self.accounts_total.ok_or(Incomplete::NoTotal("accounts"))?;
        let areas_total = self.areas_total.ok_or(Incomplete::NoTotal("areas"))?;
        counted("accounts", accounts_total, self.accounts.len())?;
        counted("areas", areas_total, self.catalogue.len())?;
        // Accounts mostly share one text for an area's name: it is looked up once.
        let mut known = HashSet::new();
        for area in self.accounts.values().flat_map(|account| &account.areas) {
            if !known.contains(&area.as_str().as_ptr()) {
                if !self.catalogue.contains_key(area) {
                    return Err(Incomplete::UnknownArea(area.clone()));
                }
                // Every name is a text of its own making, alive until the end: what stands at one
                // place is one name.
                known.insert(area.as_str().as_ptr());
            }
        }
        let evidence = Evidence {
            accounts_total,
            areas_total,
            pages: self.pages,
        };
        Ok(Live {
            organisation: self.organisation,
            accounts: self.accounts,
            catalogue: self.catalogue,
            evidence,
        })
    }

    fn check_page(&mut self, organisation: &str) -> Result<(), Incomplete> {
        if organisation != self.organisation.as_str() {
            let found = organisation.chars().take(64).collect();
            return Err(Incomplete::WrongOrganisation {
                asked: self.organisation.clone(),
                found,
            });
        }
        self.pages += 1;
        Ok(())
    }
}

fn same_total(what: &'static str, known: &mut Option<u64>, total: u64) -> Result<(), Incomplete> {
    match *known {
        Some(first) if first != total => Err(Incomplete::Shifted {
            what,
            first,
            later: total,
        }),
        _ => {
            *known = Some(total);
            Ok(())
        }
    }
}

fn counted(what: &'static str, stated: u64, received: usize) -> Result<(), Incomplete> {
    let received = received as u64;
    if stated == received {
        Ok(())
    } else {
        Err(Incomplete::Count {
            what,
            stated,
            received,
        })
    }
}

impl Live {
    /// Whose accounts these are, as the portal names it.
    #[must_use]
    pub fn organisation(&self) -> &PortalOrganisation {
        &self.organisation
    }

    /// Every account, by portal id.
    #[must_use]
    pub fn accounts(&self) -> &BTreeMap<PortalId, LiveAccount> {
        &self.accounts
    }

    /// Every area that can be granted, by name, the administration area among them.
    #[must_use]
    pub fn catalogue(&self) -> &BTreeMap<AreaName, CatalogueArea> {
        &self.catalogue
    }

    /// Why the listing may be trusted.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// The same, in which some accounts do not say when they last signed in.
    #[must_use]
    pub fn without_sign_ins(mut self, of: &BTreeSet<PortalId>) -> Self {
        for account in of {
            if let Some(account) = self.accounts.get_mut(account) {
                account.last_sign_in = None;
            }
        }
        self
    }

    /// SHA-256 over everything that a plan is made from, in lower-case hexadecimal. Days of
    /// sign-in and page numbers are left out: they change without anything having changed.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        field(&mut hash, self.organisation.as_str());
        for area in self.catalogue.values() {
            let CatalogueArea {
                name,
                title,
                access_key_required,
                administration,
            } = area;
            field(&mut hash, name.as_str());
            field(&mut hash, title);
            hash.update([u8::from(*access_key_required), u8::from(*administration)]);
        }
        for account in self.accounts.values() {
            let LiveAccount {
                id,
                login,
                name,
                email,
                expires,
                active,
                locked,
                upstream,
                admin,
                areas,
                last_sign_in: _,
            } = account;
            field(&mut hash, id.as_str());
            field(&mut hash, login.as_str());
            field(&mut hash, name);
            field(&mut hash, email.as_deref().unwrap_or("\0"));
            let end = expires.map_or([0; 4], |day| {
                [
                    (day.year() >> 8) as u8,
                    day.year() as u8,
                    day.month() as u8,
                    day.day() as u8,
                ]
            });
            hash.update(end);
            hash.update([
                u8::from(*active),
                u8::from(*locked),
                u8::from(*upstream),
                u8::from(*admin),
            ]);
            hash.update((areas.len() as u64).to_le_bytes());
            for area in areas {
                field(&mut hash, area.as_str());
            }
        }
        super::plan_document::hexadecimal(&hash.finalize())
    }
}

/// Length first, so that no two sequences of fields hash alike.
fn field(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: &str) -> LiveAccount {
        LiveAccount {
            id: id.into(),
            login: LoginId::new(format!("{id}@northshire.example")),
            name: id.into(),
            email: None,
            expires: None,
            active: true,
            locked: false,
            upstream: false,
            admin: false,
            areas: BTreeSet::new(),
            last_sign_in: None,
        }
    }

    #[test]
    fn only_a_complete_listing_becomes_live() {
        let mut listing = Listing::begin("10009999".into());
        listing
            .accounts_page("10009999", 2, vec![account("a")])
            .unwrap();
        listing.catalogue_page("10009999", 0, vec![]).unwrap();
        let short = listing.clone().finish().unwrap_err();
        assert_eq!(
            short,
            Incomplete::Count {
                what: "accounts",
                stated: 2,
                received: 1
            }
        );
        listing
            .accounts_page("10009999", 2, vec![account("b")])
            .unwrap();
        assert_eq!(listing.finish().unwrap().accounts().len(), 2);
    }

    #[test]
    fn a_page_of_another_organisation_a_moved_total_or_a_repeat_is_refused() {
        let mut listing = Listing::begin("10009999".into());
        let wrong = listing.accounts_page("10008888", 1, vec![]).unwrap_err();
        assert!(matches!(wrong, Incomplete::WrongOrganisation { .. }));
        listing
            .accounts_page("10009999", 2, vec![account("a")])
            .unwrap();
        let moved = listing
            .accounts_page("10009999", 3, vec![account("b")])
            .unwrap_err();
        assert_eq!(
            moved,
            Incomplete::Shifted {
                what: "accounts",
                first: 2,
                later: 3
            }
        );
        let twice = listing
            .accounts_page("10009999", 2, vec![account("a")])
            .unwrap_err();
        assert_eq!(twice, Incomplete::Duplicate("a".into()));
    }

    #[test]
    fn nothing_is_concluded_without_totals() {
        let listing = Listing::begin("10009999".into());
        assert_eq!(
            listing.finish().unwrap_err(),
            Incomplete::NoTotal("accounts")
        );
    }
}
