//! The governors' page: who administers what, who left and how fast access ended, what is overdue.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::expiring;
use super::history::{Done, History};
use super::reading::{Place, Reading};
use crate::app::Failure;
use crate::model::access::{AccountAccess, Held};
use crate::model::day::{Presence, days_between, shifted};
use crate::model::desired::{Desired, DesiredAccount, Shared};
use crate::model::plan::{ActionKind, ManualKind, Reason};
use crate::model::review::EscalationKind;
use crate::model::rules::{AccountEnd, AdminSet};
use crate::model::worklist::WorkKind;
use crate::planner;
use crate::report::sheets::admins::{
    AdminPlace, Administrator, AdminsReport, EscalationLine, Leaver, LeaverState, SharedLogin,
    Sharer,
};
use crate::report::sheets::{Standing, made_by};

/// Days to look back for who left.
const LOOK_BACK: i64 = 365;

/// Makes the report.
///
/// # Errors
/// When `since` is later than the day.
pub(super) async fn report(
    reading: &Reading<'_>,
    since: Option<Date>,
) -> Result<AdminsReport, Failure> {
    let day = reading.opened.day;
    let since = since.unwrap_or_else(|| shifted(day, -LOOK_BACK));
    if since > day {
        return Err(Failure::Usage(format!(
            "`--since {since}` is after {day}: nobody can have left since"
        )));
    }
    let mut notes = Vec::new();
    let history = history(reading, &mut notes).await;
    let places = reading.places();
    let mut without: BTreeSet<String> = BTreeSet::new();
    for place in &places {
        if place.rules.admin.value == AdminSet::None {
            without.insert(place.rules.title.to_owned());
        }
    }
    if let Some(why) = &reading.prepared.authors_unknown {
        notes.push(format!(
            "Who wrote the pending change is not known, so that rights by one’s own hand may be missing: {why}."
        ));
    }
    Ok(AdminsReport {
        format: 1,
        beadle: made_by(),
        day,
        since,
        places: places
            .iter()
            .filter_map(|place| administered(place, reading))
            .collect(),
        without: without.into_iter().collect(),
        leavers: leavers(reading, &places, history.as_ref(), since),
        overdue: expiring::overdue(&places, day),
        shared: places.iter().flat_map(shared_logins).collect(),
        escalations: escalations(reading),
        notes,
        unread: reading.unread(),
    })
}

/// The records, or why there are none.
async fn history(reading: &Reading<'_>, notes: &mut Vec<String>) -> Option<History> {
    if reading.planning.sandbox {
        notes.push(
            "With `--sandbox` there is no record of what was done: its portals are made anew each time."
                .to_owned(),
        );
        return None;
    }
    match History::read(&reading.opened.project).await {
        Ok(history) => {
            if !history.any {
                notes.push(format!(
                    "Nothing is recorded in {} yet, so that no record says when access ended.",
                    history.place
                ));
            }
            if history.unsound > 0 {
                notes.push(format!(
                    "{} lines of the audit log cannot be read; `beadle audit verify` says which.",
                    history.unsound
                ));
            }
            Some(history)
        }
        Err(failure) => {
            notes.push(format!(
                "The records could not be read, so that nothing is said of when access ended: {failure}."
            ));
            None
        }
    }
}

fn administered(place: &Place<'_>, reading: &Reading<'_>) -> Option<AdminPlace> {
    if place.rules.admin.value == AdminSet::None {
        return None;
    }
    let access = &place.access;
    let there = access.accounts.iter().filter(|one| one.admin != Held::No);
    let administrators: Vec<Administrator> = there.map(administrator).collect();
    let count = |has: fn(Standing) -> bool| {
        let all = administrators.iter();
        all.filter(|one| has(one.admin)).count() as u64
    };
    Some(AdminPlace {
        organisation: access.organisation.to_string(),
        organisation_name: access.organisation_name.to_string(),
        portal: access.portal.to_string(),
        portal_title: place.rules.title.to_owned(),
        minimum: planner::min_admins(
            &place.desired.policy,
            &access.organisation,
            &access.portal,
            reading.opened.day,
        ),
        now: count(Standing::now),
        after: count(Standing::after),
        administrators,
    })
}

