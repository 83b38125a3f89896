//! The book keeps its word: every page is in its summary, every link leads to another of its pages,
//! the commands of its tours work in a fresh copy, its YAML validates, and what it says that the
//! program says, the program says. Two pages are made, from the schemas and from `--help`:
//! `UPDATE_BOOK=1 cargo test book` writes them.

#[cfg(feature = "sandbox")]
mod commands;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::support::{TODAY, beadle, copy, repository, texts_below};

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
fn every_link_leads_to_a_page_of_the_book() {
    for page in pages() {
        let text = read(&page);
        let folder = docs().join(&page);
        let folder = folder.parent().unwrap();
        for link in links(&text).filter(|link| !link.is_empty() && !link.contains(':')) {
            assert!(folder.join(link).exists(), "{page}: {link}");
            let depth = Path::new(&page).components().count() - 1;
            let above = link.split('/').take_while(|part| *part == "..").count();
            assert!(above <= depth, "{page}: {link} leaves the book");
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

/// Runs the commands of a page, one after the other, where the examples are as in a clone; on the
/// day of the examples, and on one when they are old.
fn follow(page: &str) {
    for today in [TODAY, "2028-01-10"] {
        follow_on(page, today);
    }
}

fn follow_on(page: &str, today: &str) {
    let folder = tempfile::tempdir().unwrap();
    let examples = folder.path().join("examples");
    copy(&repository().join("examples"), &examples);
    let blocks = blocks(&read(page), "sh");
    let mut count = 0;
    for line in blocks.iter().flat_map(|block| block.lines()) {
        let line = line.strip_prefix("beadle ").expect(line);
        let mut command = beadle(folder.path());
        command.env("BEADLE_TODAY", today).args(words(line));
        let done = command.output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{page} on {today}: {line}\n{said}");
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

/// Validates a project with something of a page in it.
fn validate(page: &str, project: &Path) {
    let done = beadle(project).arg("validate").output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{page}: {said}");
}

#[test]
fn every_project_file_validates() {
    let mut count = 0;
    for page in pages() {
        for block in blocks(&read(&page), "yaml") {
            if block.starts_with("# beadle.yaml\n") {
                let folder = tempfile::tempdir().unwrap();
                fs::write(folder.path().join("beadle.yaml"), block).unwrap();
                validate(&page, folder.path());
                count += 1;
            }
        }
    }
    assert!(count >= 5, "{count}");
}

/// Lays a piece of YAML over a document: maps key by key, anything else in place of what was there.
/// A user who was another before takes that one's place.
fn lay_over(document: &mut Value, piece: &Value) {
    let (Some(map), Some(pieces)) = (document.as_object_mut(), piece.as_object()) else {
        *document = piece.clone();
        return;
    };
    for (key, piece) in pieces {
        for was in piece["was"].as_array().into_iter().flatten() {
            map.remove(was.as_str().unwrap());
        }
        lay_over(map.entry(key).or_insert(Value::Null), piece);
    }
}

/// The first line of each piece names its file in `examples/trust`: `# in schools/birchmoor.yaml`, or
/// without `in` where it is all of a new file.
#[test]
fn every_piece_of_yaml_of_the_recipes_validates_in_its_place() {
    let pieces = blocks(&read("cookbook.md"), "yaml");
    assert!(pieces.len() > 5, "{pieces:?}");
    for piece in pieces {
        let folder = tempfile::tempdir().unwrap();
        copy(&repository().join("examples/trust"), folder.path());
        let place = piece.lines().next().unwrap().trim_start_matches("# ");
        if let Some(place) = place.strip_prefix("in ") {
            let path = folder.path().join(place);
            let text = fs::read_to_string(&path).expect(place);
            let mut document = serde_yaml::from_str(&text).unwrap();
            lay_over(&mut document, &serde_yaml::from_str(&piece).unwrap());
            fs::write(&path, document.to_string()).unwrap();
        } else {
            let path = folder.path().join(place);
            assert!(!path.exists(), "{place}");
            fs::write(&path, &piece).unwrap();
        }
        validate(&format!("cookbook.md: {place}"), folder.path());
    }
}

/// What stands in the first column of its tables, in backticks, parted by `…`, stands in the source.
#[test]
fn every_message_of_the_page_of_troubles_is_one_of_the_program() {
    let sources = texts_below(&repository().join("src"));
    let sources: Vec<String> = sources.values().map(|text| joined(text)).collect();
    let mut count = 0;
    for line in read("trouble.md").lines() {
        let Some(message) = line.strip_prefix("| `").and_then(|it| it.split('`').next()) else {
            continue;
        };
        for part in message.split('…').map(str::trim) {
            assert!(sources.iter().any(|text| text.contains(part)), "{part}");
        }
        count += 1;
    }
    assert!(count > 15, "{count}");
}

/// Source in which a text that goes on in the next line stands in one.
fn joined(source: &str) -> String {
    let mut parts = source.split("\\\n");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.trim_start())
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

/// A page that is made is the committed one.
fn made(page: &str, text: &str) {
    let path = docs().join(page);
    if std::env::var_os("UPDATE_BOOK").is_some() {
        fs::write(&path, text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let mut lines = text.lines().zip(committed.lines());
    let differs = lines.find(|(one, other)| one != other);
    assert!(
        text == committed,
        "`UPDATE_BOOK=1 cargo test book` writes {page}: {differs:?}"
    );
}

#[test]
fn the_configuration_reference_is_what_the_schemas_say() {
    made("configuration.md", &reference());
}

#[cfg(feature = "sandbox")]
#[test]
fn the_page_of_commands_is_what_help_says() {
    made("commands.md", &commands::page());
}
