//! The book keeps its word: every page is in its summary, every link leads somewhere, the commands of
//! its tours work in a fresh copy, its project files validate, and the configuration reference is
//! what the schemas say. `UPDATE_BOOK=1 cargo test book` writes that reference.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::{Map, Value};

use crate::support::{copy, repository};

fn docs() -> PathBuf {
    repository().join("docs")
}

/// Every page, by its path below `docs`.
fn pages() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in ["", "portals"] {
        for entry in fs::read_dir(docs().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let below = path.strip_prefix(docs()).unwrap();
                found.insert(below.to_str().unwrap().to_owned());
            }
        }
    }
    found.remove("SUMMARY.md");
    found
}

fn read(page: &str) -> String {
    fs::read_to_string(docs().join(page)).unwrap()
}

fn links(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.split("](").skip(1);
    ends.filter_map(|rest| rest.split([')', '#']).next())
}

#[test]
fn every_page_is_in_the_summary_once() {
    let summary = read("SUMMARY.md");
    let there: Vec<String> = links(&summary).map(str::to_owned).collect();
    let once: BTreeSet<String> = there.iter().cloned().collect();
    assert_eq!(there.len(), once.len(), "{there:?}");
    assert_eq!(once, pages());
}

#[test]
fn every_link_leads_somewhere() {
    for page in pages() {
        let text = read(&page);
        let folder = docs().join(&page);
        let folder = folder.parent().unwrap();
        for link in links(&text).filter(|link| !link.is_empty() && !link.contains(':')) {
            assert!(folder.join(link).exists(), "{page}: {link}");
        }
    }
}

/// The lines of blocks of one language, indented or not.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        match &mut open {
            None if trimmed == format!("```{language}") => {
                open = Some((line.len() - trimmed.len(), String::new()));
            }
            Some((_, block)) if trimmed == "```" => {
                found.push(std::mem::take(block));
                open = None;
            }
            Some((indent, block)) => {
                block.push_str(line.get(*indent..).unwrap_or_default());
                block.push('\n');
            }
            None => {}
        }
    }
    found
}

/// The words of a line, with what stands between double quotes as one.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

/// Runs the commands of a page, one after the other, where the examples are as in a clone.
fn follow(page: &str) {
    let folder = tempfile::tempdir().unwrap();
    let examples = folder.path().join("examples");
    copy(&repository().join("examples"), &examples);
    let blocks = blocks(&read(page), "sh");
    let mut count = 0;
    for line in blocks.iter().flat_map(|block| block.lines()) {
        let line = line.strip_prefix("beadle ").expect(line);
        let mut command = Command::new(env!("CARGO_BIN_EXE_beadle"));
        let done = command
            .current_dir(folder.path())
            .env_remove("CI")
            .args(words(line))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{page}: {line}\n{said}");
        count += 1;
    }
    assert!(count > 2, "{page}: {count} commands");
}

#[test]
fn the_first_hour_works() {
    follow("first-hour.md");
}

#[test]
fn the_recipes_work() {
    follow("cookbook.md");
}

#[test]
fn the_commands_for_a_portal_without_an_api_work() {
    follow("portals/worklist.md");
}

