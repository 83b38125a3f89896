//! What ends when: overdue from the plan of today, which takes what should have ended; coming from
//! the calendar that `beadle next` shows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::reading::{Place, Reading};
use crate::app::Failure;
use crate::app::next::{Found, Horizon, last_day, of_portals, of_unit};
use crate::model::day::{days_between, shifted};
use crate::model::desired::{Desired, DesiredAccount};
use crate::model::name::{AreaName, LoginId, OrganisationId, PortalName};
use crate::model::next::{Happening, HappeningKind};
use crate::model::plan::{AccountRef, ActionKind, ManualKind, Reason};
use crate::model::plan_document::SourceDocument;
use crate::model::policy::Removals;
use crate::model::rules::AccountEnd;
use crate::model::source::Source;
use crate::portal;
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
    let mut coming = coming(reading, &places, until);
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

/// What the files, and what is live, say of the days to come.
fn coming(reading: &Reading<'_>, places: &[Place<'_>], until: Date) -> Vec<Ending> {
    let opened = reading.opened;
    // What has its last day on the last day that is looked at turns on the day after.
    let turns = shifted(until, 1);
    let mut found = Found::default();
    let known: BTreeMap<(&OrganisationId, &PortalName), &Place<'_>> = places
        .iter()
        .map(|place| ((&place.access.organisation, &place.access.portal), place))
        .collect();
    let rules = portal::rules_by_driver();
    let mut desired: BTreeMap<(OrganisationId, PortalName), Desired> = BTreeMap::new();
    for unit in opened.units() {
        match known.get(&(unit.organisation(), unit.portal())) {
            Some(place) => {
                let with = (place.rules, Some(place.live));
                of_unit(opened, &unit, turns, with, &mut found);
            }
            None => {
                let settings = opened.project.portals().get(unit.portal());
                let driver = settings.and_then(|settings| rules.get(settings.driver.as_str()));
                if let Some(rules) = driver {
                    of_unit(opened, &unit, turns, (rules, None), &mut found);
                }
            }
        }
        let key = (unit.organisation().clone(), unit.portal().clone());
        desired.insert(key, opened.desired(&unit));
    }
    of_portals(opened, turns, reading.planning, &mut found);
    let mut ends: Vec<Ending> = Vec::new();
    for (day, happenings) in found.into_days() {
        for (happening, portals) in happenings {
            // Portals at which the same happens stand together.
            let mut by_happens: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for portal in &portals {
                let place = happening.organisation.as_ref();
                let place = place.and_then(|organisation| known.get(&(organisation, portal)));
                let happens = happens(&happening, place.copied(), day);
                by_happens
                    .entry(happens)
                    .or_default()
                    .push(portal.to_string());
            }
            let account = happening.organisation.as_ref().and_then(|organisation| {
                let mut units = portals
                    .iter()
                    .filter_map(|portal| desired.get(&(organisation.clone(), portal.clone())));
                units.find_map(|unit| of_person(unit, &happening))
            });
            let end = Turning {
                happening: &happening,
                account,
                day,
                today: opened.day,
            };
            for (happens, portals) in by_happens {
                ends.extend(end.ending(portals, happens, &known));
            }
        }
    }
    ends
}

fn of_person<'d>(unit: &'d Desired, happening: &Happening) -> Option<&'d DesiredAccount> {
    let person = &happening.who.as_ref()?.person;
    unit.accounts.values().find(|it| it.person == *person)
}

/// Something that turns on a day.
struct Turning<'a> {
    happening: &'a Happening,
    account: Option<&'a DesiredAccount>,
    day: Date,
    today: Date,
}

