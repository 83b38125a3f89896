//! `max_shrink`: each boundary, who is expected to be gone, waivers, and what a refusal says.

use beadle::model::listing_count::{Counted, ListingCount};
use beadle::model::plan::{Refusal, UnitPlan};
use beadle::model::policy::{Guardrail, Policy, RemovalLimit, Waiver};
use beadle::planner::{LastCount, plan_unit, shrink_refusal};
use insta::assert_snapshot;

use super::build::{DAY, after, desired, live};
use super::models::OFS;

fn unit() -> UnitPlan {
    plan_unit(&desired([]), &live(Vec::new()), &OFS, DAY)
}

/// What becomes of a list of `now` accounts that had `before`, `leaving` of whom were being deleted.
fn judged((before, leaving): (u64, u64), now: u64, policy: &Policy) -> Option<Refusal> {
    let unit = unit();
    let counted = Counted {
        portal_organisation: unit.portal_organisation.clone(),
        count: ListingCount {
            accounts: before,
            ..ListingCount::default()
        },
        leaving,
    };
    let last = LastCount {
        counted: &counted,
        day: after(-1),
    };
    shrink_refusal(&unit, now, last, policy, DAY)
}

#[test]
fn a_list_is_refused_over_both_numbers_for_every_size() {
    let policy = Policy::default();
    for before in 0..=200_u64 {
        // The most that may be missing: five, or a fifth, whichever is more; never everybody.
        let line = (before / 5).max(5);
        for missing in [line - 1, line, line + 1] {
            let missing = missing.min(before);
            let refused = judged((before, 0), before - missing, &policy).is_some();
            let nobody = before > 0 && missing == before;
            assert_eq!(refused, missing > line || nobody, "{missing} of {before}");
        }
        assert_eq!(judged((before, 0), before + 1, &policy), None);
        // What beadle was deleting itself is not missing.
        assert_eq!(
            judged((before, before / 2), before - before / 2, &policy),
            None
        );
    }
}

#[test]
fn a_refusal_names_both_counts_and_a_waiver_is_the_way_out() {
    let refusal = judged((40, 3), 20, &Policy::default()).unwrap();
    assert_eq!(refusal.guardrail, Guardrail::MaxShrink);
    assert_snapshot!(refusal.message, @"the list has 20 accounts, and 37 are expected since the apply of 2026-11-21: 17 are missing (46 %); `max_shrink` allows 5, or 20 %");
    assert_snapshot!(refusal.waiver, @r"
    - organisation: northshire
      portal: portal
      guardrail: max_shrink
      limit: 17
      reason: say here why this is right
      until: 2026-11-29
    ");
    let waived = |limit, until| Policy {
        waivers: vec![Waiver {
            organisation: Some("northshire".into()),
            portal: "portal".into(),
            guardrail: Guardrail::MaxShrink,
            limit,
            reason: "a school was closed".to_owned(),
            until: after(until),
        }],
        ..Policy::default()
    };
    assert_eq!(judged((40, 3), 20, &waived(17, 0)), None);
    assert!(judged((40, 3), 20, &waived(16, 0)).is_some());
    assert!(judged((40, 3), 20, &waived(17, -1)).is_some());
}

#[test]
fn with_a_hundred_percent_nothing_is_refused() {
    let policy = Policy {
        max_shrink: RemovalLimit {
            percent: 100,
            count: 0,
        },
        ..Policy::default()
    };
    assert_eq!(judged((40, 0), 0, &policy), None);
}

#[test]
fn another_organisation_is_no_comparison() {
    let unit = unit();
    let counted = Counted {
        portal_organisation: "10007777".into(),
        count: ListingCount {
            accounts: 40,
            ..ListingCount::default()
        },
        leaving: 0,
    };
    let last = LastCount {
        counted: &counted,
        day: DAY,
    };
    assert_eq!(
        shrink_refusal(&unit, 0, last, &Policy::default(), DAY),
        None
    );
}
