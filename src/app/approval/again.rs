//! What has been done once under a review is not done under it a second time: whoever undid it
//! since had a reason that the reviewer did not know. The audit log knows what was done.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use crate::app::Failure;
use crate::app::record::{Records, key_of};
use crate::model::name::canonical;
use crate::model::plan::Plan;
use crate::record::audit::{DoneAction, People, done_under};
use crate::report::Redaction;

/// How far back runs under a review can lie: longer than any plan holds, and than clocks are wrong.
const BACK: SignedDuration = SignedDuration::from_hours(48);

/// The actions of a plan, by unit and action, that were done under the review of this digest.
///
/// # Errors
/// When the audit log cannot be read.
pub(super) async fn done_before(
    plan: &Plan,
    digest: &str,
    records: &Records,
) -> Result<BTreeSet<(usize, usize)>, Failure> {
    let store = records.store.as_ref();
    let since = records.clock.now().checked_sub(BACK).unwrap_or_default();
    let done = done_under(store, digest, since).await?;
    if done.is_empty() {
        return Ok(BTreeSet::new());
    }
    let people = People::read(store).await?;
    let redaction = people
        .newest_key()
        .map(|key| Redaction::new(key.as_bytes()));
    // Older pseudonyms, where somebody else has been forgotten since.
    let mut noted: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for person in people.all() {
        for name in [&person.key, &person.login] {
            let pseudonyms = noted.entry(canonical(name)).or_default();
            pseudonyms.insert(&person.pseudonym);
        }
    }
    let mut found = BTreeSet::new();
    for (number, unit) in plan.units.iter().enumerate() {
        for (index, action) in unit.actions.iter().enumerate() {
            let key = key_of(&action.account);
            let noted = noted.get(&canonical(key)).into_iter().flatten();
            let noted = noted.map(|pseudonym| (*pseudonym).to_owned());
            let person = redaction.as_ref().map(|redaction| redaction.person(key));
            let is_done = noted.chain(person).any(|person| {
                done.contains(&DoneAction {
                    organisation: unit.organisation.to_string(),
                    portal: unit.portal.to_string(),
                    action: action.kind.as_str().to_owned(),
                    person,
                    area: action.area.as_ref().map(ToString::to_string),
                })
            });
            if is_done {
                found.insert((number, index));
            }
        }
    }
    Ok(found)
}
