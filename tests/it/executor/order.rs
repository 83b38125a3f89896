//! Order, dependencies, concurrency, portal ids and keys.

use std::sync::Arc;
use std::time::Duration;

use beadle::executor::{Settings, Stop, execute, idempotency_key};
use beadle::model::call_keys::CallKeys;
use beadle::model::outcome::Outcome;
use beadle::model::plan::{Plan, SaveIndex, Write};

use super::fake::{Fake, Fault, faulty, shared};
use super::plans::*;

fn all_done(report: &beadle::model::outcome::ApplyReport) -> bool {
    report
        .saves
        .iter()
        .all(|(_, _, outcome)| *outcome == Outcome::Done)
}

#[tokio::test(start_paused = true)]
async fn giving_comes_before_taking_and_promoting_before_demoting() {
    let fake = shared(Fake {
        latency: Duration::from_millis(20),
        ..Fake::new("portal")
    });
    fake.seed("south", "mover", &["returns"], false);
    fake.seed("north", "old-admin", &[], true);
    fake.seed("north", "new-admin", &[], false);
    let mut plan = empty_plan();
    let (south, north) = (
        unit(&mut plan, "south", "portal"),
        unit(&mut plan, "north", "portal"),
    );
    // The takings stand first in the plan: only what they wait for holds them back.
    let create_in_north = SaveIndex {
        unit: north,
        save: 1,
    };
    let grant_in_north = SaveIndex {
        unit: north,
        save: 2,
    };
    let promote = SaveIndex {
        unit: north,
        save: 3,
    };
    save(
        &mut plan,
        south,
        grant(seeded("mover"), "returns", false),
        &[grant_in_north],
    );
    let demotion = grant(seeded("old-admin"), ADMINISTRATION, false);
    save(&mut plan, north, demotion, &[promote]);
    save(&mut plan, north, create("mover"), &[]);
    save(
        &mut plan,
        north,
        grant(newcomer("mover"), "returns", true),
        &[create_in_north],
    );
    save(
        &mut plan,
        north,
        grant(seeded("new-admin"), ADMINISTRATION, true),
        &[],
    );

    let report = run(&plan, &fake, 8).await;

    assert!(all_done(&report), "{report:?}");
    let state = fake.state.lock().unwrap();
    assert_eq!(state.history.len(), 5);
    for moment in &state.history {
        let admins = moment.iter().filter(|(_, account)| account.admin).count();
        assert!(admins >= 1);
        let access = |(_, account): &(_, beadle::model::live::LiveAccount)| {
            account.login.as_str() == address("mover") && account.areas.contains("returns")
        };
        assert!(moment.iter().any(access));
    }
}

