//! What people do wrong on the command line, and what the world does to them meanwhile: the exit
//! code and the message still tell the truth.

use std::process::Stdio;

use crate::support::{TODAY, University, beadle, err, out, repository};

#[test]
fn a_mistake_on_the_command_line_is_a_failure_and_never_pending_changes() {
    for arguments in [
        &["plan", "--detailed-exitcode", "--today", "2026-13-01"][..],
        &["plan", "--no-such-flag"],
        &["no-such-command"],
        &[],
    ] {
        let output = beadle(&repository()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    }
    for arguments in [["--help"], ["--version"]] {
        let output = beadle(&repository()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
    }
}

#[test]
fn whoever_stops_reading_the_plan_still_gets_it_applied_and_the_right_exit_code() {
    let university = University::start();
    let unread = |command: &str, arguments: &[&str]| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut child = university.beadle();
        child.args([command, "--today", TODAY]).args(arguments);
        child
            .stdout(writer)
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .code()
    };
    assert_eq!(unread("plan", &["--detailed-exitcode"]), Some(2));
    assert_eq!(unread("apply", &["--yes", "--approved", "other"]), Some(3));
    assert!(university.sandbox.writes().is_empty());
    assert_eq!(unread("apply", &["--yes"]), Some(0));
    assert_eq!(unread("plan", &["--detailed-exitcode"]), Some(0));
}

#[test]
fn an_address_that_is_taken_is_said_with_its_cause() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = beadle(&repository())
        .args(["sandbox", "--listen", &address])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = err(&output);
    assert!(message.contains("in use"), "{message}");
}

#[test]
fn no_name_leads_a_snapshot_out_of_its_folder() {
    for id in ["../../escaped", "/tmp/escaped", "a/b", ".."] {
        let university = University::start();
        university.edit("\n  northshire:\n", &format!("\n  \"{id}\":\n"));
        university.edit("[northshire]", &format!("[\"{id}\"]"));
        for arguments in [&[][..], &["--out", "saved"]] {
            let output = university.run("snapshot", arguments);
            assert_eq!(output.status.code(), Some(1), "{id}: {}", err(&output));
            let message = err(&output);
            assert!(message.contains("error[file-name]"), "{message}");
        }
        assert!(!university.folder.path().join("escaped.yaml").exists());
    }
    let folder = tempfile::tempdir().unwrap();
    let snapshot = repository().join("examples/university/live/ofs/northshire.yaml");
    let output = beadle(folder.path())
        .args(["import", "new", "--org", "../../../escaped", "--snapshot"])
        .arg(snapshot)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!folder.path().join("new").exists());
}

#[test]
fn nobody_is_told_that_there_is_nothing_to_do_when_nothing_could_be_read() {
    let university = University::start();
    for fault in ["login-page", "redirect", "wrong-organisation"] {
        let faults = format!(r#"[{{"kind": "{fault}", "match": {{"method": "GET"}}}}]"#);
        university.sandbox.control("PUT", "/faults", &faults);
        for arguments in [&["plan"][..], &["apply", "--yes"]] {
            let (command, rest) = arguments.split_first().unwrap();
            let output = university.run(command, rest);
            assert_eq!(output.status.code(), Some(1), "{fault}");
            assert_eq!(out(&output), "", "{fault}");
            let message = err(&output);
            assert!(
                message.contains("`northshire` at `ofs` is not planned"),
                "{message}"
            );
        }
    }
    assert!(university.sandbox.writes().is_empty());
}

#[test]
fn a_saved_plan_that_cannot_be_used_ends_the_run_before_a_portal_is_asked() {
    let university = University::start();
    let nested = "[".repeat(200_000);
    for text in ["", "{}", "null", nested.as_str()] {
        std::fs::write(university.folder.path().join("plan.json"), text).unwrap();
        let output = university.run("apply", &["plan.json", "--yes"]);
        assert_eq!(output.status.code(), Some(3));
        let message = err(&output);
        assert!(message.contains("it is not a plan"), "{message}");
    }
    let calls = university.sandbox.control("GET", "/calls", "");
    assert_eq!(calls.as_array().map(Vec::len), Some(0));
}

#[cfg(unix)]
#[test]
fn a_saved_plan_can_be_read_by_its_owner_alone_also_where_a_file_was_before() {
    use std::os::unix::fs::PermissionsExt;
    let university = University::start();
    let path = university.folder.path().join("plan.json");
    std::fs::write(&path, "before").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let saved = university.run("plan", &["--out", "plan.json"]);
    assert!(saved.status.success(), "{}", err(&saved));
    let mode = path.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let applied = university.run("apply", &["plan.json", "--yes"]);
    assert!(applied.status.success(), "{}", err(&applied));
    let printed = university.run("plan", &["--out", "/dev/stdout", "--quiet"]);
    assert!(printed.status.success(), "{}", err(&printed));
    assert!(out(&printed).contains("\"format\": 1"));
}

#[test]
fn what_was_not_reviewed_is_named_without_people_where_names_stay_out() {
    let university = University::start();
    let saved = university.run("plan", &["--out", "plan.json", "--no-removals"]);
    assert!(saved.status.success(), "{}", err(&saved));
    for (redact, is_named) in [("--redact=never", true), ("--redact=always", false)] {
        let refused = university.run("apply", &["plan.json", "--yes", redact]);
        assert_eq!(refused.status.code(), Some(3), "{}", err(&refused));
        let message = err(&refused);
        assert!(message.contains("northshire/ofs: revoke "), "{message}");
        let names = message.contains("p.novak@northshire.example");
        assert_eq!(names, is_named, "{message}");
    }
}
