//! A project with a portal that has an API and one that has none: calls here, steps there.

use std::fs;

use crate::support::{University, err, out};

/// The example's university, and another whose portal has no API.
fn two_portals() -> University {
    let university = University::start();
    university.edit(
        "# Job roles",
        "  paper: { driver: ofs, via: worklist }\n\n# Job roles",
    );
    university.edit(
        "organisations:\n",
        "organisations:\n  southshire:\n    name: University of Southshire\n    portals: { paper: \"10008888\" }\n    users:\n      k.osei@northshire.example: { name: Kit Osei, areas: [tef] }\n",
    );
    let folder = university.folder.path().join("live/paper");
    fs::create_dir_all(&folder).unwrap();
    let snapshot = "format: 1\ndriver: ofs\norganisation: \"10008888\"\ntaken: 2026-11-22\nevidence: { accounts: 0, areas: 1 }\nareas:\n  - { code: tef, title: TEF }\naccounts: []\n";
    fs::write(folder.join("southshire.yaml"), snapshot).unwrap();
    university
}

#[test]
fn calls_are_made_and_steps_are_written() {
    let university = two_portals();
    let unasked = university.run("apply", &[]);
    assert_eq!(unasked.status.code(), Some(1));
    let list = university
        .folder
        .path()
        .join("worklists/paper/southshire.md");
    assert!(!list.exists(), "nobody said yes");

    let applied = university.run("apply", &["--yes"]);
    let said = out(&applied);
    assert_eq!(applied.status.code(), Some(0), "{said}{}", err(&applied));
    assert!(
        said.contains("Planned again: nothing left for beadle to do; 4 steps wait for a person."),
        "{said}"
    );
    assert!(said.contains("southshire at paper: 2 steps"), "{said}");
    assert!(fs::read_to_string(&list).unwrap().contains("Kit Osei"));
    assert!(!university.folder.path().join("worklists/ofs").exists());
    let calls = university.sandbox.writes().len();
    assert!(calls > 10);

    let done = university
        .beadle()
        .args(["worklist", "done", "1-2"])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", err(&done));
    let planned = university.run("plan", &["--detailed-exitcode"]);
    assert_eq!(planned.status.code(), Some(0), "{}", out(&planned));
    assert_eq!(university.sandbox.writes().len(), calls);
}

#[test]
fn with_embedded_portals_there_is_nothing_to_do_by_hand() {
    let university = two_portals();
    let applied = university.run("apply", &["--sandbox", "--yes"]);
    assert_eq!(applied.status.code(), Some(0), "{}", err(&applied));
    assert!(!university.folder.path().join("worklists").exists());
}
