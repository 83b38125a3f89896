//! What must hold after a kill, and after the rerun: nothing changed at the portal that is not in
//! the log, nothing twice, nothing lost.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use beadle::record::Folder;
use beadle::record::audit::{Entry, People, lines, segments, verify};
use beadle::record::lock::{LEASE, MARGIN};
use serde_json::Value;

use super::rig::{Flight, Rig};
use crate::record::rig::age;
use crate::support::{err, out};

/// Accounts by their address, without what differs from run to run: ids, and login ids that the
/// portal makes.
pub(super) fn by_address(accounts: &[Value], made: bool) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for account in accounts {
        let mut account = account.clone();
        let address = account["email"].as_str().unwrap().to_owned();
        let fields = account.as_object_mut().unwrap();
        fields.remove("id");
        if made {
            fields.remove("login");
        }
        let twin = found.insert(address.clone(), account);
        assert!(twin.is_none(), "two accounts of {address}");
    }
    found
}

/// What an apply that nobody kills comes to.
pub(super) struct Reference {
    /// Calls of one run, reading and writing.
    pub(super) calls: usize,
    /// Those that write.
    pub(super) writes: usize,
    pub(super) actions: u64,
    made: bool,
    accounts: BTreeMap<String, Value>,
    mails: Vec<String>,
}

impl Reference {
    /// Applies once, and looks.
    pub(super) fn of(rig: &Rig, made: bool) -> Self {
        rig.begin_anew();
        let planned = rig.run(Flight::Default, &["plan", "--format", "json"]);
        assert!(
            planned.status.success(),
            "{}{}",
            out(&planned),
            err(&planned)
        );
        let plan: Value = serde_json::from_slice(&planned.stdout).unwrap();
        let actions = plan["summary"]["actions"].as_object().unwrap();
        let actions = actions.values().filter_map(Value::as_u64).sum();
        rig.begin_anew();
        let applied = rig.run(Flight::Default, &["apply", "--yes"]);
        assert!(
            applied.status.success(),
            "{}{}",
            out(&applied),
            err(&applied)
        );
        let calls = rig.calls();
        let reference = Self {
            calls,
            writes: rig.writes(),
            actions,
            made,
            accounts: by_address(&rig.accounts(), made),
            mails: rig.mails(),
        };
        assert!(nothing_left(&out(&applied)), "{}", out(&applied));
        reference.checks_out(rig, Flight::Default, "without a kill");
        reference
    }

    /// Everything is as if nobody had been killed.
    pub(super) fn checks_out(&self, rig: &Rig, flight: Flight, what: &str) {
        let accounts = rig.accounts();
        assert_eq!(by_address(&accounts, self.made), self.accounts, "{what}");
        assert_eq!(rig.mails(), self.mails, "{what}: mails");
        recorded(rig, flight, what);
    }
}

/// Whether an apply said that its second plan has nothing for beadle to do.
pub(super) fn nothing_left(said: &str) -> bool {
    said.contains("Planned again: nothing to do.")
        || said.contains("Planned again: nothing left for beadle to do")
        || said.contains("Nothing to do. What is live")
}

/// The log of a project: whom each call of it touches, and whom in which area.
struct Log {
    people: BTreeSet<String>,
    areas: BTreeSet<(String, String)>,
}

fn read_log(rig: &Rig, project: &Path, what: &str) -> Log {
    let store = Folder::new(project.join(".beadle"));
    rig.runtime.block_on(async {
        let verified = verify(&store, None).await.unwrap();
        assert_eq!(verified.faults, [], "{what}");
        let people = People::read(&store).await.unwrap();
        let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for person in people.all() {
            let known = names.entry(&person.pseudonym).or_default();
            known.extend([person.key.as_str(), person.login.as_str()]);
        }
        let mut log = Log {
            people: BTreeSet::new(),
            areas: BTreeSet::new(),
        };
        for segment in segments(&store).await.unwrap() {
            let (lines, _) = lines(&store, &segment).await.unwrap();
            for line in lines {
                let Entry::Call(call) = line.unwrap().line.entry else {
                    continue;
                };
                for person in &call.people {
                    log.people
                        .extend(names[person.as_str()].iter().map(|&name| name.into()));
                }
                for action in &call.actions {
                    let who = names[action.person.as_str()].iter();
                    let area = action.area.clone().unwrap_or_default();
                    log.areas
                        .extend(who.map(|&name| (name.to_owned(), area.clone())));
                }
            }
        }
        log
    })
}

/// The log is sound, and everything that differs from how the portal was is in it: whose account,
/// and which area.
pub(super) fn recorded(rig: &Rig, flight: Flight, what: &str) {
    let log = read_log(rig, &rig.project(flight), what);
    let seeded = by_address(rig.seed["accounts"].as_array().unwrap(), false);
    let now = by_address(&rig.accounts(), false);
    let everybody: BTreeSet<&String> = seeded.keys().chain(now.keys()).collect();
    for address in everybody {
        let (before, after) = (seeded.get(address), now.get(address));
        let same = before
            .zip(after)
            .is_some_and(|(before, after)| alike(before, after));
        if same {
            continue;
        }
        let login = before
            .or(after)
            .map(|account| account["login"].as_str().unwrap());
        let names = [address.as_str(), login.unwrap()];
        let known = names.iter().any(|name| log.people.contains(*name));
        assert!(
            known,
            "{what}: the account of {address} has changed, and no record says so"
        );
        let (before, after) = (areas(before), areas(after));
        if after.is_empty() && !now.contains_key(address) {
            continue;
        }
        for area in before.symmetric_difference(&after) {
            let is = |name: &&str| log.areas.contains(&((*name).to_owned(), area.clone()));
            // Ending somebody's access ends every area of theirs.
            let ended = |name: &&str| {
                after.is_empty() && log.areas.contains(&((*name).to_owned(), String::new()))
            };
            let known = names.iter().any(is) || names.iter().any(ended);
            assert!(
                known,
                "{what}: {area} of {address} has changed, and no record says so"
            );
        }
    }
}

fn areas(account: Option<&Value>) -> BTreeSet<String> {
    let areas = account.and_then(|account| account["areas"].as_array());
    let areas = areas.into_iter().flatten();
    areas
        .map(|area| area.as_str().unwrap().to_owned())
        .collect()
}

/// Whether two say the same of an account; what a snapshot leaves out is as if it said so.
fn alike(before: &Value, after: &Value) -> bool {
    let plain = |account: &Value, field: &str| account.get(field).cloned().unwrap_or(Value::Null);
    let told = |account: &Value, field: &str, silent: bool| {
        account
            .get(field)
            .and_then(Value::as_bool)
            .unwrap_or(silent)
    };
    ["login", "name", "expires"]
        .iter()
        .all(|field| plain(before, field) == plain(after, field))
        && told(before, "active", true) == told(after, "active", true)
        && told(before, "admin", false) == told(after, "admin", false)
        && areas(Some(before)) == areas(Some(after))
}

/// As if the whole lease of the lock had gone by, and not a second more.
pub(super) fn lease_passes(rig: &Rig, flight: Flight) {
    let lock = rig.project(flight).join(".beadle/lock");
    if lock.exists() {
        let whole: Duration = LEASE + MARGIN;
        age(&lock, whole.as_secs());
    }
}
