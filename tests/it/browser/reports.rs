//! The reports' pages in a real browser: a picture of each is kept below the target folder, each can
//! be used by whoever sees nothing or has no mouse, and what is ticked on the review pack comes back
//! into the files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::axe::Axe;
use super::driver::Browser;
use super::look::{controls_have_names, tab_reaches_everything};
use crate::reports::REPORTS;
use crate::support::{TODAY, beadle, copy, err, out, repository};

/// What is asked of each page, as of the sandbox's.
const FAULTS: &str = include_str!("faults.js");

fn trust(folder: &Path, arguments: &[&str]) -> String {
    let mut command: Command = beadle(folder);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", err(&output));
    out(&output)
}

/// Where pages and pictures of them are kept, to be looked at.
fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reports");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn page(folder: &Path, asked: &str, file: &Path) {
    let file = file.to_str().unwrap();
    let mut words = vec!["report"];
    words.extend(asked.split_whitespace());
    words.extend(["--live", "live", "--today", TODAY, "--out", file]);
    trust(folder, &words);
}

#[test]
fn every_report_can_be_read_aloud_and_used_without_a_mouse() {
    let Some(browser) = Browser::start("the look of the reports' pages") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/trust"), folder.path());
    for (name, asked) in REPORTS {
        let file = pictures().join(format!("{name}.html"));
        page(folder.path(), &format!("{asked} --org alderbrook"), &file);
        browser.open_file(&file, "");
        fs::write(pictures().join(format!("{name}.png")), browser.picture()).unwrap();
        // The one script of the review pack is looked at below.
        let faults = browser.run(FAULTS, &json!([]));
        let faults: Vec<&Value> = faults.as_array().unwrap().iter().collect();
        let expected = json!("something that runs");
        let faults: Vec<&&Value> = faults
            .iter()
            .filter(|fault| !(name == "review" && ***fault == expected))
            .collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
        controls_have_names(&browser, name);
        tab_reaches_everything(&browser, name);
    }
}

#[test]
fn axe_finds_nothing_on_the_reports_of_the_trust() {
    let Some(browser) = Browser::start("the reports' pages by axe-core") else {
        return;
    };
    let axe = Axe::new();
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/trust"), folder.path());
    for (name, asked) in REPORTS {
        let file = pictures().join(format!("{name}-of-all.html"));
        page(folder.path(), asked, &file);
        for (manner, scheme, width) in [
            ("light", "light", 1360),
            ("dark", "dark", 1360),
            ("narrow", "light", 390),
        ] {
            browser.scheme(scheme);
            browser.size(width, 1400);
            browser.open_file(&file, "");
            let name = format!("{name}-{manner}");
            fs::write(pictures().join(format!("{name}.png")), browser.picture()).unwrap();
            axe.finds_nothing(&browser, &name);
            assert_eq!(browser.complaints(), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn what_is_ticked_on_the_review_pack_is_saved_and_comes_back_into_the_files() {
    let Some(browser) = Browser::start("the decisions of the review pack") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/trust"), folder.path());
    let file = folder.path().join("review.html");
    page(folder.path(), "review --org alderbrook", &file);
    browser.open_file(&file, "");
    let count = || {
        let script = "return document.querySelector('.answers output').textContent";
        browser.run(script, &json!([])).as_str().unwrap().to_owned()
    };
    assert_eq!(count(), "0 of 9 people decided");
    let choose = |person: &str, what: &str| {
        // As somebody would before they tick it: the bar with the button keeps the lowest rows covered.
        let script = "const box = document.querySelector(`tr[data-person='${arguments[0]}'] ${arguments[1]}`);\
            box.scrollIntoView({ block: 'center' }); return [box];";
        let found = browser.elements(script, &json!([person, what]));
        browser.click(&found[0]).unwrap();
    };
    choose("t.ashby@alderbrook.example", "input[value=remove]");
    choose("z.quill@alderbrook.example", "input[type=checkbox]");
    let day = "const day = document.querySelector(\"tr[data-person='n.sayed@alderbrook.example'] input[type=date]\");\
        day.value = '2027-07-31'; day.dispatchEvent(new Event('input', { bubbles: true }));";
    browser.run(day, &json!([]));
    assert_eq!(count(), "3 of 9 people decided");
    let saved = browser.run("return csv()", &json!([]));
    fs::write(folder.path().join("saved.csv"), saved.as_str().unwrap()).unwrap();
    let words = ["review", "apply", "saved.csv", "--today", TODAY];
    let diff = trust(folder.path(), &words);
    for line in [
        "+    until: 2027-07-31",
        "-      - z.quill@alderbrook.example",
        "until: 2026-11-21, bundles: [teaching] }",
    ] {
        assert!(diff.contains(line), "{diff}");
    }
}
