//! What stands under `deploy/`, tried: the scripts of its Jobs and pipelines run in their order on
//! the trust and a sandbox, and come to what one run comes to. What nobody here
//! can start, clusters and runners, is checked as documents.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_yaml::Value;

use crate::support::{Sandbox, TODAY, beadle, copy, err, out, repository, texts_below};

mod documents;
mod github;
mod gitlab;
mod install;
mod kubernetes;
mod merge_request;
mod pull_request;
mod runner;
mod safety;
mod schemas;

/// How many shards the files under `deploy/` have.
const SHARDS: usize = 8;

/// From a school of this shard somebody moves to one of a later shard.
const MOVED_FROM: [usize; 1] = [5];

type Environment = BTreeMap<String, String>;

/// The trust in a git repository of its own, its Hampshire portal a running sandbox, its records in
/// a folder that all share.
struct Rehearsal {
    folder: tempfile::TempDir,
    sandbox: Sandbox,
}

impl Rehearsal {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("project");
        copy(&repository().join("examples/trust"), &project);
        let sandbox = Sandbox::start(&project.join("live"), None);
        let file = project.join("beadle.yaml");
        let text = fs::read_to_string(&file).unwrap();
        let url = sandbox.text("/portals/hants/url");
        let records = folder.path().join("records");
        let text = text.replace("https://portal.example/hants", &url)
            + &format!("\nrecords: {{ url: {} }}\n", records.display());
        fs::write(&file, text).unwrap();
        let rehearsal = Self { folder, sandbox };
        rehearsal.git(&["init", "--quiet"]);
        rehearsal.git(&["add", "."]);
        rehearsal.git(&["commit", "--quiet", "--message", "the trust"]);
        rehearsal
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.project(), arguments)
    }

    fn commit(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    fn token(&self, name: &str) -> String {
        let pointer = match name {
            "HANTS_TOKEN" => "/portals/hants/token",
            "HANTS_READ_TOKEN" => "/portals/hants/read_token",
            other => panic!("nobody has a secret `{other}`"),
        };
        self.sandbox.text(pointer)
    }

    /// What the tokens' keeper says of where they may go.
    fn origins(&self) -> String {
        let url = self.sandbox.text("/url");
        format!("HANTS_TOKEN={url} HANTS_READ_TOKEN={url}")
    }

    /// Runs a script with this environment and no other, the program on its path.
    fn script(&self, shell: &[String], script: &str, at: &Path, given: &Environment) -> Output {
        let program = Path::new(env!("CARGO_BIN_EXE_beadle")).parent().unwrap();
        let (first, rest) = shell.split_first().unwrap();
        let mut command = Command::new(first);
        command.args(rest).arg(script).current_dir(at).env_clear();
        command
            .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("BEADLE_TODAY", TODAY)
            .envs(given);
        command.output().unwrap()
    }

    /// As somebody at a desk.
    fn beadle(&self, arguments: &[&str]) -> Output {
        let mut command = beadle(&self.project());
        for name in ["HANTS_TOKEN", "HANTS_READ_TOKEN"] {
            command.env(name, self.token(name));
        }
        command.args(arguments).output().unwrap()
    }

    /// The plan of one run.
    fn whole_plan(&self) -> serde_json::Value {
        let file = self.folder.path().join("whole.json");
        let output = self.beadle(&["plan", "--out", file.to_str().unwrap()]);
        assert!(output.status.success(), "{}", err(&output));
        saved_plan(&file)
    }

    /// What is live, school by school, once nothing is left to do and the log holds together.
    fn end(&self) -> BTreeMap<String, String> {
        let left = self.beadle(&["plan", "--portal", "hants", "--detailed-exitcode"]);
        assert_eq!(left.status.code(), Some(0), "{}{}", out(&left), err(&left));
        let log = self.beadle(&["audit", "verify"]);
        assert_eq!(log.status.code(), Some(0), "{}{}", out(&log), err(&log));
        let live = self.folder.path().join("live-now");
        let to = live.to_str().unwrap();
        let taken = self.beadle(&["snapshot", "--portal", "hants", "--out", to]);
        assert!(taken.status.success(), "{}", err(&taken));
        files(&live)
    }
}

/// A saved plan, but for the lines that say who moves: whoever moves from shard to shard leaves in one
/// and joins in the other, and so no plan of a part has such a line. Nor the time at which it was
/// saved, and the seal over that.
fn saved_plan(file: &Path) -> serde_json::Value {
    let text = fs::read_to_string(file).unwrap();
    let mut plan: serde_json::Value = serde_json::from_str(&text).unwrap();
    let fields = plan.as_object_mut().unwrap();
    for field in ["moves", "digest"] {
        assert!(fields.remove(field).is_some());
    }
    let saved = fields["saved"].as_object_mut().unwrap();
    for field in ["at", "until", "seal"] {
        assert!(saved.remove(field).is_some());
    }
    plan
}

/// What one run comes to: live, and the worklists that it writes.
fn one_run() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let rehearsal = Rehearsal::start();
    let applied = rehearsal.beadle(&["apply", "--yes"]);
    assert_eq!(applied.status.code(), Some(0), "{}", err(&applied));
    let worklists = files(&rehearsal.project().join("worklists"));
    assert!(!worklists.is_empty());
    (rehearsal.end(), worklists)
}

/// Every file below a folder, but for the empty one that is locked while a program writes there.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = texts_below(folder);
    found.retain(|name, _| !Path::new(name).ends_with(".lock"));
    found
}

/// Whether two folders hold the same, with the name of a file that differs.
fn same(found: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) {
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(wanted));
    for (name, text) in found {
        assert!(wanted.get(name) == Some(text), "`{name}` differs: {text}");
    }
}

/// Whether there is a worklist for the same schools. Their words differ where somebody moves: a shard
/// knows one of the two schools.
fn same_names(found: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) {
    assert!(found.keys().eq(wanted.keys()), "{:?}", found.keys());
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=Kit", "-c", "user.email=kit@trust.example"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}");
    out(&output).trim().to_owned()
}

/// A YAML file below `deploy/`, each of its documents.
fn documents(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(repository().join("deploy").join(path)).unwrap();
    let parts = serde_yaml::Deserializer::from_str(&text);
    parts
        .map(|part| serde::Deserialize::deserialize(part).unwrap())
        .collect()
}

fn document(path: &str) -> Value {
    let mut found = documents(path);
    assert_eq!(found.len(), 1, "{path}");
    found.remove(0)
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        other => panic!("no text: {other:?}"),
    }
}

fn texts(value: &Value) -> Vec<String> {
    value.as_sequence().unwrap().iter().map(text).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_sequence().map_or(&[], Vec::as_slice)
}

/// A map's entries, as texts.
fn entries(value: &Value) -> Vec<(String, Value)> {
    let entries = value.as_mapping().into_iter().flatten();
    entries
        .map(|(key, value)| (text(key), value.clone()))
        .collect()
}

/// Applies shard after shard, and those that are not done once more, as every platform here does.
/// Says which had to.
fn rounds(mut apply: impl FnMut(usize) -> Output) -> Vec<usize> {
    let mut again = Vec::new();
    for shard in 1..=SHARDS {
        let output = apply(shard);
        match output.status.code() {
            Some(0) => {}
            // Where it was tried again in the job, nothing was done the last time.
            Some(1 | 4) => again.push(shard),
            code => panic!("shard {shard}: {code:?} {}{}", out(&output), err(&output)),
        }
    }
    for shard in &again {
        let output = apply(*shard);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    }
    again
}
