//! Kills at the instants of our own files: before every call of the system that makes, writes,
//! names or removes one, and in the middle of every write. Each file is then the old or the new
//! one; the same command again ends as if nobody had been killed, and leaves nothing lying about.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use beadle::record::Folder;
use beadle::record::audit::{Names, People, Person};
use nix::sys::signal::Signal;
use proptest::strategy::{Strategy, ValueTree};
use serde_json::Value;
use tempfile::TempDir;

use super::rig::{Aim, Flight, INSTANTS, Instant, Rig, quick_folder};
use super::seen::{Reference, nothing_left, recorded};
use super::tracer::{self, Until};
use super::world::World;
use crate::promises::count::{Showing, showing};
use crate::record::rig::age;
use crate::support::{TODAY, beadle, copy, err, files_below, out, repository};

/// Every file below a folder but the records, by its path there. Locks of the file system hold
/// nothing.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = files_below(folder);
    let records = |path: &PathBuf| path.iter().any(|part| part == ".beadle");
    found.retain(|path, _| !records(path) && !path.ends_with(".lock"));
    found.values_mut().for_each(timeless);
    found
}

/// A saved plan without the time at which it was saved; everything else, and half of one, as it is.
fn timeless(bytes: &mut Vec<u8>) {
    let Ok(Value::Object(mut document)) = serde_json::from_slice(bytes) else {
        return;
    };
    if document.remove("saved").is_some() {
        *bytes = serde_json::to_vec(&document).unwrap();
    }
}

/// A command that writes files, in a folder that is made for it.
struct Scene {
    name: &'static str,
    make: fn(&Path),
    command: &'static [&'static str],
}

impl Scene {
    fn begin(&self) -> TempDir {
        let folder = quick_folder();
        (self.make)(folder.path());
        folder
    }

    fn command(&self, folder: &Path) -> std::process::Command {
        let mut command = beadle(folder);
        command.args(self.command).args(["--today", TODAY]);
        command
    }

    /// Kills at some of the steps, or at all. How many kills that were.
    fn play(&self, showing: &Showing, some: usize) -> u64 {
        let folder = self.begin();
        let before = tree(folder.path());
        let whole = tracer::run(
            &self.command(folder.path()),
            folder.path(),
            Until::TheEnd,
            |_| {},
        );
        assert_eq!(whole.code, Some(0), "{}", self.name);
        let after = tree(folder.path());
        assert_ne!(before, after, "{}", self.name);
        let mut steps: Vec<usize> = (0..whole.steps).collect();
        if !crate::promises::count::is_full() {
            let some = proptest::sample::subsequence(steps, some.min(whole.steps));
            steps = some.new_tree(&mut showing.runner()).unwrap().current();
        }
        let kills = steps.len() as u64;
        for step in steps {
            self.kill(step, &before, &after);
        }
        kills
    }

    fn kill(
        &self,
        step: usize,
        before: &BTreeMap<PathBuf, Vec<u8>>,
        after: &BTreeMap<PathBuf, Vec<u8>>,
    ) {
        let folder = self.begin();
        let folder = folder.path();
        let traced = tracer::run(&self.command(folder), folder, Until::Step(step), |_| {});
        assert!(traced.struck, "{} ended before step {step}", self.name);
        let what = format!("{}, step {step}, {}", self.name, traced.at);
        let now = tree(folder);
        for name in before.keys().chain(after.keys()) {
            let (is, was, will) = (now.get(name), before.get(name), after.get(name));
            assert!(
                is == was || is == will,
                "{what}: half of {}",
                name.display()
            );
        }
        if now != *after {
            let lock = folder.join(".beadle/lock");
            if lock.exists() {
                age(&lock, 3600);
            }
            let again = self.command(folder).output().unwrap();
            assert_eq!(
                again.status.code(),
                Some(0),
                "{what}: {}{}",
                out(&again),
                err(&again)
            );
        }
        let now = tree(folder);
        let names = |tree: &BTreeMap<PathBuf, Vec<u8>>| tree.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&now), names(after), "{what}");
        for (name, text) in after {
            let plain = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
            let texts = (plain(&now[name]), plain(text));
            assert_eq!(texts.0, texts.1, "{what}: {}", name.display());
        }
    }
}

