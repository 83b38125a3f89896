//! Who is meant: by key, address or login id, else by name, else by a part of either. Keeps what
//! fits and nothing else, so that a search through many organisations stays small.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::desired::Desired;
use crate::model::live::Live;
use crate::model::name::{LoginId, OrganisationId, canonical};
use crate::model::nearest::nearest;
use crate::model::plan::AccountRef;
use crate::model::written::WrittenPerson;

/// Most names that are offered in place of one that nobody has.
const OFFERED: usize = 5;

/// How well a name fits; the best comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// The key, an address or a login id.
    Key,
    /// The whole name.
    Name,
    /// A part of any of these.
    Part,
}

/// What stands for a key, an address or a login id where names are kept out.
pub type Pseudonym = Box<dyn Fn(&str) -> String + Send + Sync>;

/// A search for one person.
pub struct Search {
    asked: String,
    alias: Option<Pseudonym>,
    words: Vec<String>,
    /// Keys and names of whoever fits, by how well.
    found: BTreeMap<Tier, BTreeMap<Arc<str>, Arc<str>>>,
    near: BTreeSet<String>,
}

/// What came of it.
#[derive(Debug)]
pub enum Found {
    /// One person, by key.
    One(Arc<str>),
    /// Several: keys and names.
    Several(Vec<(Arc<str>, Arc<str>)>),
    /// Nobody; names that are nearly the same.
    Nobody(Vec<String>),
}

/// The person who is meant, over all organisations.
#[derive(Clone, Debug)]
pub struct Who {
    /// The user's key in the YAML, canonical; the login id of an account that no file names.
    pub key: Arc<str>,
    /// The name; the key where there is none.
    pub name: Arc<str>,
    /// Every name that the person has, in the files and live.
    pub names: BTreeSet<Arc<str>>,
    /// Whether any file names the person.
    pub listed: bool,
    /// Login ids, present and former, at any portal.
    pub logins: BTreeSet<LoginId>,
    /// The organisations in which a file names the person.
    pub organisations: BTreeSet<OrganisationId>,
    /// Whether `people` names the person, so that an entry of `users` need not say who it is.
    pub in_people: bool,
    /// Whether every organisation that is looked at is to be told of, also where nothing names the
    /// person: they were named on the command line.
    pub everywhere: bool,
}

impl Search {
    /// Begins a search. Somebody whose alias is asked for is meant as well, where there are any.
    #[must_use]
    pub fn new(asked: &str, alias: Option<Pseudonym>) -> Self {
        let asked = canonical(asked);
        let words = asked.split_whitespace().map(str::to_owned).collect();
        Self {
            asked,
            alias,
            words,
            found: BTreeMap::new(),
            near: BTreeSet::new(),
        }
    }

    /// Looks at somebody. Answers whether they fit.
    pub fn look<'t>(
        &mut self,
        key: &Arc<str>,
        name: &Arc<str>,
        logins: impl Iterator<Item = &'t str>,
    ) -> bool {
        let mut texts: Vec<String> = logins.map(canonical).collect();
        texts.push(canonical(key));
        let folded = canonical(name);
        let part = |word: &String| {
            folded.contains(word.as_str()) || texts.iter().any(|text| text.contains(word.as_str()))
        };
        let stands_for = |text: &String| {
            let alias = self.alias.as_ref();
            alias.is_some_and(|alias| alias(text) == self.asked)
        };
        let tier = if self.words.is_empty() {
            None
        } else if texts.contains(&self.asked) || texts.iter().any(stands_for) {
            Some(Tier::Key)
        } else if folded == self.asked {
            Some(Tier::Name)
        } else {
            self.words.iter().all(part).then_some(Tier::Part)
        };
        if let Some(tier) = tier {
            let found = self.found.entry(tier).or_default();
            found.insert(Arc::clone(key), Arc::clone(name));
        } else if self.near.len() < OFFERED {
            let words = folded.split_whitespace();
            let whole = [folded.as_str()]
                .into_iter()
                .chain(texts.iter().map(String::as_str));
            if nearest(&self.asked, whole.chain(words)).is_some() {
                self.near.insert(format!("{name} ({key})"));
            }
        }
        tier.is_some()
    }

    /// Looks at everybody whom the YAML names in one organisation at one portal.
    pub fn look_at_desired(&mut self, desired: &Desired) {
        for account in desired.accounts.values() {
            let was = account.was.iter().map(|(login, _)| login.as_str());
            let email = account.email.as_deref();
            let logins = was.chain(email).chain([account.login.as_str()]);
            self.look(&account.person, &account.name, logins);
        }
        for login in desired.delete.keys() {
            let name: Arc<str> = login.as_str().into();
            self.look(&login.canonical().into(), &name, std::iter::empty());
        }
    }

    /// Looks at everybody under `people`.
    pub fn look_at_people(&mut self, people: &[WrittenPerson]) {
        for WrittenPerson { key, name, logins } in people {
            let key = key.as_str().into();
            self.look(&key, name, logins.iter().map(String::as_str));
        }
    }

    /// Looks at every live account of one organisation at one portal. Answers whether any fits.
    pub fn look_at_live(&mut self, desired: &Desired, live: &Live) -> bool {
        let keys: BTreeSet<&str> = desired.accounts.values().map(|it| &*it.person).collect();
        let mut fits = false;
        for account in live.accounts().values() {
            let email = account.email.as_deref().map(canonical);
            let key: Arc<str> = match (desired.accounts.get(&account.login), &email) {
                (Some(wanted), _) => Arc::clone(&wanted.person),
                (None, Some(email)) if keys.contains(email.as_str()) => email.as_str().into(),
                (None, _) => account.login.canonical().into(),
            };
            let logins = [account.login.as_str(), account.id.as_str()];
            let logins = logins.into_iter().chain(account.email.as_deref());
            fits |= self.look(&key, &account.name, logins);
        }
        fits
    }

    /// Whether nobody fits so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What came of it: of the best fits alone.
    #[must_use]
    pub fn finish(self) -> Found {
        let Some((_, found)) = self.found.into_iter().next() else {
            return Found::Nobody(self.near.into_iter().collect());
        };
        let mut found: Vec<_> = found.into_iter().collect();
        match found.pop() {
            Some((key, _)) if found.is_empty() => Found::One(key),
            last => {
                found.extend(last);
                Found::Several(found)
            }
        }
    }
}

