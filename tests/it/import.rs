//! `beadle import --table`, through the program: adoption from what a portal without an API shows,
//! and a kept snapshot brought up to date.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::support::{TODAY, beadle, err, out};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    beadle(folder)
        .args(arguments)
        .args(["--today", TODAY])
        .output()
        .unwrap()
}

const NEW: [&str; 7] = [
    "import",
    "--driver",
    "ofs",
    "--portal-organisation",
    "10009999",
    "--org",
    "northshire",
];

fn import(folder: &Path, arguments: &[&str]) -> Output {
    run(folder, &[&NEW[..], arguments].concat())
}

fn plans_nothing(folder: &Path) {
    let plan = run(folder, &["plan", "--detailed-exitcode"]);
    let said = format!("{}{}", out(&plan), err(&plan));
    assert_eq!(plan.status.code(), Some(0), "{said}");
}

const USERS: &str = "<!doctype html><h1>Users</h1><table>\
    <tr><th>Name</th><th>Email</th><th>Phone</th><th>Expiry date</th><th></th></tr>\
    <tr><td>Sam &amp; Evans</td><td>s.evans@oakfield.example</td><td>07700 900123</td>\
    <td>31/08/2027</td><td><a href='#'>Edit</a></td></tr>\
    <tr><td>Ravi Patel</td><td>r.patel@oakfield.example</td><td>0000000000</td><td></td><td></td></tr>\
    </table>";

const TICKS: &str = "<form><label><input type=checkbox checked> Sam &amp; Evans</label><br>\
    <label><input type=checkbox> Ravi Patel</label></form>";

/// A folder with the pages of one organisation, imported.
fn adopted() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users.html"), USERS).unwrap();
    fs::write(folder.path().join("tef.html"), TICKS).unwrap();
    fs::write(
        folder.path().join("admins.csv"),
        "Name;Email\nRavi Patel;r.patel@oakfield.example\n",
    )
    .unwrap();
    let area = "TEF submission=tef.html";
    let arguments = [
        "--table",
        "users.html",
        "--area",
        area,
        "--admins",
        "admins.csv",
    ];
    let imported = import(folder.path(), &arguments);
    assert!(imported.status.success(), "{}", err(&imported));
    folder
}

