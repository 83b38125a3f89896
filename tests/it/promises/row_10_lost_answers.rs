//! Promise 10: an unknown outcome is read, not guessed. The network carries writing calls to the
//! portal and loses their answers: nobody gets a second account or a second mail, and what the
//! report calls done is done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use beadle::executor::{Known, Shown, is_done};
use beadle::model::name::LoginId;
use beadle::model::outcome::{ApplyReport, Outcome};
use beadle::model::plan::Plan;
use beadle::model::rules::{LoginForm, Mail};

use super::cases::{drawn, until_counted};
use super::count::showing;
use super::network::people::{address, joining};
use super::network::{Run, World};
use super::proxy::{Answer, Back, Call, Fate, Proxy, Rig, answer};

const PEOPLE: usize = 10;
/// Longest wait for an answer.
const WAIT: Duration = Duration::from_millis(500);
/// Most runs until everything is done: with so many answers lost it takes a few.
const RUNS: usize = 12;

/// Loses answers; of reading calls it drops a few on the way.
struct Losing {
    case: u64,
    seen: Mutex<BTreeMap<String, u64>>,
    /// The numbers of the calls whose answer is to be lost.
    doomed: Mutex<BTreeSet<usize>>,
    lost: Arc<AtomicU64>,
    /// What the portal was asked to make, and made: the body, and the key that it came with.
    made: Mutex<BTreeMap<String, Option<String>>>,
}

fn named(call: &Call) -> String {
    let body = String::from_utf8_lossy(&call.body);
    format!("{} {} {body}", call.method, call.target)
}

fn key_of(call: &Call) -> Option<String> {
    call.header("idempotency-key").map(str::to_owned)
}

impl Rig for Losing {
    fn fate(&self, call: &Call) -> Fate {
        let name = named(call);
        let nth = {
            let mut seen = self.seen.lock().unwrap();
            let nth = seen.entry(name.clone()).or_default();
            *nth += 1;
            *nth
        };
        let chance = drawn(&[
            &self.case.to_le_bytes(),
            name.as_bytes(),
            &nth.to_le_bytes(),
        ]);
        let how = chance / 100;
        if call.method == "POST" {
            // Only by its key would a portal that refuses no address know that it is the same one.
            let made = self.made.lock().unwrap();
            let again = made.get(&name);
            let known = again.is_none_or(|key| key.is_some() && *key == key_of(call));
            assert!(known, "asked for twice: {name}");
        }
        if !call.writes() {
            return match chance % 100 {
                // So that reading back fails too, now and then.
                0..10 => Fate::Kept(Back::Reset(0)),
                _ => Fate::FORWARD,
            };
        }
        if chance % 100 >= 60 {
            return Fate::FORWARD;
        }
        self.doomed.lock().unwrap().insert(call.number);
        let refusal = |status| Back::Instead(answer(status, &[], ""));
        Fate::Forwarded(match how % 16 {
            0 => Back::Stall(0),
            1..4 => Back::Nothing,
            4..7 => Back::Reset(0),
            7..9 => Back::Cut(20),
            9..11 => Back::Cut(usize::try_from(how % 400).unwrap()),
            11..13 => refusal(502),
            13 => refusal(504),
            14 => refusal(500),
            _ => Back::Instead(answer(200, &[("Content-Type", "text/html")], "<p>Hello")),
        })
    }

    fn answered(&self, call: &Call, answer: &Answer) {
        // What the portal refused was not done.
        let done = (200..300).contains(&answer.status);
        if done && call.method == "POST" {
            self.made.lock().unwrap().insert(named(call), key_of(call));
        }
        if done && self.doomed.lock().unwrap().contains(&call.number) {
            self.lost.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// What is said to be done is there; what is said to have failed is not, or that is not known.
fn assert_is_true(world: &World, plan: &Plan, report: &ApplyReport) {
    let live = world.live();
    let assigned = world.rules.login.value == LoginForm::Assigned;
    let shown = Shown::of(live.accounts().values(), assigned);
    let administration = ["administration".into()].into();
    let known = Known {
        administration: &administration,
        complete: true,
        term_end: plan.day,
    };
    for (index, actions, outcome) in &report.saves {
        let unit = &plan.units[index.unit as usize];
        let actions = actions
            .iter()
            .map(|action| &unit.actions[action.0 as usize]);
        let logins: BTreeSet<&LoginId> = actions.map(|action| &action.account.login).collect();
        let mut write = plan.save(*index).unwrap().write.clone();
        // A set may have been saved without somebody.
        write.keep(|account| logins.contains(&account.login));
        let there = is_done(&write, &shown, known);
        match outcome {
            Outcome::Done | Outcome::FoundDone => assert!(there, "{outcome:?}: {write:?}"),
            Outcome::Failed(failure) => {
                let unknown = failure.message.contains("is not known");
                assert!(unknown || !there, "{failure}, and it is there: {write:?}");
            }
            _ => {}
        }
    }
}

/// One organisation, from its beginning until nothing is left to do. Answers with how many answers
/// were lost after the portal had done what it was asked.
fn case(model: &str, number: u64) -> u64 {
    let world = World::of(model, PEOPLE);
    let lost = Arc::default();
    let rig = Losing {
        case: number,
        seen: Mutex::default(),
        doomed: Mutex::default(),
        made: Mutex::default(),
        lost: Arc::clone(&lost),
    };
    let proxy = Proxy::before(&world.url(), rig);
    let forecast = world.left().summary().mails;
    let mut runs = 0;
    while !world.left().is_empty() {
        runs += 1;
        assert!(runs <= RUNS, "{:#?}", world.left().units[0].actions);
        let mut access = world.access(&proxy.url(&world.url()));
        access.total_timeout = WAIT;
        // Each run is another process: nothing is remembered but by the portal.
        let in_flight = 1 + usize::try_from(number % 3).unwrap();
        if let Run::Applied(plan, report) = world.run(&world.open(access), in_flight) {
            assert_is_true(&world, &plan, &report);
        }
    }
    drop(proxy);
    world.assert_nobody_is_twice();
    assert_eq!(world.creations(), joining(world.rules, PEOPLE), "creations");
    let mails = world.mails();
    for number in 0..PEOPLE {
        let sent = mails.get(&address(number)).copied().unwrap_or_default();
        assert!(sent <= 1, "{sent} mails to {}", address(number));
    }
    let sent: usize = mails.values().sum();
    if world.rules.mail.value == Mail::None {
        assert_eq!(sent, 0);
    }
    assert_eq!(sent as u64, forecast, "mails");
    lost.load(Ordering::SeqCst)
}

fn show(model: &str) {
    let showing = showing(10, model, 8, 1_000);
    let lost = until_counted(showing.times, |number| case(model, number));
    showing.shown(lost, "answers lost after the portal had done it");
}

#[test]
fn ofs() {
    show("ofs");
}

#[test]
fn hfl() {
    show("hfl");
}

#[test]
fn hampshire() {
    show("hampshire");
}

#[test]
fn hwb() {
    show("hwb");
}

#[test]
fn scim() {
    show("scim");
}
