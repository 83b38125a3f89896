//! The OpenAPI document is what is served: every example and every real answer is valid.

use super::{Portal, send, trust};
use crate::sandbox::document::{answer_schema, assert_valid, examples, operations};
use reqwest::Method;
use serde_json::Value;

async fn document(portal: &Portal) -> Value {
    let url = portal.bench.url("/portals/hampshire/openapi.json");
    send(portal.bench.client.get(url)).await.json()
}

#[tokio::test]
async fn the_document_served_is_the_one_published_and_every_example_is_valid() {
    let portal = Portal::new().await;
    let document = document(&portal).await;
    let published = include_str!("../../../../schema/portals/hampshire.openapi.json");
    let published: Value = serde_json::from_str(published).unwrap();
    assert_eq!(document, published);
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
    for (method, path) in [
        ("GET", "/organisations/{dfe}/users"),
        ("POST", "/organisations/{dfe}/users"),
        ("DELETE", "/organisations/{dfe}/users/{user_id}"),
        ("DELETE", "/organisations/{dfe}/users/{user_id}/otp"),
        ("GET", "/organisations/{dfe}/users/{user_id}/roles"),
        ("PUT", "/organisations/{dfe}/users/{user_id}/roles"),
        ("GET", "/organisations/{dfe}/services"),
    ] {
        // A school, but where a user is registered.
        let (portal, dfe, user) = match method {
            "POST" => (Portal::seeded(vec![trust()]).await, "9990003", "x-9"),
            _ => (Portal::new().await, super::SCHOOL, "BOKONKW2"),
        };
        let document = document(&portal).await;
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let operation = &document["paths"][path][method.as_str().to_lowercase()];
        let filled = path.replace("{dfe}", dfe).replace("{user_id}", user);
        let mut call = portal.call(method.clone(), &filled);
        if operation.get("requestBody").is_some() {
            call = call.json(&operation["requestBody"]["content"]["application/json"]["example"]);
        }
        let answer = send(call).await;
        let what = format!("{method} {path} → {}", answer.status);
        assert!(answer.status.is_success(), "{what}: {}", answer.text);
        let status = answer.status.as_str();
        assert!(operation["responses"].get(status).is_some(), "{what}");
        match answer_schema(&document, operation, status) {
            Some(schema) => assert_valid(&document, schema, &answer.json(), &what),
            None => assert_eq!(answer.text, "", "{what}"),
        }
        let url = portal.bench.url(&format!("/portals/hampshire{filled}"));
        let nobody = send(portal.bench.client.request(method.clone(), url)).await;
        assert_eq!(nobody.problem(), "401 unauthenticated");
        let elsewhere = filled.replace(dfe, "9990009");
        let unknown = send(portal.call(method, &elsewhere)).await;
        assert_eq!(unknown.problem(), "404 unknown-organisation");
        let schema = answer_schema(&document, operation, "404").unwrap();
        assert_valid(&document, schema, &unknown.json(), &what);
    }
}
