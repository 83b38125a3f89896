//! The doors through which fuzzing tries what reads records: the audit log, who stands behind its
//! pseudonyms, the run lock, the counts, and what runs took. Nothing else uses them.

use std::sync::Arc;

use futures_util::FutureExt;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::audit::{self, People, Review, parse_line, verify};
use super::counts::Counts;
use super::lock::{Scope, standing};
use super::{Clock, Memory, Store, undo};
use crate::model::plan_document::hexadecimal;
use crate::model::undo::UndoDocument;

/// Between two objects.
const BETWEEN: &[u8] = b"\n%%\n";
/// Between what a line says and its digest.
const SEAL: &[u8] = b",\"digest\":\"";

/// A clock that stands still.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

/// Reads a place of records: objects with a line `%%` between them, each with its key on its first
/// line. Lines of the audit log are sealed anew, since hardly any input would have the digest of a
/// line right; what a wrong one does is tried with each line as it came. Whether everything is
/// sound.
#[must_use]
pub fn is_sound(input: &[u8]) -> bool {
    let store = Memory::new(Arc::new(Still));
    let mut rest = input;
    loop {
        let end = rest.windows(BETWEEN.len()).position(|at| at == BETWEEN);
        let (object, after) = rest.split_at(end.unwrap_or(rest.len()));
        put(&store, object);
        match after.get(BETWEEN.len()..) {
            Some(after) => rest = after,
            None => break,
        }
    }
    // A place in memory answers at once.
    let sound = verify(&store, Some("0")).now_or_never();
    let people = People::read(&store).now_or_never();
    if let Some(Ok(people)) = &people {
        let _ = people.pseudonyms("a.khan@northshire.example");
    }
    let locks = standing(&store).now_or_never();
    let counts = Counts::read(&store).now_or_never();
    let _ = pinned(&store);
    let review = Review {
        digest: "14646979d9dc791fec8a1310209a4e3aca3578e8f821a26b69812ec01c35684e",
        saved: Some(Timestamp::UNIX_EPOCH),
    };
    let _ = audit::done_under(&store, review, Timestamp::MAX).now_or_never();
    let undone = undone(&store);
    let sound = sound.and_then(Result::ok);
    let sound = sound.is_some_and(|found| found.records > 0 && found.faults.len() == 1);
    sound
        && people.is_some_and(|read| read.is_ok())
        && locks.is_some_and(|read| read.is_ok())
        && counts.is_some_and(|read| read.is_ok_and(|counts| !counts.known.is_empty()))
        && undone > 0
}

/// How many undo files can be read. Then one person is forgotten in them, and they are let go.
fn undone(store: &Memory) -> usize {
    let listed = undo::list(store).now_or_never().and_then(Result::ok);
    let read = listed.unwrap_or_default().into_iter().filter(|kept| {
        let bytes = store.read(&kept.key).now_or_never();
        let bytes = bytes.and_then(Result::ok).flatten().unwrap_or_default();
        let document = serde_json::from_slice::<UndoDocument>(&bytes).ok();
        document.is_some_and(|it| it.computed_digest() == it.digest && it.count() > 0)
    });
    let read = read.count();
    let mut names = audit::Names::new("a.khan@northshire.example");
    let _ = undo::learn(store, &mut names).now_or_never();
    if let Some(Ok(people)) = People::read(store).now_or_never() {
        people.learn(&mut names);
        let kept = audit::keep_forgotten(store, &people, &names, Timestamp::MAX);
        let _ = kept.now_or_never();
    }
    let _ = undo::forget(store, &names).now_or_never();
    let _ = undo::forget_expired(store, jiff::civil::Date::MAX).now_or_never();
    read
}

/// What the next run would make of it.
fn pinned(store: &Memory) -> Option<()> {
    let run = audit::Run {
        scope: Scope::Project,
        run: "0".repeat(32),
        start: audit::Start {
            beadle: String::new(),
            actor: String::new(),
            process: 1,
            command: String::new(),
            scope: Scope::Project.to_string(),
            commit: None,
            day: jiff::civil::Date::constant(2026, 11, 22),
            plan: String::new(),
            approved: None,
            configuration: String::new(),
            calls: 0,
            after: Vec::new(),
            settled: 0,
            forgotten: Vec::new(),
        },
        keep_days: Some(1),
    };
    audit::past(store, &run).now_or_never()?.ok()
}

fn put(store: &Memory, object: &[u8]) {
    let mut lines = object.splitn(2, |byte| *byte == b'\n');
    let key = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let text = lines.next().unwrap_or_default();
    let bytes = if key.starts_with("audit/") {
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        lines.flat_map(sealed).collect()
    } else {
        match serde_json::from_slice::<UndoDocument>(text) {
            Ok(mut document) => {
                document.digest = document.computed_digest();
                document.text().into_bytes()
            }
            Err(_) => text.to_vec(),
        }
    };
    let _ = store.create(&key, &bytes).now_or_never();
}

/// A line with its digest, and as it came where it has none.
fn sealed(line: &[u8]) -> Vec<u8> {
    let whole = line.strip_suffix(b"\n").unwrap_or(line);
    let _ = parse_line(whole);
    let seal = whole.windows(SEAL.len()).rposition(|at| at == SEAL);
    let Some((said, _)) = seal.and_then(|seal| whole.split_at_checked(seal)) else {
        return line.to_vec();
    };
    let digest = hexadecimal(&Sha256::digest(said));
    let end: &[u8] = if line.ends_with(b"\n") { b"\n" } else { b"" };
    [said, SEAL, digest.as_bytes(), b"\"}", end].concat()
}

/// Whether a text is the scope of a lock.
#[must_use]
pub fn is_scope(text: &str) -> bool {
    Scope::parse(text).is_some_and(|scope| scope.conflicts(Scope::Project))
}
