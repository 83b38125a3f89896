//! Who left, and how fast access ended: from the last day in the files to the record in the audit
//! log, or the portal's own date.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::history::{Done, History};
use super::reading::{Place, Reading};
use crate::model::access::AccountAccess;
use crate::model::day::{Presence, days_between};
use crate::model::desired::{Desired, DesiredAccount};
use crate::model::rules::AccountEnd;
use crate::model::worklist::WorkKind;
use crate::report::sheets::admins::{Leaver, LeaverState};

/// Everybody whose last day has passed: since a day, or who still has access.
pub(super) fn leavers(
    reading: &Reading<'_>,
    places: &[Place<'_>],
    history: Option<&History>,
    since: Date,
) -> Vec<Leaver> {
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    let ends = Ends::of(history, reading.opened.project.time_zone());
    for unit in reading.opened.units() {
        let desired = reading.opened.desired(&unit);
        let place = places.iter().find(|place| {
            place.access.organisation == desired.organisation
                && place.access.portal == desired.portal
        });
        for account in desired.accounts.values() {
            let Presence::Ended(last_day) = account.presence else {
                continue;
            };
            let leaver = leaver(reading, (&desired, account, last_day), place, &ends);
            told.insert((
                desired.organisation.to_string(),
                desired.portal.to_string(),
                account.person.to_string(),
            ));
            let recent = last_day >= since || leaver.state == LeaverState::StillLive;
            found.extend(recent.then_some(leaver));
        }
    }
    found.extend(ends.forgotten(reading, since, &told));
    found.sort_by(|one, other| {
        // Who still has access longest stands first; of the others the latest.
        let still = one.state == LeaverState::StillLive;
        let by_day = match still {
            true => one.last_day.cmp(&other.last_day),
            false => other.last_day.cmp(&one.last_day),
        };
        let key = |it: &Leaver| (it.name.clone(), it.organisation.clone(), it.portal.clone());
        let by_state = one.state.cmp(&other.state);
        by_state
            .then(by_day)
            .then_with(|| key(one).cmp(&key(other)))
    });
    found
}

fn leaver(
    reading: &Reading<'_>,
    (desired, account, last_day): (&Desired, &DesiredAccount, Date),
    place: Option<&Place<'_>>,
    ends: &Ends<'_>,
) -> Leaver {
    let live = place.map(|place| {
        let mut accounts = place.access.accounts.iter();
        accounts.find(|it| it.account.person.as_ref() == Some(&account.person))
    });
    let open = match (place, live.flatten()) {
        (Some(place), Some(live)) => place.is_open(live),
        (_, _) => false,
    };
    let names = [&*account.person, account.login.as_str()];
    let (organisation, portal) = (desired.organisation.as_str(), desired.portal.as_str());
    let recorded = ends.of_account((organisation, portal), &names, last_day);
    let ended_on = recorded.or_else(|| by_its_own_date(place?, live.flatten()?, last_day));
    let today = reading.opened.day;
    let (state, ended_on, days) = match (open, ended_on, place) {
        (true, _, _) => (
            LeaverState::StillLive,
            None,
            Some(days_between(last_day, today)),
        ),
        (false, Some(on), _) => {
            let days = days_between(last_day, on).max(0);
            (LeaverState::Ended, Some(on), Some(days))
        }
        (false, None, Some(_)) => (LeaverState::NoRecord, None, None),
        (false, None, None) => (LeaverState::Unknown, None, None),
    };
    Leaver {
        state,
        organisation: organisation.to_owned(),
        organisation_name: desired.organisation_name.to_string(),
        portal: portal.to_owned(),
        name: account.name.to_string(),
        person: account.person.to_string(),
        admin: open && live.flatten().is_some_and(|live| live.admin.before()),
        last_day,
        ended_on,
        days,
    }
}

/// The last day, where the portal has it as well: then it ended by itself.
fn by_its_own_date(place: &Place<'_>, live: &AccountAccess, last_day: Date) -> Option<Date> {
    let account = place.live.accounts().get(live.account.id.as_ref()?)?;
    let is_by_date = place.rules.account_end.value == AccountEnd::Date;
    (is_by_date && account.expires == Some(last_day)).then_some(last_day)
}

/// The days on which records say that access ended.
struct Ends<'h> {
    history: Option<&'h History>,
    zone: TimeZone,
    /// By organisation, portal and pseudonym.
    by_account: BTreeMap<(&'h str, &'h str, &'h str), Vec<&'h Done>>,
}

impl<'h> Ends<'h> {
    fn of(history: Option<&'h History>, zone: &TimeZone) -> Self {
        let mut by_account: BTreeMap<_, Vec<&Done>> = BTreeMap::new();
        let done = history.map_or(&[][..], |history| &history.done);
        for one in done.iter().filter(|one| one.is_done() && ends_access(one)) {
            let key = (&*one.organisation, &*one.portal, &*one.person);
            by_account.entry(key).or_default().push(one);
        }
        Self {
            history,
            zone: zone.clone(),
            by_account,
        }
    }

    fn day(&self, done: &Done) -> Date {
        done.time.to_zoned(self.zone.clone()).date()
    }

    /// The day on which records say that it ended, after its last day: of calls the first that ended
    /// it; of steps that a person marked the last, since until then something was left.
    fn of_account(
        &self,
        (organisation, portal): (&str, &str),
        names: &[&str],
        last_day: Date,
    ) -> Option<Date> {
        let people = &self.history?.people;
        let pseudonyms = names.iter().flat_map(|name| people.pseudonyms(name));
        let done = pseudonyms.filter_map(|it| self.by_account.get(&(organisation, portal, it)));
        let done: Vec<&Done> = done.flatten().copied().collect();
        let days = |by_hand: bool| {
            let some = done.iter().filter(move |one| one.step.is_some() == by_hand);
            some.map(|one| self.day(one)).filter(|on| *on >= last_day)
        };
        days(false).min().or_else(|| days(true).max())
    }

    /// Those whom the files do not name any more, of whom the log knows the last day.
    fn forgotten(
        &self,
        reading: &Reading<'_>,
        since: Date,
        told: &BTreeSet<(String, String, String)>,
    ) -> Vec<Leaver> {
        let mut found = Vec::new();
        let Some(history) = self.history else {
            return found;
        };
        for ((organisation, portal, pseudonym), done) in &self.by_account {
            let mut people = history.people.all();
            let Some(person) = people.find(|one| one.pseudonym == **pseudonym) else {
                continue;
            };
            let dated = done.iter().filter_map(|one| Some((one.until?, *one)));
            let Some((last_day, done)) = dated.max_by_key(|(_, one)| one.time) else {
                continue;
            };
            let key = (
                (*organisation).to_owned(),
                (*portal).to_owned(),
                person.key.clone(),
            );
            let asked_for = reading
                .opened
                .selects(&(*organisation).into(), &(*portal).into());
            if told.contains(&key) || last_day < since || !asked_for {
                continue;
            }
            let on = self.day(done);
            found.push(Leaver {
                state: LeaverState::Ended,
                organisation: key.0.clone(),
                organisation_name: name_of(reading, organisation),
                portal: key.1,
                name: person.name.clone(),
                person: key.2,
                admin: false,
                last_day,
                ended_on: Some(on),
                days: Some(days_between(last_day, on).max(0)),
            });
        }
        found
    }
}

/// Whether it ended an account's access because its last day had passed.
fn ends_access(done: &Done) -> bool {
    match done.step {
        None => done.reason == "ended" && matches!(done.what.as_str(), "expire" | "delete"),
        Some(step) => matches!(
            step,
            WorkKind::Take
                | WorkKind::Deactivate
                | WorkKind::EditExpires
                | WorkKind::EndUpstream
                | WorkKind::Delete
        ),
    }
}

fn name_of(reading: &Reading<'_>, organisation: &str) -> String {
    let mut units = reading.prepared.plan.units.iter();
    let unit = units.find(|unit| unit.organisation.as_str() == organisation);
    unit.map_or_else(
        || organisation.to_owned(),
        |unit| unit.organisation_name.to_string(),
    )
}
