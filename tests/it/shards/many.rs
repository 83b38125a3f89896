//! A thousand organisations in one run and in eight.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{TODAY, beadle, err};

const SCHOOLS: u32 = 1000;

/// Everything in it follows from the school's number: one in seven has somebody new, one in eleven
/// somebody whom the file no longer names an area for.
fn project(folder: &Path) {
    let mut project = String::from(
        "version: 1\nportals:\n  ofs: { driver: ofs, via: worklist, snapshots: live }\n\
         policy: { min_admins: 0 }\norganisations: [schools/*.yaml]\n",
    );
    project.push_str("people:\n  head@trust.example: { name: Robin Head }\n");
    fs::write(folder.join("beadle.yaml"), project).unwrap();
    for part in ["schools", "live"] {
        fs::create_dir(folder.join(part)).unwrap();
    }
    for number in 0..SCHOOLS {
        let (id, ukprn) = (format!("school-{number:04}"), 10_000_000 + number);
        let mut school = format!(
            "organisation: {id}\nname: School {number}\nportals: {{ ofs: \"{ukprn}\" }}\nusers:\n  \
             a{number}@school.example: {{ name: Ada {number}, areas: [returns] }}\n"
        );
        if number % 7 == 0 {
            writeln!(
                school,
                "  b{number}@school.example: {{ name: Ben {number} }}"
            )
            .unwrap();
        }
        fs::write(folder.join(format!("schools/{id}.yaml")), school).unwrap();
        let areas = if number % 11 == 0 {
            "[returns, funding]"
        } else {
            "[returns]"
        };
        let live = format!(
            "format: 1\ndriver: ofs\norganisation: \"{ukprn}\"\nname: School {number}\ntaken: {TODAY}\n\
             evidence: {{ accounts: 1, areas: 2, pages: 1 }}\n\
             areas:\n  - {{ code: returns, title: Returns }}\n  - {{ code: funding, title: Funding }}\n\
             accounts:\n  - {{ id: \"{number}\", login: a{number}@school.example, name: Ada {number}, \
             email: a{number}@school.example, areas: {areas} }}\n"
        );
        fs::write(folder.join(format!("live/{id}.yaml")), live).unwrap();
    }
}

fn plan(folder: &Path, arguments: &[&str], to: &str) -> Value {
    let mut command = beadle(folder);
    command
        .args(["plan", "--today", TODAY, "--out", to])
        .args(arguments);
    let output = command.output().unwrap();
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 3)), "{}", err(&output));
    serde_json::from_str(&fs::read_to_string(folder.join(to)).unwrap()).unwrap()
}

#[test]
fn a_thousand_organisations_in_one_run_and_in_eight_shards_are_the_same_plan() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    project(folder);
    let whole = plan(folder, &[], "whole.json");
    let mut files = Vec::new();
    for index in 1..=8 {
        let file = format!("{index}.json");
        let part = plan(folder, &["--shard", &format!("{index}/8")], &file);
        let units = part["units"].as_array().unwrap().len();
        assert!(
            (80..180).contains(&units),
            "shard {index} has {units} organisations"
        );
        files.push(file);
    }
    let mut merge = beadle(folder);
    merge.args(["plan", "merge", "--today", TODAY, "--out", "merged.json"]);
    let merged = merge.args(files).output().unwrap();
    // 91 of 1,091 grants: over neither limit in one run, and each school is under its own.
    assert_eq!(merged.status.code(), Some(0), "{}", err(&merged));
    assert_eq!(whole["summary"]["actions"]["create"], 143);
    assert_eq!(whole["summary"]["actions"]["revoke"], 91);
    assert_eq!(
        timeless(folder, "merged.json"),
        timeless(folder, "whole.json")
    );
}

/// A saved plan without the time at which it was saved, and the seal over that.
fn timeless(folder: &Path, name: &str) -> String {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    for field in ["at", "until", "seal"] {
        assert!(plan["saved"][field].take().is_string(), "{name}: {field}");
    }
    format!("{plan:#}")
}
