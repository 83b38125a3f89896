//! Whatever is sent is answered, and never with a failure of the server's own.

use super::{Directory, PATCH_OP};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use reqwest::Method;
use serde_json::{Value, json};

fn any_word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("userName".to_owned()),
        Just("emails".to_owned()),
        Just("members".to_owned()),
        Just("name.givenName".to_owned()),
        Just("active".to_owned()),
        Just("schemas".to_owned()),
        Just(super::ENTERPRISE.to_owned()),
        Just("emails[type eq \"work\"].value".to_owned()),
        Just("eq".to_owned()),
        Just("and".to_owned()),
        Just("not (".to_owned()),
        Just("[".to_owned()),
        Just(")".to_owned()),
        Just("\"é\\u0000\"".to_owned()),
        ".{0,8}",
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any_word().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(any_word(), inner, 0..3)
                .prop_map(|map| map.into_iter().collect::<Value>()),
        ]
    })
}

#[tokio::test]
async fn every_call_is_answered_whatever_is_in_it() {
    let directory = Directory::new().await;
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let filters = prop::collection::vec(any_word(), 0..7).prop_map(|words| words.join(" "));
    let operation = (
        prop_oneof![Just("add"), Just("replace"), Just("remove")],
        any_word(),
        any_json(),
    );
    let operation =
        operation.prop_map(|(op, path, value)| json!({"op": op, "path": path, "value": value}));
    let user = prop::collection::btree_map(any_word(), any_json(), 0..4);
    for _ in 0..300 {
        let filter = filters.new_tree(&mut runner).unwrap().current();
        let parameters = [("filter", filter.as_str()), ("sortBy", filter.as_str())];
        let reply = directory.list("/Users", &parameters).await;
        assert!(reply.status.as_u16() < 500, "{filter}: {}", reply.text);

        let operation = operation.new_tree(&mut runner).unwrap().current();
        let body = json!({"schemas": [PATCH_OP], "Operations": [operation]});
        for path in ["/Users/u-0103", "/Groups/g-finance"] {
            let reply = directory.send(Method::PATCH, path, &body).await;
            assert!(reply.status.as_u16() < 500, "{body}: {}", reply.text);
        }
        let user = user.new_tree(&mut runner).unwrap().current();
        let mut body = super::new_user("someone");
        for (name, value) in user {
            body[name] = value;
        }
        let reply = directory.put("/Users/u-0104", &body).await;
        assert!(reply.status.as_u16() < 500, "{body}: {}", reply.text);
        let reply = directory.post("/.search", &body).await;
        assert!(reply.status.as_u16() < 500, "{body}: {}", reply.text);
    }
    // What came of it is still a whole directory.
    let list = directory.get("/Users").await.json();
    assert_eq!(list["totalResults"], 9);
    assert!(directory.state().await.into_live().is_ok());
}

#[tokio::test]
async fn depth_and_length_have_an_end() {
    let directory = Directory::new().await;
    let mut deep = json!("x");
    for _ in 0..100 {
        deep = json!({"name": deep});
    }
    let reply = directory.post("/Users", &deep).await;
    assert_eq!(super::refused(&reply), "400 invalidSyntax");
    let text = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let reply = crate::sandbox::send(directory.call(Method::POST, "/Users").body(text)).await;
    assert_eq!(super::refused(&reply), "400 invalidSyntax");
    for brackets in [("(", ")"), ("not (", ")"), ("emails[", "]")] {
        let (open, close) = (brackets.0.repeat(5000), brackets.1.repeat(5000));
        let path = format!("members[{open}value pr{close}]");
        let reply = directory.patch("/Groups/g-finance", json!([{"op": "remove", "path": path}]));
        assert_eq!(super::refused(&reply.await), "400 invalidFilter");
    }
}
