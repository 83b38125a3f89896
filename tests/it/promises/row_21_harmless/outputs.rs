//! Every output that there is, and how it is judged.

use std::path::Path;

use crate::promises::heard::run;
use crate::promises::live::Kind;
use crate::support::{TODAY, texts_below};

/// A command line, and what it prints. `{p}` is the project, `{o}` a folder for what is written,
/// `{u}` a user, `{x}` the payload.
pub(super) const SINKS: &[(&str, Kind)] = &[
    ("validate --redact=never {p}", Kind::Terminal),
    ("validate --redact=never --format json {p}", Kind::Json),
    ("validate --redact=never --format sarif {p}", Kind::Json),
    (
        "validate --redact=never --format github {p}",
        Kind::Workflow,
    ),
    ("plan --redact=never --today {d} {p}", Kind::Terminal),
    (
        "plan --redact=never --today {d} --format markdown {p}",
        Kind::Markdown,
    ),
    ("plan --today {d} --format markdown {p}", Kind::Markdown),
    (
        "plan --redact=never --today {d} --format json --out {o}/plan.json {p}",
        Kind::Json,
    ),
    (
        "plan --redact=never --today {d} --format diff {p}",
        Kind::Terminal,
    ),
    ("plan --redact=always --today {d} {p}", Kind::Terminal),
    (
        "plan --redact=never --today {d} --format html {p}",
        Kind::Plan,
    ),
    (
        "plan --redact=always --today {d} --format html {p}",
        Kind::Plan,
    ),
    (
        "next --redact=never --today {d} --ask --within 4000 {p}",
        Kind::Terminal,
    ),
    (
        "next --redact=never --today {d} --ask --within 4000 --format json {p}",
        Kind::Json,
    ),
    ("explain {u} --redact=never --today {d} {p}", Kind::Terminal),
    (
        "explain {u} --redact=never --today {d} --format json {p}",
        Kind::Json,
    ),
    (
        "user extend {u} --until 2044-01-01 --all --dry-run --redact=never --today {d} {p}",
        Kind::Terminal,
    ),
    (
        "user leave {u} --all --dry-run --redact=never --today {d} {p}",
        Kind::Terminal,
    ),
    (
        "init --codeowners --trust-owners @trust/x --owners @trust/{organisation} --out {o}/CODEOWNERS {p}",
        Kind::Terminal,
    ),
    ("snapshot --out {o}/now --today {d} {p}", Kind::Terminal),
    ("account unlock {u} --today {d} {p}", Kind::Terminal),
    ("apply --yes --redact=never {p}", Kind::Terminal),
    ("apply --yes --redact=never --format json {p}", Kind::Json),
    ("worklist --redact=never {p}", Kind::Terminal),
    ("worklist --redact=never --format json {p}", Kind::Json),
    (
        "worklist --redact=never --format markdown {p}",
        Kind::Markdown,
    ),
    ("worklist --redact=never --format html {p}", Kind::Html),
    ("audit show --redact=never {p}", Kind::Terminal),
    ("audit show --redact=never --format json {p}", Kind::Json),
    ("audit show --redact=never --format csv {p}", Kind::Csv),
    ("audit verify {p}", Kind::Terminal),
    (
        "report access --format text --redact=never --today {d} {p}",
        Kind::Terminal,
    ),
    (
        "report access --format markdown --redact=never --today {d} {p}",
        Kind::Markdown,
    ),
    (
        "report access --format html --redact=never --today {d} {p}",
        Kind::Html,
    ),
    (
        "report access --format csv --redact=never --today {d} {p}",
        Kind::Csv,
    ),
    (
        "report access --format json --redact=never --today {d} {p}",
        Kind::Json,
    ),
    (
        "report expiring --within 4000d --format text --redact=never --today {d} {p}",
        Kind::Terminal,
    ),
    (
        "report expiring --within 4000d --format markdown --redact=never --today {d} {p}",
        Kind::Markdown,
    ),
    (
        "report expiring --within 4000d --format html --redact=never --today {d} {p}",
        Kind::Html,
    ),
    (
        "report expiring --within 4000d --format csv --redact=never --today {d} {p}",
        Kind::Csv,
    ),
    (
        "report expiring --within 4000d --format json --redact=never --today {d} {p}",
        Kind::Json,
    ),
    (
        "report admins --format text --redact=never --today {d} {p}",
        Kind::Terminal,
    ),
    (
        "report admins --format markdown --redact=never --today {d} {p}",
        Kind::Markdown,
    ),
    (
        "report admins --format html --redact=never --today {d} {p}",
        Kind::Html,
    ),
    (
        "report admins --format csv --redact=never --today {d} {p}",
        Kind::Csv,
    ),
    (
        "report admins --format json --redact=never --today {d} {p}",
        Kind::Json,
    ),
    (
        "report review --format text --redact=never --today {d} {p}",
        Kind::Terminal,
    ),
    (
        "report review --format markdown --redact=never --today {d} {p}",
        Kind::Markdown,
    ),
    (
        "report review --format html --redact=never --today {d} {p}",
        Kind::Html,
    ),
    (
        "report review --format csv --redact=never --today {d} {p}",
        Kind::Csv,
    ),
    (
        "report review --format json --redact=never --today {d} {p}",
        Kind::Json,
    ),
    (
        "report person {u} --format text --redact=never --today {d} {p}",
        Kind::Terminal,
    ),
    (
        "report person {u} --format markdown --redact=never --today {d} {p}",
        Kind::Markdown,
    ),
    (
        "report person {u} --format html --redact=never --today {d} {p}",
        Kind::Html,
    ),
    (
        "report person {u} --format csv --redact=never --today {d} {p}",
        Kind::Csv,
    ),
    (
        "report person {u} --format json --redact=never --today {d} {p}",
        Kind::Json,
    ),
    (
        "report review --out {o}/review.csv --redact=never --today {d} {p}",
        Kind::Terminal,
    ),
    (
        "review apply {o}/review.csv --dry-run --redact=never --today {d} {p}",
        Kind::Terminal,
    ),
    ("lock show {p}", Kind::Terminal),
    ("undo --list --project {p}", Kind::Terminal),
];

