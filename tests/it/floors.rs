//! Keeps the floors of the house apart: imports only point down, siblings are strangers, and what
//! only one floor may do stands on that floor alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which floors each floor may import from. Its own is always allowed.
const ALLOWED: [(&str, &[&str]); 12] = [
    ("main", &["cli"]),
    // Beside `main`: doors to what reads bytes from outside, for tests alone.
    (
        "fuzzing",
        &[
            "cli", "app", "config", "portal", "report", "sandbox", "record", "model",
        ],
    ),
    ("cli", &["app", "model"]),
    (
        "app",
        &[
            "config", "planner", "portal", "executor", "report", "sandbox", "record", "model",
        ],
    ),
    ("config", &["model"]),
    ("planner", &["model"]),
    ("portal", &["model"]),
    // Its write trait only: the executor makes the calls that the plan holds.
    ("executor", &["portal", "model"]),
    ("report", &["model"]),
    ("sandbox", &["model"]),
    ("record", &["model"]),
    ("model", &[]),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    found
}

/// The path below `src/`, with `/` between folders.
fn below_src(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    path.strip_prefix(root)
        .unwrap()
        .to_string_lossy()
        .replace('\\', "/")
}

fn floor_of(path: &Path) -> String {
    let name = below_src(path);
    name.split('/')
        .next()
        .unwrap()
        .trim_end_matches(".rs")
        .to_owned()
}

/// The source without comments and without `#[cfg(test)]` modules at the end of a file.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    let lines = text[..end]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Floors named by `crate::x` or `beadle::x`, inside groups too.
fn imported(code: &str) -> Vec<String> {
    let floors: Vec<&str> = ALLOWED.iter().map(|(floor, _)| *floor).collect();
    let mut found = Vec::new();
    for prefix in ["crate::", "beadle::"] {
        for (at, _) in code.match_indices(prefix) {
            let rest = &code[at + prefix.len()..];
            let names: Vec<String> = if let Some(group) = rest.strip_prefix('{') {
                let inner = group.split('}').next().unwrap_or_default();
                inner
                    .split(',')
                    .map(|name| first_word(name.trim()))
                    .collect()
            } else {
                vec![first_word(rest)]
            };
            found.extend(
                names
                    .into_iter()
                    .filter(|name| floors.contains(&name.as_str())),
            );
        }
    }
    found
}

fn first_word(text: &str) -> String {
    text.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

#[test]
fn imports_only_point_down_and_siblings_are_strangers() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.into_iter().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let floor = floor_of(&path);
        if floor == "lib" {
            continue;
        }
        let may = allowed
            .get(floor.as_str())
            .unwrap_or_else(|| panic!("`{floor}` is not a floor"));
        for name in imported(&code(&text)) {
            if name != floor && !may.contains(&name.as_str()) {
                wrong.push(format!("{} imports `{name}`", below_src(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_test_itself_sees_an_import() {
    assert_eq!(imported("use crate::portal::X;"), ["portal"]);
    assert_eq!(
        imported("use crate::{config, model::plan};"),
        ["config", "model"]
    );
    assert_eq!(imported("beadle::cli::run()"), ["cli"]);
}

#[test]
fn wire_types_never_know_the_model() {
    for (path, text) in sources() {
        let name = below_src(&path);
        let is_wire = name.starts_with("portal/") && name.ends_with("/api.rs");
        assert!(
            !is_wire || !code(&text).contains("crate::model"),
            "{name} imports the model"
        );
    }
}

#[test]
fn the_planner_is_pure() {
    let forbidden = [
        "std::fs",
        "std::env",
        "std::net",
        "std::time",
        "tokio",
        "async fn",
        "Zoned::now",
        "fastrand",
    ];
    for (path, text) in sources() {
        if floor_of(&path) != "planner" {
            continue;
        }
        for word in forbidden {
            assert!(
                !code(&text).contains(word),
                "{} has `{word}`",
                below_src(&path)
            );
        }
    }
}

#[test]
fn the_environment_and_the_clock_are_read_in_one_place() {
    let forbidden = [
        "std::env::var",
        "env::vars",
        "Zoned::now",
        "Timestamp::now",
        "SystemTime::now",
    ];
    for (path, text) in sources() {
        let name = below_src(&path);
        if name == "app/world.rs" {
            continue;
        }
        for word in forbidden {
            assert!(!code(&text).contains(word), "{name} has `{word}`");
        }
    }
}

#[test]
fn no_driver_is_named_in_shared_code() {
    let drivers = ["\"ofs\"", "\"hfl\"", "\"hampshire\"", "\"hwb\"", "\"scim\""];
    for (path, text) in sources() {
        let name = below_src(&path);
        let own_place = drivers.iter().any(|driver| {
            let driver = driver.trim_matches('"');
            name.starts_with(&format!("portal/{driver}/"))
                || name.contains(&format!("sandbox/{driver}"))
        });
        let registry = name == "portal/registry.rs" || name.starts_with("sandbox/dialects/");
        if own_place || registry {
            continue;
        }
        for driver in drivers {
            assert!(
                !code(&text).contains(driver),
                "{name} names the driver {driver}"
            );
        }
    }
}

#[test]
fn every_file_says_its_job_and_stays_readable() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let name = below_src(&path);
        if !text.starts_with("//!") {
            wrong.push(format!("{name} does not begin with its job"));
        }
        let lines = text.lines().count();
        if lines > 500 {
            wrong.push(format!("{name} has {lines} lines"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_that_are_not_used() {
    let words = [
        "Manager",
        "Helper",
        "Util",
        "Processor",
        "_helper",
        "_utils",
    ];
    for (path, text) in sources() {
        for word in words {
            assert!(
                !code(&text).contains(word),
                "{} has `{word}`",
                below_src(&path)
            );
        }
    }
}
