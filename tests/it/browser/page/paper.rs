//! The page on paper: every change is there, of each matrix the rows that change, and no control.

use serde_json::json;

use super::{kept, said, schools, trust};
use crate::browser::driver::Browser;
use crate::support::acceptance;

/// Notes what is on paper, while the page is made ready for it.
const NOTE: &str = "addEventListener('beforeprint', () => { const all = what => [...document.querySelectorAll(what)];\
    window.onPaper = { changes: all('.org[open] .person').length, changing: all('.matrix[open] tbody tr[data-k]').length,\
    others: all('.matrix[data-paper] tbody tr:not([data-k])').length, feet: all('.matrix[data-paper] tfoot').length,\
    dates: all('.ends[open] li').length, organisations: all('.org[open]').length }; })";

fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.matches("/Type /Page\n")
        .count()
        .max(text.matches("/Type /Page>").count())
}

#[test]
fn every_change_is_on_paper_and_no_control_is() {
    let Some(browser) = Browser::start("a plan's page on paper") else {
        return;
    };
    browser.open_file(&trust("paper"), "");
    let before = said(
        &browser,
        "return document.querySelectorAll('details[open]').length",
    );
    browser.run(NOTE, &json!([]));
    let pdf = browser.printed();
    assert!(pdf.starts_with(b"%PDF"));
    std::fs::write(kept().join("trust.pdf"), &pdf).unwrap();
    assert!(pages(&pdf) > 4, "{} pages", pages(&pdf));
    let noted = browser.run("return window.onPaper", &json!([]));
    let all = browser.run(
        "return [document.querySelectorAll('.person').length, document.querySelectorAll('.ends li').length]",
        &json!([]),
    );
    assert_eq!(noted["changes"], all[0]);
    assert_eq!(noted["dates"], all[1]);
    assert_eq!(noted["organisations"], 8);
    // Nothing stays unfolded, or filled in twice.
    let after = said(
        &browser,
        "return document.querySelectorAll('details[open]').length",
    );
    assert_eq!(after, before);
    browser.command("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    let controls = "return [...document.querySelectorAll('form, nav, button, input, select, .skip')]\
                    .filter(one => one.checkVisibility()).length";
    assert_eq!(said(&browser, controls), "0");
    let breaks = "return [...new Set([...document.querySelectorAll('.org ~ .org:has(.person)')]\
                  .map(one => getComputedStyle(one).breakBefore))].join()";
    assert_eq!(said(&browser, breaks), "page");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn of_a_large_matrix_only_the_rows_that_change_are_on_paper() {
    if !acceptance("a large plan's page on paper") {
        return;
    }
    let path = schools::page(schools::Trust::Known);
    let browser = Browser::start("a large plan's page on paper").unwrap();
    // A part of it: that of one organisation.
    browser.open_file(&path, "#organisation=school-011");
    browser.run(NOTE, &json!([]));
    let pdf = browser.printed();
    std::fs::write(kept().join("large.pdf"), &pdf).unwrap();
    let noted = browser.run("return window.onPaper", &json!([]));
    assert_eq!(noted["organisations"], 1, "{noted}");
    assert_eq!(noted["feet"], 1, "{noted}");
    assert_eq!(noted["others"], 0, "{noted}");
    assert!(noted["changing"].as_u64().unwrap() > 0, "{noted}");
    assert_eq!(noted["changes"], noted["changing"], "{noted}");
    let tables = said(&browser, "return document.querySelectorAll('table').length");
    assert_eq!(tables, "0", "what was made for paper is gone");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
