//! Somebody looks for something on the page of a plan, with the keyboard alone, and sends somebody
//! else the address of what they found.

use serde_json::json;

use super::{page, said, trust};
use crate::browser::driver::Browser;
use crate::support::{beadle, copy, repository};

const SPACE: &str = " ";
const DOWN: &str = "\u{e015}";
const ENTER: &str = "\u{e007}";

/// What is said aloud of how much is shown, once it says this.
fn shown(browser: &Browser, expected: &str) {
    let found = browser.wait_for(|| {
        let found = said(
            browser,
            "return document.querySelector('#shown').textContent",
        );
        if found == expected {
            Ok(())
        } else {
            Err(found)
        }
    });
    found.unwrap_or_else(|found| panic!("it says `{found}`, not `{expected}`"));
}

/// The organisations that are shown, and the people whose changes are.
fn seen(browser: &Browser) -> String {
    said(
        browser,
        "const shown = what => [...document.querySelectorAll(what)].filter(one => one.checkVisibility());\
         return shown('.org').map(org => org.dataset.o + ': ' + [...new Set([...org.querySelectorAll('.person:not([hidden]) .name')]\
         .map(name => name.textContent))].join(', ')).join('; ')",
    )
}

/// Presses Tab until something of this name has the keyboard.
fn tab_to(browser: &Browser, name: &str) {
    for _ in 0..80 {
        let here = browser.tab();
        if browser.label(&here).starts_with(name) {
            return;
        }
    }
    panic!("Tab does not lead to `{name}`");
}

