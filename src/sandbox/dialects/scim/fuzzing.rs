//! The door through which fuzzing tries what the directory reads: filters, the messages of PATCH,
//! and resources as they are sent.

use serde_json::{Map, Value, json};

use super::filter;
use super::matching::{Scope, check, meets, sort_key};
use super::schema::{KINDS, Kind};
use super::{patch, reading};

/// Reads a filter and, after an empty line, a message of PATCH or a resource. Whether the directory
/// takes any of them.
pub(in crate::sandbox) fn is_taken(input: &str) -> bool {
    let (filter, body) = input.split_once("\n\n").unwrap_or((input, ""));
    let mut taken = false;
    for kind in KINDS.iter().copied() {
        let resource = resource();
        let read = filter::parse(filter);
        let scope = Scope::Resource(kind);
        if let Ok(read) = &read
            && check(read, &[scope]).is_ok()
        {
            taken |= meets(read, scope, &resource);
        }
        taken |= is_patched(kind, resource, filter, body);
    }
    let _ = filter::parse_path(filter);
    taken
}

fn is_patched(
    kind: &'static Kind,
    mut resource: Map<String, Value>,
    filter: &str,
    body: &str,
) -> bool {
    let Ok(Value::Object(body)) = serde_json::from_str::<Value>(body) else {
        return false;
    };
    let _ = sort_key(kind, filter, &resource);
    let patched = patch::apply(kind, &mut resource, body.clone()).is_ok();
    patched || reading::resource(kind, body).is_ok()
}

/// A user and a group in one.
fn resource() -> Map<String, Value> {
    let resource = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "u-0001",
        "userName": "a.khan@northshire.example",
        "displayName": "Aisha Khan",
        "active": true,
        "name": { "givenName": "Aisha", "familyName": "Khan" },
        "emails": [{ "value": "a.khan@northshire.example", "type": "work", "primary": true }],
        "members": [{ "value": "u-0001", "display": "Aisha Khan" }],
        "meta": { "lastModified": "2026-10-02T09:00:00Z" },
    });
    match resource {
        Value::Object(resource) => resource,
        _ => Map::new(),
    }
}
