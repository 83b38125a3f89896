//! Row 20: a log of 10,000 records, and each record edited, rewritten, deleted, swapped, repeated
//! and cut off: every time it is found.
//!
//! Verification reads the whole log, so that 70,000 tampered copies of 10,000 records would take
//! hours. But it reads one run after the other: what it says of a run depends on the lines of that
//! run and on what later runs and the run lock know of its end. So many runs are tampered with at
//! once, each in one record, and each of them must be named. They are chosen so that nobody who
//! knows the end of one is tampered with at the same time: a run of the whole project is known to
//! the shards after it, and those to the next run of the whole project. That one alone is found
//! just so is shown by single tamperings, drawn at random.

use std::collections::BTreeSet;
use std::sync::Arc;

use beadle::model::plan_document::hexadecimal;
use beadle::record::audit::{segments, verify};
use beadle::record::lock::Scope;
use beadle::record::{Memory, Store};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::count::{Showing, showing};
use crate::record::rig::Hand;
use crate::record::written::{Appending, Log, runtime, sound};

/// How one record is tampered with.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// One bit of one byte is another.
    Edited,
    /// A word of it is another, and its own digest fits again.
    Resealed,
    /// The same, and all lines after it are sealed anew, to the end of the run.
    Rewritten,
    /// It is gone.
    Deleted,
    /// It changes places with the one after it, the last with the one before.
    Swapped,
    /// It is there twice.
    Repeated,
    /// The run ends within it, or right before it.
    Truncated,
}

const KINDS: [Kind; 7] = [
    Kind::Edited,
    Kind::Resealed,
    Kind::Rewritten,
    Kind::Deleted,
    Kind::Swapped,
    Kind::Repeated,
    Kind::Truncated,
];

/// A run of the whole project, then two shards side by side.
const GROUP: usize = 3;

/// One run's lines, as they were written.
struct Run {
    name: String,
    key: String,
    lines: Vec<Vec<u8>>,
}

/// A log of so many groups and one more run, each run of so many calls.
struct Written {
    log: Log,
    memory: Memory,
    runs: Vec<Run>,
}

fn shard(number: u32) -> Scope {
    Scope::Shard { number, of: 2 }
}

async fn written(groups: u64, calls: u64) -> Written {
    let hand = Hand::new();
    let memory = Memory::new(Arc::clone(&hand) as _);
    let log = Log::at(&hand, Arc::new(Appending(memory.clone())));
    for group in 0..groups {
        log.run(Scope::Project, &format!("a{group}"), calls).await;
        let one = log.begin(shard(1), &format!("b{group}"), None).await;
        let other = log.begin(shard(2), &format!("c{group}"), None).await;
        one.calls(1, calls).await;
        other.calls(1, calls).await;
        one.end().await;
        other.end().await;
    }
    log.run(Scope::Project, "d", calls).await;
    let mut runs = Vec::new();
    for segment in segments(&memory).await.unwrap() {
        assert_eq!(segment.parts.len(), 1);
        let key = segment.parts[&1].clone();
        let bytes = memory.read(&key).await.unwrap().unwrap();
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        let lines = lines.map(<[u8]>::to_vec).collect();
        let name = segment.name;
        runs.push(Run { name, key, lines });
    }
    Written { log, memory, runs }
}

/// The line with another word in it, and a digest that fits.
fn resealed(line: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(line).unwrap();
    let (said, _) = text.split_once(",\"digest\":\"").unwrap();
    sealed(&said.replacen("2026-11-22T", "2026-11-21T", 1))
}

fn sealed(said: &str) -> Vec<u8> {
    let digest = hexadecimal(&Sha256::digest(said.as_bytes()));
    format!("{said},\"digest\":\"{digest}\"}}\n").into_bytes()
}

