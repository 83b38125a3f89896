//! Day by day over random files: on no day that is not among the collected ones does anything
//! change by itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use beadle::config;
use beadle::model::day::shifted;
use beadle::model::next::HappeningKind;
use beadle::planner::{Changes, of_portals, of_unit, term_days};
use beadle::portal::rules_by_driver;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError};

/// Before everything; a leap year's February is among the days.
const FIRST: Date = date(2028, 2, 1);
/// Days that are looked at.
const DAYS: i64 = 80;

type Window = (Option<i64>, Option<i64>);

/// A user's days, those of an area, those of an assignment and of its second area.
type User = (Window, Window, Option<Window>);

fn window() -> impl Strategy<Value = Window> {
    (prop::option::of(0..60_i64), prop::option::of(0..20_i64))
        .prop_map(|(from, length)| (from, length.map(|length| from.unwrap_or(10) + length)))
}

fn dates((from, until): Window) -> String {
    let mut text = String::new();
    if let Some(from) = from {
        let _ = write!(text, ", from: {}", shifted(FIRST, from));
    }
    if let Some(until) = until {
        let _ = write!(text, ", until: {}", shifted(FIRST, until));
    }
    text
}

fn project(users: &[User], warn: u32, waiver: i64) -> String {
    let mut text = format!(
        "version: 1
portals:
  ofs: {{ driver: ofs, url: https://portal.example/api, token: {{ env: OFS_TOKEN }} }}
people:
  trust@northshire.example: {{ name: Morgan }}
policy:
  shared_accounts: allow
  expiry: {{ warn_days: {warn} }}
  waivers:
    - {{ portal: ofs, guardrail: max_removals_total, limit: 9, reason: x, until: {} }}
    - {{ organisation: north, portal: ofs, guardrail: min_admins, limit: 1, reason: x, until: {} }}
",
        shifted(FIRST, waiver),
        shifted(FIRST, waiver + 3),
    );
    text.push_str("assignments:\n");
    for (_, _, assigned) in users {
        if let Some(window) = assigned {
            let _ = writeln!(
                text,
                "  - {{ users: [trust@northshire.example], organisations: [\"*\"], areas: {{ ofs: [assigned] }}, admin: [ofs]{} }}",
                dates(*window)
            );
        }
    }
    if text.ends_with("assignments:\n") {
        text.truncate(text.len() - "assignments:\n".len());
    }
    text.push_str("organisations:\n  north:\n    name: Northshire\n    portals: { ofs: \"10009999\" }\n    users:\n");
    for (number, (own, area, _)) in users.iter().enumerate() {
        let _ = writeln!(
            text,
            "      u{number}@northshire.example: {{ name: User {number}, areas: [plain, {{ area: dated{} }}]{} }}",
            dates(*area),
            dates(*own)
        );
    }
    let members: Vec<String> = (0..users.len())
        .map(|number| format!("u{number}@northshire.example"))
        .collect();
    let members = members.join(", ");
    let _ = writeln!(
        text,
        "      office@northshire.example: {{ name: Office, shared: {{ custodian: u0@northshire.example, members: [{members}] }}, areas: [plain] }}\n    admins: [{members}]"
    );
    text
}

fn only_on_collected_days(text: &str) -> Result<BTreeSet<HappeningKind>, TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("beadle.yaml"), text).unwrap();
    let rules = rules_by_driver();
    let loaded = config::load(folder.path(), &rules);
    let errors = || {
        let found = loaded.diagnostics.iter();
        found.map(|it| it.message.clone()).collect::<Vec<_>>()
    };
    let Some(project) = &loaded.project else {
        // Such as an area that has no day in common with its account.
        prop_assume!(!errors().iter().any(|it| it.contains("YAML")));
        return Err(TestCaseError::reject(errors().join("; ")));
    };
    let mut kinds = BTreeSet::new();
    let last = shifted(FIRST, DAYS);
    for unit in project.units(FIRST) {
        let rules = rules["ofs"];
        let mut collected = unit.turning_days();
        collected.extend(term_days(rules, FIRST, last));
        for day in (1..=DAYS).map(|days| shifted(FIRST, days)) {
            let (before, after) = (unit.on(shifted(day, -1)).desired(), unit.on(day).desired());
            let changes = Changes {
                before: &before,
                after: &after,
                live: None,
                rules,
                day,
            };
            let mut found: Vec<HappeningKind> =
                of_unit(&changes).iter().map(|it| it.kind).collect();
            found.extend(
                of_portals(project.policy(), day)
                    .iter()
                    .map(|(_, it)| it.kind),
            );
            prop_assert!(
                found.is_empty() || collected.contains(&day),
                "{found:?} on {day}, which is not among {collected:?}\n{text}"
            );
            kinds.extend(found);
        }
    }
    Ok(kinds)
}

proptest! {
    #![proptest_config(Config {
        cases: 256,
        failure_persistence: None,
        max_global_rejects: 100_000,
        ..Config::default()
    })]
    #[test]
    fn nothing_changes_on_a_day_that_is_not_collected(
        users in prop::collection::vec((window(), window(), prop::option::of(window())), 1..4),
        warn in prop_oneof![Just(0_u32), 1..40_u32, Just(u32::MAX)],
        waiver in 0..60_i64,
    ) {
        only_on_collected_days(&project(&users, warn, waiver))?;
    }
}

/// The days above are no empty ones: every kind that files alone bring about is among them.
#[test]
fn every_kind_of_change_is_met() {
    let users: [User; 2] = [
        (
            (Some(5), Some(20)),
            (Some(8), Some(12)),
            Some((Some(3), Some(40))),
        ),
        ((None, Some(50)), (None, None), None),
    ];
    let kinds = only_on_collected_days(&project(&users, 2, 30)).unwrap();
    let met: Vec<String> = kinds.iter().map(|kind| format!("{kind:?}")).collect();
    insta::assert_snapshot!(met.join(" "), @"");
}
