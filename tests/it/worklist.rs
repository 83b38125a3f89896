//! Portals without an API, through the program: apply writes worklists, people follow them, marks
//! bring the snapshot up to date, and then nothing is left to do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::support::{TODAY, beadle, copy, err, out, repository};

mod broken;
mod mixed;
mod several;

/// A copy of `examples/university` whose portal has no API.
struct ByHand {
    folder: tempfile::TempDir,
}

impl ByHand {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&repository().join("examples/university"), folder.path());
        let by_hand = Self { folder };
        let project = by_hand.text("beadle.yaml");
        let begin = project.find("    url:").unwrap();
        let end = project.find("# Job roles").unwrap();
        by_hand.put(
            "beadle.yaml",
            &format!(
                "{}    via: worklist\n\n{}",
                &project[..begin],
                &project[end..]
            ),
        );
        by_hand
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn edit(&self, name: &str, before: &str, after: &str) {
        let text = self.text(name);
        assert!(text.contains(before), "`{name}` has no `{before}`");
        self.put(name, &text.replace(before, after));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        beadle(self.folder.path()).args(arguments).output().unwrap()
    }

    fn apply(&self) -> Output {
        self.run(&["apply", "--today", TODAY])
    }

    fn done(&self, arguments: &[&str]) -> Output {
        self.run(&[&["worklist", "done", "--today", TODAY], arguments].concat())
    }

    fn plan(&self) -> Value {
        let output = self.run(&["plan", "--format", "json", "--today", TODAY]);
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// How many actions are planned.
    fn planned(&self) -> u64 {
        let plan = self.plan();
        let counts = plan["summary"]["actions"].as_object().unwrap().clone();
        counts.values().map(|count| count.as_u64().unwrap()).sum()
    }

    fn list(&self) -> Value {
        serde_json::from_str(&self.text(JSON)).unwrap()
    }

    fn open(&self) -> usize {
        steps(&self.list())
            .iter()
            .filter(|step| step.get("done").is_none())
            .count()
    }

    /// What is on file of the portal and of what people have done there.
    fn files(&self) -> (String, String) {
        (self.text(SNAPSHOT), self.text(JSON))
    }
}

const JSON: &str = "worklists/ofs/northshire.json";
const MARKDOWN: &str = "worklists/ofs/northshire.md";
const HTML: &str = "worklists/ofs/northshire.html";
const SNAPSHOT: &str = "live/ofs/northshire.yaml";

fn steps(list: &Value) -> Vec<Value> {
    let pages = list["pages"].as_array().unwrap().iter();
    pages
        .flat_map(|page| page["steps"].as_array().unwrap().clone())
        .collect()
}

fn ok(output: &Output) -> String {
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        out(output),
        err(output)
    );
    out(output)
}

/// The number of the first step of a kind.
fn number(list: &Value, kind: &str) -> String {
    let steps = steps(list);
    let step = steps.iter().find(|step| step["kind"] == kind).unwrap();
    step["number"].to_string()
}

#[test]
fn from_plan_to_worklist_to_marks_to_an_empty_plan() {
    let it = ByHand::new();
    let before = it.planned();
    let said = ok(&it.apply());
    let count = it.open();
    assert!(count > 20, "{count}");
    assert!(
        said.contains(&format!("{count} steps wait for a person")),
        "{said}"
    );
    assert!(said.contains("worklists/ofs/northshire.html"), "{said}");
    assert_eq!(it.planned(), before, "a worklist changes nothing by itself");

    let shown = ok(&it.run(&["worklist"]));
    assert!(shown.contains("[ ]   1."), "{shown}");
    let marked = ok(&it.done(&["1-4", "5", "--by", "Kit Osei"]));
    assert!(marked.contains(&format!("{} left", count - 5)), "{marked}");
    let after = it.planned();
    assert!(after < before, "{after} of {before}");
    let first = &steps(&it.list())[0];
    assert_eq!(first["done"]["on"], TODAY);
    assert_eq!(first["done"]["by"], "Kit Osei");
    assert!(it.text(MARKDOWN).contains("- [x] **1."));
    assert!(it.text(HTML).contains("✓"));

    // A second apply keeps numbers and marks.
    let list = it.list();
    ok(&it.apply());
    assert_eq!(it.list(), list);

    ok(&it.done(&["--all"]));
    let empty = it.run(&["plan", "--detailed-exitcode", "--today", TODAY]);
    ok(&empty);
    ok(&it.apply());
    assert!(ok(&it.run(&["worklist"])).contains("No step waits for a person."));
    assert_eq!(it.open(), 0, "the record stays");
}