fn digest_of(line: &[u8]) -> String {
    let text = std::str::from_utf8(line).unwrap();
    let (_, seal) = text.rsplit_once(",\"digest\":\"").unwrap();
    seal.trim_end().trim_end_matches("\"}").to_owned()
}

/// The run with the record tampered with; `random` decides what is left open.
fn tampered(run: &Run, record: usize, kind: Kind, random: u64) -> Vec<u8> {
    let mut lines = run.lines.clone();
    let pick = |most: usize| usize::try_from(random >> 8).unwrap() % most;
    match kind {
        Kind::Edited => {
            // Its end of line belongs to it.
            let at = pick(lines[record].len());
            lines[record][at] ^= 1 << (random % 8);
        }
        Kind::Resealed => lines[record] = resealed(&lines[record]),
        Kind::Rewritten => {
            lines[record] = resealed(&lines[record]);
            for later in record + 1..lines.len() {
                let before = digest_of(&run.lines[later - 1]);
                let after = digest_of(&lines[later - 1]);
                let text = String::from_utf8(lines[later].clone()).unwrap();
                let (said, _) = text.split_once(",\"digest\":\"").unwrap();
                assert!(said.contains(&before));
                lines[later] = sealed(&said.replace(&before, &after));
            }
        }
        Kind::Deleted => {
            lines.remove(record);
        }
        Kind::Swapped => {
            let first = record.min(lines.len() - 2);
            lines.swap(first, first + 1);
        }
        Kind::Repeated => {
            let line = lines[record].clone();
            lines.insert(record, line);
        }
        Kind::Truncated => {
            lines.truncate(record + 1);
            let left = pick(lines[record].len());
            lines[record].truncate(left);
        }
    }
    lines.concat()
}

impl Written {
    /// Tampers with one record in each of these runs, and sees that each run is named.
    async fn finds(&self, runs: &[usize], record: usize, kind: Kind, random: u64) {
        for (number, run) in runs.iter().enumerate() {
            let run = &self.runs[*run];
            let random = random.wrapping_mul(number as u64 * 2 + 1);
            let bytes = tampered(run, record, kind, random);
            assert_ne!(bytes, run.lines.concat(), "nothing is another");
            self.memory.tamper(&run.key, Some(bytes));
        }
        let found = verify(&self.memory, None).await.unwrap();
        for run in runs.iter().map(|run| &self.runs[*run]) {
            let named = found
                .faults
                .iter()
                .any(|fault| fault.place.split(' ').next() == Some(&run.name));
            assert!(named, "{kind:?}: record {} of {}", record + 1, run.name);
            self.memory.tamper(&run.key, Some(run.lines.concat()));
        }
    }
}

fn each_record(showing: &Showing) -> u64 {
    // 100 runs of 100 lines, or 10 of 10 and one more.
    let full = showing.times >= 70_000;
    let (groups, calls) = if full { (33, 49) } else { (3, 4) };
    let runtime = runtime();
    let written = runtime.block_on(written(groups, calls));
    let lines: usize = written.runs.iter().map(|run| run.lines.len()).sum();
    let mut shown = 0;
    let mut runner = showing.runner();
    runtime.block_on(async {
        sound(&written.memory).await;
        for record in 0..written.runs[0].lines.len() {
            for phase in 0..GROUP {
                let runs = (phase..written.runs.len()).step_by(GROUP);
                let runs: Vec<usize> = runs.collect();
                for kind in KINDS {
                    let random = runner.rng().next_u64();
                    written.finds(&runs, record, kind, random).await;
                    shown += runs.len() as u64;
                }
            }
        }
        assert_eq!(shown, (lines * KINDS.len()) as u64);
        for _ in 0..if full { 300 } else { 10 } {
            let random = runner.rng().next_u64();
            let pick = |most: usize, shift: u32| {
                usize::try_from(random.rotate_right(shift) >> 16).unwrap() % most
            };
            let run = pick(written.runs.len(), 0);
            let record = pick(written.runs[run].lines.len(), 16);
            let kind = KINDS[pick(KINDS.len(), 32)];
            written.finds(&[run], record, kind, random).await;
        }
        sound(&written.memory).await;
    });
    shown
}

