//! A kill at any instant loses nothing: `kill -9` before, during and after each call of an apply of
//! 200 actions, on each model. Every kill is followed by the rerun that must put everything right:
//! exit 0 and nothing left to do, no second account, no second mail, no change without its record.

mod files;
mod rig;
mod seen;
mod signals;
mod torn;
mod tracer;
mod world;

use nix::sys::signal::Signal;
use proptest::strategy::{Strategy, ValueTree};

use super::count::showing;
use crate::support::{err, out};
use rig::{Aim, Flight, INSTANTS, Rig};
use seen::{Reference, lease_passes, nothing_left, recorded};
use world::World;

/// Kills of a full run, at least.
const FULL: u64 = 600;
/// Kills of an ordinary run.
const SHARE: u64 = 3;
/// Actions of the apply that a full run kills, at least.
const ACTIONS: u64 = 200;

/// One kill.
#[derive(Clone, Copy, Debug)]
struct Kill {
    aim: Aim,
    flight: Flight,
    /// From a plan that was saved and reviewed.
    saved: bool,
}

impl Kill {
    /// The n-th of all: each call, each instant, with both numbers of calls in flight.
    fn number(number: usize, calls: usize) -> Self {
        let (call, instant) = ((number / 3) % calls, number % 3);
        let round = number / (3 * calls);
        let flight = if (call + instant + round).is_multiple_of(2) {
            Flight::Default
        } else {
            Flight::One
        };
        Self {
            aim: Aim {
                call,
                instant: INSTANTS[instant],
                blow: Signal::SIGKILL,
                insists: false,
            },
            flight,
            saved: (call / 2 + round).is_multiple_of(3),
        }
    }
}

/// What is killed, and how it is run again.
fn applying(saved: bool) -> &'static [&'static str] {
    if saved {
        &["apply", "plan.json", "--yes"]
    } else {
        &["apply", "--yes"]
    }
}

/// Kills once, and sees that nothing is lost. False where the run ended before.
fn kill(rig: &Rig, reference: &Reference, kill: Kill, number: usize) -> bool {
    let what = format!("{kill:?}");
    rig.begin_anew();
    let struck = rig.strike(kill.flight, applying(kill.saved), kill.aim);
    if !struck.hit {
        assert!(struck.status.success(), "{what}: {}", struck.said);
        return false;
    }
    recorded(rig, kill.flight, &what);
    if number.is_multiple_of(16) {
        held_for_its_lease_alone(rig, kill, &what);
    }
    lease_passes(rig, kill.flight);
    let again = rig.run(kill.flight, applying(kill.saved));
    let said = out(&again);
    assert!(again.status.success(), "{what}: {said}{}", err(&again));
    assert!(nothing_left(&said), "{what}: {said}");
    reference.checks_out(rig, kill.flight, &what);
    if number.is_multiple_of(3) {
        let plan = rig.run(kill.flight, &["plan", "--detailed-exitcode"]);
        assert_eq!(
            plan.status.code(),
            Some(0),
            "{what}: {}{}",
            out(&plan),
            err(&plan)
        );
    }
    true
}

/// A rerun at once is refused, with the end of the lease; it changes nothing.
fn held_for_its_lease_alone(rig: &Rig, kill: Kill, what: &str) {
    let writes = rig.writes();
    let refused = rig.run(kill.flight, applying(kill.saved));
    assert_eq!(
        refused.status.code(),
        Some(3),
        "{what}: {}{}",
        out(&refused),
        err(&refused)
    );
    assert!(
        err(&refused).contains("its lease ends at"),
        "{what}: {}",
        err(&refused)
    );
    assert_eq!(rig.writes(), writes, "{what}");
}

fn killed(driver: &str, people: usize) {
    let showing = showing(9, driver, SHARE, FULL);
    let full = showing.times == FULL;
    let world = World::of(driver, if full { people } else { 10 });
    let rig = Rig::serve(&world);
    let reference = Reference::of(&rig, world.makes_logins());
    if full {
        let Reference { actions, calls, .. } = reference;
        assert!(
            actions >= ACTIONS,
            "{driver}: {actions} actions in {calls} calls"
        );
    }
    rig.begin_anew();
    for flight in [Flight::One, Flight::Default] {
        let saved = rig.run(flight, &["plan", "--out", "plan.json"]);
        assert!(saved.status.success(), "{}", err(&saved));
    }
    let every = reference.calls * 3;
    let rounds = if full {
        // A few more, since the last calls of a run may end it first.
        usize::try_from(FULL + 30).unwrap().div_ceil(every)
    } else {
        2
    };
    let mut runner = showing.runner();
    let mut chosen: Vec<usize> = (0..rounds * every).collect();
    if !full {
        let some = proptest::sample::subsequence(chosen, usize::try_from(SHARE).unwrap());
        chosen = some.new_tree(&mut runner).unwrap().current();
    }
    let mut hits = 0;
    for number in chosen {
        hits += u64::from(kill(
            &rig,
            &reference,
            Kill::number(number, reference.calls),
            number,
        ));
    }
    let Reference {
        calls,
        writes,
        actions,
        ..
    } = reference;
    showing.shown(
        hits,
        format!(
            "kills at the {calls} calls ({writes} of them writing) of an apply of {actions} actions"
        ),
    );
}

#[test]
fn ofs() {
    killed("ofs", 140);
}

#[test]
fn hfl() {
    killed("hfl", 140);
}

#[test]
fn hampshire() {
    killed("hampshire", 140);
}

#[test]
fn hwb() {
    killed("hwb", 240);
}

#[test]
fn scim() {
    killed("scim", 140);
}
