//! How an apply ends when things go otherwise than planned, through the program: interrupted, or
//! stopped by what a portal says of itself, and what the next run makes of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use std::process::Output;

use crate::support::{University, err};

fn faults(university: &University, faults: &str) {
    university.sandbox.control("PUT", "/faults", faults);
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
