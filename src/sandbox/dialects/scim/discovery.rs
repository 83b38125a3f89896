//! What the directory says of itself (RFC 7644, 4): its capabilities, schemas and kinds of resource,
//! made from the table of attributes, so that neither can say what the other does not.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::listing::MOST;
use super::refusal::no_resource;
use super::schema::{Attribute, Data, KINDS, Kind, SCHEMAS, Schema};
use crate::sandbox::limits::LARGEST_BODY;
use crate::sandbox::problem::Problem;

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0";

/// `/ServiceProviderConfig`.
pub(super) fn config(base: &str) -> Value {
    json!({
        "schemas": [format!("{CORE}:ServiceProviderConfig")],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": LARGEST_BODY},
        "filter": {"supported": true, "maxResults": MOST},
        "changePassword": {"supported": false},
        "sort": {"supported": true},
        "etag": {"supported": true},
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "OAuth bearer token",
            "description": "A token of the directory, or one that its OAuth 2 endpoint gave",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base}/ServiceProviderConfig"),
        },
    })
}

/// `/Schemas`, or one of them.
pub(super) fn schemas(base: &str, id: Option<&str>) -> Result<Value, Problem> {
    let Some(id) = id else {
        return Ok(list(SCHEMAS.iter().map(|one| schema(base, one)).collect()));
    };
    let mut all = SCHEMAS.iter();
    let found = all.find(|schema| schema.id.eq_ignore_ascii_case(id));
    found
        .map(|found| schema(base, found))
        .ok_or_else(|| no_resource("schema", id))
}

/// `/ResourceTypes`, or one of them.
pub(super) fn resource_types(base: &str, id: Option<&str>) -> Result<Value, Problem> {
    let Some(id) = id else {
        return Ok(list(
            KINDS.iter().map(|kind| resource_type(base, kind)).collect(),
        ));
    };
    let found = KINDS.iter().find(|kind| kind.name == id);
    found
        .map(|kind| resource_type(base, kind))
        .ok_or_else(|| no_resource("resource type", id))
}

/// The refusal of a filter here (RFC 7644, 4).
pub(super) fn no_filter() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "no-filter",
        "Discovery takes no filter",
        "ask without `filter`",
    )
}

fn list(resources: Vec<Value>) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": resources.len(),
        "startIndex": 1,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

fn schema(base: &str, schema: &Schema) -> Value {
    let attributes: Vec<Value> = schema.attributes.iter().map(attribute).collect();
    json!({
        "schemas": [format!("{CORE}:Schema")],
        "id": schema.id,
        "name": schema.name,
        "description": schema.about,
        "attributes": attributes,
        "meta": {
            "resourceType": "Schema",
            "location": format!("{base}/Schemas/{}", schema.id),
        },
    })
}

fn attribute(attribute: &Attribute) -> Value {
    let Attribute {
        name,
        about,
        data,
        many,
        required,
        case_exact,
        mutability,
        always,
        unique,
        usual,
    } = attribute;
    let kind = match data {
        Data::Text => "string",
        Data::Boolean => "boolean",
        Data::Reference(_) => "reference",
        Data::Moment => "dateTime",
        Data::Complex(_) => "complex",
    };
    let mut shown = Map::new();
    let mut say = |name: &str, value: Value| {
        shown.insert(name.to_owned(), value);
    };
    say("name", json!(name));
    say("type", json!(kind));
    say("multiValued", json!(many));
    say("description", json!(about));
    say("required", json!(required));
    say("mutability", json!(mutability.word()));
    say(
        "returned",
        json!(if *always { "always" } else { "default" }),
    );
    match data {
        Data::Text | Data::Reference(_) | Data::Moment => {
            say("caseExact", json!(case_exact));
            say("uniqueness", json!(if *unique { "server" } else { "none" }));
        }
        Data::Boolean => {}
        Data::Complex(parts) => {
            say("subAttributes", parts.iter().map(self::attribute).collect());
        }
    }
    if let Data::Reference(leads_to) = data {
        say("referenceTypes", json!(leads_to));
    }
    if !usual.is_empty() {
        say("canonicalValues", json!(usual));
    }
    Value::Object(shown)
}

fn resource_type(base: &str, kind: &Kind) -> Value {
    let extensions: Vec<Value> = kind
        .extensions
        .iter()
        .map(|schema| json!({"schema": schema.id, "required": false}))
        .collect();
    json!({
        "schemas": [format!("{CORE}:ResourceType")],
        "id": kind.name,
        "name": kind.name,
        "description": kind.schema.about,
        "endpoint": format!("/{}", kind.endpoint),
        "schema": kind.schema.id,
        "schemaExtensions": extensions,
        "meta": {
            "resourceType": "ResourceType",
            "location": format!("{base}/ResourceTypes/{}", kind.name),
        },
    })
}
