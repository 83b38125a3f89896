//! What is missing for somebody to have an area, what cannot be read, and that what is offered to
//! write is right.

use std::fs;

use beadle::config;
use insta::assert_snapshot;
use serde_json::Value;
use serde_yaml::Value as Yaml;

use super::{explain, explain_in, json, told};
use crate::support::{TODAY, copy, err, out, repository};

#[test]
fn every_way_to_an_area_is_shown() {
    assert_snapshot!(told("trust", &["Reg Holloway", "phonics-toolkit"]), @r"
    Reg Holloway  r.holloway@alderbrook.example  on 2026-11-22

    Alderbrook Primary School at hfl
      phonics-toolkit (Phonics toolkit (digital download)): no
        the user's `portals` leaves `hfl` out
          schools/alderbrook.yaml:44: portals: [hants]
        a line of the user's own gives it
          in schools/alderbrook.yaml:
            users:
              r.holloway@alderbrook.example:
                portals: [hants, hfl]
                areas:
                  hfl: [phonics-toolkit]
      account: no
        the user's `portals` leaves `hfl` out
          schools/alderbrook.yaml:44: portals: [hants]
    ");
    assert_snapshot!(told("trust", &["Noor Sayed", "personnel-manual"]), @r#"
    Noor Sayed  n.sayed@alderbrook.example  on 2026-11-22

    Alderbrook Primary School at hants  NSAYED2
      personnel-manual (Manual of Personnel Practice), sensitive: no
        no line gives it to this person: not the entry, a bundle, an assignment or the organisation's `areas`
          schools/alderbrook.yaml:16: n.sayed@alderbrook.example:
        policy calls the area sensitive: a grant needs a `reason` and an `until`, at most 366 days away
        a line of the user's own gives it
          in schools/alderbrook.yaml:
            users:
              n.sayed@alderbrook.example:
                areas:
                  hants: [{ area: personnel-manual, until: 2027-11-23, reason: "say why" }]
      account: yes
        by the user's own entry
          schools/alderbrook.yaml:16: n.sayed@alderbrook.example:
    "#);
    assert_snapshot!(told("trust", &["Dana Orrell", "inspection-advisory", "--org", "fernhaven"]), @r#"
    Dana Orrell  d.orrell@saltmarsh.example  on 2026-11-22

    Fernhaven School at hants
      inspection-advisory (Inspectorate and Advisory Service): no
        neither `schools/fernhaven.yaml` nor an assignment names this person for Fernhaven School at `hants`
        a line of the user's own gives it
          in schools/fernhaven.yaml:
            users:
              d.orrell@saltmarsh.example:
                portals: [hants]
                areas:
                  hants: [inspection-advisory]
        bundle `improvement` has it; this user does not name that bundle
          beadle.yaml:44: hants: [inspection-advisory]
          in schools/fernhaven.yaml:
            users:
              d.orrell@saltmarsh.example:
                portals: [hants]
                bundles: [improvement]
        bundle `leadership` has it; this user does not name that bundle
          beadle.yaml:30: hants: [schools-intranet, inspection-advisory]
          in schools/fernhaven.yaml:
            users:
              d.orrell@saltmarsh.example:
                portals: [hants]
                bundles: [leadership]
        assignment 2 names this person and gives it, by bundle `improvement`, and does not select `fernhaven`
          beadle.yaml:61: - { users: [d.orrell@saltmarsh.example], organisations: ["tag:primary"], bundles: [improvement] }
        assignment 3 gives it in `fernhaven` (selected by `tag:secondary`), and does not name this person
          beadle.yaml:62: - users: [b.loxley@saltmarsh.example]
      account: no
        neither `schools/fernhaven.yaml` nor an assignment names this person for Fernhaven School at `hants`
    "#);
}

#[test]
fn an_area_that_no_portal_has_is_answered_with_the_nearest() {
    assert_snapshot!(told("trust", &["Vic Shaw", "propertie"]), @r"
    Vic Shaw  v.shaw@elmscombe.example  on 2026-11-22

    Elmscombe Primary School at hants  VSHAW7
      propertie: no
        `hants` shows no area `propertie` for Elmscombe Primary School: it is not bought or subscribed there, or it has another name; did you mean `property`?
      account: yes
        by the user's own entry
          schools/elmscombe.yaml:30: v.shaw@elmscombe.example:
    ");
}

#[test]
fn somebody_who_is_only_under_people_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/trust"), folder.path());
    let path = folder.path().join("beadle.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let person = "  n.body@saltmarsh.example: { name: Nell Body }\n  c.voss@";
    fs::write(&path, text.replacen("  c.voss@", person, 1)).unwrap();
    let output = explain_in(folder.path(), &["Nell Body", "--offline"]);
    assert_snapshot!(out(&output), @r"
    Nell Body  n.body@saltmarsh.example  on 2026-11-22
    `people` names this person, which gives no access: no organisation's `users`, nor an assignment that selects one, does; `--org` says what to write
    ");
}

#[test]
fn a_portal_that_cannot_be_read_does_not_stop_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/trust"), folder.path());
    // Hampshire has no token in this environment; HFL's snapshots are there.
    let output = explain_in(folder.path(), &["Tom Vance", "--quiet"]);
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(out(&output), @r"
    Tom Vance  t.vance@hazelcroft.example  on 2026-11-22
    The YAML asks for no area; what is live is not known everywhere.

    Hazelcroft School at hants  TVANCE
      live could not be read: portal `hants`: its token is read from the environment variable `HANTS_READ_TOKEN`, which is not set
      account: no in the YAML; live is not known
        by the user's own entry, from 2027-01-04 (not on this day)
          schools/hazelcroft.yaml:40: t.vance@hazelcroft.example: # nothing happens before
        the first day is 2027-01-04
          schools/hazelcroft.yaml:43: from: 2027-01-04
      outdoor-learning: no in the YAML; live is not known
        by bundle `teaching` of the user's entry, from 2027-01-04 (not on this day)
          schools/hazelcroft.yaml:44: bundles: [teaching]
          beadle.yaml:36: hants: [schools-intranet, outdoor-learning]
        the first day is 2027-01-04
          schools/hazelcroft.yaml:43: from: 2027-01-04
      schools-intranet: no in the YAML; live is not known
        by bundle `teaching` of the user's entry, from 2027-01-04 (not on this day)
          schools/hazelcroft.yaml:44: bundles: [teaching]
          beadle.yaml:36: hants: [schools-intranet, outdoor-learning]
        the first day is 2027-01-04
          schools/hazelcroft.yaml:43: from: 2027-01-04

    Hazelcroft School at hfl  t.vance@hazelcroft.example
      account: no
        by the user's own entry, from 2027-01-04 (not on this day)
          schools/hazelcroft.yaml:40: t.vance@hazelcroft.example: # nothing happens before
        the first day is 2027-01-04
          schools/hazelcroft.yaml:43: from: 2027-01-04
      assessment-tracker (Assessment tracker): no
        by bundle `teaching` of the user's entry, from 2027-01-04 (not on this day)
          schools/hazelcroft.yaml:44: bundles: [teaching]
          beadle.yaml:37: hfl: [assessment-tracker]
        the first day is 2027-01-04
          schools/hazelcroft.yaml:43: from: 2027-01-04
    ");
    // Without one of them, the rest is still told.
    fs::remove_file(folder.path().join("live/hfl/hazelcroft.yaml")).unwrap();
    let output = explain_in(
        folder.path(),
        &["Tom Vance", "--portal", "hfl", "--format", "json"],
    );
    assert_eq!(output.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["units"][0]["live"], "unread");
    assert!(told["units"][0]["account"].get("live").is_none());
    // Offline, nothing was to be read.
    let output = explain_in(
        folder.path(),
        &["Tom Vance", "--offline", "--format", "json"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
}

#[test]
fn policy_stands_in_the_way_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/trust"), folder.path());
    let path = folder.path().join("beadle.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let text = text.replace(
        "unmanaged: report #",
        "removals: none\n  unmanaged: expire #",
    );
    fs::write(&path, text).unwrap();
    let tell = |user: &str, area: &str| {
        let output = explain_in(folder.path(), &[user, area, "--live", "live"]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        out(&output)
    };
    assert_snapshot!(tell("Priya Raman", "music-service"), @r"
    Priya Raman  p.raman@fernhaven.example  on 2026-11-22

    Fernhaven School at hants  PRAMAN5
      music-service (Music Service): live, and the YAML does not ask for it
        held back (revoke): removals are switched off (`removals: none` or `--no-removals`)
          schools/fernhaven.yaml:25: p.raman@fernhaven.example:
        no line gives it to this person: not the entry, a bundle, an assignment or the organisation's `areas`
      account: yes
        by the user's own entry
          schools/fernhaven.yaml:25: p.raman@fernhaven.example:
    ");
    assert_snapshot!(tell("r.aldous", "property"), @r#"
    Rita Aldous  r.aldous@county-council.example  on 2026-11-22
    no file names this account: nothing in the YAML asks for it

    Fernhaven School at hants  r.aldous@county-council.example
      property (Property): no
        neither `schools/fernhaven.yaml` nor an assignment names this person for Fernhaven School at `hants`
        `policy.email_domains` does not allow `county-council.example`
        a line of the user's own gives it
          in schools/fernhaven.yaml:
            users:
              r.aldous@county-council.example:
                name: Rita Aldous
                portals: [hants]
                areas:
                  hants: [property]
        bundle `business` has it; this user does not name that bundle
          beadle.yaml:41: hants: [schools-intranet, education-financial-services, property]
          in schools/fernhaven.yaml:
            users:
              r.aldous@county-council.example:
                name: Rita Aldous
                portals: [hants]
                bundles: [business]
        bundle `premises` has it; this user does not name that bundle
          beadle.yaml:39: hants: [property]
          in schools/fernhaven.yaml:
            users:
              r.aldous@county-council.example:
                name: Rita Aldous
                portals: [hants]
                bundles: [premises]
        assignment 1 gives it, by bundle `business` in `fernhaven` (selected by `*`), and does not name this person
          beadle.yaml:59: - { users: [m.jones@saltmarsh.example], organisations: ["*"], bundles: [business], admin: [hants] }
      account: live, and the YAML does not ask for it
        held back (expire): removals are switched off (`removals: none` or `--no-removals`)
        neither `schools/fernhaven.yaml` nor an assignment names this person for Fernhaven School at `hants`
        no file names this account: `policy.unmanaged: expire` ends its access
    "#);
    assert_snapshot!(tell("training-hazelcroft", "dms-portal"), @r#"
    HFL training  training-hazelcroft  on 2026-11-22
    no file names this account: nothing in the YAML asks for it

    Hazelcroft School at hfl  training-hazelcroft
      dms-portal (DMS portal): live, and the YAML does not ask for it
        neither `schools/hazelcroft.yaml` nor an assignment names this person for Hazelcroft School at `hfl`
        `policy.ignore` says to leave this login id alone, and not to speak of it
          beadle.yaml:74: ignore: ["training-*"] # HFL's own, for its courses
      account: live, and the YAML does not ask for it
        neither `schools/hazelcroft.yaml` nor an assignment names this person for Hazelcroft School at `hfl`
        `policy.ignore` says to leave this login id alone, and not to speak of it
          beadle.yaml:74: ignore: ["training-*"] # HFL's own, for its courses
    "#);
}

/// Puts what is offered into a file, as whoever follows the advice would.
fn merge(into: &mut Yaml, from: Yaml) {
    match (into, from) {
        (Yaml::Mapping(into), Yaml::Mapping(from)) => {
            for (key, value) in from {
                match into.get_mut(&key) {
                    Some(old) => merge(old, value),
                    None => {
                        into.insert(key, value);
                    }
                }
            }
        }
        // A new `portals` or `bundles` names the old ones too; `areas` are added to.
        (Yaml::Sequence(into), Yaml::Sequence(from)) => {
            let new: Vec<Yaml> = from.into_iter().filter(|it| !into.contains(it)).collect();
            into.extend(new);
        }
        (into, from) => *into = from,
    }
}

/// Each line that is offered is accepted by `validate`, and gives the area.
#[test]
fn what_is_offered_to_write_is_right() {
    let cases = [
        ("trust", "Reg Holloway", "phonics-toolkit", None),
        ("trust", "Noor Sayed", "personnel-manual", None),
        ("trust", "Milo Frayne", "property", None),
        (
            "trust",
            "l.haddow@saltmarsh.example",
            "property",
            Some("dunmarsh"),
        ),
        (
            "trust",
            "Morgan Jones",
            "governor-services",
            Some("elmscombe"),
        ),
        ("trust", "Reg Holloway", "dms-portal", Some("birchmoor")),
        ("trust", "Kwame Boahen", "property", None),
        ("university", "Ifan Jones", "hesa-student", None),
        ("university", "Wei Zhang", "reportable-events", None),
        ("scim", "Mei Ruan", "finance-system", None),
    ];
    let mut offered = 0;
    for (example, user, area, organisation) in cases {
        let mut arguments = vec![user, area];
        if let Some(organisation) = organisation {
            arguments.extend(["--org", organisation]);
        }
        let told = json(example, &arguments);
        let key = told["person"]["key"].as_str().unwrap();
        for unit in told["units"].as_array().unwrap() {
            let answer = &unit["areas"][0]["answer"];
            assert_eq!(answer["asked"], false, "{user} {area}");
            let missing = answer["missing"].as_array().unwrap().iter();
            for write in missing.filter_map(|remark| remark.get("write")) {
                offered += 1;
                gives(example, unit, (key, area), write);
            }
        }
    }
    assert!(offered >= 15, "{offered}");
}

fn gives(example: &str, unit: &Value, (key, area): (&str, &str), write: &Value) {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples").join(example), folder.path());
    let path = folder.path().join(write["file"].as_str().unwrap());
    let mut file: Yaml = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let text = write["yaml"].as_str().unwrap();
    merge(&mut file, serde_yaml::from_str(text).unwrap());
    fs::write(&path, serde_yaml::to_string(&file).unwrap()).unwrap();
    let loaded = config::load(folder.path(), &beadle::portal::rules_by_driver());
    let project = loaded
        .project
        .unwrap_or_else(|| panic!("{text}\n{:#?}", loaded.diagnostics));
    let day = TODAY.parse().unwrap();
    assert!(project.too_long(day).is_empty(), "{text}");
    let mut units = project.units(day).filter(|it| {
        it.organisation().as_str() == unit["organisation"] && it.portal().as_str() == unit["portal"]
    });
    let desired = units.next().unwrap().desired();
    let account = desired
        .accounts
        .values()
        .find(|account| *account.person == *key)
        .unwrap();
    assert!(account.grants.contains_key(area), "{text}");
}

#[test]
fn the_schema_is_committed_and_describes_every_property() {
    let made = beadle::report::explanation_schema();
    let path = repository().join("schema/explanation.schema.json");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        made,
        "run with UPDATE_SCHEMA=1"
    );
    let schema: Value = serde_json::from_str(&made).unwrap();
    let mut seen = 0;
    for object in schema["$defs"]
        .as_object()
        .unwrap()
        .values()
        .chain([&schema])
    {
        for (name, property) in object["properties"].as_object().into_iter().flatten() {
            assert!(
                property["title"].is_string() && property["description"].is_string(),
                "{name}"
            );
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
    let answer = explain(
        "trust",
        &["Priya Raman", "--live", "live", "--format", "json"],
    );
    let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert!(jsonschema::is_valid(&schema, &answer));
}
