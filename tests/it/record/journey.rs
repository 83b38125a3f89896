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

fn of<'l>(lines: &'l [Value], kind: &str) -> Vec<&'l Value> {
    let of_kind = lines.iter().filter(|line| line["record"] == kind);
    of_kind.collect()
}

#[test]
fn a_help_desk_act_has_its_two_lines() {
    let university = University::start();
    let locked = "k.ellis@northshire.example";
    let act = |arguments: &[&str]| {
        let mut command = university.beadle();
        command.args(["account", "unlock", locked]).args(arguments);
        command.output().unwrap()
    };
    let done = act(&["--yes"]);
    assert!(done.status.success(), "{}", err(&done));
    let lines = lines(&university);
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert_eq!(lines[0]["command"], "beadle account unlock");
    let call = of(&lines, "call")[0];
    assert_eq!(
        (&call["save"], &call["organisation"]),
        (&"unlock".into(), &"northshire".into())
    );
    assert_eq!(of(&lines, "outcome")[0]["outcome"], "done");
    assert!(!format!("{lines:?}").contains("ellis"), "{lines:?}");
    let shown = out(&audit(&university, &["show", "--person", locked]));
    assert!(shown.contains("unlock Kim Ellis"), "{shown}");
    // One pseudonym, whatever they were touched by.
    assert!(university.run("apply", &["--yes"]).status.success());
    assert!(audit(&university, &["verify"]).status.success());

    // Nothing is done while somebody else holds the lock, nor where it cannot be recorded.
    let mut first = slow_apply(&university);
    first.kill().unwrap();
    first.wait().unwrap();
    university.sandbox.control("DELETE", "/faults", "");
    let calls = university.sandbox.writes().len();
    fs::remove_dir_all(records(&university).join("audit")).unwrap();
    fs::write(records(&university).join("audit"), "").unwrap();
    age(&records(&university).join("lock"), 70);
    let unrecorded = act(&["--yes"]);
    assert_eq!(unrecorded.status.code(), Some(1), "{}", err(&unrecorded));
    assert_eq!(university.sandbox.writes().len(), calls);
}

#[test]
fn marks_stand_in_the_log_with_who_says_so() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/university"), folder.path());
    let path = folder.path().join("beadle.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let by_api = text.lines().filter(|line| {
        let line = line.trim_start();
        !line.starts_with("token:") && !line.starts_with("plan_token:")
    });
    let text = by_api.collect::<Vec<_>>().join("\n").replace(
        "    url: https://portal.example/api",
        "    via: worklist\n    snapshots: live/ofs",
    );
    fs::write(&path, text).unwrap();
    let run = |arguments: &[&str]| beadle(folder.path()).args(arguments).output().unwrap();
    assert!(run(&["apply", "--yes", "--today", TODAY]).status.success());
    let done = run(&[
        "worklist",
        "done",
        "1-2",
        "--by",
        "Sam Clerk",
        "--today",
        TODAY,
    ]);
    assert!(done.status.success(), "{}", err(&done));
    let shown = run(&["audit", "show", "--format", "json"]);
    let text = out(&shown);
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let marks = of(&lines, "mark");
    assert_eq!(marks.len(), 2, "{text}");
    assert_eq!(marks[0]["on"], TODAY);
    assert!(marks[0]["kind"].is_string() && marks[0]["person"].is_string());
    assert!(
        !text.contains("Clerk") && !text.contains(".example\""),
        "{text}"
    );
    let named = out(&run(&["audit", "show", "--person", "sam clerk"]));
    assert_eq!(
        named
            .lines()
            .filter(|line| line.contains("by Sam Clerk"))
            .count(),
        2,
        "{named}"
    );
    assert!(run(&["audit", "verify"]).status.success());
    // What was marked before is not recorded again.
    assert!(
        run(&["worklist", "done", "1", "--today", TODAY])
            .status
            .success()
    );
    assert_eq!(out(&run(&["audit", "show", "--format", "json"])), text);
    // Nobody marks while somebody applies.
    fs::remove_dir_all(folder.path().join(".beadle/audit")).unwrap();
    fs::write(folder.path().join(".beadle/audit"), "").unwrap();
    let worklist = fs::read(folder.path().join("worklists/ofs/northshire.json")).unwrap();
    let refused = run(&["worklist", "done", "3", "--today", TODAY]);
    assert_eq!(refused.status.code(), Some(1), "{}", err(&refused));
    assert_eq!(
        fs::read(folder.path().join("worklists/ofs/northshire.json")).unwrap(),
        worklist
    );
}

