//! The killer: the portals in this process, a network before them, and the built program as a
//! child that is struck when its call number k has arrived, has been carried out, or is answered.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use beadle::sandbox::{self, Options, PortalOptions, Running};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::tracer::{self, Traced, Until};
use super::world::World;
use crate::promises::proxy::{self, Answer, Back, Call, Fate, Proxy};
use crate::support::{TODAY, beadle, http};

/// The name of the file with what a struck child said.
const SAID: &str = "struck.txt";

/// How long a child that is asked twice may take to hear the first.
const AGAIN: Duration = Duration::from_millis(5);

/// When in the life of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instant {
    /// It has arrived, and the portal knows nothing of it.
    Before,
    /// The portal has carried it out, and the answer is withheld.
    During,
    /// The answer has been given whole.
    After,
}

pub(super) const INSTANTS: [Instant; 3] = [Instant::Before, Instant::During, Instant::After];

/// Where a child is struck, and with what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aim {
    /// Which call, from 0.
    pub(super) call: usize,
    pub(super) instant: Instant,
    pub(super) blow: Signal,
    /// Once more and once more, until it ends or gives the call up.
    pub(super) insists: bool,
}

#[derive(Default)]
struct State {
    aim: Option<Aim>,
    child: Option<Pid>,
    /// The number of the first call since the last beginning.
    base: usize,
    /// One more than the highest number of a call.
    next: usize,
    in_flight: usize,
    /// Connections that are taken and not over.
    connections: usize,
    /// The first that writes.
    first_write: Option<usize>,
    struck: bool,
    /// Calls of a killed child that arrive after all are lost.
    lost: bool,
}

impl State {
    fn strike(&mut self, call: &Call, instant: Instant) {
        let Some(aim) = self.aim else { return };
        let is_it = self.is_aim(call, instant) && !self.struck;
        let (true, Some(child)) = (is_it, self.child) else {
            return;
        };
        kill(child, aim.blow).unwrap();
        self.struck = true;
        self.lost = aim.blow == Signal::SIGKILL;
    }

    /// Whether a call is the one, now.
    fn is_aim(&self, call: &Call, instant: Instant) -> bool {
        let is_it = |aim: Aim| self.base + aim.call == call.number && aim.instant == instant;
        self.aim.is_some_and(is_it)
    }
}

/// What is between the child and its portal.
struct Between {
    /// Where the portals are, if they show late what they have accepted.
    late: Option<String>,
    state: Mutex<State>,
    changed: Condvar,
}

impl Between {
    /// Strikes until the child has ended, or has gone on to another call.
    fn insist(&self, child: Pid, call: usize) {
        let over = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT | WaitPidFlag::WNOHANG;
        while waitid(Id::Pid(child), over) == Ok(WaitStatus::StillAlive) {
            kill(child, Signal::SIGINT).unwrap();
            let state = self.state.lock().unwrap();
            if state.next > call + 1 {
                return;
            }
            // Until the next call wakes it; or else once more, since two may have come as one.
            drop(self.changed.wait_timeout(state, AGAIN).unwrap());
        }
    }
}

struct Shared(Arc<Between>);

impl proxy::Rig for Shared {
    fn fate(&self, call: &Call) -> Fate {
        let mut state = self.0.state.lock().unwrap();
        state.in_flight += 1;
        state.next = state.next.max(call.number + 1);
        self.0.changed.notify_all();
        if call.writes() {
            let number = call.number - state.base;
            state.first_write.get_or_insert(number);
        }
        if state.lost {
            return Fate::Kept(Back::Nothing);
        }
        state.strike(call, Instant::Before);
        if state.lost {
            return Fate::Kept(Back::Nothing);
        }
        let withheld = state.is_aim(call, Instant::During)
            && state.aim.is_some_and(|aim| aim.blow == Signal::SIGKILL);
        let insists =
            state.is_aim(call, Instant::Before) && state.aim.is_some_and(|aim| aim.insists);
        let child = state.child;
        drop(state);
        if let (true, Some(child)) = (insists, child) {
            // The portal has it and never answers.
            self.0.insist(child, call.number);
            return Fate::Forwarded(Back::Nothing);
        }
        Fate::Forwarded(if withheld { Back::Nothing } else { Back::All })
    }

