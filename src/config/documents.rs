//! The two kinds of file as types, and the JSON schemas made from them. The comments on fields are
//! what editors show, so they speak to whoever writes YAML. No meaning is checked here.

mod directory;
mod organisation;
mod policy;
mod project;
mod token;

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

pub(super) use directory::{CapabilitiesDocument, ClientCredentialsDocument};
pub(super) use organisation::{
    AreaEntry, AreaUser, AreaView, Areas, OrganisationDocument, PortalLists, UserDocument,
};
pub(super) use policy::{
    EscalationsWord, ExpiryDocument, OrganisationPolicyDocument, PolicyDocument, RemovalsWord,
    SensitiveAreas, SharedAccountsWord, UnmanagedWord, WaiverDocument,
};
pub(super) use project::{
    AdminChoice, AssignmentDocument, PersonDocument, PortalDocument, ProjectDocument, RouteWord,
};
pub(super) use token::TokenDocument;

/// Which of the two a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// `beadle.yaml`.
    Project,
    /// One organisation's file.
    Organisation,
}

static PROJECT: LazyLock<Value> = LazyLock::new(project_schema);
static ORGANISATION: LazyLock<Value> = LazyLock::new(organisation_schema);

/// The JSON schema of a kind of file.
pub(super) fn schema(kind: FileKind) -> Value {
    known(kind).clone()
}

fn known(kind: FileKind) -> &'static Value {
    match kind {
        FileKind::Project => &PROJECT,
        FileKind::Organisation => &ORGANISATION,
    }
}

/// Whether only the project file may hold this key.
pub(super) fn is_project_key(key: &str) -> bool {
    has_property(FileKind::Project, key) && !has_property(FileKind::Organisation, key)
}

/// Whether only an organisation may hold this key.
pub(super) fn is_organisation_key(key: &str) -> bool {
    has_property(FileKind::Organisation, key) && !has_property(FileKind::Project, key)
}

fn has_property(kind: FileKind, key: &str) -> bool {
    known(kind)
        .get("properties")
        .and_then(|properties| properties.get(key))
        .is_some()
}

fn generate<T: schemars::JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    polish(&mut schema);
    schema
}

fn project_schema() -> Value {
    let mut schema = generate::<ProjectDocument<'static>>();
    // Inline, the id is the key above.
    if let Some(inline) = schema.pointer_mut("/$defs/Organisation/properties")
        && let Some(properties) = inline.as_object_mut()
    {
        properties.shift_remove("organisation");
    }
    headed(schema, "beadle project")
}

fn organisation_schema() -> Value {
    let mut schema = generate::<OrganisationDocument<'static>>();
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.insert(0, json!("organisation"));
    }
    headed(schema, "beadle organisation")
}

/// Puts what tells one schema from another at its head.
fn headed(schema: Value, title: &str) -> Value {
    let mut headed = Map::new();
    headed.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    headed.insert("title".to_owned(), json!(title));
    if let Value::Object(rest) = schema {
        for (key, value) in rest {
            headed.entry(key).or_insert(value);
        }
    }
    Value::Object(headed)
}

/// A key without a value is a slip, not a way to say "none": takes `null` out of what the types,
/// whose optional fields are `Option`s, would allow; and brings descriptions into one line.
fn polish(schema: &mut Value) {
    let is_null = |one: &Value| one.get("type").is_some_and(|name| name == "null");
    if let Value::Object(object) = schema {
        // Comments are wrapped for whoever reads the source; editors wrap for themselves.
        if let Some(Value::String(description)) = object.get_mut("description") {
            *description = description.replace('\n', " ");
        }
        if let Some(Value::Array(types)) = object.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                object.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(options)) = object.get_mut("anyOf") {
            options.retain(|option| !is_null(option));
            if options.len() == 1 {
                let only = options.pop();
                object.shift_remove("anyOf");
                if let Some(Value::Object(only)) = only {
                    object.extend(only);
                }
            }
        }
    }
    match schema {
        Value::Object(object) => object.values_mut().for_each(polish),
        Value::Array(items) => items.iter_mut().for_each(polish),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_property_is_without_a_description() {
        fn walk(value: &Value, path: &str, missing: &mut Vec<String>) {
            if let Some(properties) = value.get("properties").and_then(Value::as_object) {
                for (name, property) in properties {
                    if property.get("description").is_none() {
                        missing.push(format!("{path}/{name}"));
                    }
                }
            }
            match value {
                Value::Object(object) => {
                    for (key, inner) in object {
                        walk(inner, &format!("{path}/{key}"), missing);
                    }
                }
                Value::Array(items) => items.iter().for_each(|item| walk(item, path, missing)),
                _ => {}
            }
        }
        let mut missing = Vec::new();
        walk(known(FileKind::Project), "", &mut missing);
        walk(known(FileKind::Organisation), "", &mut missing);
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn null_is_allowed_nowhere() {
        for kind in [FileKind::Project, FileKind::Organisation] {
            assert!(!known(kind).to_string().contains("\"null\""));
        }
    }
}
