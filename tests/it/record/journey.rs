//! Lock and log through the program: two at once, a kill, forgetting, a full disk.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::rig::age;
use crate::support::{TODAY, University, beadle, copy, err, out, repository};

fn records(university: &University) -> PathBuf {
    university.folder.path().join(".beadle")
}

fn audit(university: &University, arguments: &[&str]) -> std::process::Output {
    let mut command = university.beadle();
    command.arg("audit").args(arguments).output().unwrap()
}

/// Every line of the log, as JSON.
fn lines(university: &University) -> Vec<Value> {
    let shown = audit(university, &["show", "--format", "json"]);
    assert!(shown.status.success(), "{}", err(&shown));
    let lines = out(&shown);
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_call_has_its_two_lines_and_the_log_verifies() {
    let university = University::start();
    let applied = university.run("apply", &["--yes"]);
    assert!(applied.status.success(), "{}", err(&applied));
    let calls = university.sandbox.writes().len();
    let lines = lines(&university);
    let of = |kind: &str| lines.iter().filter(|line| line["record"] == kind).count();
    assert_eq!(
        (of("start"), of("call"), of("outcome"), of("end")),
        (1, calls, calls, 1)
    );
    let first = &lines[0];
    assert_eq!(first["calls"], calls);
    assert_eq!(first["day"], TODAY);
    for line in &lines {
        if line["record"] == "call" {
            assert!(line["actions"][0]["place"].is_string(), "{line}");
        }
    }
    let verified = audit(&university, &["verify"]);
    assert!(verified.status.success(), "{}", out(&verified));
    let head = lines.last().unwrap()["digest"].as_str().unwrap();
    assert!(err(&applied).contains(head), "{}", err(&applied));
    let expected = audit(&university, &["verify", "--expect-head", head]);
    assert!(expected.status.success());
    assert_eq!(
        audit(&university, &["verify", "--expect-head", "12"])
            .status
            .code(),
        Some(1)
    );

    let token = university.sandbox.text("/portals/ofs/token");
    let log = out(&audit(&university, &["show", "--format", "json"]));
    assert!(!log.contains(&token) && !log.contains(".example"), "{log}");
    let named = out(&audit(&university, &["show"]));
    assert!(
        named.contains(".example>"),
        "who may read the map sees names"
    );
    let covered = out(&audit(&university, &["show", "--redact"]));
    assert!(!covered.contains(".example>"), "{covered}");
}

#[test]
fn tampering_is_named_with_its_place_and_fails() {
    let university = University::start();
    assert!(university.run("apply", &["--yes"]).status.success());
    let segment = fs::read_dir(records(&university).join("audit"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let part = segment.join("000001.jsonl");
    let text = fs::read_to_string(&part).unwrap();
    fs::write(&part, text.replacen("\"listed\"", "\"listen\"", 1)).unwrap();
    let found = audit(&university, &["verify"]);
    assert_eq!(found.status.code(), Some(1));
    let said = out(&found);
    assert!(
        said.contains(" line ") && said.contains("its digest is not"),
        "{said}"
    );
}

#[test]
fn a_person_is_forgotten_and_the_log_still_verifies() {
    let university = University::start();
    assert!(university.run("apply", &["--yes"]).status.success());
    let map = records(&university).join("people");
    let noted = |map: &std::path::Path| -> String {
        let files = fs::read_dir(map).unwrap();
        files
            .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect()
    };
    let first = noted(&map);
    let someone: Value = first
        .lines()
        .find_map(|line| {
            serde_json::from_str(line)
                .ok()
                .filter(|one: &Value| one["login"].is_string())
        })
        .unwrap();
    let key = someone["key"].as_str().unwrap();
    let shown = out(&audit(&university, &["show", "--person", key]));
    assert!(shown.contains(key), "{shown}");
    let forgotten = audit(&university, &["forget", key]);
    assert!(forgotten.status.success(), "{}", err(&forgotten));
    assert!(!noted(&map).contains(key));
    assert_eq!(out(&audit(&university, &["show", "--person", key])), "");
    assert!(audit(&university, &["verify"]).status.success());
    assert_eq!(audit(&university, &["forget", key]).status.code(), Some(1));
}

/// An apply that the portal keeps waiting, in its own process.
fn slow_apply(university: &University) -> Child {
    let slow = ["PUT", "POST", "PATCH", "DELETE"].map(|method| {
        format!(r#"{{"match":{{"method":"{method}"}},"kind":"latency","ms":60000}}"#)
    });
    let faults = format!("[{}]", slow.join(","));
    university.sandbox.control("PUT", "/faults", &faults);
    let mut command = university.beadle();
    command
        .args(["apply", "--yes", "--today", TODAY])
        .env("BEADLE_HOLDER", "job-17 of the north")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until the log of a run has a call.
fn until_a_call_is_recorded(university: &University) {
    let began = std::time::Instant::now();
    loop {
        let shown = out(&audit(university, &["show", "--format", "json"]));
        if shown.contains("\"record\":\"call\"") {
            return;
        }
        assert!(
            began.elapsed().as_secs() < 60,
            "no call in a minute: {shown}"
        );
        std::thread::yield_now();
    }
}

#[test]
fn a_second_apply_is_refused_by_name_and_a_killed_holder_delays_it_by_its_lease_only() {
    let university = University::start();
    let mut first = slow_apply(&university);
    until_a_call_is_recorded(&university);
    let second = university.run("apply", &["--yes"]);
    assert_eq!(second.status.code(), Some(3), "{}", err(&second));
    let said = err(&second);
    assert!(said.contains("`job-17 of the north`"), "{said}");
    assert!(said.contains("its lease ends at"), "{said}");
    let locks = out(&Command::output(university.beadle().args(["lock", "show"])).unwrap());
    assert!(locks.contains("job-17 of the north"), "{locks}");

    first.kill().unwrap();
    first.wait().unwrap();
    university.sandbox.control("DELETE", "/faults", "");
    assert_eq!(university.run("apply", &["--yes"]).status.code(), Some(3));
    let killed = audit(&university, &["verify"]);
    assert!(killed.status.success(), "{}", out(&killed));
    assert!(err(&killed).contains("is not known"), "{}", err(&killed));

    age(&records(&university).join("lock"), 70);
    let rerun = university.run("apply", &["--yes"]);
    assert!(rerun.status.success(), "{}{}", out(&rerun), err(&rerun));
    assert!(audit(&university, &["verify"]).status.success());
    assert_eq!(university.plan()["summary"]["calls"], 0);
}

#[test]
fn a_lock_of_somebody_dead_is_ended_by_hand() {
    let university = University::start();
    let mut first = slow_apply(&university);
    until_a_call_is_recorded(&university);
    first.kill().unwrap();
    first.wait().unwrap();
    university.sandbox.control("DELETE", "/faults", "");
    let refused = err(&university.run("apply", &["--yes"]));
    let nonce = refused.rsplit("beadle lock release ").next().unwrap();
    let nonce = nonce.split('`').next().unwrap();
    let mut release = university.beadle();
    let released = release.args(["lock", "release", nonce]).output().unwrap();
    assert!(released.status.success(), "{}", err(&released));
    let applied = university.run("apply", &["--yes"]);
    assert!(applied.status.success(), "{}", err(&applied));
}

#[test]
fn what_cannot_be_recorded_is_not_done() {
    let university = University::start();
    fs::create_dir_all(records(&university)).unwrap();
    // Where the folder of the log should be, there is a file.
    fs::write(records(&university).join("audit"), "").unwrap();
    let applied = university.run("apply", &["--yes"]);
    assert_eq!(applied.status.code(), Some(1), "{}", err(&applied));
    assert!(err(&applied).contains("audit"), "{}", err(&applied));
    assert!(university.sandbox.writes().is_empty());
    // The lock was given back.
    fs::remove_file(records(&university).join("audit")).unwrap();
    assert!(university.run("apply", &["--yes"]).status.success());
}

#[test]
fn embedded_portals_leave_no_records_behind() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/university"), folder.path());
    let applied = beadle(folder.path())
        .args(["apply", "--sandbox", "--yes", "--today", TODAY])
        .output()
        .unwrap();
    assert!(applied.status.success(), "{}", err(&applied));
    assert!(!folder.path().join(".beadle").exists());
}

#[test]
fn a_place_of_records_without_its_feature_says_how_to_get_it() {
    let university = University::start();
    let path = university.folder.path().join("beadle.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let bucket = text.replacen("portals:", "records: { url: s3://bucket/x }\nportals:", 1);
    fs::write(&path, bucket).unwrap();
    if cfg!(not(feature = "cloud")) {
        let refused = university.run("apply", &["--yes"]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(
            err(&refused).contains("--features cloud"),
            "{}",
            err(&refused)
        );
    }
    let secret = text.replacen(
        "portals:",
        "records: { url: 's3://k:w@bucket' }\nportals:",
        1,
    );
    fs::write(&path, secret).unwrap();
    let refused = university.run("validate", &[]);
    assert_eq!(refused.status.code(), Some(1));
    let said = format!("{}{}", out(&refused), err(&refused));
    assert!(said.contains("literal-secret"), "{said}");
}
