//! What people do wrong on the command line, and what the world does to them meanwhile: the exit
//! code and the message still tell the truth.

use std::fs;
#[cfg(unix)]
use std::path::Path;
use std::process::Stdio;

#[cfg(unix)]
use crate::policy::{School, live, user};
use crate::support::{TODAY, University, beadle, copy, err, out, repository};

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
    for folder in [
        "../escaped",
        "a/../../escaped",
        "/tmp/escaped",
        "..\\escaped",
    ] {
        let university = University::start();
        let driver = "    driver: ofs\n";
        university.edit(driver, &format!("{driver}    snapshots: '{folder}'\n"));
        let output = university.run("snapshot", &[]);
        assert_eq!(output.status.code(), Some(1), "{folder}: {}", err(&output));
        let message = err(&output);
        assert!(message.contains("error[outside-project]"), "{message}");
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

#[cfg(unix)]
fn link(to: &Path, at: &Path) {
    if let Ok(found) = fs::symlink_metadata(at) {
        match found.is_dir() {
            true => fs::remove_dir_all(at).unwrap(),
            false => fs::remove_file(at).unwrap(),
        }
    }
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(to, at).unwrap();
}

/// What somebody else has there, and which no command may change.
#[cfg(unix)]
fn outside() -> tempfile::TempDir {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("victim"), "theirs").unwrap();
    outside
}

#[cfg(unix)]
fn is_as_it_was(outside: &tempfile::TempDir) {
    let names: Vec<_> = fs::read_dir(outside.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["victim"]);
    let victim = fs::read_to_string(outside.path().join("victim")).unwrap();
    assert_eq!(victim, "theirs");
}

/// A commit can hold a link to anywhere; what is written is written into the project.
#[cfg(unix)]
#[test]
fn no_link_leads_a_snapshot_out_of_its_folder() {
    let university = University::start();
    let root = university.folder.path();
    let kept = root.join("live/ofs/northshire.yaml");
    let outside = outside();
    link(
        &outside.path().join("victim"),
        &root.join("live/ofs/northshire.yaml.part"),
    );
    let saved = university.run("snapshot", &[]);
    assert!(saved.status.success(), "{}", err(&saved));
    assert!(fs::symlink_metadata(&kept).unwrap().is_file());
    is_as_it_was(&outside);

    let refused = |arguments: &[&str], name: &str| {
        let output = university.run("snapshot", arguments);
        assert_eq!(output.status.code(), Some(1), "{}", err(&output));
        let message = err(&output);
        assert!(
            message.contains(name) && message.contains("symbolic link"),
            "{message}"
        );
        is_as_it_was(&outside);
    };
    link(outside.path(), &root.join("live/ofs"));
    refused(&[], "live/ofs");
    link(outside.path(), &root.join("live"));
    refused(&[], "live");
    link(outside.path(), &root.join("saved/ofs"));
    refused(&["--out", "saved"], "saved/ofs");
}

#[cfg(unix)]
#[test]
fn no_link_leads_a_worklist_out_of_its_folder() {
    let school = || {
        let mut school = School::of(1, 0);
        school.users += &user(1, ", areas: [schools-intranet, property]");
        school.live += &live(1, false);
        school.folder()
    };
    for (name, to) in [
        ("worklists", ""),
        ("worklists/hants", ""),
        ("worklists/hants/oakfield.json", "victim"),
        ("worklists/hants/oakfield.html.part", "victim"),
        ("worklists/.lock", "victim"),
        ("worklists/.lock", "new"),
    ] {
        let (folder, outside) = (school(), outside());
        link(&outside.path().join(to), &folder.path().join(name));
        let apply = ["apply", "--yes", "--today", TODAY];
        let output = beadle(folder.path()).args(apply).output().unwrap();
        is_as_it_was(&outside);
        if name.ends_with(".part") {
            assert!(output.status.success(), "{}", err(&output));
            continue;
        }
        assert_eq!(output.status.code(), Some(1), "{name}: {}", err(&output));
        let message = err(&output);
        assert!(message.contains("symbolic link"), "{name}: {message}");
    }
}