#[tokio::test]
async fn one_at_a_time_the_calls_come_in_the_plans_order() {
    let fake = shared(Fake::new("portal"));
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    let mut expected = Vec::new();
    for login in ["d", "a", "c", "b"] {
        let made = save(&mut plan, north, create(login), &[]);
        save(
            &mut plan,
            north,
            grant(newcomer(login), "returns", true),
            &[made],
        );
        expected.extend([login, login]);
    }
    assert!(all_done(&run(&plan, &fake, 1).await));
    let state = fake.state.lock().unwrap();
    let names = state
        .calls
        .iter()
        .map(|(write, _)| write.accounts()[0].name.to_string());
    assert_eq!(names.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_created_accounts_portal_id_reaches_the_saves_that_follow() {
    // The first answer is lost, so that its id comes from reading.
    let kind = beadle::portal::PortalErrorKind::ConnectionLost;
    let fake = shared(faulty("portal", move |number, _| {
        (number == 0).then(|| Fault::After(kind.clone()))
    }));
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    let first = save(&mut plan, north, create("first"), &[]);
    let second = save(&mut plan, north, create("second"), &[]);
    let set = Write::AreaSet {
        area: "returns".into(),
        give: vec![newcomer("first"), newcomer("second")],
        take: vec![],
    };
    let set = save(&mut plan, north, set, &[first, second]);

    let report = run(&plan, &fake, 4).await;

    assert_eq!(*outcome(&report, first), Outcome::FoundDone);
    assert_eq!(*outcome(&report, second), Outcome::Done);
    assert_eq!(*outcome(&report, set), Outcome::Done);
    let accounts = fake.accounts("north");
    assert_eq!(accounts.len(), 2);
    assert!(
        accounts
            .iter()
            .all(|account| account.areas.contains("returns"))
    );
}

#[tokio::test]
async fn a_portal_id_does_not_reach_another_organisation() {
    let fake = shared(Fake::new("portal"));
    let mut plan = empty_plan();
    let (north, south) = (
        unit(&mut plan, "north", "portal"),
        unit(&mut plan, "south", "portal"),
    );
    let made = save(&mut plan, north, create("a"), &[]);
    let stray = save(
        &mut plan,
        south,
        grant(newcomer("a"), "returns", true),
        &[made],
    );
    let report = run(&plan, &fake, 1).await;
    insta::assert_snapshot!(
        message(&report, stray),
        @"portal `portal`, organisation `south`, PUT /accounts: the account is not on the portal"
    );
}

fn many(portals: &[&str], saves: usize) -> Plan {
    let mut plan = empty_plan();
    for portal in portals {
        let number = unit(&mut plan, "north", portal);
        for login in 0..saves {
            save(&mut plan, number, create(&format!("user-{login}")), &[]);
        }
    }
    plan
}

#[tokio::test(start_paused = true)]
async fn as_many_are_in_flight_as_each_portal_allows_and_never_more() {
    let slow = |name| {
        shared(Fake {
            latency: Duration::from_millis(10),
            ..Fake::new(name)
        })
    };
    let (wide, narrow) = (slow("wide"), slow("narrow"));
    let plan = many(&["wide", "narrow"], 40);
    let settings = Settings {
        concurrency: [("wide".into(), 7)].into(),
        ..Settings::default()
    };
    let began = tokio::time::Instant::now();
    let portals = portals(&[&wide, &narrow]);
    let report = execute(&plan, &portals, &settings, &Stop::new(), &Diary::default()).await;
    assert!(all_done(&report));
    assert_eq!(wide.state.lock().unwrap().most_in_flight, 7);
    assert_eq!(narrow.state.lock().unwrap().most_in_flight, 1);
    // The narrow one alone decides how long it takes: 40 calls of 10 ms, one after another.
    assert_eq!(began.elapsed(), Duration::from_millis(400));
}

#[tokio::test]
async fn each_save_has_one_key_and_the_same_in_every_run() {
    let keys = |fake: &Arc<Fake>| -> Vec<String> {
        let state = fake.state.lock().unwrap();
        state.calls.iter().map(|(_, key)| key.clone()).collect()
    };
    let plan = many(&["portal"], 20);
    let (first, second) = (shared(Fake::new("portal")), shared(Fake::new("portal")));
    run(&plan, &first, 1).await;
    run(&plan, &second, 1).await;
    assert_eq!(keys(&first), keys(&second));
    let distinct: std::collections::BTreeSet<String> = keys(&first).into_iter().collect();
    assert_eq!(distinct.len(), 20);
    assert!(
        distinct
            .iter()
            .all(|key| key.len() == 64 && !key.contains("user"))
    );

    let index = SaveIndex { unit: 0, save: 0 };
    let mut other = plan.clone();
    other.units[0].listing_digest = "another".into();
    let keys = CallKeys::default();
    assert_eq!(
        idempotency_key(&plan, index, &keys),
        idempotency_key(&other, index, &keys)
    );
}

#[tokio::test]
async fn an_unsound_plan_ends_and_says_so() {
    let fake = shared(Fake::new("portal"));
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    let at = |save| SaveIndex { unit: north, save };
    let sound = save(&mut plan, north, create("a"), &[]);
    let circle = save(&mut plan, north, create("b"), &[at(2)]);
    save(&mut plan, north, create("c"), &[at(1)]);
    let nowhere = save(&mut plan, north, create("d"), &[at(99), sound, sound]);

    let report = run(&plan, &fake, 4).await;

    assert_eq!(*outcome(&report, sound), Outcome::Done);
    insta::assert_snapshot!(
        message(&report, circle),
        @"portal `portal`, organisation `north`: not tried, because the plan is not sound: what it waits for never ends"
    );
    assert_eq!(message(&report, nowhere), message(&report, circle));
    assert_eq!(fake.calls(), 1);
}

#[tokio::test]
async fn a_portal_that_is_not_open_gets_no_call_and_others_go_on() {
    let here = shared(Fake::new("here"));
    let plan = many(&["here", "elsewhere"], 2);
    let report = run(&plan, &here, 2).await;
    assert_eq!((report.actions_done(), report.actions_left()), (2, 2));
    insta::assert_snapshot!(
        message(&report, SaveIndex { unit: 1, save: 0 }),
        @"portal `elsewhere`, organisation `north`: not tried, because the portal was not opened for writing"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_may_live_in_a_task_of_its_own() {
    let fake = shared(Fake::new("portal"));
    let plan = many(&["portal"], 30);
    let task = tokio::spawn({
        let fake = Arc::clone(&fake);
        async move { run(&plan, &fake, 4).await }
    });
    assert!(all_done(&task.await.unwrap()));
    assert_eq!(fake.accounts("north").len(), 30);
}
