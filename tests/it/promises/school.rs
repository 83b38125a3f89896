//! Organisations at one embedded portal, planned and applied in this process through the use cases
//! of the program and its real drivers, over HTTP. Somebody else can change what is live.

use std::fmt::Write as _;
use std::fs;
use std::io;

use beadle::app::{self, Exit, Failure, PlanningOptions, Progress, Redact, Screen, apply, plan};
use beadle::model::diagnostic::{Diagnostic, Sources};
use beadle::model::rules::Rules;
use beadle::sandbox::{Options, PortalOptions, Running, start};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::conformance::place::{Someone, organisation, settings, snapshot, user};
use crate::support::http;

/// The portal's name.
const PORTAL: &str = "portal";

/// One organisation: who is live there, what the YAML says, and what else it says.
pub(super) struct Said {
    pub(super) live: Vec<Someone>,
    pub(super) users: Vec<Someone>,
    pub(super) more: String,
}

/// A portal with organisations, and the project that is about them.
pub(super) struct School {
    pub(super) folder: TempDir,
    pub(super) organisations: Vec<String>,
    runtime: Runtime,
    running: Option<Running>,
    control: String,
}

/// What a use case said, and how it ended.
pub(super) struct Ended {
    pub(super) exit: Result<Exit, Failure>,
    pub(super) out: String,
    pub(super) warned: String,
}

impl Ended {
    /// The exit code that the program would end with.
    pub(super) fn code(&self) -> u8 {
        match &self.exit {
            Ok(Exit::Done) => 0,
            Ok(Exit::Failed) | Err(_) => 1,
            Ok(Exit::Changes) => 2,
            Ok(Exit::Refused) => 3,
            Ok(Exit::Partial) => 4,
        }
    }
}

/// The current day where the project says that it is.
pub(super) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

