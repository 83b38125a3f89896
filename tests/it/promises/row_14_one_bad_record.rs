//! Promise 14: one bad record stops only itself. Every call about one user is refused, for ever:
//! everybody else has what they are to have after one run, and the one is named.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use beadle::model::rules::{Create, Rules, SaveUnit};
use beadle::portal::driver;

use super::cases::{drawn, until_counted};
use super::count::{is_full, showing};
use super::network::World;
use super::network::people::{Kind, address, id, kind};
use super::proxy::{Back, Call, Fate, Proxy, Rig, answer};
use crate::support::{err, out};

/// Users about whom there is a call of their own: 500 in a full run.
fn users() -> usize {
    if is_full() { 500 } else { 40 }
}

/// Whether there is a call about somebody alone.
fn has_calls(rules: &Rules, number: usize) -> bool {
    match kind(number) {
        Kind::Joins | Kind::Changes | Kind::IsRenamed => true,
        // Unticked in the products' sets, where there is nothing else to end.
        Kind::Leaves => rules.save.value != SaveUnit::AreaSet || rules.directory,
        Kind::IsUnmanaged => false,
    }
}

/// So many people that there are enough users among them.
fn people(rules: &Rules) -> usize {
    let (wanted, mut users) = (users(), 0);
    let counted = (0..).position(|number| {
        users += usize::from(has_calls(rules, number));
        users == wanted
    });
    counted.unwrap() + 1
}

/// Refuses every call about one account.
struct Refusing {
    path: String,
    address: String,
    status: u16,
    refused: Arc<AtomicU64>,
}

impl Rig for Refusing {
    fn fate(&self, call: &Call) -> Fate {
        let own = call.path().split('/').any(|part| part == self.path);
        let body = String::from_utf8_lossy(&call.body);
        let makes = call.method == "POST" && body.contains(&format!("\"{}\"", self.address));
        if call.writes() && (own || makes) {
            self.refused.fetch_add(1, Ordering::SeqCst);
            let told = r#"{"type":"https://portal.example/problems/broken-record"}"#;
            let fields = [("Content-Type", "application/problem+json")];
            return Fate::Kept(Back::Instead(answer(self.status, &fields, told)));
        }
        Fate::FORWARD
    }
}

/// A world in which the record of this number is bad, its network, and how often it was refused.
fn broken(world: &World, bad: usize, status: u16) -> (Proxy, Arc<AtomicU64>) {
    let refused: Arc<AtomicU64> = Arc::default();
    let rig = Refusing {
        path: id(world.rules, bad),
        address: address(bad),
        status,
        refused: Arc::clone(&refused),
    };
    (Proxy::before(&world.url(), rig), refused)
}

/// What is left is about the one, and about nobody else.
fn assert_the_others_converged(world: &World, bad: usize) {
    let left = world.left();
    let person = address(bad);
    assert!(!left.is_empty(), "nothing was refused of {person}");
    for action in &left.units[0].actions {
        assert_eq!(
            action.account.person.as_deref(),
            Some(&*person),
            "{action:?}"
        );
    }
}

/// One apply in which this record is bad.
fn case(model: &str, bad: usize) {
    let rules = driver(model).unwrap().rules;
    let world = World::of(model, people(rules));
    let status = [422, 500, 400][bad % 3];
    let (proxy, refused) = broken(&world, bad, status);
    let portal = world.open(world.access(&proxy.url(&world.url())));
    let (plan, report) = world.run(&portal, 8).applied();
    drop(proxy);
    assert!(refused.load(Ordering::SeqCst) > 0);
    assert_the_others_converged(&world, bad);
    assert!(report.actions_done() > 0, "exit 4 is for what is half done");
    for of in report.by_action().iter().filter(|of| !of.outcome.is_done()) {
        let account = &plan.units[0].actions[of.action.0 as usize].account;
        assert_eq!(
            account.person.as_deref(),
            Some(&*address(bad)),
            "{:?}",
            of.outcome
        );
    }
}

fn show(model: &str) {
    let rules = driver(model).unwrap().rules;
    let showing = showing(14, model, 2, users() as u64);
    let mut users: Vec<usize> = (0..people(rules))
        .filter(|at| has_calls(rules, *at))
        .collect();
    assert_eq!(users.len(), self::users());
    // An ordinary run shows one of each kind, others for another seed.
    users.sort_by_key(|at| drawn(&[&at.to_le_bytes()]));
    let mut chosen: Vec<usize> = Vec::new();
    for kind_of in [Kind::Joins, Kind::Changes, Kind::IsRenamed, Kind::Leaves] {
        chosen.extend(users.iter().find(|at| kind(**at) == kind_of));
    }
    let others = users.iter().filter(|at| !chosen.contains(at)).copied();
    let order: Vec<usize> = chosen.iter().copied().chain(others).collect();
    let done = Mutex::new(0);
    until_counted(showing.times, |number| {
        if let Some(bad) = order.get(usize::try_from(number).unwrap()) {
            case(model, *bad);
            *done.lock().unwrap() += 1;
        }
        1
    });
    let done = done.into_inner().unwrap();
    showing.shown(done, format!("bad records among {} users", self::users()));
}

/// The same through the program: it says which one, and ends with 4.
fn by_the_program(model: &str) {
    let rules = driver(model).unwrap().rules;
    let world = World::of(model, people(rules));
    let joins = rules.create.value != Create::Upstream;
    let bad = (users() / 2..)
        .find(|number| kind(*number) == if joins { Kind::Joins } else { Kind::Changes })
        .unwrap();
    let (proxy, _) = broken(&world, bad, 422);
    let folder = tempfile::tempdir().unwrap();
    let yaml = world.yaml(&proxy.url(&world.url()));
    std::fs::write(folder.path().join("beadle.yaml"), yaml).unwrap();
    let output = world.beadle(folder.path(), &["apply", "--yes"]);
    let told = format!("{}{}", out(&output), err(&output));
    assert_eq!(output.status.code(), Some(4), "{told}");
    let wrong: Vec<&str> = not_done(&told).collect();
    assert!(!wrong.is_empty(), "{told}");
    for line in wrong {
        assert!(
            line.contains(&address(bad)) || line.contains(&id(rules, bad)),
            "{line}"
        );
    }
    let left = world.beadle(folder.path(), &["plan", "--format", "json"]);
    let left: serde_json::Value = serde_json::from_slice(&left.stdout).unwrap();
    let actions = left["units"][0]["actions"].as_array().unwrap().clone();
    assert!(!actions.is_empty());
    for action in actions {
        let account = action["account"].as_str().unwrap();
        assert!(
            [address(bad), id(rules, bad)]
                .iter()
                .any(|one| one == account),
            "{action}"
        );
    }
    drop(proxy);
}

/// The lines of the actions that were not done.
fn not_done(told: &str) -> impl Iterator<Item = &str> {
    let lines = told.lines();
    lines.filter(|line| line.starts_with("  failed ") || line.starts_with("  skipped "))
}

#[test]
fn ofs() {
    show("ofs");
}

#[test]
fn through_the_program() {
    for model in ["ofs", "hfl", "hampshire", "hwb", "scim"] {
        if is_full() || model == "ofs" {
            by_the_program(model);
        }
    }
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
