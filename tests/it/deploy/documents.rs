//! What must hold of the files under `deploy/` whoever reads them: they agree with each other, run
//! as little as they can, and hold no secret.

use std::fs;

use serde_yaml::Value;

use super::{SHARDS, document, documents, entries, list, text, texts};
use crate::support::repository;

const JOBS: [&str; 4] = ["plan", "merge", "apply", "report"];

fn job(stage: &str) -> Value {
    document(&format!("kubernetes/{stage}/job.yaml"))
}

#[test]
fn every_number_of_shards_is_the_same() {
    let mut counts = Vec::new();
    for stage in ["plan", "apply"] {
        let job = job(stage);
        assert_eq!(job["spec"]["completionMode"], "Indexed");
        counts.push(text(&job["spec"]["completions"]));
        counts.push(text(&job["spec"]["parallelism"]));
        let containers = list(&job["spec"]["template"]["spec"]["containers"]);
        let variables = containers.iter().flat_map(|one| list(&one["env"]));
        let mut shards = variables.filter(|variable| variable["name"] == "SHARDS");
        counts.push(text(&shards.next().unwrap()["value"]));
        let workflow = document("github/access.yml");
        let matrix = &workflow["jobs"][stage]["strategy"]["matrix"]["shard"];
        let numbers: Vec<String> = (1..=SHARDS).map(|number| number.to_string()).collect();
        assert_eq!(texts(matrix), numbers);
        let pipeline = document("gitlab/access.gitlab-ci.yml");
        counts.push(text(&pipeline[stage]["parallel"]));
    }
    assert_eq!(counts, vec![SHARDS.to_string(); 8]);
}

#[test]
fn every_pod_may_do_as_little_as_it_needs() {
    for stage in JOBS {
        let job = job(stage);
        assert_eq!(
            (&job["apiVersion"], &job["kind"]),
            (&"batch/v1".into(), &"Job".into())
        );
        assert!(job["spec"]["activeDeadlineSeconds"].is_u64());
        let pod = &job["spec"]["template"]["spec"];
        assert_eq!(pod["restartPolicy"], "Never");
        assert_eq!(pod["automountServiceAccountToken"], false);
        assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
        assert_eq!(
            pod["securityContext"]["seccompProfile"]["type"],
            "RuntimeDefault"
        );
        for container in list(&pod["initContainers"])
            .iter()
            .chain(list(&pod["containers"]))
        {
            let security = &container["securityContext"];
            assert_eq!(security["allowPrivilegeEscalation"], false, "{stage}");
            assert_eq!(security["readOnlyRootFilesystem"], true, "{stage}");
            assert_eq!(texts(&security["capabilities"]["drop"]), ["ALL"], "{stage}");
            for amount in ["cpu", "memory"] {
                assert!(
                    container["resources"]["requests"][amount].is_string(),
                    "{stage}"
                );
            }
            assert!(
                container["resources"]["limits"]["memory"].is_string(),
                "{stage}"
            );
        }
    }
}

/// `apply` alone is given what may write, and only once somebody has approved.
#[test]
fn each_job_has_the_secrets_that_it_needs() {
    let secrets: [Vec<String>; 4] = JOBS.map(|stage| {
        let job = job(stage);
        let container = &job["spec"]["template"]["spec"]["containers"][0];
        let from = list(&container["envFrom"]).iter();
        from.map(|one| text(&one["secretRef"]["name"])).collect()
    });
    let none: Vec<String> = Vec::new();
    let read = vec!["beadle-read".to_owned()];
    let write = vec!["beadle-apply".to_owned(), "beadle-records".to_owned()];
    assert_eq!(secrets, [read, none.clone(), write, none]);

    let workflow = document("github/access.yml");
    let environments: Vec<Option<&str>> = JOBS
        .iter()
        .map(|stage| workflow["jobs"][stage]["environment"].as_str())
        .collect();
    assert_eq!(
        environments,
        [Some("portals-read"), None, Some("portals"), None]
    );
    let events: Vec<String> = entries(&workflow["on"])
        .into_iter()
        .map(|(event, _)| event)
        .collect();
    assert_eq!(events, ["push", "workflow_dispatch"]);
    assert!(entries(&workflow["permissions"]).is_empty());
    for stage in JOBS {
        let job = &workflow["jobs"][stage];
        let allowed = entries(&job["permissions"]);
        assert!(allowed.iter().all(|(_, level)| level == "read"), "{stage}");
        for step in list(&job["steps"]) {
            if let Some(action) = step["uses"].as_str() {
                let (_, digest) = action.split_once('@').unwrap();
                assert!(digest.len() == 40, "{action} is pinned by its digest");
            }
            if step["uses"]
                .as_str()
                .is_some_and(|uses| uses.contains("upload-artifact"))
            {
                assert_eq!(step["with"]["retention-days"], 1);
            }
        }
    }
    let pipeline = document("gitlab/access.gitlab-ci.yml");
    for stage in ["plan", "merge", "apply"] {
        assert_eq!(pipeline[stage]["artifacts"]["expire_in"], "1 day");
    }
}

