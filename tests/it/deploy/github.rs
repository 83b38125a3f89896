//! The workflow for GitHub: each job's steps in a checkout of its own, artifacts handed from job to
//! job as the actions do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use serde_yaml::Value;

use super::{Environment, MOVED_FROM, Rehearsal, SHARDS, document, entries, list, one_run};
use super::{files, rounds, same, same_names, saved_plan, text};
use crate::support::{copy, err, out};

/// A run of the workflow.
struct Workflow {
    rehearsal: Rehearsal,
    document: Value,
    /// `needs.merge.outputs.digest`.
    digest: String,
}

impl Workflow {
    fn start() -> Self {
        Self {
            rehearsal: Rehearsal::start(),
            document: document("github/access.yml"),
            digest: String::new(),
        }
    }

    /// What an expression stands for.
    fn expression(&self, expression: &str, shard: Option<usize>) -> String {
        if let Some(name) = expression.strip_prefix("secrets.HANTS") {
            return self.rehearsal.token(&format!("HANTS{name}"));
        }
        match expression {
            "matrix.shard" => shard.unwrap().to_string(),
            "strategy.job-total" => SHARDS.to_string(),
            "needs.merge.outputs.digest" => self.digest.clone(),
            "vars.BEADLE_TOKEN_ORIGINS" => self.rehearsal.origins(),
            "vars.AWS_REGION" | "secrets.AWS_ACCESS_KEY_ID" | "secrets.AWS_SECRET_ACCESS_KEY" => {
                String::new()
            }
            other => panic!("nobody says what `{other}` is"),
        }
    }

    fn filled(&self, value: &Value, shard: Option<usize>) -> String {
        let text = text(value);
        let mut parts = text.split("${{ ");
        let mut filled = parts.next().unwrap().to_owned();
        for part in parts {
            let (expression, rest) = part.split_once(" }}").unwrap();
            filled += &self.expression(expression, shard);
            filled += rest;
        }
        filled
    }

    fn given(&self, value: &Value, shard: Option<usize>) -> Environment {
        let entries = entries(value).into_iter();
        entries
            .map(|(name, value)| (name, self.filled(&value, shard)))
            .collect()
    }

    /// Runs a job: what its last script said. After a failure only uploads go on.
    fn job(&self, name: &str, shard: Option<usize>) -> Output {
        let job = &self.document["jobs"][name];
        let workspace = tempfile::tempdir_in(self.rehearsal.folder.path()).unwrap();
        let artifacts = self.rehearsal.folder.path().join("artifacts");
        let mut said: Option<Output> = None;
        for step in list(&job["steps"]) {
            let failed = said.as_ref().is_some_and(|said| !said.status.success());
            let with = |name: &str| self.filled(&step["with"][name], shard);
            if let Some(script) = step["run"].as_str() {
                assert!(!failed);
                said = Some(self.run(step, script, job, workspace.path(), shard));
                continue;
            }
            let action = text(&step["uses"]);
            match action.split('@').next().unwrap() {
                "actions/checkout" => copy(&self.rehearsal.project(), workspace.path()),
                "actions/upload-artifact" if failed && step["if"].is_null() => {}
                "actions/upload-artifact" => {
                    let from = workspace.path().join(with("path"));
                    copy(&from, &artifacts.join(with("name")));
                }
                "actions/download-artifact" => {
                    download(
                        &step["with"],
                        &artifacts,
                        &workspace.path().join(with("path")),
                    );
                }
                other => panic!("`{other}` is nobody's action"),
            }
        }
        said.unwrap()
    }

    fn run(
        &self,
        step: &Value,
        script: &str,
        job: &Value,
        workspace: &Path,
        shard: Option<usize>,
    ) -> Output {
        assert!(
            !script.contains("${{"),
            "a script takes nothing but variables"
        );
        let mut given = self.given(&job["env"], shard);
        given.extend(self.given(&step["env"], shard));
        if given.contains_key("PAUSE") {
            given.insert("PAUSE".to_owned(), "0".to_owned());
        }
        let path = |name: &str| {
            self.rehearsal
                .folder
                .path()
                .join(name)
                .display()
                .to_string()
        };
        given.insert("CI".to_owned(), "true".to_owned());
        given.insert("GITHUB_OUTPUT".to_owned(), path("output"));
        given.insert("GITHUB_STEP_SUMMARY".to_owned(), path("summary"));
        // As GitHub starts it for `shell: bash`.
        let shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"].map(str::to_owned);
        self.rehearsal.script(&shell, script, workspace, &given)
    }
}

/// Artifacts of a name, or of a pattern, all in one folder.
fn download(with: &Value, artifacts: &Path, to: &Path) {
    if let Some(name) = with["name"].as_str() {
        return copy(&artifacts.join(name), to);
    }
    assert_eq!(with["merge-multiple"], Value::Bool(true));
    let pattern = text(&with["pattern"]);
    let beginning = pattern.strip_suffix('*').unwrap();
    for entry in fs::read_dir(artifacts).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_str().unwrap().starts_with(beginning) {
            copy(&entry.path(), to);
        }
    }
}

#[test]
fn the_workflow_comes_to_what_one_run_comes_to() {
    let mut workflow = Workflow::start();
    let whole = workflow.rehearsal.whole_plan();
    for shard in 1..=SHARDS {
        let output = workflow.job("plan", Some(shard));
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(
            !out(&output).contains("saltmarsh.example"),
            "{}",
            out(&output)
        );
    }
    let merged = workflow.job("merge", None);
    assert_eq!(merged.status.code(), Some(0), "{}", err(&merged));
    let root = workflow.rehearsal.folder.path().to_owned();
    let plan = saved_plan(&root.join("artifacts/merged/plan.json"));
    assert_eq!(plan, whole);
    let outputs = fs::read_to_string(root.join("output")).unwrap();
    let outputs: BTreeMap<&str, &str> = outputs
        .lines()
        .map(|line| line.split_once('=').unwrap())
        .collect();
    // Another plan than the approved one is not applied, and not tried again.
    workflow.digest = "0000".to_owned();
    let refused = workflow.job("apply", Some(1));
    assert_eq!(refused.status.code(), Some(3), "{}", err(&refused));
    assert_eq!(err(&refused).matches("was approved").count(), 1);
    assert!(workflow.rehearsal.sandbox.writes().is_empty());
    workflow.digest = outputs["digest"].to_owned();
    let summary = fs::read_to_string(root.join("summary")).unwrap();
    assert!(
        summary.contains(&workflow.digest) && !summary.contains('@'),
        "{summary}"
    );

    let again = rounds(|shard| workflow.job("apply", Some(shard)));
    assert_eq!(again, MOVED_FROM);
    let report = workflow.job("report", None);
    assert_eq!(report.status.code(), Some(0), "{}", err(&report));
    assert!(out(&report).contains("done"), "{}", out(&report));

    let (live, worklists) = one_run();
    same(&workflow.rehearsal.end(), &live);
    let mut written = BTreeMap::new();
    for shard in 1..=SHARDS {
        let folder = root.join(format!("artifacts/report-{shard}/worklists"));
        if folder.exists() {
            written.extend(files(&folder));
        }
    }
    same_names(&written, &worklists);
}
