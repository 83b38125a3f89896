//! What a portal accepts and shows later: it is read until it shows, what waits for it begins with
//! what became known, and nothing is asked for twice. In paused time.

use std::sync::Arc;
use std::time::Duration;

use beadle::executor::{Settings, Stop, execute};
use beadle::model::outcome::{ApplyReport, Outcome};
use beadle::model::plan::{Plan, SaveIndex, Write};
use beadle::portal::PortalErrorKind;

use super::fake::{Fake, shared};
use super::plans::*;

/// A portal that makes login ids, and shows each new account after so many reads.
fn late(reads: usize) -> Fake {
    Fake {
        late: Some(reads),
        ..Fake::new("portal")
    }
}

/// A new account whose login id the portal makes, and a promotion that waits for it.
fn newcomer_and_admin(plan: &mut Plan, unit: u32, login: &str) -> (SaveIndex, SaveIndex) {
    let mut write = create(login);
    if let Write::Create { assigned, .. } = &mut write {
        *assigned = true;
    }
    let made = save(plan, unit, write, &[]);
    let promote = Write::Admin {
        account: newcomer(login),
        promote: true,
    };
    (made, save(plan, unit, promote, &[made]))
}

fn plan() -> (Plan, SaveIndex, SaveIndex) {
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    let (made, admin) = newcomer_and_admin(&mut plan, north, "a");
    (plan, made, admin)
}

async fn timed(plan: &Plan, fake: &Arc<Fake>) -> (ApplyReport, Duration) {
    let began = tokio::time::Instant::now();
    let report = run(plan, fake, 4).await;
    (report, began.elapsed())
}

fn creations(fake: &Fake) -> usize {
    let state = fake.state.lock().unwrap();
    let creates = state.calls.iter();
    creates
        .filter(|(write, _)| matches!(write, Write::Create { .. }))
        .count()
}

/// W2: accepted, read, seen; then the promotion, with the id that became known.
#[tokio::test(start_paused = true)]
async fn what_is_accepted_is_read_until_it_shows_and_then_what_waits_begins() {
    let (fake, (plan, made, admin)) = (shared(late(2)), plan());
    let (report, took) = timed(&plan, &fake).await;
    assert_eq!(*outcome(&report, made), Outcome::Done);
    assert_eq!(*outcome(&report, admin), Outcome::Done);
    // Two reads missed it.
    assert_eq!(took, Duration::from_millis(2_000));
    assert_eq!(creations(&fake), 1);
    let live = fake.accounts("north");
    assert!(live[0].admin && live[0].login == "made-0".into());
    let state = fake.state.lock().unwrap();
    let (promotion, _) = state.calls.last().unwrap();
    assert_eq!(promotion.accounts()[0].id.as_ref(), Some(&live[0].id));
}

#[tokio::test(start_paused = true)]
async fn what_never_shows_is_accepted_what_waits_is_skipped_and_nothing_is_asked_for_again() {
    let (fake, (plan, made, admin)) = (shared(late(usize::MAX)), plan());
    let (report, took) = timed(&plan, &fake).await;
    assert_eq!(*outcome(&report, made), Outcome::Accepted);
    assert_eq!(*outcome(&report, admin), Outcome::Skipped { because: made });
    assert_eq!(took, Duration::from_secs(60));
    assert_eq!((fake.calls(), creations(&fake)), (1, 1));
    assert_eq!((report.actions_done(), report.actions_left()), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn one_that_took_too_long_speaks_for_all_of_its_organisation() {
    let fake = shared(late(usize::MAX));
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    let south = unit(&mut plan, "south", "portal");
    for number in 0..5 {
        newcomer_and_admin(&mut plan, north, &format!("n{number}"));
    }
    let (other, _) = newcomer_and_admin(&mut plan, south, "s");
    let began = tokio::time::Instant::now();
    let report = run(&plan, &fake, 1).await;
    // A minute for each organisation, not for each account.
    assert_eq!(began.elapsed(), Duration::from_secs(120));
    assert_eq!(*outcome(&report, other), Outcome::Accepted);
    assert_eq!(creations(&fake), 6);
    let reads = Settings::default().appearance.len() * 2 + 4;
    assert_eq!(fake.state.lock().unwrap().reads, reads);
}

#[tokio::test(start_paused = true)]
async fn a_read_that_fails_while_waiting_is_one_that_does_not_show_it() {
    let fake = shared(Fake {
        read_faults: Box::new(|number| (number < 3).then_some(PortalErrorKind::ConnectionLost)),
        ..late(0)
    });
    let (plan, made, admin) = plan();
    let (report, took) = timed(&plan, &fake).await;
    assert_eq!(*outcome(&report, made), Outcome::Done);
    assert_eq!(*outcome(&report, admin), Outcome::Done);
    assert_eq!(took, Duration::from_millis(5_000));
    assert_eq!(creations(&fake), 1);
}

/// Nobody who cannot be read is gone.
#[tokio::test(start_paused = true)]
async fn a_read_that_fails_shows_no_deletion() {
    let fake = shared(Fake {
        read_faults: Box::new(|_| Some(PortalErrorKind::ConnectionLost)),
        ..late(usize::MAX)
    });
    fake.seed("north", "a", &[], false);
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    let account = seeded("a");
    let gone = save(&mut plan, north, Write::Delete { account }, &[]);
    let report = run(&plan, &fake, 1).await;
    assert_eq!(*outcome(&report, gone), Outcome::Accepted);
}

async fn interrupted(interrupt: impl FnOnce(&Stop)) -> (ApplyReport, Duration, Arc<Fake>) {
    let (fake, (plan, _, _)) = (shared(late(usize::MAX)), plan());
    let (stop, diary, portals) = (Stop::new(), Diary::default(), portals(&[&fake]));
    let settings = settings(&plan, 1);
    let began = tokio::time::Instant::now();
    let running = execute(&plan, &portals, &settings, &stop, &diary);
    let interrupting = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        interrupt(&stop);
    };
    let (report, ()) = tokio::join!(running, interrupting);
    diary.assert_complete(&plan);
    (report, began.elapsed(), fake)
}

#[tokio::test(start_paused = true)]
async fn interrupted_it_waits_no_longer_and_says_what_is_known() {
    let made = SaveIndex { unit: 0, save: 0 };
    let (report, took, fake) = interrupted(Stop::finish).await;
    assert_eq!(*outcome(&report, made), Outcome::Accepted);
    assert_eq!(took, Duration::from_secs(10));
    assert_eq!(fake.calls(), 1);

    let (report, took, fake) = interrupted(Stop::now).await;
    insta::assert_snapshot!(message(&report, made), @"portal `portal`, organisation `north`: interrupted during the call; whether it was done is not known, and running again will find out");
    assert_eq!(took, Duration::from_secs(10));
    assert_eq!(fake.calls(), 1);
}

/// The next run finds it by its address and asks for nothing again.
#[tokio::test(start_paused = true)]
async fn a_second_run_over_what_shows_by_then_finds_it_done() {
    let (fake, (plan, made, admin)) = (shared(late(8)), plan());
    let first = run(&plan, &fake, 1).await;
    assert_eq!(*outcome(&first, made), Outcome::Accepted);
    let second = run(&plan, &fake, 1).await;
    assert_eq!(*outcome(&second, made), Outcome::FoundDone);
    assert_eq!(*outcome(&second, admin), Outcome::Done);
    assert_eq!(fake.accounts("north").len(), 1);
}
