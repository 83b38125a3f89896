//! The OpenAPI document is what is served: every operation is there, every example and every real
//! answer is valid.

use super::Directory;
use crate::sandbox::send;
use reqwest::Method;
use serde_json::{Value, json};

const PUBLISHED: &str = include_str!("../../../../schema/portals/scim.openapi.json");

fn published() -> Value {
    serde_json::from_str(PUBLISHED).unwrap()
}

/// Fails unless `value` is valid under that schema of the document.
fn assert_valid(document: &Value, schema: &Value, value: &Value, what: &str) {
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": document["components"],
    });
    whole["allOf"] = json!([schema]);
    let validator = jsonschema::validator_for(&whole).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:?} in {value}");
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).unwrap(),
        None => value,
    }
}

fn operations(document: &Value) -> Vec<(Method, String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            let item = item.as_object().unwrap().iter();
            item.filter(|(key, _)| *key != "parameters")
                .map(move |(method, operation)| {
                    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                    (method, path.clone(), operation)
                })
        })
        .collect()
}

/// The media type and schema that the operation has for an answer of that status.
fn answer<'a>(
    document: &'a Value,
    operation: &'a Value,
    status: &str,
) -> Option<(&'a str, &'a Value)> {
    let response = resolve(document, operation["responses"].get(status)?);
    let (media, content) = response["content"].as_object()?.iter().next()?;
    Some((media, &content["schema"]))
}

#[tokio::test]
async fn the_document_served_is_the_one_published() {
    let directory = Directory::new().await;
    let url = directory.bench.url("/portals/scim/openapi.json");
    let served = send(directory.bench.client.get(url)).await;
    assert_eq!(served.json(), published());
}

#[test]
fn every_example_is_valid() {
    let document = published();
    let mut seen = 0;
    for (method, path, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap().values();
        let mut contents: Vec<&Value> = responses.collect();
        contents.push(&operation["requestBody"]);
        for content in contents {
            let Some(content) = resolve(&document, content)["content"].as_object() else {
                continue;
            };
            for media in content.values() {
                let many = media["examples"].as_object().into_iter();
                let many = many.flat_map(|map| map.values().map(|example| &example["value"]));
                for example in media.get("example").into_iter().chain(many) {
                    assert_valid(
                        &document,
                        &media["schema"],
                        example,
                        &format!("{method} {path}"),
                    );
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 100, "{seen} examples");
}

/// A call of the operation, as its example has it.
fn example(
    directory: &Directory,
    method: &Method,
    path: &str,
    operation: &Value,
) -> reqwest::RequestBuilder {
    let id = match path {
        path if path.contains("Schemas") => super::GROUP,
        path if path.contains("ResourceTypes") => "Group",
        path if path.contains("Groups") => "g-finance",
        _ => "u-0103",
    };
    let base = &directory.bench.running.ready().portals["scim"].url;
    let path = path.replace("{tenant}", "westmoor").replace("{id}", id);
    let call = directory
        .bench
        .client
        .request(method.clone(), format!("{base}{path}"));
    let Some(content) = operation["requestBody"]["content"].as_object() else {
        return call;
    };
    let (media, content) = content.iter().next().unwrap();
    let body = if media == "application/x-www-form-urlencoded" {
        "grant_type=client_credentials&client_id=beadle&client_secret=sandbox-scim".to_owned()
    } else {
        content["example"].to_string()
    };
    call.header("content-type", media).body(body)
}

#[tokio::test]
async fn every_operation_answers_as_the_document_says() {
    let document = published();
    for (method, path, operation) in operations(&document) {
        // Each has a directory of its own: what one does is not there for the next.
        let directory = Directory::new().await;
        let call = example(&directory, &method, &path, operation);
        let reply = send(call.bearer_auth("sandbox-scim")).await;
        let what = format!("{method} {path} → {}: {}", reply.status, reply.text);
        let offered = !path.ends_with("Bulk") && !path.ends_with("Me");
        assert_eq!(reply.status.is_success(), offered, "{what}");
        let status = reply.status.as_str();
        assert!(operation["responses"].get(status).is_some(), "{what}");
        match answer(&document, operation, status) {
            Some((media, schema)) => {
                assert_eq!(reply.header("content-type"), media, "{what}");
                assert_valid(&document, schema, &reply.json(), &what);
            }
            None => assert_eq!(reply.text, "", "{what}"),
        }
        if path.ends_with("token") {
            continue;
        }
        let nobody = send(example(&directory, &method, &path, operation)).await;
        let (_, schema) = answer(&document, operation, "401").unwrap();
        assert_valid(&document, schema, &nobody.json(), &what);
        assert_eq!(super::refused(&nobody), "401 -");
    }
}
