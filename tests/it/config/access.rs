//! What an organisation may not say: areas, admins, deletions, shared accounts.

use super::{shown, shown_of, trust, university};

#[test]
fn areas_by_portal_where_there_are_several() {
    insta::assert_snapshot!(
        shown_of(&trust(
            "",
            "
users:
  s.evans@oakfield.example: { name: Sam Evans, accounts: { hants: SEVANS12 }, areas: [dms-portal] }
areas: { dms-portal: [s.evans@oakfield.example] }
admins: [s.evans@oakfield.example]
delete: [old@oakfield.example]
"
        )),
        @r"
    error[needs-portal]: `areas` is a list, and there are several portals
     --> schools/oakfield.yaml:5:86
      |
    4 | users:
    5 |   s.evans@oakfield.example: { name: Sam Evans, accounts: { hants: SEVANS12 }, areas: [dms-portal] }
      |                                                                                      ^^^^^^^^^^^^ for which portal?
    6 | areas: { dms-portal: [s.evans@oakfield.example] }
      |
      = help: write a map by portal: `areas: { hants: […] }`; portals: `hants` and `hfl`

    error[needs-portal]: `areas` is a list, and there are several portals
     --> schools/oakfield.yaml:6:10
      |
    5 |   s.evans@oakfield.example: { name: Sam Evans, accounts: { hants: SEVANS12 }, areas: [dms-portal] }
    6 | areas: { dms-portal: [s.evans@oakfield.example] }
      |          ^^^^^^^^^^ for which portal?
    7 | admins: [s.evans@oakfield.example]
      |
      = help: write a map by portal: `areas: { hants: […] }`; portals: `hants` and `hfl`

    error[needs-portal]: `delete` is a list, and there are several portals
     --> schools/oakfield.yaml:8:10
      |
    7 | admins: [s.evans@oakfield.example]
    8 | delete: [old@oakfield.example]
      |          ^^^^^^^^^^^^^^^^^^^^ for which portal?
      |
      = help: write a map by portal: `delete: { hants: […] }`; portals: `hants` and `hfl`
    "
    );
}

#[test]
fn a_list_is_enough_for_who_has_one_portal() {
    let folder = trust(
        "",
        "users: { r.patel@oakfield.example: { name: R, portals: [hfl], areas: [dms-portal] } }\n",
    );
    assert_eq!(shown_of(&folder), "");
    let text =
        university("users: { a.khan@northshire.example: { name: A, areas: { ofs: [returns] } } }");
    assert_eq!(shown(&text), "");
}

#[test]
fn portals_that_a_user_does_not_have() {
    insta::assert_snapshot!(
        shown_of(&trust(
            "",
            "
users:
  r.patel@oakfield.example: { name: Ravi Patel, portals: [hfl], areas: { hants: [x], ofs: [y] } }
  s.evans@oakfield.example: { name: Sam Evans, portals: [hlf], accounts: { hant: X } }
areas: { hants: { x: [r.patel@oakfield.example] } }
admins: { hants: [r.patel@oakfield.example] }
"
        )),
        @r"
    error[no-account]: `r.patel@oakfield.example` has no account at `hants`
     --> schools/oakfield.yaml:5:74
      |
    4 | users:
    5 |   r.patel@oakfield.example: { name: Ravi Patel, portals: [hfl], areas: { hants: [x], ofs: [y] } }
      |                                                                          ^^^^^
    6 |   s.evans@oakfield.example: { name: Sam Evans, portals: [hlf], accounts: { hant: X } }
      |
      = help: add the portal to the user's `portals`

    error[unknown-portal]: there is no portal `ofs`
     --> schools/oakfield.yaml:5:86
      |
    4 | users:
    5 |   r.patel@oakfield.example: { name: Ravi Patel, portals: [hfl], areas: { hants: [x], ofs: [y] } }
      |                                                                                      ^^^
    6 |   s.evans@oakfield.example: { name: Sam Evans, portals: [hlf], accounts: { hant: X } }
      |
      = help: portals: `hants` and `hfl`

    error[unknown-portal]: there is no portal `hlf`
     --> schools/oakfield.yaml:6:58
      |
    5 |   r.patel@oakfield.example: { name: Ravi Patel, portals: [hfl], areas: { hants: [x], ofs: [y] } }
    6 |   s.evans@oakfield.example: { name: Sam Evans, portals: [hlf], accounts: { hant: X } }
      |                                                          ^^^
    7 | areas: { hants: { x: [r.patel@oakfield.example] } }
      |
      = help: did you mean `hfl`?

    error[unknown-portal]: there is no portal `hant`
     --> schools/oakfield.yaml:6:76
      |
    5 |   r.patel@oakfield.example: { name: Ravi Patel, portals: [hfl], areas: { hants: [x], ofs: [y] } }
    6 |   s.evans@oakfield.example: { name: Sam Evans, portals: [hlf], accounts: { hant: X } }
      |                                                                            ^^^^
    7 | areas: { hants: { x: [r.patel@oakfield.example] } }
      |
      = help: did you mean `hants`?

    error[no-account]: `r.patel@oakfield.example` has no account at `hants`
     --> schools/oakfield.yaml:7:23
      |
    6 |   s.evans@oakfield.example: { name: Sam Evans, portals: [hlf], accounts: { hant: X } }
    7 | areas: { hants: { x: [r.patel@oakfield.example] } }
      |                       ^^^^^^^^^^^^^^^^^^^^^^^^
    8 | admins: { hants: [r.patel@oakfield.example] }
      |
      = help: add the portal to the user's `portals`

    error[no-account]: `r.patel@oakfield.example` has no account at `hants`
     --> schools/oakfield.yaml:8:19
      |
    7 | areas: { hants: { x: [r.patel@oakfield.example] } }
    8 | admins: { hants: [r.patel@oakfield.example] }
      |                   ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: add the portal to the user's `portals`
    "
    );
}