#[test]
fn what_each_kind_of_step_makes_of_the_snapshot() {
    let it = ByHand::new();
    ok(&it.apply());
    let list = it.list();
    let accounts = |text: &str| text.matches("\n  - id:").count();
    let before = it.text(SNAPSHOT);
    for kind in ["create", "access-key", "promote", "edit-expires", "give"] {
        if steps(&list).iter().any(|step| step["kind"] == kind) {
            ok(&it.done(&[&number(&list, kind)]));
        }
    }
    let after = it.text(SNAPSHOT);
    assert_eq!(accounts(&after), accounts(&before) + 1);
    assert!(
        after.contains(&format!("accounts: {}, areas: 13", accounts(&after))),
        "{after}"
    );
    assert!(
        after.contains("id: login:c.adeyemi@northshire.example"),
        "{after}"
    );
    let plan = it.plan();
    let keys = plan["units"][0]["manual"].as_array().unwrap();
    assert_eq!(
        keys.len(),
        1,
        "the key that was activated is not asked for again"
    );
}

#[test]
#[cfg(unix)]
fn worklists_are_for_their_owner_alone_and_a_snapshot_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let it = ByHand::new();
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(it.path(SNAPSHOT), private).unwrap();
    ok(&it.apply());
    ok(&it.done(&["1", "2"]));
    for name in [JSON, MARKDOWN, HTML, SNAPSHOT] {
        let mode = fs::metadata(it.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let entries = fs::read_dir(it.path("worklists/ofs")).unwrap();
    assert_eq!(entries.count(), 3, "nothing half written stays");
}

#[test]
fn marking_twice_or_out_of_order_is_allowed_and_said() {
    let it = ByHand::new();
    ok(&it.apply());
    let list = it.list();
    let steps = steps(&list);
    // Of one whose account is there: what waits for a creation cannot be marked before it.
    let late = steps
        .iter()
        .find(|step| step["after"].is_array() && step["account"].is_string())
        .unwrap();
    let id = late["id"].as_str().unwrap();
    let said = it.done(&[id]);
    ok(&said);
    assert!(
        err(&said).contains("what comes before it is not"),
        "{}",
        err(&said)
    );
    let files = it.files();
    let again = it.done(&[&id[..6]]);
    ok(&again);
    assert!(err(&again).contains("was marked before"), "{}", err(&again));
    assert_eq!(it.files(), files);
}

#[test]
fn what_needs_an_account_that_is_not_there_yet_is_refused_with_the_way_out() {
    let it = ByHand::new();
    ok(&it.apply());
    let list = it.list();
    let steps = steps(&list);
    let grant = steps
        .iter()
        .find(|step| step["kind"] == "give" && step["account"].is_null())
        .unwrap();
    let files = it.files();
    let refused = it.done(&["1", &grant["number"].to_string()]);
    assert_eq!(refused.status.code(), Some(1));
    let said = err(&refused);
    assert!(said.contains("the snapshot has no account"), "{said}");
    assert!(said.contains("mark what comes before it as well"), "{said}");
    assert!(said.contains("nothing was marked"), "{said}");
    assert_eq!(it.files(), files, "not even step 1");
}

#[test]
fn a_snapshot_that_has_moved_on_is_not_written_over() {
    let it = ByHand::new();
    ok(&it.apply());
    it.edit(SNAPSHOT, "Donal O'Connor", "D. O'Connor");
    let files = it.files();
    let list = it.list();
    let refused = it.done(&[&number(&list, "edit-name")]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        err(&refused).contains("has been changed since the worklist was made"),
        "{}",
        err(&refused)
    );
    assert_eq!(it.files(), files);
    // What still fits is marked, and a new list follows what is there.
    ok(&it.done(&[&number(&list, "create")]));
    ok(&it.apply());
    ok(&it.done(&["--all"]));
    assert_eq!(it.planned(), 0);
}

#[test]
fn a_run_killed_between_snapshot_and_worklist_is_run_again() {
    let it = ByHand::new();
    ok(&it.apply());
    let list = it.text(JSON);
    ok(&it.done(&["1-6"]));
    let after = it.files();
    it.put(JSON, &list);
    ok(&it.done(&["1-6"]));
    assert_eq!(it.files(), after);
    // Left over from a run that was killed while it wrote.
    it.put("worklists/ofs/northshire.json.part", "half of");
    ok(&it.done(&["--all"]));
    assert_eq!(it.planned(), 0);
}

#[test]
fn a_refused_plan_writes_no_worklist() {
    let it = ByHand::new();
    let ended = ", until: 2025-01-31 }";
    for user in [
        "bundles: [finance-returns]",
        "name: Kim Ellis",
        "name: Quinn de Vries",
    ] {
        it.edit(
            "beadle.yaml",
            &format!("{user} }}"),
            &format!("{user}{ended}"),
        );
    }
    it.edit(
        "beadle.yaml",
        "areas: [knowledge-exchange-return] }",
        &format!("areas: [knowledge-exchange-return]{ended}"),
    );
    let refused = it.apply();
    assert_eq!(refused.status.code(), Some(3), "{}", err(&refused));
    assert!(!it.path("worklists").exists());
}

#[test]
fn a_list_that_nobody_has_begun_goes_when_nothing_is_left_to_do() {
    let it = ByHand::new();
    let snapshot = it.text(SNAPSHOT);
    ok(&it.apply());
    let list = it.text(JSON);
    ok(&it.done(&["--all"]));
    // As if somebody had read the portal anew instead of marking.
    it.put(JSON, &list);
    ok(&it.apply());
    for name in [JSON, MARKDOWN, HTML] {
        assert!(!it.path(name).exists(), "{name}");
    }
    it.put(SNAPSHOT, &snapshot);
    ok(&it.apply());
    assert_eq!(it.text(JSON), list, "the same plan, the same bytes");
}

#[test]
fn another_folder_and_other_forms() {
    let it = ByHand::new();
    let said = ok(&it.run(&["apply", "--today", TODAY, "--worklists", "by-hand"]));
    assert!(said.contains("by-hand/ofs/northshire.md"), "{said}");
    assert!(!it.path("worklists").exists());
    let show = |format: &str| {
        let arguments = ["worklist", "--worklists", "by-hand", "--format", format];
        ok(&it.run(&arguments))
    };
    assert_eq!(show("markdown"), it.text("by-hand/ofs/northshire.md"));
    assert_eq!(show("html"), it.text("by-hand/ofs/northshire.html"));
    let lists: Value = serde_json::from_str(&show("json")).unwrap();
    let file: Value = serde_json::from_str(&it.text("by-hand/ofs/northshire.json")).unwrap();
    assert_eq!(lists, Value::Array(vec![file]));
    let unknown = it.run(&["worklist", "--org", "southshire"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(ok(&it.run(&["worklist", "--portal", "ofs"])).contains("No step waits"));
}

#[test]
fn in_ci_a_worklist_names_nobody() {
    let it = ByHand::new();
    ok(&it.apply());
    let mut command = beadle(it.folder.path());
    let hidden = ok(&command.env("CI", "true").arg("worklist").output().unwrap());
    assert!(
        !hidden.contains('@') && hidden.contains("steps"),
        "{hidden}"
    );
    let mut command = beadle(it.folder.path());
    command.env("CI", "true").args(["apply", "--today", TODAY]);
    let applied = ok(&command.output().unwrap());
    assert!(!applied.contains("@northshire.example"), "{applied}");
}

#[test]
fn apply_as_json_stays_one_document() {
    let it = ByHand::new();
    let applied = it.run(&["apply", "--today", TODAY, "--format", "json"]);
    let document: Value = serde_json::from_str(&ok(&applied)).unwrap();
    assert_eq!(document["counts"]["done"], 0);
    assert!(
        err(&applied).contains("wait for a person"),
        "{}",
        err(&applied)
    );
}

#[test]
fn names_do_nothing_in_any_form() {
    let it = ByHand::new();
    let payload = "</details><script>alert(1)</script> | `x` @team [x](javascript:1) ![i](https://evil.example/i.png)";
    it.edit(
        "beadle.yaml",
        "name: Yuki Tanaka",
        &format!("name: \"{payload}\\u202e\\e[2J\""),
    );
    ok(&it.apply());
    let markdown = it.text(MARKDOWN);
    let bare = |line: &str| line.contains("@team") && !line.contains("``");
    assert!(!markdown.lines().any(bare), "{markdown}");
    for line in markdown.lines().filter(|line| line.contains("script")) {
        let code = line.contains("```") || line.contains("``");
        assert!(code || line.contains(r"\<script\>"), "{line}");
    }
    let html = it.text(HTML);
    assert!(
        !html.contains("<script") && !html.contains("<img"),
        "{html}"
    );
    assert!(html.contains("&lt;script&gt;"), "{html}");
    let text = ok(&it.run(&["worklist"]));
    for shown in [&markdown, &html, &text] {
        assert!(!shown.contains('\u{202e}') && !shown.contains('\u{1b}'));
    }
    assert!(!html.contains("http:") && !html.contains("src="), "{html}");
    assert!(html.contains("default-src 'none'"));
}

fn write_large(path: &Path) {
    let file = fs::File::create(path).unwrap();
    file.set_len(9 * 1024 * 1024).unwrap();
}