impl Who {
    /// The person of a key, of whom nothing else is known yet.
    #[must_use]
    pub fn new(key: Arc<str>) -> Self {
        Self {
            name: Arc::clone(&key),
            key,
            names: BTreeSet::new(),
            listed: false,
            logins: BTreeSet::new(),
            organisations: BTreeSet::new(),
            in_people: false,
            everywhere: false,
        }
    }

    /// Adds what the YAML says in one organisation at one portal.
    pub fn add_desired(&mut self, desired: &Desired) {
        for account in desired.accounts.values() {
            if *account.person != *self.key {
                continue;
            }
            self.named(&account.name);
            self.listed = true;
            self.logins.insert(account.login.clone());
            let was = account.was.iter().map(|(login, _)| login.clone());
            self.logins.extend(was);
            self.organisations.insert(desired.organisation.clone());
        }
        if desired
            .delete
            .contains_key(&LoginId::new(Arc::clone(&self.key)))
        {
            self.listed = true;
            self.organisations.insert(desired.organisation.clone());
        }
    }

    /// Adds what `people` says.
    pub fn add_person(&mut self, person: &WrittenPerson) {
        let WrittenPerson { key, name, logins } = person;
        if **key == *self.key {
            self.named(name);
            self.in_people = true;
            self.listed = true;
            self.logins
                .extend(logins.iter().map(|login| LoginId::new(login.as_str())));
        }
    }

    /// Adds what is live in one organisation at one portal. Answers whether the person is.
    pub fn add_live(&mut self, live: &Live) -> bool {
        let mut found = false;
        for account in live.accounts().values() {
            let address = account.email.as_deref().map(canonical);
            let by_address = address.as_deref() == Some(&*self.key);
            let by_login = self.logins.contains(&account.login);
            if by_address || by_login || *account.login.canonical() == *self.key {
                self.named(&account.name);
                self.logins.insert(account.login.clone());
                self.logins
                    .extend(account.email.as_deref().map(LoginId::new));
                found = true;
            }
        }
        found
    }

    /// Under what a plan may name the person: for whoever must keep the name out.
    #[must_use]
    pub fn aliases(&self) -> Vec<AccountRef> {
        let alias = |login: &LoginId, name: &Arc<str>| AccountRef {
            login: login.clone(),
            name: Arc::clone(name),
            id: None,
            person: Some(Arc::clone(&self.key)),
        };
        let key = LoginId::new(Arc::clone(&self.key));
        let names = self.names.iter().map(|name| alias(&key, name));
        let logins = self.logins.iter().map(|login| alias(login, &self.name));
        names
            .chain(logins)
            .chain([alias(&key, &self.name)])
            .collect()
    }

    /// The first name that is one.
    fn named(&mut self, name: &Arc<str>) {
        self.names.insert(Arc::clone(name));
        if self.name == self.key || canonical(&self.name) == *self.key {
            self.name = Arc::clone(name);
        }
    }
}
