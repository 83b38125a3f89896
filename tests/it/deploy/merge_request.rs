//! The pipeline for one project at GitLab: merge requests are planned into one note, what was merged
//! is planned anew and applied by whoever starts the job, and one issue says what is to do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value as Json, json};
use serde_yaml::Value;

use super::runner::has_tools;
use super::{Environment, Rehearsal, document, list, text, texts};
use crate::support::{copy, err, out};

/// Stands for `curl`: answers for GitLab's API from the files of a folder, and fails at all else.
const CURL: &str = r#"#!/bin/bash
set -euo pipefail
method=GET body= config= url=
while [ $# -gt 0 ]; do
  case $1 in
    --proto) [ "$2" = '=https' ]; shift ;;
    --request) method=$2; shift ;;
    --config) config=$(cat "$2"); shift ;;
    --data-binary) body=${2#@}; shift ;;
    --header) shift ;;
    --fail | --silent | --show-error) ;;
    https://lab.example/api/v4/*) url=${1#https://lab.example/api/v4/} ;;
    *) exit 64 ;;
  esac
  shift
done
[ "$config" = 'header = "PRIVATE-TOKEN: glpat-note"' ] || exit 22
cd "$LAB"
path=${url%%\?*}
case $method:$path in
  GET:user) echo '{"id": 5}' ;;
  GET:projects/3/merge_requests/7) cat request.json ;;
  GET:projects/3/repository/commits/*/merge_requests) jq '[. + {state: "merged"}]' request.json ;;
  GET:projects/3/merge_requests/7/notes) page=${url##*page=}; jq --argjson page "$page" '.[($page - 1) * 100:$page * 100]' notes.json ;;
  POST:projects/3/merge_requests/7/notes) jq --slurpfile new "$body" '. + [{id: (length + 1), author: {id: 5}} + $new[0]]' notes.json > next; mv next notes.json ;;
  PUT:projects/3/merge_requests/7/notes/*) jq --argjson id "${path##*/}" --slurpfile new "$body" '[.[] | if .id == $id then . + $new[0] else . end]' notes.json > next; mv next notes.json ;;
  GET:projects/3/issues) jq '[.[] | select(.state == "opened")]' issues.json ;;
  POST:projects/3/issues) jq --slurpfile new "$body" '. + [{iid: (length + 1), state: "opened"} + $new[0]]' issues.json > next; mv next issues.json ;;
  PUT:projects/3/issues/*) jq --argjson iid "${path##*/}" --slurpfile new "$body" '[.[] | if .iid == $iid then (. + $new[0] | if .state_event == "close" then .state = "closed" else . end) else . end]' issues.json > next; mv next issues.json ;;
  *) exit 22 ;;
esac
"#;

struct Lab {
    rehearsal: Rehearsal,
    pipeline: Value,
}

