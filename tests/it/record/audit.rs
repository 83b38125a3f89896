//! The log by itself: segments that fan out and join, tampering, crashes, forgetting, retention.

use std::sync::Arc;

use beadle::record::audit::{End, Names, People, Person, parse_line, segments, verify};
use beadle::record::lock::Scope;
use beadle::record::{Folder, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::rig::Hand;
use super::written::{Log, call, runtime, shard, sound};

/// A whole run, three shards side by side, and a whole run again.
async fn history(log: &Log) {
    log.run(Scope::Project, "1", 3).await;
    let mut side_by_side = Vec::new();
    for number in 1..=3 {
        let apply = log.begin(shard(number), &format!("2{number}"), None).await;
        apply.calls(1, 2).await;
        side_by_side.push(apply);
    }
    for apply in side_by_side {
        apply.calls(3, 4).await;
        apply.end().await;
    }
    log.run(shard(2), "3", 2).await;
    log.run(Scope::Project, "4", 2).await;
}

#[tokio::test]
async fn runs_side_by_side_fan_out_and_the_next_joins_them() {
    let (log, memory) = Log::in_memory();
    history(&log).await;
    let found = sound(&memory).await;
    assert_eq!((found.segments, found.unknown), (6, 0));
    assert_eq!(found.notes, Vec::<String>::new());
    assert_eq!(found.heads.len(), 1, "one end: {:?}", found.heads);
    let head = &found.heads[0];
    assert!(head.segment.ends_with('4'));
    let expected = verify(&memory, Some(&head.digest)).await.unwrap();
    assert_eq!(expected.faults, []);
    let other = verify(&memory, Some("00")).await.unwrap();
    assert_eq!(other.faults.len(), 1);
}

/// One way to tamper with one object.
#[derive(Clone, Debug)]
enum Tampering {
    Edit { at: prop::sample::Index, to: u8 },
    DeleteLine(prop::sample::Index),
    SwapLines(prop::sample::Index, prop::sample::Index),
    RepeatLine(prop::sample::Index),
    Truncate(prop::sample::Index),
    DeleteObject,
    SwapObjects(prop::sample::Index),
    Append(Vec<u8>),
}

fn tampering() -> impl Strategy<Value = Tampering> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        4 => (index(), any::<u8>()).prop_map(|(at, to)| Tampering::Edit { at, to }),
        1 => index().prop_map(Tampering::DeleteLine),
        1 => (index(), index()).prop_map(|(one, other)| Tampering::SwapLines(one, other)),
        1 => index().prop_map(Tampering::RepeatLine),
        2 => index().prop_map(Tampering::Truncate),
        1 => Just(Tampering::DeleteObject),
        1 => index().prop_map(Tampering::SwapObjects),
        1 => prop::collection::vec(any::<u8>(), 1..40).prop_map(Tampering::Append),
    ]
}

/// The objects after tampering; none where that changes nothing.
fn tampered(
    objects: &[(String, Vec<u8>)],
    which: usize,
    how: &Tampering,
) -> Option<Vec<(usize, Option<Vec<u8>>)>> {
    let before = objects[which].1.clone();
    let mut lines: Vec<Vec<u8>> = before
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let after = match how {
        Tampering::Edit { at, to } => {
            let mut bytes = before.clone();
            let at = at.index(bytes.len());
            bytes[at] = *to;
            bytes
        }
        Tampering::DeleteLine(at) => {
            lines.remove(at.index(lines.len()));
            lines.concat()
        }
        Tampering::SwapLines(one, other) => {
            let length = lines.len();
            lines.swap(one.index(length), other.index(length));
            lines.concat()
        }
        Tampering::RepeatLine(at) => {
            let at = at.index(lines.len());
            let line = lines[at].clone();
            lines.insert(at, line);
            lines.concat()
        }
        Tampering::Truncate(at) => before[..at.index(before.len())].to_vec(),
        Tampering::Append(bytes) => [before.clone(), bytes.clone()].concat(),
        Tampering::DeleteObject => return Some(vec![(which, None)]),
        Tampering::SwapObjects(other) => {
            let other = other.index(objects.len());
            let swapped = vec![
                (which, Some(objects[other].1.clone())),
                (other, Some(before.clone())),
            ];
            return (objects[other].1 != before).then_some(swapped);
        }
    };
    (after != before).then(|| vec![(which, Some(after))])
}

