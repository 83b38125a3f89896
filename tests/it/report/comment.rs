//! A plan as a comment: the serious first, short enough at any size, nothing serious missing, and
//! nothing in it that does anything.

use std::collections::BTreeSet;

use beadle::model::name::{LoginId, PortalId};
use beadle::model::plan::{AccountRef, Action, ActionKind, Plan, Reason, Refusal, UnitPlan};
use beadle::model::policy::Guardrail;
use beadle::model::review::{Escalation, EscalationKind, Review};
use beadle::report::markdown::{LONGEST, MARKER, MarkdownOptions, plan_markdown};
use proptest::prelude::*;

use super::sample::{self, account, action, at, listed};

fn comment(plan: &Plan, review: &Review) -> String {
    let options = MarkdownOptions {
        digest: "1f0e".repeat(16),
        ..MarkdownOptions::default()
    };
    let text = plan_markdown(plan, review, &options);
    assert!(text.encode_utf16().count() <= LONGEST);
    assert!(text.starts_with(MARKER), "{text}");
    assert_eq!(text, plan_markdown(plan, review, &options));
    text
}

/// So many schools with so many people, each with so many areas that they lose or are given.
fn trust(schools: u32, people: u32, areas: u32, kinds: &[ActionKind]) -> Plan {
    let unit = |school: u32| {
        let mut actions = Vec::new();
        for number in 0..people {
            let login = format!("person.{school}.{number}@school.example");
            let name = format!("Person {school}/{number}");
            let account = AccountRef {
                login: LoginId::new(login.as_str()),
                name: name.into(),
                id: Some(PortalId::new(format!("u-{school}-{number}"))),
                person: Some(login.into()),
            };
            let kind = kinds[number as usize % kinds.len()];
            let with_areas = matches!(kind, ActionKind::Grant | ActionKind::Revoke);
            for area in 0..if with_areas { areas } else { 1 } {
                actions.push(Action {
                    area: with_areas.then(|| format!("area-{area:02}").as_str().into()),
                    ..action(kind, account.clone(), listed(number))
                });
            }
        }
        UnitPlan {
            organisation: format!("school-{school:04}").as_str().into(),
            organisation_name: format!("School {school}").into(),
            actions,
            ..sample::unit()
        }
    };
    sample::plan((0..schools).map(unit).collect())
}

