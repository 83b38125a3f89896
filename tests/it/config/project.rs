//! What the project file may not say: keys, portals, tokens, bundles, people, assignments.

use super::{Folder, shown, shown_of, trust, university};

fn portal(settings: &str) -> String {
    let text = university("");
    let mut lines: Vec<&str> = text.lines().collect();
    let line = format!("  ofs: {{ {settings} }}");
    lines[2] = &line;
    lines.join("\n") + "\n"
}

#[test]
fn unknown_keys_with_the_nearest_one() {
    insta::assert_snapshot!(shown(&format!("{}polcy: {{}}\n", university("user: {}"))), @r#"
    error[unknown-key]: unknown key `user`
     --> beadle.yaml:8:5
      |
    7 |     portals: { ofs: "10009999" }
    8 |     user: {}
      |     ^^^^
    9 | polcy: {}
      |
      = help: did you mean `users`?

    error[unknown-key]: unknown key `polcy`
     --> beadle.yaml:9:1
      |
    8 |     user: {}
    9 | polcy: {}
      | ^^^^^
      |
      = help: did you mean `policy`?
    "#);
}

#[test]
fn keys_of_an_organisation_in_the_project_file() {
    insta::assert_snapshot!(shown(&format!("{}users: {{}}\n", university(""))), @r#"
    error[unknown-key]: unknown key `users`
     --> beadle.yaml:8:1
      |
    7 |     portals: { ofs: "10009999" }
    8 | users: {}
      | ^^^^^
      |
      = help: it belongs to one organisation: under `organisations.ID.users`, or in an organisation's file
    "#);
}

#[test]
fn missing_keys() {
    insta::assert_snapshot!(shown("version: 1\nportals: { ofs: {} }\n"), @r"
    error[missing-key]: this mapping needs the key `organisations`
     --> beadle.yaml:1:1
      |
    1 | version: 1
      | ^ `organisations` is missing
    2 | portals: { ofs: {} }
      |

    error[missing-key]: `ofs` needs the key `driver`
     --> beadle.yaml:2:12
      |
    1 | version: 1
    2 | portals: { ofs: {} }
      |            ^^^ `driver` is missing
    ");
}

#[test]
fn another_version() {
    insta::assert_snapshot!(shown(&university("").replace("version: 1", "version: 2")), @r"
    error[unknown-value]: `version` cannot be `2`
     --> beadle.yaml:1:10
      |
    1 | version: 2
      |          ^ `1` is wanted
    2 | portals:
      |
    ");
}

#[test]
fn an_unknown_time_zone() {
    insta::assert_snapshot!(shown(&format!("{}timezone: Europe/Londn\n", university(""))), @r#"
    error[time-zone]: there is no time zone `Europe/Londn`
     --> beadle.yaml:8:11
      |
    7 |     portals: { ofs: "10009999" }
    8 | timezone: Europe/Londn
      |           ^^^^^^^^^^^^
      |
      = help: did you mean `Europe/London`?
    "#);
}

#[test]
fn an_unknown_driver() {
    insta::assert_snapshot!(
        shown(&portal("driver: off, url: https://portal.example, token: { env: T }")),
        @r"
    error[unknown-driver]: there is no driver `off`
     --> beadle.yaml:3:18
      |
    2 | portals:
    3 |   ofs: { driver: off, url: https://portal.example, token: { env: T } }
      |                  ^^^
    4 | organisations:
      |
      = help: did you mean `ofs`?
    "
    );
}

#[test]
fn a_portal_by_api_needs_a_url_and_a_token() {
    insta::assert_snapshot!(shown(&portal("driver: ofs")), @r"
    error[missing-key]: the portal `ofs` needs the key `token`
     --> beadle.yaml:3:3
      |
    2 | portals:
    3 |   ofs: { driver: ofs }
      |   ^^^ `token` is missing
    4 | organisations:
      |
      = help: write `token: { env: NAME_OF_A_VARIABLE }`, or `via: worklist` for a portal without an API

    error[missing-key]: the portal `ofs` needs the key `url`
     --> beadle.yaml:3:3
      |
    2 | portals:
    3 |   ofs: { driver: ofs }
      |   ^^^ `url` is missing
    4 | organisations:
      |
      = help: write `url: https://portal.example/api`, or `via: worklist` for a portal without an API
    ");
    assert_eq!(shown(&portal("driver: ofs, via: worklist")), "");
}

#[test]
fn an_unknown_route() {
    insta::assert_snapshot!(shown(&portal("driver: ofs, via: worklists")), @r"
    error[unknown-value]: `via` cannot be `worklists`
     --> beadle.yaml:3:28
      |
    2 | portals:
    3 |   ofs: { driver: ofs, via: worklists }
      |                            ^^^^^^^^^ `api` or `worklist` is wanted
    4 | organisations:
      |
      = help: did you mean `worklist`?
    ");
}

#[test]
fn numbers_out_of_range() {
    insta::assert_snapshot!(
        shown(&portal("driver: ofs, via: worklist, concurrency: 0, requests_per_second: -1")),
        @r"
    error[out-of-range]: `concurrency` must be at least 1
     --> beadle.yaml:3:51
      |
    2 | portals:
    3 |   ofs: { driver: ofs, via: worklist, concurrency: 0, requests_per_second: -1 }
      |                                                   ^
    4 | organisations:
      |

    error[out-of-range]: `requests_per_second` must be at least 1
     --> beadle.yaml:3:75
      |
    2 | portals:
    3 |   ofs: { driver: ofs, via: worklist, concurrency: 0, requests_per_second: -1 }
      |                                                                           ^^
    4 | organisations:
      |
    "
    );
}

#[test]
fn literal_secrets_are_refused_and_not_shown() {
    let text = shown(&portal(
        "driver: ofs, url: https://portal.example, token: s3cr3t-abc, plan_token: 'oth3r'",
    ));
    assert!(
        !text.contains("s3cr3t") && !text.contains("oth3r"),
        "{text}"
    );
    insta::assert_snapshot!(text, @r"
    error[literal-secret]: `token` must say where the secret is kept, never the secret itself
     --> beadle.yaml:3:52
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: https://portal.example, token: **********, plan_token: ******* }
      |                                                    ^^^^^ a secret does not belong here
    4 | organisations:
      |
      = help: write `token: { env: NAME_OF_A_VARIABLE }` or `token: { file: PATH }`; a secret that was ever committed must be replaced

    error[literal-secret]: `plan_token` must say where the secret is kept, never the secret itself
     --> beadle.yaml:3:71
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: https://portal.example, token: **********, plan_token: ******* }
      |                                                                       ^^^^^^^^^^ a secret does not belong here
    4 | organisations:
      |
      = help: write `plan_token: { env: NAME_OF_A_VARIABLE }` or `plan_token: { file: PATH }`; a secret that was ever committed must be replaced
    ");
    let text = shown(&portal(
        "driver: ofs, url: \"https://admin:hunter2@portal.example\", token: { env: T }",
    ));
    assert!(!text.contains("hunter2"), "{text}");
    insta::assert_snapshot!(text, @r"
    error[literal-secret]: `url` holds a user name or a password
     --> beadle.yaml:3:28
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: **************************************, token: { env: T } }
      |                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    4 | organisations:
      |
      = help: keep it out of the address: name it as `token: { env: NAME }`
    ");
    let text = shown(&university(
        "users: { a.khan@northshire.example: { name: A, password: hunter2 } }",
    ));
    assert!(!text.contains("hunter2"), "{text}");
    insta::assert_snapshot!(text, @r#"
    error[unknown-key]: unknown key `password`
     --> beadle.yaml:8:52
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { a.khan@northshire.example: { name: A, password: ******* } }
      |                                                    ^^^^^^^^
      |
      = help: no password and no other secret belongs in these files
    "#);
}

#[test]
fn a_literal_secret_is_not_shown_beside_a_syntax_error() {
    let text = shown("version: 1\nportals:\n  ofs:\n    token: s3cr3t-abc\n   url: x\n");
    assert!(
        text.contains("error[syntax]") && !text.contains("s3cr3t"),
        "{text}"
    );
}

#[test]
fn a_secret_in_a_school_s_file_is_not_shown() {
    let text = shown_of(&trust("", "token: |\n  s3cr3t\n  lines\n"));
    assert!(
        text.contains("error[") && !text.contains("s3cr3t"),
        "{text}"
    );
}

#[test]
fn a_token_has_one_source() {
    insta::assert_snapshot!(
        shown(&portal("driver: ofs, url: https://portal.example, token: { env: A, file: b }, plan_token: { env: \"not a name\" }")),
        @r"
    error[token]: `token` must name either `env` or `file`
     --> beadle.yaml:3:59
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: https://portal.example, token: { env: A, file: b }, plan_token: { env: ************ } }
      |                                                           ^^^^^^^^^^^^^^^^^^^
    4 | organisations:
      |
      = help: write `token: { env: NAME }`

    error[token]: `env` is no name of an environment variable
     --> beadle.yaml:3:99
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: https://portal.example, token: { env: A, file: b }, plan_token: { env: ************ } }
      |                                                                                                   ^^^^^^^^^^^^
    4 | organisations:
      |
      = help: write the variable's name, never the token: letters, digits and `_`
    "
    );
}

#[test]
fn unsafe_urls() {
    for (url, what) in [
        ("http://portal.example", "must begin with `https://`"),
        ("https://portal.example/?key=x", "goes on after a `?`"),
        ("portal.example", "no address"),
        ("ftp://portal.example", "must begin with `https://`"),
    ] {
        let text = shown(&portal(&format!(
            "driver: ofs, url: \"{url}\", token: {{ env: T }}"
        )));
        assert!(
            text.contains("error[url]") && text.contains(what),
            "{url}: {text}"
        );
    }
    for url in [
        "http://127.0.0.1:8080",
        "http://localhost/x",
        "http://[::1]:1",
        "https://portal.example/api/",
    ] {
        assert_eq!(
            shown(&portal(&format!(
                "driver: ofs, url: \"{url}\", token: {{ env: T }}"
            ))),
            "",
            "{url}"
        );
    }
    insta::assert_snapshot!(
        shown(&portal("driver: ofs, url: http://portal.example, token: { env: T }")),
        @r"
    error[url]: `url` must begin with `https://`
     --> beadle.yaml:3:28
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: http://portal.example, token: { env: T } }
      |                            ^^^^^^^^^^^^^^^^^^^^^
    4 | organisations:
      |
      = help: a token must not travel in the clear; plain `http` is allowed to this machine only
    "
    );
}

#[test]
fn terms_must_be_accepted() {
    let text = "version: 1\nportals: { hfl: { driver: hfl, via: worklist } }\norganisations: { oak: { name: Oak, portals: { hfl: 8502001 } } }\n";
    insta::assert_snapshot!(shown(text), @r"
    error[terms]: the portal `hfl` creates accounts only once its terms are accepted
     --> beadle.yaml:2:12
      |
    1 | version: 1
    2 | portals: { hfl: { driver: hfl, via: worklist } }
      |            ^^^ `terms_accepted_by` is missing
    3 | organisations: { oak: { name: Oak, portals: { hfl: 8502001 } } }
      |
      = help: name the person who has accepted them: `terms_accepted_by: NAME`
    ");
}

#[test]
fn the_identity_has_its_portal_s_form() {
    insta::assert_snapshot!(shown(&portal("driver: ofs, via: worklist, identity: admin")), @r"
    error[login-form]: `admin` is no login id at `ofs`, which wants an email address
     --> beadle.yaml:3:48
      |
    2 | portals:
    3 |   ofs: { driver: ofs, via: worklist, identity: admin }
      |                                                ^^^^^
    4 | organisations:
      |
    ");
}

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
