//! The example's snapshot is a complete listing, and stays as it is described.

use std::path::Path;

use beadle::model::snapshot::Snapshot;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/university");
    std::fs::read_to_string(root.join(path)).unwrap()
}

#[test]
fn the_snapshot_is_a_complete_listing() {
    let snapshot: Snapshot = serde_yaml::from_str(&read("live/ofs/northshire.yaml")).unwrap();
    assert_eq!((snapshot.format, snapshot.driver.as_str()), (1, "ofs"));
    let live = snapshot.into_live().unwrap();
    assert_eq!(live.organisation().as_str(), "10009999");
    let areas = live.catalogue().values();
    let keys = areas
        .clone()
        .filter(|area| area.access_key_required)
        .count();
    let administration = areas.filter(|area| area.administration).count();
    assert_eq!((live.catalogue().len(), keys, administration), (13, 2, 1));
    let accounts = || live.accounts().values();
    assert_eq!(accounts().filter(|account| account.locked).count(), 1);
    assert_eq!(accounts().filter(|account| account.admin).count(), 2);
    assert!(accounts().all(|account| account.login.as_str().ends_with(".example")));
}

#[test]
fn the_yaml_names_areas_of_the_catalogue_only_and_its_first_line_names_its_schema() {
    let text = read("beadle.yaml");
    let schema = "# yaml-language-server: $schema=../../schema/project.schema.json\n";
    assert!(text.starts_with(schema));
    let project: serde_json::Value = serde_yaml::from_str(&text).unwrap();
    let snapshot = read("live/ofs/northshire.yaml");
    let northshire = &project["organisations"]["northshire"];
    let users = northshire["users"].as_object().unwrap();
    let listed = users
        .values()
        .flat_map(|user| user["areas"].as_array().into_iter().flatten());
    let viewed = northshire["areas"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str);
    let listed = listed.map(|area| area["area"].as_str().or(area.as_str()).unwrap());
    for area in listed.chain(viewed) {
        assert!(snapshot.contains(&format!("- {{ code: {area},")), "{area}");
    }
    assert_eq!(users.len(), 25);
}
