//! `beadle validate` for code hosts and editors: SARIF, annotations, JSON, and the pre-commit hook.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use beadle::model::finding_codes::{CODES, finding_code};
use serde_json::{Value, json};

use crate::support::{beadle, copy, err, out, repository};

/// A project with an error in each of two files, in a folder of a repository.
fn repository_with_errors() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let project = folder.path().join("access files");
    copy(&repository().join("examples/trust"), &project);
    let file = project.join("beadle.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\nzoë: \"𝒳\" # unknown\n")).unwrap();
    let school = project.join("schools/elmscombe.yaml");
    let text = fs::read_to_string(&school).unwrap();
    fs::write(&school, text.replacen("    bundles:", "    bundels:", 1)).unwrap();
    folder
}

fn validate(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = beadle(folder);
    command.env_remove("GITHUB_WORKSPACE");
    command.env_remove("CI_PROJECT_DIR");
    command.arg("validate").args(arguments).output().unwrap()
}

/// The schema that OASIS publishes, as it is. One of its patterns has a `]` too many, which
/// JavaScript takes for itself and our validator does not.
fn sarif_schema() -> Value {
    let path = repository().join("tests/it/validate/sarif-schema-2.1.0.json");
    let text = fs::read_to_string(path).unwrap();
    let mended = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}\\\\]?$");
    assert_ne!(text, mended);
    serde_json::from_str(&mended).unwrap()
}

fn sarif(output: &Output) -> Value {
    let document: Value = serde_json::from_str(&out(output)).unwrap();
    let validator = jsonschema::validator_for(&sarif_schema()).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&document)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:?}\n{document:#}");
    document
}

#[test]
fn sarif_keeps_to_its_schema_and_names_places_from_the_repository() {
    let folder = repository_with_errors();
    let output = validate(folder.path(), &["--format", "sarif", "access files"]);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let document = sarif(&output);
    let run = &document["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let results = run["results"].as_array().unwrap();
    let unknown = results
        .iter()
        .find(|one| one["message"]["text"].as_str().unwrap().contains("zoë"))
        .unwrap();
    assert_eq!(unknown["ruleId"], "unknown-key");
    assert_eq!(unknown["level"], "error");
    let rule = unknown["ruleIndex"].as_u64().unwrap();
    let rule = &run["tool"]["driver"]["rules"][usize::try_from(rule).unwrap()];
    assert_eq!(rule["id"], "unknown-key");
    assert!(rule["help"]["text"].as_str().unwrap().len() > 20);
    let place = &unknown["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"],
        json!({ "uri": "access%20files/beadle.yaml", "uriBaseId": "%SRCROOT%" })
    );
    assert_eq!(place["region"]["startColumn"], 1);
    assert_eq!(place["region"]["endColumn"], 4);
    let school = results.iter().find(|one| {
        let place = &one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        place == "access%20files/schools/elmscombe.yaml"
    });
    assert!(school.is_some(), "{document:#}");
}

