//! Failures, lost answers and lost portals.

use std::sync::Arc;
use std::time::Duration;

use beadle::executor::{Settings, Stop, execute};
use beadle::model::outcome::Outcome;
use beadle::model::plan::{Plan, SaveIndex, Write};
use beadle::portal::PortalErrorKind as Kind;

use super::fake::{Fake, Fault, faulty, shared};
use super::plans::*;

fn at(unit: u32, save: u32) -> SaveIndex {
    SaveIndex { unit, save }
}

fn of(write: &Write, login: &str) -> bool {
    write.accounts()[0].login.as_str() == address(login)
}

/// So many new accounts, each with a grant that waits for it.
fn newcomers(plan: &mut Plan, unit: u32, number: usize) {
    for number in 0..number {
        let login = format!("user-{number}");
        let made = save(plan, unit, create(&login), &[]);
        let access = grant(newcomer(&login), "returns", true);
        save(plan, unit, access, &[made]);
    }
}

fn one_unit(number: usize) -> Plan {
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    newcomers(&mut plan, north, number);
    plan
}

#[tokio::test]
async fn one_bad_record_stops_only_itself() {
    let refused = Kind::Refused {
        status: 422,
        code: Some("bad-name".into()),
    };
    for kind in [refused, Kind::Failed(500)] {
        let fault = Fault::Before(kind);
        let fake = shared(faulty("portal", move |_, write| {
            of(write, "user-250").then(|| fault.clone())
        }));
        let plan = one_unit(500);
        let report = run(&plan, &fake, 16).await;
        assert_eq!((report.actions_done(), report.actions_left()), (998, 2));
        let bad = at(0, 500);
        assert!(matches!(outcome(&report, bad), Outcome::Failed(_)));
        let skipped = Outcome::Skipped { because: bad };
        assert_eq!(*outcome(&report, at(0, 501)), skipped);
        let live = fake.accounts("north");
        assert_eq!(live.len(), 499);
        assert!(live.iter().all(|account| account.areas.contains("returns")));
    }
}

#[tokio::test]
async fn a_failure_skips_all_that_waits_for_it_in_every_unit_and_nothing_else() {
    let refused = Kind::Forbidden(None);
    let fake = shared(faulty("portal", move |_, write| {
        of(write, "bad").then(|| Fault::Before(refused.clone()))
    }));
    fake.seed("south", "bad-elsewhere", &["returns"], false);
    let mut plan = empty_plan();
    let (north, south) = (
        unit(&mut plan, "north", "portal"),
        unit(&mut plan, "south", "portal"),
    );
    let bad = save(&mut plan, north, create("bad"), &[]);
    let waiting = save(
        &mut plan,
        north,
        grant(newcomer("bad"), "returns", true),
        &[bad],
    );
    let taking = grant(seeded("bad-elsewhere"), "returns", false);
    let taking = save(&mut plan, south, taking, &[waiting]);
    let good = save(&mut plan, south, create("good"), &[]);

    let report = run(&plan, &fake, 1).await;

    insta::assert_snapshot!(
        message(&report, bad),
        @"portal `portal`, organisation `north`, PUT /accounts: the portal forbids it (403)"
    );
    // The first failure is named, however long the chain.
    assert_eq!(
        *outcome(&report, waiting),
        Outcome::Skipped { because: bad }
    );
    assert_eq!(*outcome(&report, taking), Outcome::Skipped { because: bad });
    assert_eq!(*outcome(&report, good), Outcome::Done);
    assert!(fake.accounts("south")[1].areas.contains("returns"));
}

