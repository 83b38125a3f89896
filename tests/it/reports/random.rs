//! Random decisions in the CSV of any spreadsheet: afterwards everybody has what was decided, and
//! nobody else has anything else.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::Trust;
use crate::support::{TODAY, err};

/// What is decided of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Open,
    Keep,
    Remove,
    Shorten,
    /// The first of the own areas goes.
    Take,
}

/// How a spreadsheet writes its CSV.
#[derive(Clone, Debug)]
struct Manner {
    delimiter: u8,
    mark: bool,
    british: bool,
    reversed: bool,
    upper: bool,
}

fn decisions() -> impl Strategy<Value = Vec<Decision>> {
    let one = prop_oneof![
        4 => Just(Decision::Open),
        2 => Just(Decision::Keep),
        1 => Just(Decision::Remove),
        1 => Just(Decision::Shorten),
        2 => Just(Decision::Take),
    ];
    proptest::collection::vec(one, 40)
}

fn manner() -> impl Strategy<Value = Manner> {
    let delimiter = prop_oneof![Just(b','), Just(b';'), Just(b'\t')];
    (delimiter, any::<[bool; 4]>()).prop_map(|(delimiter, [mark, british, reversed, upper])| {
        Manner {
            delimiter,
            mark,
            british,
            reversed,
            upper,
        }
    })
}

const LAST_DAY: &str = "2027-03-31";

/// Fills a pack in. Answers with the file, and what was decided of whom.
fn fill(
    pack: &str,
    decisions: &[Decision],
    manner: &Manner,
) -> (Vec<u8>, BTreeMap<(String, String), Decision>) {
    let mut reader = csv::ReaderBuilder::new().from_reader(pack.as_bytes());
    let mut order: Vec<usize> = (0..reader.headers().unwrap().len()).collect();
    if manner.reversed {
        order.reverse();
    }
    let columns = reader.headers().unwrap().clone();
    let at = |name: &str| columns.iter().position(|known| known == name).unwrap();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(manner.delimiter)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer
        .write_record(order.iter().map(|index| &columns[*index]))
        .unwrap();
    let mut decided = BTreeMap::new();
    for (row, decision) in reader
        .records()
        .map(Result::unwrap)
        .zip(decisions.iter().cycle())
    {
        let mut cells: Vec<String> = row.iter().map(str::to_owned).collect();
        let own = cells[at("note")].is_empty() && !cells[at("person")].is_empty();
        let mut decision = if own { *decision } else { Decision::Open };
        // The last of the administrators stay, and a school keeps somebody.
        let is_admin = cells[at("what")].contains("administrator");
        if is_admin && decision == Decision::Remove {
            decision = Decision::Keep;
        }
        let areas = cells[at("own_areas")].clone();
        let first = areas.split("; ").next().unwrap_or_default().to_owned();
        if first.is_empty() && decision == Decision::Take {
            decision = Decision::Open;
        }
        let until = cells[at("until")].clone();
        let ends_before = !until.is_empty() && until.as_str() < LAST_DAY;
        if ends_before && decision == Decision::Shorten {
            decision = Decision::Keep;
        }
        let word = match decision {
            Decision::Open | Decision::Take => "",
            Decision::Keep => "keep",
            Decision::Remove => "remove",
            Decision::Shorten => "shorten",
        };
        cells[at("decision")] = if manner.upper {
            word.to_uppercase()
        } else {
            word.to_owned()
        };
        match decision {
            Decision::Shorten if manner.british => cells[at("last_day")] = "31/03/2027".to_owned(),
            Decision::Shorten => cells[at("last_day")] = LAST_DAY.to_owned(),
            Decision::Take => cells[at("take_areas")] = first,
            _ => {}
        }
        let key = (cells[at("school")].clone(), cells[at("person")].clone());
        decided.insert(key, decision);
        writer
            .write_record(order.iter().map(|index| &cells[*index]))
            .unwrap();
    }
    let mut bytes = if manner.mark {
        b"\xef\xbb\xbf".to_vec()
    } else {
        Vec::new()
    };
    bytes.extend(writer.into_inner().unwrap());
    (bytes, decided)
}

/// What everybody has after the plan, by school and person: each line says of one account whether
/// it is there, until when, whether it administers, and its areas.
fn after(trust: &Trust) -> BTreeMap<(String, String), Vec<Value>> {
    let mut found: BTreeMap<_, Vec<Value>> = BTreeMap::new();
    for unit in trust.json("access")["units"].as_array().unwrap() {
        for person in unit["people"].as_array().unwrap() {
            let Some(key) = person["person"].as_str() else {
                continue;
            };
            let school = unit["organisation"].as_str().unwrap().to_owned();
            let mut person = person.clone();
            // Lines move when a file is edited.
            person.as_object_mut().unwrap().remove("source");
            for area in person["areas"].as_array_mut().unwrap() {
                area.as_object_mut().unwrap().remove("source");
            }
            found
                .entry((school, key.to_owned()))
                .or_default()
                .push(person);
        }
    }
    found
}

fn has(standing: &Value) -> bool {
    standing == "kept" || standing == "given"
}

#[test]
fn whatever_is_decided_everybody_has_just_that() {
    let config = Config {
        cases: 6,
        failure_persistence: None,
        ..Config::default()
    };
    let ran = TestRunner::new(config).run(&(decisions(), manner()), |(decisions, manner)| {
        let trust = Trust::new();
        let pack = trust.report("review --format csv");
        let (bytes, decided) = fill(&pack, &decisions, &manner);
        let before = after(&trust);
        fs::write(trust.path().join("d.csv"), bytes).unwrap();
        let output = trust.run(&["review", "apply", "d.csv", "--yes", "--today", TODAY]);
        prop_assert!(output.status.success(), "{}", err(&output));
        let now = after(&trust);
        for (key, accounts) in &now {
            let was = &before[key];
            match decided.get(key).unwrap_or(&Decision::Open) {
                Decision::Open | Decision::Keep => prop_assert_eq!(accounts, was, "{:?}", key),
                Decision::Remove => {
                    for account in accounts {
                        prop_assert!(!has(&account["admin"]), "{:?}", account);
                        let areas = account["areas"].as_array().unwrap();
                        prop_assert!(
                            !areas.iter().any(|area| has(&area["access"])),
                            "{:?}",
                            account
                        );
                    }
                }
                Decision::Shorten => {
                    for (account, was) in accounts.iter().zip(was) {
                        prop_assert_eq!(&account["until"], LAST_DAY);
                        prop_assert_eq!(&account["access"], &was["access"]);
                        prop_assert_eq!(&account["admin"], &was["admin"]);
                    }
                }
                Decision::Take => {
                    let count = |accounts: &[Value]| -> usize {
                        let areas = accounts
                            .iter()
                            .flat_map(|one| one["areas"].as_array().unwrap());
                        areas.filter(|area| has(&area["access"])).count()
                    };
                    prop_assert_eq!(count(accounts) + 1, count(was), "{:?}", key);
                }
            }
        }
        Ok(())
    });
    ran.unwrap();
}
