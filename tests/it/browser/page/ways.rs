//! Ways to the page that not everybody takes: with the keyboard alone, and without scripts.

use std::path::Path;

use serde_json::json;

use super::schools::{self, Trust};
use super::{said, trust};
use crate::browser::driver::Browser;
use crate::browser::look::{controls_have_names, tab_reaches_everything};
use crate::support::acceptance;

#[test]
fn the_keyboard_reaches_everything_and_everything_has_a_name() {
    let Some(browser) = Browser::start("a plan's page by keyboard") else {
        return;
    };
    browser.open_file(&trust("keyboard"), "");
    controls_have_names(&browser, "a plan's page");
    tab_reaches_everything(&browser, "a plan's page");
    // What the keyboard is at can be seen, beneath the bar of filters as well as above it.
    let covered = "const bar = document.querySelector('#filters').getBoundingClientRect();\
        const all = [...document.querySelectorAll('.org > summary')];\
        return all.filter(one => { one.focus(); const box = one.getBoundingClientRect();\
        return box.bottom < bar.bottom && bar.top < 1; }).length";
    assert_eq!(said(&browser, covered), "0");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Opens a page where no script runs; answers with what counts elements there.
fn without_scripts<'b>(browser: &'b Browser, path: &Path) -> impl Fn(&str) -> String + use<'b> {
    let disabled = json!({ "value": true });
    browser.command("Emulation.setScriptExecutionDisabled", &disabled);
    browser.open_file(path, "");
    move |what: &str| {
        let expression = format!("document.querySelectorAll('{what}').length");
        let asked = json!({ "expression": expression, "returnByValue": true });
        let found = browser.command("Runtime.evaluate", &asked);
        found["result"]["value"].to_string()
    }
}

#[test]
fn without_scripts_the_page_is_whole() {
    let Some(browser) = Browser::start("a plan's page without scripts") else {
        return;
    };
    let path = trust("without-scripts");
    browser.open_file(&path, "");
    let rows = "document.querySelectorAll('details').forEach(one => { one.open = true; });\
                return document.querySelectorAll('.matrix').length";
    let matrices = said(&browser, rows);
    let count = without_scripts(&browser, &path);
    assert_eq!(count(".matrix table"), matrices);
    assert_eq!(count("#filters:not([hidden])"), "0");
    assert_eq!(count(".org"), "8");
    assert_eq!(count(".ends li"), "5");
    assert_eq!(browser.requests(), [format!("file://{}", path.display())]);
}

#[test]
fn without_scripts_a_large_page_is_whole() {
    if !acceptance("a large plan's page without scripts") {
        return;
    }
    let path = schools::page(Trust::Known);
    let browser = Browser::start("a large plan's page without scripts").unwrap();
    let count = without_scripts(&browser, &path);
    assert_eq!(count(".org .person"), "117");
    assert_eq!(count(".org .matrix table"), "110");
}
