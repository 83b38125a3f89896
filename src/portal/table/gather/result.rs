//! From what was gathered to live state: what no page shows is kept from the last snapshot.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::super::matching::Account;
use super::super::people::Person;
use super::super::{Fault, Gathered, shapes};
use super::Work;
use crate::model::live::{CatalogueArea, Incomplete, Listing, Live, LiveAccount};
use crate::model::name::{LoginId, PortalId};
use crate::model::rules::{AccountEnd, AdminSet, LoginForm};

impl Work<'_> {
    pub(super) fn finish(mut self) -> Result<Gathered, Vec<Fault>> {
        let skip = self.given.skip_bad_rows;
        let mut faults = std::mem::take(&mut self.faults);
        faults.sort_by(|one, other| (&one.file, one.row).cmp(&(&other.file, other.row)));
        let (skipped, fatal): (Vec<Fault>, Vec<Fault>) = faults
            .into_iter()
            .partition(|fault| skip && fault.skippable);
        if !fatal.is_empty() {
            return Err(fatal);
        }
        let mut until = BTreeMap::new();
        let mut accounts = Vec::new();
        for index in 0..self.accounts.len() {
            accounts.extend(self.live_account(index, &mut until));
        }
        self.administration_area(&accounts);
        self.say_what_is_kept();
        let live = self.listing(accounts).map_err(|incomplete| {
            let file = self.given.tables.first().map(|file| Arc::clone(&file.name));
            vec![Fault::of_file(
                &file.unwrap_or_default(),
                incomplete.to_string(),
            )]
        })?;
        Ok(Gathered {
            live,
            until,
            skipped,
            notes: self.notes,
        })
    }

    fn live_account(
        &self,
        index: usize,
        until: &mut BTreeMap<LoginId, Date>,
    ) -> Option<LiveAccount> {
        let Account { person, login } = self.accounts.get(index)?;
        let former = self.former.get(login);
        let kept_date = matches!(
            self.given.rules.account_end.value,
            AccountEnd::Date | AccountEnd::Terms(_)
        );
        let expires = match person.expires {
            Some(day) if kept_date => day,
            Some(day) => {
                if let Some(day) = day {
                    until.insert(login.clone(), day);
                }
                None
            }
            None => former.and_then(|account| account.expires),
        };
        let mut areas = self.granted.get(index)?.clone();
        if !*self.whole.get(index)?
            && let Some(former) = former
        {
            let kept = former
                .areas
                .iter()
                .filter(|area| !self.covered.contains(*area));
            areas.extend(kept.cloned());
        }
        let known = |shown: Option<bool>, before: fn(&LiveAccount) -> bool, otherwise: bool| {
            shown.or(former.map(before)).unwrap_or(otherwise)
        };
        Some(LiveAccount {
            id: former.map_or_else(
                || PortalId::new(login.canonical()),
                |account| account.id.clone(),
            ),
            login: login.clone(),
            name: person.name.as_str().into(),
            email: self.email(person, login),
            expires,
            active: known(person.active, |account| account.active, true),
            locked: known(person.locked, |account| account.locked, false),
            upstream: known(person.upstream, |account| account.upstream, false),
            admin: known(*self.admins.get(index)?, |account| account.admin, false),
            areas,
            last_sign_in: person
                .last_sign_in
                .or(former.and_then(|account| account.last_sign_in)),
        })
    }

    /// Where the login id is the address, a list that shows one of them shows both.
    fn email(&self, person: &Person, login: &LoginId) -> Option<Arc<str>> {
        let own = self.given.rules.login.value == LoginForm::Email;
        let email = if own {
            Some(login.as_str())
        } else {
            person.email.as_deref()
        };
        email.map(Into::into)
    }

    /// Where administrators are the members of an area, that area must be in the catalogue.
    fn administration_area(&mut self, accounts: &[LiveAccount]) {
        let (name, title) = shapes::ADMINISTRATION_AREA;
        let missing = self.given.rules.admin.value == AdminSet::Area
            && accounts.iter().any(|account| account.admin)
            && !self.catalogue.values().any(|area| area.administration);
        if missing {
            let area = CatalogueArea {
                name: name.into(),
                title: title.into(),
                access_key_required: true,
                administration: true,
            };
            self.catalogue.insert(area.name.clone(), area);
        }
    }

    /// What no page showed.
    fn say_what_is_kept(&mut self) {
        let rules = self.given.rules;
        let unshown = self.whole.iter().filter(|whole| !**whole).count();
        let all = self.accounts.len();
        let uncovered: Vec<String> = self
            .catalogue
            .values()
            .filter(|area| !area.administration && !self.covered.contains(&area.name))
            .map(|area| format!("`{}`", area.name))
            .collect();
        let kept = if self.given.former.is_some() {
            "is kept from the last snapshot"
        } else {
            "is taken to be none"
        };
        if rules.has_areas.value
            && unshown > 0
            && (self.catalogue.is_empty() || !uncovered.is_empty())
        {
            let of = if uncovered.is_empty() {
                String::new()
            } else {
                format!(" to {}", uncovered.join(", "))
            };
            self.notes.push(format!("no page shows the access of {unshown} of {all} accounts{of}: it {kept}; add `--area NAME=FILE` or `--account LOGIN=FILE`"));
        }
        if rules.admin.value != AdminSet::None && all > 0 && self.admins.iter().all(Option::is_none)
        {
            self.notes.push(format!("no page shows who administers: it {kept}; add `--admins FILE` or a column `Administrator`"));
        }
    }

    fn listing(&self, accounts: Vec<LiveAccount>) -> Result<Live, Incomplete> {
        let organisation = &self.given.organisation;
        let mut listing = Listing::begin(organisation.clone());
        let areas: Vec<CatalogueArea> = self.catalogue.values().cloned().collect();
        listing.accounts_page(organisation.as_str(), accounts.len() as u64, accounts)?;
        listing.catalogue_page(organisation.as_str(), areas.len() as u64, areas)?;
        listing.finish()
    }
}
