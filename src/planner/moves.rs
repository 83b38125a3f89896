//! Recognises moves in the finished units: one person whose access begins in one organisation and
//! ends in another. It names actions and changes none: the order that leaves no moment without
//! access is made by `persons`, for everybody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::model::movement::{Course, Days, Half, HalfState, Move, Stay};
use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::{ActionIndex, ManualKind, UnitPlan};
use crate::model::review::ActionAt;

use super::persons::Holders;

/// Every move, by person. The stays that the units held are used up.
pub(super) fn take<'a>(units: impl Iterator<Item = &'a mut UnitPlan>, day: Date) -> Vec<Move> {
    let units: Vec<(Vec<Stay>, &UnitPlan)> = units
        .map(|unit| (std::mem::take(&mut unit.stays), &*unit))
        .collect();
    let accounts = units.iter().flat_map(|(stays, unit)| {
        let stays = stays.iter();
        stays.map(|stay| (&unit.portal, &stay.account))
    });
    let holders = Holders::of(accounts, units.iter().map(|(_, unit)| *unit));
    let mut persons: BTreeMap<&str, Vec<(u32, &UnitPlan, &Stay)>> = BTreeMap::new();
    for (number, (stays, unit)) in (0..).zip(&units) {
        for stay in stays {
            let person = holders.holder(&unit.portal, &stay.account);
            persons
                .entry(person)
                .or_default()
                .push((number, unit, stay));
        }
    }
    let moves = persons.values().filter_map(|stays| of_person(stays));
    let mut moves: Vec<Move> = moves.filter(|it| is_worth_a_line(it, day)).collect();
    moves.sort_by_cached_key(|it| it.account().map(|account| account.login.to_string()));
    moves
}

fn of_person(stays: &[(u32, &UnitPlan, &Stay)]) -> Option<Move> {
    let joined: BTreeSet<&OrganisationId> = stays
        .iter()
        .filter(|(_, _, stay)| stay.course.is_new())
        .map(|(_, unit, _)| &unit.organisation)
        .collect();
    // Whoever has a second account in an organisation does not leave it with the first.
    let leaves: Vec<Half> = stays
        .iter()
        .filter(|(_, unit, stay)| !stay.course.is_new() && !joined.contains(&unit.organisation))
        .map(|(number, unit, stay)| half(*number, unit, stay))
        .collect();
    let joins: Vec<Half> = stays
        .iter()
        .filter(|(_, _, stay)| stay.course.is_new())
        .map(|(number, unit, stay)| half(*number, unit, stay))
        .collect();
    let days = days(&leaves, &joins)?;
    Some(Move {
        leaves,
        joins,
        days,
    })
}

/// How the days meet: on each portal that both sides have, else over all; and the worst of it.
fn days(leaves: &[Half], joins: &[Half]) -> Option<Days> {
    let portals: BTreeSet<&PortalName> = leaves.iter().map(|half| &half.portal).collect();
    let shared = portals.into_iter().filter_map(|portal| {
        let here = |half: &&Half| half.portal == *portal;
        meet(leaves.iter().filter(here), joins.iter().filter(here))
    });
    let worst = shared.reduce(Days::worse);
    worst.or_else(|| meet(leaves.iter(), joins.iter()))
}

/// The last of the last days and the first of the first: a day without a date has no bound.
fn meet<'a>(
    leaves: impl Iterator<Item = &'a Half>,
    joins: impl Iterator<Item = &'a Half>,
) -> Option<Days> {
    let last = leaves
        .map(|half| half.day)
        .reduce(|one, other| one.zip(other).map(|(one, other)| one.max(other)))?;
    let first = joins.map(|half| half.day).min()?;
    Some(Days::between(last, first))
}

fn half(number: u32, unit: &UnitPlan, stay: &Stay) -> Half {
    let Stay {
        account,
        course,
        window,
        source,
    } = stay;
    let is_new = course.is_new();
    let own = |login| login == &account.login;
    let actions = (0..).zip(&unit.actions).filter(|(_, action)| {
        own(&action.account.login) && action.kind.is_removal() != is_new && is_due(*course)
    });
    let actions: Vec<ActionAt> = actions
        .map(|(index, _)| ActionAt {
            unit: number,
            action: ActionIndex(index),
        })
        .collect();
    let by_hand = |kind: ManualKind| match kind {
        ManualKind::CreateUpstream => is_new,
        ManualKind::EndUpstream => !is_new,
        _ => false,
    };
    let waits = unit
        .manual
        .iter()
        .any(|step| own(&step.account.login) && by_hand(step.kind));
    let state = match course {
        Course::Joined | Course::Left => HalfState::Done,
        Course::WillJoin | Course::WillLeave => HalfState::Later,
        Course::Joins | Course::Leaves if waits => HalfState::ByHand,
        Course::Joins | Course::Leaves if actions.is_empty() => HalfState::HeldBack,
        Course::Joins | Course::Leaves => HalfState::Now,
    };
    Half {
        organisation: unit.organisation.clone(),
        organisation_name: Arc::clone(&unit.organisation_name),
        portal: unit.portal.clone(),
        account: account.clone(),
        day: if is_new { window.from } else { window.until },
        state,
        source: source.clone(),
        actions,
    }
}

fn is_due(course: Course) -> bool {
    matches!(course, Course::Joins | Course::Leaves)
}

/// Whether this plan does a part of it, or days without access lie ahead.
fn is_worth_a_line(it: &Move, day: Date) -> bool {
    let now = |half: &Half| matches!(half.state, HalfState::Now | HalfState::ByHand);
    let ahead = match it.days {
        Days::Gap { from: _, until } => until >= day,
        Days::Undated | Days::Overlap { .. } | Days::Adjacent { .. } => false,
    };
    ahead || it.halves().any(now)
}
