//! Layouts that people use: the edit keeps to each.

use std::fs;

use super::{Project, university};

const KHAN: &str = "a.khan@northshire.example";

/// The organisation part of a file, before and after an edit and after its reverse.
fn there_and_back(rest: &str, edit: &str, reverse: &str) -> String {
    let project = Project::university(rest);
    let before = project.bytes();
    let said = project.edits(edit);
    let back = project.edits(reverse);
    assert!(
        project.bytes() == before,
        "{said}\n{back}\n{}",
        project.read("beadle.yaml")
    );
    said
}

fn grant_and_revoke(rest: &str) -> String {
    there_and_back(
        rest,
        &format!("grant {KHAN} tef-submission"),
        &format!("revoke {KHAN} tef-submission"),
    )
}

#[test]
fn lists_in_brackets_of_one_and_of_none() {
    insta::assert_snapshot!(grant_and_revoke("users:\n  a.khan@northshire.example: { name: A, areas: [x] } # she\n"), @r"
    +++ b/beadle.yaml
    -      a.khan@northshire.example: { name: A, areas: [x] } # she
    +      a.khan@northshire.example: { name: A, areas: [x, tef-submission] } # she
    wrote beadle.yaml
    ");
    insta::assert_snapshot!(grant_and_revoke("users:\n  a.khan@northshire.example: {name: A, allow_empty: true, areas: []}\n"), @r"
    +++ b/beadle.yaml
    -      a.khan@northshire.example: {name: A, allow_empty: true, areas: []}
    +      a.khan@northshire.example: {name: A, allow_empty: true, areas: [tef-submission]}
    wrote beadle.yaml
    ");
    insta::assert_snapshot!(grant_and_revoke("users: { a.khan@northshire.example: { name: A } }\n"), @r"
    +++ b/beadle.yaml
    -    users: { a.khan@northshire.example: { name: A } }
    +    users: { a.khan@northshire.example: { name: A, areas: [tef-submission] } }
    wrote beadle.yaml
    ");
}

#[test]
fn lists_that_are_sorted_stay_sorted() {
    insta::assert_snapshot!(grant_and_revoke("users:\n  a.khan@northshire.example:\n    name: A\n    areas: [a, b, z]\n"), @r"
    +++ b/beadle.yaml
    -        areas: [a, b, z]
    +        areas: [a, b, tef-submission, z]
    wrote beadle.yaml
    ");
    insta::assert_snapshot!(grant_and_revoke("users:\n  a.khan@northshire.example:\n    name: A\n    areas:\n      # about u\n      - u\n      # about v\n      - v # w\n      - z\n"), @r"
    +++ b/beadle.yaml
    +          - tef-submission
    wrote beadle.yaml
    ");
}

#[test]
fn lists_without_indentation_and_with_comments_everywhere() {
    insta::assert_snapshot!(grant_and_revoke("# one
users: # two
  # three
  a.khan@northshire.example: # four
    # five
    name: A # six
    # seven
    areas: # eight
    # nine
    - x # ten
      # eleven
    # twelve

    # thirteen
  # fourteen
  b@northshire.example: { name: B } # fifteen
# sixteen
"), @r"
    +++ b/beadle.yaml
    +        - tef-submission
    wrote beadle.yaml
    ");
}

#[test]
fn lists_in_brackets_over_several_lines() {
    insta::assert_snapshot!(grant_and_revoke("users:
  a.khan@northshire.example:
    name: A
    areas: [
      b, # about b
      a # about a
    ]
"), @r"
    +++ b/beadle.yaml
    -          a # about a
    +          a, # about a
    +          tef-submission
    wrote beadle.yaml
    ");
    insta::assert_snapshot!(grant_and_revoke("users:
  a.khan@northshire.example: {
    name: A, # about A
    areas: [
      b,
      # above a
      a,
    ],
  }
"), @r"
    +++ b/beadle.yaml
    +          tef-submission,
    wrote beadle.yaml
    ");
}

#[test]
fn a_whole_file_in_braces() {
    let text = r#"{
  "version": 1,
  "portals": { "ofs": { "driver": "ofs", "url": "https://portal.example/api", "token": { "env": "T" } } },
  "organisations": {
    "northshire": {
      "name": "N", "portals": { "ofs": "10009999" },
      "users": {
        "a.khan@northshire.example": { "name": "A" }
      }
    }
  }
}"#;
    let project = Project::of(&[("beadle.yaml", text)]);
    insta::assert_snapshot!(project.edits("user add b@northshire.example --org northshire --name no"), @r#"
    +++ b/beadle.yaml
    -        "a.khan@northshire.example": { "name": "A" }
    +        "a.khan@northshire.example": { "name": "A" },
    +        "b@northshire.example": {"name": "no"}
    wrote beadle.yaml
    "#);
    insta::assert_snapshot!(project.edits("user leave b@northshire.example --remove"), @r#"
    +++ b/beadle.yaml
    -        "a.khan@northshire.example": { "name": "A" },
    -        "b@northshire.example": {"name": "no"}
    +        "a.khan@northshire.example": { "name": "A" }
    note: the account of `b@northshire.example` at `northshire` is one that the YAML does not name from now on: `policy.unmanaged` says what becomes of it
    wrote beadle.yaml
    "#);
    assert_eq!(project.read("beadle.yaml"), text);
}

#[test]
fn line_ends_a_byte_order_mark_and_no_last_line_end_stay() {
    let text = university(
        "# people\nusers:\n  a.khan@northshire.example:\n    name: A # she\n  b@northshire.example:\n    name: B",
    );
    let text = format!("\u{feff}{}", text.trim_end().replace('\n', "\r\n"));
    let project = Project::of(&[("beadle.yaml", &text)]);
    for (edit, reverse) in [
        (
            "grant b@northshire.example x",
            "revoke b@northshire.example x",
        ),
        (
            "grant a.khan@northshire.example x",
            "revoke a.khan@northshire.example x",
        ),
        (
            "user add c@northshire.example --org northshire --name C",
            "user leave c@northshire.example --remove",
        ),
    ] {
        project.edits(edit);
        let edited = project.read("beadle.yaml");
        assert!(
            edited.starts_with('\u{feff}') && !edited.ends_with('\n'),
            "{edit}: {edited:?}"
        );
        assert_eq!(
            edited.matches('\n').count(),
            edited.matches("\r\n").count(),
            "{edit}"
        );
        assert!(edited.len() > text.len(), "{edit}");
        project.edits(reverse);
        assert!(
            project.read("beadle.yaml") == text,
            "{reverse}: {:?}",
            project.read("beadle.yaml")
        );
    }
}

#[test]
fn a_removed_user_takes_the_comment_above_along_and_no_other() {
    let project = Project::university(
        "users:
  # Deans
  a.khan@northshire.example: { name: A }

  # Left for Southshire.
  # Back in spring?
  b@northshire.example:
    name: B # she
    # perhaps
    areas: [x]
    # or not
  # Finance
  c@northshire.example: { name: C }
areas:
  # for both
  y: [a.khan@northshire.example, b@northshire.example]
  # for her
  z:
    - b@northshire.example # until spring
admins: [a.khan@northshire.example, b@northshire.example, c@northshire.example]
",
    );
    insta::assert_snapshot!(project.edits("user leave b@northshire.example --remove"), @r"
    +++ b/beadle.yaml
    -      # Left for Southshire.
    -      # Back in spring?
    -      b@northshire.example:
    -        name: B # she
    -        # perhaps
    -        areas: [x]
    -        # or not
    -      y: [a.khan@northshire.example, b@northshire.example]
    -      # for her
    -      z:
    -        - b@northshire.example # until spring
    -    admins: [a.khan@northshire.example, b@northshire.example, c@northshire.example]
    +      y: [a.khan@northshire.example]
    +    admins: [a.khan@northshire.example, c@northshire.example]
    note: the account of `b@northshire.example` at `northshire` is one that the YAML does not name from now on: `policy.unmanaged` says what becomes of it
    wrote beadle.yaml
    ");
    insta::assert_snapshot!(project.read("beadle.yaml"), @r#"
    version: 1
    portals:
      ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_TOKEN } }
    bundles:
      finance: { ofs: [annual-financial-return] }
    organisations:
      northshire:
        name: University of Northshire
        portals: { ofs: "10009999" }
        users:
          # Deans
          a.khan@northshire.example: { name: A }

          # Finance
          c@northshire.example: { name: C }
        areas:
          # for both
          y: [a.khan@northshire.example]
        admins: [a.khan@northshire.example, c@northshire.example]
    "#);
}

#[test]
fn terms_are_put_where_there_were_none_and_changed_where_there_were() {
    let project = Project::university(
        "users:
  a.khan@northshire.example:
    name: A
    areas:
      - x # about x
      - { area: \"y\", until: \"2026-12-31\" } # about y
      - area: z
        # the end
        until: 2026-12-31 # about z
areas:
  w: [a.khan@northshire.example]
",
    );
    let give = |area: &str, until: &str| format!("grant {KHAN} {area} --until {until}");
    insta::assert_snapshot!(project.edits(&give("x", "2027-07-31")), @r"
    +++ b/beadle.yaml
    -          - x # about x
    +          - { area: x, until: 2027-07-31 } # about x
    wrote beadle.yaml
    ");
    insta::assert_snapshot!(project.edits(&give("y", "2027-07-31")), @r#"
    +++ b/beadle.yaml
    -          - { area: "y", until: "2026-12-31" } # about y
    +          - { area: "y", until: "2027-07-31" } # about y
    wrote beadle.yaml
    "#);
    insta::assert_snapshot!(project.edits(&give("z", "2027-07-31")), @r"
    +++ b/beadle.yaml
    -            until: 2026-12-31 # about z
    +            until: 2027-07-31 # about z
    wrote beadle.yaml
    ");
    insta::assert_snapshot!(project.edits(&give("w", "2027-07-31")), @r"
    +++ b/beadle.yaml
    -      w: [a.khan@northshire.example]
    +      w: [{ user: a.khan@northshire.example, until: 2027-07-31 }]
    wrote beadle.yaml
    ");
    let reason = [
        "grant",
        KHAN,
        "z",
        "--until",
        "2027-07-31",
        "--reason",
        "no",
    ];
    assert!(project.run_all(&reason).status.success());
    insta::assert_snapshot!(project.read("beadle.yaml"), @r#"
    version: 1
    portals:
      ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_TOKEN } }
    bundles:
      finance: { ofs: [annual-financial-return] }
    organisations:
      northshire:
        name: University of Northshire
        portals: { ofs: "10009999" }
        users:
          a.khan@northshire.example:
            name: A
            areas:
              - { area: x, until: 2027-07-31 } # about x
              - { area: "y", until: "2027-07-31" } # about y
              - area: z
                # the end
                until: 2027-07-31 # about z
                reason: "no"
        areas:
          w: [{ user: a.khan@northshire.example, until: 2027-07-31 }]
    "#);
}

#[test]
fn the_last_of_several_areas_takes_its_keys_along() {
    let school = "organisation: oakfield
name: Oakfield
portals: { hants: 8502001, hfl: 8502001 }
users:
  s@oakfield.example: { name: S, accounts: { hants: SS1 }, areas: { hants: [a], hfl: [b] } }
areas:
  hants: { c: [s@oakfield.example] }
  # at HFL
  hfl:
    d: [s@oakfield.example]
";
    let project = "version: 1
portals:
  hants: { driver: hampshire, url: https://portal.example/hants, token: { env: HANTS_TOKEN } }
  hfl: { driver: hfl, via: worklist, terms_accepted_by: Morgan Jones }
organisations: [schools/*.yaml]
";
    let trust = Project::of(&[("beadle.yaml", project), ("schools/oakfield.yaml", school)]);
    insta::assert_snapshot!(trust.edits("revoke s@oakfield.example d"), @r"
    +++ b/schools/oakfield.yaml
    -  # at HFL
    -  hfl:
    -    d: [s@oakfield.example]
    wrote schools/oakfield.yaml
    ");
    insta::assert_snapshot!(trust.edits("revoke s@oakfield.example a b c"), @r"
    +++ b/schools/oakfield.yaml
    -  s@oakfield.example: { name: S, accounts: { hants: SS1 }, areas: { hants: [a], hfl: [b] } }
    -areas:
    -  hants: { c: [s@oakfield.example] }
    +  s@oakfield.example: { name: S, accounts: { hants: SS1 } }
    wrote schools/oakfield.yaml
    ");
    insta::assert_snapshot!(trust.edits("grant s@oakfield.example hfl:b"), @r"
    +++ b/schools/oakfield.yaml
    -  s@oakfield.example: { name: S, accounts: { hants: SS1 } }
    +  s@oakfield.example: { name: S, accounts: { hants: SS1 }, areas: { hfl: [b] } }
    wrote schools/oakfield.yaml
    ");
    insta::assert_snapshot!(trust.edits("grant s@oakfield.example hants:b"), @r"
    +++ b/schools/oakfield.yaml
    -  s@oakfield.example: { name: S, accounts: { hants: SS1 }, areas: { hfl: [b] } }
    +  s@oakfield.example: { name: S, accounts: { hants: SS1 }, areas: { hfl: [b], hants: [b] } }
    wrote schools/oakfield.yaml
    ");
}

#[cfg(unix)]
#[test]
fn the_mode_of_a_file_stays() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::university("users:\n  a.khan@northshire.example: { name: A }\n");
    let path = project.path().join("beadle.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    project.edits(&format!("grant {KHAN} x"));
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert_eq!(project.bytes().len(), 1);
}
