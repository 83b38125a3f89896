//! Hostile names do nothing in any output.

use beadle::model::outcome::{Failure, Outcome, Verdict};
use beadle::model::plan::{AccountRef, Change, Plan, Reason, UnitPlan};
use beadle::model::review::Review;
use beadle::report::escape::is_hidden;
use beadle::report::json::{apply_json, plan_json};
use beadle::report::text::apply_text;

use super::PLAIN;
use super::sample;
use super::text::plain;

const PAYLOADS: &[&str] = &[
    "\u{1b}[2J\u{1b}[31mred",
    "\u{1b}]8;;http://evil.example\u{7}click",
    "first\n::add-mask::second",
    "::error::x",
    "##vso[task.setvariable variable=x]y",
    "##[error]x",
    "a\u{202e}nimda",
    "zero\u{200b}width\u{feff}",
    "\u{9b}31m",
    "\r\u{8}\u{0}",
    "</details>@team",
];

fn hostile(payload: &str) -> AccountRef {
    let mut account = sample::account(payload, payload);
    account.person = Some(payload.into());
    account
}

/// The plan with everything, each text of a file or portal replaced by the payload.
fn poisoned(payload: &str) -> Plan {
    let mut plan = sample::everything();
    for refusal in &mut plan.refusals {
        refusal.message = payload.to_owned();
        refusal.waiver = payload.to_owned();
        refusal.portal = payload.into();
    }
    for unit in &mut plan.units {
        poison(unit, payload);
    }
    plan
}

fn poison(unit: &mut UnitPlan, payload: &str) {
    unit.organisation = payload.into();
    unit.organisation_name = payload.into();
    unit.portal = payload.into();
    unit.portal_organisation = payload.into();
    for action in &mut unit.actions {
        action.account = hostile(payload);
        action.area = Some(payload.into());
        action.changes = vec![Change::Name {
            before: Some(payload.into()),
            after: payload.into(),
        }];
        action.reason = Reason::Renamed {
            was: payload.into(),
            source: beadle::model::source::Source {
                file: payload.into(),
                line: 1,
                column: 1,
            },
        };
    }
    for step in &mut unit.manual {
        step.account = hostile(payload);
        step.title = payload.to_owned();
        step.clicks = vec![payload.to_owned()];
    }
    for held in &mut unit.held_back {
        held.account = hostile(payload);
    }
    for problem in &mut unit.problems {
        problem.message = payload.to_owned();
        problem.help = Some(payload.to_owned());
    }
}

fn harmless(text: &str) {
    for line in text.lines() {
        assert!(!line.chars().any(is_hidden), "{line:?}");
        assert!(!line.trim_start().starts_with("::"), "{line:?}");
        assert!(!line.contains("##["), "{line:?}");
        assert!(!line.contains("##vso["), "{line:?}");
    }
}

#[test]
fn payloads_do_nothing_in_text() {
    for payload in PAYLOADS {
        let lines = plain(&poisoned("x")).lines().count();
        let text = plain(&poisoned(payload));
        harmless(&text);
        // A waiver may have lines of its own; nothing else may make new ones.
        let more = payload.lines().count() - 1;
        assert!(text.lines().count() <= lines + more, "{text}");
    }
}

#[test]
fn payloads_do_nothing_in_outcomes() {
    for payload in PAYLOADS {
        let mut report = sample::report();
        report.saves[3].2 = Outcome::Failed(Failure {
            message: (*payload).to_owned(),
            unreachable: false,
            verdict: Verdict::Refused,
        });
        let mut out = Vec::new();
        apply_text(&poisoned(payload), &report, &PLAIN, &mut out).unwrap();
        harmless(&String::from_utf8(out).unwrap());
        let mut out = Vec::new();
        apply_json(&poisoned(payload), "", &report, &mut out).unwrap();
        harmless_json(&out);
    }
}

#[test]
fn payloads_do_nothing_in_json_and_read_back_the_same() {
    for payload in PAYLOADS {
        let mut out = Vec::new();
        plan_json(&poisoned(payload), &Review::default(), &mut out).unwrap();
        let value = harmless_json(&out);
        assert_eq!(value["units"][0]["actions"][0]["name"], *payload);
    }
}

fn harmless_json(out: &[u8]) -> serde_json::Value {
    let text = std::str::from_utf8(out).unwrap();
    assert!(
        !text.chars().any(|it| it != '\n' && is_hidden(it)),
        "{text:?}"
    );
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")));
    assert!(!text.contains("##"), "{text}");
    serde_json::from_str(text).unwrap()
}
