//! The table of an example's README, held against the plan: whoever is named there is in the plan
//! in that way, and nobody whom the plan touches is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::support::repository;

/// What a README may say of somebody, and the codes in a plan that bear it out.
const WORDS: [(&str, &[&str]); 12] = [
    ("create", &["create"]),
    ("update", &["update"]),
    ("renew", &["renew"]),
    ("grant", &["grant"]),
    ("promote", &["promote"]),
    ("demote", &["demote"]),
    ("revoke", &["revoke"]),
    ("expire", &["expire"]),
    ("delete", &["delete"]),
    ("for a person", &["by hand"]),
    ("announced", &["upcoming", "ending"]),
    ("reported", &["unmanaged", "dormant"]),
];

/// Everything that a plan says of each person, with the organisations where it says so.
fn told(plan: &Value) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let mut told: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for unit in plan["units"].as_array().unwrap() {
        let place = unit["organisation_name"].as_str().unwrap();
        let mut tell = |list: &str, key: Option<&str>| {
            for entry in unit[list].as_array().unwrap() {
                if let Some(name) = entry["name"].as_str() {
                    let what = key.map_or("by hand", |key| entry[key].as_str().unwrap());
                    let entry = told.entry(name.to_owned()).or_default();
                    entry.insert((what.to_owned(), place.to_owned()));
                }
            }
        };
        tell("actions", Some("kind"));
        tell("manual", None);
        tell("findings", Some("code"));
    }
    told
}

/// The rows of the README's table: what, whose, and, where it has four columns, the place.
fn rows(example: &str) -> Vec<(String, Vec<String>, Option<String>)> {
    let path = repository().join("examples").join(example);
    let text = fs::read_to_string(path.join("README.md")).unwrap();
    let lines = text.lines().filter(|line| line.starts_with('|')).skip(2);
    let rows = lines.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let whose = cells[1].split(", ").map(str::to_owned).collect();
        let place = (cells.len() == 4).then(|| cells[2].to_owned());
        (cells[0].to_owned(), whose, place)
    });
    rows.collect()
}

/// The README and the plan say the same. With `places`, also of the same organisations.
pub(super) fn holds(example: &str, plan: &Value, places: bool) {
    let told = told(plan);
    let rows = rows(example);
    assert!(rows.len() > 5, "{rows:?}");
    for (what, whose, place) in &rows {
        let words = WORDS.iter().filter(|(word, _)| what.contains(word));
        let wanted: Vec<&[&str]> = words.map(|(_, codes)| *codes).collect();
        assert!(
            !wanted.is_empty(),
            "{example}: `{what}` says nothing of the plan"
        );
        for name in whose {
            let said = told.get(name);
            let said =
                said.unwrap_or_else(|| panic!("{example}: `{name}` is not in the plan: {what}"));
            for codes in &wanted {
                let found = said.iter().any(|(code, _)| codes.contains(&code.as_str()));
                assert!(found, "{example}: `{name}`: no {codes:?} in {said:?}");
            }
            let named = place.iter().filter(|_| places);
            for place in named.flat_map(|place| place.split(", ")) {
                let found = said
                    .iter()
                    .any(|(_, organisation)| organisation.starts_with(place));
                assert!(found, "{example}: `{name}` is not at {place}: {said:?}");
            }
        }
    }
    let listed: BTreeSet<&String> = rows.iter().flat_map(|(_, whose, _)| whose).collect();
    for unit in plan["units"].as_array().unwrap() {
        for action in unit["actions"].as_array().unwrap() {
            let name = action["name"].as_str().unwrap().to_owned();
            assert!(
                listed.contains(&name),
                "{example}: the README does not tell of `{name}`"
            );
        }
    }
}