/// Wherever a token is given, it is said where it may go, by a setting that is no file of the project.
#[test]
fn tokens_are_given_with_where_they_may_go() {
    for stage in ["plan", "apply"] {
        let job = job(stage);
        let container = &job["spec"]["template"]["spec"]["containers"][0];
        let mut variables = list(&container["env"]).iter();
        let origins = variables.find(|variable| variable["name"] == "BEADLE_TOKEN_ORIGINS");
        let from = &origins.unwrap()["valueFrom"]["configMapKeyRef"];
        assert!(from["name"].is_string() && from["optional"].is_null());
        let workflow = document("github/access.yml");
        let steps = list(&workflow["jobs"][stage]["steps"]);
        let given = steps.iter().filter(|step| !step["run"].is_null());
        for step in given {
            let origins = &step["env"]["BEADLE_TOKEN_ORIGINS"];
            assert_eq!(text(origins), "${{ vars.BEADLE_TOKEN_ORIGINS }}");
        }
    }
    // Where the environments say nothing, nothing goes anywhere.
    let pipeline = document("gitlab/access.gitlab-ci.yml");
    assert_eq!(pipeline["variables"]["BEADLE_TOKEN_ORIGINS"], "");
}

/// What is refused is not tried again; what was applied in part is.
#[test]
fn the_exit_codes_say_whether_an_index_is_tried_again() {
    let job = job("apply");
    assert!(job["spec"]["backoffLimitPerIndex"].as_u64().unwrap() > 0);
    let rules = list(&job["spec"]["podFailurePolicy"]["rules"]);
    let of_code = |code: u64| {
        let rule = rules.iter().find(|rule| {
            list(&rule["onExitCodes"]["values"])
                .iter()
                .any(|value| value.as_u64() == Some(code))
        });
        text(&rule.unwrap()["action"])
    };
    assert_eq!([1, 3, 4].map(of_code), ["Count", "FailIndex", "Count"]);
}

#[test]
fn nothing_holds_a_secret_and_every_part_is_listed() {
    for stage in JOBS.iter().chain(&["common"]) {
        let list_of = document(&format!("kubernetes/{stage}/kustomization.yaml"));
        assert_eq!(list_of["kind"], "Kustomization");
        for resource in texts(&list_of["resources"]) {
            for part in documents(&format!("kubernetes/{stage}/{resource}")) {
                assert!(part["kind"].is_string());
                assert!(part["kind"] != "Secret", "{stage}/{resource}");
            }
        }
        if *stage == "common" {
            continue;
        }
        let job = job(stage);
        let pod = &job["spec"]["template"]["spec"];
        for container in list(&pod["initContainers"])
            .iter()
            .chain(list(&pod["containers"]))
        {
            for variable in list(&container["env"]) {
                let name = text(&variable["name"]);
                let literal = !variable["value"].is_null();
                let plain = ["SHARDS", "PROJECT", "SHARE", "HOME", "GIT_TERMINAL_PROMPT"];
                assert_eq!(literal, plain.contains(&name.as_str()), "{stage}: {name}");
            }
        }
    }
}

#[test]
fn the_image_is_built_from_what_there_is() {
    let read = |path: &str| fs::read_to_string(repository().join(path)).unwrap();
    let image = read("deploy/Containerfile");
    let package = read("Cargo.toml");
    let field = |name: &str| {
        let mut lines = package.lines();
        let found = lines.find_map(|line| line.strip_prefix(&format!("{name} = \"")));
        found.unwrap().trim_end_matches('"').to_owned()
    };
    assert!(package.contains("\ncloud = ["));
    assert!(image.contains("--features cloud"));
    assert!(image.contains(&format!("rust:{}-", field("rust-version"))));
    for file in [
        "kubernetes/plan/kustomization.yaml",
        "kubernetes/apply/kustomization.yaml",
    ] {
        assert_eq!(
            text(&document(file)["images"][0]["newTag"]),
            field("version")
        );
    }
}
