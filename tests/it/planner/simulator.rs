//! A portal in memory that knows its model's rules and refuses what the real one would: a second
//! account under one login id, a revoke of nothing, a grant of an area with a key, an edit that
//! its screens do not have.

use std::collections::BTreeMap;

use beadle::model::live::{CatalogueArea, Live, LiveAccount};
use beadle::model::name::{AreaName, LoginId, PortalId};
use beadle::model::plan::{AccountRef, Change, Term, Write};
use beadle::model::rules::{AccountEnd, AdminSet, Create, Delete, End, LoginForm, Rules, SaveUnit};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::build::{DAY, answer};

/// One organisation's portal.
#[derive(Clone)]
pub(super) struct Portal<'a> {
    rules: &'a Rules,
    pub(super) accounts: BTreeMap<PortalId, LiveAccount>,
    catalogue: BTreeMap<AreaName, CatalogueArea>,
    made: u32,
}

type Answer = Result<(), String>;

fn refuse(condition: bool, why: impl FnOnce() -> String) -> Answer {
    if condition { Err(why()) } else { Ok(()) }
}

impl<'a> Portal<'a> {
    pub(super) fn new(rules: &'a Rules, live: &Live) -> Self {
        Self {
            rules,
            accounts: live.accounts().clone(),
            catalogue: live.catalogue().clone(),
            made: 0,
        }
    }

    pub(super) fn listing(&self) -> Live {
        answer(
            self.accounts.values().cloned().collect(),
            self.catalogue.values().cloned().collect(),
        )
    }

    /// Administrators who can sign in.
    pub(super) fn admins(&self) -> usize {
        let admins = self.accounts.values();
        admins
            .filter(|account| account.admin && account.usable(DAY))
            .count()
    }

    pub(super) fn write(&mut self, write: &Write) -> Answer {
        match write {
            Write::Create {
                account,
                email,
                expires,
                term,
                notify: _,
                terms_accepted_by: _,
                assigned,
            } => {
                let makes_logins = self.rules.login.value == LoginForm::Assigned;
                refuse(*assigned != makes_logins, || {
                    "login ids made by the portal, exactly where it makes them".to_owned()
                })?;
                self.create(account, email.as_deref(), *expires, *term)
            }
            Write::Edit { account, changes } => changes
                .iter()
                .try_for_each(|change| self.edit(account, change)),
            Write::Grant {
                account,
                area,
                give,
            } => {
                let in_admin_set = self.is_admin_area(area);
                refuse(
                    self.rules.save.value != SaveUnit::Grant && !in_admin_set,
                    || "no such save".to_owned(),
                )?;
                self.tick(account, area, *give)
            }
            Write::AccountSet {
                account,
                give,
                take,
                admin,
            } => {
                let sets = self.rules.save.value == SaveUnit::AccountSet;
                let ticks = self.rules.admin.value == AdminSet::Tick;
                refuse(!sets && !ticks, || "no such save".to_owned())?;
                give.iter()
                    .try_for_each(|area| self.tick(account, area, true))?;
                take.iter()
                    .try_for_each(|area| self.tick(account, area, false))?;
                match admin {
                    Some(admin) if ticks => self.set_admin(account, *admin),
                    Some(_) => Err("no admin tick".to_owned()),
                    None => Ok(()),
                }
            }
            Write::AreaSet { area, give, take } => {
                refuse(self.rules.save.value != SaveUnit::AreaSet, || {
                    "no such save".to_owned()
                })?;
                give.iter()
                    .try_for_each(|account| self.tick(account, area, true))?;
                take.iter()
                    .try_for_each(|account| self.tick(account, area, false))
            }
            Write::Admin { account, promote } => {
                refuse(self.rules.admin.value != AdminSet::Act, || {
                    "no such act".to_owned()
                })?;
                self.set_admin(account, *promote)
            }
            Write::Active { account, active } => self.activate(account, *active),
            Write::Keep { account, term } => {
                let end = self.term_end(*term)?;
                self.own(account)?.expires = Some(end);
                Ok(())
            }
            Write::Delete { account } => {
                let deletes = self.rules.delete.value == Delete::Irreversible;
                refuse(!deletes, || "accounts are never deleted".to_owned())?;
                let id = self.find(account)?.id.clone();
                self.accounts.remove(&id);
                Ok(())
            }
        }
    }

    /// By portal id, else by login id.
    fn find(&mut self, wanted: &AccountRef) -> Result<&mut LiveAccount, String> {
        let by_address = self.rules.login.value == LoginForm::Assigned;
        let is_it = |account: &&mut LiveAccount| {
            let address = account.email.as_deref().map(LoginId::new);
            account.login == wanted.login || (by_address && address.as_ref() == Some(&wanted.login))
        };
        let found = match &wanted.id {
            Some(id) => self.accounts.get_mut(id),
            None => self.accounts.values_mut().find(is_it),
        };
        found.ok_or_else(|| format!("no account {:?}", wanted.login))
    }

    /// An account that no other system keeps.
    fn own(&mut self, wanted: &AccountRef) -> Result<&mut LiveAccount, String> {
        let account = self.find(wanted)?;
        if account.upstream {
            return Err(format!("{:?} is kept by another system", wanted.login));
        }
        Ok(account)
    }

    fn is_taken(&self, login: &LoginId) -> bool {
        self.accounts
            .values()
            .any(|account| account.login == *login)
    }

