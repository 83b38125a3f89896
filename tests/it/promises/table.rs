//! `docs/promises.md` keeps to what it is about: each promise stands in it once, with tests that
//! exist; and what full runs showed can be written into it.

use std::fs;

use crate::support::repository;

fn document() -> String {
    fs::read_to_string(repository().join("docs/promises.md")).unwrap()
}

/// The cells of each promise's row.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let section = text
        .split("\n## ")
        .find(|part| part.starts_with("The promises"));
    let lines = section
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("| "));
    let cells = lines.map(|line| line.trim_end_matches('|').split(" | ").collect());
    cells
        .filter(|cells: &Vec<&str>| cells[0].parse::<u8>().is_ok())
        .collect()
}

#[test]
fn every_promise_stands_there_once() {
    let text = document();
    let numbers: Vec<u8> = rows(&text)
        .iter()
        .map(|cells| cells[0].parse().unwrap())
        .collect();
    assert_eq!(numbers, (1..=21).collect::<Vec<u8>>());
}
