//! What has been done once under a review is not done under it a second time: whoever undid it
//! since had a reason that the reviewer did not know. The audit log knows what was done. What a run
//! could not say, because it was killed, or the portal's answer was lost, the next one sees: it is kept.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::Failure;
use crate::app::planning::Prepared;
use crate::app::project::Opened;
use crate::app::record::{Records, key_of};
use crate::model::name::canonical;
use crate::model::plan::{AccountRef, UnitPlan};
use crate::model::plan_document::PlanDocument;
use crate::model::policy::Removals;
use crate::record::audit::{DoneAction, People, Review, UnderReview, done_under, keep_found_done};
use crate::report::Redaction;

/// What has been done before under a review.
#[derive(Default)]
pub(super) struct Before {
    /// The actions of the plan, by unit and action, that were done.
    pub(super) done: BTreeSet<(usize, usize)>,
    /// Whether something was done to somebody of whom nobody can tell any more.
    pub(super) forgotten: bool,
}

/// Looks what of a plan was done under the review of this digest.
///
/// # Errors
/// When the audit log cannot be read, or what is seen to be done cannot be kept.
pub(super) async fn before(
    prepared: &Prepared,
    (opened, reviewed): (&Opened, Option<&PlanDocument>),
    digest: &str,
    records: &Records,
) -> Result<Before, Failure> {
    let store = records.store.as_ref();
    let saved = reviewed.and_then(|reviewed| reviewed.saved.as_ref());
    let review = Review {
        digest,
        saved: saved.map(|saved| saved.at),
    };
    let UnderReview {
        done,
        unclear,
        forgotten,
    } = done_under(store, review, records.clock.now()).await?;
    if forgotten || done.is_empty() && unclear.is_empty() {
        return Ok(Before {
            forgotten,
            ..Before::default()
        });
    }
    let people = Pseudonyms::of(People::read(store).await?);
    let plan = &prepared.plan;
    let (mut found, mut pending) = (BTreeSet::new(), BTreeSet::new());
    for (number, unit) in plan.units.iter().enumerate() {
        for (index, action) in unit.actions.iter().enumerate() {
            let entries = people.of_account(&action.account).map(|person| DoneAction {
                organisation: unit.organisation.to_string(),
                portal: unit.portal.to_string(),
                action: action.kind.as_str().to_owned(),
                person,
                area: action.area.as_ref().map(ToString::to_string),
            });
            let entries: Vec<DoneAction> = entries.collect();
            if entries.iter().any(|entry| done.contains(entry)) {
                found.insert((number, index));
            }
            pending.extend(entries);
        }
    }
    // Of other files than those of the review nobody knows whether they still want it.
    let configuration = &plan.configuration_digest;
    if reviewed.is_none_or(|reviewed| reviewed.configuration == *configuration) {
        let gone = unclear.difference(&pending).filter(|action| {
            let units = &plan.units;
            let unit = units.iter().find(|unit| is_of(action, unit));
            unit.is_some_and(|unit| says_all(unit, action, opened, &people))
        });
        let seen: BTreeSet<DoneAction> = gone.cloned().collect();
        if !seen.is_empty() {
            keep_found_done(store, digest, seen).await?;
        }
    }
    Ok(Before {
        done: found,
        forgotten,
    })
}

fn is_of(action: &DoneAction, unit: &UnitPlan) -> bool {
    unit.organisation.as_str() == action.organisation && unit.portal.as_str() == action.portal
}

/// Whether an action that this plan does not have is one that need not be done any more, and not one
/// that the plan leaves out.
fn says_all(unit: &UnitPlan, action: &DoneAction, opened: &Opened, people: &Pseudonyms) -> bool {
    let mut held_back = unit.held_back.iter();
    let is_held_back = held_back.any(|held| {
        let mut persons = people.of_account(&held.account);
        persons.any(|person| person == action.person)
    });
    let mut asked_for = opened.units();
    let of_unit = asked_for
        .find(|one| *one.organisation() == unit.organisation && *one.portal() == unit.portal);
    let removes =
        of_unit.is_some_and(|one| opened.desired(&one).policy.removals == Removals::Allow);
    removes && !is_held_back && unit.problems.is_empty()
}

/// Behind which pseudonyms the log knows an account.
struct Pseudonyms {
    /// With the key as it is now.
    now: Option<Redaction>,
    /// Older ones, where somebody else has been forgotten since, by key or login id.
    noted: BTreeMap<String, BTreeSet<String>>,
}

impl Pseudonyms {
    fn of(people: People) -> Self {
        let now = people.newest_key();
        let now = now.map(|key| Redaction::new(key.as_bytes()));
        let mut noted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for person in people.all() {
            for name in [&person.key, &person.login] {
                let pseudonyms = noted.entry(canonical(name)).or_default();
                pseudonyms.insert(person.pseudonym.clone());
            }
        }
        Self { now, noted }
    }

    fn of_account(&self, account: &AccountRef) -> impl Iterator<Item = String> {
        let key = key_of(account);
        let noted = self.noted.get(&canonical(key)).into_iter().flatten();
        let now = self.now.as_ref().map(|redaction| redaction.person(key));
        noted.cloned().chain(now)
    }
}
