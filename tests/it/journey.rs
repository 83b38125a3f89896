//! The main job, end to end, through the program: a university's OfS accounts from YAML to
//! applied, against a sandbox in a process of its own.

use std::process::Stdio;

use serde_json::Value;

use crate::support::{Sandbox, TODAY, University, beadle, copy, err, out, repository};

#[test]
fn plan_shows_every_kind_apply_does_it_and_the_next_plan_is_empty() {
    let university = University::start();
    let plan = university.plan();
    let counts = &plan["summary"]["actions"];
    for kind in [
        "create", "update", "renew", "grant", "promote", "demote", "revoke", "expire",
    ] {
        assert!(counts[kind].as_u64().unwrap() > 0, "no {kind} in {counts}");
    }
    assert_eq!(counts["delete"], 0, "an OfS account is never deleted");
    assert_eq!(plan["refusals"], Value::Array(vec![]));
    assert_eq!(
        university
            .run("plan", &["--detailed-exitcode"])
            .status
            .code(),
        Some(2)
    );
    assert!(
        university.sandbox.writes().is_empty(),
        "planning writes nothing"
    );

    let applied = university.run("apply", &["--yes"]);
    assert!(
        applied.status.success(),
        "{}{}",
        out(&applied),
        err(&applied)
    );
    let forecast = plan["summary"]["calls"].as_u64().unwrap();
    let writes = university.sandbox.writes();
    assert_eq!(writes.len() as u64, forecast, "{writes:#?}");

    let again = university.run("plan", &["--detailed-exitcode"]);
    assert_eq!(
        again.status.code(),
        Some(0),
        "{}{}",
        out(&again),
        err(&again)
    );
    let applied_again = university.run("apply", &["--yes"]);
    assert!(applied_again.status.success());
    assert_eq!(
        university.sandbox.writes().len() as u64,
        forecast,
        "a second apply writes nothing"
    );
}

#[test]
fn mails_are_those_of_the_forecast() {
    let university = University::start();
    let forecast = university.plan()["summary"]["mails"].as_u64().unwrap();
    assert!(university.run("apply", &["--yes"]).status.success());
    let outbox = university.sandbox.control("GET", "/outbox", "");
    let mails = outbox
        .as_array()
        .or_else(|| outbox["mails"].as_array())
        .unwrap()
        .len();
    assert_eq!(mails as u64, forecast);
}

#[test]
fn import_into_an_empty_folder_then_plan_finds_nothing_to_do() {
    let university = University::start();
    let fresh = tempfile::tempdir().unwrap();
    let mut import = university.beadle();
    import
        .current_dir(fresh.path())
        .args(["import", ".", "--driver", "ofs"]);
    import.args(["--url", &university.sandbox.text("/portals/ofs/url")]);
    import.args([
        "--token-env",
        "OFS_PORTAL_TOKEN",
        "--portal-organisation",
        "10009999",
    ]);
    import.args([
        "--org",
        "northshire",
        "--name",
        "University of Northshire",
        "--today",
        TODAY,
    ]);
    let imported = import.output().unwrap();
    assert!(imported.status.success(), "{}", err(&imported));
    let mut plan = university.beadle();
    plan.current_dir(fresh.path())
        .args(["plan", "--detailed-exitcode", "--today", TODAY]);
    let planned = plan.output().unwrap();
    assert_eq!(
        planned.status.code(),
        Some(0),
        "{}{}",
        out(&planned),
        err(&planned)
    );

    let again = import.output().unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert!(
        err(&again).contains("exists already and is left as it is"),
        "{}",
        err(&again)
    );
}

#[test]
fn a_snapshot_saved_from_the_portal_plans_like_the_portal() {
    let university = University::start();
    let saved = university.run("snapshot", &["--out", "saved"]);
    assert!(saved.status.success(), "{}", err(&saved));
    let offline = university.run("plan", &["--live", "saved", "--format", "json"]);
    let offline: Value = serde_json::from_slice(&offline.stdout).unwrap();
    assert_eq!(offline, university.plan());
}

