//! What changes by itself where live is known: the portal's own ends, and renewals.

use std::collections::BTreeSet;

use beadle::model::day::shifted;
use beadle::model::desired::{Desired, DesiredAccount};
use beadle::model::next::HappeningKind;
use beadle::model::rules::Rules;
use beadle::planner::{Changes, live_days, of_unit};
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::build::{DAY, account, after, dated, desired, expiring, live, user};
use super::models;
use super::properties::config;

/// The same wishes on another day.
fn on(day: Date, until: Option<i64>) -> Desired {
    let mut kit: DesiredAccount = dated(user("kit"), None, until.map(after));
    kit.presence = kit.window.on(day);
    desired([kit])
}

fn quiet_but_for_collected_days(
    rules: &Rules,
    (expires, until): (i64, Option<i64>),
) -> Result<BTreeSet<HappeningKind>, TestCaseError> {
    let there = live(vec![expiring(account("kit"), after(expires))]);
    let last = after(200);
    let mut collected = live_days(&there, rules, after(1), last);
    let own = until.map(|until| [after(until + 1), after(until - 30)]);
    collected.extend(own.into_iter().flatten());
    let mut kinds = BTreeSet::new();
    for day in (1..=200).map(|days| shifted(DAY, days)) {
        let changes = Changes {
            before: &on(shifted(day, -1), until),
            after: &on(day, until),
            live: Some(&there),
            rules,
            day,
        };
        let found: Vec<HappeningKind> = of_unit(&changes).iter().map(|it| it.kind).collect();
        prop_assert!(
            found.is_empty() || collected.contains(&day),
            "{}: {:?} on {}",
            rules.driver,
            found,
            day
        );
        kinds.extend(found);
    }
    Ok(kinds)
}

#[test]
fn live_changes_nothing_on_a_day_that_is_not_collected() {
    let case = (0..190_i64, prop::option::of(40..190_i64));
    for rules in models::all() {
        let run = TestRunner::new(config()).run(&case, |case| {
            quiet_but_for_collected_days(rules, case).map(|_| ())
        });
        if let Err(failure) = run {
            panic!("{}: {failure}", rules.driver);
        }
    }
}

#[test]
fn a_term_is_renewed_near_its_end_and_a_date_just_ends() {
    let kinds = |rules| quiet_but_for_collected_days(rules, (100, None)).unwrap();
    use HappeningKind::{PortalEnds, Renewal};
    assert_eq!(kinds(&models::HWB), BTreeSet::from([PortalEnds, Renewal]));
    assert_eq!(kinds(&models::OFS), BTreeSet::from([PortalEnds]));
}
