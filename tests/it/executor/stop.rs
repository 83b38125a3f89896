//! Interruption, and records that cannot be written.

use std::sync::Arc;
use std::time::Duration;

use beadle::executor::{Settings, Stop, execute};
use beadle::model::outcome::{ApplyReport, Outcome};
use beadle::model::plan::{Plan, SaveIndex, Write};
use beadle::portal::PortalErrorKind;

use super::fake::{Fake, Fault, faulty, shared};
use super::plans::*;

/// Six new accounts, each with a grant that waits for it.
fn plan() -> Plan {
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    for number in 0..6 {
        let login = format!("user-{number}");
        let made = save(&mut plan, north, create(&login), &[]);
        let access = grant(newcomer(&login), "returns", true);
        save(&mut plan, north, access, &[made]);
    }
    plan
}

fn slow() -> Arc<Fake> {
    shared(Fake {
        latency: Duration::from_millis(100),
        ..Fake::new("portal")
    })
}

/// Runs it and interrupts it in the middle of the first two calls.
async fn interrupted(
    plan: &Plan,
    fake: &Arc<Fake>,
    settings: &Settings,
    interrupt: impl FnOnce(&Stop),
) -> (ApplyReport, Duration) {
    let (stop, diary, portals) = (Stop::new(), Diary::default(), portals(&[fake]));
    let began = tokio::time::Instant::now();
    let running = execute(plan, &portals, settings, &stop, &diary);
    let interrupting = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        interrupt(&stop);
    };
    let (report, ()) = tokio::join!(running, interrupting);
    diary.assert_complete(plan);
    (report, began.elapsed())
}

fn count(report: &ApplyReport, wanted: impl Fn(&Outcome) -> bool) -> usize {
    let outcomes = report.saves.iter().map(|(_, _, outcome)| outcome);
    outcomes.filter(|outcome| wanted(outcome)).count()
}

#[tokio::test(start_paused = true)]
async fn finish_lets_calls_in_flight_finish_and_begins_nothing() {
    let (fake, plan) = (slow(), plan());
    let (report, took) = interrupted(&plan, &fake, &settings(&plan, 2), Stop::finish).await;
    assert_eq!(count(&report, |o| *o == Outcome::Done), 2);
    assert_eq!(count(&report, |o| *o == Outcome::Interrupted), 10);
    assert_eq!((fake.calls(), fake.accounts("north").len()), (2, 2));
    assert_eq!(took, Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn now_gives_up_calls_in_flight_and_says_that_their_outcome_is_unknown() {
    let (fake, plan) = (slow(), plan());
    let (report, took) = interrupted(&plan, &fake, &settings(&plan, 2), Stop::now).await;
    insta::assert_snapshot!(
        message(&report, SaveIndex { unit: 0, save: 0 }),
        @"portal `portal`, organisation `north`: interrupted during the call; whether it was done is not known, and running again will find out"
    );
    assert_eq!(count(&report, |o| matches!(o, Outcome::Failed(_))), 2);
    assert_eq!(count(&report, |o| *o == Outcome::Interrupted), 10);
    assert_eq!(took, Duration::from_millis(50));
}

#[tokio::test(start_paused = true)]
async fn now_after_finish_does_not_wait_for_a_portal_that_never_answers() {
    let fake = shared(faulty("portal", |_, _| Some(Fault::Silence)));
    let plan = plan();
    let both = |stop: &Stop| {
        stop.finish();
        stop.now();
    };
    let (report, took) = interrupted(&plan, &fake, &settings(&plan, 2), both).await;
    assert_eq!(report.actions_done(), 0);
    assert_eq!(took, Duration::from_millis(50));
}

#[tokio::test(start_paused = true)]
async fn an_unclear_answer_is_still_read_after_finish_but_not_called_again() {
    let lose = |number: usize, _: &Write| match number {
        0 => Some(Fault::Before(PortalErrorKind::ConnectionLost)),
        1 => Some(Fault::After(PortalErrorKind::ConnectionLost)),
        _ => None,
    };
    let fake = shared(Fake {
        latency: Duration::from_millis(20),
        ..faulty("portal", lose)
    });
    let plan = plan();
    let patient = Settings {
        pause: Duration::from_secs(60),
        ..settings(&plan, 2)
    };
    let (report, took) = interrupted(&plan, &fake, &patient, Stop::finish).await;
    insta::assert_snapshot!(
        message(&report, SaveIndex { unit: 0, save: 0 }),
        @"portal `portal`, organisation `north`, PUT /accounts: the connection was lost before the answer was complete"
    );
    let second = SaveIndex { unit: 0, save: 2 };
    assert_eq!(*outcome(&report, second), Outcome::FoundDone);
    assert_eq!(fake.calls(), 2);
    // The minute's pause was cut short.
    assert_eq!(took, Duration::from_millis(50));
}

#[tokio::test]
async fn nothing_begins_when_it_is_raised_before_the_run() {
    let (fake, plan, stop) = (shared(Fake::new("portal")), plan(), Stop::new());
    stop.finish();
    let (settings, diary) = (settings(&plan, 2), Diary::default());
    let report = execute(&plan, &portals(&[&fake]), &settings, &stop, &diary).await;
    diary.assert_complete(&plan);
    assert_eq!(count(&report, |o| *o == Outcome::Interrupted), 12);
    assert_eq!(fake.calls(), 0);
}

#[tokio::test]
async fn nothing_is_written_without_its_record() {
    let (fake, plan) = (shared(Fake::new("portal")), plan());
    let diary = Diary {
        fail_at: Some(3),
        ..Diary::default()
    };
    let settings = settings(&plan, 1);
    let report = execute(&plan, &portals(&[&fake]), &settings, &Stop::new(), &diary).await;
    diary.assert_complete(&plan);
    assert_eq!(fake.calls(), 3);
    assert_eq!(count(&report, |o| *o == Outcome::Done), 3);
    insta::assert_snapshot!(
        message(&report, SaveIndex { unit: 0, save: 3 }),
        @"portal `portal`, organisation `north`: not tried, because no record of it could be written: the disk is full"
    );
    assert_eq!(count(&report, |o| *o == Outcome::Interrupted), 8);
}

#[tokio::test]
async fn the_record_comes_before_the_call_and_holds_the_portal_id() {
    let (fake, plan, diary) = (shared(Fake::new("portal")), plan(), Diary::default());
    let settings = settings(&plan, 3);
    execute(&plan, &portals(&[&fake]), &settings, &Stop::new(), &diary).await;
    let begun = diary.begun.lock().unwrap();
    let state = fake.state.lock().unwrap();
    let (recorded, called): (Vec<&Write>, Vec<&Write>) = (
        begun.iter().map(|(_, write)| write).collect(),
        state.calls.iter().map(|(write, _)| write).collect(),
    );
    assert_eq!(recorded.len(), 12);
    // Calls that begin together may arrive in another order.
    assert!(recorded.iter().all(|write| called.contains(write)));
    let grants = recorded
        .iter()
        .filter(|write| matches!(write, Write::Grant { .. }));
    assert!(
        grants
            .flat_map(|write| write.accounts())
            .all(|account| account.id.is_some())
    );
}
