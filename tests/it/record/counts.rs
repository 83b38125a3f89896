//! What the last applies counted: kept, put together, and told apart from what is no count.

use std::collections::BTreeMap;
use std::sync::Arc;

use beadle::model::call_keys::CallKeys;
use beadle::model::listing_count::{Counted, ListingCount};
use beadle::record::counts::{Counts, Whose};
use beadle::record::{Clock, Folder, Memory, Store};
use jiff::{SignedDuration, Timestamp};

use super::rig::Hand;
use crate::support::{University, err};

fn whose(organisation: &str) -> Whose {
    (organisation.into(), "portal".into())
}

fn seen(all: &[(&str, u64)]) -> BTreeMap<Whose, Counted> {
    let counted = |accounts| Counted {
        portal_organisation: "8502001".into(),
        count: ListingCount {
            accounts,
            areas: 3,
            pages: 2,
        },
        leaving: 1,
    };
    let all = all.iter();
    all.map(|(name, accounts)| (whose(name), counted(*accounts)))
        .collect()
}

fn at(seconds: i64) -> Timestamp {
    let begin: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
    begin + SignedDuration::from_secs(seconds)
}

async fn files(store: &dyn Store) -> usize {
    store.list("counts/").await.unwrap().len()
}

fn accounts(counts: &Counts) -> Vec<(String, u64)> {
    let known = counts.known.iter();
    known
        .map(|((name, _), known)| (name.to_string(), known.counted.count.accounts))
        .collect()
}

async fn what_is_kept_is_read_again(store: Arc<dyn Store>) {
    let (store, none) = (store.as_ref(), BTreeMap::new());
    let mut first = Counts::read(store).await.unwrap();
    assert!(first.known.is_empty());
    let both = seen(&[("oakfield", 40), ("elmwood", 12)]);
    first
        .keep(store, "one", (&both, &none), at(0), |_| true)
        .await
        .unwrap();
    let mut next = Counts::read(store).await.unwrap();
    assert_eq!(next.known, first.known);
    assert_eq!(
        next.known[&whose("oakfield")].counted,
        both[&whose("oakfield")]
    );
    assert_eq!(next.known[&whose("oakfield")].time, at(0));

    // The same again is not written again; what is new takes the place of what was there.
    next.keep(store, "two", (&both, &none), at(9), |_| true)
        .await
        .unwrap();
    assert_eq!(
        Counts::read(store).await.unwrap().known[&whose("elmwood")].time,
        at(0)
    );
    let half_a_day = 12 * 3600;
    next.keep(store, "two", (&both, &none), at(half_a_day), |_| true)
        .await
        .unwrap();
    let read = Counts::read(store).await.unwrap();
    assert_eq!(read.known[&whose("elmwood")].time, at(half_a_day));
    let one = seen(&[("oakfield", 41)]);
    next.keep(store, "two", (&one, &none), at(half_a_day + 1), |_| true)
        .await
        .unwrap();
    next.keep(
        store,
        "two",
        (&seen(&[("oakfield", 42)]), &none),
        at(half_a_day + 2),
        |_| true,
    )
    .await
    .unwrap();
    assert_eq!(files(store).await, 1);
    let read = Counts::read(store).await.unwrap();
    assert_eq!(
        accounts(&read),
        [("elmwood".to_owned(), 12), ("oakfield".to_owned(), 42)]
    );

    // An organisation that the project has no more is forgotten.
    let mut last = read;
    last.keep(
        store,
        "three",
        (&BTreeMap::new(), &none),
        at(half_a_day + 3),
        |(name, _)| name.as_str() != "elmwood",
    )
    .await
    .unwrap();
    let read = Counts::read(store).await.unwrap();
    assert_eq!(accounts(&read), [("oakfield".to_owned(), 42)]);
}

#[tokio::test]
async fn in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    what_is_kept_is_read_again(Arc::new(Folder::new(folder.path().join("records")))).await;
}

#[tokio::test]
async fn where_nothing_can_be_changed() {
    let clock: Arc<dyn Clock> = Hand::new();
    what_is_kept_is_read_again(Arc::new(Memory::new(clock))).await;
}

