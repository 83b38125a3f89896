//! The governors' page: who administers what, who left and how fast access ended, what is overdue.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::history::History;
use super::reading::{Place, Reading};
use super::{expiring, leavers};
use crate::app::Failure;
use crate::model::access::{AccountAccess, Held};
use crate::model::day::{Presence, shifted};
use crate::model::desired::Shared;
use crate::model::name::OrganisationId;
use crate::model::plan::{ActionKind, ManualKind, Reason};
use crate::model::review::EscalationKind;
use crate::model::rules::AdminSet;
use crate::planner;
use crate::report::sheets::admins::{
    AdminPlace, Administrator, AdminsReport, EscalationLine, SharedLogin, Sharer,
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
            "Who wrote the pending change is not known, so that changes of one’s own rights may be missing: {why}."
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
        leavers: leavers::leavers(reading, &places, history.as_ref(), since),
        overdue: expiring::overdue(&places, day),
        shared: shared(reading, &places),
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

/// Somebody's name, by organisation and key, over all portals: who answers for a login at one may
/// have no account there.
type Names = BTreeMap<(OrganisationId, Arc<str>), Arc<str>>;

fn shared(reading: &Reading<'_>, places: &[Place<'_>]) -> Vec<SharedLogin> {
    let is_shared = |place: &&Place<'_>| {
        let mut accounts = place.desired.accounts.values();
        accounts.any(|account| account.shared.is_some())
    };
    let with: BTreeSet<&OrganisationId> = places
        .iter()
        .filter(is_shared)
        .map(|place| &place.access.organisation)
        .collect();
    let mut names = Names::new();
    let units = reading.opened.project.units(reading.opened.day);
    for unit in units.filter(|unit| with.contains(unit.organisation())) {
        for account in unit.desired().accounts.into_values() {
            names.insert((unit.organisation().clone(), account.person), account.name);
        }
    }
    let logins = places.iter().flat_map(|place| shared_logins(place, &names));
    logins.collect()
}

fn shared_logins(place: &Place<'_>, names: &Names) -> Vec<SharedLogin> {
    let organisation = &place.access.organisation;
    let sharer = |person: &Arc<str>, until: Option<Date>| Sharer {
        name: names
            .get(&(organisation.clone(), Arc::clone(person)))
            .map_or_else(|| person.to_string(), ToString::to_string),
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
        EscalationKind::ApprovesOwn => "approves that list",
        EscalationKind::OwnIdentity => "is the login that beadle itself uses",
    }
}
