//! Invariants of a finished plan. Every test runs them; a sound planner breaks none. Looks only,
//! changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::name::{AreaName, LoginId};
use crate::model::plan::{AccountRef, Action, ActionKind, Plan, Save, SaveIndex, UnitPlan, Write};

use super::draft::rank;

/// Everything that is wrong with a plan; nothing for a sound one.
#[must_use]
pub fn lint(plan: &Plan) -> Vec<String> {
    let mut faults = Vec::new();
    let key = |unit: &UnitPlan| (unit.organisation.clone(), unit.portal.clone());
    if !plan
        .units
        .is_sorted_by(|left, right| key(left) < key(right))
    {
        faults.push("units are not in order, or one is there twice".to_owned());
    }
    for (index, unit) in plan.units.iter().enumerate() {
        let mut found = Vec::new();
        actions_in_order(unit, &mut found);
        actions_of_accounts(unit, &mut found);
        saves_carry_actions(unit, &mut found);
        saves_in_order(index, unit, &mut found);
        giving_before_taking(unit, &mut found);
        mails(unit, &mut found);
        held_back(unit, &mut found);
        let place = format!("{} at {}", unit.organisation, unit.portal);
        faults.extend(found.into_iter().map(|fault| format!("{place}: {fault}")));
    }
    waits_end(plan, &mut faults);
    faults
}

/// The most serious first, and nothing twice.
fn actions_in_order(unit: &UnitPlan, faults: &mut Vec<String>) {
    let in_order = |left: &Action, right: &Action| rank(left) < rank(right);
    if !unit.actions.is_sorted_by(in_order) {
        faults.push("actions are not in order, or one is there twice".to_owned());
    }
    for action in &unit.actions {
        let on_area = matches!(action.kind, ActionKind::Grant | ActionKind::Revoke);
        if on_area != action.area.is_some() {
            faults.push(format!("{} names an area wrongly", name(action)));
        }
        let right = match action.kind {
            ActionKind::Delete => !action.reversible,
            ActionKind::Revoke | ActionKind::Demote | ActionKind::Expire => true,
            _ => action.reversible,
        };
        if !right {
            faults.push(format!("{} is wrong about being reversible", name(action)));
        }
    }
}

/// At most one of create, renew, expire, delete; a deleted account has nothing else; nothing is
/// both given and taken.
fn actions_of_accounts(unit: &UnitPlan, faults: &mut Vec<String>) {
    let mut accounts: BTreeMap<&AccountRef, Vec<&Action>> = BTreeMap::new();
    for action in &unit.actions {
        accounts.entry(&action.account).or_default().push(action);
    }
    for (account, actions) in accounts {
        let is = |kind: ActionKind| actions.iter().any(|action| action.kind == kind);
        let lives = [
            ActionKind::Create,
            ActionKind::Renew,
            ActionKind::Expire,
            ActionKind::Delete,
        ];
        if lives.into_iter().filter(|kind| is(*kind)).count() > 1 {
            faults.push(format!("{:?} begins and ends in one plan", account.login));
        }
        if is(ActionKind::Delete) && actions.len() > 1 {
            faults.push(format!("{:?} is deleted and more", account.login));
        }
        if is(ActionKind::Promote) && is(ActionKind::Demote) {
            faults.push(format!("{:?} is promoted and demoted", account.login));
        }
        if is(ActionKind::Create) == account.id.is_some() {
            faults.push(format!(
                "{:?} has no portal id, or too early",
                account.login
            ));
        }
        let mut areas: BTreeSet<&AreaName> = BTreeSet::new();
        for area in actions.iter().filter_map(|action| action.area.as_ref()) {
            if !areas.insert(area) {
                faults.push(format!("{:?} has {area:?} given and taken", account.login));
            }
        }
    }
}

/// Every action is in a save, every save has one, and they are about the same accounts.
fn saves_carry_actions(unit: &UnitPlan, faults: &mut Vec<String>) {
    let mut carried: BTreeSet<u32> = BTreeSet::new();
    for save in &unit.saves {
        if save.actions.is_empty() {
            faults.push("a save carries no action".to_owned());
        }
        let mut wanted: BTreeSet<&AccountRef> = BTreeSet::new();
        for index in &save.actions {
            carried.insert(index.0);
            match unit.actions.get(index.0 as usize) {
                Some(action) => {
                    wanted.insert(&action.account);
                }
                None => faults.push("a save names an action that is not there".to_owned()),
            }
        }
        let touched: BTreeSet<&AccountRef> = save.write.accounts().into_iter().collect();
        if wanted != touched {
            faults.push("a save touches other accounts than its actions".to_owned());
        }
        if is_empty(&save.write) {
            faults.push("a save writes nothing".to_owned());
        }
    }
    if carried.len() != unit.actions.len() {
        faults.push("an action is in no save".to_owned());
    }
}

