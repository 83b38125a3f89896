//! Runs a workflow's jobs as GitHub does, as far as these workflows go: conditions, expressions,
//! outputs, environments' secrets, artifacts of this run and of others, and a `gh` that answers from
//! files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value as Json, json};
use serde_yaml::Value;

use super::{Environment, Rehearsal, entries, git, list, text};
use crate::support::{copy, out, repository};

pub(super) const REPOSITORY: &str = "saltmarsh/access";

/// What happened, of which workflows are told.
pub(super) type Event = BTreeMap<String, String>;

/// A repository at GitHub: the trust, its portal, and what GitHub knows.
pub(super) struct Hub {
    pub(super) rehearsal: Rehearsal,
    /// How many runs there were.
    runs: usize,
}

/// A job that ran.
pub(super) struct Done {
    /// Of the last script, or of the one that failed.
    pub(super) last: Output,
    /// What all scripts said, on both streams.
    pub(super) said: String,
    pub(super) outputs: BTreeMap<String, String>,
    pub(super) summary: String,
}

impl Done {
    pub(super) fn succeeded(&self) -> bool {
        self.last.status.success()
    }
}

/// Whether what the workflows' scripts need is here.
pub(super) fn has_tools() -> bool {
    let jq = Command::new("jq").arg("--version").output();
    let there = jq.is_ok_and(|output| output.status.success());
    if !there {
        let line = b"\nNOT TESTED: the workflows' scripts: there is no `jq`\n";
        std::io::Write::write_all(&mut std::io::stderr(), line).unwrap();
    }
    there
}

impl Hub {
    pub(super) fn start() -> Self {
        let rehearsal = Rehearsal::start();
        let workflows = rehearsal.project().join(".github/workflows");
        fs::create_dir_all(&workflows).unwrap();
        for name in ["validate", "plan", "apply", "daily"] {
            let file = format!("beadle-{name}.yml");
            let from = repository().join("deploy/github").join(&file);
            fs::copy(from, workflows.join(file)).unwrap();
        }
        rehearsal.git(&["branch", "--move", "main"]);
        rehearsal.git(&["add", "."]);
        rehearsal.git(&["commit", "--quiet", "--message", "workflows"]);
        let hub = Self { rehearsal, runs: 0 };
        for (name, value) in [
            ("comments", json!([])),
            ("issues", json!([])),
            ("pulls", json!([])),
            ("runs", json!({ "workflow_runs": [] })),
        ] {
            fs::create_dir_all(hub.state("")).unwrap();
            hub.set(name, &value);
        }
        hub
    }

    fn state(&self, name: &str) -> PathBuf {
        self.rehearsal.folder.path().join("hub").join(name)
    }

