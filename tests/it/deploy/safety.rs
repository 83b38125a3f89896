//! What must hold of every workflow, the Action and the pipelines, whatever they do: as few rights as
//! they need, nothing that others wrote in a shell, everything named by its commit.

use std::fs;

use serde_yaml::Value;

use super::{document, entries, list, text};
use crate::support::repository;

/// Workflows for users, and this repository's own.
fn workflows() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for folder in ["deploy/github", ".github/workflows"] {
        for entry in fs::read_dir(repository().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            found.push((name, serde_yaml::from_str(&text).unwrap()));
        }
    }
    assert!(found.len() >= 7);
    found
}

fn pinned(what: &str, action: &str) {
    let (_, commit) = action.split_once('@').unwrap_or_default();
    let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(is_commit, "{what}: {action}");
}

#[test]
fn no_workflow_may_or_trusts_more_than_it_must() {
    for (name, workflow) in workflows() {
        assert!(entries(&workflow["permissions"]).is_empty(), "{name}");
        let events = match &workflow["on"] {
            Value::Mapping(_) => entries(&workflow["on"])
                .into_iter()
                .map(|(event, _)| event)
                .collect(),
            other => vec![text(other)],
        };
        for event in &events {
            let known = ["pull_request", "push", "workflow_dispatch", "schedule"];
            assert!(known.contains(&event.as_str()), "{name}: {event}");
        }
        assert_eq!(workflow["defaults"]["run"]["shell"], "bash", "{name}");
        for (id, job) in entries(&workflow["jobs"]) {
            let what = format!("{name}: {id}");
            assert!(job["timeout-minutes"].is_u64(), "{what}");
            assert!(job["permissions"].is_mapping(), "{what}");
            let writes: Vec<String> = entries(&job["permissions"])
                .into_iter()
                .filter(|(_, level)| level != "read")
                .map(|(permission, _)| permission)
                .collect();
            let wanted: &[&str] = match (&*name, &*id) {
                ("beadle-plan.yml", "plan") => &["pull-requests"],
                ("beadle-daily.yml", "look") => &["issues"],
                ("release.yml", "publish") => &["contents", "id-token", "attestations"],
                _ => &[],
            };
            assert_eq!(writes, wanted, "{what}");
            let has_secrets = format!("{job:?}").contains("secrets.");
            assert_eq!(job["environment"].is_string(), has_secrets, "{what}");
            for step in list(&job["steps"]) {
                if let Some(action) = step["uses"].as_str() {
                    pinned(&what, action);
                    if action.starts_with("actions/checkout@") {
                        assert_eq!(step["with"]["persist-credentials"], false, "{what}");
                    }
                }
                if let Some(script) = step["run"].as_str() {
                    assert!(!script.contains("${{"), "{what}: {script}");
                    assert!(
                        !script.contains("eval ") && !script.contains("set -x"),
                        "{what}"
                    );
                }
            }
        }
    }
}

/// Each action is named by one commit, and its version stands beside it.
#[test]
fn each_action_is_named_by_its_commit_with_its_version() {
    for folder in ["deploy/github", ".github/workflows"] {
        for entry in fs::read_dir(repository().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            for line in text.lines().filter(|line| line.contains("uses: ")) {
                let (_, comment) = line.split_once(" # v").unwrap_or_default();
                assert!(
                    comment.starts_with(|digit: char| digit.is_ascii_digit()),
                    "{}: {line}",
                    path.display()
                );
            }
        }
    }
    let action: Value =
        serde_yaml::from_str(&fs::read_to_string(repository().join("action.yml")).unwrap())
            .unwrap();
    for step in list(&action["runs"]["steps"]) {
        assert!(!text(&step["run"]).contains("${{"));
    }
}

/// A digest that was approved comes from the job that planned, in the same run, and from nowhere else.
#[test]
fn what_is_approved_comes_from_the_plan_of_the_same_run() {
    let workflow = document("github/beadle-apply.yml");
    let apply = &workflow["jobs"]["apply"];
    let steps = list(&apply["steps"]).iter();
    let script = steps.clone().find(|step| !step["run"].is_null()).unwrap();
    assert_eq!(
        script["env"]["APPROVED"],
        "${{ needs.plan.outputs.digest }}"
    );
    assert!(text(&script["run"]).contains("--approved \"$APPROVED\""));
    assert_eq!(
        (&apply["environment"], &apply["needs"]),
        (&"portals".into(), &"plan".into())
    );
    // Only what was planned here, on the main branch.
    let plan = &workflow["jobs"]["plan"];
    assert!(text(&plan["if"]).contains("github.ref == 'refs/heads/main'"));
    assert_eq!(plan["environment"], "portals-read");
    let all = format!("{workflow:?}");
    assert!(!all.contains("/comments") && !all.contains("/statuses") && !all.contains("/labels"));

    let pipeline = document("gitlab/beadle.gitlab-ci.yml");
    let apply = &pipeline["apply"];
    assert_eq!(apply["rules"][0]["when"], "manual");
    assert_eq!(apply["environment"]["name"], "portals");
    assert_eq!(list(&apply["needs"]), [Value::from("review")]);
    for job in ["plan", "review", "daily"] {
        assert_eq!(
            pipeline[job]["environment"]["name"], "portals-read",
            "{job}"
        );
        assert_eq!(pipeline[job]["environment"]["action"], "access", "{job}");
    }
    assert!(pipeline["validate"]["environment"].is_null());
    let condition = text(&pipeline["plan"]["rules"][0]["if"]);
    assert!(condition.contains("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID"));
    assert_eq!(pipeline["variables"]["BEADLE_TOKEN_ORIGINS"], "");
}
