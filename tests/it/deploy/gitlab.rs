//! The pipeline for GitLab: each job's script in a clone of its own, artifacts and the digest handed
//! from job to job as GitLab does.

use std::fs;
use std::path::Path;
use std::process::Output;

use super::{Environment, MOVED_FROM, Rehearsal, SHARDS, document, list, one_run};
use super::{files, rounds, same, same_names, saved_plan, text, texts};
use crate::support::{copy, err};

/// Runs a job: what its script said.
fn job(rehearsal: &Rehearsal, name: &str, index: Option<usize>) -> Output {
    let pipeline = document("gitlab/access.gitlab-ci.yml");
    let job = &pipeline[name];
    let root = rehearsal.folder.path();
    let workspace = tempfile::tempdir_in(root).unwrap();
    let artifacts = root.join("artifacts");
    copy(&rehearsal.project(), workspace.path());
    for needed in list(&job["needs"]) {
        let from = artifacts.join(text(needed));
        if from.exists() {
            copy(&from, workspace.path());
        }
    }
    let mut given = Environment::from([
        ("CI".to_owned(), "true".to_owned()),
        ("PAUSE".to_owned(), "0".to_owned()),
    ]);
    if let Some(index) = index {
        assert!(job["parallel"].is_u64());
        given.insert("CI_NODE_INDEX".to_owned(), index.to_string());
        given.insert("CI_NODE_TOTAL".to_owned(), SHARDS.to_string());
    }
    let token = match job["environment"]["name"].as_str() {
        Some("portals-read") => Some("HANTS_READ_TOKEN"),
        Some("portals") => Some("HANTS_TOKEN"),
        _ => None,
    };
    if let Some(name) = token {
        given.insert(name.to_owned(), rehearsal.token(name));
        given.insert("BEADLE_TOKEN_ORIGINS".to_owned(), rehearsal.origins());
    }
    if let Ok(digest) = fs::read_to_string(artifacts.join("digest.env")) {
        let (name, value) = digest.trim().split_once('=').unwrap();
        given.insert(name.to_owned(), value.to_owned());
    }
    let shell = ["bash", "-eo", "pipefail", "-c"].map(str::to_owned);
    let script = texts(&job["script"]).join("\n");
    let output = rehearsal.script(&shell, &script, workspace.path(), &given);
    if output.status.success() || job["artifacts"]["when"] == "always" {
        keep(&job["artifacts"], name, workspace.path(), &artifacts);
    }
    output
}

fn keep(kept: &serde_yaml::Value, name: &str, workspace: &Path, artifacts: &Path) {
    for path in list(&kept["paths"]) {
        let path = text(path);
        copy(&workspace.join(&path), &artifacts.join(name).join(&path));
    }
    if let Some(file) = kept["reports"]["dotenv"].as_str() {
        fs::copy(workspace.join(file), artifacts.join("digest.env")).unwrap();
    }
}

#[test]
fn the_pipeline_comes_to_what_one_run_comes_to() {
    let rehearsal = Rehearsal::start();
    let whole = rehearsal.whole_plan();
    for index in 1..=SHARDS {
        let output = job(&rehearsal, "plan", Some(index));
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    }
    let merged = job(&rehearsal, "merge", None);
    assert_eq!(merged.status.code(), Some(0), "{}", err(&merged));
    let artifacts = rehearsal.folder.path().join("artifacts");
    let plan = saved_plan(&artifacts.join("merge/merged/plan.json"));
    assert_eq!(plan, whole);
    assert!(job(&rehearsal, "approve", None).status.success());
    let again = rounds(|shard| job(&rehearsal, "apply", Some(shard)));
    assert_eq!(again, MOVED_FROM);
    let report = job(&rehearsal, "report", None);
    assert_eq!(report.status.code(), Some(0), "{}", err(&report));

    let (live, worklists) = one_run();
    same(&rehearsal.end(), &live);
    same_names(
        &files(&artifacts.join("apply/reports/worklists")),
        &worklists,
    );
}
