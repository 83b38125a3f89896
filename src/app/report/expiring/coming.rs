//! What ends in the days to come, from the calendar that `beadle next` shows, and what happens then.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::what;
use crate::app::next::{Found, of_portals, of_unit};
use crate::app::report::reading::{Place, Reading};
use crate::model::day::{days_between, shifted};
use crate::model::desired::{Desired, DesiredAccount};
use crate::model::name::{OrganisationId, PortalName};
use crate::model::next::{Happening, HappeningKind};
use crate::model::policy::Removals;
use crate::model::rules::AccountEnd;
use crate::model::source::SourceDocument;
use crate::portal;
use crate::report::sheets::expiring::{Ending, EndingKind};

/// What the files, and what is live, say of the days to come.
pub(super) fn coming(reading: &Reading<'_>, places: &[Place<'_>], until: Date) -> Vec<Ending> {
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