fn university(folder: &Path) {
    copy(&repository().join("examples/university"), folder);
}

fn trust(folder: &Path) {
    copy(&repository().join("examples/trust"), folder);
}

/// The university, whose portal has no API.
fn by_hand(folder: &Path) {
    university(folder);
    let file = folder.join("beadle.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let (begin, end) = (
        text.find("    url:").unwrap(),
        text.find("# Job roles").unwrap(),
    );
    let text = format!("{}    via: worklist\n\n{}", &text[..begin], &text[end..]);
    fs::write(file, text).unwrap();
}

/// The same, with its worklist written.
fn with_worklist(folder: &Path) {
    by_hand(folder);
    let applied = beadle(folder)
        .args(["apply", "--today", TODAY])
        .output()
        .unwrap();
    assert!(applied.status.success(), "{}", err(&applied));
}

fn kept_snapshot(folder: &Path) {
    let kept = repository().join("examples/university/live/ofs/northshire.yaml");
    fs::copy(kept, folder.join("kept.yaml")).unwrap();
}

const SCENES: &[Scene] = &[
    Scene {
        name: "user add",
        make: university,
        command: &[
            "user",
            "add",
            "k.new@northshire.example",
            "--org",
            "northshire",
            "--name",
            "Kit New",
            "--bundle",
            "student-data",
        ],
    },
    Scene {
        name: "user move, in two files",
        make: trust,
        command: &[
            "user",
            "move",
            "i.calder@alderbrook.example",
            "--from",
            "alderbrook",
            "--to",
            "birchmoor",
            "--on",
            "2027-01-04",
            "--yes",
        ],
    },
    Scene {
        name: "plan --out",
        make: university,
        command: &["plan", "--live", "live", "--out", "plan.json"],
    },
    Scene {
        name: "apply, worklists",
        make: by_hand,
        command: &["apply"],
    },
    Scene {
        name: "worklist done",
        make: with_worklist,
        command: &["worklist", "done", "--all", "--by", "Aisha Khan"],
    },
    Scene {
        name: "import",
        make: kept_snapshot,
        command: &["import", "--snapshot", "kept.yaml", "."],
    },
];

#[test]
fn each_file_is_the_old_or_the_new_one_and_the_same_command_again_ends_it() {
    let showing = showing(9, "own-files", 6, 100);
    let kills = SCENES.iter().map(|scene| scene.play(&showing, 1)).sum();
    showing.shown(kills, "kills while our own files are written");
}

/// Files that a killed run may leave among the records.
fn unfinished(folder: &Path) -> Vec<PathBuf> {
    let hidden = |path: &PathBuf| {
        path.file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with(".part")
    };
    files_below(folder).into_keys().filter(hidden).collect()
}

/// An apply, whose lock and log are files too. What is left lying about goes with the first run
/// that begins an hour later.
#[test]
fn records_and_calls() {
    let showing = showing(9, "own-records", 4, 100);
    let world = World::of("ofs", 6);
    let rig = Rig::serve(&world);
    let reference = Reference::of(&rig, world.makes_logins());
    let project = rig.project(Flight::Default);
    let apply = || rig.command(Flight::Default, &["apply", "--yes"]);
    rig.begin_anew();
    let whole = tracer::run(&apply(), &project, Until::TheEnd, |_| {});
    assert_eq!(whole.code, Some(0));
    let mut steps: Vec<usize> = (0..whole.steps).collect();
    if !crate::promises::count::is_full() {
        // While the folder is made, and twice later.
        let later = proptest::sample::subsequence(steps.split_off(6), 2);
        steps = steps.split_off(2);
        steps.extend(later.new_tree(&mut showing.runner()).unwrap().current());
    }
    let mut kills = 0;
    for step in steps {
        rig.begin_anew();
        let traced = tracer::run(&apply(), &project, Until::Step(step), |_| {});
        if !traced.struck {
            // How many records share a write differs from run to run.
            continue;
        }
        rig.settle();
        kills += 1;
        let what = format!("step {step}, {}", traced.at);
        let records = project.join(".beadle");
        if records.exists() {
            recorded(&rig, Flight::Default, &what);
            age(&records, 3600);
        }
        let again = apply().output().unwrap();
        assert!(
            again.status.success(),
            "{what}: {}{}",
            out(&again),
            err(&again)
        );
        assert!(nothing_left(&out(&again)), "{what}: {}", out(&again));
        reference.checks_out(&rig, Flight::Default, &what);
        assert_eq!(unfinished(&records), Vec::<PathBuf>::new(), "{what}");
        let ignored = fs::read_to_string(records.join(".gitignore"));
        assert!(
            ignored.is_ok_and(|text| text.ends_with("\n*\n")),
            "{what}: git would take it"
        );
    }
    showing.shown(
        kills,
        format!(
            "kills at the {} steps of an apply in its own files",
            whole.steps
        ),
    );
}

