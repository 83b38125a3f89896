//! What was reported done is seen to be done, or said not to be.

use beadle::model::outcome::{ApplyReport, Outcome};
use beadle::model::plan::{Plan, Reason, Term, Write};
use beadle::portal::PortalRead;

use super::fake::{Fake, shared};
use super::plans::*;

async fn verified(plan: &Plan, report: ApplyReport, fake: &Fake) -> ApplyReport {
    let live = fake.list(&"north".into()).await.unwrap();
    let key = ("north".into(), "portal".into());
    beadle::executor::verify(plan, report, &[(key, live)].into())
}

/// A new account with two areas, a renamed one, an administrator made and one unmade, and an
/// account that loses its last area and is then deleted.
fn eventful_plan() -> Plan {
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    let made = save(&mut plan, north, create("new"), &[]);
    for area in ["returns", "surveys"] {
        save(
            &mut plan,
            north,
            grant(newcomer("new"), area, true),
            &[made],
        );
    }
    save(&mut plan, north, rename("old", "Older"), &[]);
    let promoted = grant(seeded("old"), ADMINISTRATION, true);
    let promoted = save(&mut plan, north, promoted, &[]);
    let demoted = grant(seeded("boss"), ADMINISTRATION, false);
    save(&mut plan, north, demoted, &[promoted]);
    let taken = save(
        &mut plan,
        north,
        grant(seeded("gone"), "returns", false),
        &[],
    );
    let account = seeded("gone");
    save(&mut plan, north, Write::Delete { account }, &[taken]);
    plan
}

fn eventful_portal() -> std::sync::Arc<Fake> {
    let fake = shared(Fake::new("portal"));
    fake.seed("north", "old", &[], false);
    fake.seed("north", "boss", &[], true);
    fake.seed("north", "gone", &["returns"], false);
    fake
}

#[tokio::test]
async fn what_is_there_stays_done() {
    let (plan, fake) = (eventful_plan(), eventful_portal());
    let report = run(&plan, &fake, 3).await;
    assert_eq!(report.actions_left(), 0);
    assert_eq!(verified(&plan, report.clone(), &fake).await, report);
}

#[tokio::test]
async fn what_the_listing_does_not_show_is_not_seen() {
    let (plan, fake) = (eventful_plan(), eventful_portal());
    let report = run(&plan, &fake, 3).await;
    // A portal that says yes and does nothing: the listing shows what was there before.
    let forgetful = eventful_portal();
    let report = verified(&plan, report, &forgetful).await;
    assert_eq!(report.actions_done(), 0);
    let seen = |(_, _, outcome): &(_, _, Outcome)| *outcome != Outcome::NotSeen;
    assert!(!report.saves.iter().any(seen));
}

#[tokio::test]
async fn other_outcomes_and_units_without_a_listing_stay_as_they_are() {
    let plan = eventful_plan();
    let fake = shared(Fake::new("portal"));
    let report = run(&plan, &fake, 3).await;
    assert_ne!(report.actions_left(), 0);
    let failed: Vec<_> = report.saves.iter().filter(|s| !s.2.is_done()).collect();
    let after = verified(&plan, report.clone(), &Fake::new("portal")).await;
    let still: Vec<_> = after
        .saves
        .iter()
        .filter(|s| s.2 != Outcome::NotSeen)
        .collect();
    assert_eq!(failed, still);
    let unread = beadle::executor::verify(&plan, report.clone(), &[].into());
    assert_eq!(unread, report);
}

#[tokio::test]
async fn a_further_term_is_seen_when_the_end_is_later_than_it_was() {
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    let keep = Write::Keep {
        account: seeded("a"),
        term: Term::AcademicYear,
    };
    let kept = save(&mut plan, north, keep, &[]);
    let fake = shared(Fake::new("portal"));
    fake.seed("north", "a", &[], false);
    let report = run(&plan, &fake, 1).await;
    // The fake keeps accounts to this day.
    for (ended_before, expected) in [
        (jiff::civil::date(2026, 10, 1), Outcome::Done),
        (jiff::civil::date(2027, 8, 31), Outcome::NotSeen),
    ] {
        plan.units[0].actions[0].reason = Reason::TermEnds {
            on: ended_before,
            source: None,
        };
        let after = verified(&plan, report.clone(), &fake).await;
        assert_eq!(*outcome(&after, kept), expected);
    }
}
