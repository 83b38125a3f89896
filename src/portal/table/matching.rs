//! Finds the account that a label on another page is about: by login id, by address, by name, and
//! never by a guess.

use super::people::Person;
use crate::model::live::Live;
use crate::model::name::{LoginId, canonical};

/// One account while it is gathered.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) person: Person,
    pub(super) login: LoginId,
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

/// The account that one of the texts names.
pub(super) fn find(accounts: &[Account], texts: &[String]) -> Found {
    let exact = |wanted: &str| {
        let wanted = canonical(wanted);
        matching(accounts, |account| {
            let email = account.person.email.as_deref();
            account.login.canonical() == wanted
                || email.is_some_and(|email| canonical(email) == wanted)
        })
    };
    let named = |wanted: &str| {
        let wanted = canonical(wanted);
        matching(accounts, |account| {
            canonical(&account.person.name) == wanted
        })
    };
    // `Sam Evans (s.evans@oakfield.example)`: what stands in brackets is more certain.
    let parts = texts.iter().flat_map(|text| {
        let separates = |letter: char| letter.is_whitespace() || "()<>[],;".contains(letter);
        text.split(separates)
            .filter(|part| part.contains('@') || text.contains(&format!("({part})")))
    });
    let attempts = texts
        .iter()
        .map(|text| exact(text))
        .chain(parts.map(|part| {
            if part.is_empty() {
                Vec::new()
            } else {
                exact(part)
            }
        }))
        .chain(texts.iter().map(|text| named(text)))
        .find(|found| !found.is_empty());
    match attempts.as_deref() {
        None => Found::Nobody,
        Some([(index, _)]) => Found::One(*index),
        Some(several) => Found::Several(several.iter().map(|(_, place)| place.clone()).collect()),
    }
}

fn matching(accounts: &[Account], is: impl Fn(&Account) -> bool) -> Vec<(usize, String)> {
    let found = accounts
        .iter()
        .enumerate()
        .filter(|(_, account)| is(account));
    found
        .map(|(index, account)| {
            let place = &account.person.place;
            (index, format!("`{}` row {}", place.file, place.row))
        })
        .collect()
}

/// The login id that the last snapshot has for a person: by address, or by name where neither it
/// nor the list has an address. None where that is not one account.
pub(super) fn former_login(person: &Person, former: Option<&Live>) -> Option<LoginId> {
    let same = |one: &str, other: &str| canonical(one) == canonical(other);
    let accounts = former?.accounts().values();
    let mut found = accounts.filter(|account| match (&person.email, &account.email) {
        (Some(email), Some(known)) => same(email, known),
        (None, None) => same(&person.name, &account.name),
        _ => false,
    });
    let one = found.next()?;
    found.next().is_none().then(|| one.login.clone())
}
