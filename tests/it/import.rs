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

    // A list that lost its rows is not everybody's leaving.
    fs::write(folder.path().join("header.csv"), "Name,Email,Username\n").unwrap();
    let kept = run(folder.path(), &["plan", "--format", "json"]).stdout;
    let empty = run(
        folder.path(),
        &["import", "--table", "header.csv", "--snapshot-only"],
    );
    assert_eq!(empty.status.code(), Some(1), "{}", err(&empty));
    assert!(err(&empty).contains("list nobody"), "{}", err(&empty));
    assert_eq!(
        run(folder.path(), &["plan", "--format", "json"]).stdout,
        kept
    );

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

/// A project of one snapshot, in a folder of its own.
fn of_snapshot(snapshot: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("taken.yaml"), snapshot).unwrap();
    let arguments = ["import", "--snapshot", "taken.yaml", "--org", "oakfield"];
    let imported = run(folder.path(), &arguments);
    assert!(imported.status.success(), "{}", err(&imported));
    folder
}

/// H5: the list of sub accounts shows some without an address.
#[test]
fn an_account_without_an_address_is_named_by_its_login_id() {
    let folder = of_snapshot(
        "format: 1\ndriver: hfl\norganisation: \"8502001\"\ntaken: 2026-11-22\n\
         evidence: { accounts: 4, areas: 1, pages: 1 }\n\
         areas:\n  - { code: dms-portal, title: DMS portal }\n\
         accounts:\n\
         \x20 - { id: s-1, login: office, name: School Office, areas: [dms-portal] }\n\
         \x20 - { id: s-2, login: mfrayne, name: Milo Frayne, email: \"\", areas: [dms-portal] }\n\
         \x20 - { id: s-3, login: nsayed, name: Noor Sayed, email: noor at school }\n\
         \x20 - { id: s-4, login: e.hart@oakfield.example, name: Ellis Hart, email: e.hart@oakfield.example }\n",
    );
    let project = fs::read_to_string(folder.path().join("beadle.yaml")).unwrap();
    let (_, users) = project.split_once("users:\n").unwrap();
    insta::assert_snapshot!(users, @r"
    e.hart@oakfield.example: { name: Ellis Hart }
    mfrayne:
      name: Milo Frayne
      accounts: { hfl: mfrayne }
      areas:
        - dms-portal
    nsayed: { name: Noor Sayed, accounts: { hfl: nsayed } }
    office:
      name: School Office
      accounts: { hfl: office }
      areas:
        - dms-portal
    ");
    plans_nothing(folder.path());
}

/// S5: whom another system provides has a user id, and perhaps no address.
#[test]
fn a_user_id_without_an_address_is_a_key_of_its_own() {
    let folder = of_snapshot(
        "format: 1\ndriver: hampshire\norganisation: \"8502001\"\ntaken: 2026-11-22\n\
         evidence: { accounts: 2, areas: 1, pages: 1 }\n\
         areas:\n  - { code: pupil-admissions, title: Pupil admissions }\n\
         accounts:\n\
         \x20 - { id: EHART4, login: EHART4, name: Ellis Hart, upstream: true, areas: [pupil-admissions] }\n\
         \x20 - { id: MFRAYNE, login: MFRAYNE, name: Milo Frayne, upstream: true, admin: true }\n",
    );
    let project = fs::read_to_string(folder.path().join("beadle.yaml")).unwrap();
    let (_, users) = project.split_once("users:\n").unwrap();
    insta::assert_snapshot!(users, @r"
      EHART4:
        name: Ellis Hart
        accounts: { hampshire: EHART4 }
        areas:
          - pupil-admissions
      MFRAYNE: { name: Milo Frayne, accounts: { hampshire: MFRAYNE } }
    admins:
      - MFRAYNE
    ");
    plans_nothing(folder.path());
}

/// W1: an account that the school's own system feeds may show no address.
#[test]
fn a_login_id_that_the_portal_made_is_enough_to_find_its_account() {
    let folder = of_snapshot(
        "format: 1\ndriver: hwb\norganisation: \"6752101\"\ntaken: 2026-11-22\n\
         evidence: { accounts: 1, areas: 0, pages: 1 }\n\
         areas: []\n\
         accounts:\n\
         \x20 - { id: u-1, login: harte4, name: Ellis Hart, expires: 2027-08-31 }\n",
    );
    plans_nothing(folder.path());
}

/// The kept snapshots of the examples, shared logins without an address among them.
#[test]
fn every_kept_snapshot_of_the_examples_is_imported_and_planning_finds_nothing() {
    let examples = crate::support::repository().join("examples");
    let mut read = 0;
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
                plans_nothing(folder.path());
                read += 1;
            }
        }
    }
    assert!(read > 20, "{read}");
}
