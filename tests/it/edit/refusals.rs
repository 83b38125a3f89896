//! What is refused rather than damaged: nothing is written, and it is said why.

use std::fs;

use super::{Project, university};
use crate::support::{beadle, err};

const KHAN: &str = "a.khan@northshire.example";

fn refused(rest: &str, arguments: &str) -> String {
    Project::university(rest).refuses(arguments)
}

#[test]
fn what_is_anchored_or_an_alias_is_not_edited() {
    let shared = "users:
  a.khan@northshire.example: { name: A, areas: &deans [x, y] }
  b@northshire.example: { name: B, areas: *deans }
  c@northshire.example:
    name: C
    areas: *deans
";
    insta::assert_snapshot!(refused(shared, &format!("grant {KHAN} z")), @r"
    error[shared-node]: this is shared: it is anchored at line 11 and used again at line 12, 15
      --> beadle.yaml:11:59
       |
    10 |     users:
    11 |       a.khan@northshire.example: { name: A, areas: &deans [x, y] }
       |                                                           ^^^^^^
    12 |       b@northshire.example: { name: B, areas: *deans }
       |
       = help: write it out where it is used, or put what is shared into a bundle, and edit again
    note: nothing was written
    ");
    insta::assert_snapshot!(refused(shared, "revoke b@northshire.example x"), @r"
    error[shared-node]: this is shared: it is anchored at line 11 and used again at line 12, 15
      --> beadle.yaml:12:47
       |
    11 |       a.khan@northshire.example: { name: A, areas: &deans [x, y] }
    12 |       b@northshire.example: { name: B, areas: *deans }
       |                                               ^^^^^^
    13 |       c@northshire.example:
       |
       = help: write it out where it is used, or put what is shared into a bundle, and edit again
    note: nothing was written
    ");
    insta::assert_snapshot!(refused(shared, &format!("user leave {KHAN} --remove")), @r"
    error[shared-node]: this is shared: it is anchored at line 11 and used again at line 12, 15
      --> beadle.yaml:11:7
       |
    10 |     users:
    11 |       a.khan@northshire.example: { name: A, areas: &deans [x, y] }
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    12 |       b@northshire.example: { name: B, areas: *deans }
       |
       = help: write it out where it is used, or put what is shared into a bundle, and edit again
    note: nothing was written
    ");
    // A place beside what is shared is nobody else's.
    let project = Project::university(shared);
    insta::assert_snapshot!(project.edits("user leave b@northshire.example --on 2026-12-31"), @r"
    +++ b/beadle.yaml
    -      b@northshire.example: { name: B, areas: *deans }
    +      b@northshire.example: { name: B, until: 2026-12-31, areas: *deans }
    wrote beadle.yaml
    ");
    insta::assert_snapshot!(project.edits("user leave c@northshire.example --remove"), @r"
    +++ b/beadle.yaml
    -      c@northshire.example:
    -        name: C
    -        areas: *deans
    note: the account of `c@northshire.example` at `northshire` is one that the YAML does not name from now on: `policy.unmanaged` says what becomes of it
    wrote beadle.yaml
    ");
}

#[test]
fn a_cut_that_would_lose_a_comment_is_not_made() {
    let rest = "users:
  a.khan@northshire.example: { name: A, areas: [x, # about x
    y] }
";
    insta::assert_snapshot!(refused(rest, &format!("revoke {KHAN} y")), @r"
    error[cannot-edit]: this place cannot be edited safely: a comment stands where the cut would be
      --> beadle.yaml:11:52
       |
    10 |     users:
    11 |       a.khan@northshire.example: { name: A, areas: [x, # about x
       |                                                    ^^^^^^^^^^^^^
    12 |         y] }
       |
       = help: edit it by hand
    note: nothing was written
    ");
}

#[test]
fn keys_written_with_a_question_mark_are_left_alone() {
    let rest = "users:
  ? a.khan@northshire.example
  : name: A
  ? b@northshire.example
  : name: B
";
    insta::assert_snapshot!(refused(rest, "user leave b@northshire.example --remove"), @r"
    error[cannot-edit]: this place cannot be edited safely: it does not begin on a line of its own
      --> beadle.yaml:11:7
       |
    10 |     users:
    11 |       ? a.khan@northshire.example
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    12 |       : name: A
       |
       = help: edit it by hand
    note: nothing was written
    ");
}

#[test]
fn a_project_with_errors_is_not_edited() {
    for rest in [
        "users:\n\ta.khan@northshire.example: { name: A }\n",
        "users:\n  a.khan@northshire.example: { name: A, name: B }\n",
        "users:\n  a.khan@northshire.example: { name: A, colour: red }\n",
    ] {
        let project = Project::university(rest);
        let before = project.bytes();
        let output = project.run(&format!("grant {KHAN} x"));
        assert_eq!(output.status.code(), Some(1), "{}", err(&output));
        assert!(err(&output).contains("error["), "{}", err(&output));
        assert!(project.bytes() == before);
    }
}

#[test]
fn an_edit_that_would_be_an_error_is_shown_and_not_made() {
    let users = "users:\n  a.khan@northshire.example: { name: A }\n";
    insta::assert_snapshot!(refused(users, &format!("user add {KHAN}.uk --org northshire --name B --bundle finances")), @r"
    error[unknown-bundle]: there is no bundle `finances`
      --> beadle.yaml:12:58
       |
    11 |       a.khan@northshire.example: { name: A }
    12 |       a.khan@northshire.example.uk: { name: B, bundles: [finances] }
       |                                                          ^^^^^^^^
       |
       = help: did you mean `finance`?
    note: with this change the project would not be in order (the lines above are as they would be); nothing was written
    ");
    insta::assert_snapshot!(refused(users, "user add nobody --org northshire --name B"), @r"
    error[user-key]: `nobody` is no email address
      --> beadle.yaml:12:7
       |
    11 |       a.khan@northshire.example: { name: A }
    12 |       nobody: { name: B }
       |       ^^^^^^
       |
       = help: users are keyed by their work email address; an account that several people use says so under `shared`, one without an address names its login id under `accounts`
    note: with this change the project would not be in order (the lines above are as they would be); nothing was written
    ");
    insta::assert_snapshot!(refused(users, "user add b@northshire.example --org northshire --name B --admin ofs"), @r"
    error[not-managed]: the administrators of `northshire` at `ofs` are not managed: `admins` does not name it
     --> beadle.yaml:7:3
      |
    6 | organisations:
    7 |   northshire:
      |   ^^^^^^^^^^
    8 |     name: University of Northshire
      |
      = help: a list is the whole admin set: write it by hand, with everybody who is to stay in it
    note: nothing was written
    ");
    insta::assert_snapshot!(refused("areas: {}\nallow_empty: true\n", &format!("user add {KHAN} --org northshire --name B")), @r"
    error[not-managed]: the accounts of `northshire` are not managed: it has no `users`
     --> beadle.yaml:7:3
      |
    6 | organisations:
    7 |   northshire:
      |   ^^^^^^^^^^
    8 |     name: University of Northshire
      |
      = help: with the first user, everybody else becomes an account that the YAML does not name: begin with `beadle import`, or write `users:` by hand
    note: nothing was written
    ");
}

#[test]
fn the_last_user_and_the_last_administrator_stay() {
    let rest =
        "users:\n  a.khan@northshire.example: { name: A }\nadmins: [a.khan@northshire.example]\n";
    insta::assert_snapshot!(refused(rest, &format!("user leave {KHAN}")), @r"
    error[last-admin]: `a.khan@northshire.example` is the only administrator of `northshire` at `ofs`
      --> beadle.yaml:12:13
       |
    11 |       a.khan@northshire.example: { name: A }
    12 |     admins: [a.khan@northshire.example]
       |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: name another one here first
    note: nothing was written
    ");
    let rest = "users:\n  a.khan@northshire.example: { name: A }\n";
    insta::assert_snapshot!(refused(rest, &format!("user leave {KHAN} --remove")), @r"
    error[empty]: `a.khan@northshire.example` is the only user of `northshire`
      --> beadle.yaml:11:7
       |
    10 |     users:
    11 |       a.khan@northshire.example: { name: A }
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: if nobody is meant, write `allow_empty: true` beside `users` first
    note: nothing was written
    ");
    let project = Project::university(&format!("{rest}allow_empty: true\n"));
    insta::assert_snapshot!(project.edits(&format!("user leave {KHAN} --remove")), @r"
    +++ b/beadle.yaml
    -    users:
    -      a.khan@northshire.example: { name: A }
    +    users: {}
    note: the account of `a.khan@northshire.example` at `northshire` is one that the YAML does not name from now on: `policy.unmanaged` says what becomes of it
    wrote beadle.yaml
    ");
}

#[test]
fn an_end_is_not_lost_by_granting_again() {
    let rest = "users:\n  a.khan@northshire.example: { name: A, areas: [{ area: x, until: 2026-10-31 }] }\n";
    insta::assert_snapshot!(refused(rest, &format!("grant {KHAN} x")), @r"
    error[has-an-end]: `a.khan@northshire.example` has `x` at `ofs` until 2026-10-31
      --> beadle.yaml:11:53
       |
    10 |     users:
    11 |       a.khan@northshire.example: { name: A, areas: [{ area: x, until: 2026-10-31 }] }
       |                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: say until when with `--until DATE`; to have no end, take `until` out by hand
    note: nothing was written
    ");
}

#[test]
fn sensitive_areas_are_granted_with_a_reason_and_an_end_alone() {
    let university = Project::example("university");
    insta::assert_snapshot!(university.refuses("grant u.rahman@northshire.example reportable-events --until 2027-01-31"), @r"
    error[sensitive-area]: `reportable-events` is a sensitive area: the grant to `u.rahman@northshire.example` needs `reason`
      --> beadle.yaml:69:80
       |
    68 |           - { area: tef-submission, until: 2032-01-31, reason: seconded to the next submission }
    69 |       u.rahman@northshire.example: { name: Usman Rahman, areas: [hesa-student, { area: reportable-events, until: 2027-01-31 }] }
       |                                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    70 |       l.okafor@northshire.example:
       |
       = help: write `{ area: reportable-events, until: YEAR-MONTH-DAY, reason: WHY }`
    note: with this change the project would not be in order (the lines above are as they would be); nothing was written
    ");
    let reason = [
        "grant",
        "u.rahman@northshire.example",
        "reportable-events",
        "--until",
        "2027-01-31",
        "--reason",
        "minutes",
    ];
    let output = university.run_all(&reason);
    assert!(output.status.success(), "{}", err(&output));
}

#[cfg(unix)]
#[test]
fn links_and_files_that_may_not_be_written_are_left_alone() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = Project::university("users:\n  a.khan@northshire.example: { name: A }\n");
    let path = project.path().join("beadle.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    insta::assert_snapshot!(project.refuses(&format!("grant {KHAN} x --redact")), @"error: `beadle.yaml` may not be written to; nothing was written");
    let real = project.path().join("real.yaml");
    fs::rename(&path, &real).unwrap();
    symlink(&real, &path).unwrap();
    let before = project.bytes();
    let output = project.run(&format!("grant {KHAN} x"));
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("symbolic link"), "{}", err(&output));
    assert!(project.bytes() == before);
}

#[test]
fn other_bytes_than_utf_8_are_left_alone() {
    let project = Project::university("users:\n  a.khan@northshire.example: { name: A }\n");
    let mut bytes = university("users:\n  a.khan@northshire.example: { name: A }\n").into_bytes();
    bytes.extend(b"# caf\xe9\n");
    fs::write(project.path().join("beadle.yaml"), &bytes).unwrap();
    let output = project.run(&format!("grant {KHAN} x"));
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("UTF-8"), "{}", err(&output));
    assert_eq!(fs::read(project.path().join("beadle.yaml")).unwrap(), bytes);
}

#[test]
fn where_nobody_said_where_it_is_asked() {
    let project = Project::university("users:\n  a.khan@northshire.example: { name: A }\n");
    let output = beadle(project.path())
        .args(["user", "add", "b@northshire.example", "--name", "B"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(err(&output), @"error: say where: `--org ID`, which may be repeated, or `--all`");
}