/// Validates a project file as it stands on a page.
fn validate(page: &str, text: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("beadle.yaml"), text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_beadle"));
    let done = command
        .current_dir(folder.path())
        .env_remove("CI")
        .args(["validate", "--today", "2026-11-22"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{page}: {said}");
}

#[test]
fn every_project_file_validates() {
    let mut count = 0;
    for page in pages() {
        for block in blocks(&read(&page), "yaml") {
            if block.starts_with("# beadle.yaml\n") {
                validate(&page, &block);
                count += 1;
            }
        }
    }
    assert!(count >= 5, "{count}");
}

/// What is said of a portal's driver on its page is said under its name.
#[test]
fn every_driver_has_a_page() {
    for driver in beadle::portal::drivers() {
        let name = driver.rules.driver;
        let text = read(&format!("portals/{name}.md"));
        assert!(text.contains(&format!("driver: {name}")), "{name}");
    }
}

fn schema(name: &str) -> Value {
    let path = repository().join(format!("schema/{name}.schema.json"));
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The part of a reference behind the last slash.
fn target(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// What may be written, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = target(schema) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    let alternatives = ["anyOf", "oneOf"]
        .iter()
        .find_map(|key| schema[key].as_array());
    if let Some(alternatives) = alternatives {
        let mut kinds: Vec<String> = alternatives.iter().map(kind).collect();
        kinds.dedup();
        return kinds.join(" or ");
    }
    if let Some(only) = schema.get("const") {
        return format!(
            "`{}`",
            only.as_str().map_or(only.to_string(), str::to_owned)
        );
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values
            .iter()
            .filter_map(|value| Some(format!("`{}`", value.as_str()?)))
            .collect();
        return values.join(" or ");
    }
    match &schema["type"] {
        Value::Array(_) => "text or digits".to_owned(),
        Value::String(name) => match name.as_str() {
            "array" => format!("list of {}", kind(&schema["items"])),
            "object" if schema["additionalProperties"].is_object() => {
                format!("map to {}", kind(&schema["additionalProperties"]))
            }
            "object" => "map".to_owned(),
            "integer" => "whole number".to_owned(),
            "boolean" => "`true` or `false`".to_owned(),
            _ if schema["format"] == "date" => "date".to_owned(),
            _ => "text".to_owned(),
        },
        _ => "anything".to_owned(),
    }
}

/// The keys of one kind of map, as a table.
fn table(properties: &Map<String, Value>, required: &Value, out: &mut String) {
    out.push_str("| key | value | meaning |\n|---|---|---|\n");
    for (key, property) in properties {
        let needed = required.as_array();
        let needed = needed.is_some_and(|keys| keys.iter().any(|it| it == key));
        let description = property["description"].as_str().unwrap_or_default();
        let _ = writeln!(
            out,
            "| `{key}`{} | {} | {} |",
            if needed { " (needed)" } else { "" },
            kind(property).replace('|', "\\|"),
            description.replace(['\n', '|'], " "),
        );
    }
    out.push('\n');
}

fn reference() -> String {
    let mut out = "# Configuration reference\n\nMade from the JSON schemas, which editors read as well. \
                   Dates are calendar days, last days inclusive. Where the\nvalue is text or digits, \
                   digits keep every character.\n\n"
        .to_owned();
    let mut told = BTreeSet::new();
    for (name, title, about) in [
        (
            "project",
            "The project file, `beadle.yaml`",
            "One a project; it alone holds portals, policy, job roles and assignments.",
        ),
        (
            "organisation",
            "An organisation's file",
            "One for each school, provider or authority, where the project file does not hold it.",
        ),
    ] {
        let schema = schema(name);
        let _ = writeln!(out, "## {title}\n\n{about}\n");
        table(
            schema["properties"].as_object().unwrap(),
            &schema["required"],
            &mut out,
        );
        for (part, definition) in schema["$defs"].as_object().unwrap() {
            if !told.insert(part.clone()) {
                continue;
            }
            let _ = writeln!(out, "### {part}\n");
            if let Some(about) = definition["description"].as_str() {
                let _ = writeln!(out, "{}\n", about.replace('\n', " "));
            }
            match definition["properties"].as_object() {
                Some(properties) => table(properties, &definition["required"], &mut out),
                None => {
                    let _ = writeln!(out, "{}.\n", kind(definition));
                }
            }
        }
    }
    format!("{}\n", out.trim_end())
}

#[test]
fn the_configuration_reference_is_what_the_schemas_say() {
    let path = docs().join("configuration.md");
    let made = reference();
    if std::env::var_os("UPDATE_BOOK").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let differs = made
        .lines()
        .zip(committed.lines())
        .find(|(one, other)| one != other);
    assert!(
        made == committed,
        "`UPDATE_BOOK=1 cargo test book` writes it: {differs:?}"
    );
}
