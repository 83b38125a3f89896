//! The OpenAPI document is what is served: every operation is there, every example and every real
//! answer is valid.

use super::{Bench, send};
use reqwest::Method;
use serde_json::{Value, json};

/// Fails unless `value` is valid under the document's schema of that name or reference.
pub(super) fn assert_valid(document: &Value, schema: &Value, value: &Value, what: &str) {
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": document["components"],
    });
    whole["allOf"] = json!([schema]);
    let validator = jsonschema::validator_for(&whole).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:?} in {value}");
}

/// Follows a reference inside the document.
pub(super) fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).unwrap(),
        None => value,
    }
}

async fn document(bench: &Bench) -> Value {
    let url = bench.url("/portals/ofs/openapi.json");
    send(bench.client.get(url)).await.json()
}

/// Every operation: method, path, itself.
pub(super) fn operations(document: &Value) -> Vec<(Method, String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .iter()
                .filter(|(key, _)| *key != "parameters")
                .map(move |(method, operation)| {
                    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                    (method, path.clone(), operation)
                })
        })
        .collect()
}

/// The schema that the operation has for an answer of that status.
pub(super) fn answer_schema<'a>(
    document: &'a Value,
    operation: &'a Value,
    status: &str,
) -> Option<&'a Value> {
    let response = resolve(document, operation["responses"].get(status)?);
    let content = response["content"].as_object()?;
    Some(&content.values().next()?["schema"])
}

/// Every example of the operation, each with its schema.
pub(super) fn examples<'a>(
    document: &'a Value,
    operation: &'a Value,
) -> Vec<(&'a Value, &'a Value)> {
    let mut contents = vec![resolve(document, &operation["requestBody"])];
    let responses = operation["responses"].as_object().unwrap();
    let responses = responses.values();
    contents.extend(responses.map(|response| resolve(document, response)));
    let contents = contents
        .into_iter()
        .filter_map(|body| body["content"].as_object());
    let mut found = Vec::new();
    for media in contents.flat_map(serde_json::Map::values) {
        let many = media["examples"].as_object().into_iter();
        let many = many.flat_map(|map| map.values().map(|example| &example["value"]));
        let all = media.get("example").into_iter().chain(many);
        found.extend(all.map(|example| (&media["schema"], example)));
    }
    found
}

#[tokio::test]
async fn the_document_served_is_the_one_published() {
    let bench = Bench::new().await;
    let published = include_str!("../../../schema/portals/ofs.openapi.json");
    let published: Value = serde_json::from_str(published).unwrap();
    assert_eq!(document(&bench).await, published);
    assert_eq!(bench.ask("/calls").await, json!([]));
}

#[tokio::test]
async fn every_example_is_valid() {
    let bench = Bench::new().await;
    let document = document(&bench).await;
    let mut seen = 0;
    for (method, path, operation) in operations(&document) {
        for (schema, example) in examples(&document, operation) {
            assert_valid(&document, schema, example, &format!("{method} {path}"));
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen} examples");
}

#[tokio::test]
async fn every_operation_answers_as_the_document_says() {
    let bench = Bench::new().await;
    let document = document(&bench).await;
    let key = json!({"portal": "ofs", "organisation": "10000001", "area": "user-administration"});
    bench.tell(Method::PUT, "/access-keys", &key).await;
    for (method, path, operation) in operations(&document) {
        let filled = path
            .replace("{ukprn}", "10000001")
            .replace("{id}", "u-0003")
            .replace("{code}", "annual-financial-return");
        let mut call = bench.call(method.clone(), &filled);
        if operation.get("requestBody").is_some() {
            let mut example =
                operation["requestBody"]["content"]["application/json"]["example"].clone();
            if path.ends_with("copy-areas") {
                example = json!({"to": ["u-0006"]});
            }
            call = call.json(&example);
        }
        let answer = send(call).await;
        let what = format!("{method} {path} → {}", answer.status);
        let refused = method == Method::DELETE && path.ends_with("{id}");
        assert_eq!(
            answer.status.is_success(),
            !refused,
            "{what}: {}",
            answer.text
        );
        let status = answer.status.as_str();
        assert!(operation["responses"].get(status).is_some(), "{what}");
        match answer_schema(&document, operation, status) {
            Some(schema) => assert_valid(&document, schema, &answer.json(), &what),
            None => assert_eq!(answer.text, "", "{what}"),
        }
        // Without a token, and for a provider that is not there, as the document says too.
        let url = bench.url(&format!("/portals/ofs{filled}"));
        let nobody = send(bench.client.request(method.clone(), url)).await;
        assert_eq!(nobody.problem(), "401 unauthenticated");
        if path.contains("{ukprn}") {
            let elsewhere = filled.replace("10000001", "10000009");
            let unknown = send(bench.call(method, &elsewhere)).await;
            assert_eq!(unknown.problem(), "404 unknown-provider");
            let schema = answer_schema(&document, operation, "404").unwrap();
            assert_valid(&document, schema, &unknown.json(), &what);
        }
    }
}