fn administrator(account: &AccountAccess) -> Administrator {
    Administrator {
        name: account.account.name.to_string(),
        person: account.account.person.as_deref().map(str::to_owned),
        login: account.account.login.to_string(),
        admin: account.admin.into(),
        until: account.until,
        last_sign_in: account.last_sign_in,
    }
}

fn leavers(
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
        (
            one.state,
            other.last_day,
            &one.name,
            &one.organisation,
            &one.portal,
        )
            .cmp(&(
                other.state,
                one.last_day,
                &other.name,
                &other.organisation,
                &other.portal,
            ))
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

fn shared_logins(place: &Place<'_>) -> Vec<SharedLogin> {
    let names: BTreeMap<&str, &Arc<str>> = place
        .desired
        .accounts
        .values()
        .map(|account| (&*account.person, &account.name))
        .collect();
    let sharer = |person: &Arc<str>, until: Option<Date>| Sharer {
        name: names
            .get(&**person)
            .map_or_else(|| person.to_string(), |name| name.to_string()),
        person: person.to_string(),
        until,
    };
    let accounts = place.desired.accounts.values();
    let shared = accounts.filter_map(|account| {
        let Shared {
            custodian,
            members,
            password_changed,
        } = account.shared.as_ref()?;
        let mut steps = place.plan.manual.iter();
        let step = steps.find(|step| {
            step.kind == ManualKind::ChangePassword && step.account.login == account.login
        });
        let known_to = step.and_then(|step| match step.reason {
            Reason::Ended { until, source: _ } => Some(until),
            _ => None,
        });
        (account.presence == Presence::Present).then(|| SharedLogin {
            organisation: place.access.organisation.to_string(),
            organisation_name: place.access.organisation_name.to_string(),
            portal: place.access.portal.to_string(),
            name: account.name.to_string(),
            login: account.login.to_string(),
            custodian: sharer(custodian, None),
            members: members
                .iter()
                .map(|(person, until)| sharer(person, *until))
                .collect(),
            password_changed: *password_changed,
            known_to_leaver_of: known_to,
        })
    });
    shared.collect()
}

fn escalations(reading: &Reading<'_>) -> Vec<EscalationLine> {
    let prepared = reading.prepared;
    let lines = prepared.review.escalations.iter().filter_map(|one| {
        let unit = prepared.plan.units.get(one.unit as usize)?;
        let action = one.action.and_then(|at| unit.actions.get(at.0 as usize));
        let step = one.manual.and_then(|at| unit.manual.get(at as usize));
        let (account, what) = match (action, step) {
            (Some(action), _) => {
                let area = action.area.as_ref().map(ToString::to_string);
                (&action.account, clause(action.kind, area.as_deref()))
            }
            (None, Some(step)) => (
                &step.account,
                "gains by a step that a person does".to_owned(),
            ),
            (None, None) => return None,
        };
        let person = account.person.as_deref();
        Some(EscalationLine {
            organisation: unit.organisation.to_string(),
            organisation_name: unit.organisation_name.to_string(),
            portal: unit.portal.to_string(),
            name: account.name.to_string(),
            person: person.unwrap_or(account.login.as_str()).to_owned(),
            what,
            why: why(one.kind).to_owned(),
        })
    });
    lines.collect()
}

fn clause(kind: ActionKind, area: Option<&str>) -> String {
    match (kind, area) {
        (ActionKind::Promote, _) => "becomes an administrator".to_owned(),
        (ActionKind::Demote, _) => "ceases to be an administrator".to_owned(),
        (ActionKind::Create, _) => "is given an account".to_owned(),
        (ActionKind::Renew, _) => "keeps access for longer".to_owned(),
        (ActionKind::Update, _) => "gets another name, address or end".to_owned(),
        (ActionKind::Grant, Some(area)) => format!("is given `{area}`"),
        (ActionKind::Grant, None) => "is given an area".to_owned(),
        (ActionKind::Revoke, _) => "loses an area".to_owned(),
        (ActionKind::Expire | ActionKind::Delete, _) => "loses access".to_owned(),
    }
}

fn why(kind: EscalationKind) -> &'static str {
    match kind {
        EscalationKind::OwnAdmin | EscalationKind::SelfGrant => "wrote the change",
        EscalationKind::TakesOver => {
            "the account gets the address of somebody who wrote the change"
        }
        EscalationKind::ApprovesOwn => "approves the list of that school",
        EscalationKind::OwnIdentity => "is the login that beadle itself uses",
    }
}