impl Lab {
    fn start() -> Self {
        let rehearsal = Rehearsal::start();
        let lab = Self {
            rehearsal,
            pipeline: document("gitlab/beadle.gitlab-ci.yml"),
        };
        fs::create_dir(lab.at("lab")).unwrap();
        fs::create_dir(lab.at("tools")).unwrap();
        let curl = lab.at("tools/curl");
        fs::write(&curl, CURL).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&curl, mode).unwrap();
        lab.set("notes", &json!([]));
        lab.set("issues", &json!([]));
        lab.set("request", &json!({ "author": { "username": "ana" } }));
        lab
    }

    fn at(&self, name: &str) -> std::path::PathBuf {
        self.rehearsal.folder.path().join(name)
    }

    fn set(&self, name: &str, value: &Json) {
        fs::write(self.at(&format!("lab/{name}.json")), value.to_string()).unwrap();
    }

    fn known(&self, name: &str) -> Json {
        let text = fs::read_to_string(self.at(&format!("lab/{name}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Runs a job at the commit that the project is at.
    fn job(&self, name: &str, more: &[(&str, &str)]) -> Output {
        let job = &self.pipeline[name];
        let root = self.rehearsal.folder.path();
        let workspace = tempfile::tempdir_in(root).unwrap();
        copy(&self.rehearsal.project(), workspace.path());
        let artifacts = self.at("artifacts");
        for needed in list(&job["needs"]) {
            let from = artifacts.join(text(needed));
            if from.exists() {
                copy(&from, workspace.path());
            }
        }
        let program = Path::new(env!("CARGO_BIN_EXE_beadle")).parent().unwrap();
        let path = format!(
            "{}:{}:/usr/bin:/bin",
            self.at("tools").display(),
            program.display()
        );
        let mut given = BTreeMap::from(
            [
                ("CI", "true"),
                ("PATH", &path),
                ("PAUSE", "0"),
                ("LAB", self.at("lab").to_str().unwrap()),
                ("LOGINS", "ana"),
                ("CI_API_V4_URL", "https://lab.example/api/v4"),
                ("CI_PROJECT_ID", "3"),
                ("CI_MERGE_REQUEST_IID", "7"),
                ("CI_COMMIT_SHA", &self.rehearsal.commit()),
                ("CI_JOB_URL", "https://lab.example/job/9"),
                ("BEADLE_TOKEN_ORIGINS", ""),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        self.add_environment(job, &mut given);
        if let Ok(digest) = fs::read_to_string(artifacts.join("digest.env")) {
            for line in digest.lines() {
                let (name, value) = line.split_once('=').unwrap();
                given.insert(name.to_owned(), value.to_owned());
            }
        }
        given.extend(
            more.iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let shell = ["bash", "-eo", "pipefail", "-c"].map(str::to_owned);
        let script = texts(&job["script"]).join("\n");
        let output = self
            .rehearsal
            .script(&shell, &script, workspace.path(), &given);
        if output.status.success() || job["artifacts"]["when"] == "always" {
            self.keep(&job["artifacts"], name, workspace.path());
        }
        output
    }

    fn add_environment(&self, job: &Value, given: &mut Environment) {
        let token = match job["environment"]["name"].as_str() {
            Some("portals-read") => "HANTS_READ_TOKEN",
            Some("portals") => "HANTS_TOKEN",
            _ => return,
        };
        let more = [
            (token, self.rehearsal.token(token)),
            ("BEADLE_TOKEN_ORIGINS", self.rehearsal.origins()),
            ("BEADLE_REDACTION_KEY", "a long random text".to_owned()),
            ("BEADLE_NOTE_TOKEN", "glpat-note".to_owned()),
        ];
        given.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }

    fn keep(&self, kept: &Value, name: &str, workspace: &Path) {
        let artifacts = self.at("artifacts");
        for path in list(&kept["paths"]) {
            let path = text(path);
            if workspace.join(&path).exists() {
                copy(&workspace.join(&path), &artifacts.join(name).join(&path));
            }
        }
        if let Some(file) = kept["reports"]["dotenv"].as_str() {
            fs::copy(workspace.join(file), artifacts.join("digest.env")).unwrap();
        }
    }
}

fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}{}", out(output), err(output));
}

#[test]
fn a_merge_request_has_one_note_and_what_was_merged_is_applied() {
    if !has_tools() {
        return;
    }
    let lab = Lab::start();
    let base = lab.rehearsal.commit();
    let path = lab.rehearsal.project().join("schools/alderbrook.yaml");
    let before = fs::read_to_string(&path).unwrap();
    let after = before.replace(
        "TASHBY5 }, bundles: [teaching]",
        "TASHBY5 }, bundles: [school-office]",
    );
    fs::write(&path, after).unwrap();
    lab.rehearsal.git(&[
        "commit",
        "--quiet",
        "--all",
        "--message",
        "Tom goes to the office",
    ]);
    succeeds(&lab.job("validate", &[]));

    // Others have written a hundred notes, one of which looks like ours.
    let marker = "<!-- beadle:plan";
    let strangers: Vec<Json> = (1..=100)
        .map(|id| json!({ "id": id, "author": { "id": 1 }, "body": format!("{marker} {id}") }))
        .collect();
    lab.set("notes", &json!(strangers));
    let change = [("CI_MERGE_REQUEST_DIFF_BASE_SHA", &*base)];
    for _ in 0..2 {
        let planned = lab.job("plan", &change);
        succeeds(&planned);
        let notes = lab.known("notes");
        let notes = notes.as_array().unwrap();
        assert_eq!(notes.len(), 101);
        assert_eq!(notes[99], strangers[99]);
        let body = notes[100]["body"].as_str().unwrap();
        assert!(
            body.starts_with(marker) && body.contains(&lab.rehearsal.commit()),
            "{body}"
        );
        for text in [body, &out(&planned), &err(&planned)] {
            assert!(
                !text.contains("Ashby") && !text.contains("alderbrook.example"),
                "{text}"
            );
            assert!(!text.contains("glpat-note"), "{text}");
        }
    }
    assert!(lab.rehearsal.sandbox.writes().is_empty());

    // Ana asks, whoever has started the pipeline.
    let known = "kit=kit@trust.example ana=t.ashby@alderbrook.example";
    let known = [change[0], ("LOGINS", "kit"), ("BEADLE_ADDRESSES", known)];
    succeeds(&lab.job("plan", &known));
    let note = lab.known("notes")[100]["body"].to_string();
    assert!(
        note.contains("an author of the change gains access"),
        "{note}"
    );
    let reviewed = lab.job("review", &known);
    succeeds(&reviewed);
    assert!(
        out(&reviewed).contains("an author of the change gains access"),
        "{}",
        out(&reviewed)
    );

    succeeds(&lab.job("review", &[]));
    let refused = lab.job("apply", &[("APPROVED", "0000")]);
    assert_eq!(refused.status.code(), Some(3), "{}", err(&refused));
    assert!(lab.rehearsal.sandbox.writes().is_empty());
    let applied = lab.job("apply", &[]);
    succeeds(&applied);
    assert!(
        !out(&applied).contains("alderbrook.example"),
        "{}",
        out(&applied)
    );
    lab.rehearsal.end();
    assert!(lab.at("artifacts/apply/worklists/hfl").exists());
}

#[test]
fn every_morning_one_issue_says_what_is_to_do() {
    if !has_tools() {
        return;
    }
    let lab = Lab::start();
    for _ in 0..2 {
        succeeds(&lab.job("daily", &[]));
        let issues = lab.known("issues");
        assert_eq!(issues.as_array().unwrap().len(), 1);
        let body = issues[0]["description"].as_str().unwrap();
        assert!(body.starts_with("<!-- beadle:daily -->"), "{body}");
        assert!(
            !body.contains("alderbrook.example") && !body.contains("Ashby"),
            "{body}"
        );
    }
    let applied = lab.rehearsal.beadle(&["apply", "--yes"]);
    succeeds(&applied);
    succeeds(
        &lab.rehearsal
            .beadle(&["worklist", "done", "--all", "--by", "Kit Osei"]),
    );
    succeeds(&lab.job("daily", &[]));
    assert_eq!(lab.known("issues")[0]["state"], "closed");
    // A portal that cannot be asked is said, and the job fails.
    let lost = lab.job("daily", &[("HANTS_READ_TOKEN", "wrong")]);
    assert_eq!(lost.status.code(), Some(1), "{}", err(&lost));
    let issues = lab.known("issues");
    assert!(
        issues[1]["description"]
            .as_str()
            .unwrap()
            .contains("could not compare everything")
    );
}