#[test]
fn unknown_bundles_and_users() {
    insta::assert_snapshot!(
        shown(&format!(
            "{}bundles: {{ clerk: [returns] }}\n",
            university(
                "
users: { a.khan@northshire.example: { name: Aisha Khan, bundles: [clark] } }
areas: { returns: [a.kan@northshire.example] }
admins: [someone.else@northshire.example]
"
            )
        )),
        @r#"
    error[unknown-bundle]: there is no bundle `clark`
     --> beadle.yaml:8:71
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { a.khan@northshire.example: { name: Aisha Khan, bundles: [clark] } }
      |                                                                       ^^^^^
    9 |     areas: { returns: [a.kan@northshire.example] }
      |
      = help: did you mean `clerk`?

    error[unknown-user]: `a.kan@northshire.example` is no user of `northshire`
      --> beadle.yaml:9:24
       |
     8 |     users: { a.khan@northshire.example: { name: Aisha Khan, bundles: [clark] } }
     9 |     areas: { returns: [a.kan@northshire.example] }
       |                        ^^^^^^^^^^^^^^^^^^^^^^^^
    10 |     admins: [someone.else@northshire.example]
       |
       = help: did you mean `a.khan@northshire.example`?

    error[unknown-user]: `someone.else@northshire.example` is no user of `northshire`
      --> beadle.yaml:10:14
       |
     9 |     areas: { returns: [a.kan@northshire.example] }
    10 |     admins: [someone.else@northshire.example]
       |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    11 | bundles: { clerk: [returns] }
       |
       = help: add `someone.else@northshire.example` under `users` first
    "#
    );
}

#[test]
fn admins_where_there_can_be_none() {
    insta::assert_snapshot!(
        shown_of(&trust(
            "",
            "
users: { r.patel@oakfield.example: { name: Ravi Patel, portals: [hfl] } }
admins: { hfl: [r.patel@oakfield.example] }
"
        )),
        @r"
    error[no-admins]: the portal `hfl` (HFL Education) has no admin set to manage
     --> schools/oakfield.yaml:5:11
      |
    4 | users: { r.patel@oakfield.example: { name: Ravi Patel, portals: [hfl] } }
    5 | admins: { hfl: [r.patel@oakfield.example] }
      |           ^^^
      |
      = help: remove it: only the main account administers there
    "
    );
}

