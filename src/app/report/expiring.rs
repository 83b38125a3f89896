//! What ends when: overdue from the plan of today, which takes what should have ended; coming from
//! the calendar that `beadle next` shows.

mod coming;

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::reading::{Place, Reading};
use crate::app::Failure;
use crate::app::next::{Horizon, last_day};
use crate::model::day::days_between;
use crate::model::name::{AreaName, LoginId};
use crate::model::plan::{AccountRef, ActionKind, ManualKind, Reason};
use crate::model::policy::Removals;
use crate::model::source::Source;
use crate::model::source::SourceDocument;
use crate::report::sheets::expiring::{Ending, EndingKind, ExpiringReport};
use crate::report::sheets::made_by;

/// What the plan holds of something that should have ended.
struct Late<'a> {
    kind: EndingKind,
    account: &'a AccountRef,
    area: Option<&'a AreaName>,
    last_day: Option<Date>,
    source: Option<&'a Source>,
    happens: String,
}

pub(super) fn report(reading: &Reading<'_>, horizon: Horizon) -> Result<ExpiringReport, Failure> {
    let day = reading.opened.day;
    let until = last_day(horizon, day)?;
    let places = reading.places();
    let mut ends = overdue(&places, day);
    let mut coming = coming::coming(reading, &places, until);
    coming.sort_by(|one, other| {
        let key = |it: &Ending| (it.last_day, it.organisation_name.clone(), it.name.clone());
        key(one).cmp(&key(other))
    });
    ends.extend(coming);
    Ok(ExpiringReport {
        format: 1,
        beadle: made_by(),
        day,
        until,
        ends,
        unread: reading.unread(),
    })
}

/// What should have ended and is live, the oldest first.
pub(super) fn overdue(places: &[Place<'_>], day: Date) -> Vec<Ending> {
    let mut ends = Vec::new();
    for place in places {
        let late = late(place, day).into_iter();
        ends.extend(late.map(|late| late.ending(place, day)));
    }
    ends.sort_by(|one: &Ending, other| {
        let key = |it: &Ending| {
            let who = (
                it.organisation_name.clone(),
                it.name.clone(),
                it.person.clone(),
            );
            (
                it.last_day,
                who,
                it.kind,
                it.area.clone(),
                it.happens.clone(),
            )
        };
        key(one).cmp(&key(other))
    });
    // What is alike at several portals stands there once.
    ends.dedup_by(|later, first| {
        let alike = first.with_portals(&later.portals) == *later;
        if alike {
            first.portals.append(&mut later.portals);
        }
        alike
    });
    ends
}

fn late<'a>(place: &'a Place<'_>, day: Date) -> Vec<Late<'a>> {
    let mut found = Vec::new();
    let plan = place.plan;
    let ended = |reason: &Reason| match reason {
        Reason::Ended { until, source: _ } => Some(*until),
        _ => None,
    };
    for action in &plan.actions {
        let kind = match action.kind {
            ActionKind::Expire | ActionKind::Delete => EndingKind::Account,
            ActionKind::Demote => EndingKind::Admin,
            ActionKind::Revoke => EndingKind::Area,
            ActionKind::Create
            | ActionKind::Update
            | ActionKind::Renew
            | ActionKind::Grant
            | ActionKind::Promote => continue,
        };
        if let Some(until) = ended(&action.reason) {
            found.push(Late {
                kind,
                account: &action.account,
                area: action.area.as_ref(),
                last_day: Some(until),
                source: action.reason.source(),
                happens: next_apply(place),
            });
        }
    }
    for step in &plan.manual {
        let (kind, happens) = match step.kind {
            ManualKind::ChangePassword => (
                EndingKind::Password,
                "a person must change it, and write the day in the file",
            ),
            ManualKind::EndUpstream => (
                EndingKind::Account,
                "a person must end it in the system that keeps it",
            ),
            _ => continue,
        };
        if let Some(until) = ended(&step.reason) {
            found.push(Late {
                kind,
                account: &step.account,
                area: step.area.as_ref(),
                last_day: Some(until),
                source: step.reason.source(),
                happens: happens.to_owned(),
            });
        }
    }
    found.extend(held_back(place, day));
    // What is left of an account that is overdue as a whole is not told again.
    let whole = found.iter().filter(|late| late.kind == EndingKind::Account);
    let whole: BTreeSet<LoginId> = whole.map(|late| late.account.login.clone()).collect();
    let part = |kind| matches!(kind, EndingKind::Area | EndingKind::Admin);
    found.retain(|late| !(part(late.kind) && whole.contains(&late.account.login)));
    found
}

/// What the plan leaves out though it should have ended.
fn held_back<'a>(place: &'a Place<'_>, day: Date) -> impl Iterator<Item = Late<'a>> {
    place.plan.held_back.iter().filter_map(move |held| {
        let wanted = place.desired.accounts.get(&held.account.login)?;
        let (kind, end) = match (held.kind, &held.area) {
            (ActionKind::Expire | ActionKind::Delete, _) => {
                (EndingKind::Account, wanted.window.until)
            }
            (ActionKind::Demote, _) => (EndingKind::Admin, wanted.window.until),
            (ActionKind::Revoke, Some(area)) => {
                (EndingKind::Area, wanted.grants.get(area)?.window.until)
            }
            _ => return None,
        };
        Some(Late {
            kind,
            account: &held.account,
            area: held.area.as_ref(),
            last_day: Some(end.filter(|end| *end < day)?),
            source: held.source.as_ref(),
            happens: format!("nothing yet: {}", held.because.sentence()),
        })
    })
}

/// What ends something there.
fn next_apply(place: &Place<'_>) -> String {
    if place.desired.policy.removals == Removals::None {
        return "nothing: removals are switched off".to_owned();
    }
    let text = if place.by_hand {
        "the next apply writes the step for a person"
    } else {
        "the next apply ends it"
    };
    text.to_owned()
}

impl Late<'_> {
    fn ending(&self, place: &Place<'_>, day: Date) -> Ending {
        let Self {
            kind,
            account,
            area,
            last_day,
            source,
            happens,
        } = self;
        let sensitive = area.and_then(|area| place.access.areas.get(area));
        let person = account.person.as_deref();
        Ending {
            overdue: true,
            last_day: *last_day,
            days: last_day.map(|last| days_between(day, last)),
            kind: *kind,
            organisation: Some(place.access.organisation.to_string()),
            organisation_name: place.access.organisation_name.to_string(),
            portals: vec![place.access.portal.to_string()],
            name: Some(account.name.to_string()),
            person: Some(person.unwrap_or(account.login.as_str()).to_owned()),
            area: area.map(ToString::to_string),
            sensitive: sensitive.is_some_and(|known| known.sensitive),
            from: None,
            what: what(*kind, area.map(|area| title(place, area))),
            happens: happens.clone(),
            source: source.map(SourceDocument::of),
        }
    }
}

fn title(place: &Place<'_>, area: &AreaName) -> String {
    let known = place.access.areas.get(area);
    known.map_or_else(|| area.to_string(), |known| known.title.to_string())
}

fn what(kind: EndingKind, area: Option<String>) -> String {
    match kind {
        EndingKind::Account => "access".to_owned(),
        EndingKind::Admin => "the right to administer".to_owned(),
        EndingKind::Area => format!("the area {}", area.unwrap_or_default()),
        EndingKind::Password => "a shared password that a leaver knows".to_owned(),
        EndingKind::Term => "the portal’s own term".to_owned(),
        EndingKind::Waiver => "an exception to a limit".to_owned(),
    }
}