/// Parts of one project, applied side by side: each knows of the other afterwards.
#[tokio::test]
async fn what_two_runs_kept_at_the_same_moment_is_both_there() {
    let clock: Arc<dyn Clock> = Hand::new();
    let (store, none) = (Memory::new(clock), BTreeMap::new());
    let mut before = Counts::default();
    let all = seen(&[("oakfield", 40), ("elmwood", 12)]);
    before
        .keep(&store, "zero", (&all, &none), at(0), |_| true)
        .await
        .unwrap();
    let mut one = Counts::read(&store).await.unwrap();
    let mut other = Counts::read(&store).await.unwrap();
    one.keep(
        &store,
        "one",
        (&seen(&[("oakfield", 41)]), &none),
        at(1),
        |_| true,
    )
    .await
    .unwrap();
    other
        .keep(
            &store,
            "other",
            (&seen(&[("elmwood", 13)]), &none),
            at(2),
            |_| true,
        )
        .await
        .unwrap();
    let read = Counts::read(&store).await.unwrap();
    assert_eq!(
        accounts(&read),
        [("elmwood".to_owned(), 13), ("oakfield".to_owned(), 41)]
    );
    assert_eq!(files(&store).await, 2);
    let mut last = read;
    last.keep(
        &store,
        "last",
        (&seen(&[("oakfield", 43)]), &none),
        at(3),
        |_| true,
    )
    .await
    .unwrap();
    assert_eq!(files(&store).await, 1);
}

/// What may have to be recognised by a portal stays, whatever is counted, until a run says otherwise.
#[tokio::test]
async fn keys_stay_until_they_change() {
    let clock: Arc<dyn Clock> = Hand::new();
    let (store, none) = (Memory::new(clock), BTreeMap::new());
    let all = seen(&[("oakfield", 40), ("elmwood", 12)]);
    let keys = CallKeys {
        since: Some("one".to_owned()),
        again: BTreeMap::from([("save".to_owned(), "key".to_owned())]),
        day: Some("2026-11-22".parse().unwrap()),
    };
    let changed = BTreeMap::from([(whose("oakfield"), keys.clone())]);
    let expected = BTreeMap::from([
        (whose("elmwood"), CallKeys::default()),
        (whose("oakfield"), keys),
    ]);
    let mut last = Counts::default();
    for (keys, time) in [(&changed, 0), (&none, 1), (&none, 24 * 3600)] {
        last.keep(&store, "one", (&all, keys), at(time), |_| true)
            .await
            .unwrap();
        last = Counts::read(&store).await.unwrap();
        assert_eq!(last.keys(), expected, "{time}");
    }
    // Nothing else was different, and it is written all the same.
    let settled = CallKeys {
        since: Some("two".to_owned()),
        ..CallKeys::default()
    };
    let changed = BTreeMap::from([(whose("oakfield"), settled.clone())]);
    last.keep(&store, "two", (&all, &changed), at(24 * 3600), |_| true)
        .await
        .unwrap();
    let read = Counts::read(&store).await.unwrap();
    assert_eq!(read.keys()[&whose("oakfield")], settled);
}

#[tokio::test]
async fn a_file_that_is_none_of_ours_is_an_error_and_not_nothing() {
    let clock: Arc<dyn Clock> = Hand::new();
    for text in [
        "",
        "{}",
        "null",
        r#"{"format":2,"listings":[]}"#,
        r#"{"format":1}"#,
    ] {
        let store = Memory::new(Arc::clone(&clock));
        store
            .create("counts/a-1.json", text.as_bytes())
            .await
            .unwrap();
        let error = Counts::read(&store).await.unwrap_err().to_string();
        assert!(error.contains("`counts/a-1.json`"), "{error}");
    }
}

#[test]
fn counts_that_are_gone_while_the_log_knows_of_an_apply_are_missed_aloud() {
    let university = University::start();
    let said = |command: &str, arguments: &[&str]| {
        let output = university.run(command, arguments);
        assert!(output.status.success(), "{}", err(&output));
        err(&output).contains("the audit log knows of an earlier apply")
    };
    assert!(!said("plan", &[]));
    assert!(!said("apply", &["--yes"]));
    assert!(!said("plan", &[]));
    let counts = university.folder.path().join(".beadle/counts");
    std::fs::remove_dir_all(counts).unwrap();
    assert!(said("plan", &[]));
    assert!(said("apply", &["--yes"]));
    assert!(!said("apply", &["--yes"]), "they are there again");
}