#[test]
fn a_project_without_errors_has_no_results() {
    let folder = repository().join("examples/university");
    let output = validate(&folder, &["--format", "sarif"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(sarif(&output)["runs"][0]["results"], json!([]));
    let output = validate(&folder, &["--format", "github"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(out(&output), "");
}

#[test]
fn what_has_no_place_stands_at_the_project_file() {
    let folder = tempfile::tempdir().unwrap();
    let output = validate(folder.path(), &["--format", "sarif"]);
    assert_eq!(output.status.code(), Some(1));
    let document = sarif(&output);
    let result = &document["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "unreadable");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "beadle.yaml");
    let output = validate(folder.path(), &["--format", "github"]);
    assert!(out(&output).starts_with("::error title=beadle%3A unreadable::"));
}

#[test]
fn annotations_are_one_line_each_with_the_place_from_the_repository() {
    let folder = repository_with_errors();
    // From wherever it is run.
    let project = folder.path().join("access files");
    for (at, path) in [(folder.path(), "access files"), (&project, ".")] {
        let output = validate(at, &["--format", "github", path]);
        assert_eq!(output.status.code(), Some(1));
        let text = out(&output);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() >= 2 && lines.iter().all(|line| line.starts_with("::error file=")));
        let wanted = "::error file=access files/beadle.yaml,line=";
        let line = lines.iter().find(|line| line.starts_with(wanted)).unwrap();
        assert!(
            line.contains(",title=beadle%3A unknown-key::unknown key `zoë`"),
            "{line}"
        );
    }
}

#[test]
fn without_git_paths_begin_where_the_service_has_checked_out() {
    let folder = repository_with_errors();
    fs::remove_dir(folder.path().join(".git")).unwrap();
    let project = folder.path().join("access files");
    let mut command = beadle(&project);
    command.env("GITHUB_WORKSPACE", folder.path());
    let output = command
        .args(["validate", "--format", "github"])
        .output()
        .unwrap();
    assert!(
        out(&output).contains("file=access files/schools/elmscombe.yaml"),
        "{}",
        out(&output)
    );
    // And where nothing says so, where it is run.
    let output = validate(&project, &["--format", "github"]);
    assert!(
        out(&output).contains("file=schools/elmscombe.yaml"),
        "{}",
        out(&output)
    );
}

#[test]
fn in_ci_findings_name_nobody_in_any_format() {
    let folder = repository_with_errors();
    let project = folder.path().join("access files");
    let file = project.join("schools/elmscombe.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let text = text.replacen(
        "users:",
        "users:\n  kim.canary(at)x.example:\n    name: Kim\n",
        1,
    );
    fs::write(&file, text.replacen("(at)", "@@", 1)).unwrap();
    for format in ["json", "sarif", "github"] {
        let mut command = beadle(&project);
        command.env("CI", "true");
        let output = command
            .args(["validate", "--format", format])
            .output()
            .unwrap();
        let text = format!("{}{}", out(&output), err(&output));
        assert!(!text.contains("kim.canary"), "{format}: {text}");
        assert!(text.contains("elmscombe.yaml"), "{format}: {text}");
    }
}

#[test]
fn json_keeps_to_its_schema() {
    let folder = repository_with_errors();
    let output = validate(folder.path(), &["--format", "json", "access files"]);
    let document: Value = serde_json::from_str(&out(&output)).unwrap();
    let schema = repository().join("schema/diagnostics.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    assert!(jsonschema::is_valid(&schema, &document), "{document:#}");
    // Paths of editors begin at the project.
    let files: BTreeSet<&str> = document["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["place"]["file"].as_str())
        .collect();
    assert!(files.contains("beadle.yaml") && files.contains("schools/elmscombe.yaml"));
}

/// Every code that the checks of the files can give, from their source.
fn codes_of_source(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // What edits are refused for is no finding of `validate`.
            if !path.ends_with("edit") {
                codes_of_source(&path, found);
            }
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for begin in ["::error(", "::warning(", "::without_place("] {
            for rest in text.split(begin).skip(1) {
                let code = rest.trim_start().strip_prefix('"');
                let code = code.and_then(|rest| rest.split('"').next());
                found.extend(code.map(str::to_owned));
            }
        }
    }
}

#[test]
fn every_code_has_a_meaning_and_a_way_out() {
    let mut found = BTreeSet::new();
    codes_of_source(&repository().join("src/config"), &mut found);
    assert!(found.len() > 60, "{found:?}");
    let missing: Vec<&String> = found
        .iter()
        .filter(|code| finding_code(code).is_none())
        .collect();
    assert!(missing.is_empty(), "no meaning: {missing:?}");
    // Those that a check chooses before it writes the finding.
    found.extend(["records", "syntax"].map(str::to_owned));
    let stale: Vec<&str> = CODES
        .iter()
        .map(|known| known.code)
        .filter(|code| !found.contains(*code))
        .collect();
    assert!(stale.is_empty(), "no check gives: {stale:?}");
    let codes: Vec<&str> = CODES.iter().map(|known| known.code).collect();
    assert!(codes.is_sorted());
    for known in CODES {
        assert!(
            !known.means.ends_with('.') && !known.way_out.ends_with('.'),
            "{known:?}"
        );
    }
}

#[test]
fn the_hooks_for_pre_commit_run_what_there_is() {
    let text = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).unwrap();
    let hooks: Value = serde_yaml::from_str(&text).unwrap();
    let hooks = hooks.as_array().unwrap();
    let ids: Vec<&str> = hooks
        .iter()
        .map(|hook| hook["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["beadle-validate", "beadle-validate-system"]);
    let folder = repository().join("examples/university");
    for hook in hooks {
        // The whole project is checked, whichever of its files has changed.
        assert_eq!(hook["pass_filenames"], false);
        assert_eq!(hook["types"], json!(["yaml"]));
        let entry = hook["entry"].as_str().unwrap();
        let arguments = entry.strip_prefix("beadle ").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_beadle"));
        let output = command
            .current_dir(&folder)
            .env_remove("CI")
            .args(arguments.split(' '))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{entry}: {}", err(&output));
    }
}
