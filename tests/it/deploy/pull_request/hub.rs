//! What somebody does at GitHub with a pull request, and what its workflows then do.

use serde_json::{Value, json};

use crate::deploy::runner::{Done, Event, Hub, REPOSITORY};
use crate::support::out;

pub(super) const FILE: &str = "schools/alderbrook.yaml";
pub(super) const MARKER: &str = "<!-- beadle:plan";

/// A pull request: its branch's head, and the merge that GitHub makes of it to try it.
pub(super) struct PullRequest {
    pub(super) head: String,
    pub(super) merge: String,
}

impl Hub {
    /// Tom Ashby of Alderbrook goes to the office.
    pub(super) fn open(&self, more: &[(&str, &str)]) -> PullRequest {
        let git = |arguments: &[&str]| self.rehearsal.git(arguments);
        git(&["checkout", "--quiet", "-b", "change"]);
        let path = self.rehearsal.project().join(FILE);
        let before = std::fs::read_to_string(&path).unwrap();
        let line = "TASHBY5 }, bundles: [teaching]";
        assert!(before.contains(line));
        let after = before.replace(line, "TASHBY5 }, bundles: [school-office]");
        std::fs::write(&path, after).unwrap();
        for (file, text) in more {
            let path = self.rehearsal.project().join(file);
            let before = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, before + text).unwrap();
        }
        git(&[
            "commit",
            "--quiet",
            "--all",
            "--message",
            "Tom goes to the office",
        ]);
        let head = git(&["rev-parse", "HEAD"]);
        git(&["checkout", "--quiet", "--detach", "main"]);
        git(&[
            "merge",
            "--quiet",
            "--no-ff",
            "--message",
            "tried",
            "change",
        ]);
        let merge = git(&["rev-parse", "HEAD"]);
        git(&["checkout", "--quiet", "main"]);
        PullRequest { head, merge }
    }

    /// Merges it, and says what main was before and is now.
    pub(super) fn merge(&self, request: &PullRequest) -> (String, String) {
        let before = self.rehearsal.commit();
        self.rehearsal.git(&[
            "merge",
            "--quiet",
            "--no-ff",
            "--message",
            "merged",
            "change",
        ]);
        let now = self.rehearsal.commit();
        self.set(
            "pulls",
            &json!([{
                "number": 7, "merged_at": "2026-11-22T10:00:00Z", "merge_commit_sha": now,
                "base": { "ref": "main" }, "user": { "login": "ana" },
                "head": { "sha": request.head, "repo": { "full_name": REPOSITORY } },
            }]),
        );
        (before, now)
    }

    pub(super) fn plan(&mut self, request: &PullRequest, more: &[(&str, &str)]) -> Option<Done> {
        let run = self.begin();
        let mut event = event(&[
            ("github.event.pull_request.head.repo.full_name", REPOSITORY),
            ("github.event.pull_request.user.login", "ana"),
            ("github.event.pull_request.number", "7"),
            ("github.event.pull_request.head.sha", &request.head),
        ]);
        event.extend(pairs(more));
        let workflow = self.workflow("plan", &request.merge);
        let done = self.job((run, "plan"), &workflow, &request.merge, &event)?;
        let conclusion = if done.succeeded() {
            "success"
        } else {
            "failure"
        };
        self.note(&json!({
            "id": run, "event": "pull_request", "head_sha": request.head, "conclusion": conclusion,
            "path": ".github/workflows/beadle-plan.yml", "created_at": format!("2026-11-22T09:0{run}:00Z"),
            "head_repository": { "full_name": REPOSITORY },
        }));
        Some(done)
    }

    /// Runs the workflow that applies: its plan, and what it came to if it was approved.
    pub(super) fn apply(
        &mut self,
        (before, now): (&str, &str),
        more: &[(&str, &str)],
    ) -> (Done, Option<Done>) {
        let run = self.begin();
        let mut event = event(&[
            ("github.ref", "refs/heads/main"),
            (
                "github.event_name",
                if before.is_empty() {
                    "workflow_dispatch"
                } else {
                    "push"
                },
            ),
            ("github.event.before", before),
        ]);
        event.extend(pairs(more));
        let workflow = self.workflow("apply", now);
        let planned = self.job((run, "plan"), &workflow, now, &event).unwrap();
        for (name, value) in &planned.outputs {
            event.insert(format!("needs.plan.outputs.{name}"), value.clone());
        }
        let applied = planned
            .succeeded()
            .then(|| self.job((run, "apply"), &workflow, now, &event));
        let applied = applied.flatten();
        let ended = planned.succeeded() && applied.as_ref().is_none_or(Done::succeeded);
        self.note(&json!({
            "id": run, "event": "push", "head_sha": now, "path": ".github/workflows/beadle-apply.yml",
            "conclusion": if ended { "success" } else { "failure" },
        }));
        (planned, applied)
    }

    /// GitHub's record of a run.
    fn note(&self, run: &Value) {
        let mut runs = self.known("runs");
        runs["workflow_runs"]
            .as_array_mut()
            .unwrap()
            .push(run.clone());
        self.set("runs", &runs);
    }

    /// Whether nothing is left to do for Alderbrook at Hampshire, and the log holds together.
    pub(super) fn is_applied(&self) -> bool {
        let line = [
            "plan",
            "--portal",
            "hants",
            "--org",
            "alderbrook",
            "--detailed-exitcode",
        ];
        let left = self.rehearsal.beadle(&line);
        let log = self.rehearsal.beadle(&["audit", "verify"]);
        assert_eq!(log.status.code(), Some(0), "{}", out(&log));
        left.status.code() == Some(0)
    }

    /// Somebody changes Alderbrook at the portal itself.
    pub(super) fn drift(&self) {
        let directory = self.rehearsal.folder.path().join("drift");
        crate::support::copy(&self.rehearsal.project(), &directory);
        let path = directory.join(FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replace(
            "accounts: { hants: MFRAYNE }\n    bundles: [teaching]",
            "accounts: { hants: MFRAYNE }\n    bundles: [teaching]\n    areas: { hants: [property] }",
        );
        std::fs::write(&path, text).unwrap();
        let mut command = crate::support::beadle(&directory);
        for name in ["HANTS_TOKEN", "HANTS_READ_TOKEN"] {
            command.env(name, self.rehearsal.token(name));
        }
        let line = ["apply", "--yes", "--org", "alderbrook", "--portal", "hants"];
        let output = command.args(line).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            crate::support::err(&output)
        );
    }

    /// A commit whose files have an error.
    pub(super) fn open_broken(&self) -> String {
        self.rehearsal
            .git(&["checkout", "--quiet", "--detach", "main"]);
        let path = self.rehearsal.project().join(FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(
            &path,
            text.replace("bundles: [teaching]", "bundles: [teachign]"),
        )
        .unwrap();
        self.rehearsal
            .git(&["commit", "--quiet", "--all", "--message", "a slip"]);
        self.rehearsal.commit()
    }
}

pub(super) fn pairs(pairs: &[(&str, &str)]) -> Event {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

pub(super) fn event(more: &[(&str, &str)]) -> Event {
    let mut event = pairs(&[("github.event.repository.private", "true")]);
    event.extend(pairs(more));
    event
}

pub(super) fn bodies(comments: &Value) -> Vec<&str> {
    let comments = comments.as_array().unwrap();
    comments
        .iter()
        .map(|one| one["body"].as_str().unwrap())
        .collect()
}
