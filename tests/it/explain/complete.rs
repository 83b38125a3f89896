//! Nothing is left out and nothing made up: for everybody and every area that the trust's files or
//! portals know, the answer is what is desired and what is live, and its places are those of the
//! plan's reasons.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use beadle::config;
use beadle::model::day::Presence;
use beadle::model::desired::Desired;
use beadle::model::name::canonical;
use beadle::model::snapshot::{Snapshot, SnapshotAccount as Account};
use beadle::model::source::Provenance;
use jiff::civil::Date;
use serde_json::Value;

use super::json;
use crate::support::{TODAY, repository};

fn desired() -> Vec<Desired> {
    let folder = repository().join("examples/trust");
    let project = config::load(&folder, &beadle::portal::rules_by_driver())
        .project
        .unwrap();
    let day: Date = TODAY.parse().unwrap();
    project.units(day).map(|unit| unit.desired()).collect()
}

fn live(unit: &Desired) -> BTreeMap<String, Account> {
    let path = format!(
        "examples/trust/live/{}/{}.yaml",
        unit.portal, unit.organisation
    );
    let text = fs::read_to_string(repository().join(path)).unwrap();
    let snapshot: Snapshot = serde_yaml::from_str(&text).unwrap();
    let accounts = snapshot.accounts.into_iter();
    accounts
        .map(|account| (canonical(&account.login), account))
        .collect()
}

/// File and line of each place, in order.
fn expected(places: &[Provenance]) -> Vec<(String, u64)> {
    let place = |it: &Provenance| (it.source.file.to_string(), u64::from(it.source.line));
    let mut all: Vec<_> = places.iter().map(place).collect();
    all.sort();
    all
}

fn places(answer: &Value) -> Vec<(String, u64)> {
    let all = answer["why"].as_array().unwrap().iter();
    let place = |why: &Value| {
        let place = &why["place"];
        (
            place["file"].as_str().unwrap().to_owned(),
            place["line"].as_u64().unwrap(),
        )
    };
    let mut all: Vec<_> = all.map(place).collect();
    all.sort();
    all
}

/// Checks what is told of one account, and counts its areas.
fn check(unit: &Desired, key: &str, live: Option<&Account>, told: &Value) -> usize {
    let at = format!("{key} in {} at {}", unit.organisation, unit.portal);
    let wanted = unit
        .accounts
        .values()
        .find(|account| *account.person == *key);
    let present = wanted.is_some_and(|wanted| wanted.presence == Presence::Present);
    assert_eq!(told["account"]["asked"], present, "{at}");
    assert_eq!(told["account"]["live"], live.is_some(), "{at}");
    let provenance = wanted
        .map(|wanted| wanted.provenance.as_slice())
        .unwrap_or_default();
    assert_eq!(places(&told["account"]), expected(provenance), "{at}");
    let admins = wanted.and_then(|wanted| unit.admins.members.get(&wanted.login));
    if let Some(admin) = told.get("admin") {
        assert_eq!(admin["asked"], admins.is_some(), "{at}");
        assert_eq!(admin["live"], live.is_some_and(|live| live.admin), "{at}");
        assert_eq!(
            places(admin),
            expected(admins.map(Vec::as_slice).unwrap_or_default()),
            "{at}"
        );
    } else {
        assert!(admins.is_none(), "{at}");
    }
    let held: BTreeSet<&str> = live
        .iter()
        .flat_map(|live| &live.areas)
        .map(|it| &**it)
        .collect();
    let granted = wanted.iter().flat_map(|wanted| wanted.grants.keys());
    let mut areas: BTreeSet<&str> = granted.map(AsRef::as_ref).collect();
    areas.extend(&held);
    let answers = told["areas"].as_array().unwrap();
    let names: BTreeSet<&str> = answers
        .iter()
        .map(|it| it["area"].as_str().unwrap())
        .collect();
    assert_eq!(names, areas, "{at}");
    for entry in answers {
        let (area, answer) = (entry["area"].as_str().unwrap(), &entry["answer"]);
        let grant = wanted.and_then(|wanted| wanted.grants.get(area));
        let asked = grant.is_some_and(|grant| grant.presence == Presence::Present);
        assert_eq!(answer["asked"], asked, "{at}: {area}");
        assert_eq!(answer["live"], held.contains(area), "{at}: {area}");
        let provenance = grant
            .map(|grant| grant.provenance.as_slice())
            .unwrap_or_default();
        assert_eq!(places(answer), expected(provenance), "{at}: {area}");
        // What differs is seen to by the plan, or it is said why not.
        let silent = answer["next"].as_array().unwrap().is_empty();
        let named = wanted.is_some();
        assert!(
            !(named && silent && asked != held.contains(area)),
            "{at}: {area}"
        );
    }
    answers.len()
}

#[test]
fn every_person_and_area_of_the_trust_is_answered_for() {
    let units = desired();
    let lives: Vec<_> = units.iter().map(live).collect();
    let mut people: BTreeSet<String> = BTreeSet::new();
    for (unit, live) in units.iter().zip(&lives) {
        people.extend(
            unit.accounts
                .values()
                .map(|account| account.person.to_string()),
        );
        let logins = live
            .keys()
            .filter(|login| !unit.accounts.contains_key(&login.as_str().into()));
        people.extend(logins.cloned());
    }
    let people: Vec<String> = people.into_iter().collect();
    let checked = |people: &[String]| -> (usize, usize) {
        let (mut accounts, mut areas) = (0, 0);
        for key in people {
            let told = json("trust", &[key]);
            assert_eq!(told["person"]["key"], **key);
            for (unit, live) in units.iter().zip(&lives) {
                let wanted = unit
                    .accounts
                    .values()
                    .find(|account| *account.person == **key);
                let login = wanted.map_or(key.as_str(), |wanted| wanted.login.canonical());
                let live = live.get(login);
                let told = told["units"].as_array().unwrap().iter().find(|told| {
                    told["organisation"] == unit.organisation.as_str()
                        && told["portal"] == unit.portal.as_str()
                });
                match told {
                    Some(told) => {
                        accounts += 1;
                        areas += check(unit, key, live, told);
                    }
                    None => assert!(
                        wanted.is_none() && live.is_none(),
                        "{key} in {}",
                        unit.organisation
                    ),
                }
            }
        }
        (accounts, areas)
    };
    let counts = std::thread::scope(|scope| {
        let chunks = people.chunks(people.len().div_ceil(4));
        let works: Vec<_> = chunks
            .map(|chunk| scope.spawn(move || checked(chunk)))
            .collect();
        let counts = works.into_iter().map(|work| work.join().unwrap());
        counts.fold((0, 0), |(a, b), (c, d)| (a + c, b + d))
    });
    // The portals hold 138 accounts; whoever is not there yet comes on top.
    assert!(
        people.len() > 70 && counts.0 >= 138 && counts.1 > 200,
        "{} {counts:?}",
        people.len()
    );
}