#[test]
fn the_log_is_asked_by_person_time_place_and_run() {
    let university = University::start();
    let empty = audit(&university, &["verify"]);
    assert!(
        err(&empty).contains("nothing is recorded in the folder"),
        "{}",
        err(&empty)
    );
    assert!(university.run("apply", &["--yes"]).status.success());
    let lines = lines(&university);
    let run = lines[0]["run"].as_str().unwrap();
    let show = |arguments: &[&str]| {
        audit(
            &university,
            &[&["show", "--format", "json"], arguments].concat(),
        )
    };
    let count = |arguments: &[&str]| out(&show(arguments)).lines().count();
    let calls = of(&lines, "call").len();
    assert_eq!(count(&["--run", &run[..6]]), lines.len());
    assert_eq!(count(&["--org", "northshire"]), 2 * calls);
    assert_eq!(
        count(&["--portal", "ofs", "--org", "northshire"]),
        2 * calls
    );
    assert_eq!(count(&["--org", "southshire"]), 0);
    assert!(err(&show(&["--org", "southshire"])).contains("nothing of that kind"));
    assert_eq!(count(&["--until", "2001-01-01"]), 0);
    assert_eq!(
        count(&["--since", "2001-01-01", "--until", "2999-01-01"]),
        lines.len()
    );
    let nobody = show(&["--person", "nobody@northshire.example"]);
    assert_eq!(nobody.status.code(), Some(1));
    insta::assert_snapshot!(err(&nobody), @"error: `nobody@northshire.example` is not known to the audit log: no run touched them, or they were forgotten; name the user key, the login id or the pseudonym");
    let none = show(&["--run", "zz"]);
    assert_eq!(none.status.code(), Some(1));
    insta::assert_snapshot!(err(&none), @"error: the audit log has no run `zz`; `beadle audit show` names them");

    let table = audit(&university, &["show", "--format", "csv"]);
    let mut rows = csv::Reader::from_reader(table.stdout.as_slice());
    let headings = rows.headers().unwrap().clone();
    let column = |name: &str| headings.iter().position(|one| one == name).unwrap();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let actions: usize = of(&lines, "call")
        .iter()
        .map(|call| call["actions"].as_array().unwrap().len())
        .sum();
    assert_eq!(rows.len(), actions);
    for row in &rows {
        assert_eq!(&row[column("outcome")], "done");
        assert!(row[column("name")].contains(".example>"), "{row:?}");
        assert!(row[column("person")].starts_with("person-"), "{row:?}");
    }
    let covered = out(&audit(
        &university,
        &["show", "--format", "csv", "--redact"],
    ));
    assert!(!covered.contains(".example"), "{covered}");
}

#[test]
fn old_runs_are_taken_out_on_demand_and_the_log_says_from_where_on_it_stands() {
    let university = University::start();
    let prune = |arguments: &[&str]| audit(&university, &[&["prune"], arguments].concat());
    let unset = prune(&["--yes"]);
    assert!(err(&unset).contains("keeps every run"), "{}", err(&unset));
    assert_eq!(
        prune(&["--keep-days", "5"]).status.code(),
        Some(1),
        "nobody said yes"
    );
    assert_eq!(prune(&["--keep-days", "0", "--yes"]).status.code(), Some(1));
    assert!(university.run("apply", &["--yes"]).status.success());
    let none = prune(&["--keep-days", "5", "--yes"]);
    assert!(none.status.success(), "{}", err(&none));
    assert_eq!(out(&none), "No run ended more than 5 days ago.\n");
    assert!(audit(&university, &["verify"]).status.success());
}

#[test]
fn an_empty_key_of_pseudonyms_stops_an_apply() {
    let university = University::start();
    let people = records(&university).join("people");
    fs::create_dir_all(&people).unwrap();
    fs::write(people.join("key-0001.json"), "{\"format\":1,\"key\":\"\"}").unwrap();
    let applied = university.run("apply", &["--yes"]);
    assert_eq!(applied.status.code(), Some(1));
    assert!(
        err(&applied).contains("it holds no key"),
        "{}",
        err(&applied)
    );
    assert!(university.sandbox.writes().is_empty());
}