#[tokio::test]
async fn an_answer_lost_after_the_act_is_read_and_nothing_is_called_twice() {
    let fake = shared(Fake {
        sloppy: true,
        ..faulty("portal", |_, _| Some(Fault::After(Kind::ConnectionLost)))
    });
    let plan = one_unit(50);
    let report = run(&plan, &fake, 8).await;
    let found = |entry: &(_, _, Outcome)| entry.2 == Outcome::FoundDone;
    assert!(report.saves.iter().all(found));
    assert_eq!((fake.calls(), fake.accounts("north").len()), (100, 50));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_not_carried_out_is_made_again_a_few_times_with_pauses() {
    let flaky = shared(faulty("portal", |number, _| {
        (number < 2).then_some(Fault::Before(Kind::TimedOut(Duration::from_secs(30))))
    }));
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    let only = save(&mut plan, north, create("a"), &[]);
    let slow = Settings {
        pause: Duration::from_secs(1),
        ..settings(&plan, 1)
    };
    let began = tokio::time::Instant::now();
    let (stop, diary) = (Stop::new(), Diary::default());
    let report = execute(&plan, &portals(&[&flaky]), &slow, &stop, &diary).await;
    assert_eq!(*outcome(&report, only), Outcome::Done);
    assert_eq!(flaky.calls(), 3);
    assert_eq!(began.elapsed(), Duration::from_secs(1 + 2));

    let dead = shared(faulty("portal", |_, _| {
        Some(Fault::Before(Kind::Failed(503)))
    }));
    let report = run(&plan, &dead, 1).await;
    insta::assert_snapshot!(
        message(&report, only),
        @"portal `portal`, organisation `north`, PUT /accounts: the portal failed (503)"
    );
    assert_eq!(dead.calls(), 3);
    // Read after the last call too: it may have been carried out.
    assert_eq!(dead.state.lock().unwrap().reads, 3);
}

#[tokio::test]
async fn an_answer_that_cannot_be_resolved_says_so() {
    let fake = shared(Fake {
        read_faults: Box::new(|_| Some(Kind::Failed(500))),
        ..faulty("portal", |_, _| Some(Fault::After(Kind::ConnectionLost)))
    });
    let report = run(&one_unit(1), &fake, 1).await;
    insta::assert_snapshot!(
        message(&report, at(0, 0)),
        @"portal `portal`, organisation `north`, PUT /accounts: the connection was lost before the answer was complete; whether it was done is not known, because reading failed too: the portal failed (500); running again will find out"
    );
    assert_eq!(fake.calls(), 1);
}

#[tokio::test]
async fn a_portal_that_only_fails_is_not_read_for_ever() {
    let fake = shared(faulty("portal", |_, _| {
        Some(Fault::Before(Kind::Failed(500)))
    }));
    let plan = one_unit(200);
    let frugal = Settings {
        read_back_budget: 10,
        ..settings(&plan, 4)
    };
    let (stop, diary) = (Stop::new(), Diary::default());
    let report = execute(&plan, &portals(&[&fake]), &frugal, &stop, &diary).await;
    assert_eq!(report.actions_done(), 0);
    assert_eq!(fake.state.lock().unwrap().reads, 10);
    assert!(fake.calls() <= 200 + 10);
    insta::assert_snapshot!(
        message(&report, at(0, 398)),
        @"portal `portal`, organisation `north`, PUT /accounts: the portal failed (500); whether it was done is not known, because too many answers of this organisation were unclear; running again will find out"
    );
}

#[tokio::test]
async fn successes_win_the_budget_back() {
    let every_other = |number: usize, _: &Write| {
        number
            .is_multiple_of(2)
            .then_some(Fault::Before(Kind::ConnectionLost))
    };
    let fake = shared(faulty("portal", every_other));
    let plan = one_unit(100);
    let frugal = Settings {
        read_back_budget: 1,
        ..settings(&plan, 1)
    };
    let (stop, diary) = (Stop::new(), Diary::default());
    let report = execute(&plan, &portals(&[&fake]), &frugal, &stop, &diary).await;
    assert_eq!(report.actions_left(), 0);
}

#[tokio::test]
async fn a_conflicting_creation_is_done_only_if_the_account_is_as_planned() {
    let fake = shared(Fake::new("portal"));
    fake.seed("north", "same", &[], false);
    fake.seed("north", "other", &[], false);
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    let same = save(&mut plan, north, create("same"), &[]);
    let next = save(
        &mut plan,
        north,
        grant(newcomer("same"), "returns", true),
        &[same],
    );
    let mut named_otherwise = create("other");
    for account in named_otherwise.accounts_mut() {
        account.name = "Somebody Else".into();
    }
    let other = save(&mut plan, north, named_otherwise, &[]);

    let report = run(&plan, &fake, 1).await;

    assert_eq!(*outcome(&report, same), Outcome::FoundDone);
    assert_eq!(*outcome(&report, next), Outcome::Done);
    insta::assert_snapshot!(
        message(&report, other),
        @"portal `portal`, organisation `north`, PUT /accounts: it conflicts with what is live (409); an account with that login id is there, but not as planned"
    );
    assert_eq!((fake.calls(), fake.accounts("north").len()), (3, 2));
}

#[tokio::test]
async fn a_revocation_whose_repeat_finds_nothing_is_found_done() {
    // The client below repeated the call itself: the second answer is 404.
    let fake = shared(faulty("portal", |_, _| Some(Fault::After(Kind::NotFound))));
    fake.seed("north", "a", &["returns"], false);
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    let taken = save(&mut plan, north, grant(seeded("a"), "returns", false), &[]);
    let nowhere = save(&mut plan, north, rename("nobody", "Nobody"), &[]);
    let report = run(&plan, &fake, 1).await;
    assert_eq!(*outcome(&report, taken), Outcome::FoundDone);
    insta::assert_snapshot!(
        message(&report, nowhere),
        @"portal `portal`, organisation `north`, PUT /accounts: the portal does not know it (404)"
    );
    assert_eq!(fake.calls(), 2);
}

fn two_portals(number: usize) -> Plan {
    let mut plan = empty_plan();
    for portal in ["dying", "living"] {
        let unit = unit(&mut plan, "north", portal);
        newcomers(&mut plan, unit, number);
    }
    plan
}

#[tokio::test]
async fn a_lost_portal_gets_no_more_calls_and_the_others_go_on() {
    let gone = |number: usize, _: &Write| {
        (number >= 20).then(|| Fault::Before(Kind::Unreachable("connection refused".into())))
    };
    let dying = shared(Fake {
        read_faults: Box::new(|_| Some(Kind::Unreachable("connection refused".into()))),
        ..faulty("dying", gone)
    });
    let living = shared(Fake::new("living"));
    let plan = two_portals(100);
    let (settings, stop, diary) = (settings(&plan, 4), Stop::new(), Diary::default());
    let portals = portals(&[&dying, &living]);
    let report = execute(&plan, &portals, &settings, &stop, &diary).await;
    diary.assert_complete(&plan);
    assert_eq!(living.accounts("north").len(), 100);
    assert_eq!(report.actions_done(), 20 + 200);
    assert!(dying.calls() <= 20 + 4, "{} calls", dying.calls());
    assert_eq!(dying.state.lock().unwrap().reads, 1);
    insta::assert_snapshot!(
        message(&report, at(0, 198)),
        @"portal `dying`, organisation `north`: not tried, because the portal was lost: the portal cannot be reached (connection refused)"
    );
    let all_unreachable = report.saves.iter().all(|(_, _, outcome)| match outcome {
        Outcome::Failed(failure) => failure.unreachable,
        _ => true,
    });
    assert!(all_unreachable);
}

#[tokio::test]
async fn a_token_that_has_expired_ends_that_portals_calls() {
    let fake = shared(Fake {
        read_faults: Box::new(|_| Some(Kind::Unauthorised)),
        ..faulty("portal", |_, _| Some(Fault::Before(Kind::Unauthorised)))
    });
    let report = run(&one_unit(50), &fake, 1).await;
    assert_eq!((fake.calls(), report.actions_done()), (1, 0));
    insta::assert_snapshot!(
        message(&report, at(0, 0)),
        @"portal `portal`, organisation `north`, PUT /accounts: the portal does not accept the token (401); is it right, and still valid?"
    );
}

#[tokio::test]
async fn one_refused_connection_does_not_lose_a_portal_that_can_be_read() {
    let fake = shared(faulty("portal", |number, _| {
        (number == 3).then(|| Fault::Before(Kind::Unreachable("connection refused".into())))
    }));
    let plan = one_unit(10);
    let report = run(&plan, &fake, 1).await;
    assert_eq!((report.actions_left(), fake.calls()), (0, 21));
}

#[tokio::test]
async fn an_organisation_that_the_token_does_not_open_fails_alone() {
    let fake: Arc<Fake> = shared(faulty("portal", |_, write| {
        let closed = write.accounts()[0].name.starts_with("closed");
        closed.then_some(Fault::Before(Kind::Forbidden(Some("not-yours".into()))))
    }));
    let mut plan = empty_plan();
    let closed = unit(&mut plan, "closed", "portal");
    for number in 0..5 {
        save(&mut plan, closed, create(&format!("closed-{number}")), &[]);
    }
    let open = unit(&mut plan, "open", "portal");
    newcomers(&mut plan, open, 5);
    let report = run(&plan, &fake, 2).await;
    assert_eq!((report.actions_done(), report.actions_left()), (10, 5));
    assert_eq!(fake.accounts("open").len(), 5);
}