impl Turning<'_> {
    /// The end that it is; none for what begins.
    fn ending(
        &self,
        portals: Vec<String>,
        happens: String,
        known: &BTreeMap<(&OrganisationId, &PortalName), &Place<'_>>,
    ) -> Option<Ending> {
        let Self {
            happening,
            account,
            day,
            today,
        } = *self;
        let kind = match happening.kind {
            HappeningKind::AccessEnds => EndingKind::Account,
            HappeningKind::AdminEnds => EndingKind::Admin,
            HappeningKind::AreaEnds => EndingKind::Area,
            HappeningKind::PasswordStep => EndingKind::Password,
            HappeningKind::PortalEnds
            | HappeningKind::Renewal
            | HappeningKind::AcademicYearEnds => EndingKind::Term,
            HappeningKind::WaiverEnds => EndingKind::Waiver,
            HappeningKind::AdminBegins
            | HappeningKind::AccessBegins
            | HappeningKind::AreaBegins
            | HappeningKind::RenewalsBegin
            | HappeningKind::EndAnnounced => return None,
        };
        let last_day = happening.last_day.unwrap_or_else(|| shifted(day, -1));
        let window = account.map(|account| account.window);
        let from = match (kind, &happening.area, account) {
            (EndingKind::Area, Some(area), Some(account)) => {
                let grant = account.grants.get(area);
                grant.and_then(|grant| grant.window.from)
            }
            (EndingKind::Account, _, _) => window.and_then(|window| window.from),
            _ => None,
        };
        let area = happening.area.as_ref().map(|area| {
            let mut places = known
                .values()
                .filter_map(|place| place.access.areas.get(area));
            places
                .next()
                .map_or_else(|| area.to_string(), |known| known.title.to_string())
        });
        let what = match (kind, happening.accounts, happening.guardrail) {
            (EndingKind::Term, Some(accounts), _) => {
                format!("the academic year, of {accounts} accounts that last longer")
            }
            (EndingKind::Waiver, _, Some(guardrail)) => {
                format!("the exception to `{}`", guardrail.as_str())
            }
            _ => what(kind, area),
        };
        let who = happening.who.as_ref();
        Some(Ending {
            overdue: false,
            last_day: Some(last_day),
            days: Some(days_between(today, last_day)),
            kind,
            organisation: happening.organisation.as_ref().map(ToString::to_string),
            organisation_name: match happening.organisation {
                Some(_) => happening.organisation_name.to_string(),
                None => "every organisation".to_owned(),
            },
            portals,
            name: who.map(|who| who.name.to_string()),
            person: who.map(|who| who.person.to_string()),
            area: happening.area.as_ref().map(ToString::to_string),
            sensitive: happening.sensitive,
            from,
            what,
            happens,
            source: happening.source.as_ref().map(SourceDocument::of),
        })
    }
}

/// What happens by itself, in a sentence.
fn happens(happening: &Happening, place: Option<&Place<'_>>, day: Date) -> String {
    let by_apply = |done: &str| match place {
        Some(place) if place.desired.policy.removals == Removals::None => {
            "nothing: removals are switched off".to_owned()
        }
        Some(place) if place.by_hand => {
            "the first apply after writes the step for a person".to_owned()
        }
        _ => format!("the first apply after {done}"),
    };
    match happening.kind {
        HappeningKind::AccessEnds => {
            let own_date = place.is_some_and(|place| ends_by_date(place, happening));
            if own_date {
                "the portal ends it by itself; the next apply takes what is left".to_owned()
            } else {
                by_apply("ends it")
            }
        }
        HappeningKind::AdminEnds | HappeningKind::AreaEnds => by_apply("takes it"),
        HappeningKind::PasswordStep => "a person must change it then".to_owned(),
        HappeningKind::PortalEnds => {
            "the portal ends the account, though the files want it longer, unless it is renewed"
                .to_owned()
        }
        HappeningKind::Renewal => format!("an apply from {day} on renews it"),
        HappeningKind::AcademicYearEnds => {
            "the portal ends them, unless an apply has renewed them".to_owned()
        }
        HappeningKind::WaiverEnds => "the limit holds again".to_owned(),
        HappeningKind::AdminBegins
        | HappeningKind::AccessBegins
        | HappeningKind::AreaBegins
        | HappeningKind::RenewalsBegin
        | HappeningKind::EndAnnounced => String::new(),
    }
}

/// Whether the portal has that last day already, and ends the account on it.
fn ends_by_date(place: &Place<'_>, happening: &Happening) -> bool {
    let Some(who) = &happening.who else {
        return false;
    };
    let mut accounts = place.access.accounts.iter();
    let account = accounts.find(|it| it.account.person.as_ref() == Some(&who.person));
    let id = account.and_then(|it| it.account.id.as_ref());
    let live = id.and_then(|id| place.live.accounts().get(id));
    let expires = live.and_then(|live| live.expires);
    place.rules.account_end.value == AccountEnd::Date
        && expires.is_some()
        && expires <= happening.last_day
}