    fn answered(&self, call: &Call, _answer: &Answer) {
        let mut state = self.0.state.lock().unwrap();
        state.strike(call, Instant::During);
        let aimed = state
            .aim
            .is_some_and(|aim| state.base + aim.call == call.number);
        drop(state);
        // What is struck stays late. Nobody waits for the rest.
        if let (Some(portals), true, false) = (&self.0.late, call.writes(), aimed) {
            read_once(portals, call);
        }
    }

    fn sent(&self, call: &Call) {
        let mut state = self.0.state.lock().unwrap();
        state.strike(call, Instant::After);
        state.in_flight -= 1;
        self.0.changed.notify_all();
    }

    fn opened(&self) {
        self.0.state.lock().unwrap().connections += 1;
    }

    fn closed(&self) {
        self.0.state.lock().unwrap().connections -= 1;
        self.0.changed.notify_all();
    }
}

/// Reads the list of users that a call writes to: what was accepted shows from the second read on.
fn read_once(portals: &str, call: &Call) {
    let (before, _) = call.path().split_once("/users").unwrap();
    let token = call.header("authorization").unwrap();
    let mut stream = TcpStream::connect(portals.strip_prefix("http://").unwrap()).unwrap();
    let request = format!(
        "GET {before}/users HTTP/1.1\r\nHost: portal\r\nAuthorization: {token}\r\nConnection: \
         close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// How many calls a project lets be in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flight {
    One,
    Default,
}

/// One world, served, with a project for each [`Flight`].
pub(super) struct Rig {
    pub(super) runtime: Runtime,
    running: Option<Running>,
    between: Arc<Between>,
    proxy: Proxy,
    folder: TempDir,
    pub(super) seed: Value,
}

/// What became of a child that was aimed at.
pub(super) struct Struck {
    /// Whether it lived long enough to be struck.
    pub(super) hit: bool,
    pub(super) status: ExitStatus,
    /// What it said, on both streams.
    pub(super) said: String,
}

/// A folder in memory where there is one: what is written there is as safe from a kill, and nobody
/// waits for a disk.
pub(super) fn quick_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = tempfile::Builder::new()
        .prefix("beadle-")
        .tempdir_in(memory);
    made.or_else(|_| tempfile::tempdir()).unwrap()
}

