//! The workflows of one repository at GitHub, from a pull request to the portal: what reviewers see
//! is what is applied, and nobody else says what that is.

use serde_json::{Value, json};

use super::runner::{Done, Event, Hub, REPOSITORY, has_tools};
use crate::support::out;

const FILE: &str = "schools/alderbrook.yaml";
const MARKER: &str = "<!-- beadle:plan";

/// A pull request: its branch's head, and the merge that GitHub makes of it to try it.
struct PullRequest {
    head: String,
    merge: String,
}

impl Hub {
    /// Tom Ashby of Alderbrook goes to the office.
    fn open(&self, more: &[(&str, &str)]) -> PullRequest {
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
    fn merge(&self, request: &PullRequest) -> (String, String) {
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

    fn plan(&mut self, request: &PullRequest, more: &[(&str, &str)]) -> Option<Done> {
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
        let mut runs = self.known("runs");
        let conclusion = if done.succeeded() {
            "success"
        } else {
            "failure"
        };
        runs["workflow_runs"].as_array_mut().unwrap().push(json!({
            "id": run, "event": "pull_request", "head_sha": request.head, "conclusion": conclusion,
            "path": ".github/workflows/beadle-plan.yml", "created_at": format!("2026-11-22T09:0{run}:00Z"),
            "head_repository": { "full_name": REPOSITORY },
        }));
        self.set("runs", &runs);
        Some(done)
    }

    /// Runs the workflow that applies: its plan, and what it came to if it was approved.
    fn apply(
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
        (planned, applied.flatten())
    }

    /// Whether nothing is left to do for Alderbrook at Hampshire, and the log holds together.
    fn is_applied(&self) -> bool {
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
    fn drift(&self) {
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
}

fn pairs(pairs: &[(&str, &str)]) -> Event {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

fn event(more: &[(&str, &str)]) -> Event {
    let mut event = pairs(&[("github.event.repository.private", "true")]);
    event.extend(pairs(more));
    event
}

fn bodies(comments: &Value) -> Vec<&str> {
    let comments = comments.as_array().unwrap();
    comments
        .iter()
        .map(|one| one["body"].as_str().unwrap())
        .collect()
}

#[test]
fn what_the_pull_request_showed_is_applied_on_merge() {
    if !has_tools() {
        return;
    }
    let mut hub = Hub::start();
    let request = hub.open(&[]);
    // Somebody else's comment that looks like ours, and one that gives orders.
    let strangers = json!([
        { "id": 1, "user": { "login": "mallory" }, "body": format!("{MARKER} -->\nall is well") },
        { "id": 2, "user": { "login": "mallory" }, "body": "digest 0000" },
    ]);
    hub.set("comments", &strangers);
    let planned = hub.plan(&request, &[]).unwrap();
    assert!(planned.succeeded(), "{}", planned.said);
    let comments = hub.known("comments");
    let seen = bodies(&comments);
    assert_eq!(seen.len(), 3);
    let first = seen[2].to_owned();
    assert!(
        first.starts_with(MARKER) && first.contains(&request.head),
        "{first}"
    );
    for text in [&first, &planned.said] {
        assert!(
            !text.contains("Ashby") && !text.contains("alderbrook.example"),
            "{text}"
        );
    }

    // Planned again: the same comment, and no other.
    assert!(hub.plan(&request, &[]).unwrap().succeeded());
    let comments = hub.known("comments");
    let seen = bodies(&comments);
    assert_eq!((seen.len(), seen[0]), (3, bodies(&strangers)[0]));
    assert_eq!(seen[2].replace("/runs/2", "/runs/1"), first);
    assert!(hub.rehearsal.sandbox.writes().is_empty());

    let (before, now) = hub.merge(&request);
    let (planned, applied) = hub.apply((&before, &now), &[]);
    assert!(planned.succeeded(), "{}", planned.said);
    assert_eq!(
        planned.outputs["approved"],
        "the pull request showed this very plan"
    );
    assert_eq!(planned.outputs["logins"], "ana kit");
    assert!(
        planned.summary.contains(MARKER) && planned.summary.contains(&planned.outputs["digest"])
    );
    let applied = applied.unwrap();
    assert!(applied.succeeded(), "{}", applied.said);
    assert!(
        !applied.said.contains("alderbrook.example"),
        "{}",
        applied.said
    );
    assert!(hub.is_applied());
    // Worklists are there for whoever carries them out; what the run left is no artifact that names
    // people for longer.
    assert!(
        hub.artifact(3, "beadle-worklists")
            .join("hfl/alderbrook.md")
            .exists()
    );

    // The failed job alone, run again with what was approved: it goes on, and finds nothing left.
    let workflow = hub.workflow("apply", &now);
    let mut event = event(&[]);
    for (name, value) in &planned.outputs {
        event.insert(format!("needs.plan.outputs.{name}"), value.clone());
    }
    let writes = hub.rehearsal.sandbox.writes().len();
    let again = hub.job((3, "apply"), &workflow, &now, &event).unwrap();
    assert!(again.succeeded(), "{}", again.said);
    assert_eq!(hub.rehearsal.sandbox.writes().len(), writes);
}

#[test]
fn another_plan_than_the_reviewed_one_waits_for_somebody() {
    if !has_tools() {
        return;
    }
    let mut hub = Hub::start();
    let request = hub.open(&[]);
    assert!(hub.plan(&request, &[]).unwrap().succeeded());
    let (before, now) = hub.merge(&request);
    hub.drift();
    let writes = hub.rehearsal.sandbox.writes().len();
    let (refused, applied) = hub.apply((&before, &now), &[]);
    assert_eq!(refused.last.status.code(), Some(3), "{}", refused.said);
    assert!(applied.is_none() && hub.rehearsal.sandbox.writes().len() == writes);
    assert!(
        refused
            .said
            .contains("::error title=Merged and not applied::"),
        "{}",
        refused.said
    );
    assert!(
        refused.summary.contains("**nobody has approved this"),
        "{}",
        refused.summary
    );
    let digest = refused
        .said
        .lines()
        .find_map(|line| line.strip_prefix("digest "));
    let digest = digest.unwrap().to_owned();

    // A person with the digest of the plan of everything; any other is refused.
    let (shown, _) = hub.apply(("", &now), &[]);
    assert_eq!(shown.last.status.code(), Some(3));
    let all = shown
        .said
        .lines()
        .find_map(|line| line.strip_prefix("digest "))
        .unwrap()
        .to_owned();
    assert_ne!(all, digest);
    let (wrong, applied) = hub.apply(("", &now), &[("inputs.approved", &digest)]);
    assert!(wrong.last.status.code() == Some(3) && applied.is_none());
    assert_eq!(hub.rehearsal.sandbox.writes().len(), writes);
    let (planned, applied) = hub.apply(("", &now), &[("inputs.approved", &all)]);
    assert_eq!(
        planned.outputs["approved"],
        "kit started this with its digest"
    );
    let applied = applied.unwrap();
    assert!(applied.succeeded(), "{}", applied.said);
    assert!(hub.is_applied());
}

#[test]
fn reviewers_of_the_environment_are_asked_where_there_are_some() {
    if !has_tools() {
        return;
    }
    let mut hub = Hub::start();
    let request = hub.open(&[]);
    let (before, now) = hub.merge(&request);
    let asked = [("vars.BEADLE_APPROVAL", "environment")];
    let (planned, applied) = hub.apply((&before, &now), &asked);
    assert_eq!(
        planned.outputs["approved"],
        "the reviewers of the environment are asked"
    );
    // Whom the job `apply` waits for, GitHub knows: it has the environment.
    assert!(applied.unwrap().succeeded() && hub.is_applied());
}

/// A digest that somebody puts where ours was does not open the door, whoever's run it is.
#[test]
fn a_digest_from_elsewhere_is_not_believed() {
    if !has_tools() {
        return;
    }
    let mut hub = Hub::start();
    let request = hub.open(&[(".github/workflows/beadle-plan.yml", "# mine\n")]);
    assert!(hub.plan(&request, &[]).unwrap().succeeded());
    let (before, now) = hub.merge(&request);
    let (refused, _) = hub.apply((&before, &now), &[]);
    assert_eq!(refused.last.status.code(), Some(3), "{}", refused.said);
    assert!(
        refused
            .said
            .contains("changes .github/workflows/beadle-plan.yml"),
        "{}",
        refused.said
    );

    // Of another pull request, another workflow, a fork, a run that failed, or none.
    let mut hub = Hub::start();
    let request = hub.open(&[]);
    assert!(hub.plan(&request, &[]).unwrap().succeeded());
    let (before, now) = hub.merge(&request);
    let (runs, pulls) = (hub.known("runs"), hub.known("pulls"));
    let with = |what: &Value, pointer: &str, value: &str| {
        let mut changed = what.clone();
        *changed.pointer_mut(pointer).unwrap() = json!(value);
        changed
    };
    for (pointer, value) in [
        ("/workflow_runs/0/path", ".github/workflows/mine.yml"),
        (
            "/workflow_runs/0/head_repository/full_name",
            "mallory/access",
        ),
        ("/workflow_runs/0/conclusion", "failure"),
        ("/workflow_runs/0/event", "push"),
        ("/workflow_runs/0/head_sha", "0000"),
    ] {
        hub.set("runs", &with(&runs, pointer, value));
        let (refused, _) = hub.apply((&before, &now), &[]);
        assert_eq!(
            refused.last.status.code(),
            Some(3),
            "{pointer}: {}",
            refused.said
        );
    }
    hub.set("runs", &runs);
    for (pointer, value) in [
        ("/0/merge_commit_sha", "0000"),
        ("/0/base/ref", "other"),
        ("/0/head/repo/full_name", "mallory/access"),
    ] {
        hub.set("pulls", &with(&pulls, pointer, value));
        let (refused, _) = hub.apply((&before, &now), &[]);
        assert_eq!(
            refused.last.status.code(),
            Some(3),
            "{pointer}: {}",
            refused.said
        );
    }
    hub.set("pulls", &pulls);
    // Gone, or something else than a digest.
    let digest = hub.artifact(1, "beadle-digest").join("digest");
    std::fs::write(
        &digest,
        "$(touch /tmp/x) `id` \n::set-output name=approved::yes",
    )
    .unwrap();
    assert_eq!(
        hub.apply((&before, &now), &[]).0.last.status.code(),
        Some(3)
    );
    std::fs::remove_dir_all(digest.parent().unwrap()).unwrap();
    let (refused, _) = hub.apply((&before, &now), &[]);
    assert!(
        refused.said.contains("has no plan any more"),
        "{}",
        refused.said
    );
    assert_eq!(refused.last.status.code(), Some(3));
    assert!(hub.rehearsal.sandbox.writes().is_empty());
}

/// Who opens the pull request is what GitHub says, and git, which anybody writes, is not asked.
#[test]
fn who_asks_is_whom_github_names() {
    if !has_tools() {
        return;
    }
    let mut hub = Hub::start();
    let request = hub.open(&[]);
    let mut escalations = |addresses: &str| {
        let known = [("vars.BEADLE_ADDRESSES", addresses)];
        let planned = hub.plan(&request, &known).unwrap();
        assert!(planned.succeeded(), "{}", planned.said);
        let comments = hub.known("comments");
        let seen = bodies(&comments)[0].to_owned();
        let line = seen.lines().find(|line| line.contains("escalation"));
        line.unwrap_or_default().to_owned()
    };
    let nobody = escalations("");
    let others = escalations("kit=t.ashby@alderbrook.example");
    let own = escalations("kit=kit@trust.example ana=t.ashby@alderbrook.example");
    assert_eq!(nobody, others);
    assert_ne!(
        nobody, own,
        "Tom Ashby gains by what Ana, who is Tom, asks for"
    );
}

#[test]
fn forks_and_public_repositories_plan_nothing() {
    if !has_tools() {
        return;
    }
    let mut hub = Hub::start();
    let request = hub.open(&[]);
    for (name, value) in [
        (
            "github.event.pull_request.head.repo.full_name",
            "mallory/access",
        ),
        ("github.event.pull_request.user.login", "dependabot[bot]"),
        ("github.event.repository.private", "false"),
    ] {
        assert!(hub.plan(&request, &[(name, value)]).is_none(), "{name}");
    }
    // A fork's is checked, with nothing but the files.
    let workflow = hub.workflow("validate", &request.merge);
    let run = hub.begin();
    let checked = hub
        .job((run, "validate"), &workflow, &request.merge, &event(&[]))
        .unwrap();
    assert!(checked.succeeded(), "{}", checked.said);
    let broken = hub.open_broken();
    let checked = hub
        .job((run, "validate"), &workflow, &broken, &event(&[]))
        .unwrap();
    assert_eq!(checked.last.status.code(), Some(1));
    assert!(
        checked
            .said
            .contains("::error file=schools/alderbrook.yaml,line="),
        "{}",
        checked.said
    );
}

impl Hub {
    /// A commit whose files have an error.
    fn open_broken(&self) -> String {
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

/// Where the files have an error there is no plan, and the comment says so instead of showing an old one.
#[test]
fn a_plan_that_fails_says_so_in_the_comment() {
    if !has_tools() {
        return;
    }
    let mut hub = Hub::start();
    let request = hub.open(&[(FILE, "nonsense: here\n")]);
    let planned = hub.plan(&request, &[]).unwrap();
    assert_eq!(planned.last.status.code(), Some(1), "{}", planned.said);
    let comments = hub.known("comments");
    let seen = bodies(&comments);
    assert_eq!(seen.len(), 1, "{}", planned.said);
    assert!(
        seen[0].starts_with(MARKER) && seen[0].contains("not the whole plan"),
        "{}",
        seen[0]
    );
    assert!(!hub.artifact(1, "beadle-digest").exists());
}

#[test]
fn every_morning_one_issue_says_what_is_to_do() {
    if !has_tools() {
        return;
    }
    let mut hub = Hub::start();
    let commit = hub.rehearsal.commit();
    let workflow = hub.workflow("daily", &commit);
    let main = event(&[("github.ref", "refs/heads/main")]);
    let look = |hub: &mut Hub| {
        let run = hub.begin();
        let commit = hub.rehearsal.commit();
        hub.job((run, "look"), &workflow, &commit, &main).unwrap()
    };
    hub.set("issues", &json!([{
        "number": 1, "state": "open", "user": { "login": "mallory" }, "title": "x", "body": null,
    }]));
    for times in 1..=2 {
        let looked = look(&mut hub);
        assert!(looked.succeeded(), "{}", looked.said);
        let issues = hub.known("issues");
        assert_eq!(
            issues.as_array().unwrap().len(),
            2,
            "{times}: {}",
            looked.said
        );
        let body = issues[1]["body"].as_str().unwrap();
        assert!(body.starts_with("<!-- beadle:daily -->"), "{body}");
        assert!(
            body.contains(&format!("/runs/{times}")) && body.len() < 65_536,
            "{body}"
        );
        assert!(
            !body.contains("alderbrook.example") && !body.contains("Ashby"),
            "{body}"
        );
        assert_eq!(issues[1]["state"], "open");
    }
    assert!(hub.rehearsal.sandbox.writes().is_empty());
    // Once everything is done: at Hampshire by apply, at HFL by nobody managing it any more.
    let path = hub.rehearsal.project().join("beadle.yaml");
    let applied = hub.rehearsal.beadle(&["apply", "--yes"]);
    assert_eq!(
        applied.status.code(),
        Some(0),
        "{}",
        crate::support::err(&applied)
    );
    let done = hub
        .rehearsal
        .beadle(&["worklist", "done", "--all", "--by", "Kit Osei"]);
    assert_eq!(
        done.status.code(),
        Some(0),
        "{}{}",
        out(&done),
        crate::support::err(&done)
    );
    assert!(path.exists());
    hub.rehearsal.git(&["add", "."]);
    hub.rehearsal
        .git(&["commit", "--quiet", "--message", "done by hand"]);
    let looked = look(&mut hub);
    assert!(looked.succeeded(), "{}", looked.said);
    let issues = hub.known("issues");
    assert_eq!(issues[1]["state"], "closed", "{}", looked.said);
    assert_eq!(issues[0]["state"], "open");
}
