//! Many organisations in one file, and files that are JSON: an edit of all is one edit, and a text
//! stays what it was.

use super::Project;

/// A project file with this many organisations in it, in each of which Ann has the same area.
fn inline(count: usize) -> String {
    let mut text = "version: 1
portals:
  hub: { driver: hfl, via: worklist, snapshots: live, terms_accepted_by: a.head@x.example }
organisations:
"
    .to_owned();
    for number in 0..count {
        text += &format!(
            "  school-{number}:
    name: School {number}
    portals: {{ hub: \"{}\" }}
    users:
      # of school {number}
      ann@x.example:
        name: Ann
        areas: [one]
      bob{number}@x.example: {{ name: Bob }}
",
            1_000_000 + number
        );
    }
    text
}

#[test]
fn many_organisations_of_one_file_are_edited_together_and_back() {
    let project = Project::of(&[("beadle.yaml", &inline(60))]);
    let before = project.read("beadle.yaml");
    let said = project.edits("grant ann@x.example two --all");
    let granted = project.read("beadle.yaml");
    assert_eq!(granted, before.replace("[one]", "[one, two]"), "{said}");
    project.edits("revoke ann@x.example two --all");
    assert_eq!(project.read("beadle.yaml"), before);
    // Two changes in each, of which the second is at a place that the first moves.
    project.edits("grant ann@x.example two three --all");
    let granted = project.read("beadle.yaml");
    assert_eq!(granted, before.replace("[one]", "[one, two, three]"));
    project.edits("revoke ann@x.example two three --all");
    assert_eq!(project.read("beadle.yaml"), before);
    project.edits("user leave ann@x.example --all --remove");
    let left = project.read("beadle.yaml");
    assert!(!left.contains("ann@x.example") && !left.contains("# of school"));
    assert_eq!(left.lines().count(), 4 + 60 * 5);
}

#[test]
fn of_many_the_one_that_cannot_be_edited_is_named_and_nothing_is_written() {
    let text = inline(9);
    let (first, second) = text.split_at(text.find("  school-4:").unwrap());
    let second = second.replacen("areas: [one]", "areas: &shared [one]", 1);
    let second = second.replacen("{ name: Bob }", "{ name: Bob, areas: *shared }", 1);
    let project = Project::of(&[("beadle.yaml", &format!("{first}{second}"))]);
    let said = project.refuses("grant ann@x.example two --all");
    assert!(said.contains("error[shared-node]"), "{said}");
    assert!(said.contains("anchored at line 48"), "{said}");
}

#[test]
fn json_stays_json() {
    let text = r#"{
  "version": 1,
  "portals": {
    "hub": {
      "driver": "hfl",
      "via": "worklist",
      "snapshots": "live",
      "terms_accepted_by": "a.head@x.example"
    }
  },
  "organisations": {
    "one": {
      "name": "One",
      "portals": {"hub": "1000001"},
      "users": {
        "ann@x.example": {
          "name": "Ann",
          "areas": [
            "first"
          ]
        },
        "bob@x.example": {"name": "Bob"}
      }
    }
  }
}
"#;
    let project = Project::of(&[("beadle.yaml", text)]);
    for edit in [
        "grant ann@x.example second --until 2027-07-31",
        "grant bob@x.example first",
        "user add cy@x.example --name Cy --org one --area first",
        "user leave ann@x.example --on 2026-12-31",
        "user extend ann@x.example --until 2027-01-31",
    ] {
        let said = project.edits(edit);
        let now = project.read("beadle.yaml");
        let read: Result<serde_json::Value, _> = serde_json::from_str(&now);
        assert!(read.is_ok(), "{edit}: {said}\n{now}");
    }
    for edit in [
        "revoke bob@x.example first",
        "user leave cy@x.example --remove",
    ] {
        project.edits(edit);
        let now = project.read("beadle.yaml");
        let read: Result<serde_json::Value, _> = serde_json::from_str(&now);
        assert!(read.is_ok(), "{edit}\n{now}");
    }
}
