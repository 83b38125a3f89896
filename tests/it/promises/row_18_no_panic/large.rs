//! Inputs that are large and hostile: what they take grows no faster than they do.

use super::super::count::is_full;
use super::{MOST_BYTES, Trial};
use beadle::fuzzing::door;
use beadle::{config, portal};

/// Largest file of a project, in bytes; in an ordinary run a part of it.
const LARGEST: usize = 8 * 1024 * 1024;
/// What part of it.
const PART: usize = 32;
/// What part of the memory it may then take: some is taken by the smallest file.
const PART_OF_MEMORY: u64 = 8;

fn size() -> usize {
    if is_full() { LARGEST } else { LARGEST / PART }
}

/// Hands a large input in, and holds what it takes at a time to the share of its size in 256 MiB.
#[track_caller]
fn costs_little(name: &str, input: &str) {
    assert!(input.len() <= LARGEST);
    let trial = Trial::of(door(name).unwrap());
    let most = MOST_BYTES / if is_full() { 1 } else { PART_OF_MEMORY };
    let cost = allocation_counter::measure(|| {
        trial.runtime.block_on(trial.door.take(input.as_bytes()));
    });
    assert!(cost.bytes_max <= most, "{} of {most} bytes", cost.bytes_max);
}

/// A text, as often as it fits.
fn full_of(before: &str, part: &str, after: &str) -> String {
    let room = size() - before.len() - after.len();
    format!("{before}{}{after}", part.repeat(room / part.len()))
}

#[test]
fn millions_of_values_that_the_schema_refuses() {
    costs_little(
        "loader",
        &full_of("version: 1\norganisations: [", "1,", "1]\n"),
    );
    costs_little(
        "loader",
        &full_of("version: 1\norganisations: [", "{},", "{}]\n"),
    );
    costs_little("loader", &full_of("version: 1\nportals:\n", "  - 1\n", ""));
}

#[test]
fn millions_of_keys_that_nobody_knows() {
    let keys: String = (0..size() / 12).map(|n| format!("k{n:07}: 1\n")).collect();
    costs_little("loader", &keys);
    costs_little("loader", &full_of("", "key: 1\n", ""));
    costs_little("loader", &full_of("", "<<: 1\n", ""));
}

#[test]
fn a_long_key_that_aliases_repeat() {
    let aliases = "*a,".repeat(size() / 16);
    let key = "k".repeat(size() / 2);
    let text =
        format!("version: 1\nportals: {{ a: &a {{ {key}: 1 }} }}\nassignments: [{aliases}*a]\n");
    costs_little("loader", &text);
}

#[test]
fn deep_nesting_and_long_lines() {
    costs_little("loader", &full_of("", "[", ""));
    costs_little("loader", &full_of("", "- ", ""));
    costs_little("loader", &full_of("a: \"", "\\x41", "\"\n"));
    costs_little("loader", &full_of("a: ", "&a", "\n"));
    costs_little("loader", &full_of("a: [", "&a 1, *a, ", "1]\n"));
}

/// What is said of a project.
fn told(text: &str) -> Vec<String> {
    let (found, _, _) = config::fuzzing::project(text, &portal::rules_by_driver());
    found.into_iter().map(|found| found.message).collect()
}

#[test]
fn of_a_large_file_the_first_errors_are_told_and_none_that_is_none() {
    let users = |wrong: &str| {
        let before =
            "version: 1\nportals: { hfl: { driver: hfl, via: worklist } }\norganisations: { oak: {";
        let users: String = (0..30_000)
            .map(|n| format!("u{n}@oak.example: {{ name: U }}, "))
            .collect();
        format!(
            "{before} users: {{ a@oak.example: {{ {wrong}: 1 }}, {users} }}, portals: {{ hfl: \"8502001\" }} }} }}\n"
        )
    };
    let found = told(&users("nmae"));
    assert!(
        found[0].contains("is so large that only its first part"),
        "{found:?}"
    );
    assert!(
        found.iter().any(|message| message == "unknown key `nmae`"),
        "{found:?}"
    );
    // `portals`, which is required, stands in the part that is not looked at.
    assert!(
        !found.iter().any(|message| message.contains("portals")),
        "{found:?}"
    );
}

#[test]
fn of_thousands_of_errors_one_thousand_are_told_and_the_rest_counted() {
    let keys: String = (0..9_000).map(|n| format!("k{n}: 1\n")).collect();
    let found = told(&keys);
    assert_eq!(found.len(), 1_001);
    assert_eq!(found[1_000], "and 8003 more errors, which are not shown");
}

#[test]
fn saved_pages_that_repeat_what_is_long() {
    let long = "x".repeat(size() / 2);
    let ticks = "<input type=checkbox>".repeat(size() / 64);
    costs_little(
        "tables",
        &format!("hfl list\n<table><label>{long}{ticks}</label></table>"),
    );
    let tables = "<table>".repeat(size() / 16);
    costs_little("tables", &format!("hfl list\n<h1>{long}</h1>{tables}"));
    let head = format!("<tr><th colspan=64>{long}<th>Name<th>Email");
    costs_little(
        "tables",
        &format!("hfl list\n<table>{head}<tr><td>a<td>b<td>c"),
    );
    let named = "Sam Evans,s@oak.example\n".repeat(size() / 64);
    let marks = "[x] Sam Evans\n".repeat(size() / 64);
    costs_little(
        "tables",
        &format!("hfl list area\nName,Email\n{named}\n%%\n{marks}"),
    );
}

#[test]
fn tables_of_nothing_but_separators() {
    for separator in [
        ";", ",", "\t", ";\n", "\n", "a  ", "\"", "<td>", "<tr>", "<table>",
    ] {
        costs_little(
            "tables",
            &full_of("hfl list\nName;Email\n", separator, "\n"),
        );
    }
}

#[test]
fn records_of_nothing_but_lines() {
    let key = "audit/00000001-0/000001.jsonl\n";
    costs_little("audit", &full_of(key, "\n", ""));
    costs_little("audit", &full_of(key, "x", "\n"));
    costs_little("plan", &full_of("", "[", ""));
    costs_little(
        "report",
        &full_of("{\"format\":1,\"actions\":[", "{},", "{}]}"),
    );
}
