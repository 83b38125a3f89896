//! Escalations, through the program: who gains by their own hand is found under every name, stands
//! first, and changes nothing of the plan itself.

mod git;

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::policy::{School, day, live, said, user};
use crate::support::{TODAY, beadle, out};

/// Two people; the second is given an area.
fn granting(more: &str) -> School {
    let mut school = School::of(1, 0);
    school.users += &user(1, &format!(", areas: [schools-intranet, property]{more}"));
    school.live += &live(1, false);
    school
}

/// The kinds that the plan's review names, without repetition.
fn kinds(output: &Output) -> Vec<String> {
    let plan: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(output)));
    let found = plan["review"]["escalations"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut kinds: Vec<String> = found
        .iter()
        .map(|one| one["kind"].as_str().unwrap().to_owned())
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

fn kinds_of(school: &School, authors: &[&str]) -> Vec<String> {
    let mut arguments = vec!["--format", "json"];
    for author in authors {
        arguments.extend(["--author", author]);
    }
    kinds(&school.plan(&arguments))
}

#[test]
fn an_author_who_gains_stands_first_with_the_line_and_why() {
    let output = granting("").plan(&["--author", "p1@oakfield.example"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(out(&output), @r"
    1 ESCALATION: somebody changes, or approves, their own rights
      Oakfield Primary School on hants
        Person N1  PUSER1
          an author of the change gains access
          + grant    property  listed for this user · schools/oakfield.yaml:6

    Oakfield Primary School on hants  oakfield · 8502001 · 2 accounts, 2 grants

      Person N1  PUSER1  gets 1 mail from the portal
        + grant    property  listed for this user · schools/oakfield.yaml:6

    Assumed, and not tried on the portal yet
      hants: that SIMS or EAMW does not bring back a user who was deleted here (S20)
      hants: that a deleted user cannot be brought back (the guide shows `Delete user`, S20, and says nothing of undoing it)
      hants: that a school is named by its seven-digit DfE number (the guide's screens show a title only)
      hants: that an account has no last day of its own (the guide's screens show none)
      hants: that an administrator sees only the services that are ticked (S12: the admin tick is one among them)
      hants: that names and addresses cannot be edited (no screen in the guide has a field for them; S7 and S10)
      hants: that nobody can delete their own account (S8: the signed-in administrator's row has no `Delete user` on the one screen that shows it)
      hants: that registering a user mails that user once (S4; the guide says so of each update only)
      hants: that registering an address that exists is refused and makes no second user (S4)

    Plan for 2026-11-22: + 1 to grant
      1 save waits for a person · 1 person mailed · 0 steps for people
      1 escalation, shown first
      digest 58356b5e1a161461a490f2817c8a8b9d68b95f5f9ea1cbd2689e5b39e01d4ec5
    ");
}

#[test]
fn an_author_is_known_by_every_name() {
    for author in [
        "p1@oakfield.example",
        "P1@Oakfield.Example",
        "Person <p1@oakfield.example>",
        "former@oakfield.example",
        "p1+code@oakfield.example",
    ] {
        let school = granting(", was: [former@oakfield.example]");
        assert_eq!(kinds_of(&school, &[author]), ["self-grant"], "{author}");
    }
    let mut other = granting("");
    other.users = other.users.replace(
        "p1@oakfield.example: {",
        "p1-office: { email: p1@oakfield.example,",
    );
    assert_eq!(kinds_of(&other, &["p1@oakfield.example"]), ["self-grant"]);
    let mut tagged = granting("");
    tagged.users = tagged.users.replace("p1@oakfield", "p1+admin@oakfield");
    for author in ["p1@oakfield.example", "p1+code@oakfield.example"] {
        assert_eq!(kinds_of(&tagged, &[author]), ["self-grant"], "{author}");
    }
    for others in [&[][..], &["p0@oakfield.example"], &["xp1@oakfield.example"]] {
        assert_eq!(kinds_of(&granting(""), others), Vec::<String>::new());
    }
    let several = ["p0@oakfield.example", "p1@oakfield.example"];
    assert_eq!(kinds_of(&granting(""), &several), ["self-grant"]);
}

#[test]
fn a_later_end_an_account_and_a_shared_login_are_gains_too() {
    // An account that SIMS has to make: a step for a person.
    let mut new = granting("");
    new.live = live(0, false);
    let output = new.plan(&["--format", "json", "--author", "p1@oakfield.example"]);
    assert_eq!(kinds(&output), ["self-grant"]);
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan["review"]["escalations"][0]["manual"], 0);
    let text = said(&new.plan(&["--author", "p1@oakfield.example"]));
    assert!(text.contains("a step for a person"), "{text}");

    let mut shared = granting("");
    shared.users = shared.users.replace(
        "p1@oakfield.example: {",
        "office: { shared: { custodian: p0@oakfield.example, members: [] },",
    );
    assert_eq!(kinds_of(&shared, &["p0@oakfield.example"]), ["self-grant"]);
}

/// Three administrators live; who is listed stays or becomes one.
fn ruling(admins: &[usize], live_admins: &[usize]) -> School {
    let mut school = School::of(4, 0);
    let list: Vec<String> = admins
        .iter()
        .map(|number| format!("p{number}@oakfield.example"))
        .collect();
    school.school = format!("admins: [{}]\n", list.join(", "));
    school.live = (0..4)
        .map(|number| live(number, live_admins.contains(&number)))
        .collect();
    school
}

#[test]
fn becoming_an_administrator_or_ceasing_to_be_one_is_one() {
    let becomes = ruling(&[0, 1, 2], &[0, 1]);
    assert_eq!(kinds_of(&becomes, &["p2@oakfield.example"]), ["own-admin"]);
    assert_eq!(
        kinds_of(&becomes, &["p1@oakfield.example"]),
        Vec::<String>::new()
    );
    let ceases = ruling(&[0, 1], &[0, 1, 2]);
    assert_eq!(kinds_of(&ceases, &["p2@oakfield.example"]), ["own-admin"]);
}

#[test]
fn nobody_approves_their_own_access_and_beadle_s_own_login_gains_nothing_unseen() {
    let mut approves = granting("");
    approves.school = "approved_by: Person J. N1, headteacher\n".to_owned();
    assert_eq!(kinds_of(&approves, &[]), ["approves-own"]);
    approves.school = "approved_by: P1@oakfield.example\n".to_owned();
    assert_eq!(
        kinds_of(&approves, &["p1@oakfield.example"]),
        ["approves-own", "self-grant"]
    );
    approves.school = "approved_by: Person N0, headteacher\n".to_owned();
    assert_eq!(kinds_of(&approves, &[]), Vec::<String>::new());
    let plan: Value = serde_json::from_str(&out(&approves.plan(&["--format", "json"]))).unwrap();
    assert_eq!(plan["units"][0]["approved_by"], "Person N0, headteacher");

    let mut own = granting("");
    own.portal = ", identity: puser1".to_owned();
    assert_eq!(kinds_of(&own, &[]), ["own-identity"]);
}

/// An account at OfS whose address changes.
fn renamed(now: &str, was: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let project = format!(
        "version: 1\nportals: {{ ofs: {{ driver: ofs, via: worklist }} }}\norganisations:\n  northshire:\n    \
         name: University of Northshire\n    portals: {{ ofs: \"10009999\" }}\n    users:\n      \
         {now}: {{ name: Joy Oduya, was: [{was}] }}\n"
    );
    let live = format!(
        "format: 1\ndriver: ofs\norganisation: \"10009999\"\ntaken: {TODAY}\n\
         evidence: {{ accounts: 1, areas: 0, pages: 1 }}\nareas: []\naccounts:\n  \
         - {{ id: u-1, login: {was}, name: Joy Oduya, email: {was} }}\n"
    );
    for (name, text) in [("beadle.yaml", project), ("live/ofs/northshire.yaml", live)] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn an_account_that_gets_its_author_s_address_is_taken_over() {
    let folder = renamed("a.khan@northshire.example", "j.oduya@northshire.example");
    let run = |authors: &[&str]| {
        let mut command = beadle(folder.path());
        command.args(["plan", "--today", TODAY, "--format", "json"]);
        for author in authors {
            command.args(["--author", author]);
        }
        kinds(&command.output().unwrap())
    };
    assert_eq!(run(&["a.khan@northshire.example"]), ["takes-over"]);
    // Who had that address already has married, or the like.
    let both = ["a.khan@northshire.example", "j.oduya@northshire.example"];
    assert_eq!(run(&both), Vec::<String>::new());
    assert_eq!(run(&["k.osei@northshire.example"]), Vec::<String>::new());
}

#[test]
fn the_environment_names_authors_where_the_command_line_does_not() {
    let folder = granting("").folder();
    let run = |listed: &str, more: &[&str]| {
        let mut command = beadle(folder.path());
        command.env("BEADLE_AUTHORS", listed);
        command
            .args(["plan", "--today", TODAY, "--format", "json"])
            .args(more);
        command.output().unwrap()
    };
    for listed in [
        "p1@oakfield.example",
        "x@y.example,p1@oakfield.example",
        "x@y.example\n P1@oakfield.example ",
    ] {
        assert_eq!(kinds(&run(listed, &[])), ["self-grant"], "{listed}");
    }
    assert_eq!(
        kinds(&run("p1@oakfield.example", &["--author", "x@y.example"])),
        Vec::<String>::new()
    );
    let wrong = run("kosei", &[]);
    assert_eq!(wrong.status.code(), Some(1));
    insta::assert_snapshot!(said(&wrong), @"error: `BEADLE_AUTHORS`: `kosei` is no email address");
    let wrong = granting("").plan(&["--author", "@kosei"]);
    assert_eq!(wrong.status.code(), Some(1));
    insta::assert_snapshot!(said(&wrong), @"error: `--author`: `@kosei` is no email address");
}

#[test]
fn a_redacted_plan_names_nobody_and_keeps_the_block() {
    let mut school = granting("");
    school.school = "approved_by: Person N1, headteacher\n".to_owned();
    let text = out(&school.plan(&["--redact", "--author", "p1@oakfield.example"]));
    assert!(text.starts_with("1 ESCALATION"), "{text}");
    for name in ["N1", "p1@", "PUSER1", "headteacher"] {
        assert!(!text.contains(name), "{name}: {text}");
    }
    let json = out(&school.plan(&[
        "--redact",
        "--format",
        "json",
        "--author",
        "p1@oakfield.example",
    ]));
    for name in ["N1", "p1@", "PUSER1", "headteacher"] {
        assert!(!json.contains(name), "{name}: {json}");
    }
}

#[test]
fn who_is_behind_a_change_changes_nothing_of_the_plan() {
    let mut school = granting("");
    school.policy = "  escalations: refuse\n".to_owned();
    let plan = |author: &str| {
        let output = school.plan(&["--format", "json", "--author", author]);
        let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), plan)
    };
    let (refused, own) = plan("p1@oakfield.example");
    let (made, others) = plan("p0@oakfield.example");
    assert_eq!((refused, made), (Some(3), Some(0)));
    assert_eq!(own["digest"], others["digest"]);
    assert_eq!(own["units"], others["units"]);
    assert_eq!(own["refusals"], Value::Array(vec![]));
    assert_eq!(own["review"]["refusals"][0]["guardrail"], "escalations");
    assert_eq!(others["review"], Value::Null);

    // Approved as one person's plan, applied as another's; saved and applied likewise.
    let folder = school.folder();
    let run = |arguments: &[&str]| {
        let mut command = beadle(folder.path());
        command
            .args(arguments)
            .args(["--today", TODAY])
            .output()
            .unwrap()
    };
    let worklist = folder.path().join("worklists/hants/oakfield.json");
    let digest = own["digest"].as_str().unwrap();
    let saved = run(&[
        "plan",
        "--out",
        "plan.json",
        "--author",
        "p1@oakfield.example",
    ]);
    assert_eq!(saved.status.code(), Some(3), "{}", said(&saved));
    for arguments in [&["--approved", digest][..], &["plan.json"]] {
        let apply =
            |author: &str| run(&[&["apply", "--yes", "--author", author], arguments].concat());
        let refused = apply("p1@oakfield.example");
        assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
        assert!(
            out(&refused).starts_with("1 ESCALATION"),
            "{}",
            said(&refused)
        );
        assert!(said(&refused).contains("refused: nothing was changed"));
        assert!(!worklist.exists(), "nothing is written");
        let done = apply("p0@oakfield.example");
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
        assert!(worklist.exists());
        fs::remove_dir_all(folder.path().join("worklists")).unwrap();
    }
}

#[test]
fn a_later_end_is_a_gain_and_an_earlier_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let write = |until: &str| {
        let project = format!(
            "version: 1\nportals: {{ ofs: {{ driver: ofs, via: worklist }} }}\norganisations:\n  northshire:\n    \
             name: University of Northshire\n    portals: {{ ofs: \"10009999\" }}\n    users:\n      \
             a.khan@northshire.example: {{ name: Aisha Khan, until: {until} }}\n"
        );
        let live = format!(
            "format: 1\ndriver: ofs\norganisation: \"10009999\"\ntaken: {TODAY}\n\
             evidence: {{ accounts: 1, areas: 0, pages: 1 }}\nareas: []\naccounts:\n  \
             - {{ id: u-1, login: a.khan@northshire.example, name: Aisha Khan, email: a.khan@northshire.example, expires: {} }}\n",
            day(100)
        );
        for (name, text) in [("beadle.yaml", project), ("live/ofs/northshire.yaml", live)] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut command = beadle(folder.path());
        command.args([
            "plan",
            "--today",
            TODAY,
            "--format",
            "json",
            "--author",
            "a.khan@northshire.example",
        ]);
        kinds(&command.output().unwrap())
    };
    assert_eq!(write(&day(101)), ["self-grant"]);
    assert_eq!(write(&day(100)), Vec::<String>::new());
    assert_eq!(write(&day(99)), Vec::<String>::new());
}

#[test]
fn each_is_counted_once_however_many_reasons_it_has() {
    let mut school = granting("");
    school.school = "approved_by: Person N1, headteacher\n".to_owned();
    school.portal = ", identity: PUSER1".to_owned();
    let text = out(&school.plan(&["--author", "p1@oakfield.example"]));
    assert!(text.starts_with("1 ESCALATION:"), "{text}");
    assert!(text.contains("\n  1 escalation, shown first\n"), "{text}");
    let whys = [
        "gains access",
        "approves their own access",
        "beadle itself uses",
    ];
    assert!(whys.iter().all(|why| text.contains(why)), "{text}");
}

/// An administrator who writes their own end ceases to be one by their own hand, also where nobody is
/// demoted because the admin set is not managed.
#[test]
fn an_administrator_who_ends_their_own_account() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("live/ofs")).unwrap();
    fs::write(
        root.join("live/ofs/north.yaml"),
        "format: 1\ndriver: ofs\norganisation: \"10009999\"\ntaken: 2026-11-22\n\
         evidence: { accounts: 3, areas: 1, pages: 1 }\nareas:\n  \
         - { code: hesa-student, title: HESA student data }\naccounts:\n  \
         - { id: u-1, login: a@north.example, name: Ann Lee, email: a@north.example, admin: true }\n  \
         - { id: u-2, login: b@north.example, name: Bo Ek, email: b@north.example, admin: true }\n  \
         - { id: u-3, login: c@north.example, name: Cy Au, email: c@north.example }\n",
    )
    .unwrap();
    let kinds_with = |ended: &str, author: &str| {
        let text = format!(
            "version: 1\nportals:\n  ofs: {{ driver: ofs, url: https://portal.example/api, token: {{ env: X }} }}\n\
             policy: {{ min_admins: 1 }}\norganisations:\n  north:\n    name: North\n    \
             portals: {{ ofs: \"10009999\" }}\n    users:\n      a@north.example: {{ name: Ann Lee }}\n      \
             {ended}\n"
        );
        fs::write(root.join("beadle.yaml"), text).unwrap();
        let mut command = beadle(root);
        command.args(["plan", "--live", "live", "--today", TODAY]);
        command.args(["--format", "json", "--author", author]);
        kinds(&command.output().unwrap())
    };
    let gone = "b@north.example: { name: Bo Ek, until: 2026-11-01 }";
    assert_eq!(kinds_with(gone, "b@north.example"), ["own-admin"]);
    let nobody = Vec::<String>::new();
    assert_eq!(kinds_with(gone, "a@north.example"), nobody);
    let other = "c@north.example: { name: Cy Au, until: 2026-11-01 }";
    assert_eq!(kinds_with(other, "c@north.example"), nobody);
}
