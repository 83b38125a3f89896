//! How long the pages of 110 schools take to open. It measures, and judges nothing: machines differ.

use std::fs;
use std::io::{Write, stderr};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::said;
use super::schools::{self, Trust};
use crate::browser::driver::Browser;

/// Each time with a new profile.
const TIMES: usize = 7;

/// Until all of it is loaded and its script has run, in milliseconds.
const LOADED: &str = "return performance.getEntriesByType('navigation')[0].loadEventEnd";

/// From a name that is typed until it is said how much is shown, and that is painted.
const FOUND: &str = "const done = arguments[0], field = document.querySelector('#by-person'),\
    begin = performance.now();\
    new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin))))\
    .observe(document.querySelector('#shown'), { childList: true });\
    field.value = 'p.1234@'; field.dispatchEvent(new Event('input', { bubbles: true }));";

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// The median, and from where to where they go.
fn of_all(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let seconds = |at: usize| format!("{:.2}", times[at] / 1000.0);
    let (first, last) = (seconds(0), seconds(times.len() - 1));
    format!("{} s ({first} – {last})", seconds(times.len() / 2))
}

fn measure(path: &Path) -> String {
    let (mut loaded, mut found, mut elements) = (Vec::new(), Vec::new(), String::new());
    for _ in 0..TIMES {
        let browser = Browser::start("how fast a plan's page opens").unwrap();
        browser.size(1360, 900);
        browser.open_file(path, "");
        loaded.push(number(&browser.run(LOADED, &json!([]))));
        elements = said(&browser, "return document.querySelectorAll('*').length");
        let body = json!({ "script": FOUND, "args": [] });
        found.push(number(&browser.ask("POST", "/execute/async", &body)));
    }
    let size = fs::metadata(path).unwrap().len() / 100_000;
    format!(
        "{}: {}.{} MB, {elements} elements, loaded {}, a name {}",
        path.display(),
        size / 10,
        size % 10,
        of_all(loaded),
        of_all(found)
    )
}

/// Of the pages that are made here, or of those that `PAGES` names, with spaces between.
#[test]
#[ignore = "it measures, and judges nothing"]
fn how_fast_pages_open() {
    let named = std::env::var("PAGES").unwrap_or_default();
    let mut pages: Vec<PathBuf> = named.split_whitespace().map(PathBuf::from).collect();
    if pages.is_empty() {
        pages = vec![schools::page(Trust::Known), schools::page(Trust::New)];
    }
    for page in pages {
        writeln!(stderr(), "{}", measure(&page)).unwrap();
    }
}
