//! Who stands behind a pseudonym: kept apart from the log, so that one person can be forgotten and
//! the log still verifies.
//!
//! `people/key-<number>.json` holds the key that pseudonyms are made with. Each run notes whom it
//! touched in `people/<segment>.jsonl`. To forget somebody is to write those notes again without
//! them and to begin a new key: with the old one gone, nobody can find out from a pseudonym whose
//! it was, not even by trying names.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AuditError;
use crate::model::name::canonical;
use crate::record::store::{Created, Store};

/// Bytes of the key of pseudonyms.
pub const KEY_BYTES: usize = 32;

/// One person of the log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Person {
    /// Behind which they stand.
    pub pseudonym: String,
    /// Their key in the YAML, or their login id where it does not name them.
    pub key: String,
    /// Their login id.
    pub login: String,
    /// Their name.
    pub name: String,
}

/// Everything by which the records know somebody: one person goes by another login id at each portal,
/// and by another pseudonym under each key.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// What was asked for: a user key, a login id or an address.
    asked: String,
    keys: BTreeSet<String>,
    logins: BTreeSet<String>,
    pseudonyms: BTreeSet<String>,
}

impl Names {
    /// What is known to whoever asks.
    #[must_use]
    pub fn new(asked: &str) -> Self {
        Self {
            asked: canonical(asked),
            ..Self::default()
        }
    }

    /// Whether it is what was asked for.
    pub(in crate::record) fn is_asked(&self, name: &str) -> bool {
        canonical(name) == self.asked
    }

    /// Learns a user key. Answers whether it is new.
    pub(in crate::record) fn learn_key(&mut self, key: &str) -> bool {
        self.keys.insert(canonical(key))
    }

    /// Learns a login id. Answers whether it is new.
    pub(in crate::record) fn learn_login(&mut self, login: &str) -> bool {
        self.logins.insert(canonical(login))
    }

    /// Whether it is their user key.
    pub(in crate::record) fn has_key(&self, key: &str) -> bool {
        self.keys.contains(&canonical(key))
    }

    /// Whether it is their user key, or a login id under which they go.
    pub(in crate::record) fn has(&self, name: &str) -> bool {
        let name = canonical(name);
        self.keys.contains(&name) || self.logins.contains(&name)
    }

    /// How far a note leads to others about them: not, by its key, or to all of them.
    fn leads(&self, person: &Person) -> u8 {
        if self.is_asked(&person.key) || self.is_asked(&person.login) {
            2
        } else {
            u8::from(
                self.has_key(&person.key) && canonical(&person.key) != canonical(&person.login),
            )
        }
    }

    /// Whether a note is about them. Another person may have the same login id at another portal, so
    /// that one leads on only to whom the files do not name: they go by it alone.
    fn are(&self, person: &Person) -> bool {
        let asked = self.is_asked(&person.key) || self.is_asked(&person.login);
        let by_login =
            canonical(&person.key) == canonical(&person.login) && self.has(&person.login);
        asked
            || by_login
            || self.has_key(&person.key)
            || self.pseudonyms.contains(&person.pseudonym)
    }
}

/// Who stands behind the pseudonyms of a log.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// The notes of each run, by the key of their object.
    notes: BTreeMap<String, Vec<Person>>,
    /// The newest key of pseudonyms, with its number.
    key: Option<(u64, String)>,
    /// Every object that holds a key.
    keys: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct KeyFile {
    format: u32,
    key: String,
}

impl People {
    /// Reads who is noted.
    ///
    /// # Errors
    /// When not everything there can be read.
    pub async fn read(store: &dyn Store) -> Result<Self, AuditError> {
        let mut people = Self::default();
        for entry in store.list("people/").await? {
            let Some(bytes) = store.read(&entry.key).await? else {
                continue;
            };
            let unreadable = |error: serde_json::Error| AuditError::Unreadable {
                place: store.place(),
                key: entry.key.clone(),
                message: format!("line {}", error.line()),
            };
            if let Some(number) = number_of_key(&entry.key) {
                let file: KeyFile = serde_json::from_slice(&bytes).map_err(unreadable)?;
                if file.key.trim().is_empty() {
                    return Err(AuditError::Unreadable {
                        place: store.place(),
                        key: entry.key,
                        message: "it holds no key, and pseudonyms made without one hide nobody"
                            .to_owned(),
                    });
                }
                people.keys.push(entry.key.clone());
                if people.key.as_ref().is_none_or(|(known, _)| *known < number) {
                    people.key = Some((number, file.key));
                }
                continue;
            }
            let lines = bytes.split(|byte| *byte == b'\n');
            let lines = lines.filter(|line| !line.is_empty());
            let noted: Result<Vec<Person>, _> = lines.map(serde_json::from_slice).collect();
            people
                .notes
                .insert(entry.key.clone(), noted.map_err(unreadable)?);
        }
        Ok(people)
    }

    /// The key of pseudonyms, where there is one.
    #[must_use]
    pub fn newest_key(&self) -> Option<&str> {
        self.key.as_ref().map(|(_, key)| key.as_str())
    }

    /// The key of pseudonyms. The first asks for one to be made: `fresh` is it, in hexadecimal.
    ///
    /// # Errors
    /// When it can be neither read nor written.
    pub async fn key(store: &dyn Store, fresh: &str) -> Result<String, AuditError> {
        // Who comes second finds the other's.
        for _ in 0..3 {
            if let Some((_, key)) = Self::read(store).await?.key {
                return Ok(key);
            }
            write_key(store, 1, fresh).await?;
        }
        Err(AuditError::Unwritten(
            "the key of pseudonyms does not stay".to_owned(),
        ))
    }