impl School {
    /// `policy` is what stands under that key, a line each.
    pub(super) fn open(rules: &'static Rules, policy: &[&str], said: &[Said]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let mut organisations = Vec::new();
        let mut snapshots = Vec::new();
        for (number, one) in (1..).zip(said) {
            let first = organisation(rules);
            // Ids of as many digits, one each.
            let id = format!("{}{number}", &first[..first.len() - 1]);
            let mut seed = snapshot(rules, &one.live);
            seed["organisation"] = id.as_str().into();
            seed["taken"] = today().to_string().into();
            snapshots.push(serde_json::from_value(seed).unwrap());
            organisations.push(id);
        }
        let options = Options {
            listen: ([127, 0, 0, 1], 0).into(),
            database: None,
            today: today(),
            portals: vec![PortalOptions {
                name: PORTAL.to_owned(),
                driver: rules.driver.to_owned(),
                snapshots,
            }],
        };
        let running = runtime.block_on(start(options)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let portal = &running.ready().portals[PORTAL];
        fs::write(folder.path().join("token"), &portal.token).unwrap();
        let reach = format!("url: \"{}\", token: {{ file: token }}", portal.project_url);
        let mut text = format!(
            "version: 1\ntimezone: UTC\nportals:\n  portal: {{ {} }}\npolicy:\n",
            settings(rules, &reach)
        );
        for line in policy {
            writeln!(text, "  {line}").unwrap();
        }
        text.push_str("organisations:\n");
        for (number, (id, one)) in organisations.iter().zip(said).enumerate() {
            write!(
                text,
                "  place{number}:\n    name: Place {number}\n    portals: {{ portal: \"{id}\" }}\n"
            )
            .unwrap();
            if !one.users.is_empty() {
                text.push_str("    users:\n");
            }
            for someone in &one.users {
                text.push_str(&user(rules, someone));
            }
            for line in one.more.lines() {
                writeln!(text, "    {line}").unwrap();
            }
        }
        fs::write(folder.path().join("beadle.yaml"), text).unwrap();
        Self {
            folder,
            organisations,
            runtime,
            control: running.ready().control.clone(),
            running: Some(running),
        }
    }

    /// Saves the plan as `plan.json`.
    pub(super) fn plan(&self) -> Ended {
        let options = plan::Options {
            path: self.folder.path().to_owned(),
            planning: PlanningOptions::default(),
            format: plan::Format::Text,
            out: Some(self.folder.path().join("plan.json")),
            live: None,
            detailed_exitcode: false,
            redact: Redact::Never,
            changed_since: None,
            compare_with: None,
            applied: None,
        };
        self.ended(|screen| self.runtime.block_on(app::plan::run(&options, screen)))
    }

    /// Applies what is asked for: the project itself, or a saved plan by its name.
    pub(super) fn apply(&self, saved: Option<&str>) -> Ended {
        let folder = self.folder.path();
        let options = apply::Options {
            path: saved.map_or_else(|| folder.to_owned(), |name| folder.join(name)),
            project: folder.to_owned(),
            planning: PlanningOptions::default(),
            format: apply::Format::Text,
            yes: true,
            approved: None,
            redact: Redact::Never,
            lock_wait: std::time::Duration::ZERO,
            worklists: None,
        };
        self.ended(|screen| self.runtime.block_on(app::apply::run(&options, screen)))
    }

    fn ended(&self, run: impl FnOnce(&mut Spoken) -> Result<Exit, Failure>) -> Ended {
        let mut screen = Spoken::default();
        let exit = run(&mut screen);
        Ended {
            exit,
            out: String::from_utf8(screen.out).unwrap(),
            warned: screen.warned,
        }
    }

    /// Forgets every run: who applied, and what.
    pub(super) fn forget_runs(&self) {
        let _ = fs::remove_dir_all(self.folder.path().join(".beadle"));
    }

    /// What is live, as a snapshot.
    pub(super) fn state(&self, organisation: usize) -> Value {
        let (status, text) = http("GET", &self.state_url(organisation), "").unwrap();
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Somebody makes it so. False where the portal cannot hold that.
    pub(super) fn set_state(&self, organisation: usize, state: &Value) -> bool {
        let url = self.state_url(organisation);
        let (status, _) = http("PUT", &url, &state.to_string()).unwrap();
        status < 300
    }

    fn state_url(&self, organisation: usize) -> String {
        let id = &self.organisations[organisation];
        format!("{}/state?portal={PORTAL}&organisation={id}", self.control)
    }

    /// The methods of the calls that the portal got, oldest first.
    pub(super) fn calls(&self) -> Vec<String> {
        let (_, text) = http("GET", &format!("{}/calls", self.control), "").unwrap();
        let calls: Vec<Value> = serde_json::from_str(&text).unwrap();
        calls
            .iter()
            .map(|call| call["method"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Back to how it all began.
    pub(super) fn reset(&self) {
        http("POST", &format!("{}/reset", self.control), "").unwrap();
    }
}

impl Drop for School {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let _ = self.runtime.block_on(running.stop());
        }
    }
}

/// How many of these calls write.
pub(super) fn writes(calls: &[String]) -> usize {
    calls.iter().filter(|method| *method != "GET").count()
}

/// A screen that keeps what is said.
#[derive(Default)]
struct Spoken {
    out: Vec<u8>,
    warned: String,
}

struct NoProgress;

impl Progress for NoProgress {
    fn step(&self) {}
    fn end(&self) {}
}

impl Screen for Spoken {
    fn out(&mut self) -> &mut dyn io::Write {
        &mut self.out
    }

    fn say(&mut self, _: &str) {}

    fn warn(&mut self, line: &str) {
        self.warned.push_str(line);
        self.warned.push('\n');
    }

    fn diagnostics(&mut self, found: &[Diagnostic], _: &Sources) {
        for one in found {
            writeln!(self.warned, "{}: {}", one.code, one.message).unwrap();
        }
    }

    fn confirm(&mut self, _: &str) -> io::Result<Option<bool>> {
        Ok(None)
    }

    fn progress(&mut self, _: u64) -> Box<dyn Progress> {
        Box::new(NoProgress)
    }
}
