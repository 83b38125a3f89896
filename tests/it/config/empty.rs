//! What needs a second word: empty lists, and accounts that several people use.

use super::{shown, university};

#[test]
fn empty_where_something_is_managed() {
    insta::assert_snapshot!(
        shown(&university(
            "
users: { a.khan@northshire.example: { name: Aisha Khan, areas: [], bundles: [] } }
areas: {}
admins: []
"
        )),
        @r#"
    error[empty]: `areas` is empty
     --> beadle.yaml:8:68
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { a.khan@northshire.example: { name: Aisha Khan, areas: [], bundles: [] } }
      |                                                                    ^^
    9 |     areas: {}
      |
      = help: leave the key out where nothing is managed; if nobody is meant, write `allow_empty: true` beside it

    error[empty]: `bundles` is empty
     --> beadle.yaml:8:81
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { a.khan@northshire.example: { name: Aisha Khan, areas: [], bundles: [] } }
      |                                                                                 ^^
    9 |     areas: {}
      |
      = help: leave the key out where nothing is managed; if nobody is meant, write `allow_empty: true` beside it

    error[empty]: `areas` is empty
      --> beadle.yaml:9:12
       |
     8 |     users: { a.khan@northshire.example: { name: Aisha Khan, areas: [], bundles: [] } }
     9 |     areas: {}
       |            ^^
    10 |     admins: []
       |
       = help: leave the key out where nothing is managed; if nobody is meant, write `allow_empty: true` beside it

    error[empty]: `admins` is empty
      --> beadle.yaml:10:13
       |
     9 |     areas: {}
    10 |     admins: []
       |             ^^
       |
       = help: leave the key out where nothing is managed; if nobody is meant, write `allow_empty: true` beside it
    "#
    );
    insta::assert_snapshot!(shown(&university("users: {}\nareas: { returns: [] }")), @r#"
    error[empty]: `users` is empty
     --> beadle.yaml:8:12
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: {}
      |            ^^
    9 |     areas: { returns: [] }
      |
      = help: leave the key out where nothing is managed; if nobody is meant, write `allow_empty: true` beside it

    error[empty]: `returns` is empty
     --> beadle.yaml:9:14
      |
    8 |     users: {}
    9 |     areas: { returns: [] }
      |              ^^^^^^^
      |
      = help: leave the key out where nothing is managed; if nobody is meant, write `allow_empty: true` beside it
    "#);
    let meant = university(
        "
users: { a.khan@northshire.example: { name: Aisha Khan, areas: [], allow_empty: true } }
areas: {}
admins: []
allow_empty: true
",
    );
    assert_eq!(shown(&meant), "");
}

#[test]
fn shared_accounts_are_forbidden_or_warned_about() {
    let shared = "users: { office: { name: Office, email: office@northshire.example, shared: { custodian: a.khan@northshire.example, members: [b@northshire.example] } } }";
    insta::assert_snapshot!(shown(&format!("{}policy: {{ shared_accounts: forbid }}\n", university(shared))), @r#"
    error[login-form]: `office` is no login id at `ofs`, which wants an email address
     --> beadle.yaml:8:14
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { office: { name: Office, email: office@northshire.example, shared: { custodian: a.khan@northshire.example, members: [b@no...
      |              ^^^^^^
    9 | policy: { shared_accounts: forbid }
      |
      = help: name it beside the user: `accounts: { ofs: NAME@DOMAIN }`

    error[shared-account]: several people use this account
     --> beadle.yaml:8:14
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { office: { name: Office, email: office@northshire.example, shared: { custodian: a.khan@northshire.example, members: [b@no...
      |              ^^^^^^
    9 | policy: { shared_accounts: forbid }
      |
      = help: `policy.shared_accounts` forbids it: give each of them an account

    error[unknown-user]: `a.khan@northshire.example` is no user of `northshire`
     --> beadle.yaml:8:93
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { office: { name: Office, email: office@northshire.example, shared: { custodian: a.khan@northshire.example, members: [b@no...
      |                                                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^
    9 | policy: { shared_accounts: forbid }
      |
      = help: add `a.khan@northshire.example` under `users` first

    error[unknown-user]: `b@northshire.example` is no user of `northshire`
     --> beadle.yaml:8:130
      |
    7 | ...
    8 | ...red: { custodian: a.khan@northshire.example, members: [b@northshire.example] } } }
      |                                                           ^^^^^^^^^^^^^^^^^^^^
    9 | ...
      |
      = help: add `b@northshire.example` under `users` first
    "#);
}
