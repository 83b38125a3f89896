//! `beadle next`: the days on which something changes by itself, through the program and, day by
//! day, over random files.

mod days;

use std::process::Output;

use serde_json::Value;

use crate::support::{beadle, err, out, repository};

fn run(arguments: &[&str]) -> Output {
    let mut command = beadle(&repository());
    command.arg("next").args(arguments).output().unwrap()
}

fn next(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{}", err(&output));
    out(&output)
}

#[test]
fn warnings_of_the_files_are_counted_here_and_shown_by_whoever_plans() {
    let asked = run(&["examples/trust"]);
    assert_eq!(
        err(&asked),
        "note: 1 warning in the files: `beadle validate` shows it\n"
    );
    let mut plan = beadle(&repository());
    let planned = plan.args(["plan", "examples/trust", "--sandbox"]);
    let said = err(&planned.output().unwrap());
    assert!(said.contains("warning[shared-account]"), "{said}");
}

#[test]
fn the_trust_has_what_its_readme_announces() {
    insta::assert_snapshot!(next(&["examples/trust"]), @r"
    2026-12-12 Saturday
      Elmscombe Primary School
        Alan Firth: access ends, last day 2026-12-11  hfl  schools/elmscombe.yaml:42

    2027-01-04 Monday
      Hazelcroft School
        Tom Vance: access begins  hants, hfl  schools/hazelcroft.yaml:40

    2027-01-29 Friday
      Gorsewick Academy
        Kwame Boahen: announced from here on: `personnel-manual` ends, last day 2027-02-28  hants  schools/gorsewick.yaml:31  ! sensitive

    After 2026-11-22, until 2027-02-20, from the files alone.
    ");
}

#[test]
fn the_authority_has_its_terms_of_office_and_the_thirty_first_of_august() {
    let text = next(&[
        "examples/authority",
        "--org",
        "bryn-eirlys",
        "--until",
        "2027-09-01",
    ]);
    insta::assert_snapshot!(text, @r"
    2027-05-01 Saturday
      Ysgol Gynradd Bryn Eirlys
        Catrin Rhys: announced from here on: access ends, last day 2027-05-31  hwb  schools/bryn-eirlys.yaml:20

    2027-06-01 Tuesday
      Ysgol Gynradd Bryn Eirlys
        Catrin Rhys: access ends, last day 2027-05-31  hwb  schools/bryn-eirlys.yaml:20

    2027-07-06 Tuesday
      Ysgol Gynradd Bryn Eirlys
        accounts that end with the academic year on 2027-08-31 are renewed from here on, of 4 in the YAML that last longer  hwb

    2027-09-01 Wednesday
      Ysgol Gynradd Bryn Eirlys
        accounts that ended with the academic year on 2027-08-31 are gone unless renewed, of 4 in the YAML that last longer  hwb

    After 2026-11-22, until 2027-09-01, from the files alone.
    ");
    let day_before = next(&["examples/authority", "--until", "2027-08-31", "--days"]);
    assert!(!day_before.contains("2027-09-01") && day_before.contains("2027-07-06"));
}

#[test]
fn live_adds_the_ends_of_terms_and_the_first_day_of_each_renewal() {
    let live = ["--live", "examples/authority/live", "--portal", "hwb"];
    let place = [
        "examples/authority",
        "--org",
        "bryn-eirlys",
        "--within",
        "30",
    ];
    let text = next(&[&place[..], &live].concat());
    insta::assert_snapshot!(text, @r"
    2026-12-06 Sunday
      Ysgol Gynradd Bryn Eirlys
        Catrin Rhys: the portal ends the account unless it is renewed, last day 2026-12-05  hwb  schools/bryn-eirlys.yaml:20

    2026-12-21 Monday
      Ysgol Gynradd Bryn Eirlys
        Tomos Elis: the portal ends the account unless it is renewed, last day 2026-12-20  hwb  schools/bryn-eirlys.yaml:16

    After 2026-11-22, until 2026-12-22, from the files, and what was live.
    ");
    let embedded = next(&[&place[..], &["--sandbox"]].concat());
    assert_eq!(embedded, text, "asking embedded portals is the same");
    let renewed = next(&[&place[..4], &["300"], &live].concat());
    assert!(
        renewed.contains("the account is renewed, its term ends on"),
        "{renewed}"
    );
}

#[test]
fn the_university_has_its_season() {
    let text = next(&[
        "examples/university",
        "--today",
        "2026-06-01",
        "--within",
        "3000",
    ]);
    insta::assert_snapshot!(text, @r"
    2026-07-01 Wednesday
      University of Northshire
        Petra Novák: announced from here on: access ends, last day 2026-07-31  ofs  beadle.yaml:123

    2026-08-01 Saturday
      University of Northshire
        Petra Novák: access ends, last day 2026-07-31  ofs  beadle.yaml:123

    2026-10-01 Thursday
      University of Northshire
        Gráinne Walsh: announced from here on: access ends, last day 2026-10-31  ofs  beadle.yaml:119
        Nadia Haddad: announced from here on: `transparency-return` ends, last day 2026-10-31  ofs  beadle.yaml:67

    2026-11-01 Sunday
      University of Northshire
        Gráinne Walsh: access ends, last day 2026-10-31  ofs  beadle.yaml:119
        Nadia Haddad: `transparency-return` ends, last day 2026-10-31  ofs  beadle.yaml:67

    2031-07-01 Tuesday
      University of Northshire
        Chidi Adeyemi: announced from here on: access ends, last day 2031-07-31  ofs  beadle.yaml:79

    2031-08-01 Friday
      University of Northshire
        Chidi Adeyemi: access ends, last day 2031-07-31  ofs  beadle.yaml:79

    2032-01-01 Thursday
      University of Northshire
        Nadia Haddad: announced from here on: `tef-submission` ends, last day 2032-01-31  ofs  beadle.yaml:68

    2032-02-01 Sunday
      University of Northshire
        Nadia Haddad: `tef-submission` ends, last day 2032-01-31  ofs  beadle.yaml:68

    2032-07-01 Thursday
      University of Northshire
        Lucy Okafor: announced from here on: access ends, last day 2032-07-31  ofs  beadle.yaml:70

    2032-08-01 Sunday
      University of Northshire
        Lucy Okafor: access ends, last day 2032-07-31  ofs  beadle.yaml:70

    2032-09-01 Wednesday
      University of Northshire
        Bo Sørensen: access begins  ofs  beadle.yaml:96

    2032-12-01 Wednesday
      University of Northshire
        Ifan Jones: announced from here on: `capital-funding-bids` ends, last day 2032-12-31  ofs  beadle.yaml:134

    2033-01-01 Saturday
      University of Northshire
        Ifan Jones: `capital-funding-bids` ends, last day 2032-12-31  ofs  beadle.yaml:134
        Ewan Marsh: announced from here on: access ends, last day 2033-01-31  ofs  beadle.yaml:111

    2033-02-01 Tuesday
      University of Northshire
        Ewan Marsh: access ends, last day 2033-01-31  ofs  beadle.yaml:111

    2033-07-01 Friday
      University of Northshire
        Farid Ahmed: announced from here on: `reportable-events` ends, last day 2033-07-31  ofs  beadle.yaml:105  ! sensitive
        Vera Costa: announced from here on: `reportable-events` ends, last day 2033-07-31  ofs  beadle.yaml:109  ! sensitive
        Zuri Mensah: announced from here on: access ends, last day 2033-07-31  ofs  beadle.yaml:92

    2033-08-01 Monday
      University of Northshire
        Zuri Mensah: access ends, last day 2033-07-31  ofs  beadle.yaml:92
        Farid Ahmed: `reportable-events` ends, last day 2033-07-31  ofs  beadle.yaml:105  ! sensitive
        Vera Costa: `reportable-events` ends, last day 2033-07-31  ofs  beadle.yaml:109  ! sensitive

    After 2026-06-01, until 2034-08-18, from the files alone.
    ");
}

#[test]
fn schedulers_get_days_alone() {
    let days = ["examples/trust", "--days"];
    assert_eq!(next(&days), "2026-12-12\n2027-01-04\n2027-01-29\n");
    let one = [&days[..], &["--org", "hazelcroft", "--portal", "hfl"]].concat();
    assert_eq!(next(&one), "2027-01-04\n");
    assert_eq!(next(&[&days[..], &["--within", "5"]].concat()), "");
}

/// An end is included: what changes, changes on the day after. Today is the plan's matter.
#[test]
fn the_boundaries_are_the_day_after_today_and_the_last_day_itself() {
    let of = |today, until| {
        let place = ["examples/trust", "--org", "elmscombe", "--days"];
        next(&[&place[..], &["--today", today, "--until", until]].concat())
    };
    assert_eq!(of("2026-12-10", "2026-12-11"), "");
    assert_eq!(of("2026-12-11", "2026-12-12"), "2026-12-12\n");
    assert_eq!(of("2026-12-12", "2026-12-13"), "");
}

#[test]
fn after_everything_nothing_changes() {
    let text = next(&["examples/trust", "--today", "2035-01-01"]);
    assert_eq!(
        text,
        "Nothing changes by itself after 2035-01-01, until 2035-04-01.\n"
    );
    assert_eq!(
        next(&["examples/trust", "--today", "9999-12-31"])
            .lines()
            .count(),
        1
    );
}

#[test]
fn the_json_says_the_same_and_redaction_names_nobody() {
    let text = next(&["examples/trust", "--format", "json"]);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["today"], "2026-11-22");
    assert_eq!(document["until"], "2027-02-20");
    let first = &document["days"][0];
    assert_eq!(first["day"], "2026-12-12");
    assert_eq!(first["changes"][0]["kind"], "access-ends");
    assert_eq!(first["changes"][0]["person"], "a.firth@elmscombe.example");
    assert_eq!(first["changes"][0]["last_day"], "2026-12-11");
    let schema: Value = {
        let printed = beadle(&repository())
            .args(["schema", "next"])
            .output()
            .unwrap();
        serde_json::from_slice(&printed.stdout).unwrap()
    };
    assert_eq!(schema["title"], "beadle next");
    for format in ["text", "json"] {
        let hidden = next(&["examples/trust", "--redact", "--format", format]);
        for name in ["Firth", "firth", "Vance", "vance", "Boahen", "boahen"] {
            assert!(!hidden.contains(name), "{name} in {hidden}");
        }
        assert!(hidden.contains("person-"), "{hidden}");
    }
}

#[test]
fn what_cannot_be_asked_is_an_error() {
    let refused = |arguments: &[&str], why: &str| {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(err(&output).contains(why), "{}", err(&output));
    };
    let past = ["examples/trust", "--until", "2026-11-22"];
    refused(&past, "is not after today, 2026-11-22");
    refused(
        &["examples/trust", "--within", "0"],
        "write days (`90d`), weeks (`12w`), or a last day",
    );
    refused(
        &["examples/trust", "--org", "nowhere"],
        "no organisation `nowhere`",
    );
    refused(&["examples/trust", "--until", "2027-02-29"], "2027-02-29");
    // A portal that is asked and cannot be is said, and the files' own days are shown all the same.
    let output = run(&["examples/scim", "--live", "examples/nothing"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("2027-02-01"), "{}", out(&output));
    assert!(err(&output).contains("is not planned") || err(&output).contains("looked at"));
}