    fn has_address(&self, email: &str) -> bool {
        let shown = self
            .accounts
            .values()
            .filter_map(|account| account.email.as_deref());
        shown
            .map(LoginId::new)
            .any(|shown| shown == LoginId::new(email))
    }

    fn create(
        &mut self,
        account: &AccountRef,
        email: Option<&str>,
        expires: Option<Date>,
        term: Option<Term>,
    ) -> Answer {
        refuse(self.rules.create.value == Create::Upstream, || {
            "managed upstream".to_owned()
        })?;
        refuse(self.is_taken(&account.login), || {
            format!("{:?} exists", account.login)
        })?;
        let assigned = self.rules.login.value == LoginForm::Assigned;
        refuse(
            assigned && email.is_none_or(|email| self.has_address(email)),
            || "the address is taken".to_owned(),
        )?;
        let dated = self.rules.account_end.value == AccountEnd::Date;
        refuse(expires.is_some() && !dated, || "no dates here".to_owned())?;
        let termed = matches!(self.rules.account_end.value, AccountEnd::Terms(_));
        refuse(term.is_some() != termed, || {
            "a term, exactly where there are terms".to_owned()
        })?;
        let ends = term.map(|term| self.term_end(term)).transpose()?;
        self.made += 1;
        let id = PortalId::new(format!("new-{}", self.made));
        let made = LiveAccount {
            id: id.clone(),
            login: match assigned {
                true => LoginId::new(format!("made-{}", self.made)),
                false => account.login.clone(),
            },
            name: account.name.clone(),
            email: email.map(Into::into),
            expires: expires.or(ends),
            active: true,
            locked: false,
            upstream: false,
            admin: false,
            areas: Default::default(),
            last_sign_in: None,
        };
        self.accounts.insert(id, made);
        Ok(())
    }

    fn edit(&mut self, account: &AccountRef, change: &Change) -> Answer {
        let edit = self.rules.edit.value;
        let follows = self.rules.login.value == LoginForm::Email;
        let new_login = match change {
            Change::Email { after, .. } if follows => Some(LoginId::new(after.clone())),
            Change::Login { after, .. } => Some(after.clone()),
            _ => None,
        };
        if let Some(login) = &new_login {
            refuse(self.is_taken(login), || format!("{login:?} is taken"))?;
        }
        let dated = self.rules.account_end.value == AccountEnd::Date;
        let found = self.own(account)?;
        match change {
            Change::Name { before, after } => {
                refuse(!edit.name, || "names stay".to_owned())?;
                refuse(before.as_ref() != Some(&found.name), || {
                    "stale name".to_owned()
                })?;
                found.name = after.clone();
            }
            Change::Email { before: _, after } => {
                refuse(!edit.email, || "addresses stay".to_owned())?;
                found.email = Some(after.clone());
            }
            Change::Login { .. } => refuse(!edit.login, || "login ids stay".to_owned())?,
            Change::Expires { before, after } => {
                refuse(!dated, || "no dates here".to_owned())?;
                refuse(*before != found.expires, || "stale date".to_owned())?;
                refuse(before == after, || "nothing changes".to_owned())?;
                found.expires = *after;
            }
            Change::Term { .. } | Change::Active { .. } => return Err("not a field".to_owned()),
        }
        if let Some(login) = new_login {
            found.login = login;
        }
        Ok(())
    }

    fn is_admin_area(&self, area: &AreaName) -> bool {
        let is = self
            .catalogue
            .get(area)
            .is_some_and(|area| area.administration);
        is && self.rules.admin.value == AdminSet::Area
    }

    fn tick(&mut self, account: &AccountRef, area: &AreaName, give: bool) -> Answer {
        let entry = self
            .catalogue
            .get(area)
            .ok_or_else(|| format!("no area {area:?}"))?;
        refuse(give && entry.access_key_required, || {
            format!("{area:?} needs a key")
        })?;
        if self.is_admin_area(area) {
            return self.set_admin(account, give);
        }
        let found = self.find(account)?;
        let changes = if give {
            found.areas.insert(area.clone())
        } else {
            found.areas.remove(area)
        };
        refuse(!changes, || {
            format!("{area:?} of {:?} is so already", account.login)
        })
    }

    fn set_admin(&mut self, account: &AccountRef, admin: bool) -> Answer {
        let found = self.find(account)?;
        refuse(found.admin == admin, || {
            format!("{:?} is so already", account.login)
        })?;
        found.admin = admin;
        Ok(())
    }

    fn activate(&mut self, account: &AccountRef, active: bool) -> Answer {
        let deactivates = self.rules.end.value == End::Deactivate;
        refuse(!deactivates, || "no activation here".to_owned())?;
        let found = self.own(account)?;
        refuse(found.active == active, || "it is so already".to_owned())?;
        found.active = active;
        Ok(())
    }

    fn term_end(&self, term: Term) -> Result<Date, String> {
        let AccountEnd::Terms(terms) = self.rules.account_end.value else {
            return Err("no terms here".to_owned());
        };
        let (month, last) = terms.academic_year_end;
        match term {
            Term::Months(months) => {
                refuse(!terms.months.contains(&months), || {
                    "no such term".to_owned()
                })?;
                DAY.checked_add(i32::from(months).months())
                    .map_err(|error| error.to_string())
            }
            Term::AcademicYear => {
                let this_year =
                    Date::new(DAY.year(), month, last).map_err(|error| error.to_string())?;
                let years = if this_year >= DAY { 0 } else { 1 };
                this_year
                    .checked_add(years.years())
                    .map_err(|error| error.to_string())
            }
        }
    }
}
