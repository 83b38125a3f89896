//! The actions of a plan by what they mean, the escalations by person, and whom the portals mail.

use std::collections::BTreeMap;

use super::{Entry, Escalated, Item, Mailed, Meaning, Place, Topic, Waiting};
use crate::model::name::LoginId;
use crate::model::plan::{AccountRef, ActionIndex, Plan};
use crate::model::review::{ActionAt, Escalation, Review};

/// Every action in its topic.
pub(super) fn topics<'p>(plan: &'p Plan, review: &Review) -> Vec<Topic<'p>> {
    let mut topics: BTreeMap<Meaning, Vec<Place<'p>>> = BTreeMap::new();
    for (unit, it) in (0_u32..).zip(&plan.units) {
        let mut places: BTreeMap<Meaning, People<'p>> = BTreeMap::new();
        for (number, action) in (0_u32..).zip(&it.actions) {
            let at = ActionAt {
                unit,
                action: ActionIndex(number),
            };
            let ends_admin = review.ended_admins.contains(&at);
            let item = Item {
                at,
                action,
                ends_admin,
                cause: review.causes.get(&at).copied(),
            };
            let meaning = Meaning::of(action, ends_admin, plan.day);
            let people = places.entry(meaning).or_default();
            people.add(&action.account, item);
        }
        for (meaning, people) in places {
            let people = people.entries;
            topics
                .entry(meaning)
                .or_default()
                .push(Place { unit, people });
        }
    }
    let topics = topics.into_iter();
    topics
        .map(|(meaning, places)| Topic { meaning, places })
        .collect()
}

/// People in the order in which they were first named.
#[derive(Default)]
struct People<'p> {
    entries: Vec<Entry<'p>>,
    known: BTreeMap<&'p LoginId, usize>,
}

impl<'p> People<'p> {
    fn add(&mut self, account: &'p AccountRef, item: Item<'p>) {
        let at = *self.known.entry(&account.login).or_insert_with(|| {
            self.entries.push(Entry {
                account,
                items: Vec::new(),
            });
            self.entries.len() - 1
        });
        if let Some(entry) = self.entries.get_mut(at) {
            entry.items.push(item);
        }
    }
}

/// Escalations by unit, then person, in the plan's order.
pub(super) fn escalations<'p>(plan: &'p Plan, review: &Review) -> Vec<Escalated<'p>> {
    let mut found: Vec<Escalated<'p>> = Vec::new();
    let mut known: BTreeMap<(u32, &'p LoginId), usize> = BTreeMap::new();
    for escalation in &review.escalations {
        let Escalation {
            unit,
            action,
            manual,
            kind,
        } = escalation;
        let Some(it) = plan.units.get(*unit as usize) else {
            continue;
        };
        let action = action.and_then(|at| it.actions.get(at.0 as usize));
        let step = manual.and_then(|at| it.manual.get(at as usize));
        let account = action.map(|action| &action.account);
        let Some(account) = account.or(step.map(|step| &step.account)) else {
            continue;
        };
        let at = *known.entry((*unit, &account.login)).or_insert_with(|| {
            found.push(Escalated {
                unit: *unit,
                account,
                kinds: Default::default(),
                actions: Vec::new(),
                steps: Vec::new(),
            });
            found.len() - 1
        });
        let Some(entry) = found.get_mut(at) else {
            continue;
        };
        entry.kinds.insert(*kind);
        // What has several reasons is named once.
        if let Some(action) = action
            && !entry
                .actions
                .iter()
                .any(|known| std::ptr::eq(*known, action))
        {
            entry.actions.push(action);
        }
        if let Some(step) = step
            && !entry.steps.iter().any(|known| std::ptr::eq(*known, step))
        {
            entry.steps.push(step);
        }
    }
    found
}

/// What waits for a person: by what it means, then in the plan's order.
pub(super) fn waiting(plan: &Plan) -> Vec<Waiting<'_>> {
    let units = (0_u32..).zip(&plan.units);
    let steps = units.flat_map(|(unit, it)| it.manual.iter().map(move |step| (unit, step)));
    let mut waiting: Vec<Waiting<'_>> = steps
        .map(|(unit, step)| Waiting {
            unit,
            step,
            meaning: Meaning::of_step(step.kind),
        })
        .collect();
    waiting.sort_by_key(|it| (it.meaning.is_none(), it.meaning));
    waiting
}

/// Whom the portals mail, and how often.
pub(super) fn mailed(plan: &Plan) -> Vec<Mailed<'_>> {
    let mut mailed = Vec::new();
    for (unit, it) in (0_u32..).zip(&plan.units) {
        let mut mails: BTreeMap<&LoginId, (&AccountRef, u64)> = BTreeMap::new();
        for save in &it.saves {
            let accounts = save.write.accounts();
            for login in &save.mails {
                let of_login = |account: &&&AccountRef| account.login == *login;
                let Some(account) = accounts.iter().find(of_login) else {
                    continue;
                };
                mails.entry(login).or_insert((account, 0)).1 += 1;
            }
        }
        let mails = mails.into_values();
        mailed.extend(mails.map(|(account, mails)| Mailed {
            unit,
            account,
            mails,
        }));
    }
    mailed
}
