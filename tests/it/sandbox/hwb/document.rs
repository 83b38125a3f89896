//! The OpenAPI document of Hwb is what is served: every operation is there, every example and every
//! real answer is valid.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::super::document::{answer_schema, assert_valid, operations, resolve};
use super::{Hwb, send, snapshot};

async fn document(hwb: &Hwb) -> Value {
    let url = hwb.0.url("/portals/hwb/openapi.json");
    send(hwb.0.client.get(url)).await.json()
}

#[tokio::test]
async fn the_document_served_is_the_one_published() {
    let hwb = Hwb::new().await;
    let published = include_str!("../../../../schema/portals/hwb.openapi.json");
    let published: Value = serde_json::from_str(published).unwrap();
    assert_eq!(document(&hwb).await, published);
}

#[tokio::test]
async fn every_example_is_valid() {
    let hwb = Hwb::new().await;
    let document = document(&hwb).await;
    let mut seen = 0;
    for (method, path, operation) in operations(&document) {
        let mut contents = vec![resolve(&document, &operation["requestBody"])];
        let responses = operation["responses"].as_object().unwrap().values();
        contents.extend(responses.map(|response| resolve(&document, response)));
        let contents = contents.into_iter();
        for content in contents.filter_map(|body| body["content"].as_object()) {
            for media in content.values() {
                let many = media["examples"].as_object().into_iter();
                let many = many.flat_map(|map| map.values().map(|example| &example["value"]));
                for example in media.get("example").into_iter().chain(many) {
                    let what = format!("{method} {path}");
                    assert_valid(&document, &media["schema"], example, &what);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 150, "{seen} examples");
}

#[tokio::test]
async fn every_operation_answers_as_the_document_says() {
    let mut seeds = [snapshot("690", 4), snapshot("6909001", 4)];
    for seed in &mut seeds {
        seed.accounts[3].id = "h-0003".to_owned();
        seed.accounts[3].expires = Some(super::TODAY);
    }
    let hwb = Hwb::with(seeds.to_vec()).await;
    let document = document(&hwb).await;
    for (method, path, operation) in operations(&document) {
        let filled = path
            .replace("{authority}", "690")
            .replace("{school}", "6909001")
            .replace("{id}", "h-0003");
        let mut call = hwb.call(method.clone(), &filled);
        if operation.get("requestBody").is_some() {
            let content = &operation["requestBody"]["content"]["application/json"];
            call = call.json(&content["example"]);
        }
        let answer = send(call).await;
        let what = format!("{method} {path} → {}: {}", answer.status, answer.text);
        assert!(answer.status.is_success(), "{what}");
        let status = answer.status.as_str();
        let schema = answer_schema(&document, operation, status).expect(&what);
        assert_valid(&document, schema, &answer.json(), &what);
        // Without a token, for another organisation and another user, as the document says too.
        let url = hwb.0.url(&format!("/portals/hwb{filled}"));
        let nobody = send(hwb.0.client.request(method.clone(), url)).await;
        assert_eq!(nobody.problem(), "401 unauthenticated");
        let elsewhere = filled.replace("690", "691");
        refused(
            &hwb,
            &document,
            operation,
            (&method, &elsewhere),
            "unknown-organisation",
        )
        .await;
        if path.contains("{id}") {
            let other = filled.replace("h-0003", "h-9999");
            refused(
                &hwb,
                &document,
                operation,
                (&method, &other),
                "unknown-user",
            )
            .await;
        }
    }
}

async fn refused(
    hwb: &Hwb,
    document: &Value,
    operation: &Value,
    (method, path): (&Method, &str),
    code: &str,
) {
    let reply = send(hwb.call(method.clone(), path)).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert_eq!(reply.problem(), format!("404 {code}"));
    let schema = answer_schema(document, operation, "404").unwrap();
    assert_valid(document, schema, &reply.json(), path);
    let examples = &operation["responses"]["404"]["content"]["application/problem+json"];
    assert!(examples["examples"].get(code).is_some(), "{path}: {code}");
}