    pub(super) fn known(&self, name: &str) -> Json {
        let text = fs::read_to_string(self.state(&format!("{name}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    pub(super) fn set(&self, name: &str, value: &Json) {
        fs::write(self.state(&format!("{name}.json")), value.to_string()).unwrap();
    }

    /// The file of an artifact of a run.
    pub(super) fn artifact(&self, run: usize, name: &str) -> PathBuf {
        self.state(&format!("artifacts/{run}/{name}"))
    }

    /// Begins a run, and says which it is.
    pub(super) fn begin(&mut self) -> usize {
        self.runs += 1;
        self.runs
    }

    /// The workflow as it is at a commit.
    pub(super) fn workflow(&self, name: &str, commit: &str) -> Value {
        let file = format!("{commit}:.github/workflows/beadle-{name}.yml");
        serde_yaml::from_str(&self.rehearsal.git(&["show", &file])).unwrap()
    }

    /// Runs one job of a run at a commit; `None` where its condition does not hold.
    pub(super) fn job(
        &self,
        (run, name): (usize, &str),
        workflow: &Value,
        commit: &str,
        event: &Event,
    ) -> Option<Done> {
        let job = &workflow["jobs"][name];
        let root = self.rehearsal.folder.path();
        let place = tempfile::tempdir_in(root).unwrap();
        let running = Running {
            hub: self,
            run,
            job,
            commit,
            place: place.path(),
            event: event.clone(),
            said: String::new(),
        };
        for folder in ["workspace", "temp"] {
            fs::create_dir(place.path().join(folder)).unwrap();
        }
        let wanted = job["if"].is_null() || running.holds(&text(&job["if"]), false);
        wanted.then(|| running.run())
    }
}

struct Running<'h> {
    hub: &'h Hub,
    run: usize,
    job: &'h Value,
    commit: &'h str,
    place: &'h Path,
    /// `github.…`, `vars.…`, `needs.…` and what the steps put out.
    event: Event,
    said: String,
}

impl Running<'_> {
    fn run(mut self) -> Done {
        let mut failed: Option<Output> = None;
        let mut last = None;
        for step in list(&self.job["steps"]) {
            let condition = step["if"].as_str().unwrap_or_default().to_owned();
            if !self.holds(&condition, failed.is_some()) {
                continue;
            }
            if let Some(script) = step["run"].as_str() {
                let output = self.script(step, script);
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                self.said += &(out(&output) + &said);
                if !output.status.success() && failed.is_none() {
                    failed = Some(output);
                } else {
                    last = Some(output);
                }
            } else {
                self.action(step);
            }
        }
        let outputs = entries(&self.job["outputs"]);
        let outputs = outputs
            .into_iter()
            .map(|(name, value)| (name, self.filled(&text(&value))));
        Done {
            outputs: outputs.collect(),
            summary: fs::read_to_string(self.place.join("summary")).unwrap_or_default(),
            last: failed.or(last).unwrap(),
            said: self.said,
        }
    }

    /// Whether a condition holds: terms that all must, each a comparison or a value.
    fn holds(&self, condition: &str, failed: bool) -> bool {
        let condition = condition
            .trim()
            .trim_start_matches("${{")
            .trim_end_matches("}}");
        let mut heeds_failure = true;
        let mut all = true;
        for term in condition
            .split("&&")
            .map(str::trim)
            .filter(|term| !term.is_empty())
        {
            let side = |text: &str| match text.trim().strip_prefix('\'') {
                Some(literal) => literal.trim_end_matches('\'').to_owned(),
                None => self.expression(text.trim()),
            };
            all &= if term == "!cancelled()" {
                heeds_failure = false;
                true
            } else if let Some((left, right)) = term.split_once(" == ") {
                side(left) == side(right)
            } else if let Some((left, right)) = term.split_once(" != ") {
                side(left) != side(right)
            } else {
                !matches!(&*side(term), "" | "false")
            };
        }
        all && !(heeds_failure && failed)
    }

    /// What an expression stands for. Of alternatives, the first that is not empty.
    fn expression(&self, expression: &str) -> String {
        if let Some((first, rest)) = expression.split_once(" || ") {
            let first = self.expression(first);
            return if first.is_empty() {
                self.expression(rest)
            } else {
                first
            };
        }
        if let Some(found) = self.event.get(expression) {
            return found.clone();
        }
        let environment = self.job["environment"].as_str();
        match (expression, environment) {
            ("secrets.HANTS_READ_TOKEN", Some("portals-read")) => {
                self.hub.rehearsal.token("HANTS_READ_TOKEN")
            }
            ("secrets.HANTS_TOKEN", Some("portals")) => self.hub.rehearsal.token("HANTS_TOKEN"),
            ("secrets.BEADLE_REDACTION_KEY", Some(_)) => "a long random text".to_owned(),
            ("vars.BEADLE_TOKEN_ORIGINS", Some(_)) => self.hub.rehearsal.origins(),
            ("github.repository", _) => REPOSITORY.to_owned(),
            ("github.server_url", _) => "https://hub.example".to_owned(),
            ("github.run_id", _) => self.run.to_string(),
            ("github.token", _) => "ghs_only_for_this_job".to_owned(),
            ("github.actor", _) => "kit".to_owned(),
            ("runner.temp", _) => self.place.join("temp").display().to_string(),
            (other, _) => {
                let known = [
                    "steps.",
                    "vars.",
                    "inputs.",
                    "secrets.AWS_",
                    "github.event.",
                    "needs.",
                ];
                let is_known = known.iter().any(|beginning| other.starts_with(beginning));
                assert!(is_known, "nobody says what `{other}` is");
                String::new()
            }
        }
    }

    fn filled(&self, text: &str) -> String {
        let mut parts = text.split("${{ ");
        let mut filled = parts.next().unwrap().to_owned();
        for part in parts {
            let (expression, rest) = part.split_once(" }}").unwrap();
            filled += &self.expression(expression);
            filled += rest;
        }
        filled
    }

    fn script(&mut self, step: &Value, script: &str) -> Output {
        assert!(
            !script.contains("${{"),
            "a script takes nothing but variables"
        );
        let path = |name: &str| self.place.join(name).display().to_string();
        let mut given = Environment::new();
        for (name, value) in entries(&self.job["env"])
            .into_iter()
            .chain(entries(&step["env"]))
        {
            given.insert(name, self.filled(&text(&value)));
        }
        if given.contains_key("PAUSE") {
            given.insert("PAUSE".to_owned(), "0".to_owned());
        }
        let tools = self.hub.rehearsal.folder.path().join("tools");
        if !tools.exists() {
            fs::create_dir(&tools).unwrap();
            fs::copy(repository().join("tests/it/deploy/gh"), tools.join("gh")).unwrap();
        }
        let program = Path::new(env!("CARGO_BIN_EXE_beadle")).parent().unwrap();
        let on_path = format!("{}:{}:/usr/bin:/bin", tools.display(), program.display());
        for (name, value) in [
            ("CI", "true".to_owned()),
            ("PATH", on_path),
            ("GH_STATE", self.hub.state("").display().to_string()),
            ("GITHUB_OUTPUT", path("output")),
            ("GITHUB_STEP_SUMMARY", path("summary")),
            ("GITHUB_WORKSPACE", path("workspace")),
            ("RUNNER_TEMP", path("temp")),
            ("GITHUB_REPOSITORY", REPOSITORY.to_owned()),
            ("GITHUB_SHA", self.commit.to_owned()),
            ("GITHUB_REF_NAME", "main".to_owned()),
            ("GITHUB_ACTOR", self.expression("github.actor")),
        ] {
            given.insert(name.to_owned(), value);
        }
        let shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"].map(str::to_owned);
        let workspace = self.place.join("workspace");
        let output = self
            .hub
            .rehearsal
            .script(&shell, script, &workspace, &given);
        let put = fs::read_to_string(self.place.join("output")).unwrap_or_default();
        let _ = fs::remove_file(self.place.join("output"));
        for (name, value) in put.lines().filter_map(|line| line.split_once('=')) {
            let id = text(&step["id"]);
            let name = format!("steps.{id}.outputs.{name}");
            self.event.insert(name, value.to_owned());
        }
        output
    }

    fn action(&mut self, step: &Value) {
        let workspace = self.place.join("workspace");
        let with = |name: &str| self.filled(&text(&step["with"][name]));
        let artifact = |name: &str| self.hub.artifact(self.run, name);
        let action = text(&step["uses"]);
        match action.split('@').next().unwrap() {
            "actions/checkout" => {
                assert_eq!(step["with"]["persist-credentials"], Value::Bool(false));
                let from = self.hub.rehearsal.project();
                let to = workspace.to_str().unwrap();
                git(&from, &["clone", "--quiet", "--no-checkout", ".", to]);
                git(
                    &workspace,
                    &["checkout", "--quiet", "--detach", self.commit],
                );
            }
            // The program is on the path.
            "OWNER/beadle" => {}
            "actions/upload-artifact" => {
                let from = workspace.join(with("path"));
                let to = artifact(&with("name"));
                if from.is_dir() {
                    copy(&from, &to);
                } else if from.exists() {
                    fs::create_dir_all(&to).unwrap();
                    fs::copy(&from, to.join(from.file_name().unwrap())).unwrap();
                } else {
                    assert_eq!(with("if-no-files-found"), "ignore", "{}", from.display());
                }
            }
            "actions/download-artifact" => {
                copy(&artifact(&with("name")), Path::new(&with("path")));
            }
            other => panic!("`{other}` is nobody's action"),
        }
    }
}
