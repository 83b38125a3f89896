//! `docs/threat-model.md` keeps to what it is about: each of the twenty attackers stands in it once,
//! with tests that exist.

use std::fs;

use crate::named_tests::{missing, named};
use crate::support::repository;

fn document() -> String {
    fs::read_to_string(repository().join("docs/threat-model.md")).unwrap()
}

#[test]
fn every_attacker_stands_there_once_with_what_shows_it() {
    let text = document();
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with('|'))
        .filter(|line| line.chars().nth(2).is_some_and(|it| it.is_ascii_digit()))
        .collect();
    for (number, row) in (1..).zip(&rows) {
        assert!(row.starts_with(&format!("| {number} |")), "{row}");
        let shown = row.rsplit(" | ").next().unwrap();
        assert!(shown.contains('`'), "{number}: nothing shows it");
    }
    assert_eq!(rows.len(), 20);
}

#[test]
fn every_test_that_is_named_is_there() {
    let text = document();
    assert!(named(&text).len() > 30);
    assert_eq!(missing(&text), Vec::<String>::new());
}