#[test]
fn every_edit_delete_swap_and_truncation_is_found() {
    let runtime = runtime();
    let (log, memory) = Log::in_memory();
    runtime.block_on(history(&log));
    let objects: Vec<(String, Vec<u8>)> = runtime.block_on(async {
        let mut objects = Vec::new();
        for entry in memory.list("audit/").await.unwrap() {
            let bytes = memory.read(&entry.key).await.unwrap().unwrap();
            objects.push((entry.key, bytes));
        }
        objects
    });
    let mut runner = TestRunner::new(Config {
        cases: 5_000,
        failure_persistence: None,
        ..Config::default()
    });
    let cases = (any::<prop::sample::Index>(), tampering());
    runner
        .run(&cases, |(which, how)| {
            let which = which.index(objects.len());
            let Some(changed) = tampered(&objects, which, &how) else {
                return Ok(());
            };
            for (index, bytes) in &changed {
                memory.tamper(&objects[*index].0, bytes.clone());
            }
            let found = runtime.block_on(verify(&memory, None)).unwrap();
            for (index, _) in &changed {
                let (key, bytes) = &objects[*index];
                memory.tamper(key, Some(bytes.clone()));
            }
            prop_assert!(
                !found.faults.is_empty(),
                "not found in {}",
                objects[which].0
            );
            Ok(())
        })
        .unwrap();
    runtime.block_on(sound(&memory));
}

#[tokio::test]
async fn the_end_of_the_log_is_missed_when_the_last_run_is_gone() {
    let (log, memory) = Log::in_memory();
    history(&log).await;
    let digest = sound(&memory).await.heads[0].digest.clone();
    let last = segments(&memory).await.unwrap().pop().unwrap();
    for part in last.parts.values() {
        memory.tamper(part, None);
    }
    let by_lock = verify(&memory, None).await.unwrap();
    assert!(by_lock.faults[0].message.contains("the run lock `project`"));
    // Whoever makes the lock's chain forget it as well needs the digest that was printed.
    for entry in memory.list("lock/").await.unwrap() {
        let bytes = memory.read(&entry.key).await.unwrap().unwrap();
        let mut turn: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        turn["head"].take();
        memory.tamper(&entry.key, Some(turn.to_string().into_bytes()));
    }
    assert_eq!(verify(&memory, None).await.unwrap().faults, []);
    let expected = verify(&memory, Some(&digest)).await.unwrap();
    assert_eq!(expected.faults.len(), 1, "{:?}", expected.faults);
}

#[tokio::test]
async fn what_is_gone_from_the_end_is_still_missed_after_further_runs() {
    for whole in [true, false] {
        let (log, memory) = Log::in_memory();
        history(&log).await;
        let last = segments(&memory).await.unwrap().pop().unwrap();
        let part = last.parts.values().next_back().unwrap();
        if whole {
            for part in last.parts.values() {
                memory.tamper(part, None);
            }
        } else {
            memory.tamper(part, None);
        }
        let apply = log.begin(Scope::Project, "8", None).await;
        assert_eq!(apply.begun.missed, std::slice::from_ref(&last.name));
        apply.end().await;
        log.run(Scope::Project, "9", 1).await;
        let faults = verify(&memory, None).await.unwrap().faults;
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].place, last.name, "{faults:?}");
    }
}

#[tokio::test]
async fn half_a_line_is_set_aside_and_the_log_goes_on() {
    let outside = tempfile::tempdir().unwrap();
    let hand = Hand::new();
    let folder = outside.path().join("records");
    let log = Log::at(&hand, Arc::new(Folder::new(&folder)));
    let apply = log.begin(Scope::Project, "1", None).await;
    apply.calls(1, 2).await;
    apply.begun.journal.record(call(3)).await.unwrap();
    let segment = apply.begun.segment.clone();
    let part = format!("audit/{segment}/000001.jsonl");
    // Killed while it wrote: its lock stays, and ends by itself.
    drop(apply);
    log.store
        .append(&part, b"{\"format\":1,\"sequ")
        .await
        .unwrap();
    let found = sound(log.store.as_ref()).await;
    assert_eq!(found.unknown, 1);
    assert!(
        found
            .notes
            .iter()
            .any(|note| note.contains("cut short by a crash"))
    );

    super::rig::age(&folder, 70);
    let apply = log.begin(Scope::Project, "2", None).await;
    assert_eq!(apply.begun.repaired, std::slice::from_ref(&part));
    apply.calls(1, 1).await;
    apply.end().await;
    let found = sound(log.store.as_ref()).await;
    assert!(found.notes.iter().any(|note| note.contains("set aside")));
    let torn = format!("audit/{segment}/000001.torn");
    let kept = log.store.read(&torn).await.unwrap().unwrap();
    assert_eq!(kept, b"{\"format\":1,\"sequ", "nothing is lost");
    let whole = log.store.read(&part).await.unwrap().unwrap();
    assert!(whole.ends_with(b"\n"));

    // From now on the second run knows its end: cut again, it is found.
    log.store.cut(&part, whole.len() as u64 - 10).await.unwrap();
    let found = verify(log.store.as_ref(), None).await.unwrap();
    assert!(!found.faults.is_empty());
}

