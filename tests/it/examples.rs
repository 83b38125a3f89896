//! The examples beside the university's: each validates, plans what its README says, applies at the
//! cost that was forecast, and has nothing left to do. Through the program alone.

mod authority;
mod files;
mod scim;
mod story;
mod trust;

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{Sandbox, TODAY, beadle, copy, err, out, repository};

/// A day on which everything of the examples' present has long passed.
const YEARS_LATER: &str = "2029-03-01";

/// One portal of an example: what its settings say, and what they say where it is a sandbox.
struct Portal {
    name: &'static str,
    before: &'static str,
    /// `URL` stands for the sandbox's address.
    after: &'static str,
    token: &'static str,
    read_token: Option<&'static str>,
}

/// A copy of an example whose portals are a running sandbox that holds its snapshots.
struct Example {
    folder: tempfile::TempDir,
    sandbox: Sandbox,
    portals: &'static [Portal],
}

impl Example {
    fn start(name: &str, portals: &'static [Portal]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&repository().join("examples").join(name), folder.path());
        let sandbox = Sandbox::start(&folder.path().join("live"), None);
        let file = folder.path().join("beadle.yaml");
        let mut text = fs::read_to_string(&file).unwrap();
        for portal in portals {
            let url = sandbox.text(&format!("/portals/{}/project_url", portal.name));
            assert!(
                text.contains(portal.before),
                "{name}: no `{}`",
                portal.before
            );
            text = text.replace(portal.before, &portal.after.replace("URL", &url));
        }
        fs::write(&file, text).unwrap();
        Self {
            folder,
            sandbox,
            portals,
        }
    }

    fn run(&self, command: &str, arguments: &[&str]) -> Output {
        let mut run = beadle(self.folder.path());
        for portal in self.portals {
            let text = |key: &str| {
                self.sandbox
                    .text(&format!("/portals/{}/{key}", portal.name))
            };
            run.env(portal.token, text("token"));
            if let Some(variable) = portal.read_token {
                run.env(variable, text("read_token"));
            }
        }
        run.args([command, "--today", TODAY]).args(arguments);
        run.output().unwrap()
    }

    /// The plan as JSON.
    fn plan(&self) -> Value {
        let output = self.run("plan", &["--format", "json"]);
        assert!(output.status.success(), "{}", err(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Applies, and answers with the writing calls and the mails that came of it.
    fn apply(&self) -> (Vec<Value>, Vec<Value>) {
        let applied = self.run("apply", &["--yes"]);
        let text = format!("{}{}", out(&applied), err(&applied));
        assert!(applied.status.success(), "{text}");
        let mails = self.sandbox.control("GET", "/outbox", "");
        (self.sandbox.writes(), list(&mails, "mails"))
    }
}

/// A list, bare or under a key.
fn list(answer: &Value, key: &str) -> Vec<Value> {
    let found = answer.as_array().or_else(|| answer[key].as_array());
    found.unwrap().clone()
}

/// The program with an example of the repository, as it stands.
fn run(command: &str, name: &str, arguments: &[&str]) -> Output {
    let mut program: Command = beadle(&repository());
    program.args([command, &format!("examples/{name}")]);
    program.args(arguments).output().unwrap()
}

/// No error, and only warnings of these codes.
fn validates(name: &str, warnings: &[&str]) {
    let output = run("validate", name, &[]);
    let text = format!("{}{}", out(&output), err(&output));
    assert!(output.status.success(), "{text}");
    assert!(text.contains("no errors"), "{text}");
    let found: Vec<&str> = text
        .split("warning[")
        .skip(1)
        .filter_map(|rest| rest.split(']').next())
        .collect();
    assert_eq!(found, warnings, "{text}");
}

/// The counts of a plan, a line each.
fn counts(plan: &Value) -> String {
    assert_eq!(plan["refusals"], Value::Array(vec![]));
    let summary = plan["summary"].as_object().unwrap();
    let actions = summary["actions"].as_object().unwrap().iter();
    let others = summary.iter().filter(|(key, _)| *key != "actions");
    let lines = actions
        .chain(others)
        .map(|(key, count)| format!("{key}: {count}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// What was forecast is what the portals got and sent; then nothing is left.
fn costs_what_was_forecast(example: &Example) -> (Vec<Value>, Vec<Value>) {
    let summary = example.plan()["summary"].clone();
    assert!(
        example.sandbox.writes().is_empty(),
        "planning writes nothing"
    );
    let (writes, mails) = example.apply();
    assert_eq!(writes.len() as u64, summary["calls"], "{writes:#?}");
    assert_eq!(mails.len() as u64, summary["mails"], "{mails:#?}");
    let refused: Vec<&Value> = writes
        .iter()
        .filter(|call| call["status"].as_u64() >= Some(300))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");

    let again = example.plan();
    let left = again["summary"]["actions"].as_object().unwrap();
    assert!(left.values().all(|count| *count == 0), "{left:?}");
    example.apply();
    assert_eq!(
        example.sandbox.writes().len(),
        writes.len(),
        "a second apply writes nothing"
    );
    (writes, mails)
}

/// On any day, `--sandbox` alone shows the plan, the apply and that nothing is left.
fn applies_in_embedded_portals(name: &str) {
    for day in [TODAY, YEARS_LATER] {
        let done = run("apply", name, &["--sandbox", "--yes", "--today", day]);
        let text = out(&done);
        assert_eq!(
            done.status.code(),
            Some(0),
            "{name}, {day}: {text}{}",
            err(&done)
        );
        let last = text.trim_end().lines().last().unwrap();
        let nothing = last == "Planned again: nothing to do."
            || last.starts_with("Planned again: nothing left for beadle to do; ");
        assert!(nothing, "{name}, {day}: {text}");
    }
}
