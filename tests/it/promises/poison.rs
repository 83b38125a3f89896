//! Examples with a payload in one field of the project's files or of what is live: in each text that
//! stands at such a place, and in each name of an entry.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use beadle::report::escape;
use serde_yaml::Value;

use crate::support::{copy, repository};

/// The examples, whose portals are all that there are.
pub(super) const EXAMPLES: [(&str, &str); 4] = [
    ("ofs", "university"),
    ("hampshire", "trust"),
    ("hwb", "authority"),
    ("scim", "scim"),
];

/// One kind of place, such as `beadle.yaml organisations.*.users.*.name`. Names that a project
/// chooses are `*`, numbers of a list `#`; a place that ends with `(key)` is the entry's name.
pub(super) type Place = String;

/// Entries of these are named by whoever writes the file.
const NAMED: [&str; 10] = [
    "users",
    "people",
    "accounts",
    "organisations",
    "bundles",
    "portals",
    "groups",
    "sensitive_areas",
    "areas",
    "delete",
];

/// A copy of an example in which every portal is without an API, so that no network is asked.
pub(super) struct Project {
    pub(super) folder: tempfile::TempDir,
    /// Its files and those of what is live, as they are without a payload.
    files: Vec<(PathBuf, Value)>,
}

fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "yaml") {
            found.push(path);
        }
    }
}

impl Project {
    /// Of an example; the portals keep their APIs where `by_api`.
    pub(super) fn of(example: &str, by_api: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&repository().join("examples").join(example), folder.path());
        let mut paths = Vec::new();
        yaml_files(folder.path(), &mut paths);
        paths.sort();
        let files = paths.into_iter().map(|path| {
            let mut value: Value =
                serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            if !by_api && path.ends_with("beadle.yaml") {
                without_api(&mut value);
                write(&path, &value);
            }
            (path, value)
        });
        let files = files.collect();
        Self { folder, files }
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn group(&self, path: &Path) -> String {
        let below = path.strip_prefix(self.path()).unwrap();
        let first = below.iter().next().unwrap().to_string_lossy();
        first.into_owned()
    }

    /// Every kind of place that holds a text.
    pub(super) fn places(&self) -> BTreeSet<Place> {
        let mut found = BTreeSet::new();
        for (path, value) in &self.files {
            let mut value = value.clone();
            visit(&mut value, &self.group(path), &mut |place, _| {
                found.insert(place.to_owned());
                None
            });
        }
        found
    }

    /// Puts a payload in front of each text at each of these places; the rest is as it was.
    pub(super) fn poison(&self, wanted: &[(Place, &str)]) {
        for (path, value) in &self.files {
            let mut changed = value.clone();
            visit(&mut changed, &self.group(path), &mut |place, text| {
                let (_, payload) = wanted.iter().find(|(wanted, _)| wanted == place)?;
                Some(format!("{payload}{text}"))
            });
            write(path, &changed);
        }
    }

    /// As it was.
    pub(super) fn restore(&self) {
        for (path, value) in &self.files {
            write(path, value);
        }
        for folder in ["worklists", ".beadle", "out"] {
            let _ = fs::remove_dir_all(self.path().join(folder));
        }
    }

    /// The key of a user.
    pub(super) fn user(&self) -> String {
        self.users().remove(0)
    }

    /// The keys of all users, as the files have them.
    pub(super) fn users(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.texts(|place, text| {
            if place.ends_with(" users * (key)") {
                found.push(text.to_owned());
            }
        });
        found
    }

    /// An area that is live.
    pub(super) fn area(&self) -> String {
        let mut found = None;
        self.texts(|place, text| {
            if place == "live areas# code" {
                found.get_or_insert_with(|| text.to_owned());
            }
        });
        found.unwrap_or_else(|| "none".to_owned())
    }

    /// The id of an organisation that has users of its own.
    pub(super) fn organisation(&self) -> String {
        let mut found = None;
        self.texts(|place, text| {
            let first = place == "beadle.yaml organisations * (key)";
            if first || place == "schools organisation" || place == "authority.yaml organisation" {
                found.get_or_insert_with(|| text.to_owned());
            }
        });
        found.unwrap()
    }

    /// The file of a snapshot.
    pub(super) fn snapshot(&self) -> String {
        let mut paths = self.files.iter().map(|(path, _)| path);
        let path = paths.find(|path| path.starts_with(self.path().join("live")));
        path.unwrap().display().to_string()
    }

    /// Names, addresses and login ids of everybody whom the files or what is live name.
    pub(super) fn people(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.texts(|place, text| {
            let name = [" users * name", " people * name", " accounts# name"];
            let login = [
                " accounts *",
                " accounts# login",
                " accounts# email",
                " was#",
            ];
            let is = |ends: &[&str]| ends.iter().any(|end| place.ends_with(end));
            let key = place.ends_with("(key)") && text.contains('@');
            if is(&name) || is(&login) || key {
                found.insert(text.to_owned());
            }
            if place.ends_with(" approved_by") {
                found.extend(text.split(',').next().map(str::to_owned));
            }
        });
        // A word that means something else as well says nothing.
        let digit = |one: &str| one.contains(|character: char| character.is_ascii_digit());
        found.retain(|one| one.len() > 4 && (one.contains(['@', ' ']) || digit(one)));
        found
    }

    /// Every text, with its place.
    fn texts(&self, mut seen: impl FnMut(&str, &str)) {
        for (path, value) in &self.files {
            let mut value = value.clone();
            visit(&mut value, &self.group(path), &mut |place, text| {
                seen(place, text);
                None
            });
        }
    }
}

/// As JSON, which is YAML: every character stands in it as an escape.
fn write(path: &Path, value: &Value) {
    let text = serde_json::to_string(value).unwrap();
    fs::write(path, escape::json(&text).as_bytes()).unwrap();
}

fn without_api(project: &mut Value) {
    let portals = project["portals"].as_mapping_mut().unwrap();
    for (name, portal) in portals.iter_mut() {
        let name = name.as_str().unwrap().to_owned();
        let portal = portal.as_mapping_mut().unwrap();
        for key in [
            "url",
            "token",
            "plan_token",
            "requests_per_second",
            "concurrency",
            "identity",
            "client_credentials",
        ] {
            portal.remove(key);
        }
        portal.insert("via".into(), "worklist".into());
        portal.insert("snapshots".into(), format!("live/{name}").into());
    }
}

/// Visits every text below a place; what is answered takes its place.
fn visit(value: &mut Value, place: &str, seen: &mut impl FnMut(&str, &str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(other) = seen(place, text) {
                *text = other;
            }
        }
        Value::Sequence(list) => {
            for one in list {
                visit(one, &format!("{place}#"), seen);
            }
        }
        Value::Mapping(map) => {
            let last = place.rsplit(['.', ' ']).next().unwrap_or(place);
            let named = NAMED.contains(&last);
            let mut after = serde_yaml::Mapping::new();
            for (key, mut value) in std::mem::take(map) {
                let text = key.as_str().unwrap_or_default().to_owned();
                let name = if named { "*" } else { text.as_str() };
                let below = format!("{place} {name}");
                visit(&mut value, &below, seen);
                let key = match seen(&format!("{below} (key)"), &text) {
                    Some(other) if named => other.into(),
                    _ => key,
                };
                after.insert(key, value);
            }
            *map = after;
        }
        _ => {}
    }
}
