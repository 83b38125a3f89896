//! The review pack: who may use something in each school, and what each row was made from, so that
//! a decision about somebody who has changed since can be told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::reading::{Place, Reading};
use crate::model::access::{AccountAccess, Held};
use crate::model::day::Presence;
use crate::model::desired::{Desired, DesiredAccount};
use crate::model::name::{LoginId, OrganisationId, canonical};
use crate::model::plan::Finding;
use crate::model::source::SourceDocument;
use crate::model::source::{Provenance, Via};
use crate::report::sheets::made_by;
use crate::report::sheets::review::{
    ReviewAccount, ReviewArea, ReviewPerson, ReviewReport, ReviewSchool,
};

/// Letters of the two halves of a check: enough that nobody meets another's by chance.
const PLACE_LETTERS: usize = 6;
const PERSON_LETTERS: usize = 12;

pub(super) fn report(reading: &Reading<'_>) -> ReviewReport {
    let places = reading.places();
    let mut schools: BTreeMap<&OrganisationId, Vec<&Place<'_>>> = BTreeMap::new();
    for place in &places {
        schools
            .entry(&place.access.organisation)
            .or_default()
            .push(place);
    }
    let schools = schools
        .into_iter()
        .map(|(organisation, places)| school(reading, organisation, &places));
    ReviewReport {
        format: 1,
        beadle: made_by(),
        day: reading.opened.day,
        schools: schools.collect(),
        unread: reading.unread(),
    }
}

