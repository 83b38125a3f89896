//! How an apply ends when things go otherwise than planned, through the program: interrupted, or
//! stopped by what a portal says of itself, and what the next run makes of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use std::process::Output;

use serde_json::Value;

use crate::support::{University, err, out};

fn faults(university: &University, faults: &str) {
    university.sandbox.control("PUT", "/faults", faults);
}

/// The statuses of the creations that the portal was asked for, and whether each made something.
fn creations(university: &University) -> Vec<(u64, bool)> {
    let writes = university.sandbox.writes();
    let creations = writes.iter().filter(|call| call["method"] == "POST");
    let of = |call: &Value| {
        let made = call["carried_out"].as_bool().unwrap();
        (call["status"].as_u64().unwrap(), made)
    };
    creations.map(of).collect()
}

/// Whether it read who is in an area.
fn asked_for_members(university: &University) -> bool {
    let calls = university.sandbox.control("GET", "/calls", "");
    let mut calls = calls.as_array().unwrap().iter();
    calls.any(|call| {
        let path = call["path"].as_str().unwrap();
        path.contains("/areas/") && path.ends_with("/users")
    })
}

/// What the log says became of the grant of an area; none where it says nothing yet.
#[cfg(unix)]
fn became(university: &University, area: &str) -> Option<String> {
    let mut command = university.beadle();
    let shown = command.args(["audit", "show", "--format", "json"]);
    let shown = out(&shown.output().unwrap());
    let lines = shown.lines().map(serde_json::from_str);
    let lines: Vec<Value> = lines.map(Result::unwrap).collect();
    let of = |kind: &str, wanted: &dyn Fn(&Value) -> bool| {
        let found = lines
            .iter()
            .find(|line| line["record"] == kind && wanted(line));
        found.cloned()
    };
    let call = of("call", &|line| {
        line["actions"][0]["action"] == "grant" && line["actions"][0]["area"] == area
    })?;
    let outcome = of("outcome", &|line| line["call"] == call["call"])?;
    Some(outcome["outcome"].as_str().unwrap().to_owned())
}

/// O8: what is made and does not show yet is asked for again, and the portal knows the call.
#[test]
fn the_next_run_asks_by_the_same_key_for_what_does_not_show_yet() {
    let university = University::start();
    let late = r#"[{"kind": "late-appearance", "calls": 1000, "match": {"method": "POST"}}]"#;
    faults(&university, late);
    let first = university.run("apply", &["--yes"]);
    assert_eq!(first.status.code(), Some(4), "{}", err(&first));
    assert_eq!(creations(&university), [(201, true), (201, true)]);

    let second = university.run("apply", &["--yes"]);
    let both = [(201, true), (201, true), (201, false), (201, false)];
    assert_eq!(creations(&university), both, "{}", out(&second));
    // Nothing of it is seen, so nothing is done; but nobody may say that nothing was changed.
    assert!(out(&second).contains("not seen"), "{}", out(&second));
    assert!(!out(&second).contains("  done "), "{}", out(&second));
    assert_eq!(second.status.code(), Some(4), "{}", err(&second));

    // Once they show, all is as it should be.
    faults(&university, "[]");
    university.sandbox.control("DELETE", "/faults", "");
    let third = university.run("apply", &["--yes"]);
    assert_eq!(creations(&university).len(), 4, "{}", out(&third));
    assert!(third.status.success(), "{}{}", out(&third), err(&third));
}

/// O17: an area's own page is read before anything is written, and before a plan is saved for that.
#[test]
fn what_the_areas_pages_say_is_read_before_anything_is_written() {
    let university = University::start();
    let wrong = r#"[{"kind": "wrong-total", "match": {"path": "*/areas/*/users"}}]"#;
    faults(&university, wrong);
    let applied = university.run("apply", &["--yes"]);
    let refused = |output: &Output| {
        let said = err(output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("the list cannot be trusted"), "{said}");
        assert!(said.contains("/areas/"), "{said}");
    };
    refused(&applied);
    assert!(university.sandbox.writes().is_empty());
    let path = university.folder.path().join("plan.json");
    let saved = university.run("plan", &["--out", path.to_str().unwrap()]);
    refused(&saved);
    assert!(!path.exists());
}

/// A plan that is only looked at takes two pages of an organisation.
#[test]
fn a_plan_that_is_not_saved_reads_no_area_s_page() {
    let university = University::start();
    university.plan();
    assert!(!asked_for_members(&university));
    let path = university.folder.path().join("plan.json");
    let saved = university.run("plan", &["--out", path.to_str().unwrap()]);
    assert!(saved.status.success(), "{}", err(&saved));
    assert!(asked_for_members(&university));
}

/// What was put off is not in flight: it is not sent, and nobody waits for it.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_pause_that_the_portal_asked_for_and_nothing_more_is_sent() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    use std::process::Stdio;

    let university = University::start();
    let put_off = r#"[{"kind": "too-many-requests", "retry_after": 60, "times": 1,
        "match": {"method": "PUT", "path": "*/reportable-events"}}]"#;
    faults(&university, put_off);
    let mut command = university.beadle();
    command.args(["apply", "--yes"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let interrupt = Pid::from_raw(i32::try_from(child.id()).unwrap());
    let put_off = || {
        let writes = university.sandbox.writes();
        let of_area = |call: &&Value| {
            call["path"]
                .as_str()
                .unwrap()
                .ends_with("reportable-events")
        };
        writes.iter().filter(of_area).cloned().collect::<Vec<_>>()
    };
    while put_off().is_empty() {
        std::thread::yield_now();
    }
    kill(interrupt, Signal::SIGINT).unwrap();
    while became(&university, "reportable-events").is_none() {
        let over = child.try_wait().unwrap();
        assert!(over.is_none(), "the call has no outcome");
    }
    // The portal is not read again before the pause is over: that is given up as well.
    let status = loop {
        // It may be over by itself.
        let _ = kill(interrupt, Signal::SIGINT);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::yield_now();
    };
    assert_eq!(status.code(), Some(4));
    let outcome = became(&university, "reportable-events");
    assert_eq!(outcome.as_deref(), Some("interrupted"));
    let calls = put_off();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0]["status"], 429);
    faults(&university, "[]");
    let again = university.run("apply", &["--yes"]);
    assert!(again.status.success(), "{}{}", out(&again), err(&again));
}

/// Where the results cannot be written any more, what was done is done all the same.
#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_shown_do_not_say_that_nothing_was_changed() {
    let university = University::start();
    let mut command = university.beadle();
    command.args(["apply", "--yes", "--format", "json"]);
    let full = std::fs::File::options().write(true).open("/dev/full");
    let applied = command.stdout(full.unwrap()).output().unwrap();
    assert!(!university.sandbox.writes().is_empty());
    let said = err(&applied);
    assert_eq!(applied.status.code(), Some(4), "{said}");
    assert!(said.contains("could not be shown whole"), "{said}");
    assert_eq!(university.plan()["summary"]["calls"], 0);
}