impl Rig {
    /// Serves a world.
    pub(super) fn serve(world: &World) -> Self {
        let seed = world.snapshot();
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
        let running = runtime
            .block_on(sandbox::start(Options {
                listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                database: None,
                today: TODAY.parse().unwrap(),
                portals: vec![PortalOptions {
                    name: "portal".to_owned(),
                    driver: world.rules.driver.to_owned(),
                    snapshots: vec![serde_json::from_value(seed.clone()).unwrap()],
                }],
            }))
            .unwrap();
        let between = Arc::new(Between {
            late: world.makes_logins().then(|| running.ready().url.clone()),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let proxy = Proxy::before(&running.ready().url, Shared(Arc::clone(&between)));
        let url = proxy.url(&running.ready().portals["portal"].project_url);
        let folder = quick_folder();
        for (name, more) in [("one", ", concurrency: 1"), ("default", "")] {
            fs::create_dir(folder.path().join(name)).unwrap();
            let file = folder.path().join(name).join("beadle.yaml");
            fs::write(file, world.yaml(&url, more)).unwrap();
        }
        Self {
            runtime,
            running: Some(running),
            between,
            proxy,
            folder,
            seed,
        }
    }

    /// The folder of a project.
    pub(super) fn project(&self, flight: Flight) -> PathBuf {
        let name = match flight {
            Flight::One => "one",
            Flight::Default => "default",
        };
        self.folder.path().join(name)
    }

    /// The program in a project, for the day of the tests.
    pub(super) fn command(&self, flight: Flight, arguments: &[&str]) -> Command {
        let mut command = self.plain(flight, arguments);
        command.args(["--today", TODAY]);
        command
    }

    /// The same, for a command that plans nothing.
    pub(super) fn plain(&self, flight: Flight, arguments: &[&str]) -> Command {
        let mut command = beadle(&self.project(flight));
        let ready = self.running.as_ref().unwrap().ready();
        command.env("PORTAL_TOKEN", &ready.portals["portal"].token);
        command.env("BEADLE_HOLDER", "the rig");
        command.args(arguments);
        command
    }

    pub(super) fn run(&self, flight: Flight, arguments: &[&str]) -> Output {
        self.command(flight, arguments).output().unwrap()
    }

    fn control(&self, method: &str, path: &str) -> Value {
        let ready = self.running.as_ref().unwrap().ready();
        let (status, text) = http(method, &format!("{}{path}", ready.control), "").unwrap();
        assert!(status < 300, "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// The portal as it was seeded, the projects without records, the network open.
    pub(super) fn begin_anew(&self) {
        self.control("POST", "/reset");
        for flight in [Flight::One, Flight::Default] {
            for left in [".beadle", "worklists", SAID] {
                let path = self.project(flight).join(left);
                let _ = fs::remove_dir_all(&path);
                let _ = fs::remove_file(&path);
            }
        }
        self.open(None);
    }

    /// Lets everything pass, from a first call on.
    fn open(&self, aim: Option<Aim>) {
        let mut state = self.between.state.lock().unwrap();
        let State {
            next, in_flight, ..
        } = *state;
        *state = State {
            aim,
            base: next,
            next,
            in_flight,
            ..State::default()
        };
    }

    /// How many calls there were since the last beginning.
    pub(super) fn calls(&self) -> usize {
        let state = self.between.state.lock().unwrap();
        state.next - state.base
    }

    /// Which call of those is the first that writes.
    pub(super) fn first_write(&self) -> usize {
        self.between.state.lock().unwrap().first_write.unwrap()
    }

    /// Runs a command and strikes it. Returns once nothing of it is under way any more, and the
    /// network lets everything pass again.
    pub(super) fn strike(&self, flight: Flight, arguments: &[&str], aim: Aim) -> Struck {
        let said = self.project(flight).join(SAID);
        let file = File::create(&said).unwrap();
        self.open(Some(aim));
        let mut command = self.command(flight, arguments);
        command.stdout(file.try_clone().unwrap()).stderr(file);
        let mut child = {
            // No call of it gets through before it is known whose it is.
            let mut state = self.between.state.lock().unwrap();
            let child = command.spawn().unwrap();
            state.child = Some(Pid::from_raw(child.id().try_into().unwrap()));
            child
        };
        let pid = Pid::from_raw(child.id().try_into().unwrap());
        // Its number stays its own until nobody can strike it any more.
        let ended = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
        waitid(Id::Pid(pid), ended).unwrap();
        let hit = self.settle();
        let status = child.wait().unwrap();
        let said = fs::read_to_string(said).unwrap();
        Struck { hit, status, said }
    }

    /// The same, under trace, with a slow disk.
    pub(super) fn strike_traced(
        &self,
        flight: Flight,
        arguments: &[&str],
        aim: Aim,
    ) -> (bool, Traced) {
        self.open(Some(aim));
        let spawned = |child| self.between.state.lock().unwrap().child = Some(child);
        let command = self.command(flight, arguments);
        let traced = tracer::run(&command, &self.project(flight), Until::PowerCut, spawned);
        (self.settle(), traced)
    }

    /// Waits until nothing of a child that has ended is under way, and lets everything pass again.
    /// Whether it was struck.
    pub(super) fn settle(&self) -> bool {
        self.between.state.lock().unwrap().child = None;
        // What the child had sent when it ended may lie unread.
        self.proxy.catch_up();
        let mut state = self.between.state.lock().unwrap();
        while state.in_flight > 0 || state.connections > 0 {
            state = self.between.changed.wait(state).unwrap();
        }
        let hit = state.struck;
        drop(state);
        self.open(None);
        hit
    }

    /// The accounts that the portal holds.
    pub(super) fn accounts(&self) -> Vec<Value> {
        let organisation = self.seed["organisation"].as_str().unwrap();
        let path = format!("/state?portal=portal&organisation={organisation}");
        self.control("GET", &path)["accounts"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// Whom the portal has mailed what, in order.
    pub(super) fn mails(&self) -> Vec<String> {
        let mails = self.control("GET", "/outbox");
        let one = |mail: &Value| format!("{}: {}", mail["to"], mail["subject"]);
        let mut mails: Vec<String> = mails.as_array().unwrap().iter().map(one).collect();
        mails.sort();
        mails
    }

    /// How many writing calls the portal has carried out.
    pub(super) fn writes(&self) -> usize {
        let calls = self.control("GET", "/calls");
        let done = |call: &&Value| call["method"] != "GET" && call["carried_out"] == true;
        calls.as_array().unwrap().iter().filter(done).count()
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let _ = self.runtime.block_on(running.stop());
        }
    }
}
