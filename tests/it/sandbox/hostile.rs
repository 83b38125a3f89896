//! Whatever is sent, the sandbox answers, and answers as before afterwards.

use super::{Bench, send};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use serde_json::{Value, json};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("a@eastmere.example")),
        Just(json!("2027-02-30")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let field = prop_oneof![
            Just("email".to_owned()),
            Just("name".to_owned()),
            Just("expires".to_owned()),
            Just("locked".to_owned()),
            Just("to".to_owned()),
            Just("key".to_owned()),
            ".{0,6}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(field, inner, 0..5)
                .prop_map(|map| map.into_iter().collect::<Value>()),
        ]
    })
}

/// A method, an address made of known and of odd segments, and a body.
fn any_call() -> impl Strategy<Value = (Method, String, Vec<u8>)> {
    let method = prop_oneof![
        Just(Method::GET),
        Just(Method::POST),
        Just(Method::PUT),
        Just(Method::PATCH),
        Just(Method::DELETE),
        Just(Method::HEAD),
        Just(Method::OPTIONS),
    ];
    let segment = prop_oneof![
        Just("users".to_owned()),
        Just("areas".to_owned()),
        Just("u-0003".to_owned()),
        Just("hesa-student".to_owned()),
        Just("copy-areas".to_owned()),
        Just("%ff".to_owned()),
        Just("%00".to_owned()),
        Just("%2e%2e".to_owned()),
        "[a-zA-Z0-9%~.-]{0,8}".prop_map(|text| text.replace('%', "%25")),
    ];
    let base = prop_oneof![
        4 => Just("/portals/ofs/providers/10000001".to_owned()),
        1 => Just("/portals/ofs/me/access-keys".to_owned()),
        1 => Just("/portals/ofs".to_owned()),
        1 => Just("/pages/ofs/10000001".to_owned()),
        1 => Just("/control".to_owned()),
        1 => Just(String::new()),
    ];
    let query = prop_oneof![
        Just(String::new()),
        "[a-z_]{0,8}=[0-9a-z%-]{0,10}".prop_map(|text| format!("?{}", text.replace('%', "%f"))),
        any::<i64>().prop_map(|number| format!("?page={number}&per_page={number}")),
    ];
    let body = prop_oneof![
        3 => any_json().prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ];
    let path = (base, prop::collection::vec(segment, 0..5), query);
    let path = path.prop_map(|(base, segments, query)| {
        let segments: String = segments.iter().map(|text| format!("/{text}")).collect();
        format!("{base}{segments}{query}")
    });
    (method, path, body)
}

#[tokio::test]
async fn every_call_is_answered_whatever_is_in_it() {
    let bench = Bench::new().await;
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let calls = any_call();
    for _ in 0..600 {
        let (method, path, body) = calls.new_tree(&mut runner).unwrap().current();
        let request = bench
            .client
            .request(method.clone(), bench.url(&path))
            .bearer_auth(&bench.token)
            .body(body.clone())
            .send();
        // A panic would close the connection without an answer.
        let answer = request
            .await
            .unwrap_or_else(|error| panic!("{method} {path} {body:?}: {error}"));
        assert_ne!(answer.status(), 500, "{method} {path} {body:?}");
    }
    bench.tell(Method::POST, "/reset", &json!(null)).await;
    let after = send(bench.call(Method::GET, "/providers/10000001/users")).await;
    assert_eq!(after.json()["total"], 6);
}
