//! What the project file may not say: keys and portals.

use super::{portal, shown, university};

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
fn terms_must_be_accepted() {
    let text = "version: 1\nportals: { hfl: { driver: hfl, via: worklist } }\norganisations: { oak: { name: Oak, portals: { hfl: 8502001 } } }\n";
    insta::assert_snapshot!(shown(text), @r"
    warning[terms]: the portal `hfl` creates accounts only once its terms are accepted
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