#[cfg(unix)]
#[test]
fn no_link_leads_what_is_begun_out_of_its_folder() {
    let snapshot = repository().join("examples/university/live/ofs/northshire.yaml");
    let snapshot = snapshot.to_str().unwrap();
    let import = ["import", ".", "--snapshot", snapshot];
    let init = [
        "init",
        ".",
        "--yes",
        "--forge",
        "github",
        "--portal",
        "ofs=10009999",
        "--name",
        "Northshire",
    ];
    for (name, arguments) in [
        (".github", &init[..]),
        ("live", &init[..]),
        ("schema", &import[..]),
        ("live", &import[..]),
    ] {
        let (folder, outside) = (tempfile::tempdir().unwrap(), outside());
        link(outside.path(), &folder.path().join(name));
        let output = beadle(folder.path()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}: {}", err(&output));
        let message = err(&output);
        assert!(message.contains("symbolic link"), "{name}: {message}");
        is_as_it_was(&outside);
    }
    let (folder, outside) = (tempfile::tempdir().unwrap(), outside());
    copy(&repository().join("examples/university"), folder.path());
    let codeowners = || {
        let mut command = beadle(folder.path());
        let owners = ["--trust-owners", "@northshire/access"];
        command.args(["init", "--codeowners"]).args(owners);
        command.output().unwrap()
    };
    link(
        &outside.path().join("victim"),
        &folder.path().join(".github/CODEOWNERS.part"),
    );
    let output = codeowners();
    assert!(output.status.success(), "{}", err(&output));
    is_as_it_was(&outside);
    link(outside.path(), &folder.path().join(".github"));
    let output = codeowners();
    let message = err(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("symbolic link"), "{message}");
    is_as_it_was(&outside);
}

/// Nothing that somebody can write after an option ends the program in a panic.
#[test]
fn no_number_or_length_of_time_is_too_large_or_too_small_to_be_answered() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/university"), folder.path());
    let huge = i64::MAX.to_string();
    let (long, longest) = (format!("{huge}s"), format!("{}s", u64::MAX));
    let (weeks, less) = (format!("{huge}w"), format!("-{huge}s"));
    let lengths = [
        "-1s",
        "-1h",
        &less,
        &long,
        &longest,
        &weeks,
        "99999999999h",
        "1e400s",
    ];
    let numbers = [
        "-1",
        "0",
        &huge,
        "4294967295",
        "65535",
        "18446744073709551616",
        "1e400",
    ];
    let days = [
        "-9999-01-01",
        "9999-12-31",
        "0000-01-01",
        "99999-01-01",
        "-0001-12-31",
    ];
    let user = "o.bianchi@northshire.example";
    let cases: &[(&[&str], &[&str])] = &[
        (&["apply", "--yes", "--sandbox", "--lock-wait"], &lengths),
        (&["undo", "--yes", "--sandbox", "--lock-wait"], &lengths),
        (
            &[
                "audit",
                "prune",
                "--yes",
                "--keep-days",
                "400",
                "--lock-wait",
            ],
            &lengths,
        ),
        (&["audit", "prune", "--yes", "--keep-days"], &numbers),
        (&["next", "--within"], &numbers),
        (&["next", "--today"], &days),
        (&["plan", "--sandbox", "--today"], &days),
        (
            &["plan", "--sandbox", "--shard"],
            &["-1/2", "0/0", "4294967295/4294967295", "1/-1"],
        ),
        (&["report", "expiring", "--sandbox", "--within"], &lengths),
        (&["report", "expiring", "--sandbox", "--within"], &numbers),
        (&["report", "expiring", "--sandbox", "--within"], &days),
        (&["report", "expiring", "--sandbox", "--today"], &days),
        (&["report", "admins", "--sandbox", "--since"], &days),
        (
            &[
                "user",
                "move",
                user,
                "--from",
                "northshire",
                "--to",
                "northshire",
                "--overlap",
            ],
            &numbers,
        ),
        (&["user", "leave", user, "--on"], &days),
        (&["user", "extend", user, "--until"], &days),
    ];
    for (command, values) in cases {
        for value in *values {
            let (option, before) = command.split_last().unwrap();
            let mut beadle = beadle(folder.path());
            // What `--today` says is asked of the day itself.
            beadle.args(before).arg(format!("{option}={value}"));
            let output = beadle.output().unwrap();
            let said = err(&output);
            assert!(
                matches!(output.status.code(), Some(0..=4)),
                "{command:?} {value}: {said}"
            );
            assert!(!said.contains("panicked"), "{command:?} {value}: {said}");
        }
    }
    let waits = [
        "apply",
        "--yes",
        "--sandbox",
        "--today",
        TODAY,
        "--lock-wait",
        &long,
    ];
    let output = beadle(folder.path()).args(waits).output().unwrap();
    assert!(output.status.success(), "{}", err(&output));
}