    /// Notes whom a run touches, before it does.
    ///
    /// # Errors
    /// When it is not certain to be noted.
    pub async fn note(
        store: &dyn Store,
        segment: &str,
        people: &[Person],
    ) -> Result<(), AuditError> {
        write_notes(store, &format!("people/{segment}.jsonl"), people).await
    }

    /// Everybody noted.
    pub fn all(&self) -> impl Iterator<Item = &Person> {
        self.notes.values().flatten()
    }

    /// Adds every name by which whoever is meant is noted, and what these lead to.
    pub fn learn(&self, names: &mut Names) {
        let mut is_more = true;
        while std::mem::take(&mut is_more) {
            for person in self.all() {
                if names.are(person) {
                    is_more |= names.learn_key(&person.key);
                    is_more |= names.learn_login(&person.login);
                    is_more |= names.pseudonyms.insert(person.pseudonym.clone());
                }
            }
        }
    }

    /// The segments whose runs have touched them.
    pub(super) fn segments_of(&self, names: &Names) -> BTreeSet<&str> {
        let notes = self.notes.iter();
        let touching = notes.filter(|(_, noted)| noted.iter().any(|person| names.are(person)));
        touching.map(|(key, _)| segment_of(key)).collect()
    }

    /// The pseudonyms of whoever has that key or login id.
    #[must_use]
    pub fn pseudonyms(&self, of: &str) -> Vec<&str> {
        let asked = Names::new(of);
        let mut found: Vec<&str> = self
            .all()
            .filter(|person| asked.are(person))
            .map(|person| person.pseudonym.as_str())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Forgets one person, under every name by which they are noted; `fresh` is the next key of
    /// pseudonyms. Answers with how many notes named them. Done again after a failure, it goes on.
    ///
    /// # Errors
    /// When it is not certain that they are forgotten everywhere.
    pub async fn forget(store: &dyn Store, who: &Names, fresh: &str) -> Result<u64, AuditError> {
        // A run that was killed while it noted people may have left half a note, which no listing
        // shows.
        store.tidy("people/", Timestamp::MAX).await?;
        let people = Self::read(store).await?;
        let mut names = who.clone();
        people.learn(&mut names);
        if !people.all().any(|one| names.are(one)) {
            return Ok(0);
        }
        // The key first: as long as a note names them, asking again does what is left.
        let number = people.key.as_ref().map_or(0, |(number, _)| *number);
        write_key(store, number.saturating_add(1), fresh).await?;
        for old in &people.keys {
            store.delete(old).await?;
        }
        let mut named = 0_u64;
        // What leads to the rest goes last: asked again after a failure, that is still found.
        let mut notes: Vec<_> = people.notes.iter().collect();
        notes.sort_by_key(|(_, noted)| noted.iter().map(|one| names.leads(one)).max());
        for (key, notes) in notes {
            let kept = notes.iter().filter(|one| !names.are(one));
            let kept: Vec<Person> = kept.cloned().collect();
            let gone = notes.len().saturating_sub(kept.len()) as u64;
            if gone == 0 {
                continue;
            }
            named = named.saturating_add(gone);
            if !kept.is_empty() {
                write_notes(store, &next_name(key, &people.notes), &kept).await?;
            }
            store.delete(key).await?;
        }
        Ok(named)
    }
}

fn number_of_key(key: &str) -> Option<u64> {
    let number = key.strip_prefix("people/key-")?.strip_suffix(".json")?;
    number.parse().ok()
}

async fn write_key(store: &dyn Store, number: u64, key: &str) -> Result<(), AuditError> {
    let file = KeyFile {
        format: 1,
        key: key.to_owned(),
    };
    let bytes = serde_json::to_vec(&file).map_err(unwritten)?;
    let name = format!("people/key-{number:04}.json");
    store.create(&name, &bytes).await?;
    Ok(())
}

async fn write_notes(store: &dyn Store, key: &str, people: &[Person]) -> Result<(), AuditError> {
    let mut text = String::new();
    for person in people {
        text.push_str(&serde_json::to_string(person).map_err(unwritten)?);
        text.push('\n');
    }
    if store.create(key, text.as_bytes()).await? == Created::Exists {
        return Err(AuditError::Unwritten(format!("`{key}` is there already")));
    }
    Ok(())
}

fn unwritten(error: serde_json::Error) -> AuditError {
    AuditError::Unwritten(error.to_string())
}

/// Of which segment a note is.
fn segment_of(key: &str) -> &str {
    let name = key.strip_prefix("people/").unwrap_or(key);
    name.split('.').next().unwrap_or(name)
}

/// A name beside, which is free: objects are never changed.
fn next_name(key: &str, taken: &BTreeMap<String, Vec<Person>>) -> String {
    let segment = segment_of(key);
    let names = (2_u64..).map(|number| format!("people/{segment}.{number}.jsonl"));
    let mut free = names.filter(|name| !taken.contains_key(name));
    free.next().unwrap_or_else(|| key.to_owned())
}

/// Takes away whom a run touched, with the run.
pub(super) async fn forget_segment(store: &dyn Store, segment: &str) -> Result<(), AuditError> {
    let prefix = format!("people/{segment}.");
    for entry in store.list("people/").await? {
        if entry.key.starts_with(&prefix) {
            store.delete(&entry.key).await?;
        }
    }
    Ok(())
}
