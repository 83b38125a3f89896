//! Undo files in the place of records: one for each run that takes something, `undo/<time>-<run>.<last
//! day>.json`. Written whole before the run's first call, read, forgotten once nobody may use them,
//! and written anew without a person who is to be forgotten. What is in them is not judged here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::store::{Created, Store, StoreError};
use crate::model::name::canonical;
use crate::model::undo::{Taken, UndoAccount, UndoDocument};

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

/// Takes away those that nobody may use any more. Answers with how many.
///
/// # Errors
/// When one of them may be there still.
pub async fn forget_expired(store: &dyn Store, today: Date) -> Result<u64, StoreError> {
    let mut gone = 0_u64;
    for entry in store.list(PREFIX).await? {
        if parse(&entry.key).is_some_and(|(_, kept)| kept.valid_until < today) {
            store.delete(&entry.key).await?;
            gone = gone.saturating_add(1);
        }
    }
    Ok(gone)
}

/// Forgets one person, by user key, login id or address: every file that names them is written
/// anew without them. One that is no undo file any more is taken away whole, since nobody could
/// use it. Answers with how many files named them.
///
/// # Errors
/// When it is not certain that they are forgotten everywhere. Done again, it goes on.
pub async fn forget(store: &dyn Store, who: &str) -> Result<u64, StoreError> {
    // What a killed run left unfinished, which no listing shows.
    store.tidy(PREFIX, Timestamp::MAX).await?;
    let all = store.list(PREFIX).await?;
    let mut highest = all
        .iter()
        .filter_map(|entry| parse(&entry.key))
        .map(|(number, _)| number)
        .max()
        .unwrap_or(1);
    let mut named = 0_u64;
    for entry in all {
        let Some(bytes) = store.read(&entry.key).await? else {
            continue;
        };
        let document = serde_json::from_slice::<UndoDocument>(&bytes).ok();
        let sound = document.filter(|document| document.computed_digest() == document.digest);
        let (Some(document), Some((_, kept))) = (sound, parse(&entry.key)) else {
            store.delete(&entry.key).await?;
            continue;
        };
        let accounts = document.units.iter().flat_map(|unit| &unit.accounts);
        if !accounts.into_iter().any(|account| is(account, who)) {
            continue;
        }
        named = named.saturating_add(1);
        let rest = document.without(|account| is(account, who));
        if !rest.units.is_empty() {
            highest = highest.saturating_add(1);
            let Kept {
                time,
                run,
                valid_until,
                ..
            } = kept;
            let key = format!("{PREFIX}{time}-{run}.{valid_until}.{highest}.json");
            write(store, &key, &rest).await?;
        }
        store.delete(&entry.key).await?;
    }
    Ok(named)
}

fn is(account: &UndoAccount, who: &str) -> bool {
    let who = canonical(who);
    let same = |one: &str| canonical(one) == who;
    let taken = account.taken.iter().any(|taken| match taken {
        Taken::Email { before, after } => same(before) || same(after),
        Taken::Login { before, after } => same(before.as_str()) || same(after.as_str()),
        Taken::Name { .. }
        | Taken::Area { .. }
        | Taken::Admin { .. }
        | Taken::Expires { .. }
        | Taken::Active
        | Taken::Account { .. } => false,
    });
    taken
        || same(account.login.as_str())
        || account.person.as_deref().is_some_and(same)
        || account.email.as_deref().is_some_and(same)
}
