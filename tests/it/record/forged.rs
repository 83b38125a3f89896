//! A log that somebody has written in, and that is sound line by line: what gives it away is that
//! neither the run lock nor a run that it knows of bears it out.

use std::sync::Arc;

use beadle::record::audit::{
    End, Entry, Line, Pin, SealedLine, Start, lines, parse_line, segments, verify,
};
use beadle::record::lock::Scope;
use beadle::record::{Memory, Store};

use super::written::{Appending, Log, call, ends, outcome, sealed, sound, start};

/// A whole run that nobody made, after all others, which says that it took these out.
async fn forge(memory: &Memory, after: Vec<Pin>, forgotten: Vec<Pin>) {
    let all = segments(memory).await.unwrap();
    let number = all.last().unwrap().number;
    let run = "ab".repeat(16);
    let line = |sequence: u64, entry: Entry, previous: Option<String>| Line {
        format: 1,
        sequence,
        time: "2026-11-22T09:00:00Z".parse().unwrap(),
        run: run.clone(),
        entry,
        previous,
    };
    let start = Start {
        after,
        settled: number,
        forgotten,
        ..start(Scope::Project)
    };
    let (first, digest) = sealed(&line(1, Entry::Start(start), None));
    let (last, _) = sealed(&line(2, Entry::End(End::default()), Some(digest)));
    let key = format!("audit/{:08}-{run}/000001.jsonl", number + 1);
    memory.tamper(&key, Some([first, last].concat().into_bytes()));
}

async fn take_out(memory: &Memory, segment: &str) {
    for entry in memory.list(&format!("audit/{segment}/")).await.unwrap() {
        memory.tamper(&entry.key, None);
    }
}

/// Which places are at fault.
async fn faults(memory: &Memory, expected: Option<&str>) -> Vec<String> {
    let found = verify(memory, expected).await.unwrap();
    found.faults.into_iter().map(|one| one.place).collect()
}

#[tokio::test]
async fn a_run_that_nobody_knows_of_takes_no_other_out() {
    for which in 0..3 {
        let (log, memory) = Log::in_memory();
        for name in ["1", "2", "3"] {
            log.run(Scope::Project, name, 2).await;
        }
        let (mut kept, printed) = (ends(&memory).await, ends(&memory).await[2].digest.clone());
        let gone = kept.remove(which);
        take_out(&memory, &gone.segment).await;
        forge(&memory, kept, vec![gone.clone()]).await;
        for expected in [None, Some(printed.as_str()), Some(gone.digest.as_str())] {
            let faults = faults(&memory, expected).await;
            assert!(faults.contains(&gone.segment), "{which}: {faults:?}");
        }
        // The next run pins what is there, and what is said to have been taken out.
        let next = log.begin(Scope::Project, "9", None).await;
        assert_eq!(next.begun.missed, std::slice::from_ref(&gone.segment));
        next.end().await;
        log.run(Scope::Project, "a", 1).await;
        let faults = faults(&memory, None).await;
        assert!(faults.contains(&gone.segment), "{which}: {faults:?}");
    }
}

#[tokio::test]
async fn no_run_is_taken_out_from_the_middle() {
    let (log, memory) = Log::in_memory();
    for name in ["1", "2", "3"] {
        log.run(Scope::Project, name, 2).await;
    }
    let mut kept = ends(&memory).await;
    let gone = kept.remove(1);
    take_out(&memory, &gone.segment).await;
    forge(&memory, kept, vec![gone.clone()]).await;
    // Whoever can write to the run lock as well makes it know of the run.
    let pins = ends(&memory).await;
    let forged = pins.last().unwrap();
    for entry in memory.list("lock/").await.unwrap() {
        let bytes = memory.read(&entry.key).await.unwrap().unwrap();
        let mut turn: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        turn["head"] = serde_json::json!({
            "segment": forged.segment, "records": forged.records, "digest": forged.digest,
        });
        memory.tamper(&entry.key, Some(turn.to_string().into_bytes()));
    }
    assert_eq!(faults(&memory, None).await, [gone.segment]);
}

