//! `beadle report`, through the program: what each report says, in every form, and what it keeps to
//! itself.

mod decisions;
mod history;
mod random;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{TODAY, beadle, copy, err, out, repository};

/// A copy of the trust, whose portals are its snapshots.
pub(super) struct Trust {
    pub(super) folder: tempfile::TempDir,
}

impl Trust {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&repository().join("examples/trust"), folder.path());
        Self { folder }
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn run(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = beadle(self.path());
        command
            .env("BEADLE_AUTHORS", "somebody@elsewhere.example")
            .args(arguments);
        command.output().unwrap()
    }

    /// A report of what is live in the snapshots.
    pub(super) fn report(&self, arguments: &str) -> String {
        let words = arguments.split_whitespace();
        let words: Vec<&str> = ["report"]
            .into_iter()
            .chain(words)
            .chain(["--live", "live", "--today", TODAY])
            .collect();
        let output = self.run(&words);
        assert!(output.status.success(), "{words:?}: {}", err(&output));
        out(&output)
    }

    pub(super) fn json(&self, arguments: &str) -> Value {
        serde_json::from_str(&self.report(&format!("{arguments} --format json"))).unwrap()
    }

    /// Every file of a school.
    pub(super) fn schools(&self) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = fs::read_dir(self.path().join("schools"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect();
        files.sort();
        files
    }
}

/// Each report, as it is asked for on the trust.
pub(crate) const REPORTS: [(&str, &str); 5] = [
    ("access", "access"),
    ("admins", "admins"),
    ("expiring", "expiring"),
    ("person", "person m.jones@saltmarsh.example"),
    ("review", "review"),
];

#[test]
fn access_tells_who_has_what_and_what_the_plan_makes_of_it() {
    let text = Trust::new().report("access --org birchmoor --portal hants");
    insta::assert_snapshot!(text, @"");
}

#[test]
fn what_should_have_ended_stands_first_and_each_says_what_happens() {
    insta::assert_snapshot!(Trust::new().report("expiring --within 2027-07-31"), @"");
}

#[test]
fn governors_see_who_left_and_who_administers() {
    let text = Trust::new().report("admins --org alderbrook --org fernhaven --since 2026-10-01");
    insta::assert_snapshot!(text, @"");
}

#[test]
fn a_head_teacher_finds_everybody_and_a_place_to_sign() {
    insta::assert_snapshot!(Trust::new().report("review --org elmscombe"), @"");
}

#[test]
fn of_a_person_everything_that_is_held_is_told() {
    insta::assert_snapshot!(Trust::new().report("person Beth"), @"");
}

#[test]
fn a_person_of_whom_nothing_is_held_is_said_to_be_unknown() {
    let trust = Trust::new();
    let ask = |who: &str| {
        let output = trust.run(&["report", "person", who, "--live", "live", "--today", TODAY]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(out(&output), "");
        let text = err(&output);
        text.lines().last().unwrap().to_owned()
    };
    insta::assert_snapshot!(ask("b.ashdwn@dunmarsh.example"), @"");
    insta::assert_snapshot!(ask("hart"), @"");
}

#[test]
fn how_far_to_look_is_days_weeks_or_a_day() {
    let trust = Trust::new();
    let until = |within: &str| trust.json(&format!("expiring --within {within}"))["until"].clone();
    assert_eq!(until("10d"), "2026-12-02");
    assert_eq!(until("10"), "2026-12-02");
    assert_eq!(until("2w"), "2026-12-06");
    assert_eq!(until("2026-12-24"), "2026-12-24");
    // The last day itself is looked at.
    let ends = |within: &str| {
        let report = trust.json(&format!("expiring --within {within} --org elmscombe"));
        report["ends"].as_array().unwrap().len()
    };
    assert_eq!((ends("2026-12-10"), ends("2026-12-11")), (0, 1));
    for wrong in ["0d", "soon", "2026-11-22", "9999999w"] {
        let output = trust.run(&[
            "report", "expiring", "--within", wrong, "--live", "live", "--today", TODAY,
        ]);
        assert!(!output.status.success(), "{wrong}");
    }
}

#[test]
fn json_is_as_its_schema_says_and_a_table_has_every_column_in_every_row() {
    let trust = Trust::new();
    for (name, asked) in REPORTS {
        let schema = out(&trust.run(&["schema", &format!("report-{name}")]));
        let schema: Value = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let report = trust.json(asked);
        let faults: Vec<String> = validator
            .iter_errors(&report)
            .map(|fault| fault.to_string())
            .collect();
        assert_eq!(faults, Vec::<String>::new(), "{name}");

        let text = trust.report(&format!("{asked} --format csv"));
        assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'));
        let mut table = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let columns = table.headers().unwrap().len();
        let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
        assert!(!rows.is_empty(), "{name}");
        assert!(rows.iter().all(|row| row.len() == columns), "{name}");
    }
}

#[test]
fn the_name_of_the_file_says_the_form_and_only_its_owner_can_read_it() {
    let trust = Trust::new();
    for (file, begins) in [
        ("a.html", "<!DOCTYPE html>"),
        ("a.md", "# Report: Who has access"),
        ("a.csv", "\u{feff}\"organisation\","),
        ("a.json", "{\n  \"format\": 1,"),
        ("a.txt", "Report: Who has access"),
    ] {
        let said = trust.report(&format!("access --out {file}"));
        assert_eq!(said, "", "nothing but the file");
        let path = trust.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(begins), "{file}: {text:.60}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{file}");
        }
    }
}