fn school(
    reading: &Reading<'_>,
    organisation: &OrganisationId,
    places: &[&Place<'_>],
) -> ReviewSchool {
    let written = Written::of(reading.opened, organisation);
    let mut people: BTreeMap<&Arc<str>, Vec<(&Place<'_>, &AccountAccess)>> = BTreeMap::new();
    let mut unnamed = Vec::new();
    for place in places {
        for account in &place.access.accounts {
            if account.access == Held::No || is_over(place, account) {
                continue;
            }
            match &account.account.person {
                Some(person) => people.entry(person).or_default().push((place, account)),
                None if is_told(place, account) => unnamed.push(ReviewAccount {
                    check: written.check_of_account(
                        place.access.portal.as_str(),
                        account.account.login.as_str(),
                    ),
                    ..shown(reading, place, account)
                }),
                None => {}
            }
        }
    }
    let mut people: Vec<ReviewPerson> = people
        .into_iter()
        .map(|(key, accounts)| person(reading, key, &accounts, &written))
        .collect();
    people.sort_by(|one, other| {
        let key = |it: &ReviewPerson| (it.name.to_lowercase(), it.person.clone());
        key(one).cmp(&key(other))
    });
    let first = places.first().map(|place| &place.access);
    ReviewSchool {
        organisation: organisation.to_string(),
        organisation_name: first.map_or_else(
            || organisation.to_string(),
            |access| access.organisation_name.to_string(),
        ),
        approved_by: first
            .and_then(|access| access.approved_by.as_deref())
            .map(str::to_owned),
        people,
        unnamed,
    }
}

/// Whether the last day has passed and nothing is left: an empty account that a portal keeps.
fn is_over(place: &Place<'_>, account: &AccountAccess) -> bool {
    let wanted = place.desired.accounts.get(&account.account.login);
    let ended = wanted.is_some_and(|wanted| matches!(wanted.presence, Presence::Ended(_)));
    ended && !place.is_open(account)
}

/// Whether an account that no file names is to be told of: what policy ignores is not.
fn is_told(place: &Place<'_>, account: &AccountAccess) -> bool {
    let mut findings = place.plan.findings.iter();
    let reported = findings.any(
        |finding| matches!(finding, Finding::Unmanaged(one) if one.login == account.account.login),
    );
    reported || !account.actions.is_empty()
}

fn person(
    reading: &Reading<'_>,
    key: &Arc<str>,
    accounts: &[(&Place<'_>, &AccountAccess)],
    written: &Written,
) -> ReviewPerson {
    let wanted = accounts
        .iter()
        .filter_map(|(place, account)| place.desired.accounts.get(&account.account.login));
    let wanted: Vec<&DesiredAccount> = wanted.collect();
    let own = wanted
        .iter()
        .flat_map(|account| &account.provenance)
        .any(|place| place.via == Via::User);
    let has_ended = |account: &&DesiredAccount| matches!(account.presence, Presence::Ended(_));
    let mut roles = BTreeSet::new();
    for grant in wanted.iter().flat_map(|account| account.grants.values()) {
        roles.extend(grant.provenance.iter().filter_map(role));
    }
    let first = accounts.first();
    let ends = wanted.iter().map(|account| account.window.until);
    // With no end at one portal there is none.
    let until = ends.collect::<Option<Vec<_>>>();
    let source = first.and_then(|(_, account)| account.source.as_ref());
    ReviewPerson {
        name: first.map_or_else(String::new, |(_, one)| one.account.name.to_string()),
        person: key.to_string(),
        own,
        shared: accounts.iter().any(|(_, account)| account.shared),
        until: until.and_then(|ends| ends.into_iter().max()),
        ends: !wanted.is_empty() && wanted.iter().all(has_ended),
        roles: roles.into_iter().collect(),
        accounts: accounts
            .iter()
            .map(|(place, account)| shown(reading, place, account))
            .collect(),
        source: source.map(SourceDocument::of),
        check: written.check(key),
    }
}

fn role(place: &Provenance) -> Option<String> {
    match &place.via {
        Via::Bundle(bundle) | Via::Assignment(Some(bundle)) => Some(bundle.to_string()),
        Via::User | Via::AreaView | Via::AdminList | Via::Assignment(None) | Via::Undo(_) => None,
    }
}

fn shown(reading: &Reading<'_>, place: &Place<'_>, account: &AccountAccess) -> ReviewAccount {
    let person = place.person(account);
    let wanted = place.desired.accounts.get(&account.account.login);
    let mut live = place.live.accounts().values();
    let areas = person.areas.iter().zip(account.areas.keys());
    let areas = areas.map(|(grant, area)| {
        let grant_wanted = wanted.and_then(|wanted| wanted.grants.get(area));
        ReviewArea {
            area: grant.area.clone(),
            title: grant.title.clone(),
            access: grant.access,
            sensitive: grant.sensitive,
            until: grant.until,
            own: grant_wanted.is_some_and(|grant| is_own(&grant.provenance)),
        }
    });
    ReviewAccount {
        portal: place.access.portal.to_string(),
        portal_title: reading.title(&place.access.portal),
        areas: areas.collect(),
        exists: live.any(|live| live.login == account.account.login),
        name: person.name,
        login: person.login,
        access: person.access,
        admin: person.admin,
        until: person.until,
        last_sign_in: person.last_sign_in,
        check: String::new(),
    }
}

/// Whether an area is the person's alone by every door.
fn is_own(places: &[Provenance]) -> bool {
    let own = |place: &Provenance| matches!(place.via, Via::User | Via::AreaView);
    !places.is_empty() && places.iter().all(own)
}

/// What the files say of one organisation, at every portal of it, whichever was asked for.
pub(in crate::app) struct Written {
    units: Vec<Desired>,
}

impl Written {
    pub(in crate::app) fn of(
        opened: &crate::app::project::Opened,
        organisation: &OrganisationId,
    ) -> Self {
        Self::on(&opened.project, organisation, opened.day)
    }

    pub(in crate::app) fn on(
        project: &crate::config::Project,
        organisation: &OrganisationId,
        day: jiff::civil::Date,
    ) -> Self {
        let portals = project.portals().keys();
        let units = portals.filter_map(|portal| project.unit(organisation, portal, day));
        Self {
            units: units.map(|unit| unit.desired()).collect(),
        }
    }

    /// The accounts of a person, with their organisation at a portal.
    pub(in crate::app) fn accounts<'w>(
        &'w self,
        person: &'w str,
    ) -> impl Iterator<Item = (&'w Desired, &'w DesiredAccount)> {
        self.units.iter().flat_map(move |unit| {
            let accounts = unit.accounts.values();
            let own = accounts.filter(move |account| *account.person == *person);
            own.map(move |account| (unit, account))
        })
    }

    /// The keys of everybody.
    pub(in crate::app) fn people(&self) -> BTreeSet<&Arc<str>> {
        let accounts = self.units.iter().flat_map(|unit| unit.accounts.values());
        accounts.map(|account| &account.person).collect()
    }

    /// What a row is made from, in two words of letters, which no spreadsheet takes for a number:
    /// the organisation and its ids at its portals, and what the files say of the person there.
    pub(in crate::app) fn check(&self, person: &str) -> String {
        let mut own = String::new();
        for (unit, account) in self.accounts(person) {
            // Writing to a string cannot fail.
            let _ = write!(own, "{:?}", account_line(unit, account));
        }
        self.check_over(&own)
    }

    /// What the row of an account that no file names is held to: so that its login id is not
    /// changed by accident, and a row of another project is told apart.
    pub(in crate::app) fn check_of_account(&self, portal: &str, login: &str) -> String {
        self.check_over(&format!("account {portal:?} {:?}", canonical(login)))
    }

    fn check_over(&self, own: &str) -> String {
        let mut place = String::new();
        for unit in &self.units {
            let _ = write!(
                place,
                "{:?} {:?} {:?};",
                unit.organisation, unit.portal, unit.portal_organisation
            );
        }
        format!(
            "{}-{}",
            letters(&place, PLACE_LETTERS),
            letters(own, PERSON_LETTERS)
        )
    }

    /// Where an account is, which a row names as `portal:login id`.
    pub(in crate::app) fn place_of<'w>(&'w self, account: &str) -> Option<(&'w Desired, LoginId)> {
        self.units.iter().find_map(|unit| {
            let login = account
                .strip_prefix(unit.portal.as_str())?
                .strip_prefix(':')?;
            Some((unit, LoginId::new(login.trim())))
        })
    }
}

/// What the files say of one account, whatever the day; names and places in files are left out.
fn account_line(unit: &Desired, account: &DesiredAccount) -> String {
    let DesiredAccount {
        person,
        login,
        name: _,
        email: _,
        was: _,
        window,
        presence: _,
        grants,
        shared,
        provenance: _,
    } = account;
    let mut line = format!(
        "{:?} {person:?} {login:?} {window:?} {}",
        unit.portal,
        shared.is_some()
    );
    for (area, grant) in grants {
        let _ = write!(line, " {area:?} {:?}", grant.window);
    }
    let rules = unit.admins.members.contains_key(login);
    let _ = write!(line, " {rules}");
    line
}

fn letters(text: &str, count: usize) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let halves = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let letters = halves.take(count).map(|half| char::from(b'a' + half));
    letters.collect()
}
