//! The examples' files: snapshots that are complete, schemas that are there, people that are
//! invented.

use std::fs;
use std::path::{Path, PathBuf};

use beadle::model::snapshot::Snapshot;

use crate::support::repository;

const EXAMPLES: [&str; 4] = ["authority", "scim", "trust", "university"];

/// Every YAML file below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            found.push(path);
        }
    }
    found
}

fn example(name: &str) -> PathBuf {
    repository().join("examples").join(name)
}

/// How many accounts an example's snapshots hold, each of them checked.
fn accounts(name: &str) -> usize {
    let mut accounts = 0;
    for path in files(&example(name).join("live")) {
        let text = fs::read_to_string(&path).unwrap();
        let snapshot: Snapshot = serde_yaml::from_str(&text).unwrap();
        assert_eq!(snapshot.format, 1, "{}", path.display());
        let live = snapshot
            .into_live()
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for account in live.accounts().values() {
            for address in [Some(account.login.as_str()), account.email.as_deref()] {
                let Some(address) = address else { continue };
                let id = address
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                assert!(address.ends_with(".example") || id, "{address}");
            }
            // Whoever signs in at a portal with an id of its own is known there by that id.
            if account.upstream && account.id.as_str() == account.id.as_str().to_uppercase() {
                assert_eq!(account.id.as_str(), account.login.as_str());
            }
        }
        accounts += live.accounts().len();
    }
    accounts
}

#[test]
fn every_snapshot_is_a_complete_listing_of_invented_people() {
    assert_eq!(EXAMPLES.map(accounts), [36, 15, 138, 27]);
}

#[test]
fn a_school_of_the_trust_has_a_few_accounts_at_each_portal() {
    for (portal, least, most) in [("hants", 8, 14), ("hfl", 5, 9)] {
        let schools = files(&example("trust").join("live").join(portal));
        assert_eq!(schools.len(), 8);
        for path in schools {
            let text = fs::read_to_string(&path).unwrap();
            let snapshot: Snapshot = serde_yaml::from_str(&text).unwrap();
            let count = snapshot.accounts.len();
            assert!(
                (least..=most).contains(&count),
                "{}: {count}",
                path.display()
            );
        }
    }
}

#[test]
fn the_first_line_of_every_file_names_its_schema() {
    for path in EXAMPLES.into_iter().flat_map(|name| files(&example(name))) {
        let text = fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap_or_default();
        let schema = first
            .strip_prefix("# yaml-language-server: $schema=")
            .unwrap_or_else(|| panic!("{}: {first}", path.display()));
        let schema = path.parent().unwrap().join(schema);
        assert!(
            schema.exists(),
            "{}: no {}",
            path.display(),
            schema.display()
        );
    }
}

/// A telephone number is ten digits or more, in groups perhaps. Days have fewer.
#[test]
fn no_file_holds_a_telephone_number() {
    for path in EXAMPLES.into_iter().flat_map(|name| files(&example(name))) {
        let text = fs::read_to_string(&path).unwrap();
        let parts = text.split(|c: char| !c.is_ascii_digit() && c != ' ' && c != '+');
        for part in parts {
            let digits = part.chars().filter(char::is_ascii_digit).count();
            assert!(digits < 9, "{}: `{part}`", path.display());
        }
    }
}
