//! What an organisation may not say: keys, portals, users.

use super::{shown, shown_of, trust, university};

#[test]
fn keys_of_the_project_in_an_organisation_s_file() {
    insta::assert_snapshot!(shown_of(&trust("", "policy: { min_admins: 0 }\norganisations: {}\n")), @r"
    error[misplaced-key]: `policy` is not allowed in an organisation's file
     --> schools/oakfield.yaml:4:1
      |
    3 | portals: { hants: 8502001, hfl: 8502001 }
    4 | policy: { min_admins: 0 }
      | ^^^^^^
    5 | organisations: {}
      |
      = help: it belongs in the project file, `beadle.yaml`: whoever may edit one organisation can then change that organisation and nothing else

    error[misplaced-key]: `organisations` is not allowed in an organisation's file
     --> schools/oakfield.yaml:5:1
      |
    4 | policy: { min_admins: 0 }
    5 | organisations: {}
      | ^^^^^^^^^^^^^
      |
      = help: it belongs in the project file, `beadle.yaml`: whoever may edit one organisation can then change that organisation and nothing else; here, write `organisation: ID`
    ");
}

#[test]
fn an_endpoint_in_an_organisation_s_file() {
    let folder = trust("", "").with(
        "schools/oakfield.yaml",
        "organisation: oakfield\nname: Oakfield\nportals: { hants: { url: https://elsewhere.example } }\n",
    );
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[wrong-type]: `hants` is a mapping
     --> schools/oakfield.yaml:3:12
      |
    2 | name: Oakfield
    3 | portals: { hants: { url: https://elsewhere.example } }
      |            ^^^^^ a whole number or text is wanted
    ");
}

#[test]
fn a_file_without_the_organisation_s_id() {
    let folder = trust("", "").with(
        "schools/elm.yaml",
        "name: Elm\nportals: { hants: 8502002 }\n",
    );
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[missing-key]: this mapping needs the key `organisation`
     --> schools/elm.yaml:1:1
      |
    1 | name: Elm
      | ^ `organisation` is missing
    2 | portals: { hants: 8502002 }
      |
    ");
}

#[test]
fn unknown_portals_and_wrong_ids() {
    let folder = trust("", "").with(
        "schools/elm.yaml",
        "organisation: elm\nname: Elm\nportals: { hant: 8502002, hfl: 850200 }\n",
    );
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[unknown-portal]: there is no portal `hant`
     --> schools/elm.yaml:3:12
      |
    2 | name: Elm
    3 | portals: { hant: 8502002, hfl: 850200 }
      |            ^^^^
      |
      = help: did you mean `hants`?

    error[organisation-id]: `850200` is no DfE number: it has 7 digits
     --> schools/elm.yaml:3:32
      |
    2 | name: Elm
    3 | portals: { hant: 8502002, hfl: 850200 }
      |                                ^^^^^^
    ");
    let folder = trust("", "").with(
        "schools/elm.yaml",
        "organisation: elm\nname: Elm\nportals: {}\n",
    );
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[empty-value]: `elm` is on no portal
     --> schools/elm.yaml:1:15
      |
    1 | organisation: elm
      |               ^^^
    2 | name: Elm
      |
      = help: name at least one: `portals: { PORTAL: ID }`
    ");
}

#[test]
fn users_are_declared_once_also_after_folding() {
    insta::assert_snapshot!(
        shown(&university(
            "
users:
  a.khan@northshire.example: { name: Aisha Khan }
  A.Khan@Northshire.example: { name: Aisha Khan }
"
        )),
        @r"
    error[declared-twice]: `A.Khan@Northshire.example` is declared twice
      --> beadle.yaml:10:7
       |
     8 |     users:
     9 |       a.khan@northshire.example: { name: Aisha Khan }
       |       ------------------------- first here
    10 |       A.Khan@Northshire.example: { name: Aisha Khan }
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^ again here
       |
       = help: upper and lower case make no difference: keep one of them
    "
    );
}

#[test]
fn users_are_keyed_by_address() {
    insta::assert_snapshot!(shown(&university("users: { akhan: { name: Aisha Khan } }")), @r#"
    error[user-key]: `akhan` is no email address
     --> beadle.yaml:8:14
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { akhan: { name: Aisha Khan } }
      |              ^^^^^
      |
      = help: users are keyed by their work email address; an account that several people use says so under `shared`, one without an address names its login id under `accounts`
    "#);
}

#[test]
fn users_have_a_name_and_one_only() {
    insta::assert_snapshot!(
        shown(&format!(
            "{}people: {{ j.oduya@northshire.example: {{ name: Joy Oduya }} }}\n",
            university(
                "
users:
  a.khan@northshire.example: {}
  j.oduya@northshire.example: { name: Joyce Oduya }
"
            )
        )),
        @r"
    error[missing-key]: `a.khan@northshire.example` needs the key `name`
      --> beadle.yaml:9:7
       |
     8 |     users:
     9 |       a.khan@northshire.example: {}
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^ `name` is missing
    10 |       j.oduya@northshire.example: { name: Joyce Oduya }
       |
       = help: only who is listed under `people` in the project file may leave it out

    error[two-names]: `j.oduya@northshire.example` has two names
      --> beadle.yaml:10:43
       |
     9 |       a.khan@northshire.example: {}
    10 |       j.oduya@northshire.example: { name: Joyce Oduya }
       |                                           ^^^^^^^^^^^
    11 | people: { j.oduya@northshire.example: { name: Joy Oduya } }
       |                                               --------- the name under `people`
       |
       = help: leave `name` out here
    "
    );
}

#[test]
fn a_renamed_user_is_not_listed_twice() {
    insta::assert_snapshot!(
        shown(&university(
            "
users:
  r.patel@northshire.example: { name: Ravi Patel, was: [r.shah@northshire.example] }
  r.shah@northshire.example: { name: Ravi Shah }
"
        )),
        @r"
    error[renamed-and-listed]: `r.shah@northshire.example` is under `was`, and is a user too
      --> beadle.yaml:9:61
       |
     8 |     users:
     9 |       r.patel@northshire.example: { name: Ravi Patel, was: [r.shah@northshire.example] }
       |                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^
    10 |       r.shah@northshire.example: { name: Ravi Shah }
       |
       = help: remove the old entry: the new one takes its account over
    "
    );
}

#[test]
fn logins_have_their_portal_s_form() {
    insta::assert_snapshot!(
        shown_of(&trust(
            "",
            "
users:
  s.evans@oakfield.example: { name: Sam Evans }
  r.patel@oakfield.example: { name: Ravi Patel, accounts: { hants: \"R PATEL\", hfl: r patel } }
"
        )),
        @r#"
    error[login-form]: `s.evans@oakfield.example` is no login id at `hants`, which wants a user id such as `JSMITH12`
     --> schools/oakfield.yaml:5:3
      |
    4 | users:
    5 |   s.evans@oakfield.example: { name: Sam Evans }
      |   ^^^^^^^^^^^^^^^^^^^^^^^^
    6 |   r.patel@oakfield.example: { name: Ravi Patel, accounts: { hants: "R PATEL", hfl: r patel } }
      |
      = help: name it beside the user: `accounts: { hants: JSMITH12 }`; an email address only where the account was registered under one

    error[login-form]: `R PATEL` is no login id at `hants`, which wants a user id such as `JSMITH12`
     --> schools/oakfield.yaml:6:68
      |
    5 |   s.evans@oakfield.example: { name: Sam Evans }
    6 |   r.patel@oakfield.example: { name: Ravi Patel, accounts: { hants: "R PATEL", hfl: r patel } }
      |                                                                    ^^^^^^^^^

    error[login-form]: `r patel` is no login id at `hfl`, which wants text without spaces
     --> schools/oakfield.yaml:6:84
      |
    5 |   s.evans@oakfield.example: { name: Sam Evans }
    6 |   r.patel@oakfield.example: { name: Ravi Patel, accounts: { hants: "R PATEL", hfl: r patel } }
      |                                                                                    ^^^^^^^
    "#
    );
    insta::assert_snapshot!(
        shown(&university("users: { a.khan@northshire.example: { name: A, accounts: { ofs: akhan } } }")),
        @r#"
    error[login-form]: `akhan` is no login id at `ofs`, which wants an email address
     --> beadle.yaml:8:69
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { a.khan@northshire.example: { name: A, accounts: { ofs: akhan } } }
      |                                                                     ^^^^^
    "#
    );
}

#[test]
fn a_login_is_used_once() {
    insta::assert_snapshot!(
        shown_of(&trust(
            "",
            "
users:
  s.evans@oakfield.example: { name: Sam Evans, accounts: { hants: SEVANS12 } }
  r.patel@oakfield.example: { name: Ravi Patel, accounts: { hants: sevans12 } }
"
        )),
        @r"
    error[declared-twice]: `s.evans@oakfield.example` and `r.patel@oakfield.example` have the same login id at `hants`: `sevans12`
     --> schools/oakfield.yaml:6:68
      |
    4 | users:
    5 |   s.evans@oakfield.example: { name: Sam Evans, accounts: { hants: SEVANS12 } }
      |   ------------------------ first here
    6 |   r.patel@oakfield.example: { name: Ravi Patel, accounts: { hants: sevans12 } }
      |                                                                    ^^^^^^^^ again here
    "
    );
}

#[test]
fn dates_that_end_before_they_begin() {
    insta::assert_snapshot!(
        shown(&university(
            "
users:
  a.khan@northshire.example:
    name: Aisha Khan
    from: 2027-01-01
    until: 2026-12-31
    areas: [{ area: returns, from: 2027-02-01, until: 2027-01-01 }]
areas: { census: [{ user: a.khan@northshire.example, from: 2027-02-01, until: 2027-01-01 }] }
"
        )),
        @r"
    error[dates]: `until` 2026-12-31 is before `from` 2027-01-01
      --> beadle.yaml:12:16
       |
    10 |         name: Aisha Khan
    11 |         from: 2027-01-01
       |               ---------- begins here
    12 |         until: 2026-12-31
       |                ^^^^^^^^^^
    13 |         areas: [{ area: returns, from: 2027-02-01, until: 2027-01-01 }]
       |

    error[dates]: `until` 2027-01-01 is before `from` 2027-02-01
      --> beadle.yaml:13:59
       |
    12 |         until: 2026-12-31
    13 |         areas: [{ area: returns, from: 2027-02-01, until: 2027-01-01 }]
       |                                        ----------         ^^^^^^^^^^
       |                                        |
       |                                        begins here
    14 |     areas: { census: [{ user: a.khan@northshire.example, from: 2027-02-01, until: 2027-01-01 }] }
       |

    error[dates]: `until` 2027-01-01 is before `from` 2027-02-01
      --> beadle.yaml:14:83
       |
    13 |         areas: [{ area: returns, from: 2027-02-01, until: 2027-01-01 }]
    14 |     areas: { census: [{ user: a.khan@northshire.example, from: 2027-02-01, until: 2027-01-01 }] }
       |                                                                ----------         ^^^^^^^^^^
       |                                                                |
       |                                                                begins here
    "
    );
}

#[test]
fn days_that_are_none() {
    insta::assert_snapshot!(
        shown(&university("users: { a.khan@northshire.example: { name: A, from: 31/07/2027, until: 2027-02-30 } }")),
        @r#"
    error[date]: `from` is no calendar day: `31/07/2027`
     --> beadle.yaml:8:58
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { a.khan@northshire.example: { name: A, from: 31/07/2027, until: 2027-02-30 } }
      |                                                          ^^^^^^^^^^
      |
      = help: write year, month and day: `2027-07-31`

    error[date]: `until` is no calendar day: `2027-02-30`
     --> beadle.yaml:8:77
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { a.khan@northshire.example: { name: A, from: 31/07/2027, until: 2027-02-30 } }
      |                                                                             ^^^^^^^^^^
      |
      = help: write year, month and day: `2027-07-31`
    "#
    );
}

#[test]
fn a_grant_outside_of_its_account_s_days() {
    insta::assert_snapshot!(
        shown(&university(
            "
users:
  a.khan@northshire.example:
    name: Aisha Khan
    until: 2026-12-31
    areas: [{ area: returns, from: 2027-02-01 }]
"
        )),
        @r"
    error[never-begins]: the grant of `returns` to `a.khan@northshire.example` has no day within the account's
      --> beadle.yaml:12:17
       |
     8 |     users:
     9 |       a.khan@northshire.example:
       |       ------------------------- the account
    10 |         name: Aisha Khan
    11 |         until: 2026-12-31
    12 |         areas: [{ area: returns, from: 2027-02-01 }]
       |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: compare `from` and `until` of both
    "
    );
}

#[test]
fn two_users_do_not_share_a_former_login() {
    insta::assert_snapshot!(
        shown(&university(
            "
users:
  r.patel@northshire.example: { name: Ravi Patel, was: [r.shah@northshire.example] }
  r.khan@northshire.example: { name: Rana Khan, was: [R.Shah@northshire.example] }
"
        )),
        @r"
    error[declared-twice]: `r.patel@northshire.example` and `r.khan@northshire.example` were both `R.Shah@northshire.example`
      --> beadle.yaml:10:59
       |
     8 |     users:
     9 |       r.patel@northshire.example: { name: Ravi Patel, was: [r.shah@northshire.example] }
       |                                                             ------------------------- first here
    10 |       r.khan@northshire.example: { name: Rana Khan, was: [R.Shah@northshire.example] }
       |                                                           ^^^^^^^^^^^^^^^^^^^^^^^^^ again here
       |
       = help: an account has one user: keep it under `was` of that one
    "
    );
}

#[test]
fn an_id_that_names_a_file_leads_nowhere_else() {
    let folder = trust("", "").with(
        "schools/oakfield.yaml",
        "organisation: ../../oakfield\nname: Oakfield\nportals: { hants: 8502001 }\n",
    );
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[file-name]: `../../oakfield` holds `/`
     --> schools/oakfield.yaml:1:15
      |
    1 | organisation: ../../oakfield
      |               ^^^^^^^^^^^^^^
    2 | name: Oakfield
      |
      = help: snapshots are kept in files of this name: use letters, digits and `-`
    ");
    let folder = trust("", "").with(
        "schools/oakfield.yaml",
        "organisation: .oakfield\nname: Oakfield\nportals: { hants: 8502001 }\n",
    );
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[file-name]: `.oakfield` begins with `.`
     --> schools/oakfield.yaml:1:15
      |
    1 | organisation: .oakfield
      |               ^^^^^^^^^
    2 | name: Oakfield
      |
      = help: snapshots are kept in files of this name: use letters, digits and `-`
    ");
}
