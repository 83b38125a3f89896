//! Ctrl-C and SIGTERM at any call: what is in flight is finished, or at the second given up; the
//! lock goes back at once, every call has its outcome, and the next run goes on.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;

use nix::sys::signal::Signal;
use proptest::strategy::{Strategy, ValueTree};

use super::rig::{Aim, Flight, INSTANTS, Instant, Rig};
use super::seen::{Reference, nothing_left, recorded};
use super::world::World;
use crate::promises::count::{is_full, showing};
use crate::support::{err, out};

/// Interrupts at some of the calls, or at all, once each.
fn interrupted(on: &str, blow: Signal, insists: bool) {
    let (some, full) = (1, 60);
    let showing = showing(9, on, some, full);
    let world = World::of("hampshire", 10);
    let rig = Rig::serve(&world);
    let reference = Reference::of(&rig, world.makes_logins());
    let mut calls: Vec<usize> = (0..reference.calls * 3).collect();
    if !is_full() {
        let chosen = proptest::sample::subsequence(calls, usize::try_from(some).unwrap());
        calls = chosen.new_tree(&mut showing.runner()).unwrap().current();
    }
    let mut hits = 0;
    for number in calls {
        let instant = if insists {
            Instant::Before
        } else {
            INSTANTS[number % 3]
        };
        let flight = if insists || number % 2 == 0 {
            Flight::One
        } else {
            Flight::Default
        };
        let aim = Aim {
            call: number / 3,
            instant,
            blow,
            insists,
        };
        hits += u64::from(interrupt(&rig, &reference, flight, aim));
    }
    showing.shown(
        hits,
        format!("interruptions at the {} calls of an apply", reference.calls),
    );
}

fn interrupt(rig: &Rig, reference: &Reference, flight: Flight, aim: Aim) -> bool {
    let what = format!("{aim:?}, {flight:?}");
    rig.begin_anew();
    let struck = rig.strike(flight, &["apply", "--yes"], aim);
    if !struck.hit {
        return false;
    }
    assert_eq!(struck.status.signal(), None, "{what}: {}", struck.said);
    let code = struck.status.code().unwrap();
    let ends = [0, 1, 4, 130, 143];
    assert!(ends.contains(&code), "{what}: {code} {}", struck.said);
    if [1, 4].contains(&code) {
        assert!(
            struck.said.contains("run `beadle apply` again"),
            "{what}: {}",
            struck.said
        );
    }
    if [130, 143].contains(&code) {
        assert_eq!(rig.writes(), 0, "{what}: {}", struck.said);
    }
    if rig.project(flight).join(".beadle/audit").exists() {
        recorded(rig, flight, &what);
        let verified = rig.plain(flight, &["audit", "verify"]).output().unwrap();
        let said = err(&verified);
        assert!(
            verified.status.success(),
            "{what}: {}{said}",
            out(&verified)
        );
        let open = said.contains("is not known") || said.contains("has no end");
        assert!(!open, "{what}: {said}");
    }
    // Nobody waits for a lease.
    let again = rig.run(flight, &["apply", "--yes"]);
    assert!(
        again.status.success(),
        "{what}: {}{}",
        out(&again),
        err(&again)
    );
    assert!(nothing_left(&out(&again)), "{what}: {}", out(&again));
    reference.checks_out(rig, flight, &what);
    let locks = fs::read_dir(rig.project(flight).join(".beadle/lock/project")).unwrap();
    assert!(locks.count() <= 4, "{what}: a chain that grows");
    true
}

#[test]
fn ctrl_c_once_finishes_what_is_in_flight() {
    interrupted("ctrl-c", Signal::SIGINT, false);
}

#[test]
fn ctrl_c_twice_gives_it_up_at_once() {
    interrupted("ctrl-c-twice", Signal::SIGINT, true);
}

#[test]
fn sigterm_is_as_ctrl_c() {
    interrupted("sigterm", Signal::SIGTERM, false);
}
