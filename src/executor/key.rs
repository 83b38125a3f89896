//! Idempotency keys: as long as it is not known what became of a save, it has the same key in this
//! run and in the next, so that a portal that honours keys creates nothing twice; once it is known,
//! the same save has another one, so that it is done again. Nobody can be read from a key.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::model::call_keys::CallKeys;
use crate::model::outcome::{ApplyReport, Outcome};
use crate::model::plan::{Plan, SaveIndex};
use crate::model::plan_document::hexadecimal;

/// Most keys that are kept for one listing. Where more saves failed, the portal was lost or refuses
/// them all, and all keys stay as they were.
const MOST_AGAIN: usize = 1_000;

/// The key of one save, in lower-case hexadecimal. None where the plan has no such save.
#[must_use]
pub fn idempotency_key(plan: &Plan, index: SaveIndex, keys: &CallKeys) -> Option<String> {
    let save = fingerprint(plan, index)?;
    if let Some(key) = keys.again.get(&save) {
        return Some(key.clone());
    }
    let mut hash = Sha256::new();
    field(&mut hash, &save);
    field(&mut hash, keys.since.as_deref().unwrap_or_default());
    Some(hexadecimal(&hash.finalize()))
}

/// What the next run needs to know of the calls that a run has made for one unit. `run` is a name
/// that no other run has.
///
/// Call it with the report that [`verify`](super::verify()) has compared with a new listing, where
/// there is one: what the listing does not show has not come to its end.
#[must_use]
pub fn keys_after(
    keys: &CallKeys,
    (plan, unit): (&Plan, u32),
    report: &ApplyReport,
    run: &str,
) -> CallKeys {
    let saves = report.saves.iter().filter(|(index, ..)| index.unit == unit);
    let saves: Vec<(SaveIndex, Became)> = saves
        .map(|(index, _, outcome)| (*index, became(outcome)))
        .collect();
    let of = |wanted: Became| -> BTreeSet<SaveIndex> {
        let these = saves.iter().filter(|(_, became)| *became == wanted);
        these.map(|(index, _)| *index).collect()
    };
    let (ended, unclear) = (of(Became::Ended), of(Became::Unclear));
    if ended.is_empty() {
        return keys.clone();
    }
    let mut again = match keys.day {
        Some(day) if day == plan.day => keys.again.clone(),
        _ => Default::default(),
    };
    for index in ended.difference(&unclear) {
        if let Some(save) = fingerprint(plan, *index) {
            again.remove(&save);
        }
    }
    for index in &unclear {
        if let (Some(save), Some(key)) = (
            fingerprint(plan, *index),
            idempotency_key(plan, *index, keys),
        ) {
            again.insert(save, key);
        }
    }
    if again.len() > MOST_AGAIN {
        return keys.clone();
    }
    CallKeys {
        since: Some(run.to_owned()),
        day: (!again.is_empty()).then_some(plan.day),
        again,
    }
}

/// How far a save has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Became {
    /// It is done.
    Ended,
    /// A call may have been made, and what came of it does not show.
    Unclear,
    /// It was not called.
    NotCalled,
}

fn became(outcome: &Outcome) -> Became {
    match outcome {
        Outcome::Done | Outcome::FoundDone => Became::Ended,
        Outcome::Failed(_) | Outcome::Accepted | Outcome::NotSeen => Became::Unclear,
        Outcome::Skipped { .. } | Outcome::Waits(_) | Outcome::Interrupted => Became::NotCalled,
    }
}

/// SHA-256, in lower-case hexadecimal, over what the plan was made from (day, configuration,
/// listing), whose it is, and which of its saves.
///
/// The login ids are in it too: a plan of the same files and listing may be narrower (without
/// removals, say), and then its saves are numbered otherwise.
fn fingerprint(plan: &Plan, index: SaveIndex) -> Option<String> {
    let unit = plan.units.get(index.unit as usize)?;
    let save = unit.saves.get(index.save as usize)?;
    let mut hash = Sha256::new();
    field(&mut hash, &plan.day.to_string());
    field(&mut hash, &plan.configuration_digest);
    field(&mut hash, &unit.listing_digest);
    field(&mut hash, unit.organisation.as_str());
    field(&mut hash, unit.portal.as_str());
    field(&mut hash, unit.portal_organisation.as_str());
    hash.update(index.save.to_le_bytes());
    for account in save.write.accounts() {
        field(&mut hash, account.login.canonical());
    }
    Some(hexadecimal(&hash.finalize()))
}

/// Length first, so that no two sequences of fields hash alike.
fn field(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}