#[test]
fn a_page_asks_nothing_of_any_network_and_runs_at_most_the_one_script() {
    let trust = Trust::new();
    for (name, asked) in REPORTS {
        let page = trust.report(&format!("{asked} --format html"));
        assert!(page.contains("content=\"default-src 'none';"), "{name}");
        for word in ["http:", "https:", "src=", "url(", "@import", "<link"] {
            assert!(!page.contains(word), "{name}: {word}");
        }
        let scripts = page.matches("<script").count();
        assert_eq!(scripts, usize::from(name == "review"), "{name}");
        assert_eq!(page.contains("script-src 'sha256-"), name == "review");
        for table in page.split("<table").skip(1) {
            assert!(table.contains("<th scope=\"col\">") && table.contains("<caption>"));
        }
    }
}

/// Names, addresses and login ids of everybody.
fn everybody(trust: &Trust) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let report = trust.json("access");
    for unit in report["units"].as_array().unwrap() {
        for person in unit["people"].as_array().unwrap() {
            for key in ["name", "person", "login"] {
                found.extend(person[key].as_str().map(str::to_owned));
            }
        }
    }
    assert!(found.len() > 100);
    found
}

#[test]
fn without_names_nobody_is_named_in_any_form() {
    let trust = Trust::new();
    let people = everybody(&trust);
    for (name, asked) in REPORTS {
        for form in ["text", "markdown", "html", "csv", "json"] {
            let text = trust.report(&format!("{asked} --format {form} --redact"));
            let named = people.iter().find(|person| text.contains(person.as_str()));
            assert_eq!(named, None, "{name} as {form}");
            assert!(text.contains("person-"), "{name} as {form}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_told() {
    let trust = Trust::new();
    fs::remove_file(trust.path().join("live/hants/birchmoor.yaml")).unwrap();
    for (name, asked) in REPORTS {
        let mut words = vec!["report"];
        words.extend(asked.split_whitespace());
        words.extend(["--live", "live", "--today", TODAY]);
        let output = trust.run(&words);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(err(&output).contains("`birchmoor` at `hants`"), "{name}");
        let text = out(&output);
        assert!(
            text.contains("Not complete: these could not be read"),
            "{name}: {text}"
        );
        assert!(text.contains("birchmoor at hants"), "{name}");
    }
    // Nothing at all is no report.
    let nothing = trust.run(&[
        "report", "access", "--live", "nowhere", "--out", "a.html", "--today", TODAY,
    ]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(!trust.path().join("a.html").exists());
}

/// The commands of the documentation, tried in a clone in their order.
#[test]
fn every_command_of_the_documentation_works() {
    let text = fs::read_to_string(repository().join("docs/reports.md")).unwrap();
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| line.starts_with("beadle ")).collect();
    assert!(lines.len() >= 9, "{lines:?}");
    let folder = tempfile::tempdir().unwrap();
    copy(
        &repository().join("examples"),
        &folder.path().join("examples"),
    );
    for line in lines {
        let words = line.split_whitespace().skip(1);
        let output = beadle(folder.path()).args(words).output().unwrap();
        assert!(output.status.success(), "{line}: {}", err(&output));
    }
}
