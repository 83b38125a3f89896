//! Idempotency keys: as long as it is not known what became of a save, it has the same key in this
//! run and in the next of the same day, so that a portal that honours keys creates nothing twice;
//! once it is known, the same save has another one, so that it is done again. Nobody can be read
//! from a key.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::model::call_keys::CallKeys;
use crate::model::outcome::{ApplyReport, Outcome, Verdict};
use crate::model::plan::{AccountRef, Change, Plan, SaveIndex, Write};
use crate::model::plan_document::hexadecimal;

/// Most keys that are kept for one listing. Where more saves failed the portal was lost, and all keys
/// stay as they were.
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
    /// It is done, or the portal has said no.
    Ended,
    /// A call may have been made, and what came of it does not show.
    Unclear,
    /// It was not called.
    NotCalled,
}

fn became(outcome: &Outcome) -> Became {
    match outcome {
        Outcome::Done | Outcome::FoundDone => Became::Ended,
        // A portal that keeps answers keeps a no as well, and would repeat it all day.
        Outcome::Failed(failure) if failure.verdict == Verdict::Refused => Became::Ended,
        Outcome::Failed(_) | Outcome::Accepted | Outcome::NotSeen => Became::Unclear,
        Outcome::Skipped { .. } | Outcome::Waits(_) | Outcome::Interrupted => Became::NotCalled,
    }
}

/// SHA-256, in lower-case hexadecimal, over the day, whose it is, whom it touches and what is asked
/// for. Not over what the plan was made from, nor where in it the save stands: as soon as anything
/// else is done the listing is another, and so is the number of a save, but the call is the same.
fn fingerprint(plan: &Plan, index: SaveIndex) -> Option<String> {
    let unit = plan.units.get(index.unit as usize)?;
    let save = unit.saves.get(index.save as usize)?;
    let mut hash = Sha256::new();
    field(&mut hash, &plan.day.to_string());
    field(&mut hash, unit.organisation.as_str());
    field(&mut hash, unit.portal.as_str());
    field(&mut hash, unit.portal_organisation.as_str());
    for part in asked(&save.write) {
        field(&mut hash, &part);
    }
    Some(hexadecimal(&hash.finalize()))
}

/// What a write asks for: its kind, then each field, a set in one order with its number first. No
/// portal id, which the next run may be the first to know, and nothing of how it was before.
fn asked(write: &Write) -> Vec<String> {
    let who = |account: &AccountRef| account.login.canonical().to_owned();
    match write {
        Write::Create {
            account,
            email,
            expires,
            term,
            notify,
            terms_accepted_by,
            assigned,
        } => vec![
            "create".to_owned(),
            who(account),
            account.name.to_string(),
            format!("{email:?}"),
            format!("{expires:?}"),
            format!("{term:?}"),
            format!("{notify:?}"),
            format!("{terms_accepted_by:?}"),
            assigned.to_string(),
        ],
        Write::Edit { account, changes } => {
            let mut parts = vec!["edit".to_owned(), who(account)];
            parts.extend(changes.iter().map(changed_to));
            parts
        }
        Write::Grant {
            account,
            area,
            give,
        } => vec![
            "grant".to_owned(),
            who(account),
            area.to_string(),
            give.to_string(),
        ],
        Write::AccountSet {
            account,
            give,
            take,
            admin,
        } => {
            let mut parts = vec!["account set".to_owned(), who(account)];
            parts.extend(set(give.iter().map(ToString::to_string)));
            parts.extend(set(take.iter().map(ToString::to_string)));
            parts.push(format!("{admin:?}"));
            parts
        }
        Write::AreaSet { area, give, take } => {
            let mut parts = vec!["area set".to_owned(), area.to_string()];
            parts.extend(set(give.iter().map(who)));
            parts.extend(set(take.iter().map(who)));
            parts
        }
        Write::Admin { account, promote } => {
            vec!["admin".to_owned(), who(account), promote.to_string()]
        }
        Write::Active { account, active } => {
            vec!["active".to_owned(), who(account), active.to_string()]
        }
        Write::Keep { account, term } => {
            vec!["keep".to_owned(), who(account), format!("{term:?}")]
        }
        Write::Delete { account } => vec!["delete".to_owned(), who(account)],
    }
}

fn changed_to(change: &Change) -> String {
    match change {
        Change::Name { before: _, after } => format!("name {after}"),
        Change::Email { before: _, after } => format!("email {after}"),
        Change::Login { before: _, after } => format!("login {after}"),
        Change::Expires { before: _, after } => format!("expires {after:?}"),
        Change::Term { after } => format!("term {after:?}"),
        Change::Active { before: _, after } => format!("active {after}"),
    }
}

fn set(names: impl Iterator<Item = String>) -> Vec<String> {
    let names: BTreeSet<String> = names.collect();
    std::iter::once(names.len().to_string())
        .chain(names)
        .collect()
}

/// Length first, so that no two sequences of fields hash alike.
fn field(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}
