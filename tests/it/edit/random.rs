//! Any edit of any user with any names, in five layouts: the result is in order and desires exactly
//! what was meant, every comment but those of what was taken out is there, and no line more is
//! touched than the edit needs.

mod layouts;
mod op;

use std::collections::BTreeMap;
use std::sync::Arc;

use beadle::config::edit::{Which, prepare};
use beadle::config::{Project, load};
use beadle::model::day::Window;
use beadle::portal::rules_by_driver;
use beadle::report::changed_lines;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use self::layouts::{block, braces, school, several_lines, windows};
use self::op::{Op, op};
use super::Project as Folder;

const DAY: Date = date(2026, 11, 22);

/// One account in the state that is desired.
#[derive(Clone, Debug, PartialEq)]
struct Account {
    name: String,
    window: Window,
    grants: BTreeMap<String, (Window, Option<String>)>,
    admin: bool,
}

/// By organisation, portal and person.
type State = BTreeMap<(String, String), BTreeMap<String, Account>>;

fn state(project: &Project) -> State {
    let text = |text: &Arc<str>| text.to_string();
    let mut state = State::new();
    for unit in project.units(DAY) {
        let desired = unit.desired();
        let accounts = desired.accounts.values().map(|account| {
            let grants = account.grants.iter();
            let one = Account {
                name: text(&account.name),
                window: account.window,
                grants: grants
                    .map(|(area, grant)| {
                        (
                            area.to_string(),
                            (grant.window, grant.reason.as_ref().map(text)),
                        )
                    })
                    .collect(),
                admin: desired.admins.members.contains_key(&account.login),
            };
            (text(&account.person), one)
        });
        let place = (unit.organisation().to_string(), unit.portal().to_string());
        state.insert(place, accounts.collect());
    }
    state
}

fn comments(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| Some(&line[line.find("# ")?..]))
        .collect()
}

/// Whether an edit was made; fails where it was made wrong.
fn check(layout: usize, op: &Op, portal: &str) -> Result<bool, TestCaseError> {
    let files: Vec<(&str, String)> = match layout {
        0 => vec![("beadle.yaml", block())],
        1 => vec![("beadle.yaml", braces())],
        2 => vec![("beadle.yaml", several_lines())],
        3 => vec![("beadle.yaml", windows())],
        _ => school().into(),
    };
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let folder = Folder::of(&files);
    let rules = rules_by_driver();
    let loaded = load(folder.path(), &rules);
    let project = loaded
        .project
        .unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    let which = Which::Selected(vec!["northshire".to_owned()]);
    let edit = op.edit(portal);
    let Ok(prepared) = prepare(folder.path(), &project, &rules, (&edit, &which, DAY)) else {
        return Ok(false);
    };
    let before = state(&project);
    let expected = op.expected(&before, portal);
    if prepared.files.is_empty() {
        prop_assert!(
            expected == before || op.changes_terms(&before, portal),
            "nothing was done"
        );
        return Ok(true);
    }
    prop_assert_eq!(prepared.files.len(), 1);
    let file = &prepared.files[0];
    std::fs::write(&file.path, &file.after).unwrap();
    let loaded = load(folder.path(), &rules);
    let Some(after) = loaded.project else {
        return Err(TestCaseError::fail(format!(
            "{:?}\n{}",
            loaded.diagnostics, file.after
        )));
    };
    if op.changes_terms(&before, portal) {
        prop_assert_eq!(state(&after).len(), before.len());
    } else {
        prop_assert_eq!(state(&after), expected, "\n{}", file.after);
    }
    for comment in comments(&file.before) {
        let may_go = op.takes_from().is_some_and(|user| comment.contains(&user));
        prop_assert!(
            may_go || file.after.contains(comment),
            "`{}` is lost:\n{}",
            comment,
            file.after
        );
    }
    let (out, into) = changed_lines(&file.before, &file.after);
    let (most_out, most_into) = op.lines();
    prop_assert!(
        out <= most_out && into <= most_into,
        "-{} +{}:\n{}",
        out,
        into,
        file.after
    );
    prop_assert_eq!(
        file.before.matches("\r\n").count() == 0,
        file.after.matches("\r\n").count() == 0
    );
    prop_assert_eq!(file.before.ends_with('\n'), file.after.ends_with('\n'));
    Ok(true)
}

#[test]
fn every_edit_does_what_is_meant_and_nothing_else() {
    let mut config = Config::with_cases(600);
    config.failure_persistence = None;
    let mut runner = TestRunner::new(config);
    let made = std::cell::Cell::new(0_u32);
    let cases = (0_usize..5, op(), any::<bool>());
    let ran = runner.run(&cases, |(layout, op, first)| {
        let portal = match (layout, first) {
            (4, true) => "hants",
            (4, false) => "hfl",
            _ => "ofs",
        };
        let users = if matches!(layout, 0 | 3) { 6 } else { 3 };
        if check(layout, &op.among(users), portal)? {
            made.set(made.get() + 1);
        }
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
    // Else the test would see nothing but refusals.
    assert!(made.get() > 300, "{} of 600 edits were made", made.get());
}