#[test]
fn a_plan_with_something_of_every_kind() {
    let mut plan = sample::everything();
    plan.units[0].problems.clear();
    plan.refusals.clear();
    let text = comment(&plan, &Review::default());
    // What is seen at once, and of what is folded the line that opens it.
    let (open, folded) = text.split_at(text.find("<details>").unwrap());
    let folds = folded.lines().filter(|line| line.starts_with("<summary>"));
    let folds: Vec<&str> = folds.collect();
    insta::assert_snapshot!(format!("{open}{}", folds.join("\n")), @r"
    <!-- beadle:plan day=2026-11-22 digest=1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e -->
    ### Plan for 2026-11-22: changes at 1 organisation

    - ❗ **1 change cannot be undone (1 account is deleted for good)**
    - ❗ **1 person becomes an administrator**
    - ❗ **1 person stops being an administrator**
    - ➖ **2 people lose access**
    - ❗ **1 person is given a sensitive area**
    - ➕ 1 person gets an account
    - ➕ 1 person has a closed account opened again
    - ➕ 1 person is given areas
    - ➕ 1 person gets another name or address
    - 💬 1 account gets a last day
    - 💬 1 person is mailed by the portals
    - 💬 1 step waits for a person: no program can do it
    - 💬 2 changes are held back

    #### ❗ Cannot be undone (1 person)

    - University of Northshire, ofs: **Edith Brannigan** `brannigan@northshire.example` · deleted for good · named under `delete` · `beadle.yaml:99`

    #### ❗ Becomes an administrator (1 person)

    - University of Northshire, ofs: **Joy Oduya** `oduya@northshire.example` · listed for this user · `beadle.yaml:30`

    #### ❗ Stops being an administrator (1 person)

    - University of Northshire, ofs: **Martin Fenwick** `fenwick@northshire.example` · not listed any more · `beadle.yaml:29`

    #### ➖ Loses access (1 person, 2 changes; 1 more above)

    - University of Northshire, ofs: **Petra Novák** `novak@northshire.example` · the last day was 2026-07-31 · `beadle.yaml:90`; `prevent-monitoring` · the account's access has ended · `beadle.yaml:90`

    #### ❗ Is given a sensitive area (1 person)

    - University of Northshire, ofs: **Yuki Tanaka** `tanaka@northshire.example` · `reportable-events` · listed for this user · `beadle.yaml:71`

    #### By organisation

    | Organisation | Portals | Administrators | Lose access | Lose areas | Gain | Also |
    |---|---|---|--:|--:|--:|---|
    | University of Northshire | ofs | ▲ 1 more, ▼ 1 fewer | 2 |  | 3 | ❗ 1 cannot be undone, 1 person renamed, 1 step for a person, 1 mail, 2 held back |

    <summary>➕ Gets an account: 1 person</summary>
    <summary>➕ A closed account is opened again: 1 person</summary>
    <summary>➕ Is given areas: 1 person</summary>
    <summary>➕ Name or address changes: 1 person</summary>
    <summary>✋ 1 step waits for a person</summary>
    <summary>⏳ 2 held back: 1 several accounts with one login id, 1 waiting for a step by a person</summary>
    <summary>📅 Ends by date: 2</summary>
    <summary>📨 The portals mail 1 person (1 mail)</summary>
    <summary>💬 Worth knowing: 1 former login is live as well, left alone; 1 person begins later; 1 account is deactivated by the portal for want of a sign-in, left alone; 1 account is live and not in the files, left alone; 1 account is locked after wrong passwords, left alone; 1 login is used by several people</summary>
    <summary>🧪 Assumed of the portals, and not tried: 1</summary>
    ");
}

#[test]
fn what_stops_a_plan_stands_before_all_else_and_the_plan_is_shown_whole() {
    let plan = sample::everything();
    let text = comment(&plan, &Review::default());
    let first: Vec<&str> = text.lines().take(21).collect();
    insta::assert_snapshot!(first.join("\n"), @r"
    <!-- beadle:plan day=2026-11-22 digest=1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e -->
    ### ⛔ Plan for 2026-11-22: refused, nothing of it is applied

    ⛔ **1 limit refuses it, at 1 organisation**

    - **University of Northshire, ofs**: 1 administrator would be left (Aisha Khan), and at least 2 must stay

    If it is not meant, list more under `admins`.

    <details>
    <summary>If it is meant: a waiver, to be reviewed</summary>

    ```yaml
    - organisation: northshire
      portal: ofs
      guardrail: min_admins
      limit: 1
      reason: say why
      until: 2026-12-06
    ```
    ");
    assert!(text.contains("#### ❗ Becomes an administrator (1 person)"));
    assert!(text.contains("**Petra Novák**"));
}

#[test]
fn escalations_come_before_losses_with_the_reason() {
    let mut plan = sample::everything();
    plan.units[0].problems.clear();
    plan.refusals.clear();
    let escalation = |number, kind| Escalation {
        unit: 0,
        action: Some(beadle::model::plan::ActionIndex(number)),
        manual: None,
        kind,
    };
    let review = Review {
        escalations: vec![
            escalation(1, EscalationKind::OwnAdmin),
            escalation(5, EscalationKind::SelfGrant),
        ],
        ..Review::default()
    };
    let text = comment(&plan, &review);
    // After what cannot be undone and who rules, before whoever loses something.
    let from = text.find("#### ❗ Escalations").unwrap();
    let end = text.find("#### ➖ Loses access").unwrap();
    assert!(text.find("#### ❗ Stops being an administrator").unwrap() < from);
    insta::assert_snapshot!(text[from..end].trim_end(), @r"
    #### ❗ Escalations: changes of one's own rights (2 people)

    - **Joy Oduya** `oduya@northshire.example`, University of Northshire, ofs
      - **an author of the change becomes an administrator, or ceases to be one**
      - becomes an administrator · listed for this user · `beadle.yaml:30`
    - **Yuki Tanaka** `tanaka@northshire.example`, University of Northshire, ofs
      - **an author of the change gains access**
      - is given `reportable-events` · listed for this user · `beadle.yaml:71`
    ");
}

#[test]
fn nothing_to_do_is_one_short_sentence() {
    let plan = sample::plan(vec![sample::unit()]);
    insta::assert_snapshot!(comment(&plan, &Review::default()), @r"
    <!-- beadle:plan day=2026-11-22 digest=1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e1f0e -->
    ✅ Nothing to do: what is live is what the files ask for on 2026-11-22 (1 organisation).
    ");
}

#[test]
fn what_could_not_be_read_is_told_where_nothing_else_is() {
    let plan = sample::plan(vec![sample::unit()]);
    let options = MarkdownOptions {
        unread: BTreeSet::from([("elm".into(), "hfl".into())]),
        ..MarkdownOptions::default()
    };
    let text = plan_markdown(&plan, &Review::default(), &options);
    assert!(!text.contains("Nothing to do"), "{text}");
    assert!(text.contains("1 organisation could not be read"), "{text}");
    assert!(text.contains("`elm` at `hfl`"), "{text}");
}

#[test]
fn a_hundred_and_ten_schools_fit_with_every_removal_named() {
    use ActionKind::{Create, Demote, Expire, Grant, Promote, Revoke};
    // 11,990 people are given areas; of each school one is promoted, one demoted, two lose something.
    let mut plan = trust(110, 109, 10, &[Grant]);
    let serious = trust(110, 5, 2, &[Promote, Demote, Expire, Revoke, Create]);
    for (unit, more) in plan.units.iter_mut().zip(serious.units) {
        let rest = std::mem::take(&mut unit.actions);
        unit.actions = more.actions;
        unit.actions.extend(rest);
    }
    let text = comment(&plan, &Review::default());
    assert!(text.contains("110 people become administrators"));
    for school in 0..110 {
        for number in 0..4 {
            let name = format!("Person {school}/{number}");
            assert!(text.contains(&name), "{name} is missing");
        }
        assert!(text.contains(&format!("| School {school} | ofs |")));
    }
}

#[test]
fn a_hundred_thousand_removals_are_counted_to_the_last() {
    use ActionKind::{Promote, Revoke};
    let mut plan = trust(1_000, 10, 10, &[Revoke]);
    plan.units[999].actions.insert(
        0,
        action(
            Promote,
            account("new.head@school.example", "New Head"),
            listed(1),
        ),
    );
    let text = comment(&plan, &Review::default());
    assert!(text.contains("Loses areas (10000 people, 100000 changes)"));
    // The one who comes to rule is named, whatever else is there.
    assert!(text.contains("New Head"));
    // Of each organisation everybody is named, or how many they are is told.
    let of = |school: u32| format!("- School {school}, ofs: ");
    let told = |school: &u32| {
        let begin = of(*school);
        let mut lines = text
            .lines()
            .filter_map(|line| line.strip_prefix(begin.as_str()));
        lines.any(|line| {
            let named = |number| line.contains(&format!("Person {school}/{number}"));
            line == "10 people, 100 changes" || (0..10).all(named)
        })
    };
    assert_eq!((0..1_000).filter(told).count(), 1_000);
}

#[test]
fn more_organisations_than_have_room_are_counted_together() {
    let plan = trust(4_000, 1, 2, &[ActionKind::Revoke]);
    let text = comment(&plan, &Review::default());
    let rest = text
        .lines()
        .find(|line| line.contains("who do not fit here"));
    let listed = text
        .lines()
        .filter(|line| line.starts_with("- School "))
        .count();
    let missing = 4_000 - listed;
    assert!(listed > 500, "{listed}");
    assert_eq!(
        rest.unwrap(),
        format!(
            "- **and at {missing} more organisations: {missing} people, {} changes, who do not fit \
             here; `beadle plan` names them all**",
            missing * 2
        )
    );
}

#[test]
fn four_thousand_pseudonyms_are_all_there() {
    let plan = trust(110, 37, 3, &[ActionKind::Revoke]);
    let redacted = beadle::report::Redaction::new(b"a key").plan(&plan);
    let text = comment(&redacted, &Review::default());
    assert!(text.contains(": `person-{"), "{text}");
    for action in redacted.units.iter().flat_map(|unit| &unit.actions) {
        let digits = action
            .account
            .login
            .as_str()
            .strip_prefix("person-")
            .unwrap();
        assert!(text.contains(digits), "{digits} is missing");
    }
}

/// Names are what somebody wrote at a portal.
#[test]
fn a_long_name_pushes_nobody_out() {
    let mut plan = trust(40, 20, 1, &[ActionKind::Expire]);
    for action in plan.units.iter_mut().flat_map(|unit| &mut unit.actions) {
        let long = format!("{} {}", action.account.name, "x".repeat(150));
        action.account.name = long.as_str().into();
    }
    let text = comment(&plan, &Review::default());
    for action in plan.units.iter().flat_map(|unit| &unit.actions) {
        let (name, _) = action.account.name.split_once(" x").unwrap();
        assert!(text.contains(name), "{name} is missing");
    }
}

#[test]
fn details_go_before_grants_and_grants_before_removals() {
    use ActionKind::{Expire, Grant};
    let text = comment(&trust(40, 20, 6, &[Expire, Grant]), &Review::default());
    // Every one of the 400 who lose access is named; of the 400 who are given areas, not each.
    let named =
        |number: u32| (0..40).all(|school| text.contains(&format!("Person {school}/{number}")));
    assert!((0..20).step_by(2).all(named));
    assert!(text.contains("Is given areas: 400 people, 2400 changes"));
}

#[test]
fn thousands_of_refusals_end_in_a_number() {
    let mut plan = trust(3_000, 1, 1, &[ActionKind::Expire]);
    let refusal = |school: u32| Refusal {
        guardrail: Guardrail::MaxRemovals,
        organisation: Some(format!("school-{school:04}").as_str().into()),
        portal: "ofs".into(),
        message: "1 of 1 accounts would end, and at most 0 may".into(),
        waiver: format!("- organisation: school-{school:04}\n  limit: 1"),
    };
    plan.refusals = (0..3_000).map(refusal).collect();
    let text = comment(&plan, &Review::default());
    assert!(text.contains("Plan for 2026-11-22: refused"));
    let said = "⛔ **3000 limits refuse it, at 3000 organisations**";
    assert!(text.contains(said), "{text}");
    assert!(text.contains("limits refuse it; `beadle plan` shows them all"));
}

/// A limit of each kind that refuses each school, as a trust with strict limits sees them.
fn refusals(organisations: impl Iterator<Item = String>) -> Vec<Refusal> {
    let kinds = ["accounts would be expired", "grants would be revoked"];
    let each = organisations.flat_map(|organisation| {
        kinds.map(|kind| Refusal {
            guardrail: Guardrail::MaxRemovals,
            organisation: Some(organisation.as_str().into()),
            portal: "ofs".into(),
            message: format!("6 of 110 {kind} (5.5 %); `max_removals` allows 0, or 1 %"),
            waiver: format!(
                "- organisation: {organisation}\n  portal: ofs\n  guardrail: max_removals\n  \
                 limit: 6\n  reason: say why it is right\n  until: 2026-11-29\n"
            ),
        })
    });
    each.collect()
}

#[test]
fn hundreds_of_refusals_push_nobody_out() {
    use ActionKind::{Delete, Demote, Expire, Promote};
    let mut plan = trust(110, 6, 1, &[Delete, Promote, Demote, Expire]);
    let organisations = plan.units.iter().map(|unit| unit.organisation.to_string());
    plan.refusals = refusals(organisations);
    let text = comment(&plan, &Review::default());
    assert!(text.contains("⛔ **220 limits refuse it, at 110 organisations**"));
    // By name, each once; and one waiver for both of its limits.
    let first = "- **School 0, ofs**: 6 of 110 accounts would be expired (5.5 %); `max_removals` \
                 allows 0, or 1 %; 6 of 110 grants would be revoked";
    assert!(text.contains(first), "{text}");
    assert!(text.matches("organisation: school-0000\n").count() <= 1);
    for action in plan.units.iter().flat_map(|unit| &unit.actions) {
        assert!(text.contains(&*action.account.name), "{:?}", action.account);
    }
    let deleted = text.split("#### ❗ Cannot be undone").nth(1).unwrap();
    let deleted = deleted.split("####").next().unwrap();
    assert!(!deleted.contains("<details>"), "{deleted}");
}

#[test]
fn what_was_left_out_is_more_only_where_something_stands() {
    let mut plan = trust(3_000, 1, 1, &[ActionKind::Expire]);
    let again = plan.units.clone().into_iter().map(|unit| UnitPlan {
        portal: "hfl".into(),
        ..unit
    });
    plan.units.extend(again);
    let text = comment(&plan, &Review::default());
    let table = text.split("|---|").nth(1).unwrap();
    assert!(!table.contains("stands above"), "{table}");
    // Organisations and people, however many portals they have.
    let rest = text
        .lines()
        .find(|line| line.contains("do not fit here; `beadle plan` names"));
    let rest = rest.unwrap();
    let number = |word: &str| -> u32 {
        let words: Vec<&str> = rest.split(' ').collect();
        let at = words.iter().position(|it| it.starts_with(word)).unwrap();
        let before = words[..at].iter().rev().find_map(|it| it.parse().ok());
        before.unwrap()
    };
    assert!(number("organisations") <= 3_000, "{rest}");
    assert_eq!(number("organisations"), number("people"), "{rest}");
}

const KINDS: [ActionKind; 9] = ActionKind::ALL;

fn arbitrary_plan() -> impl Strategy<Value = Plan> {
    let one = (
        0_u32..60,
        0..KINDS.len(),
        0_u32..8,
        any::<bool>(),
        ".{0,60}",
    );
    let unit = proptest::collection::vec(one, 0..40);
    proptest::collection::vec(unit, 1..12).prop_map(|units| {
        let units = units.into_iter().zip(0..).map(|(actions, number)| {
            let actions = actions.into_iter().map(|(who, kind, area, key, text)| {
                let kind = KINDS[kind];
                let name = format!("N{who}x{number}x {text}");
                let with_area = matches!(kind, ActionKind::Grant | ActionKind::Revoke);
                Action {
                    area: with_area.then(|| format!("a{area}").as_str().into()),
                    reversible: kind != ActionKind::Delete && !key,
                    ..action(
                        kind,
                        account(&format!("l{who}.{number}@x.example"), &name),
                        Reason::NotListed(Some(at(who))),
                    )
                }
            });
            UnitPlan {
                organisation: format!("o{number}").as_str().into(),
                actions: actions.collect(),
                ..sample::unit()
            }
        });
        sample::plan(units.collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// At any size: no longer than it may be, and everybody named who loses anything or comes to
    /// rule or ceases to, once for each time that the plan does it to them.
    #[test]
    fn no_removal_and_no_change_of_administrators_is_missing(
        plan in arbitrary_plan(),
        copies in 1_usize..4,
        refused in 0_u32..400,
    ) {
        let mut plan = plan;
        plan.refusals = refusals((0..refused).map(|number| format!("o{number}")));
        let units = plan.units.clone();
        for _ in 1..copies {
            plan.units.extend(units.clone());
        }
        let text = comment(&plan, &Review::default());
        for unit in &plan.units {
            for it in &unit.actions {
                let serious = it.kind.is_removal() || it.kind == ActionKind::Promote;
                let name = it.account.name.split(' ').next().unwrap_or_default();
                prop_assert!(!serious || text.contains(name), "{name} is not in\n{text}");
            }
        }
        let opened = text.lines().filter(|line| *line == "<details>").count();
        let closed = text.lines().filter(|line| *line == "</details>").count();
        prop_assert_eq!(opened, closed);
    }

    /// However little room there is.
    #[test]
    fn nothing_is_longer_than_it_may_be(schools in 1_u32..300, people in 1_u32..20, areas in 1_u32..4) {
        let plan = trust(schools, people, areas, &ActionKind::ALL);
        let text = comment(&plan, &Review::default());
        let total: u64 = plan.summary().actions.values().sum();
        prop_assert!(text.len() > 200 && total > 0);
    }
}