#[tokio::test]
async fn retention_is_borne_out_by_the_run_lock_also_where_its_run_was_killed() {
    let (log, memory) = Log::in_memory();
    log.run(Scope::Project, "1", 2).await;
    log.run(Scope::Project, "2", 2).await;
    let pins = ends(&memory).await;
    log.hand.pass(20 * 86_400);
    log.run(Scope::Project, "3", 2).await;
    let pruning = log.begin(Scope::Project, "4", Some(10)).await;
    assert_eq!(pruning.begun.forgotten.len(), 2);
    pruning.begun.journal.record(call(1)).await.unwrap();
    // Before the lock carries a line of it.
    drop(pruning);
    sound(&memory).await;
    log.hand.pass(70);
    log.run(Scope::Project, "5", 2).await;
    sound(&memory).await;
    // The end of a run that was taken out is not there, and that is said.
    let found = verify(&memory, Some(&pins[1].digest)).await.unwrap();
    assert_eq!(found.faults, []);
    let said = |note: &&String| note.contains("the line that is expected was taken out");
    assert_eq!(
        found.notes.iter().filter(said).count(),
        1,
        "{:?}",
        found.notes
    );
}

#[tokio::test]
async fn what_is_written_into_a_run_that_was_over_is_a_fault() {
    for ended in [true, false] {
        let (log, memory) = Log::in_memory();
        let killed = log.begin(Scope::Project, "1", None).await;
        killed.calls(1, 2).await;
        killed.begun.journal.record(call(3)).await.unwrap();
        let segment = killed.begun.segment.clone();
        drop(killed);
        log.hand.pass(70);
        log.run(Scope::Project, "2", 1).await;
        sound(&memory).await;
        let first = segments(&memory).await.unwrap().remove(0);
        let (all, _) = lines(&memory, &first).await.unwrap();
        let SealedLine { line, digest } = all.into_iter().next_back().unwrap().unwrap();
        let more = Line {
            sequence: line.sequence + 1,
            entry: if ended { outcome(3) } else { call(99) },
            previous: Some(digest),
            ..line
        };
        let (text, _) = sealed(&more);
        assert!(parse_line(text.trim_end().as_bytes()).is_ok());
        let part = first.parts.len() + 1;
        let key = format!("audit/{segment}/{part:06}.jsonl");
        memory.tamper(&key, Some(text.into_bytes()));
        assert_eq!(faults(&memory, None).await, [segment]);
    }
}

#[tokio::test]
async fn runs_without_any_run_lock_are_a_fault() {
    let (log, memory) = Log::in_memory();
    log.run(Scope::Project, "1", 2).await;
    let pins = ends(&memory).await;
    log.run(Scope::Project, "2", 2).await;
    for entry in memory.list("lock/").await.unwrap() {
        memory.tamper(&entry.key, None);
    }
    let gone = ends(&memory).await[1].segment.clone();
    take_out(&memory, &gone).await;
    assert_eq!(ends(&memory).await, pins);
    assert_eq!(faults(&memory, None).await, ["lock/"]);
}

#[tokio::test]
async fn names_that_cannot_be_read_are_said() {
    let (log, memory) = Log::in_memory();
    log.run(Scope::Project, "1", 2).await;
    memory.tamper("people/00000001-1.jsonl", Some(b"{\"pseudo".to_vec()));
    assert_eq!(faults(&memory, None).await, ["people/00000001-1.jsonl"]);
}

#[tokio::test]
async fn a_second_half_line_is_kept_beside_the_first() {
    let (log, memory) = Log::in_memory();
    let hand = Arc::clone(&log.hand);
    let log = Log::at(&hand, Arc::new(Appending(memory.clone())));
    let killed = log.begin(Scope::Project, "1", None).await;
    let part = format!("audit/{}/000001.jsonl", killed.begun.segment);
    drop(killed);
    memory.tamper(&part.replace(".jsonl", ".torn"), Some(b"{\"one".to_vec()));
    log.store.append(&part, b"{\"two").await.unwrap();
    hand.pass(70);
    log.run(Scope::Project, "2", 1).await;
    let mut torn = Vec::new();
    for entry in memory.list("audit/").await.unwrap() {
        if entry.key.contains(".torn") {
            torn.push(memory.read(&entry.key).await.unwrap().unwrap());
        }
    }
    torn.sort();
    assert_eq!(torn, [b"{\"one", b"{\"two"]);
    sound(&memory).await;
}