#[test]
fn each_record_edited_rewritten_deleted_swapped_repeated_or_cut_off_is_found() {
    let showing = showing(20, "log", 700, 70_000);
    let shown = each_record(&showing);
    showing.shown(shown, "tampered records, each found");
}

/// What lies in a place, whole.
async fn copied(store: &dyn Store, below: &str) -> Vec<(String, Vec<u8>)> {
    let mut objects = Vec::new();
    for entry in store.list(below).await.unwrap() {
        let bytes = store.read(&entry.key).await.unwrap().unwrap();
        objects.push((entry.key, bytes));
    }
    objects
}

/// Makes what lies below a prefix that, and nothing else.
async fn replaced(memory: &Memory, below: &str, objects: &[(String, Vec<u8>)]) {
    for entry in memory.list(below).await.unwrap() {
        memory.tamper(&entry.key, None);
    }
    for (key, bytes) in objects {
        memory.tamper(key, Some(bytes.clone()));
    }
}

/// What is found of whole runs and whole logs, and by what; `docs/audit.md` says the same.
#[tokio::test]
async fn whole_runs_and_whole_logs() {
    let mut written = written(2, 2).await;
    let earlier = copied(&written.memory, "").await;
    written.log.run(Scope::Project, "e", 2).await;
    let memory = &written.memory;
    let now = copied(memory, "").await;
    let head = sound(memory).await.heads[0].digest.clone();
    let run = segments(memory).await.unwrap().pop().unwrap();
    written.runs.push(Run {
        name: run.name,
        key: run.parts[&1].clone(),
        lines: Vec::new(),
    });
    let named = |faults: &[beadle::record::audit::Fault]| -> BTreeSet<String> {
        let places = faults.iter().map(|fault| fault.place.split(' ').next());
        places.map(|place| place.unwrap().to_owned()).collect()
    };

    // Each run gone, the last one too: later runs know of it, or the run lock does.
    for run in &written.runs {
        memory.tamper(&run.key, None);
        let faults = verify(memory, None).await.unwrap().faults;
        assert!(named(&faults).contains(&run.name), "{faults:?}");
        replaced(memory, "", &now).await;
    }
    // Any two exchanged.
    for one in 0..written.runs.len() {
        for other in 0..one {
            let keys = [&written.runs[one], &written.runs[other]];
            let mut bytes = Vec::new();
            for run in keys {
                bytes.push(memory.read(&run.key).await.unwrap().unwrap());
            }
            for (run, bytes) in keys.iter().zip(bytes.into_iter().rev()) {
                memory.tamper(&run.key, Some(bytes));
            }
            let faults = verify(memory, None).await.unwrap().faults;
            for run in keys {
                assert!(named(&faults).contains(&run.name), "{faults:?}");
            }
            replaced(memory, "", &now).await;
        }
    }
    // The whole log gone, or as it was before the last run: the run lock knows better.
    replaced(memory, "audit/", &[]).await;
    assert!(!verify(memory, None).await.unwrap().faults.is_empty());
    let before: Vec<_> = earlier
        .iter()
        .filter(|(key, _)| key.starts_with("audit/"))
        .cloned()
        .collect();
    replaced(memory, "audit/", &before).await;
    assert!(!verify(memory, None).await.unwrap().faults.is_empty());
    // With the lock: only whoever kept the digest that `apply` printed finds it.
    for everything in [&earlier[..], &[]] {
        replaced(memory, "", everything).await;
        assert_eq!(verify(memory, None).await.unwrap().faults, []);
        let expected = verify(memory, Some(&head)).await.unwrap();
        assert_eq!(expected.faults.len(), 1, "{:?}", expected.faults);
    }
}
