//! Finds the account that a label on another page is about: by login id, by address, by name, and
//! never by a guess.

use std::collections::BTreeMap;

use super::page::LONGEST;
use super::people::Person;
use crate::model::live::{Live, LiveAccount};
use crate::model::name::{LoginId, canonical};

/// Most accounts of one name that are told.
const MOST_NAMED: usize = 10;

/// One account while it is gathered.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) person: Person,
    pub(super) login: LoginId,
}

/// Every account, in the order of the lists.
#[derive(Clone, Debug, Default)]
pub(super) struct Accounts {
    list: Vec<Account>,
    by_login: BTreeMap<LoginId, usize>,
    by_email: BTreeMap<String, Vec<usize>>,
    by_name: BTreeMap<String, Vec<usize>>,
}

/// What a label leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// This account.
    One(usize),
    /// Nobody.
    Nobody,
    /// Several, by the rows in which they are listed.
    Several(Vec<String>),
}

impl Accounts {
    /// Adds an account whose login id is not there yet.
    pub(super) fn push(&mut self, account: Account) {
        let index = self.list.len();
        let Account { person, login } = &account;
        self.by_login.insert(login.clone(), index);
        if let Some(email) = &person.email {
            let known = self.by_email.entry(canonical(email)).or_default();
            known.push(index);
        }
        let known = self.by_name.entry(canonical(&person.name)).or_default();
        known.push(index);
        self.list.push(account);
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Account> {
        self.list.get(index)
    }

    /// The account of a login id.
    pub(super) fn of_login(&self, login: &LoginId) -> Option<&Account> {
        self.get(*self.by_login.get(login)?)
    }

    /// The account that one of the texts names.
    pub(super) fn find(&self, texts: &[String]) -> Found {
        // Whatever is longer names nobody, and would be looked through again for each of its words.
        let short = || texts.iter().filter(|text| text.len() <= LONGEST);
        // `Sam Evans (s.evans@oakfield.example)`: what stands in brackets is more certain.
        let parts = short().flat_map(|text| {
            let separates = |letter: char| letter.is_whitespace() || "()<>[],;".contains(letter);
            let inside = |part: &&str| part.contains('@') || text.contains(&format!("({part})"));
            text.split(separates)
                .filter(|part| !part.is_empty())
                .filter(inside)
        });
        let exact = short().map(String::as_str).chain(parts);
        let exact = exact.map(|text| self.exact(text));
        let named = short().map(|text| self.named(text));
        match exact.chain(named).find(|found| !found.is_empty()) {
            None => Found::Nobody,
            Some(found) => match found.as_slice() {
                [index] => Found::One(*index),
                several => Found::Several(several.iter().map(|index| self.place(*index)).collect()),
            },
        }
    }

    fn exact(&self, text: &str) -> Vec<usize> {
        if let Some(index) = self.by_login.get(&LoginId::new(text)) {
            return vec![*index];
        }
        some_of(self.by_email.get(&canonical(text)))
    }

    fn named(&self, text: &str) -> Vec<usize> {
        some_of(self.by_name.get(&canonical(text)))
    }

    fn place(&self, index: usize) -> String {
        let place = self.get(index).map(|account| &account.person.place);
        place.map_or_else(String::new, |place| {
            format!("`{}` row {}", place.file, place.row)
        })
    }
}

/// The first of the accounts that have an address or a name: which is meant cannot be told of two
/// any more than of thousands.
fn some_of(known: Option<&Vec<usize>>) -> Vec<usize> {
    let known = known.into_iter().flatten().copied();
    known.take(MOST_NAMED).collect()
}

/// The accounts of the last snapshot.
#[derive(Clone, Debug, Default)]
pub(super) struct Former<'l> {
    by_login: BTreeMap<LoginId, &'l LiveAccount>,
    by_email: BTreeMap<String, Vec<&'l LiveAccount>>,
    /// Of those without an address.
    by_name: BTreeMap<String, Vec<&'l LiveAccount>>,
}

impl<'l> Former<'l> {
    pub(super) fn of(live: Option<&'l Live>) -> Self {
        let mut former = Self::default();
        for account in live.into_iter().flat_map(|live| live.accounts().values()) {
            former.by_login.insert(account.login.clone(), account);
            let same = match &account.email {
                Some(email) => former.by_email.entry(canonical(email)),
                None => former.by_name.entry(canonical(&account.name)),
            };
            same.or_default().push(account);
        }
        former
    }

    /// The account of a login id.
    pub(super) fn get(&self, login: &LoginId) -> Option<&'l LiveAccount> {
        self.by_login.get(login).copied()
    }

    /// The login id that a person had: by address, or by name where neither the snapshot nor the
    /// list has an address. None where that is not one account.
    pub(super) fn login(&self, person: &Person) -> Option<LoginId> {
        let found = match &person.email {
            Some(email) => self.by_email.get(&canonical(email)),
            None => self.by_name.get(&canonical(&person.name)),
        };
        match found?.as_slice() {
            [one] => Some(one.login.clone()),
            _ => None,
        }
    }
}
