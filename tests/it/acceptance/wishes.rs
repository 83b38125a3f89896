//! What a project file would say, in a few words, and the way from there to a report: read, plan,
//! apply, read again, plan again. Everybody is invented.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use beadle::executor::{Observer, Settings, Stop, execute, verify};
use beadle::model::day::Window;
use beadle::model::desired::{
    CreationSettings, Desired, DesiredAccount, DesiredAdmins, DesiredGrant,
};
use beadle::model::live::Live;
use beadle::model::name::{LoginId, PortalOrganisation, canonical};
use beadle::model::outcome::Outcome;
use beadle::model::plan::{Plan, SaveIndex, Write};
use beadle::model::policy::{Policy, RemovalLimit};
use beadle::model::source::{Provenance, Source, Via};
use beadle::planner::{Part, assemble, lint, plan_unit};
use beadle::portal::{Access, PortalWrite, driver};
use jiff::civil::{Date, date};

use super::server::Server;

const DAY: Date = date(2026, 11, 22);

/// One person of a project file.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) was: Option<String>,
    pub(super) areas: Vec<&'static str>,
    pub(super) admin: bool,
    pub(super) ended: bool,
}

/// Person number `number`.
pub(super) fn person(number: usize, areas: &[&'static str]) -> Person {
    Person {
        key: format!("m{number}@north.example"),
        name: format!("Member {number}"),
        was: None,
        areas: areas.to_vec(),
        admin: false,
        ended: false,
    }
}

fn source() -> Source {
    Source {
        file: "beadle.yaml".into(),
        line: 1,
        column: 1,
    }
}

fn listed() -> Vec<Provenance> {
    vec![Provenance {
        via: Via::User,
        source: source(),
    }]
}

fn account(person: &Person) -> DesiredAccount {
    let until = person.ended.then(|| date(2026, 11, 1));
    let window = Window { from: None, until };
    let grant = || DesiredGrant {
        window,
        presence: window.on(DAY),
        reason: None,
        provenance: listed(),
    };
    DesiredAccount {
        person: canonical(&person.key).into(),
        login: LoginId::new(person.key.as_str()),
        name: person.name.as_str().into(),
        email: Some(person.key.as_str().into()),
        was: person
            .was
            .iter()
            .map(|was| (LoginId::new(was.as_str()), source()))
            .collect(),
        window,
        presence: window.on(DAY),
        grants: person
            .areas
            .iter()
            .map(|area| ((*area).into(), grant()))
            .collect(),
        shared: None,
        provenance: listed(),
    }
}

fn desired(people: &[Person]) -> Desired {
    let admins = people.iter().filter(|person| person.admin);
    let none = RemovalLimit {
        percent: 100,
        count: 100_000,
    };
    Desired {
        organisation: "north".into(),
        organisation_name: "North".into(),
        portal: "directory".into(),
        portal_organisation: organisation(),
        source: source(),
        manages_accounts: true,
        accounts: people
            .iter()
            .map(|person| (LoginId::new(person.key.as_str()), account(person)))
            .collect(),
        admins: DesiredAdmins {
            exact: true,
            members: admins
                .map(|person| (LoginId::new(person.key.as_str()), listed()))
                .collect(),
            source: Some(source()),
        },
        delete: BTreeMap::new(),
        creation: CreationSettings::default(),
        identity: None,
        policy: Arc::new(Policy {
            min_admins: 0,
            max_removals: none,
            max_removals_total: none,
            ..Policy::default()
        }),
    }
}

fn organisation() -> PortalOrganisation {
    "north".into()
}

/// The driver, opened on a server, with the areas `finance`, `students` and `admins`.
pub(super) fn open(server: &Server, change: impl FnOnce(&mut Access)) -> Arc<dyn PortalWrite> {
    let token = server.token.as_str().into();
    let mut access = Access::new("directory".into(), &server.url, token);
    access.total_timeout = Duration::from_secs(120);
    access.first_pause = Duration::from_millis(20);
    access.directory.groups = [
        ("finance", "Finance"),
        ("students", "Students"),
        ("admins", "Administrators"),
    ]
    .into_iter()
    .map(|(area, group)| (area.into(), group.into()))
    .collect();
    access.directory.admin_group = Some("admins".into());
    change(&mut access);
    driver("scim").unwrap().open_write(access).unwrap()
}

pub(super) async fn read(portal: &Arc<dyn PortalWrite>) -> Live {
    portal.list(&organisation()).await.unwrap()
}

/// The plan of what people are to have, against what is live.
pub(super) fn plan(people: &[Person], live: &Live) -> Plan {
    let desired = desired(people);
    let rules = driver("scim").unwrap().rules;
    let unit = plan_unit(&desired, live, rules, DAY);
    let policy = Arc::clone(&desired.policy);
    let plan = assemble(
        vec![(unit, Arc::clone(&policy))],
        &policy,
        "digest".to_owned(),
        DAY,
        &Part::default(),
    );
    assert_eq!(lint(&plan), Vec::<String>::new());
    plan
}

struct Silent;

impl Observer for Silent {
    fn before(&self, _: SaveIndex, _: &Write) -> Result<(), String> {
        Ok(())
    }

    fn after(&self, _: SaveIndex, _: &Outcome) {}
}

/// Reads, plans, applies, reads again: each save must be done and seen, and the second plan empty.
/// Answers with the number of each kind of action, as `create 2, grant 3`.
pub(super) async fn reach(
    portal: &Arc<dyn PortalWrite>,
    people: &[Person],
    at_once: usize,
) -> String {
    let first = plan(people, &read(portal).await);
    let portals = BTreeMap::from([("directory".into(), Arc::clone(portal))]);
    let settings = Settings {
        concurrency: BTreeMap::from([("directory".into(), at_once)]),
        pause: Duration::from_millis(50),
        ..Settings::default()
    };
    let report = execute(&first, &portals, &settings, &Stop::default(), &Silent).await;
    let live = read(portal).await;
    let lives = BTreeMap::from([(("north".into(), "directory".into()), live.clone())]);
    for (_, _, outcome) in verify(&first, report, &lives).saves {
        assert!(outcome.is_done(), "{outcome:?}");
    }
    let second = plan(people, &live);
    assert!(second.is_empty(), "{:#?}", second.units[0].actions);
    let counted = first.summary().actions.into_iter();
    let counted: Vec<String> = counted
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{} {count}", kind.as_str()))
        .collect();
    counted.join(", ")
}

/// The life of a few people, from nothing: made, renamed, moved, deactivated, active again.
pub(super) async fn life(portal: &Arc<dyn PortalWrite>, at_once: usize) {
    let mut people: Vec<Person> = (1..=12)
        .map(|number| person(number, &["finance"]))
        .collect();
    people[0].admin = true;
    people[1].admin = true;
    people[2].name = "Kit van der Osei".into();
    let made = reach(portal, &people, at_once).await;
    assert_eq!(made, "create 12, grant 12, promote 2");

    people[3].name = "Ada King-Byron".into();
    people[4].was = Some(std::mem::replace(
        &mut people[4].key,
        "New.Name@north.example".into(),
    ));
    people[5].areas = vec!["students"];
    people[6].ended = true;
    people[1].admin = false;
    people[7].admin = true;
    let changed = reach(portal, &people, at_once).await;
    assert_eq!(
        changed,
        "update 2, grant 1, promote 1, demote 1, revoke 1, expire 1"
    );
    let live = read(portal).await;
    let of = |key: &str| {
        let login = LoginId::new(key);
        let mut accounts = live.accounts().values();
        accounts.find(|account| account.login == login).unwrap()
    };
    assert_eq!(&*of("m4@north.example").name, "Ada King-Byron");
    assert_eq!(
        of("new.name@north.example").email.as_deref(),
        Some("New.Name@north.example")
    );
    assert!(!of("m7@north.example").active);

    people[6].ended = false;
    let back = reach(portal, &people, at_once).await;
    assert!(back.starts_with("renew 1"), "{back}");
}
