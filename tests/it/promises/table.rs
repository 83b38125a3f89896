//! `docs/promises.md` keeps to what it is about: each promise stands in it once, with tests that
//! exist, trials that made them red, and what a full run showed. `UPDATE_PROMISES=1` writes in what
//! the last `cargo promises` left.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use super::count::RECORDS;
use crate::named_tests::missing;
use crate::support::repository;

const BEGIN: &str = "<!-- begin: shown -->\n";
const END: &str = "<!-- end: shown -->\n";

fn document() -> String {
    let path = repository().join("docs/promises.md");
    let text = fs::read_to_string(&path).unwrap();
    if std::env::var_os("UPDATE_PROMISES").is_none() {
        return text;
    }
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let text = format!("{before}{BEGIN}{}{END}{after}", shown());
    fs::write(&path, &text).unwrap();
    text
}

/// What full runs left, as a table.
fn shown() -> String {
    let mut records: Vec<Value> = fs::read_dir(repository().join(RECORDS))
        .unwrap()
        .map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .map(|bytes| serde_json::from_slice(&bytes).unwrap())
        .collect();
    records.sort_by_key(|record| (record["row"].as_u64(), record["on"].to_string()));
    let mut table =
        "| # | on | times | what | seed | day | seconds |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    for record in records {
        let text = |field: &str| record[field].as_str().unwrap().to_owned();
        let number = |field: &str| record[field].as_u64().unwrap();
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {} | {} |",
            number("row"),
            text("on"),
            number("times"),
            text("what"),
            number("seed"),
            text("day"),
            number("seconds"),
        );
    }
    table
}

/// The numbers of the promises in the first cells of a section's table.
fn numbers(text: &str, section: &str) -> Vec<u8> {
    let section = text.split("\n## ").find(|part| part.starts_with(section));
    let lines = section.unwrap().lines();
    let cells = lines.filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    cells.filter_map(|cell| cell.parse().ok()).collect()
}

#[test]
fn every_promise_stands_there_once() {
    let all: Vec<u8> = (1..=21).collect();
    assert_eq!(numbers(&document(), "The promises"), all);
}

#[test]
fn every_test_that_is_named_is_there() {
    assert_eq!(missing(&document()), Vec::<String>::new());
}

/// The numbers behind `what` in the text, as `what: 1, 2.` has them; none without those words.
fn listed(text: &str, what: &str) -> BTreeSet<u8> {
    let Some((_, rest)) = text.split_once(what) else {
        return BTreeSet::new();
    };
    let (list, _) = rest.split_once('.').unwrap();
    let words = list.split([',', ' ', '\n']).filter(|word| !word.is_empty());
    words.map(|word| word.parse().unwrap()).collect()
}

/// What is not shown yet is said, and nothing else is left out.
#[test]
fn every_promise_was_shown_in_full_and_seen_to_fail_or_it_is_said_that_it_was_not() {
    let text = document();
    let all: BTreeSet<u8> = (1..=21).collect();
    for (section, not_yet) in [
        ("What was shown", "Not shown in full yet:"),
        ("Trials", "Not tried yet:"),
    ] {
        let there: BTreeSet<u8> = numbers(&text, section).into_iter().collect();
        let said = listed(&text, not_yet);
        let together: BTreeSet<u8> = there.union(&said).copied().collect();
        assert_eq!(together, all, "{section}");
    }
}

/// What a promise is shown on, each with its count.
fn shown_on(text: &str) -> Vec<(u8, String, u64)> {
    let (_, table) = text.split_once(BEGIN).unwrap();
    let (table, _) = table.split_once(END).unwrap();
    let rows = table.lines().map(|line| line.split(" | ").collect());
    let rows = rows.filter_map(|cells: Vec<&str>| {
        let row = cells.first()?.trim_start_matches("| ").parse().ok()?;
        let times = cells.get(2)?.parse().ok()?;
        Some((row, (*cells.get(1)?).to_owned(), times))
    });
    rows.collect()
}

/// A promise about every model is shown on every model, and that of the parsers on every one of
/// them a million times.
#[test]
fn no_model_and_no_parser_is_left_out() {
    let shown = shown_on(&document());
    let mut wanted = Vec::new();
    for row in (1..=17).filter(|row| *row != 12) {
        for model in ["ofs", "hfl", "hampshire", "hwb", "scim"] {
            wanted.push((row, model.to_owned(), 200));
        }
    }
    for row in [19, 21] {
        // The example of Hampshire has an HFL portal as well.
        for model in ["ofs", "hampshire", "hwb", "scim"] {
            wanted.push((row, model.to_owned(), 350));
        }
    }
    for target in fs::read_dir(repository().join("fuzz/targets")).unwrap() {
        let target = target.unwrap().path();
        let name = target.file_stem().unwrap().to_str().unwrap();
        wanted.push((18, name.to_owned(), 1_000_000));
    }
    wanted.retain(|(row, on, least)| {
        let is_it =
            |(of, what, times): &(u8, String, u64)| of == row && what == on && times >= least;
        !shown.iter().any(is_it)
    });
    assert_eq!(wanted, Vec::new(), "not shown in full");
}
