//! The plan as JSON keeps to its schema and has what other programs were promised.

use beadle::model::review::Review;
use beadle::report::json::{apply_json, plan_json};
use beadle::report::schema::plan_schema;
use serde_json::Value;

use super::sample;

fn document() -> Value {
    let mut out = Vec::new();
    plan_json(&sample::everything(), &Review::default(), &mut out).unwrap();
    assert!(out.ends_with(b"}\n"));
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn it_keeps_to_the_schema() {
    let schema: Value = serde_json::from_str(&plan_schema()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document())
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let mut wrong = document();
    wrong["units"][0]["actions"][0]["kind"] = "remove".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn it_has_what_other_programs_were_promised() {
    let document = document();
    for field in [
        "format", "beadle", "day", "digest", "refusals", "summary", "units",
    ] {
        assert!(!document[field].is_null(), "{field}");
    }
    let kinds = [
        "create", "update", "renew", "grant", "promote", "demote", "revoke", "expire", "delete",
    ];
    for kind in kinds {
        let expected = if kind == "grant" { 2 } else { 1 };
        assert_eq!(document["summary"]["actions"][kind], expected, "{kind}");
    }
    let count = |field: &str| document["summary"][field].as_u64().unwrap();
    let counts = [
        count("manual"),
        count("held_back"),
        count("calls"),
        count("mails"),
    ];
    assert_eq!(counts, [1, 2, 10, 1]);
    let unit = &document["units"][0];
    assert_eq!(unit["organisation"], "northshire");
    assert_eq!(unit["portal"], "ofs");
    assert_eq!(unit["manual"].as_array().map(Vec::len), Some(1));
    assert_eq!(unit["held_back"].as_array().map(Vec::len), Some(2));
    insta::assert_snapshot!(unit["actions"][8], @r#"{"kind":"update","account":"patel@northshire.example","name":"Sunita Patel","reason":"renamed (`was`)","source":{"file":"beadle.yaml","line":60},"reversible":true,"before":{"email":"shah@northshire.example","name":"Sunita Shah"},"after":{"email":"patel@northshire.example","name":"Sunita Patel"}}"#);
}

#[test]
fn the_same_plan_is_the_same_bytes() {
    let bytes = || {
        let mut out = Vec::new();
        plan_json(&sample::everything(), &Review::default(), &mut out).unwrap();
        out
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn outcomes_as_json() {
    let mut out = Vec::new();
    apply_json(&sample::everything(), "3f9a", &sample::report(), &mut out).unwrap();
    let document: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(document["plans"][0], "3f9a");
    insta::assert_snapshot!(document["counts"], @r#"{"done":3,"failed":1,"skipped":1,"waits":0,"interrupted":1,"accepted":0,"not_seen":1}"#);
    insta::assert_snapshot!(document["actions"][4], @r#"{"organisation":"northshire","portal":"ofs","kind":"revoke","account":"novak@northshire.example","area":"prevent-monitoring","outcome":"skipped","message":"`expire` for `novak@northshire.example` failed"}"#);
}

#[test]
fn an_action_of_several_saves_is_one_entry_with_the_gravest_outcome() {
    let mut report = sample::report();
    // The expiry failed; a second save of it was done.
    report.saves[2].1 = report.saves[3].1.clone();
    let mut out = Vec::new();
    apply_json(&sample::everything(), "3f9a", &report, &mut out).unwrap();
    let document: Value = serde_json::from_slice(&out).unwrap();
    let expiries: Vec<&Value> = document["actions"].as_array().unwrap().iter().collect();
    let expiries: Vec<_> = expiries
        .iter()
        .filter(|action| action["kind"] == "expire")
        .map(|action| &action["outcome"])
        .collect();
    assert_eq!(expiries, ["failed"]);
    assert_eq!(document["counts"]["done"], 2);
    assert_eq!(document["counts"]["failed"], 1);
}