fn is_empty(write: &Write) -> bool {
    match write {
        Write::Edit {
            account: _,
            changes,
        } => changes.is_empty(),
        Write::AccountSet {
            account: _,
            give,
            take,
            admin,
        } => give.is_empty() && take.is_empty() && admin.is_none(),
        Write::AreaSet {
            area: _,
            give,
            take,
        } => give.is_empty() && take.is_empty(),
        Write::Create { .. }
        | Write::Grant { .. }
        | Write::Admin { .. }
        | Write::Active { .. }
        | Write::Keep { .. }
        | Write::Delete { .. } => false,
    }
}

/// Within its unit, each save comes after what it waits for.
fn saves_in_order(index: usize, unit: &UnitPlan, faults: &mut Vec<String>) {
    for (place, save) in unit.saves.iter().enumerate() {
        let late = |early: &SaveIndex| early.unit as usize == index && early.save as usize >= place;
        if save.after.iter().any(late) {
            faults.push("a save comes before what it waits for".to_owned());
        }
        if !save.after.is_sorted_by(|left, right| left < right) {
            faults.push("what a save waits for is not in order".to_owned());
        }
    }
}

/// No account loses anything in a save that comes before one that gives it something.
fn giving_before_taking(unit: &UnitPlan, faults: &mut Vec<String>) {
    let mut lost: BTreeMap<&AccountRef, usize> = BTreeMap::new();
    for (place, save) in unit.saves.iter().enumerate() {
        for action in actions(unit, save) {
            let before = lost.get(&action.account).is_some_and(|loss| *loss < place);
            match action.kind {
                ActionKind::Grant | ActionKind::Promote | ActionKind::Create if before => {
                    faults.push(format!("{} comes after a loss", name(action)));
                }
                kind if kind.is_removal() => {
                    lost.entry(&action.account).or_insert(place);
                }
                _ => {}
            }
        }
    }
}

fn actions<'a>(unit: &'a UnitPlan, save: &'a Save) -> impl Iterator<Item = &'a Action> {
    let indices = save.actions.iter();
    indices.filter_map(|index| unit.actions.get(index.0 as usize))
}

/// Nobody is mailed twice, and nobody whom the save does not touch. Where each save mails, the one
/// that registers somebody is a save of its own, so that what is ticked for them is a second.
fn mails(unit: &UnitPlan, faults: &mut Vec<String>) {
    let mut mailed: BTreeSet<(bool, &LoginId)> = BTreeSet::new();
    for save in &unit.saves {
        let registers = matches!(save.write, Write::Create { .. });
        let touched = save.write.accounts();
        for login in &save.mails {
            if !mailed.insert((registers, login)) {
                faults.push(format!("{login:?} is mailed twice"));
            }
            if !touched.iter().any(|account| account.login == *login) {
                faults.push(format!("{login:?} is mailed for somebody else's save"));
            }
        }
    }
}

/// What was left out is not in the plan.
fn held_back(unit: &UnitPlan, faults: &mut Vec<String>) {
    for held in &unit.held_back {
        let done = unit.actions.iter().find(|action| {
            // An update may hold back one field and change another.
            action.kind == held.kind
                && action.kind != ActionKind::Update
                && action.account == held.account
                && action.area == held.area
        });
        if let Some(action) = done {
            faults.push(format!("{} is held back and done", name(action)));
        }
    }
}

/// Every chain of waiting ends: there is no cycle, and nothing waits for what is not there.
fn waits_end(plan: &Plan, faults: &mut Vec<String>) {
    let mut done: BTreeSet<SaveIndex> = BTreeSet::new();
    let mut open: Vec<(SaveIndex, &Save)> = Vec::new();
    for (unit, saves) in (0..).zip(plan.units.iter().map(|unit| &unit.saves)) {
        open.extend(
            (0..)
                .zip(saves)
                .map(|(save, it)| (SaveIndex { unit, save }, it)),
        );
    }
    while !open.is_empty() {
        let before = open.len();
        open.retain(|(index, save)| {
            let ready = save.after.iter().all(|early| done.contains(early));
            if ready {
                done.insert(*index);
            }
            !ready
        });
        if open.len() == before {
            faults.push(format!(
                "{before} saves wait for each other, or for nothing"
            ));
            return;
        }
    }
}

fn name(action: &Action) -> String {
    let area = action.area.as_ref().map_or("", |area| area.as_str());
    format!("{} {:?} {area}", action.kind.as_str(), action.account.login)
}
