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
    assert_eq!(count(), "0 of 10 decided");
    let find = |row: &str, what: &str| {
        // As somebody would before they tick it: the bar with the button keeps the lowest rows covered.
        let script = "const box = document.querySelector(`${arguments[0]} ${arguments[1]}`);\
            box.scrollIntoView({ block: 'center' }); return [box];";
        browser.elements(script, &json!([row, what])).remove(0)
    };
    let person = |key: &str| format!("tr[data-person='{key}@alderbrook.example']");
    let choose = |row: &str, what: &str| browser.click(&find(row, what)).unwrap();
    let write = |row: &str, what: &str, text: &str| {
        let script = "const box = document.querySelector(`${arguments[0]} ${arguments[1]}`);\
            box.value = arguments[2]; box.dispatchEvent(new Event('input', { bubbles: true }));";
        browser.run(script, &json!([row, what, text]));
    };
    let leaves_freely = || {
        let script = "const leaving = new Event('beforeunload', { cancelable: true });\
            return window.dispatchEvent(leaving);";
        browser.run(script, &json!([])) == json!(true)
    };
    let faults = || {
        let script = "bar.querySelector('button').click(); return fault.innerText;";
        browser.run(script, &json!([])).as_str().unwrap().to_owned()
    };
    assert!(leaves_freely());
    choose(&person("t.ashby"), "input[value=remove]");
    assert!(!leaves_freely(), "nothing is lost without a question");
    let tick = find(&person("z.quill"), "input[type=checkbox]");
    let name = browser.label(&tick);
    assert_eq!(
        name,
        "take away Phonics toolkit (digital download) from Zara Quill"
    );
    browser.click(&tick).unwrap();
    let account = "tr[data-account='hfl:reading.volunteer@alderbrook.example']";
    choose(account, "input[value=remove]");
    write(account, "input[type=text]", "=1+1, left");
    // A day makes it “until”; “keep” takes the day back, and “undecided” takes any answer back.
    let (hart, sayed) = (person("e.hart"), person("n.sayed"));
    let day = "input[type=date]";
    write(&hart, day, "2027-07-31");
    choose(&hart, "input[value=keep]");
    let answer = "return answer(document.querySelector(arguments[0]))";
    let kept = browser.run(answer, &json!([hart]));
    assert_eq!(
        (&kept["decision"], &kept["last_day"]),
        (&json!("keep"), &json!(""))
    );
    choose(&hart, "input[value='']");
    choose(&sayed, "input[value=shorten]");
    assert_eq!(count(), "4 of 10 decided");
    insta::assert_snapshot!(faults(), @r"
    Not saved:
    Noor Sayed: write the last day beside “until”, or choose another answer.
    Alderbrook Primary School: write the date where the review is signed.
    ");
    write(&sayed, day, "2026-11-21");
    assert!(faults().contains("the last day has passed"), "{}", faults());
    write(&sayed, day, "2027-07-31");
    write(".sign", day, "2026-11-22");
    assert!(!leaves_freely());
    assert_eq!(faults(), "");
    assert!(leaves_freely(), "what is saved is not lost");
    let saved = browser.run("return csv()", &json!([]));
    fs::write(folder.path().join("saved.csv"), saved.as_str().unwrap()).unwrap();
    let words = ["review", "apply", "saved.csv", "--today", TODAY];
    let diff = trust(folder.path(), &words);
    let table = saved.as_str().unwrap();
    assert!(table.contains("\"'=1+1, left\""), "{table}");
    assert!(
        table.contains("\"Ellis Hart, headteacher\",\"2026-11-22\""),
        "{table}"
    );
    for line in [
        "+    until: 2027-07-31",
        "-      - z.quill@alderbrook.example",
        "until: 2026-11-21, bundles: [teaching] }",
    ] {
        assert!(diff.contains(line), "{diff}");
    }
}
