//! The OpenAPI document is what is served: every example and every real answer is valid.

use super::super::document::{answer_schema, assert_valid, operations, resolve};
use super::super::send;
use super::{bench, call};
use serde_json::Value;

#[tokio::test]
async fn the_document_served_is_the_one_published() {
    let bench = bench().await;
    let published = include_str!("../../../../schema/portals/hfl.openapi.json");
    let published: Value = serde_json::from_str(published).unwrap();
    let url = bench.url("/portals/hfl/openapi.json");
    assert_eq!(send(bench.client.get(url)).await.json(), published);
}

fn document() -> Value {
    let published = include_str!("../../../../schema/portals/hfl.openapi.json");
    serde_json::from_str(published).unwrap()
}

#[test]
fn every_example_is_valid() {
    let document = document();
    let mut seen = 0;
    for (method, path, operation) in operations(&document) {
        let what = format!("{method} {path}");
        let mut contents = vec![resolve(&document, &operation["requestBody"])];
        let responses = operation["responses"].as_object().unwrap();
        contents.extend(responses.values().map(|one| resolve(&document, one)));
        let bodies = contents.iter().filter_map(|it| it["content"].as_object());
        for media in bodies.flat_map(|content| content.values()) {
            let many = media["examples"].as_object().into_iter();
            let many = many.flat_map(|map| map.values().map(|example| &example["value"]));
            for example in media.get("example").into_iter().chain(many) {
                assert_valid(&document, &media["schema"], example, &what);
                seen += 1;
            }
        }
    }
    assert!(seen > 60, "{seen} examples");
}

#[tokio::test]
async fn every_operation_answers_as_the_document_says() {
    let bench = bench().await;
    let document = document();
    for (method, path, operation) in operations(&document) {
        let id = match path.contains("products") {
            true => "dms-portal",
            false => "s-0002",
        };
        let filled = path.replace("{dfe}", "9999001").replace("{id}", id);
        let mut request = call(&bench, method.clone(), &filled);
        if let Some(body) = operation.get("requestBody") {
            request = request.json(&body["content"]["application/json"]["example"]);
        }
        let answer = send(request).await;
        let what = format!("{method} {path} → {}", answer.status);
        assert!(answer.status.is_success(), "{what}: {}", answer.text);
        let status = answer.status.as_str();
        assert!(operation["responses"].get(status).is_some(), "{what}");
        match answer_schema(&document, operation, status) {
            Some(schema) => assert_valid(&document, schema, &answer.json(), &what),
            None => assert_eq!(answer.text, "", "{what}"),
        }
        let elsewhere = filled.replace("9999001", "9999009");
        let unknown = send(call(&bench, method, &elsewhere)).await;
        assert_eq!(unknown.problem(), "404 unknown-school");
        let schema = answer_schema(&document, operation, "404").unwrap();
        assert_valid(&document, schema, &unknown.json(), &what);
    }
}
