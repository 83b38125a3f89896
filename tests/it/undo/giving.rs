//! What is given back, and what is left alone.

use std::process::Stdio;

use super::{json, kept, takings, undo};
use crate::record::rig::age;
use crate::support::{TODAY, University, err, out};

#[test]
fn what_a_run_took_comes_back_and_the_lines_that_take_it_again_are_named() {
    let university = University::start();
    let before = takings(&university);
    let applied = university.run("apply", &["--yes"]);
    assert!(applied.status.success(), "{}", err(&applied));
    assert_eq!(takings(&university), Vec::<String>::new());
    let said = err(&applied);
    let line = said
        .lines()
        .find(|line| line.starts_with("Undo: "))
        .unwrap();
    assert!(line.contains("until 2026-11-29"), "{line}");
    let run = line.split("beadle undo ").nth(1).unwrap();
    let run = run.split('`').next().unwrap();

    // Without a terminal nobody can say yes, and it is a plan.
    let writes = university.sandbox.writes().len();
    let unasked = undo(&university, &[run]);
    assert_eq!(unasked.status.code(), Some(1), "{}", err(&unasked));
    assert!(
        out(&unasked).contains("taken on 2026-11-22"),
        "{}",
        out(&unasked)
    );
    assert_eq!(university.sandbox.writes().len(), writes);

    let undone = undo(&university, &[run, "--yes"]);
    let shown = out(&undone);
    assert!(undone.status.success(), "{shown}{}", err(&undone));
    assert_eq!(takings(&university), before);
    assert!(shown.contains("Planned again: nothing to do."), "{shown}");
    assert!(
        shown.contains(
            "The files still say otherwise: change them, or the next apply takes it again."
        ),
        "{shown}"
    );
    assert!(
        shown.contains("m.fenwick@northshire.example, northshire at ofs: demote (not listed any more · beadle.yaml:"),
        "{shown}"
    );
    let log = university
        .beadle()
        .args(["audit", "show"])
        .output()
        .unwrap();
    assert!(out(&log).contains("beadle undo by"), "{}", out(&log));

    // A second undo finds nothing to do, named or not.
    let writes = university.sandbox.writes().len();
    for arguments in [&["--yes"][..], &[run, "--yes"]] {
        let again = undo(&university, arguments);
        assert!(again.status.success(), "{}", err(&again));
        assert_eq!(university.sandbox.writes().len(), writes, "{}", out(&again));
        // The files ask for something else: they still say what that run did.
        let shown = out(&again);
        assert!(shown.starts_with("Nothing to give back."), "{shown}");
        assert!(!shown.contains("what the YAML asks for"), "{shown}");
    }
}

#[test]
fn an_undo_is_undone_by_name() {
    let university = University::start();
    assert!(university.run("apply", &["--yes"]).status.success());
    assert!(undo(&university, &["--yes"]).status.success());
    // It took new names away, to give the old ones back.
    let files = kept(&university);
    assert_eq!(files.len(), 2, "{files:?}");
    let of_undo = files
        .iter()
        .map(json)
        .find(|it| it["undoes"].is_string())
        .unwrap();
    let listed = out(&undo(&university, &["--list"]));
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.contains(", and undid "), "{listed}");
    assert!(!listed.contains(".example"), "{listed}");

    let before = takings(&university);
    assert!(
        before.iter().any(|line| line.contains("s.patel")),
        "{before:?}"
    );
    let run = of_undo["run"].as_str().unwrap();
    let redone = undo(&university, &[run, "--yes"]);
    assert!(redone.status.success(), "{}{}", out(&redone), err(&redone));
    let after = takings(&university);
    assert!(
        !after.iter().any(|line| line.contains("s.patel")),
        "{after:?}"
    );
    let areas = |lines: &[String]| lines.iter().filter(|it| it.contains("revoke")).count();
    assert_eq!(areas(&before), areas(&after), "only what that run took");
}

#[test]
fn what_somebody_has_changed_since_is_left_alone_and_named() {
    let university = University::start();
    assert!(university.run("apply", &["--yes"]).status.success());
    let run = json(&kept(&university)[0])["run"]
        .as_str()
        .unwrap()
        .to_owned();
    // The account gets another address: whose it is now, nobody knows.
    university.edit("s.patel@northshire.example:", "s.nair@northshire.example:");
    university.edit("was: [s.shah@", "was: [s.patel@");
    // An earlier end than the run had set.
    university.edit("until: 2032-07-31", "until: 2031-07-31");
    let more = university.run("apply", &["--yes"]);
    assert!(more.status.success(), "{}{}", out(&more), err(&more));

    let undone = undo(&university, &[&run, "--yes"]);
    let shown = out(&undone);
    assert!(undone.status.success(), "{shown}{}", err(&undone));
    assert!(
        shown.contains("Left alone, because it is not as that run left it:"),
        "{shown}"
    );
    assert!(
        shown.contains(
            "s.shah@northshire.example, northshire at ofs: its login id has been changed since"
        ),
        "{shown}"
    );
    assert!(
        shown.contains(
            "l.okafor@northshire.example, northshire at ofs: its last day has been changed since"
        ),
        "{shown}"
    );
    let now = takings(&university);
    assert!(
        !now.iter()
            .any(|line| line.contains("s.nair") || line.contains("okafor")),
        "{now:?}"
    );
    assert!(
        now.iter().any(|line| line.contains("m.fenwick")),
        "the rest came back: {now:?}"
    );
    let hidden = out(&undo(&university, &[&run, "--yes", "--redact"]));
    assert!(
        hidden.contains("Left alone") && !hidden.contains(".example"),
        "{hidden}"
    );
}

#[test]
fn a_run_that_was_killed_is_undone_as_far_as_it_went() {
    let university = University::start();
    let before = takings(&university);
    // Edits are made, and what takes an area never ends.
    let slow = r#"[{"match":{"method":"DELETE"},"kind":"latency","ms":60000}]"#;
    university.sandbox.control("PUT", "/faults", slow);
    let mut child = university
        .beadle()
        .args(["apply", "--yes", "--today", TODAY])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let began = std::time::Instant::now();
    while university.sandbox.writes().len() < 4 {
        assert!(began.elapsed().as_secs() < 60, "no call in a minute");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    university.sandbox.control("DELETE", "/faults", "");
    age(&university.folder.path().join(".beadle/lock"), 70);
    assert_eq!(
        kept(&university).len(),
        1,
        "it was written before the first call"
    );

    let undone = undo(&university, &["--yes"]);
    assert!(undone.status.success(), "{}{}", out(&undone), err(&undone));
    assert_eq!(takings(&university), before);
}
