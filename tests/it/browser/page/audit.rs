//! axe-core looks at the page: in light and in dark, folded and unfolded, wide and narrow. It finds
//! nothing. Neither do the questions that are asked of every page here.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{kept, large, trust};
use crate::browser::driver::Browser;
use crate::support::acceptance;

/// What the script ends with when axe-core cannot be had.
const CANNOT_BE_HAD: i32 = 77;

/// Unfolds all that can be unfolded.
const UNFOLD: &str = "document.querySelectorAll('details').forEach(one => { one.open = true; })";

/// What axe-core finds, each with the first places of it.
const RUN: &str = "const done = arguments[0];\
    axe.run(document, { resultTypes: ['violations'] }).then(\
    found => done(found.violations.map(it => it.id + ': ' + it.nodes.length + ': ' \
    + it.nodes.slice(0, 3).map(node => node.html.slice(0, 200) + ' ' + (node.any[0] || {}).message).join(' | '))),\
    wrong => done(['it failed: ' + wrong]))";

fn axe() -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/axe.sh");
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
    let output = Command::new(script).arg(cache).output().unwrap();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert_ne!(
        output.status.code(),
        Some(CANNOT_BE_HAD),
        "axe-core cannot be had: {failed}"
    );
    assert!(output.status.success(), "{failed}");
    let path = String::from_utf8(output.stdout).unwrap();
    fs::read_to_string(path.trim()).unwrap()
}

/// Unfolds what a script unfolds, and waits until it is there.
fn unfold(browser: &Browser, script: &str) {
    browser.run(script, &json!([]));
    let left = "return document.querySelectorAll('.org[open] .matrix[open] noscript').length";
    let there = browser.wait_for(|| match browser.run(left, &json!([])) {
        Value::Number(left) if left.as_u64() == Some(0) => Ok(()),
        left => Err(left.to_string()),
    });
    there.unwrap();
}

/// Looks at the page that is shown, and keeps a picture of it.
fn look(browser: &Browser, axe: &str, name: &str) {
    browser.run(axe, &json!([]));
    let limit = json!({ "script": 120_000 });
    browser.ask("POST", "/timeouts", &limit);
    let body = json!({ "script": RUN, "args": [] });
    let found = browser.ask("POST", "/execute/async", &body);
    assert_eq!(found, Value::Array(Vec::new()), "{name}");
    let faults = "return [\
        document.querySelectorAll('h1').length === 1 || 'not one main heading',\
        document.documentElement.scrollWidth <= innerWidth || 'wider than the window',\
        new Set([...document.querySelectorAll('[id]')].map(one => one.id)).size\
        === document.querySelectorAll('[id]').length || 'two elements of one id'\
        ].filter(one => one !== true)";
    assert_eq!(browser.run(faults, &json!([])), json!([]), "{name}");
    let picture = kept().join(format!("{name}.png"));
    fs::write(picture, browser.picture()).unwrap();
}

fn look_at(browser: &Browser, path: &Path, name: &str, is_short: bool) {
    let axe = axe();
    for scheme in ["light", "dark"] {
        browser.scheme(scheme);
        browser.size(1360, 1400);
        browser.open_file(path, "");
        look(browser, &axe, &format!("{name}-{scheme}"));
        if is_short {
            unfold(browser, UNFOLD);
            look(browser, &axe, &format!("{name}-{scheme}-unfolded"));
            browser.size(390, 1400);
            look(browser, &axe, &format!("{name}-{scheme}-narrow"));
        }
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn axe_finds_nothing_on_the_page_of_the_trust() {
    let Some(browser) = Browser::start("a plan's page by axe-core") else {
        return;
    };
    look_at(&browser, &trust("axe"), "trust", true);
}

#[test]
fn axe_finds_nothing_on_a_large_page() {
    if !acceptance("a large plan's page by axe-core") {
        return;
    }
    let path = large::page();
    let browser = Browser::start("a large plan's page by axe-core").unwrap();
    look_at(&browser, &path, "large", false);
    // What is unfolded one by one is looked at as well: of all together nobody makes use.
    let two = "document.querySelectorAll('.org').forEach((one, place) => { if (place < 2) {\
        one.open = true; one.querySelectorAll('details').forEach(inner => { inner.open = true; }); } })";
    unfold(&browser, two);
    look(&browser, &axe(), "large-dark-unfolded");
}
