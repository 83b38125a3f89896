//! What a plan means: each action is in one topic, people are counted once, the serious is first.

use std::collections::{BTreeMap, BTreeSet};

use beadle::model::plan::{Action, ActionIndex, ActionKind, Change, Plan, UnitPlan};
use beadle::model::review::{ActionAt, Escalation, EscalationKind, Review};
use beadle::report::overview::{Gravity, Meaning, Overview, Standing};
use jiff::civil::date;

use super::sample::{self, account, action, listed};

fn texts(overview: &Overview<'_>) -> String {
    let lines = overview.headlines.iter();
    let lines: Vec<String> = lines
        .map(|line| format!("{:?}: {}", line.gravity, line.text))
        .collect();
    lines.join("\n")
}

#[test]
fn headlines_stand_by_how_much_they_matter() {
    let plan = sample::everything();
    let review = Review::default();
    let overview = Overview::of(&plan, &review);
    assert_eq!(overview.standing, Standing::Stopped);
    insta::assert_snapshot!(texts(&overview), @r"
    Stop: 1 limit refuses it: nothing of this is applied
    Stop: 1 fault in the files: nothing of this is applied until mended
    Alarm: 1 change cannot be undone (1 account is deleted for good)
    Alarm: 1 person becomes an administrator
    Alarm: 1 person stops being an administrator
    Take: 2 people lose access
    Heed: 1 person is given a sensitive area
    Give: 1 person gets an account
    Give: 1 person has a closed account opened again
    Give: 1 person is given areas
    Give: 1 person gets another name or address
    Note: 1 account gets a last day
    Note: 1 person is mailed by the portals
    Note: 1 step waits for a person: no program can do it
    Note: 2 changes are held back
    ");
    let gravities: Vec<Gravity> = overview.headlines.iter().map(|it| it.gravity).collect();
    assert!(gravities.is_sorted());
}

#[test]
fn each_action_is_in_exactly_one_topic() {
    let plan = sample::everything();
    let review = Review::default();
    let overview = Overview::of(&plan, &review);
    let mut seen = BTreeMap::new();
    for topic in &overview.topics {
        for place in &topic.places {
            for item in place.people.iter().flat_map(|entry| &entry.items) {
                *seen.entry(item.at).or_insert(0) += 1;
                assert_eq!(item.at.unit, place.unit);
            }
        }
    }
    assert_eq!(seen.len(), plan.units[0].actions.len());
    assert!(seen.values().all(|count| *count == 1));
    let meanings: Vec<Meaning> = overview.topics.iter().map(|topic| topic.meaning).collect();
    assert!(meanings.is_sorted());
}

#[test]
fn an_administrator_whose_account_ends_is_one_who_stops() {
    let mut plan = sample::everything();
    plan.refusals.clear();
    let end = plan.units[0]
        .actions
        .iter()
        .position(|action| action.kind == ActionKind::Expire)
        .unwrap();
    let at = ActionAt {
        unit: 0,
        action: ActionIndex(u32::try_from(end).unwrap()),
    };
    let review = Review {
        ended_admins: [at].into(),
        ..Review::default()
    };
    let overview = Overview::of(&plan, &review);
    assert_eq!(overview.counts.demoted, 2);
    assert_eq!(overview.rows[0].demoted, 2);
    // What is left of the account goes with its access.
    let left = overview.topic(Meaning::AccessEnds).unwrap();
    let left = left.places.iter().flat_map(|place| &place.people);
    let mut left = left.flat_map(|entry| &entry.items);
    assert!(left.all(|item| item.action.kind == ActionKind::Revoke));
    let topic = overview.topic(Meaning::CeasesToBeAdministrator).unwrap();
    assert_eq!(topic.people(), 2);
}

#[test]
fn somebody_in_several_places_is_one_person() {
    let unit = |organisation: &str, login: &str| {
        let mut account = account(login, "Aisha Khan");
        account.person = Some("khan@northshire.example".into());
        UnitPlan {
            organisation: organisation.into(),
            actions: vec![action(ActionKind::Create, account, listed(1))],
            ..sample::unit()
        }
    };
    let quiet = UnitPlan {
        organisation: "quiet".into(),
        ..sample::unit()
    };
    let plan = sample::plan(vec![unit("one", "AKHAN01"), unit("two", "khan"), quiet]);
    let review = Review::default();
    let overview = Overview::of(&plan, &review);
    assert_eq!(overview.counts.joining, 1);
    assert_eq!(overview.counts.gaining, 1);
    assert_eq!(overview.rows.len(), 2);
    assert_eq!(overview.quiet, 1);
    assert_eq!(overview.standing, Standing::Ready);
}

/// An action that changes an end or switches an account on, on the day of the sample.
fn change(kind: ActionKind, change: Change) -> Action {
    Action {
        changes: vec![change],
        ..action(kind, account("khan", "Aisha Khan"), listed(1))
    }
}

#[test]
fn an_earlier_end_is_a_loss_and_a_return_is_no_renewal() {
    let day = date(2026, 11, 22);
    let of = |kind, it: Change| Meaning::of(&change(kind, it), false, day);
    let expires = |before, after| Change::Expires { before, after };
    let (past, soon, later) = (
        Some(date(2026, 7, 31)),
        Some(date(2032, 7, 31)),
        Some(date(2034, 7, 31)),
    );
    let earlier = of(ActionKind::Update, expires(later, soon));
    assert_eq!(earlier, Meaning::EndsEarlier);
    assert!(earlier.is_serious() && Meaning::SensitiveAreaGiven.is_serious());
    assert_eq!(
        of(ActionKind::Renew, expires(soon, later)),
        Meaning::Prolonged
    );
    assert_eq!(
        of(ActionKind::Renew, expires(past, later)),
        Meaning::Reopened
    );
    let on = Change::Active {
        before: false,
        after: true,
    };
    assert_eq!(of(ActionKind::Renew, on), Meaning::Reopened);
}

#[test]
fn a_row_is_an_organisation_and_counts_people_at_all_its_portals_once() {
    let unit = |portal: &str, kinds: &[ActionKind]| {
        let actions = kinds.iter();
        let actions = actions.map(|kind| action(*kind, account("khan", "Aisha Khan"), listed(1)));
        UnitPlan {
            portal: portal.into(),
            actions: actions.collect(),
            ..sample::unit()
        }
    };
    let plan = sample::plan(vec![
        unit("hants", &[ActionKind::Expire]),
        unit("hfl", &[ActionKind::Expire]),
        unit("ofs", &[ActionKind::Revoke]),
        unit("quiet", &[]),
    ]);
    let review = Review::default();
    let overview = Overview::of(&plan, &review);
    let [row] = overview.rows.as_slice() else {
        panic!("{:?}", overview.rows);
    };
    assert_eq!(row.portals, ["hants", "hfl", "ofs"]);
    assert_eq!((row.leaving, row.losing_areas, row.actions), (1, 1, 3));
    let counts = &overview.counts;
    assert_eq!((counts.leaving, counts.losing_areas), (1, 1));
}

#[test]
fn rows_begin_with_what_is_worst() {
    let login = |name: &str| account(name, name);
    let unit = |organisation: &str, kind| UnitPlan {
        organisation: organisation.into(),
        actions: vec![action(kind, login("khan"), listed(1))],
        ..sample::unit()
    };
    let plan = sample::plan(vec![
        unit("gives", ActionKind::Create),
        unit("ends", ActionKind::Expire),
        unit("rules", ActionKind::Promote),
        unit("deletes", ActionKind::Delete),
    ]);
    let review = Review::default();
    let overview = Overview::of(&plan, &review);
    let order: Vec<&str> = overview.rows.iter().map(|row| row.organisation).collect();
    assert_eq!(order, ["deletes", "rules", "ends", "gives"]);
}

#[test]
fn an_escalation_with_two_reasons_is_one_line() {
    let plan = sample::everything();
    let of = |kind| Escalation {
        unit: 0,
        action: Some(ActionIndex(1)),
        manual: None,
        kind,
    };
    let review = Review {
        escalations: vec![
            of(EscalationKind::OwnAdmin),
            of(EscalationKind::ApprovesOwn),
        ],
        ..Review::default()
    };
    let overview = Overview::of(&plan, &review);
    assert_eq!(overview.counts.escalations, 1);
    let [one] = overview.escalations.as_slice() else {
        panic!("{:?}", overview.escalations);
    };
    assert_eq!(one.actions.len(), 1);
    let kinds = [EscalationKind::OwnAdmin, EscalationKind::ApprovesOwn];
    assert_eq!(one.kinds, BTreeSet::from(kinds));
}

#[test]
fn a_redacted_plan_has_the_same_numbers() {
    let plan = sample::everything();
    let redacted: Plan = beadle::report::Redaction::new(b"a key").plan(&plan);
    let review = Review::default();
    let (open, hidden) = (
        Overview::of(&plan, &review),
        Overview::of(&redacted, &review),
    );
    assert_eq!(open.counts, hidden.counts);
    assert_eq!(texts(&open), texts(&hidden));
    assert_eq!(open.endings.len(), hidden.endings.len());
}
