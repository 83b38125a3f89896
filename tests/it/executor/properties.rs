//! Whatever the network does: nothing is made twice, and what the report says is true.

use std::collections::BTreeMap;
use std::time::Duration;

use beadle::executor::{Settings, Stop, execute};
use beadle::model::outcome::Outcome;
use beadle::model::plan::{Plan, Write};
use beadle::portal::PortalErrorKind as Kind;
use proptest::prelude::*;

use super::fake::{Fake, Fault, faulty, shared};
use super::plans::*;

const PEOPLE: usize = 12;

fn plan() -> Plan {
    let mut plan = empty_plan();
    let units = [
        unit(&mut plan, "north", "portal"),
        unit(&mut plan, "south", "portal"),
    ];
    for number in 0..PEOPLE {
        let login = format!("user-{number}");
        let unit = units[number % 2];
        let made = save(&mut plan, unit, create(&login), &[]);
        for area in ["returns", "surveys"] {
            save(
                &mut plan,
                unit,
                grant(newcomer(&login), area, true),
                &[made],
            );
        }
    }
    plan
}

fn a_fault() -> impl Strategy<Value = Fault> {
    let kind = prop_oneof![
        Just(Kind::ConnectionLost),
        Just(Kind::TimedOut(Duration::from_secs(30))),
        Just(Kind::Failed(502)),
        Just(Kind::NotJson("text/html".into())),
        Just(Kind::Malformed("an object was expected".into())),
    ];
    let certain = prop_oneof![
        Just(Kind::Unreachable("connection refused".into())),
        Just(Kind::Throttled(None)),
        Just(Kind::Refused {
            status: 422,
            code: None
        }),
    ];
    prop_oneof![
        4 => kind.clone().prop_map(Fault::After),
        2 => kind.prop_map(Fault::Before),
        1 => certain.prop_map(Fault::Before),
    ]
}

/// Whether the portal holds what a write wants.
fn holds(fake: &Fake, organisation: &str, write: &Write) -> bool {
    let live = fake.accounts(organisation);
    let shown = live.iter().collect();
    let administration = [].into();
    let known = beadle::executor::Known {
        administration: &administration,
        complete: true,
        term_end: DAY,
    };
    beadle::executor::is_done(write, &shown, known)
}

fn check(
    writes: BTreeMap<usize, Fault>,
    reads: &BTreeMap<usize, Kind>,
    concurrency: usize,
    latency: u64,
) -> Result<(), TestCaseError> {
    let reads = reads.clone();
    // It makes an account as often as it is asked, whatever the key: the harshest portal.
    let fake = shared(Fake {
        sloppy: true,
        latency: Duration::from_millis(latency),
        read_faults: Box::new(move |number| reads.get(&number).cloned()),
        ..faulty("portal", move |number, _| writes.get(&number).cloned())
    });
    let plan = plan();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let settings = Settings {
        concurrency: [("portal".into(), concurrency)].into(),
        ..Settings::default()
    };
    let (stop, diary) = (Stop::new(), Diary::default());
    let portals = portals(&[&fake]);
    let report = runtime.block_on(execute(&plan, &portals, &settings, &stop, &diary));
    diary.assert_complete(&plan);

    let mut logins = std::collections::BTreeSet::new();
    for organisation in ["north", "south"] {
        for account in fake.accounts(organisation) {
            prop_assert!(logins.insert(account.login.clone()), "made twice");
        }
    }
    let most = fake.state.lock().unwrap().most_in_flight;
    prop_assert!(most <= concurrency);
    for (index, _, outcome) in &report.saves {
        let unit = &plan.units[index.unit as usize];
        let write = &unit.saves[index.save as usize].write;
        let there = holds(&fake, unit.portal_organisation.as_str(), write);
        match outcome {
            Outcome::Done | Outcome::FoundDone => prop_assert!(there, "{index:?} {outcome:?}"),
            Outcome::Failed(failure) => {
                let unknown = failure.message.contains("not known");
                prop_assert!(unknown || !there, "{index:?} {failure}");
            }
            Outcome::Skipped { because } => {
                let failed = outcome_of(&report.saves, *because);
                prop_assert!(matches!(failed, Outcome::Failed(_)));
                prop_assert!(!there);
            }
            Outcome::Waits(_) | Outcome::Interrupted | Outcome::Accepted | Outcome::NotSeen => {
                prop_assert!(false, "{outcome:?}")
            }
        }
    }
    Ok(())
}

fn outcome_of(
    saves: &[(
        beadle::model::plan::SaveIndex,
        Vec<beadle::model::plan::ActionIndex>,
        Outcome,
    )],
    wanted: beadle::model::plan::SaveIndex,
) -> &Outcome {
    &saves
        .iter()
        .find(|(index, _, _)| *index == wanted)
        .unwrap()
        .2
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_is_made_twice_and_the_report_is_true(
        writes in prop::collection::btree_map(0..3 * PEOPLE * 2, a_fault(), 0..30),
        reads in prop::collection::btree_map(
            0..40_usize,
            prop_oneof![Just(Kind::Failed(500)), Just(Kind::Unreachable("refused".into()))],
            0..4,
        ),
        concurrency in 1..9_usize,
        latency in 0..3_u64,
    ) {
        check(writes, &reads, concurrency, latency)?;
    }
}
