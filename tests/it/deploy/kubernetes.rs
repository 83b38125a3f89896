//! The four Jobs: their scripts with their environment, a folder in place of each volume.

use std::fs;
use std::process::Output;

use serde_yaml::Value;

use super::{Environment, Rehearsal, SHARDS, document, entries, files, git, list, one_run};
use super::{MOVED_FROM, rounds, same, same_names, saved_plan, text, texts};
use crate::support::{err, out};

/// What the person who runs them makes beforehand: ConfigMaps and Secrets.
fn known(rehearsal: &Rehearsal, name: &str, key: &str, digest: &str) -> String {
    match (name, key) {
        ("beadle-run", "repository") => format!("file://{}", rehearsal.project().display()),
        ("beadle-run", "commit") => rehearsal.commit(),
        ("beadle-git", "token") => "not-asked-for".to_owned(),
        ("beadle-approved", "digest") => digest.to_owned(),
        ("beadle-origins", "origins") => rehearsal.origins(),
        other => panic!("nobody makes {other:?}"),
    }
}

/// One pod of a Job: its containers one after the other; what the last one said.
fn pod(rehearsal: &Rehearsal, stage: &str, index: Option<usize>, digest: &str) -> Output {
    let job = document(&format!("kubernetes/{stage}/job.yaml"));
    let spec = &job["spec"]["template"]["spec"];
    let pod = tempfile::tempdir_in(rehearsal.folder.path()).unwrap();
    let place = |path: &str| match path.strip_prefix("/share") {
        Some(rest) => format!("{}/share{rest}", rehearsal.folder.path().display()),
        None => format!("{}{path}", pod.path().display()),
    };
    for folder in ["/project", "/tmp", "/share"] {
        fs::create_dir_all(place(folder)).unwrap();
    }
    let containers = list(&spec["initContainers"])
        .iter()
        .chain(list(&spec["containers"]));
    let mut said = None;
    for container in containers {
        let mut given = Environment::new();
        for variable in list(&container["env"]) {
            let value = match &variable["value"] {
                Value::Null => sourced(rehearsal, &variable["valueFrom"], digest),
                value => text(value),
            };
            let value = if value.starts_with('/') {
                place(&value)
            } else {
                value
            };
            given.insert(text(&variable["name"]), value);
        }
        for secret in list(&container["envFrom"]) {
            let names: &[&str] = match text(&secret["secretRef"]["name"]).as_str() {
                "beadle-read" => &["HANTS_READ_TOKEN"],
                "beadle-apply" => &["HANTS_TOKEN"],
                "beadle-records" => &[],
                other => panic!("nobody makes `{other}`"),
            };
            for name in names {
                given.insert((*name).to_owned(), rehearsal.token(name));
            }
        }
        if let Some(index) = index {
            given.insert("JOB_COMPLETION_INDEX".to_owned(), index.to_string());
        }
        let shell = texts(&container["command"]);
        let [script] = list(&container["args"]) else {
            panic!("one script")
        };
        let output = rehearsal.script(&shell, &text(script), pod.path(), &given);
        let failed = !output.status.success();
        said = Some(output);
        if failed {
            break;
        }
    }
    // The folder is mounted so that nothing can be written there.
    let checkout = pod.path().join("project/checkout");
    assert_eq!(git(&checkout, &["status", "--porcelain"]), "");
    said.unwrap()
}

fn sourced(rehearsal: &Rehearsal, source: &Value, digest: &str) -> String {
    let (kind, from) = entries(source).remove(0);
    if kind == "fieldRef" {
        return "a-pod".to_owned();
    }
    assert!(matches!(kind.as_str(), "configMapKeyRef" | "secretKeyRef"));
    known(rehearsal, &text(&from["name"]), &text(&from["key"]), digest)
}

#[test]
fn the_jobs_come_to_what_one_run_comes_to() {
    let rehearsal = Rehearsal::start();
    let whole = rehearsal.whole_plan();
    for index in 0..SHARDS {
        let output = pod(&rehearsal, "plan", Some(index), "");
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(
            !out(&output).contains("saltmarsh.example"),
            "{}",
            out(&output)
        );
    }
    let merged = pod(&rehearsal, "merge", None, "");
    assert_eq!(merged.status.code(), Some(0), "{}", err(&merged));
    let share = rehearsal
        .folder
        .path()
        .join("share")
        .join(rehearsal.commit());
    assert_eq!(saved_plan(&share.join("merged.json")), whole);
    let said = out(&merged);
    let digest = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("digest "))
        .unwrap();

    let other = pod(&rehearsal, "apply", Some(0), "0000");
    assert_eq!(other.status.code(), Some(3), "{}", err(&other));
    assert!(rehearsal.sandbox.writes().is_empty());
    let again = rounds(|shard| pod(&rehearsal, "apply", Some(shard - 1), digest));
    assert_eq!(again, MOVED_FROM);
    let report = pod(&rehearsal, "report", None, "");
    assert_eq!(report.status.code(), Some(0), "{}", err(&report));
    assert!(!share.join("merged.json").exists() && !share.join("plans").exists());

    let (live, worklists) = one_run();
    same(&rehearsal.end(), &live);
    same_names(&files(&share.join("worklists")), &worklists);
}

#[test]
fn a_shard_that_was_not_planned_stops_the_merge() {
    let rehearsal = Rehearsal::start();
    for index in [0, 1, 2, 4, 5, 6, 7] {
        assert!(pod(&rehearsal, "plan", Some(index), "").status.success());
    }
    let merged = pod(&rehearsal, "merge", None, "");
    assert_eq!(merged.status.code(), Some(1));
    assert!(
        err(&merged).contains("a part is missing: 4/8"),
        "{}",
        err(&merged)
    );
}
