//! What a reviewer sees on a pull request, through the program: the comment of `plan --format
//! markdown`, and the way from a pseudonym back to a person.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::support::{beadle, copy, err, out, repository};

fn trust() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/trust"), folder.path());
    folder
}

fn plan(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = beadle(folder);
    command.args(["plan", "--sandbox", "--author", "nobody@nowhere.example"]);
    command.args(["--format", "markdown"]);
    command.args(arguments).output().unwrap()
}

#[test]
fn a_comment_names_nobody_unless_it_is_asked_to() {
    let folder = trust();
    let hidden = out(&plan(folder.path(), &[]));
    assert!(
        !hidden.contains("@alderbrook") && !hidden.contains(".example"),
        "{hidden}"
    );
    assert!(hidden.contains("`person-"), "{hidden}");
    assert!(hidden.contains("Who is who"), "{hidden}");
    let open = out(&plan(folder.path(), &["--redact=never"]));
    assert!(
        open.contains(".example`") && !open.contains("person-"),
        "{open}"
    );
    assert!(!open.contains("Who is who"), "{open}");
    // The same plan, and the same approval.
    let digest = |text: &str| text.lines().next().unwrap().to_owned();
    assert_eq!(digest(&hidden), digest(&open));
    assert_eq!(hidden, out(&plan(folder.path(), &[])));
}

#[test]
fn a_pseudonym_leads_back_to_the_person() {
    let folder = trust();
    let comment = out(&plan(folder.path(), &["--org", "birchmoor"]));
    let from = comment.find("#### ❗ Becomes an administrator").unwrap();
    let at = comment[from..].find("person-").unwrap() + from;
    let pseudonym = &comment[at..at + "person-".len() + 10];
    let open = out(&plan(
        folder.path(),
        &["--org", "birchmoor", "--redact=never"],
    ));
    let from = open.find("#### ❗ Becomes an administrator").unwrap();
    let name = open[from..].split("**").nth(1).unwrap();
    let explain = |more: &[(&str, &str)]| {
        let mut command = beadle(folder.path());
        command.args(["explain", pseudonym, "--offline"]);
        command.envs(more.iter().copied()).output().unwrap()
    };
    let answer = explain(&[]);
    assert_eq!(answer.status.code(), Some(0), "{}", err(&answer));
    assert!(
        out(&answer).contains(name),
        "{name} is not in {}",
        out(&answer)
    );
    // Under another key it is nobody's.
    let answer = explain(&[("BEADLE_REDACTION_KEY", "another")]);
    assert_eq!(answer.status.code(), Some(1));
    assert!(
        err(&answer).contains("BEADLE_REDACTION_KEY"),
        "{}",
        err(&answer)
    );
}

#[test]
fn nothing_to_do_is_two_lines_of_which_one_is_seen() {
    let folder = trust();
    let mut command = beadle(folder.path());
    let quiet = [
        "plan",
        "--sandbox",
        "--format",
        "markdown",
        "--org",
        "hazelcroft",
        "--portal",
        "hfl",
    ];
    let output = command.args(quiet).output().unwrap();
    let text = out(&output);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains("✅ Nothing to do: "), "{text}");
}

#[test]
fn a_refused_plan_ends_in_3_and_is_shown_whole() {
    let folder = trust();
    let file = folder.path().join("beadle.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let (usual, strict) = ("{ percent: 20, count: 2 }", "{ percent: 0, count: 0 }");
    assert!(text.contains(usual));
    fs::write(&file, text.replacen(usual, strict, 1)).unwrap();
    let output = plan(folder.path(), &["--org", "birchmoor"]);
    assert_eq!(
        output.status.code(),
        Some(3),
        "{}{}",
        out(&output),
        err(&output)
    );
    let text = out(&output);
    assert!(
        text.contains("### ⛔ Plan for 2026-11-22: refused"),
        "{text}"
    );
    let refused = "- **Birchmoor Primary School, hants**: ";
    assert!(text.contains(refused), "{text}");
    assert!(text.contains("`max_removals` allows 0, or 0 %"), "{text}");
    assert!(
        text.contains("```yaml\n- organisation: birchmoor"),
        "{text}"
    );
    assert!(text.contains("#### ➖ Loses access"), "{text}");
}

#[test]
fn what_could_not_be_read_stands_in_the_comment() {
    let folder = trust();
    let live = folder.path().join("seen");
    copy(&folder.path().join("live"), &live);
    fs::remove_file(live.join("hfl/birchmoor.yaml")).unwrap();
    let output = plan_live(folder.path(), "seen");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let text = out(&output);
    assert!(
        text.contains("❗ **1 organisation could not be read"),
        "{text}"
    );
    assert!(text.contains("`birchmoor` at `hfl`"), "{text}");
}

fn plan_live(folder: &Path, live: &str) -> Output {
    let mut command = beadle(folder);
    command.args(["plan", "--live", live, "--format", "markdown"]);
    command.output().unwrap()
}

const BEGIN: &str = "<!-- example -->\n";
const END: &str = "<!-- end of example -->\n";

/// `UPDATE_DOCS=1` writes it.
#[test]
fn the_example_in_the_documentation_is_what_is_written() {
    let folder = trust();
    let comment = out(&plan(folder.path(), &["--org", "birchmoor"]));
    let path = repository().join("docs/pull-requests.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let wanted = format!("{before}{BEGIN}\n{comment}\n{END}{after}");
    if std::env::var("UPDATE_DOCS").is_ok() {
        fs::write(&path, wanted).unwrap();
    } else {
        assert_eq!(page, wanted, "UPDATE_DOCS=1 writes it");
    }
}
