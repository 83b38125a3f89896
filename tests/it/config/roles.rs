//! What the project file may not say: bundles, people, assignments, organisations.

use super::{Folder, shown, shown_of, trust, university};

#[test]
fn bundles_name_known_portals() {
    insta::assert_snapshot!(
        shown_of(&trust("bundles: { office: { hantz: [a], hfl: [b] }, plain: [a] }\n", "")),
        @r"
    error[unknown-portal]: there is no portal `hantz`
     --> beadle.yaml:6:22
      |
    5 | organisations: [schools/*.yaml]
    6 | bundles: { office: { hantz: [a], hfl: [b] }, plain: [a] }
      |                      ^^^^^
      |
      = help: did you mean `hants`?

    error[needs-portal]: `plain` is a list, and there are several portals
     --> beadle.yaml:6:46
      |
    5 | organisations: [schools/*.yaml]
    6 | bundles: { office: { hantz: [a], hfl: [b] }, plain: [a] }
      |                                              ^^^^^ for which portal?
      |
      = help: write a map by portal: `plain: { hants: […] }`; portals: `hants` and `hfl`
    "
    );
}

#[test]
fn a_plain_bundle_is_for_the_only_portal() {
    let text = university("users: { a.khan@northshire.example: { name: A, bundles: [clerk] } }");
    assert_eq!(
        shown(&format!("{text}bundles: {{ clerk: [returns] }}\n")),
        ""
    );
}

#[test]
fn bundles_have_no_dates() {
    insta::assert_snapshot!(
        shown(&format!("{}bundles: {{ clerk: [{{ area: returns, until: 2027-01-01 }}] }}\n", university(""))),
        @r#"
    error[bundle]: `returns` has dates or a reason in a bundle
     --> beadle.yaml:8:20
      |
    7 |     portals: { ofs: "10009999" }
    8 | bundles: { clerk: [{ area: returns, until: 2027-01-01 }] }
      |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: a bundle lists areas; write dates and reasons beside a user or an assignment
    "#
    );
}

#[test]
fn areas_at_a_portal_without_areas() {
    let text = "version: 1
portals: { hwb: { driver: hwb, via: worklist } }
bundles: { teacher: { hwb: [x] } }
organisations:
  gwynedd:
    name: Gwynedd
    portals: { hwb: gwynedd }
    users: { a.rees@gwynedd.example: { name: Ann Rees, areas: [x] } }
    areas: { y: [a.rees@gwynedd.example] }
";
    insta::assert_snapshot!(shown(text), @r"
    error[no-areas]: the portal `hwb` (Hwb) has no areas
     --> beadle.yaml:3:23
      |
    2 | portals: { hwb: { driver: hwb, via: worklist } }
    3 | bundles: { teacher: { hwb: [x] } }
      |                       ^^^
    4 | organisations:
      |

    error[no-areas]: the portal `hwb` (Hwb) has no areas
     --> beadle.yaml:8:63
      |
    7 |     portals: { hwb: gwynedd }
    8 |     users: { a.rees@gwynedd.example: { name: Ann Rees, areas: [x] } }
      |                                                               ^^^
    9 |     areas: { y: [a.rees@gwynedd.example] }
      |

    error[no-areas]: the portal `hwb` (Hwb) has no areas
     --> beadle.yaml:9:14
      |
    8 |     users: { a.rees@gwynedd.example: { name: Ann Rees, areas: [x] } }
    9 |     areas: { y: [a.rees@gwynedd.example] }
      |              ^
    ");
}

#[test]
fn people_are_declared_once_by_address() {
    insta::assert_snapshot!(
        shown(&format!(
            "{}people:
  m.jones@trust.example: {{ name: Morgan Jones }}
  M.Jones@trust.example: {{ name: Morgan Jones }}
  mjones: {{ name: Morgan Jones, accounts: {{ of: x@y.example, ofs: x }} }}
",
            university("")
        )),
        @r"
    error[declared-twice]: `M.Jones@trust.example` is declared twice
      --> beadle.yaml:10:3
       |
     8 | people:
     9 |   m.jones@trust.example: { name: Morgan Jones }
       |   --------------------- first here
    10 |   M.Jones@trust.example: { name: Morgan Jones }
       |   ^^^^^^^^^^^^^^^^^^^^^ again here
    11 |   mjones: { name: Morgan Jones, accounts: { of: x@y.example, ofs: x } }
       |
       = help: upper and lower case make no difference: keep one of them

    error[user-key]: `mjones` is no email address
      --> beadle.yaml:11:3
       |
    10 |   M.Jones@trust.example: { name: Morgan Jones }
    11 |   mjones: { name: Morgan Jones, accounts: { of: x@y.example, ofs: x } }
       |   ^^^^^^
       |
       = help: people are keyed by their work email address

    error[unknown-portal]: there is no portal `of`
      --> beadle.yaml:11:45
       |
    10 |   M.Jones@trust.example: { name: Morgan Jones }
    11 |   mjones: { name: Morgan Jones, accounts: { of: x@y.example, ofs: x } }
       |                                             ^^
       |
       = help: did you mean `ofs`?

    error[login-form]: `x` is no login id at `ofs`, which wants an email address
      --> beadle.yaml:11:67
       |
    10 |   M.Jones@trust.example: { name: Morgan Jones }
    11 |   mjones: { name: Morgan Jones, accounts: { of: x@y.example, ofs: x } }
       |                                                                   ^
    "
    );
}

const PEOPLE: &str =
    "people: { m.jones@trust.example: { name: Morgan Jones, accounts: { hants: MJONES7 } } }\n";

#[test]
fn assignments_select_what_there_is() {
    let assignment = "assignments:
  - users: [m.jone@trust.example]
    organisations: [oakfeld, \"tag:primry\", \"oak*\"]
    bundles: [office]
";
    let folder = trust(&format!("{PEOPLE}{assignment}"), "tags: [primary]\n");
    insta::assert_snapshot!(shown_of(&folder), @r#"
    error[unknown-user]: `m.jone@trust.example` is not under `people`
     --> beadle.yaml:8:13
      |
    7 | assignments:
    8 |   - users: [m.jone@trust.example]
      |             ^^^^^^^^^^^^^^^^^^^^
    9 |     organisations: [oakfeld, "tag:primry", "oak*"]
      |
      = help: did you mean `m.jones@trust.example`?

    error[selects-nothing]: `oakfeld` is the id of no organisation
      --> beadle.yaml:9:21
       |
     8 |   - users: [m.jone@trust.example]
     9 |     organisations: [oakfeld, "tag:primry", "oak*"]
       |                     ^^^^^^^ selects nothing
    10 |     bundles: [office]
       |
       = help: did you mean `oakfield`?

    error[unknown-tag]: no organisation has the tag `primry`
      --> beadle.yaml:9:30
       |
     8 |   - users: [m.jone@trust.example]
     9 |     organisations: [oakfeld, "tag:primry", "oak*"]
       |                              ^^^^^^^^^^^^ selects nothing
    10 |     bundles: [office]
       |
       = help: did you mean `primary`?

    error[unknown-bundle]: there is no bundle `office`
      --> beadle.yaml:10:15
       |
     9 |     organisations: [oakfeld, "tag:primry", "oak*"]
    10 |     bundles: [office]
       |               ^^^^^^
       |
       = help: define it under `bundles` in the project file
    "#);
}

#[test]
fn assignments_give_what_there_is() {
    let assignment = "assignments:
  - users: [m.jones@trust.example]
    organisations: [oakfield]
    areas: { hant: [x] }
    admin: [hfl, hints]
    portals: [hlf]
    from: 2027-01-01
    until: 2026-01-01
";
    let folder = trust(&format!("{PEOPLE}{assignment}"), "");
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[unknown-portal]: there is no portal `hant`
      --> beadle.yaml:10:14
       |
     9 |     organisations: [oakfield]
    10 |     areas: { hant: [x] }
       |              ^^^^
    11 |     admin: [hfl, hints]
       |
       = help: did you mean `hants`?

    error[no-admins]: the portal `hfl` (HFL Education) has no admin set to manage
      --> beadle.yaml:11:13
       |
    10 |     areas: { hant: [x] }
    11 |     admin: [hfl, hints]
       |             ^^^
    12 |     portals: [hlf]
       |
       = help: remove it: only the main account administers there

    error[unknown-portal]: there is no portal `hints`
      --> beadle.yaml:11:18
       |
    10 |     areas: { hant: [x] }
    11 |     admin: [hfl, hints]
       |                  ^^^^^
    12 |     portals: [hlf]
       |
       = help: did you mean `hants`?

    error[unknown-portal]: there is no portal `hlf`
      --> beadle.yaml:12:15
       |
    11 |     admin: [hfl, hints]
    12 |     portals: [hlf]
       |               ^^^
    13 |     from: 2027-01-01
       |
       = help: did you mean `hfl`?

    error[dates]: `until` 2026-01-01 is before `from` 2027-01-01
      --> beadle.yaml:14:12
       |
    12 |     portals: [hlf]
    13 |     from: 2027-01-01
       |           ---------- begins here
    14 |     until: 2026-01-01
       |            ^^^^^^^^^^
    ");
}

#[test]
fn an_assignment_without_users_or_organisations() {
    insta::assert_snapshot!(shown_of(&trust("assignments: [{ users: [], organisations: [] }]\n", "")), @r"
    error[empty-value]: `users` is empty
     --> beadle.yaml:6:17
      |
    5 | organisations: [schools/*.yaml]
    6 | assignments: [{ users: [], organisations: [] }]
      |                 ^^^^^ at least one entry is wanted

    error[empty-value]: `organisations` is empty
     --> beadle.yaml:6:28
      |
    5 | organisations: [schools/*.yaml]
    6 | assignments: [{ users: [], organisations: [] }]
      |                            ^^^^^^^^^^^^^ at least one entry is wanted
    ");
}

#[test]
fn an_organisation_that_cannot_be_read_is_not_unknown_as_well() {
    let folder = trust(
        "assignments: [{ users: [m.jones@trust.example], organisations: [oakfield] }]
people: { m.jones@trust.example: { name: Morgan Jones, accounts: { hants: MJONES7 } } }\n",
        "user: {}\n",
    );
    let text = shown_of(&folder);
    assert_eq!(text.matches("error[").count(), 1, "{text}");
}

#[test]
fn organisations_are_declared_once() {
    let folder = Folder::new()
        .with(
            "beadle.yaml",
            "version: 1
portals: { ofs: { driver: ofs, via: worklist } }
organisations: [a.yaml, b.yaml]
",
        )
        .with(
            "a.yaml",
            "organisation: oak\nname: Oak\nportals: { ofs: 10009999 }\n",
        )
        .with(
            "b.yaml",
            "organisation: Oak\nname: Oak\nportals: { ofs: 10009999 }\n",
        );
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[declared-twice]: `Oak` is declared twice
     --> b.yaml:1:15
      |
    1 | organisation: Oak
      |               ^^^ again here
    2 | name: Oak
      |
     ::: a.yaml:1:15
      |
    1 | organisation: oak
      |               --- first here
    2 | name: Oak
      |
      = help: upper and lower case make no difference: keep one of them

    error[declared-twice]: two organisations are `10009999` at the portal `ofs`
     --> b.yaml:3:17
      |
    2 | name: Oak
    3 | portals: { ofs: 10009999 }
      |                 ^^^^^^^^ again here
      |
     ::: a.yaml:3:17
      |
    2 | name: Oak
    3 | portals: { ofs: 10009999 }
      |                 -------- first here
    ");
}

#[test]
fn look_alike_letters() {
    insta::assert_snapshot!(
        shown(&university(
            "
users:
  \u{430}.khan@northshire.example: { name: Aisha Khan }
  \"j.oduya@northshire.example \": { name: Joy Oduya }
  \"k\u{200b}im@northshire.example\": { name: Kim }
"
        )),
        @r#"
    error[look-alike]: `а.khan@northshire.example` holds `а` (U+0430), which looks like `a`
      --> beadle.yaml:9:7
       |
     8 |     users:
     9 |       а.khan@northshire.example: { name: Aisha Khan }
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^
    10 |       "j.oduya@northshire.example ": { name: Joy Oduya }
       |
       = help: type it again, in plain letters

    error[look-alike]: `j.oduya@northshire.example ` begins or ends with a space
      --> beadle.yaml:10:7
       |
     9 |       а.khan@northshire.example: { name: Aisha Khan }
    10 |       "j.oduya@northshire.example ": { name: Joy Oduya }
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    11 |       "k�im@northshire.example": { name: Kim }
       |
       = help: type it again, in plain letters

    error[look-alike]: `k�im@northshire.example` holds a character that may not show, U+200B
      --> beadle.yaml:11:7
       |
    10 |       "j.oduya@northshire.example ": { name: Joy Oduya }
    11 |       "k�im@northshire.example": { name: Kim }
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: type it again, in plain letters
    "#
    );
}
