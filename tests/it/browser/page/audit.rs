//! axe-core looks at the page: in light and in dark, folded and unfolded, wide and narrow. It finds
//! nothing.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{kept, schools, trust};
use crate::browser::axe::Axe;
use crate::browser::driver::Browser;
use crate::support::acceptance;

/// Unfolds all that can be unfolded.
const UNFOLD: &str = "document.querySelectorAll('details').forEach(one => { one.open = true; })";

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
fn look(browser: &Browser, axe: &Axe, name: &str) {
    axe.finds_nothing(browser, name);
    let headings = "return document.querySelectorAll('h1').length";
    assert_eq!(browser.run(headings, &json!([])), json!(1), "{name}");
    let picture = kept().join(format!("{name}.png"));
    fs::write(picture, browser.picture()).unwrap();
}

fn look_at(browser: &Browser, path: &Path, name: &str, is_short: bool) {
    let axe = Axe::new();
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
    let path = schools::page(schools::Trust::Known);
    let browser = Browser::start("a large plan's page by axe-core").unwrap();
    look_at(&browser, &path, "large", false);
    // What is unfolded one by one is looked at as well: of all together nobody makes use.
    let two = "document.querySelectorAll('.org').forEach((one, place) => { if (place < 2) {\
        one.open = true; one.querySelectorAll('details').forEach(inner => { inner.open = true; }); } })";
    unfold(&browser, two);
    look(&browser, &Axe::new(), "large-dark-unfolded");
}