/// Arguments may be made of what others wrote: a branch, an input of a workflow.
#[test]
fn what_is_on_the_command_line_does_nothing_where_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/university"), folder.path());
    let payload = "x\u{1b}[31mX\n::add-mask::x\n##[group]y\u{202e}z";
    let mut shown = 0;
    for arguments in [
        &["plan", "--format", payload][..],
        &["plan", "--today", payload],
        &["plan", "--shard", payload],
        &["plan", "--org", payload],
        &["plan", payload],
        &["-C", payload, "plan"],
        &["apply", "--lock-wait", payload],
        &["apply", payload],
        &["next", "--within", payload],
        &["report", "expiring", "--within", payload],
        &["schema", payload],
        &["schema", "--out", payload],
        &["explain", payload, "--sandbox"],
        &["plan", payload, payload],
        &["snapshot", "--sandbox", "--out", payload],
        &[
            "init",
            payload,
            "--yes",
            "--forge",
            "none",
            "--portal",
            "ofs=10009999",
            "--name",
            "Northshire",
        ],
        &[
            "import",
            "new",
            "--org",
            payload,
            "--snapshot",
            "live/ofs/northshire.yaml",
        ],
        &["import", payload, "--snapshot", "live/ofs/northshire.yaml"],
        &["man", "--out", payload],
        &["init", "--codeowners", "--owners", "@a/b", "--out", payload],
        &["no-such\n::add-mask::command"],
        &[payload],
        &["plan", "--\u{1b}[31m\n::add-mask::x"],
    ] {
        let output = beadle(folder.path()).args(arguments).output().unwrap();
        for text in [out(&output), err(&output)] {
            let live = text.contains(['\u{1b}', '\u{202e}'])
                || text.lines().any(|line| line.trim_start().starts_with("::"))
                || text.contains("##[");
            assert!(!live, "{arguments:?}: {text}");
            shown += usize::from(text.contains("add-mask"));
        }
    }
    assert!(shown > 15, "{shown}");
}

/// What was meant is said, and not what a parser thought of it.
#[test]
fn what_was_mistyped_is_answered_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let said = |line: &[&str]| {
        let output = beadle(folder.path()).args(line).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{line:?}");
        err(&output)
    };
    for (line, way_out) in [
        (
            &["plan", "--today", "31/12/2026"][..],
            "write year, month and day, as in `2026-12-31`",
        ),
        (
            &["next", "--within", "soon"],
            "write days (`90d`), weeks (`12w`), or a last day",
        ),
        (
            &["plan", "schols/trust"],
            "cannot read `schols/trust`: there is no such folder or file",
        ),
        (&["plan", "schols/trust"], "or begin one with `beadle init`"),
        (
            &["apply", "plan.json"],
            "a saved plan is applied in its project's folder, and here is no `beadle.yaml`",
        ),
    ] {
        let said = said(line);
        assert!(said.contains(way_out), "{line:?}: {said}");
    }
}
