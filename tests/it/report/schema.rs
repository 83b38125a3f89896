//! The committed schemas are the ones that the types make. `UPDATE_SCHEMA=1` writes them anew.

use std::path::Path;

use beadle::report::schema::{apply_schema, plan_schema, snapshot_schema};
use beadle::report::{diagnostics_schema, next_schema, report_schema, undo_schema};
use serde_json::Value;

const REPORTS: [&str; 5] = [
    "report-access",
    "report-admins",
    "report-expiring",
    "report-person",
    "report-review",
];

fn kept(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("schema")
        .join(name);
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, made,
        "run the tests with UPDATE_SCHEMA=1 and commit schema/{name}"
    );
}

#[test]
fn the_committed_schemas_are_the_ones_that_the_types_make() {
    kept("apply.schema.json", &apply_schema());
    kept("diagnostics.schema.json", &diagnostics_schema());
    kept("next.schema.json", &next_schema());
    kept("plan.schema.json", &plan_schema());
    kept("snapshot.schema.json", &snapshot_schema());
    kept("undo.schema.json", &undo_schema());
    for name in REPORTS {
        kept(
            &format!("{name}.schema.json"),
            &report_schema(name).unwrap(),
        );
    }
}

#[test]
fn every_property_has_a_title_and_a_description() {
    for text in [
        apply_schema(),
        diagnostics_schema(),
        next_schema(),
        plan_schema(),
        snapshot_schema(),
        undo_schema(),
    ]
    .into_iter()
    .chain(REPORTS.map(|name| report_schema(name).unwrap()))
    {
        let schema: Value = serde_json::from_str(&text).unwrap();
        let definitions = schema["$defs"].as_object().unwrap().values();
        let mut seen = 0;
        for object in definitions.chain([&schema]) {
            for (name, property) in object["properties"].as_object().into_iter().flatten() {
                assert!(property["title"].is_string(), "{name}");
                assert!(property["description"].is_string(), "{name}");
                seen += 1;
            }
        }
        assert!(seen > 15);
        assert!(schema["title"].is_string() && schema["description"].is_string());
    }
}
