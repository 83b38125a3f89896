//! Promise 18: whatever comes, nothing that reads it panics, takes much memory or goes on for long.
//!
//! The inputs are those of the committed corpora (`fuzz/corpus`) and mutations of them, through the
//! doors that the fuzzing targets have; the million is shown by `fuzz/run`. What an input costs is
//! counted in bytes and allocations, and in seconds of this thread's processor: a busy machine makes
//! none of them more.

mod large;
mod mutation;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Once;

use beadle::fuzzing::{Door, doors};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use tokio::runtime::{Builder, Runtime};

use super::count::showing;
use crate::support::repository;
use mutation::Mutations;

/// How often a door is tried in an ordinary run.
const SHARE: u64 = 150;
/// How often in a full one.
const FULL: u64 = 20_000;
/// Most bytes that one input may take at a time.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// Most milliseconds of a processor that one input may take.
const MOST_MILLISECONDS: i64 = 1_000;
/// Largest corpus of one door, in bytes.
const MOST_CORPUS: usize = 64 * 1024;

thread_local! {
    /// Whether anything has panicked on this thread, caught or not.
    static PANICKED: Cell<bool> = const { Cell::new(false) };
}

/// Notes panics that others catch: tasks of a runtime are cut off and say nothing.
fn note_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            PANICKED.set(true);
            before(panic);
        }));
    });
}

fn milliseconds() -> i64 {
    let usage = getrusage(UsageWho::RUSAGE_THREAD).unwrap();
    (usage.user_time() + usage.system_time()).num_milliseconds()
}

/// A door, and a clock on which no time passes while nobody waits.
struct Trial {
    door: Door,
    runtime: Runtime,
}

impl Trial {
    fn of(door: Door) -> Self {
        note_panics();
        let mut runtime = Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        Self { door, runtime }
    }

    /// Hands an input in. Whether it was understood.
    fn take(&self, input: &[u8]) -> bool {
        let Self { door, runtime } = self;
        let name = door.name;
        let mut understood = false;
        PANICKED.set(false);
        let began = milliseconds();
        let cost = allocation_counter::measure(|| {
            understood = runtime.block_on(door.take(input));
        });
        let took = milliseconds() - began;
        let shown = || String::from_utf8_lossy(input).escape_debug().to_string();
        assert!(!PANICKED.get(), "`{name}` panicked at: {}", shown());
        assert!(
            cost.bytes_max <= MOST_BYTES,
            "`{name}` took {} bytes at: {}",
            cost.bytes_max,
            shown()
        );
        assert!(
            took <= MOST_MILLISECONDS,
            "`{name}` took {took} ms at: {}",
            shown()
        );
        understood
    }
}

/// The committed inputs of a door, in order of name.
fn corpus(door: &str) -> Vec<(String, Vec<u8>)> {
    let folder = repository().join("fuzz/corpus").join(door);
    let entries = fs::read_dir(&folder);
    let entries = entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let read = |path: PathBuf| (name(&path), fs::read(path).unwrap());
    paths.into_iter().map(read).collect()
}

#[test]
fn every_parser_ends_whatever_it_reads() {
    for door in doors() {
        let showing = showing(18, &format!("mutations-{}", door.name), SHARE, FULL);
        let trial = Trial::of(door);
        let corpus = corpus(door.name);
        for (_, input) in &corpus {
            trial.take(input);
        }
        let inputs: Vec<&[u8]> = corpus.iter().map(|(_, input)| &input[..]).collect();
        let mut mutations = Mutations::of(door.name, &inputs);
        for _ in 0..showing.times {
            trial.take(&mutations.next_input());
        }
        let times = showing.times;
        showing.shown(times, format!("mutations through the door `{}`", door.name));
    }
}

#[test]
fn every_door_understands_part_of_its_corpus() {
    for door in doors() {
        let corpus = corpus(door.name);
        let trial = Trial::of(door);
        let understood = corpus.iter().filter(|(_, input)| trial.take(input)).count();
        assert!(understood >= 1, "`{}` understands nothing", door.name);
        let bytes: usize = corpus.iter().map(|(_, input)| input.len()).sum();
        assert!(bytes <= MOST_CORPUS, "`{}` has {bytes} bytes", door.name);
    }
    // What is named for what it is must be just that, or mutations of it lead nowhere.
    let mut strangers = Vec::new();
    for door in doors() {
        for (name, input) in corpus(door.name) {
            if name.starts_with("good-") && !Trial::of(door).take(&input) {
                strangers.push(format!("{}/{name}", door.name));
            }
        }
    }
    assert_eq!(strangers, Vec::<String>::new());
}

#[test]
fn every_door_has_a_target_and_no_target_is_without_a_door() {
    let targets = fs::read_dir(repository().join("fuzz/targets")).unwrap();
    let targets: BTreeSet<String> = targets
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let named: BTreeSet<String> = doors().iter().map(|door| door.name.to_owned()).collect();
    assert_eq!(targets, named);
    let manifest = fs::read_to_string(repository().join("fuzz/Cargo.toml")).unwrap();
    for name in &named {
        assert!(
            manifest.contains(&format!("\nname = \"{name}\"\n")),
            "{name}"
        );
    }
}

#[test]
fn nobody_real_is_in_a_corpus() {
    for door in doors() {
        for (name, input) in corpus(door.name) {
            let text = String::from_utf8_lossy(&input);
            for (at, _) in text.match_indices('@') {
                let domain: String = text[at + 1..]
                    .chars()
                    .take_while(|letter| letter.is_ascii_alphanumeric() || ".-".contains(*letter))
                    .collect();
                let real =
                    domain.contains('.') && !domain.trim_end_matches('.').ends_with(".example");
                assert!(!real, "{}/{name}: `{domain}`", door.name);
            }
        }
    }
}
