//! The workflows of one repository at GitHub, from a pull request to the portal: what reviewers see
//! is what is applied, and nobody else says what that is.

mod hub;

use serde_json::{Value, json};

use self::hub::{FILE, MARKER, bodies, event};
use super::runner::{Hub, has_tools};
use crate::support::out;

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

/// GitHub cancels a run that waits behind another: what it was to apply is in the next run's plan.
#[test]
fn what_a_cancelled_run_was_to_apply_is_applied_by_the_next() {
    if !has_tools() {
        return;
    }
    let mut hub = Hub::start();
    let asked = [("vars.BEADLE_APPROVAL", "environment")];
    let first = hub.rehearsal.commit();
    let (_, applied) = hub.apply(("", &first), &asked);
    assert!(applied.unwrap().succeeded() && hub.is_applied());
    let request = hub.open(&[]);
    let (_, cancelled) = hub.merge(&request);
    assert!(!hub.is_applied());
    let path = hub.rehearsal.project().join("schools/birchmoor.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text + "# looked through\n").unwrap();
    let line = ["commit", "--quiet", "--all", "--message", "looked through"];
    hub.rehearsal.git(&line);
    let next = hub.rehearsal.commit();
    let (planned, applied) = hub.apply((&cancelled, &next), &asked);
    let applied = applied.unwrap_or_else(|| panic!("{}", planned.said));
    assert!(applied.succeeded() && hub.is_applied());
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