/// A run that is killed while it notes whom it will touch leaves half a note, which no listing
/// shows. Whoever is forgotten is not in it any more either.
#[test]
fn who_is_forgotten_is_in_no_half_note() {
    let folder = quick_folder();
    let person = Person {
        pseudonym: "user-1".to_owned(),
        key: "ada@place.example".to_owned(),
        login: "ada@place.example".to_owned(),
        name: "Ada".to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let left = folder.path().join("people/.part-7-0");
    runtime.block_on(async {
        let store = Folder::new(folder.path());
        People::note(&store, "00000001-run", std::slice::from_ref(&person))
            .await
            .unwrap();
        fs::copy(folder.path().join("people/00000001-run.jsonl"), &left).unwrap();
        let names = Names::new(&person.key);
        assert_eq!(People::forget(&store, &names, "ab").await.unwrap(), 1);
    });
    assert!(!left.exists());
}

/// A power cut takes what was not yet on the disk. What the portal has done by then is in the part
/// of the log that is.
#[test]
fn a_power_cut_at_any_call() {
    let showing = showing(9, "power-cuts", 2, 60);
    let world = World::of("ofs", 6);
    let rig = Rig::serve(&world);
    let reference = Reference::of(&rig, world.makes_logins());
    let mut calls: Vec<usize> = (0..reference.calls * 3).collect();
    if !crate::promises::count::is_full() {
        let some = proptest::sample::subsequence(calls, 2);
        calls = some.new_tree(&mut showing.runner()).unwrap().current();
    }
    let mut cuts = 0;
    for number in calls {
        let (call, instant): (usize, Instant) = (number / 3, INSTANTS[number % 3]);
        let flight = if call.is_multiple_of(2) {
            Flight::One
        } else {
            Flight::Default
        };
        let what = format!("power cut at call {call}, {instant:?}");
        rig.begin_anew();
        let aim = Aim {
            call,
            instant,
            blow: Signal::SIGKILL,
            insists: false,
        };
        let (hit, traced) = rig.strike_traced(flight, &["apply", "--yes"], aim);
        if !hit {
            continue;
        }
        cuts += 1;
        let records = rig.project(flight).join(".beadle");
        for path in tree_of_records(&records) {
            let file = fs::File::options().write(true).open(&path).unwrap();
            let inode = file.metadata().unwrap().ino();
            let certain = traced.durable.get(&inode).copied().unwrap_or(0);
            file.set_len(certain).unwrap();
        }
        recorded(&rig, flight, &what);
        age(&records, 3600);
        let again = rig.run(flight, &["apply", "--yes"]);
        assert!(
            again.status.success(),
            "{what}: {}{}",
            out(&again),
            err(&again)
        );
        reference.checks_out(&rig, flight, &what);
    }
    showing.shown(cuts, "power cuts at the calls of an apply");
}

/// The log's own files.
fn tree_of_records(records: &Path) -> Vec<PathBuf> {
    let audit = records.join("audit");
    if !audit.exists() {
        return Vec::new();
    }
    let files = files_below(&audit).into_keys();
    let own = files.filter(|below| !below.ends_with(".lock"));
    own.map(|below| audit.join(below)).collect()
}