#[test]
fn saved_pages_become_a_project_and_planning_right_after_finds_nothing() {
    let folder = adopted();
    let project = fs::read_to_string(folder.path().join("beadle.yaml")).unwrap();
    insta::assert_snapshot!(project, @r##"
    # yaml-language-server: $schema=schema/project.schema.json
    version: 1
    portals:
      ofs:
        driver: ofs
        via: worklist
        snapshots: live/ofs
    organisations:
      northshire:
        name: "10009999"
        portals: { ofs: "10009999" }
        users:
          r.patel@oakfield.example: { name: Ravi Patel }
          s.evans@oakfield.example:
            name: Sam & Evans
            until: 2027-08-31
            areas:
              - tef-submission
        admins:
          - r.patel@oakfield.example
    "##);
    let snapshot = folder.path().join("live/ofs/northshire.yaml");
    let snapshot = fs::read_to_string(snapshot).unwrap();
    assert!(snapshot.contains("title: TEF submission"), "{snapshot}");
    assert!(
        snapshot.contains("evidence: { accounts: 2, areas: 2, pages: 2 }"),
        "{snapshot}"
    );
    assert!(!snapshot.contains("900123") && !project.contains("900123"));
    plans_nothing(folder.path());
}

#[test]
fn another_table_brings_the_snapshot_up_to_date_and_leaves_the_yaml() {
    let folder = adopted();
    let before = fs::read_to_string(folder.path().join("beadle.yaml")).unwrap();
    fs::write(
        folder.path().join("later.html"),
        USERS.replace("Ravi Patel", "Ravinder Patel"),
    )
    .unwrap();
    let refreshed = run(
        folder.path(),
        &["import", "--table", "later.html", "--snapshot-only"],
    );
    assert!(refreshed.status.success(), "{}", err(&refreshed));
    let after = fs::read_to_string(folder.path().join("beadle.yaml")).unwrap();
    assert_eq!(before, after);
    // The ticks and the administrators, which the list does not show, are as they were.
    let plan = run(folder.path(), &["plan", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
    assert_eq!(plan["summary"]["actions"]["update"], 1, "{plan}");
    let counts = plan["summary"]["actions"].as_object().unwrap();
    let total: u64 = counts.values().filter_map(serde_json::Value::as_u64).sum();
    assert_eq!(total, 1, "{plan}");

    let nowhere = tempfile::tempdir().unwrap();
    fs::write(nowhere.path().join("users.html"), USERS).unwrap();
    let none = run(
        nowhere.path(),
        &["import", "--table", "users.html", "--snapshot-only"],
    );
    assert_eq!(none.status.code(), Some(1));
    assert!(err(&none).contains("there is no project"), "{}", err(&none));
}

#[test]
fn a_spreadsheets_csv_is_read_in_every_encoding_and_its_payloads_do_nothing() {
    let text = "Full name;E-mail;Areas;Until\r\n\
        \"=HYPERLINK(\"\"http://x.example\"\")\";a@oakfield.example;no;\r\n\
        \"- [x]: {Zoë} # O'Neill\";b@oakfield.example;TEF submission;31/08/2027\r\n\
        Null;c@oakfield.example;;never\r\n";
    let windows: Vec<u8> = text
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    let utf_16 = [0xfeff]
        .into_iter()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes);
    let files = [text.as_bytes().to_vec(), windows, utf_16.collect()];
    let mut projects = Vec::new();
    for bytes in files {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("staff.csv"), bytes).unwrap();
        let imported = import(folder.path(), &["--table", "staff.csv"]);
        assert!(imported.status.success(), "{}", err(&imported));
        plans_nothing(folder.path());
        projects.push(fs::read_to_string(folder.path().join("beadle.yaml")).unwrap());
    }
    assert!(projects[0].contains("{Zoë} # O'Neill"), "{}", projects[0]);
    assert!(projects.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn nothing_is_written_while_a_row_is_wrong_and_a_terminal_obeys_no_cell() {
    let folder = tempfile::tempdir().unwrap();
    let rows =
        "Name,Email\nSam,s@oakfield.example\nBo\u{1b}[2J,b@oakfield.example\nCy,::add-mask::x\n";
    fs::write(folder.path().join("staff.csv"), rows).unwrap();
    let wrong = import(folder.path(), &["--table", "staff.csv"]);
    assert_eq!(wrong.status.code(), Some(1));
    insta::assert_snapshot!(err(&wrong), @r"
    error: `staff.csv`, row 3, column `Name`: it holds a character that does not show, U+001B
    help: type the cell again, in plain letters
    error: `staff.csv`, row 4, column `Email`: `:\u{3a}add-mask:\u{3a}x` is no email address
    help: correct it, or leave it blank where the portal shows none
    error: the tables have 2 faults; nothing was written
    ");
    assert!(!folder.path().join("beadle.yaml").exists() && !folder.path().join("live").exists());

    let skipping = import(folder.path(), &["--table", "staff.csv", "--skip-bad-rows"]);
    assert!(skipping.status.success(), "{}", err(&skipping));
    assert!(
        err(&skipping).contains("left out: `staff.csv`, row 3"),
        "{}",
        err(&skipping)
    );
    assert!(out(&skipping).contains("1 user"));
    plans_nothing(folder.path());
}

#[test]
fn what_a_new_project_needs_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users.html"), USERS).unwrap();
    for (arguments, said) in [
        (&["import", "--table", "users.html"][..], "needs `--driver`"),
        (
            &["import", "--table", "users.html", "--driver", "ofs"],
            "needs `--portal-organisation`",
        ),
        (
            &[
                "import",
                "--table",
                "users.html",
                "--driver",
                "ofs",
                "--portal-organisation",
                "12",
            ],
            "`12` is no UKPRN: it has 8 digits",
        ),
        (
            &[
                "import",
                "--table",
                "none.html",
                "--driver",
                "ofs",
                "--portal-organisation",
                "10009999",
            ],
            "none.html",
        ),
        (&["import", "--area", "x=users.html"], "--table"),
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(err(&output).contains(said), "{}", err(&output));
        assert!(!folder.path().join("beadle.yaml").exists());
    }
}

#[test]
fn a_portal_that_knows_nothing_below_has_nothing_to_import_there() {
    let university = crate::support::University::start();
    let output = university.run("import", &["--below"]);
    assert!(output.status.success(), "{}", err(&output));
    assert!(err(&output).contains("no organisation of this project has others below it"));
    assert!(!university.folder.path().join("schools").exists());
}

/// An account with neither an address nor one as login id, such as an office's shared one, is
/// nobody whom the YAML could name: it is left out, said, and left alone.
#[test]
fn every_kept_snapshot_of_the_examples_is_imported_and_planning_finds_nothing() {
    let examples = crate::support::repository().join("examples");
    let mut read = 0;
    let mut left_out = 0;
    for example in ["authority", "scim", "trust", "university"] {
        let live = examples.join(example).join("live");
        for portal in fs::read_dir(live).unwrap() {
            for file in fs::read_dir(portal.unwrap().path()).unwrap() {
                let file = file.unwrap().path();
                let folder = tempfile::tempdir().unwrap();
                let snapshot = file.to_str().unwrap();
                let imported = run(folder.path(), &["import", "--snapshot", snapshot]);
                let said = err(&imported);
                assert_eq!(imported.status.code(), Some(0), "{snapshot}: {said}");
                left_out += u32::from(said.contains("without an email address"));
                plans_nothing(folder.path());
                read += 1;
            }
        }
    }
    assert!(read > 20, "{read}");
    assert!(left_out > 0);
}