#[test]
fn deletions_where_nothing_is_deleted() {
    insta::assert_snapshot!(shown(&university("delete: [old@northshire.example]")), @r#"
    error[never-deleted]: accounts at `ofs` (OfS portal) are never deleted
     --> beadle.yaml:8:14
      |
    7 |     portals: { ofs: "10009999" }
    8 |     delete: [old@northshire.example]
      |              ^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: remove it: to end access, let the user's `until` pass or take the user out
    "#);
}

#[test]
fn what_is_deleted_is_not_listed() {
    let folder = trust(
        "",
        "
users: { r.patel@oakfield.example: { name: Ravi Patel, portals: [hfl] } }
delete: { hfl: [R.Patel@oakfield.example, not a login] }
",
    );
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[deleted-and-listed]: `R.Patel@oakfield.example` is to be deleted at `hfl`, and is a user there too
     --> schools/oakfield.yaml:5:17
      |
    3 | portals: { hants: 8502001, hfl: 8502001 }
    4 | users: { r.patel@oakfield.example: { name: Ravi Patel, portals: [hfl] } }
      |          ------------------------ listed here
    5 | delete: { hfl: [R.Patel@oakfield.example, not a login] }
      |                 ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: remove one of them

    error[login-form]: `not a login` is no login id at `hfl`, which wants text without spaces
     --> schools/oakfield.yaml:5:43
      |
    4 | users: { r.patel@oakfield.example: { name: Ravi Patel, portals: [hfl] } }
    5 | delete: { hfl: [R.Patel@oakfield.example, not a login] }
      |                                           ^^^^^^^^^^^
    ");
}

#[test]
fn areas_and_users_in_the_order_of_people() {
    let text = university(
        "
users:
  a.khan@northshire.example: { name: Aisha Khan, areas: [{ area: returns, untill: 2027-01-01 }] }
areas: { returns: [{ usr: a.khan@northshire.example }] }
",
    );
    insta::assert_snapshot!(shown(&text), @r"
    error[unknown-key]: unknown key `untill`
      --> beadle.yaml:9:79
       |
     8 |     users:
     9 |       a.khan@northshire.example: { name: Aisha Khan, areas: [{ area: returns, untill: 2027-01-01 }] }
       |                                                                               ^^^^^^
    10 |     areas: { returns: [{ usr: a.khan@northshire.example }] }
       |
       = help: did you mean `until`?

    error[missing-key]: this mapping needs the key `user`
      --> beadle.yaml:10:24
       |
     9 |       a.khan@northshire.example: { name: Aisha Khan, areas: [{ area: returns, untill: 2027-01-01 }] }
    10 |     areas: { returns: [{ usr: a.khan@northshire.example }] }
       |                        ^ `user` is missing

    error[unknown-key]: unknown key `usr`
      --> beadle.yaml:10:26
       |
     9 |       a.khan@northshire.example: { name: Aisha Khan, areas: [{ area: returns, untill: 2027-01-01 }] }
    10 |     areas: { returns: [{ usr: a.khan@northshire.example }] }
       |                          ^^^
       |
       = help: did you mean `user`?
    ");
}

#[test]
fn portals_that_the_organisation_is_not_on() {
    let folder = trust("", "").with(
        "schools/oakfield.yaml",
        "
organisation: oakfield
name: Oakfield
portals: { hfl: 8502001 }
users: { r.patel@oakfield.example: { name: Ravi Patel, portals: [hants] } }
areas: { hants: { intranet: [r.patel@oakfield.example] } }
admins: { hants: [r.patel@oakfield.example] }
",
    );
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[unknown-portal]: `oakfield` is not on the portal `hants`
     --> schools/oakfield.yaml:5:66
      |
    4 | portals: { hfl: 8502001 }
    5 | users: { r.patel@oakfield.example: { name: Ravi Patel, portals: [hants] } }
      |                                                                  ^^^^^
    6 | areas: { hants: { intranet: [r.patel@oakfield.example] } }
      |
      = help: its portals: `hfl`

    error[unknown-portal]: `oakfield` is not on the portal `hants`
     --> schools/oakfield.yaml:6:10
      |
    5 | users: { r.patel@oakfield.example: { name: Ravi Patel, portals: [hants] } }
    6 | areas: { hants: { intranet: [r.patel@oakfield.example] } }
      |          ^^^^^
    7 | admins: { hants: [r.patel@oakfield.example] }
      |
      = help: its portals: `hfl`

    error[unknown-portal]: `oakfield` is not on the portal `hants`
     --> schools/oakfield.yaml:7:11
      |
    6 | areas: { hants: { intranet: [r.patel@oakfield.example] } }
    7 | admins: { hants: [r.patel@oakfield.example] }
      |           ^^^^^
      |
      = help: its portals: `hfl`
    ");
}
