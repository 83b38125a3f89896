//! A log whose last line is cut, at every one of its bytes: the next run sets the half line aside
//! and says so, nothing before it is touched, and verification holds before and after.

use std::fs;
use std::path::PathBuf;

use nix::sys::signal::Signal;

use super::rig::{Aim, Flight, Instant, Rig};
use super::seen::{Reference, lease_passes, nothing_left};
use super::world::World;
use crate::promises::count::{is_full, showing};
use crate::support::{err, out};

/// The one part of the log of the run that was killed.
fn part(rig: &Rig) -> PathBuf {
    let audit = rig.project(Flight::One).join(".beadle/audit");
    let segment = fs::read_dir(audit).unwrap().next().unwrap().unwrap().path();
    segment.join("000001.jsonl")
}

#[test]
fn row_20_a_line_cut_at_any_byte_is_set_aside_and_said() {
    let showing = showing(20, "torn-lines", 2, 500);
    let world = World::of("ofs", 4);
    let rig = Rig::serve(&world);
    let reference = Reference::of(&rig, world.makes_logins());
    // What a kill before the first writing call leaves: nothing is done yet, so that no line that
    // is cut off could be of a call that was made.
    let first = rig.first_write();
    let aim = Aim {
        call: first,
        instant: Instant::Before,
        blow: Signal::SIGKILL,
        insists: false,
    };
    rig.begin_anew();
    let struck = rig.strike(Flight::One, &["apply", "--yes"], aim);
    assert!(struck.hit, "{}", struck.said);
    assert_eq!(rig.writes(), 0, "{}", struck.said);
    let kept = keep(&rig);
    let whole = fs::read(part(&rig)).unwrap();
    let ends: Vec<usize> = (0..whole.len())
        .filter(|at| whole[*at] == b'\n')
        .map(|at| at + 1)
        .collect();
    // Every byte of the last two. The first line is never cut: it is named once it is whole.
    let (from, to) = (ends[ends.len() - 3], *ends.last().unwrap());
    let mut at_bytes: Vec<usize> = (from..to).collect();
    if !is_full() {
        at_bytes = vec![from + 1, to - 1];
    }
    let mut cuts = 0;
    for at in at_bytes {
        put_back(&rig, &kept);
        let file = part(&rig);
        fs::write(&file, &whole[..at]).unwrap();
        let torn = !ends.contains(&at);
        let what = format!("cut at byte {at} of {to}");
        if at % 7 == 0 || !is_full() {
            let verified = rig
                .plain(Flight::One, &["audit", "verify"])
                .output()
                .unwrap();
            assert!(verified.status.success(), "{what}: {}", out(&verified));
            assert_eq!(
                err(&verified).contains("was cut short by a crash"),
                torn,
                "{what}"
            );
        }
        lease_passes(&rig, Flight::One);
        let again = rig.run(Flight::One, &["apply", "--yes"]);
        let said = err(&again);
        assert!(again.status.success(), "{what}: {}{said}", out(&again));
        assert!(nothing_left(&out(&again)), "{what}: {}", out(&again));
        assert_eq!(
            said.contains("ended within a line, as a crash leaves it"),
            torn,
            "{what}: {said}"
        );
        let last = ends.iter().rfind(|end| **end <= at).unwrap();
        assert_eq!(fs::read(&file).unwrap(), whole[..*last], "{what}");
        let aside = fs::read(file.with_extension("torn")).unwrap_or_default();
        assert_eq!(aside, whole[*last..at], "{what}");
        reference.checks_out(&rig, Flight::One, &what);
        cuts += 1;
    }
    showing.shown(cuts, format!("cuts of a log of {to} bytes, one at each"));
}

/// The records as the kill left them.
fn keep(rig: &Rig) -> tempfile::TempDir {
    let kept = super::rig::quick_folder();
    crate::support::copy(&rig.project(Flight::One).join(".beadle"), kept.path());
    kept
}

fn put_back(rig: &Rig, kept: &tempfile::TempDir) {
    rig.begin_anew();
    crate::support::copy(kept.path(), &rig.project(Flight::One).join(".beadle"));
}
