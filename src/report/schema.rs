//! The JSON schemas of what beadle writes: plans, snapshots and worklists. They are made from the Rust types
//! and committed under `schema/`; a test holds the two together.
//!
//! The schemas of what people write are the configuration's.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

use super::json::ApplyDocument;
use crate::model::explanation::Explanation;
use crate::model::plan_document::PlanDocument;
use crate::model::snapshot::Snapshot;
use crate::model::undo::UndoDocument;
use crate::model::worklist::Worklist;

/// The schema of `plan --format json` and of saved plans, as pretty JSON.
#[must_use]
pub fn plan_schema() -> String {
    schema_of::<PlanDocument>(
        "beadle plan",
        "What turns live into desired, as `beadle plan` found it.",
    )
}

/// The schema of `apply --format json`, as pretty JSON.
#[must_use]
pub fn apply_schema() -> String {
    schema_of::<ApplyDocument>(
        "beadle apply",
        "What became of a plan, as `beadle apply` saw it.",
    )
}

/// The schema of `explain --format json`, as pretty JSON.
#[must_use]
pub fn explanation_schema() -> String {
    schema_of::<Explanation>(
        "beadle explain",
        "Why somebody has or lacks access: what the YAML asks for and where, beside what is live.",
    )
}

/// The schema of snapshot files, as pretty JSON.
#[must_use]
pub fn snapshot_schema() -> String {
    schema_of::<Snapshot>(
        "beadle snapshot",
        "Live state of one organisation at one portal, with the evidence that it is complete.",
    )
}

/// The schema of undo files, as pretty JSON.
#[must_use]
pub fn undo_schema() -> String {
    schema_of::<UndoDocument>(
        "beadle undo",
        "What one run of `beadle apply` took from whom, with every value before, for `beadle undo`.",
    )
}

/// The schema of worklist files, as pretty JSON.
#[must_use]
pub fn worklist_schema() -> String {
    schema_of::<Worklist>(
        "beadle worklist",
        "The steps that a person makes for one organisation at a portal without an API, and which are done.",
    )
}

pub(super) fn schema_of<T: JsonSchema>(title: &str, description: &str) -> String {
    let mut schema: Schema = SchemaGenerator::default().into_root_schema_for::<T>();
    let Some(root) = schema.as_object_mut() else {
        return String::new();
    };
    root.insert("title".to_owned(), title.into());
    root.insert("description".to_owned(), description.into());
    entitle(root);
    if let Some(Value::Object(definitions)) = root.get_mut("$defs") {
        for definition in definitions.values_mut().filter_map(Value::as_object_mut) {
            entitle(definition);
        }
    }
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Gives each property a title, and draws the description of a type that it only refers to.
fn entitle(object: &mut Map<String, Value>) {
    let Some(Value::Object(properties)) = object.get_mut("properties") else {
        return;
    };
    for (name, property) in properties {
        if let Some(property) = property.as_object_mut() {
            property.insert("title".to_owned(), title(name).into());
        }
    }
}

/// `access_key_required` as `Access key required`.
fn title(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