#[test]
fn from_the_keyboard_to_a_part_and_back() {
    let Some(browser) = Browser::start("the filters of a plan's page") else {
        return;
    };
    browser.open_file(&trust("filters"), "");
    let all = "All shown: 50 changes and steps, 22 people in 8 organisations";
    shown(&browser, all);

    // By person, without the marks above letters, in whatever order.
    tab_to(&browser, "Person");
    browser.type_keys("RAMAN pri");
    shown(
        &browser,
        "Shown: 5 of 50 changes and steps, 1 person in 1 organisation; 1 account in who has what; 0 endings in the calendar",
    );
    assert_eq!(seen(&browser), "fernhaven: Priya Raman");
    let rows = "return [...document.querySelectorAll('.matrix tbody tr')].filter(row => row.checkVisibility()).length";
    assert_eq!(said(&browser, rows), "1");
    assert_eq!(said(&browser, "return location.hash"), "#person=RAMAN+pri");

    // By kind as well: what she loses.
    tab_to(&browser, "revoke");
    browser.type_keys(SPACE);
    shown(
        &browser,
        "Shown: 2 of 50 changes and steps, 1 person in 1 organisation; 1 account in who has what; 0 endings in the calendar",
    );
    assert_eq!(
        said(&browser, "return location.hash"),
        "#person=RAMAN+pri&kind=revoke"
    );

    // Everything again.
    browser.run("document.querySelector('#by-person').focus()", &json!([]));
    tab_to(&browser, "Show all");
    browser.type_keys(ENTER);
    shown(&browser, all);
    assert_eq!(said(&browser, "return location.hash"), "");

    // By organisation: the first of the list.
    browser.run("document.querySelector('.skip').focus()", &json!([]));
    tab_to(&browser, "Organisation");
    browser.type_keys(DOWN);
    shown(
        &browser,
        "Shown: 7 of 50 changes and steps, 7 people in 1 organisation; 21 accounts in who has what; 0 endings in the calendar",
    );
    assert_eq!(
        said(&browser, "return location.hash"),
        "#organisation=alderbrook"
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn an_address_shows_what_its_sender_saw() {
    let Some(browser) = Browser::start("the address of a part of a plan's page") else {
        return;
    };
    let path = trust("address");
    browser.open_file(&path, "#organisation=chalkdown&kind=create,delete");
    shown(
        &browser,
        "Shown: 3 of 50 changes and steps, 3 people in 1 organisation; 3 accounts in who has what; 0 endings in the calendar",
    );
    assert_eq!(
        seen(&browser),
        "chalkdown: Edna Marlow, Ivo Marsh, Leila Haddow"
    );
    browser.open_file(&path, "#person=firth");
    shown(
        &browser,
        "No change fits; 1 account in who has what; 1 ending in the calendar",
    );
    let months = "return [...document.querySelectorAll('.ends li')].filter(one => one.checkVisibility())\
                  .map(one => one.textContent.trim()).join('; ')";
    assert!(
        said(&browser, months).contains("Alan Firth"),
        "{}",
        said(&browser, months)
    );
    browser.open_file(
        &path,
        "#person=%3Cimg%20src=x%20onerror=alert(1)%3E&kind=%22&organisation=x",
    );
    shown(&browser, "No change fits; 0 endings in the calendar");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Of whom names are kept out, the pseudonym is what is looked for.
#[test]
fn a_redacted_page_names_nobody_and_can_be_filtered() {
    let Some(browser) = Browser::start("the redacted page of a plan") else {
        return;
    };
    let mut command = beadle(&repository());
    command.args(["plan", "examples/trust", "--sandbox", "--redact=always"]);
    browser.open_file(&page(command, "redacted"), "");
    let all = "All shown: 50 changes and steps, 22 people in 8 organisations";
    shown(&browser, all);
    let first = said(
        &browser,
        "return document.querySelector('.person .name').textContent",
    );
    assert!(first.starts_with("person-"), "{first}");
    browser.run("document.querySelector('#by-person').focus()", &json!([]));
    browser.type_keys(&first);
    let found = browser.wait_for(|| {
        let found = said(
            &browser,
            "return document.querySelector('#shown').textContent",
        );
        if found.contains(" 1 person in ") {
            Ok(())
        } else {
            Err(found)
        }
    });
    found.unwrap();
}

/// The other examples, each with something that the trust has not.
#[test]
fn every_example_has_a_page() {
    let Some(browser) = Browser::start("the pages of the examples' plans") else {
        return;
    };
    for example in ["university", "authority", "scim"] {
        let folder = tempfile::tempdir().unwrap();
        copy(&repository().join("examples").join(example), folder.path());
        let mut command = beadle(folder.path());
        command.args(["plan", "--sandbox"]);
        browser.open_file(&page(command, example), "");
        let acts = "return document.querySelectorAll('.act').length > 0";
        assert_eq!(said(&browser, acts), "true", "{example}");
        let rows = "document.querySelectorAll('.matrix').forEach(one => one.open = true);\
                    return document.querySelectorAll('.matrix').length > 0";
        assert_eq!(said(&browser, rows), "true", "{example}");
        assert_eq!(browser.complaints(), Vec::<String>::new(), "{example}");
    }
}

/// A school's part is for that school: nobody of another stands on it, on paper either.
#[test]
fn what_stands_first_is_about_the_organisation_that_was_asked_for() {
    let Some(browser) = Browser::start("the first part of a plan's page") else {
        return;
    };
    let whole = "return document.querySelector('h1').textContent";
    browser.open_file(&trust("first"), "");
    let all = said(&browser, whole);
    browser.open_file(&trust("first"), "#organisation=birchmoor");
    shown_once_narrowed(&browser);
    assert_eq!(
        said(&browser, whole),
        format!("Birchmoor Primary School (of {all})")
    );
    assert!(said(&browser, "return document.title").contains("Birchmoor Primary School (of "));
    let others = "return [...document.querySelectorAll('#first [data-o]')]\
                  .filter(one => one.dataset.o !== 'birchmoor' && one.checkVisibility() && one.textContent).length";
    assert_eq!(said(&browser, others), "0");
    let own = "return [...document.querySelectorAll('.topic li')].filter(one => one.checkVisibility()).length > 0";
    assert_eq!(said(&browser, own), "true");
    let sentences = "return document.querySelector('.headlines').checkVisibility()";
    assert_eq!(said(&browser, sentences), "false");
    let note = "addEventListener('beforeprint', () => { window.onPaper = [...document.querySelectorAll(\
                '#first [data-o], #calendar li[data-o]')].filter(one => one.dataset.o !== 'birchmoor' \
                && one.checkVisibility() && one.textContent).length; })";
    browser.run(note, &json!([]));
    let pdf = browser.printed();
    std::fs::write(super::kept().join("one-school.pdf"), &pdf).unwrap();
    assert_eq!(said(&browser, "return window.onPaper"), "0");
    // Everything again.
    browser.run("document.querySelector('[type=reset]').click()", &json!([]));
    let back = browser.wait_for(|| match said(&browser, whole) {
        now if now == all => Ok(()),
        now => Err(now),
    });
    back.unwrap_or_else(|now| panic!("the title is `{now}`"));
    assert_eq!(
        said(
            &browser,
            "return document.querySelectorAll('#first [hidden]:not(.own)').length"
        ),
        "0"
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

fn shown_once_narrowed(browser: &Browser) {
    let said = browser.wait_for(|| {
        let text = said(
            browser,
            "return document.querySelector('#shown').textContent",
        );
        if text.starts_with("Shown:") {
            Ok(())
        } else {
            Err(text)
        }
    });
    said.unwrap_or_else(|text| panic!("it says `{text}`"));
}
