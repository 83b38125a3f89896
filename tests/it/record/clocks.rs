//! Machines whose clock is wrong: the place of records has a clock too, and nothing goes because one
//! machine says that it is late.

use std::sync::Arc;

use beadle::model::undo::{UndoDocument, UndoUnit};
use beadle::record::lock::Scope;
use beadle::record::{Clock, Memory, Store, undo};

use super::rig::Hand;
use super::written::{Log, ends, sound};

const DAY: i64 = 86_400;

/// A place with the right time, and who writes there: one by the same clock, one by another.
fn machines() -> (Arc<Hand>, Memory, Log, Log) {
    let (right, wrong) = (Hand::new(), Hand::new());
    let memory = Memory::new(Arc::clone(&right) as Arc<dyn Clock>);
    let good = Log::at(&right, Arc::new(memory.clone()));
    let bad = Log::at(&wrong, Arc::new(memory.clone()));
    (right, memory, good, bad)
}

#[tokio::test]
async fn a_clock_that_is_ahead_takes_no_run_out() {
    let (right, memory, good, bad) = machines();
    for name in ["1", "2", "3"] {
        good.run(Scope::Project, name, 2).await;
        right.pass(DAY);
    }
    bad.hand.pass(4 * 365 * DAY);
    for name in ["4", "5"] {
        let run = bad.begin(Scope::Project, name, Some(1100)).await;
        assert_eq!(run.begun.forgotten, Vec::<String>::new());
        run.end().await;
    }
    sound(&memory).await;
    // What is old by every clock goes.
    right.pass(1200 * DAY);
    good.run(Scope::Project, "6", 1).await;
    let run = good.begin(Scope::Project, "7", Some(1100)).await;
    assert_eq!(run.begun.forgotten.len(), 3, "{:?}", run.begun.forgotten);
    run.end().await;
    sound(&memory).await;
}

#[tokio::test]
async fn a_run_of_a_clock_that_is_behind_is_not_old() {
    let (right, memory, good, bad) = machines();
    right.pass(4 * 365 * DAY);
    bad.run(Scope::Project, "1", 2).await;
    let run = good.begin(Scope::Project, "2", Some(1100)).await;
    assert_eq!(run.begun.forgotten, Vec::<String>::new());
    run.end().await;
    sound(&memory).await;
}

/// A place on one machine has no clock but that machine's.
#[tokio::test]
async fn a_place_whose_only_clock_is_ahead_keeps_what_no_other_run_calls_old() {
    let (log, memory) = Log::in_memory();
    for name in ["1", "2", "3"] {
        log.run(Scope::Project, name, 2).await;
        log.hand.pass(DAY);
    }
    log.hand.pass(4 * 365 * DAY);
    let run = log.begin(Scope::Project, "4", Some(1100)).await;
    assert_eq!(run.begun.forgotten, Vec::<String>::new());
    run.end().await;
    assert_eq!(ends(&memory).await.len(), 4);
    sound(&memory).await;
}

#[tokio::test]
async fn an_undo_file_goes_when_the_place_says_that_it_is_late_as_well() {
    let (right, memory, good, _) = machines();
    let unit = UndoUnit {
        organisation: "north".into(),
        portal: "students".into(),
        portal_organisation: "10009999".into(),
        driver: "ofs".to_owned(),
        url: None,
        accounts: Vec::new(),
    };
    let day = "2026-11-22".parse().unwrap();
    let document = UndoDocument::new("ab".repeat(16), None, day, "00".to_owned(), vec![unit]);
    undo::leave(&memory, &document, right.now()).await.unwrap();
    let late = "2027-02-01".parse().unwrap();
    good.run(Scope::Project, "1", 1).await;
    assert_eq!(undo::forget_expired(&memory, late).await.unwrap(), 0);
    right.pass(7 * DAY);
    good.run(Scope::Project, "2", 1).await;
    let still = "2026-11-29".parse().unwrap();
    assert_eq!(undo::forget_expired(&memory, still).await.unwrap(), 0);
    assert_eq!(undo::forget_expired(&memory, late).await.unwrap(), 1);
    assert!(memory.list("undo/").await.unwrap().is_empty());
}
