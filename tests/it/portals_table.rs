//! `docs/portals.md` keeps to what it is about: every row of the portals' guides is in it once,
//! every test that it names exists, and what it says nobody has tried is what the drivers say.

use std::collections::BTreeMap;
use std::fs;

use beadle::portal::drivers;

use crate::support::repository;

const NOT_TRIED: &str = "## Not tried on the portal yet";

fn document() -> String {
    fs::read_to_string(repository().join("docs/portals.md")).unwrap()
}

/// The rows of the guides: a letter and numbers. Hampshire's has no 17th, the OfS's no 16th.
fn rows() -> Vec<String> {
    let portals = [("H", 20, 0), ("S", 21, 17), ("W", 15, 0), ("O", 20, 16)];
    let numbers = portals.into_iter().flat_map(|(letter, last, absent)| {
        let present = (1..=last).filter(move |number| *number != absent);
        present.map(move |number| format!("{letter}{number}"))
    });
    numbers.collect()
}

/// The rows that a table's first cell stands for: `H9–H10` is both.
fn ids(cell: &str) -> Vec<String> {
    let number = |id: &str| id.get(1..).and_then(|digits| digits.parse::<u32>().ok());
    let letter = cell.chars().next().filter(|first| "HSWO".contains(*first));
    let (first, last) = cell.split_once('–').unwrap_or((cell, cell));
    match (letter, number(first), number(last)) {
        (Some(letter), Some(first), Some(last)) => {
            (first..=last).map(|id| format!("{letter}{id}")).collect()
        }
        _ => Vec::new(),
    }
}

/// The cells of each row of each table.
fn table_rows(text: &str) -> Vec<Vec<&str>> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = lines.filter_map(|line| line.strip_suffix(" |"));
    cells.map(|line| line.split(" | ").collect()).collect()
}

/// The tests that a text names, each as file and function.
fn tests(text: &str) -> Vec<(&str, &str)> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|code| code.rsplit_once("::"))
        .collect()
}

#[test]
fn every_row_of_the_guides_is_there_once() {
    let text = document();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for row in table_rows(&text) {
        for id in ids(row[0]) {
            *seen.entry(id).or_default() += 1;
        }
    }
    let expected: BTreeMap<String, u32> = rows().into_iter().map(|id| (id, 1)).collect();
    assert_eq!(seen, expected);
}

#[test]
fn every_rule_of_the_scim_driver_is_there_once() {
    let text = document();
    let (_, scim) = text.split_once("## SCIM (").unwrap();
    let numbers: Vec<u32> = table_rows(scim)
        .iter()
        .filter_map(|row| row[0].parse().ok())
        .collect();
    assert_eq!(numbers, (1..=19).collect::<Vec<u32>>());
}

#[test]
fn every_row_has_a_test_and_every_test_is_there() {
    let text = document();
    for row in table_rows(&text) {
        let rule = !ids(row[0]).is_empty() || row[0].parse::<u32>().is_ok();
        assert!(
            !rule || !tests(row.last().unwrap()).is_empty(),
            "no test shows {}",
            row[0]
        );
    }
    let named = tests(&text);
    assert!(named.len() > 150, "{}", named.len());
    for (file, function) in named {
        let below = if file.starts_with("src/") {
            ""
        } else {
            "tests/it/"
        };
        let path = repository().join(format!("{below}{file}.rs"));
        let code = fs::read_to_string(&path);
        let code = code.unwrap_or_else(|_| panic!("`{file}::{function}`: no file {path:?}"));
        let lines: Vec<&str> = code.lines().map(str::trim).collect();
        let is = |line: &&str| {
            let line = line.strip_prefix("async ").unwrap_or(line);
            line.starts_with(&format!("fn {function}("))
        };
        let place = lines.iter().position(is);
        let place = place.unwrap_or_else(|| panic!("`{file}::{function}` is not there"));
        let before = lines[..place].iter().rev().take(3);
        assert!(
            before.into_iter().any(|line| line.contains("test")),
            "`{file}::{function}` is no test"
        );
    }
}

#[test]
fn each_row_of_what_portals_can_do_has_its_test() {
    let text = document();
    let (_, after) = text.split_once("## What each portal can do").unwrap();
    let (table, _) = after.split_once("\n## ").unwrap();
    let names: Vec<String> = table_rows(table)
        .iter()
        // The head, and what the portals are for.
        .skip(2)
        .map(|row| row[0].replace(", ", " so ").replace(' ', "_"))
        .collect();
    let folder = repository().join("tests/it/conformance");
    let code = ["capabilities.rs", "capabilities/access.rs"]
        .map(|file| fs::read_to_string(folder.join(file)).unwrap())
        .concat();
    for name in &names {
        assert!(
            code.contains(&format!("#[test]\nfn {name}()")),
            "no test `{name}`"
        );
    }
    assert_eq!(code.matches("#[test]").count(), names.len(), "{names:?}");
}

/// What it should say, to be pasted where it does not.
#[test]
fn what_nobody_has_tried_is_what_the_drivers_say() {
    let mut expected = String::new();
    for driver in drivers() {
        expected += &format!("\n### `{}`\n\n", driver.name);
        for assumption in driver.rules.unverified() {
            expected += &format!("- {assumption}\n");
        }
    }
    let text = document();
    let (_, section) = text.split_once(NOT_TRIED).unwrap();
    let (_, lists) = section.split_once("\n### ").unwrap();
    let lists = format!("\n### {lists}");
    assert!(lists == expected, "{NOT_TRIED}: it should say\n{expected}");
}

#[test]
fn every_file_that_it_links_to_is_there() {
    let text = document();
    let links = text.split("](").skip(1);
    for link in links.filter_map(|rest| rest.split(')').next()) {
        let path = repository().join("docs").join(link);
        assert!(path.exists(), "docs/portals.md links to `{link}`");
    }
}
