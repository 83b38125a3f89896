//! The page of a trust of 110 schools with 12,000 people: it is whole, of a size that can be sent, and
//! holds folded what nobody has unfolded.

use std::fs;

use serde_json::json;

use super::said;
use super::schools::{AREAS_EACH, PEOPLE_EACH, SCHOOLS, Trust, page};
use crate::browser::driver::Browser;
use crate::support::acceptance;

/// Largest page that is still sent by mail without a thought, in bytes.
const LARGEST: u64 = 10 * 1024 * 1024;
/// Largest page of a plan that gives everybody everything.
const LARGEST_OF_ALL: u64 = 20 * 1024 * 1024;
/// Most elements of a page of which nothing is unfolded.
const ELEMENTS: u32 = 4_000;

/// Waits until it says aloud that so much is shown.
fn shown(browser: &Browser, expected: &str) {
    let found = browser.wait_for(|| {
        let script = "return document.querySelector('#shown').textContent";
        let shown = said(browser, script);
        match shown.contains(expected) {
            true => Ok(()),
            false => Err(shown),
        }
    });
    found.unwrap_or_else(|shown| panic!("it says `{shown}`, not `{expected}`"));
}

fn count(browser: &Browser, what: &str) -> u32 {
    let script = format!("return document.querySelectorAll('{what}').length");
    said(browser, &script).parse().unwrap()
}

/// Unfolds the first organisation, and its picture; answers with how many rows there are.
fn unfold_one(browser: &Browser) -> u32 {
    browser.run(
        "document.querySelector('.org').open = true; document.querySelector('.matrix').open = true",
        &json!([]),
    );
    let rows = browser.wait_for(|| match count(browser, "tbody tr") {
        0 => Err("no row".to_owned()),
        rows => Ok(rows),
    });
    rows.unwrap()
}

#[test]
fn a_trust_of_110_schools_is_one_page_that_opens_folded() {
    if !acceptance("the page of 110 schools") {
        return;
    }
    let path = page(Trust::Known);
    let size = fs::metadata(&path).unwrap().len();
    assert!(size < LARGEST, "{size} bytes");
    let browser = Browser::start("the page of 110 schools").unwrap();
    browser.open_file(&path, "");
    assert_eq!(browser.requests(), [format!("file://{}", path.display())]);
    assert_eq!(count(&browser, ".org"), SCHOOLS);
    assert_eq!(count(&browser, ".matrix"), SCHOOLS);
    // Nothing is taken apart before it is unfolded: what is there is what there is to read.
    assert_eq!(count(&browser, "tbody tr, .person"), 0);
    let elements = count(&browser, "*");
    assert!(elements < ELEMENTS, "{elements} elements");
    // One is unfolded, and is whole.
    assert!((PEOPLE_EACH - 2..=PEOPLE_EACH).contains(&unfold_one(&browser)));
    // Somebody who does not change is found among all.
    browser.open_file(&path, "#person=p.1234@");
    shown(&browser, "1 account in who has what");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_first_plan_of_110_schools_is_counted_without_being_unfolded() {
    if !acceptance("the page of the first plan of 110 schools") {
        return;
    }
    let path = page(Trust::New);
    let size = fs::metadata(&path).unwrap().len();
    assert!(size < LARGEST_OF_ALL, "{size} bytes");
    let browser = Browser::start("the page of the first plan of 110 schools").unwrap();
    browser.open_file(&path, "");
    let all = "132,220 changes and steps, 11,990 people in 110 organisations";
    shown(&browser, &format!("All shown: {all}"));
    let elements = count(&browser, "*");
    assert!(elements < ELEMENTS, "{elements} elements");
    // What the script counts in the folded texts is what the program counted in the plan.
    browser.open_file(&path, "#kind=create,grant,promote");
    shown(
        &browser,
        &format!("Shown: 132,220 of {all}; 11,990 accounts in who has what"),
    );
    assert_eq!(count(&browser, ".person"), 0);
    browser.open_file(&path, "#kind=promote");
    shown(
        &browser,
        "Shown: 330 of 132,220 changes and steps, 330 people in 110 organisations",
    );
    // One is unfolded under it: of its people those are seen who fit.
    unfold_one(&browser);
    assert_eq!(count(&browser, ".person"), PEOPLE_EACH);
    assert_eq!(count(&browser, ".person:not([hidden])"), 3);
    // Of one person the areas stand in one line, with all lines of the file.
    browser.open_file(&path, "#person=p.1234@&kind=grant");
    shown(
        &browser,
        "Shown: 10 of 132,220 changes and steps, 1 person in 1 organisation; 1 account in who has what; 1 ending",
    );
    let line = "const acts = [...document.querySelectorAll('.person:not([hidden]) .act:not([hidden])')];\
        return acts.map(act => act.querySelectorAll('.what b').length + ' ' + /\\d+–\\d+$/.test(act.textContent.trim())).join()";
    assert_eq!(said(&browser, line), format!("{AREAS_EACH} true"));
    // Everything again: nothing stays hidden of what was unfolded.
    browser.run("document.querySelector('[type=reset]').click()", &json!([]));
    shown(&browser, &format!("All shown: {all}"));
    assert_eq!(
        count(
            &browser,
            ".person[hidden], .act[hidden], .org[hidden], .matrix[hidden]"
        ),
        0
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