/// What was cut short goes on: applying again does the rest, and then nothing is left.
fn runs_again_and_finishes(university: &University) {
    let finished = university.run("apply", &["--yes"]);
    assert!(
        finished.status.success(),
        "{}{}",
        out(&finished),
        err(&finished)
    );
    assert_eq!(
        university
            .run("plan", &["--detailed-exitcode"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn a_portal_that_dies_in_mid_apply_is_reported_and_running_again_finishes() {
    let university = University::start();
    // Grants take a second each, so that the run is still under way when it is cut short.
    let slow = r#"[{"match": {"portal": "ofs", "method": "PUT"}, "kind": "latency", "ms": 1000}]"#;
    university.sandbox.control("PUT", "/faults", slow);
    let mut apply = university.beadle();
    apply.args(["apply", "--yes", "--today", TODAY]);
    let child = apply
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while university.sandbox.writes().len() < 3 {
        std::thread::yield_now();
    }
    let university = university.crash_and_restart();
    let cut = child.wait_with_output().unwrap();
    assert!(
        matches!(cut.status.code(), Some(1 | 4)),
        "{:?} {}",
        cut.status,
        err(&cut)
    );
    let said = format!("{}{}", out(&cut), err(&cut));
    assert!(
        said.contains("cannot be reached") || said.contains("connection was lost"),
        "{said}"
    );
    assert!(said.contains("run `beadle apply` again"), "{said}");

    runs_again_and_finishes(&university);
}

#[test]
#[cfg(unix)]
fn an_interrupted_apply_finishes_what_is_in_flight_and_running_again_finishes() {
    let university = University::start();
    // Grants take a second each, so that the run is still under way when it is cut short.
    let slow = r#"[{"match": {"portal": "ofs", "method": "PUT"}, "kind": "latency", "ms": 1000}]"#;
    university.sandbox.control("PUT", "/faults", slow);
    let mut apply = university.beadle();
    apply.args(["apply", "--yes", "--today", TODAY]);
    let child = apply
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while university.sandbox.writes().len() < 3 {
        std::thread::yield_now();
    }
    let process = child.id().to_string();
    let asked = std::process::Command::new("kill")
        .args(["-INT", &process])
        .status()
        .unwrap();
    assert!(asked.success());
    let stopped = child.wait_with_output().unwrap();
    assert_eq!(stopped.status.code(), Some(4), "{}", err(&stopped));
    assert!(
        out(&stopped).contains("the run was interrupted before it"),
        "{}",
        out(&stopped)
    );

    university.sandbox.control("DELETE", "/faults", "");
    runs_again_and_finishes(&university);
}

#[test]
fn apply_needs_no_other_token_than_its_own() {
    let university = University::start();
    let mut apply = university.beadle();
    apply
        .env_remove("OFS_READ_TOKEN")
        .args(["apply", "--yes", "--today", TODAY]);
    let applied = apply.output().unwrap();
    assert!(applied.status.success(), "{}", err(&applied));
}

#[test]
fn a_portal_that_is_not_there_is_named_and_nothing_is_changed() {
    let university = University::start();
    let folder = tempfile::tempdir().unwrap();
    copy(university.folder.path(), folder.path());
    let University {
        folder: _kept,
        sandbox,
    } = university;
    sandbox.kill();
    let mut plan = beadle(folder.path());
    plan.env("OFS_READ_TOKEN", "gone")
        .args(["plan", "--today", TODAY]);
    let output = plan.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("`northshire` at `ofs`"),
        "{}",
        err(&output)
    );
    assert!(
        err(&output).contains("cannot be reached"),
        "{}",
        err(&output)
    );
    assert!(!err(&output).contains("gone"), "the token is never printed");
}

#[test]
fn a_missing_token_is_named_by_its_variable() {
    let output = beadle(&repository().join("examples/university"))
        .arg("plan")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("`OFS_READ_TOKEN`, which is not set"),
        "{}",
        err(&output)
    );
}

#[test]
fn a_wrong_token_is_said_without_it() {
    let university = University::start();
    let mut plan = university.beadle();
    plan.env("OFS_READ_TOKEN", "canary-token-7")
        .args(["plan", "-vvv", "--today", TODAY]);
    let output = plan.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("401"), "{}", err(&output));
    assert!(!format!("{}{}", out(&output), err(&output)).contains("canary-token-7"));
}

#[test]
fn without_a_terminal_apply_needs_yes() {
    let university = University::start();
    let output = university.run("apply", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("--yes"), "{}", err(&output));
    assert!(university.sandbox.writes().is_empty());
}

#[test]
fn removals_over_the_limit_are_refused_with_a_waiver_to_paste() {
    let university = University::start();
    let ended = ", until: 2025-01-31 }";
    for user in [
        "bundles: [finance-returns]",
        "name: Kim Ellis",
        "name: Quinn de Vries",
    ] {
        university.edit(&format!("{user} }}"), &format!("{user}{ended}"));
    }
    university.edit(
        "areas: [knowledge-exchange-return] }",
        &format!("areas: [knowledge-exchange-return]{ended}"),
    );
    let refused = university.run("apply", &["--yes"]);
    assert_eq!(
        refused.status.code(),
        Some(3),
        "{}{}",
        out(&refused),
        err(&refused)
    );
    assert!(
        out(&refused).contains("guardrail: max_removals"),
        "{}",
        out(&refused)
    );
    assert!(university.sandbox.writes().is_empty());
}

#[test]
fn without_removals_nothing_is_taken_away() {
    let university = University::start();
    let output = university.run("plan", &["--no-removals", "--format", "json"]);
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    for kind in ["demote", "revoke", "expire", "delete"] {
        assert_eq!(plan["summary"]["actions"][kind], 0);
    }
    assert!(plan["summary"]["held_back"].as_u64().unwrap() > 0);
}

#[test]
fn in_ci_names_and_addresses_stay_out_of_the_log() {
    let university = University::start();
    let shown = out(&university.run("plan", &[]));
    assert!(shown.contains("@northshire.example"), "{shown}");
    let hidden = university
        .beadle()
        .env("CI", "true")
        .args(["plan", "--today", TODAY])
        .output()
        .unwrap();
    assert!(hidden.status.success());
    assert!(
        !out(&hidden).contains("@northshire.example"),
        "{}",
        out(&hidden)
    );
    assert!(out(&hidden).contains("person-"), "{}", out(&hidden));
}

#[test]
fn of_what_could_not_be_read_nothing_is_said() {
    let university = University::start();
    let output = university.run("plan", &["--live", "no-such-snapshot.yaml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!out(&output).contains("Nothing to do"), "{}", out(&output));
    assert!(err(&output).contains("is not planned"), "{}", err(&output));
}

#[test]
fn in_ci_findings_in_the_files_name_nobody() {
    let university = University::start();
    for mistake in [
        "areas: [hesa-studnt]",
        "was: [a.khan@northshire.example]",
        "bundles: [nobody]",
    ] {
        university.edit(
            "    users:\n",
            &format!(
                "    users:\n      n.ew@northshire.example: {{ name: Nell Ew, {mistake} }} # é\n"
            ),
        );
        let run = |ci: &str| {
            let mut plan = university.beadle();
            plan.env("CI", ci).args(["plan", "--today", TODAY]);
            plan.output().unwrap()
        };
        let hidden = run("true");
        assert_eq!(hidden.status.code(), Some(1));
        let text = err(&hidden);
        assert!(!text.contains("northshire.example"), "{text}");
        assert!(!text.contains("Nell"), "{text}");
        assert!(text.contains("beadle.yaml:"), "{text}");
        assert!(text.contains("| ") && text.contains('^'), "{text}");
        university.edit(
            &format!(
                "    users:\n      n.ew@northshire.example: {{ name: Nell Ew, {mistake} }} # é\n"
            ),
            "    users:\n",
        );
    }
}

#[test]
fn an_area_that_the_portal_does_not_have_is_an_error_at_its_line() {
    let university = University::start();
    university.edit(
        "    users:\n",
        "    users:\n      n.ew@northshire.example: { name: Nell Ew, areas: [hesa-studnt] }\n",
    );
    let output = university.run("plan", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("beadle.yaml:"), "{}", err(&output));
    assert!(err(&output).contains("`hesa-studnt`"), "{}", err(&output));
}

#[test]
fn the_diff_is_between_two_organisation_files() {
    let university = University::start();
    let diff = out(&university.run("plan", &["--format", "diff"]));
    assert!(
        diff.starts_with("--- live/ofs/northshire.yaml\n+++ desired/ofs/northshire.yaml\n"),
        "{diff}"
    );
    assert!(university.run("apply", &["--yes"]).status.success());
}

#[test]
#[cfg(unix)]
fn the_sandbox_ends_cleanly_when_asked() {
    let sandbox = Sandbox::start(&repository().join("examples/university/live"), None);
    assert!(sandbox.terminate().success());
}
