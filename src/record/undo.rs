//! Undo files in the place of records: one for each run that takes something, `undo/<time>-<run>.<last
//! day>.json`. Written whole before the run's first call, read, forgotten once nobody may use them,
//! and written anew without a person who is to be forgotten. What is in them is not judged here.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::audit::Names;
use super::lock::last_written;
use super::store::{Created, Store, StoreError};
use crate::model::undo::{Taken, UndoAccount, UndoDocument, VALID_DAYS};

/// Where they are.
const PREFIX: &str = "undo/";

/// One undo file, as its name shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The object.
    pub key: String,
    /// The time of the run, as text that sorts.
    pub time: String,
    /// The run.
    pub run: String,
    /// The last day on which it can be used.
    pub valid_until: Date,
}

/// Writes a run's undo file; when this answers, it is there. Answers with its key.
///
/// # Errors
/// When it is not certain to be there.
pub async fn leave(
    store: &dyn Store,
    document: &UndoDocument,
    now: Timestamp,
) -> Result<String, StoreError> {
    let time = now.strftime("%Y%m%dT%H%M%S%3f");
    let (run, until) = (&document.run, document.valid_until);
    let key = format!("{PREFIX}{time}-{run}.{until}.json");
    write(store, &key, document).await?;
    Ok(key)
}

async fn write(store: &dyn Store, key: &str, document: &UndoDocument) -> Result<(), StoreError> {
    match store.create(key, document.text().as_bytes()).await? {
        Created::Yes => Ok(()),
        Created::Exists => Err(StoreError::Object {
            place: store.place(),
            key: key.to_owned(),
            message: "is there already".to_owned(),
        }),
    }
}

/// Every undo file, the oldest first.
///
/// # Errors
/// When not all of them can be listed.
pub async fn list(store: &dyn Store) -> Result<Vec<Kept>, StoreError> {
    // Of one that was written anew, the newest.
    let mut found: BTreeMap<(String, String), (u64, Kept)> = BTreeMap::new();
    for entry in store.list(PREFIX).await? {
        let Some((number, kept)) = parse(&entry.key) else {
            continue;
        };
        let of = found
            .entry((kept.time.clone(), kept.run.clone()))
            .or_insert_with(|| (number, kept.clone()));
        if of.0 < number {
            *of = (number, kept);
        }
    }
    Ok(found.into_values().map(|(_, kept)| kept).collect())
}

/// `undo/20261122T090000000-3f0c.2026-11-29.json`, and `….2026-11-29.2.json` for one written anew.
fn parse(key: &str) -> Option<(u64, Kept)> {
    let name = key.strip_prefix(PREFIX)?.strip_suffix(".json")?;
    let mut parts = name.split('.');
    let (time, run) = parts.next()?.split_once('-')?;
    let valid_until = parts.next()?.parse().ok()?;
    let number = parts.next().map_or(Some(1), |number| number.parse().ok())?;
    let kept = Kept {
        key: key.to_owned(),
        time: time.to_owned(),
        run: run.to_owned(),
        valid_until,
    };
    Some((number, kept))
}

/// Takes away those that nobody may use any more: as the day says, and as the place's own clock does,
/// since the day of one machine may be wrong. Answers with how many.
///
/// # Errors
/// When one of them may be there still.
pub async fn forget_expired(store: &dyn Store, today: Date) -> Result<u64, StoreError> {
    let late = last_written(store).await?;
    let valid = SignedDuration::from_hours(24 * VALID_DAYS);
    let written_before = late.and_then(|late| late.checked_sub(valid).ok());
    let mut gone = 0_u64;
    for entry in store.list(PREFIX).await? {
        let old = written_before.is_some_and(|before| entry.modified <= before);
        if old && parse(&entry.key).is_some_and(|(_, kept)| kept.valid_until < today) {
            store.delete(&entry.key).await?;
            gone = gone.saturating_add(1);
        }
    }
    Ok(gone)
}

/// What became of forgetting somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// How many files named them.
    pub named: u64,
    /// What lies there and is no undo file of this version: it is left, and may name them.
    pub unreadable: Vec<String>,
}

/// One object there: an undo file, or something that cannot be read as one.
type Found = (String, Option<(Kept, UndoDocument)>);

/// Adds every name by which whoever is meant stands in undo files.
///
/// # Errors
/// When not all of them can be read.
pub async fn learn(store: &dyn Store, names: &mut Names) -> Result<(), StoreError> {
    for (_, file) in files(store).await? {
        let units = file.iter().flat_map(|(_, document)| &document.units);
        for account in units.flat_map(|unit| &unit.accounts) {
            if is(account, names) {
                match &account.person {
                    Some(person) => names.learn_key(person),
                    None => names.learn_login(account.login.as_str()),
                };
            }
        }
    }
    Ok(())
}

/// Forgets one person: every file that names them is written anew without them.
///
/// # Errors
/// When it is not certain that they are forgotten everywhere. Done again, it goes on.
pub async fn forget(store: &dyn Store, names: &Names) -> Result<Forgotten, StoreError> {
    // What a killed run left unfinished, which no listing shows.
    store.tidy(PREFIX, Timestamp::MAX).await?;
    let all = files(store).await?;
    let numbers = all.iter().filter_map(|(key, _)| parse(key));
    let mut highest = numbers.map(|(number, _)| number).max().unwrap_or(1);
    let mut forgotten = Forgotten::default();
    for (key, file) in all {
        let Some((kept, document)) = file else {
            forgotten.unreadable.push(key);
            continue;
        };
        let mut accounts = document.units.iter().flat_map(|unit| &unit.accounts);
        if !accounts.any(|account| is(account, names)) {
            continue;
        }
        forgotten.named = forgotten.named.saturating_add(1);
        let rest = document.without(|account| is(account, names));
        if !rest.units.is_empty() {
            highest = highest.saturating_add(1);
            let Kept {
                time,
                run,
                valid_until,
                ..
            } = kept;
            let anew = format!("{PREFIX}{time}-{run}.{valid_until}.{highest}.json");
            write(store, &anew, &rest).await?;
        }
        store.delete(&key).await?;
    }
    Ok(forgotten)
}

/// Everything that lies there.
async fn files(store: &dyn Store) -> Result<Vec<Found>, StoreError> {
    let mut found = Vec::new();
    for entry in store.list(PREFIX).await? {
        let Some(bytes) = store.read(&entry.key).await? else {
            continue;
        };
        let document = serde_json::from_slice::<UndoDocument>(&bytes).ok();
        let sound = document.filter(|it| it.format == 1 && it.computed_digest() == it.digest);
        let kept = parse(&entry.key).map(|(_, kept)| kept);
        found.push((entry.key, kept.zip(sound)));
    }
    Ok(found)
}

/// Whether an account is theirs. Somebody else may have the same login id at another portal, so that
/// it counts only where the files name nobody.
fn is(account: &UndoAccount, names: &Names) -> bool {
    let mut called = vec![account.login.as_str()];
    called.extend(account.email.as_deref());
    for taken in &account.taken {
        match taken {
            Taken::Email { before, after } => called.extend([before.as_str(), after]),
            Taken::Login { before, after } => called.extend([before.as_str(), after.as_str()]),
            Taken::Name { .. }
            | Taken::Area { .. }
            | Taken::Admin { .. }
            | Taken::Expires { .. }
            | Taken::Active
            | Taken::Account { .. } => {}
        }
    }
    let by_key = match &account.person {
        Some(person) => names.is_asked(person) || names.has_key(person),
        None => called.iter().any(|name| names.has(name)),
    };
    by_key || called.iter().any(|name| names.is_asked(name))
}