#[tokio::test]
async fn old_runs_are_taken_away_and_the_rest_verifies() {
    let (log, memory) = Log::in_memory();
    log.run(Scope::Project, "1", 3).await;
    let note = |segment: &str| person("anna@north.example", segment);
    let first = segments(&memory).await.unwrap()[0].name.clone();
    People::note(&memory, &first, &[note("1")]).await.unwrap();
    log.hand.pass(80 * 86_400);
    log.run(Scope::Project, "2", 3).await;
    log.hand.pass(20 * 86_400);
    let apply = log.begin(Scope::Project, "3", Some(90)).await;
    assert_eq!(apply.begun.forgotten.len(), 1);
    apply.end().await;
    log.run(Scope::Project, "4", 3).await;
    let found = sound(&memory).await;
    assert_eq!(found.segments, 3);
    let kept = segments(&memory).await.unwrap()[0].name.clone();
    let said = format!(
        "runs up to `{first}` were old and were taken out, as `{}` says",
        {
            let all = segments(&memory).await.unwrap();
            all[1].name.clone()
        }
    );
    assert!(found.notes[0].starts_with(&said), "{:?}", found.notes);
    assert!(
        found.notes[0].contains(&format!("from `{kept}` on")),
        "{:?}",
        found.notes
    );
    assert_eq!(People::read(&memory).await.unwrap().all().count(), 0);
    // What is still there and was not named as forgotten must not go.
    let second = segments(&memory).await.unwrap()[0].clone();
    for part in second.parts.values() {
        memory.tamper(part, None);
    }
    assert!(!verify(&memory, None).await.unwrap().faults.is_empty());
}

fn person(key: &str, pseudonym: &str) -> Person {
    Person {
        pseudonym: format!("person-{pseudonym}"),
        key: key.to_owned(),
        login: key.to_owned(),
        name: "Anna Example".to_owned(),
    }
}

#[tokio::test]
async fn a_person_is_forgotten_and_the_log_still_verifies() {
    let (log, memory) = Log::in_memory();
    history(&log).await;
    let first = People::key(&memory, "11").await.unwrap();
    assert_eq!(People::key(&memory, "22").await.unwrap(), first);
    let (anna, bert) = ("anna@north.example", "bert@north.example");
    let notes = [person(anna, "a"), person(bert, "b")];
    People::note(&memory, "00000001-1", &notes).await.unwrap();
    People::note(&memory, "00000002-2", &notes[..1])
        .await
        .unwrap();

    assert_eq!(
        People::forget(&memory, &Names::new("nobody"), "33")
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        People::forget(&memory, &Names::new("ANNA@north.example"), "33")
            .await
            .unwrap(),
        2
    );
    let people = People::read(&memory).await.unwrap();
    assert!(people.pseudonyms(anna).is_empty());
    assert_eq!(people.pseudonyms(bert), ["person-b"]);
    assert_eq!(
        People::key(&memory, "44").await.unwrap(),
        "33",
        "the old key is gone"
    );
    for entry in memory.list("").await.unwrap() {
        let bytes = memory.read(&entry.key).await.unwrap().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains(anna), "{}: {text}", entry.key);
    }
    sound(&memory).await;
}

#[tokio::test]
async fn after_a_failed_write_nothing_is_recorded_and_everybody_is_told() {
    let (log, memory) = Log::in_memory();
    let apply = log.begin(Scope::Project, "1", None).await;
    apply.calls(1, 1).await;
    // Somebody else writes the next parts.
    for part in 2..40 {
        let key = format!("audit/{}/{part:06}.jsonl", apply.begun.segment);
        let _ = memory.create(&key, b"mine\n").await;
    }
    let told = apply.begun.journal.record(call(2)).await.unwrap_err();
    assert!(told.contains("written by somebody else"), "{told}");
    let again = apply.begun.journal.record(call(3)).await.unwrap_err();
    assert_eq!(again, told);
    assert!(apply.begun.end(End::default()).await.is_err());
}

#[tokio::test]
async fn a_log_that_is_taken_away_while_its_run_goes_on_ends_that_run() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("records");
    let log = Log::at(&Hand::new(), Arc::new(Folder::new(&folder)));
    let apply = log.begin(Scope::Project, "1", None).await;
    apply.calls(1, 1).await;
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(apply.begun.journal.record(call(2)).await.is_err());
    assert!(apply.begun.end(End::default()).await.is_err());
    // No second half that nobody could go on from.
    log.run(Scope::Project, "2", 1).await;
    sound(log.store.as_ref()).await;
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(parse_line(&bytes).is_err());
    }
}