/// What is asked for on the command line may be anything as well.
pub(super) const ASKED: &[&str] = &[
    "plan --today {d} --org {x} {p}",
    "plan --today {d} --portal {x} {p}",
    "plan {p}/{x}",
    "plan --live {x} {p}",
    "explain {x} --today {d} {p}",
    "account unlock {x} --today {d} {p}",
    "user leave {x} --all --dry-run {p}",
    "grant {x} {x} --all --dry-run --project {p}",
    "report person {x} --today {d} {p}",
    "report access --org {x} --today {d} {p}",
    "report expiring --within {x} {p}",
    "review apply {x} {p}",
    "audit show --person {x} {p}",
    "audit show --run {x} {p}",
    "audit verify --expect-head {x} {p}",
    "audit forget {x} {p}",
    "lock release {x} {p}",
    "undo {x} --project {p}",
    "schema {x}",
    "init {o}/new --name={x} --portal hfl --forge none --organisation x",
    "init {o}/other --name={x} --portal={x} --forge none",
    "init {o}/other --name x --portal hfl={x} --forge none",
    "validate {x}",
];

/// The words of a command line, filled in; only where its folder does not hold it already.
pub(super) fn filled(template: &str, project: &Path, user: &str, payload: &str) -> Vec<String> {
    let out = project.join("out");
    let words = template.split(' ').map(|word| {
        let word = word.replace("{p}", &project.display().to_string());
        let word = word.replace("{o}", &out.display().to_string());
        let word = word.replace("{d}", TODAY).replace("{u}", user);
        word.replace("{x}", payload)
    });
    words.collect()
}

/// Runs a command line and judges all that it prints. Answers with how many outputs there were.
pub(super) fn judged(line: &[String], kind: Kind, what: &str) -> u64 {
    let heard = run(line);
    let outputs = [(Kind::Terminal, heard.said.clone()), (kind, heard.out())];
    for (kind, text) in &outputs {
        if let Some(live) = kind.live(text) {
            panic!("{what}: `{}` as {kind:?}: {live}\n{text}", line.join(" "));
        }
    }
    outputs.iter().filter(|(_, text)| !text.is_empty()).count() as u64
}

/// Judges what was written beside a project.
pub(super) fn judged_files(project: &Path, what: &str) -> u64 {
    let folders = ["out", "worklists"].map(|folder| project.join(folder));
    let written = folders.iter().filter(|folder| folder.exists());
    let found: Vec<(String, String)> = written.flat_map(|folder| texts_below(folder)).collect();
    assert!(!found.is_empty(), "{what}: nothing was written");
    for (name, text) in &found {
        if let Some(live) = Kind::of_file(name).live(text) {
            panic!("{what}: in {name}: {live}\n{text}");
        }
    }
    found.len() as u64
}
