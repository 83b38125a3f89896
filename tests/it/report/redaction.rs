//! A redacted plan names nobody, in any output, and the same person is the same everywhere.

use beadle::model::plan::{Change, ManualKind};
use beadle::model::plan_document::PlanDocument;
use beadle::model::review::Review;
use beadle::report::json::{apply_json, plan_json};
use beadle::report::redact::Redaction;
use beadle::report::text::apply_text;

use super::PLAIN;
use super::sample;
use super::text::plain;

/// Every name, login id and address of the sample plan, or what they share.
const CANARIES: &[&str] = &[
    "@northshire",
    "Aisha",
    "Khan",
    "khan",
    "Oduya",
    "oduya",
    "Fenwick",
    "fenwick",
    "Tanaka",
    "tanaka",
    "Sunita",
    "Patel",
    "patel",
    "Shah",
    "shah",
    "Novák",
    "novak",
    "Baptiste",
    "baptiste",
    "Brannigan",
    "brannigan",
    "Harker",
    "harker",
    "Ellis",
    "ellis",
    "Rahman",
    "rahman",
    "Sørensen",
    "sorensen",
    "Registry office",
    "`office",
    "u-4",
    "u-26",
];

fn redaction() -> Redaction {
    Redaction::new(b"a key of this test")
}

pub(super) fn names_nobody(text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} is in\n{text}");
    }
}

#[test]
fn a_redacted_plan_names_nobody() {
    let plan = sample::everything();
    let redacted = redaction().plan(&plan);
    let text = plain(&redacted);
    names_nobody(&text);
    // The whole structure, the saves too, and not only what is printed.
    names_nobody(&format!("{redacted:?}"));
    let mut json = Vec::new();
    plan_json(&redacted, &Review::default(), &mut json).unwrap();
    names_nobody(&String::from_utf8(json).unwrap());
    assert!(text.contains("beadle.yaml:60"));
    assert!(text.contains("hesa-student"));
    assert_eq!(redacted.summary(), plan.summary());
}

#[test]
fn a_rename_without_names_still_says_what_there_is_to_do() {
    let mut plan = sample::everything();
    let step = &mut plan.units[0].manual[0];
    step.kind = ManualKind::Rename;
    step.title = "Have Aisha Khan renamed to Aisha Rahman".into();
    step.clicks = vec!["It is to be changed from Aisha Khan to Aisha Rahman".into()];
    step.change = Some(Change::Name {
        before: Some("Aisha Khan".into()),
        after: "Aisha Rahman".into(),
    });
    let redacted = redaction().plan(&plan);
    let step = &redacted.units[0].manual[0];
    let person = step.account.login.as_str();
    assert_eq!(
        step.title,
        format!("Have {person} renamed to what the files say")
    );
    let click = format!("It is to be changed from {person} to what the files say");
    assert_eq!(step.clicks, [click]);
    let text = plain(&redacted);
    assert!(!text.contains("name-"), "{text}");
}

#[test]
fn a_redacted_outcome_names_nobody() {
    let plan = sample::everything();
    let report = redaction().report(&plan, &sample::report());
    let redacted = redaction().plan(&plan);
    let mut out = Vec::new();
    apply_text(&redacted, &report, &PLAIN, &mut out).unwrap();
    apply_json(&redacted, "", &report, &mut out).unwrap();
    names_nobody(&String::from_utf8(out).unwrap());
}

#[test]
fn the_same_person_is_the_same_everywhere_and_only_with_the_same_key() {
    let plan = sample::everything();
    let two = beadle::model::plan::Plan {
        units: vec![plan.units[0].clone(), plan.units[0].clone()],
        ..plan
    };
    let redacted = redaction().plan(&two);
    assert_eq!(redacted.units[0], redacted.units[1]);
    let login = &redacted.units[0].actions[9].account.login;
    assert_eq!(
        login.as_str(),
        redaction().person("Khan@Northshire.example")
    );
    assert_eq!(redacted.units[0].manual[0].account.login, *login);
    assert!(
        redacted.units[0].manual[0]
            .title
            .starts_with(login.as_str())
    );
    let mail = &redacted.units[0].saves[7].mails[0];
    assert_eq!(*mail, redacted.units[0].actions[7].account.login);
    let other = Redaction::new(b"another key").person("khan@northshire.example");
    assert_ne!(other, login.as_str());
    assert!(other.starts_with("person-") && other.len() == "person-".len() + 10);
}

#[test]
fn strangers_in_prose_are_found_by_the_form_of_their_address() {
    let mut plan = sample::everything();
    plan.units[0].problems[0].message =
        "`stranger@elsewhere.example` and <O'Hara+x@elsewhere.example>. Write to @ team.".into();
    let document = PlanDocument::of(&redaction().plan(&plan));
    let message = &document.units[0].problems[0].message;
    let stranger = redaction().person("stranger@elsewhere.example");
    let hara = redaction().person("o'hara+x@elsewhere.example");
    assert_eq!(
        *message,
        format!("`{stranger}` and <{hara}>. Write to @ team.")
    );
}

#[test]
fn only_whole_words_are_people() {
    let mut plan = sample::everything();
    plan.units[0].actions[9].account.name = "Ann".into();
    plan.units[0].problems[0].message = "annual-return, ANN and Ann's".into();
    let redacted = redaction().plan(&plan);
    let ann = redaction().person("khan@northshire.example");
    let message = &redacted.units[0].problems[0].message;
    assert_eq!(*message, format!("annual-return, {ann} and {ann}'s"));
}
