//! Every page of every portal is opened and looked at, in a browser: a picture of each is kept
//! below the target folder, and each can be used by whoever sees nothing or has no mouse.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::driver::Browser;
use crate::support::Sandbox;

/// Of each kind of page of an organisation as many are opened: those of the first accounts.
const OF_A_KIND: usize = 2;

/// What is asked of each page: things that it has not, and should have, in words.
const FAULTS: &str = include_str!("faults.js");

/// Which kind of page an address leads to: the portal, whether it is of an organisation, and the
/// view.
fn kind(path: &str) -> String {
    let mut parts = path
        .split('?')
        .next()
        .unwrap_or_default()
        .split('/')
        .skip(2);
    let portal = parts.next().unwrap_or("portals");
    match (parts.next(), parts.next()) {
        (None, _) => portal.to_owned(),
        (Some(_), None) => format!("{portal}-first"),
        (Some(_), Some(view)) => format!("{portal}-{view}"),
    }
}

#[test]
fn every_page_can_be_seen_read_aloud_and_used_without_a_mouse() {
    let Some(browser) = Browser::start("the look of the sandbox's pages") else {
        return;
    };
    let nothing = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(nothing.path(), None);
    let control = sandbox.text("/control");
    let root = control.strip_suffix("/control").unwrap();
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&pictures).unwrap();

    let mut opened: BTreeMap<String, usize> = BTreeMap::new();
    // To a page for who has no number yet nothing leads, since in the example everybody has one.
    let school = sandbox.text("/portals/hampshire/organisations/0");
    let mut next = VecDeque::from(["/".to_owned(), format!("/pages/hampshire/{school}/number")]);
    let mut known: BTreeSet<String> = next.iter().cloned().collect();
    while let Some(path) = next.pop_front() {
        let kind = kind(&path);
        let count = opened.entry(kind.clone()).or_default();
        if *count == OF_A_KIND {
            continue;
        }
        *count += 1;
        browser.open(&format!("{root}{path}"));
        let picture = pictures.join(format!("{kind}-{count}.png"));
        fs::write(picture, browser.picture()).unwrap();
        assert!(!browser.source().contains("<script"), "{path} has a script");
        let faults = browser.run(FAULTS, &json!([]));
        assert_eq!(faults, json!([]), "{path}");
        controls_have_names(&browser, &path);
        tab_reaches_everything(&browser, &path);
        let links = browser.run(
            "return [...document.links].map(link => link.pathname + link.search)",
            &json!([]),
        );
        for link in links.as_array().unwrap() {
            let link = link.as_str().unwrap().to_owned();
            if known.insert(link.clone()) {
                next.push_back(link);
            }
        }
    }
    let seen: Vec<&str> = opened.keys().map(String::as_str).collect();
    insta::assert_snapshot!(seen.join("\n"), @r"
    hampshire
    hampshire-access
    hampshire-first
    hampshire-hub
    hampshire-number
    hampshire-register
    hampshire-users
    hfl
    hfl-add
    hfl-delete
    hfl-edit
    hfl-first
    hfl-permissions
    hfl-sub-accounts
    hfl-users
    hwb
    hwb-admins
    hwb-expiring
    hwb-first
    hwb-keep
    hwb-new
    hwb-password
    hwb-user
    hwb-users
    ofs
    ofs-add
    ofs-area
    ofs-areas
    ofs-copy
    ofs-edit
    ofs-first
    ofs-new
    ofs-user
    portals
    scim
    scim-first
    scim-group
    scim-groups
    scim-user
    ");
}

/// What a page holds that can be clicked or filled in.
const CONTROLS: &str = "return [...document.querySelectorAll(\
    'a[href], button, summary, select, textarea, input:not([type=hidden])')]\
    .filter(one => one.checkVisibility())";

/// Names as whoever does not see the page hears them.
pub(super) fn controls_have_names(browser: &Browser, path: &str) {
    for control in browser.elements(CONTROLS, &json!([])) {
        let name = browser.label(&control);
        assert!(!name.trim().is_empty(), "{path}: something has no name");
    }
}

/// The Tab key alone leads to every control. Of radio buttons it leads to the chosen one.
pub(super) fn tab_reaches_everything(browser: &Browser, path: &str) {
    let controls = browser.elements(CONTROLS, &json!([]));
    let is_other_choice = |control: &_| {
        let script = "return arguments[0].type === 'radio' && !arguments[0].checked";
        browser.run(script, &json!([browser.handle(control)])) == Value::Bool(true)
    };
    let mut left: Vec<_> = controls
        .iter()
        .filter(|one| !is_other_choice(one))
        .collect();
    // A field for a day has a stop for its day, its month, its year and its calendar.
    for _ in 0..controls.len() * 4 + 4 {
        if left.is_empty() {
            return;
        }
        let here = browser.tab();
        left.retain(|control| **control != here);
    }
    panic!(
        "{path}: Tab does not lead to {} of {} controls",
        left.len(),
        controls.len()
    );
}
