//! Scalars that read as something else, and values of the wrong shape.

use super::{shown, shown_of, trust, university};

#[test]
fn text_that_reads_as_something_else() {
    insta::assert_snapshot!(
        shown(&university(
            "
users:
  a.khan@northshire.example: { name: Null }
  b.true@northshire.example: { name: true }
  c.digit@northshire.example: { name: 12.5, areas: [5] }
approved_by: 0x1F
"
        )),
        @r#"
    error[unquoted-text]: `name` wants text, but `Null` reads as nothing (null)
      --> beadle.yaml:9:42
       |
     8 |     users:
     9 |       a.khan@northshire.example: { name: Null }
       |                                          ^^^^
    10 |       b.true@northshire.example: { name: true }
       |
       = help: quote it: `"Null"`

    error[unquoted-text]: `name` wants text, but `true` reads as true or false
      --> beadle.yaml:10:42
       |
     9 |       a.khan@northshire.example: { name: Null }
    10 |       b.true@northshire.example: { name: true }
       |                                          ^^^^
    11 |       c.digit@northshire.example: { name: 12.5, areas: [5] }
       |
       = help: quote it: `"true"`

    error[unquoted-text]: `name` wants text, but `12.5` reads as a number
      --> beadle.yaml:11:43
       |
    10 |       b.true@northshire.example: { name: true }
    11 |       c.digit@northshire.example: { name: 12.5, areas: [5] }
       |                                           ^^^^
    12 |     approved_by: 0x1F
       |
       = help: quote it: `"12.5"`

    error[unquoted-text]: this value wants text, but `5` reads as a whole number
      --> beadle.yaml:11:57
       |
    10 |       b.true@northshire.example: { name: true }
    11 |       c.digit@northshire.example: { name: 12.5, areas: [5] }
       |                                                         ^
    12 |     approved_by: 0x1F
       |
       = help: quote it: `"5"`

    error[unquoted-text]: `approved_by` wants text, but `0x1F` reads as a whole number
      --> beadle.yaml:12:18
       |
    11 |       c.digit@northshire.example: { name: 12.5, areas: [5] }
    12 |     approved_by: 0x1F
       |                  ^^^^
       |
       = help: quote it: `"0x1F"`
    "#
    );
}

#[test]
fn digits_keep_every_character() {
    let folder = trust(
        "",
        "users: { \"0123456\": { name: Office, portals: [hfl], shared: { custodian: 0123457, members: [] } } }\n",
    );
    let shown = shown_of(&folder);
    assert!(shown.contains(": `0123457` "), "{shown}");
}

#[test]
fn a_key_without_a_value() {
    insta::assert_snapshot!(shown(&university("users:\nadmins: ~")), @r#"
    error[empty-value]: `users` has no value
     --> beadle.yaml:8:5
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users:
      |     ^^^^^ a mapping is wanted
    9 |     admins: ~
      |
      = help: write a value, or leave `users` out

    error[wrong-type]: `admins` is nothing (null), `~`
     --> beadle.yaml:9:13
      |
    8 |     users:
    9 |     admins: ~
      |             ^ a list or a mapping is wanted
    "#);
}

#[test]
fn values_of_the_wrong_shape() {
    insta::assert_snapshot!(
        shown(&university(
            "
users: [a.khan@northshire.example]
admins: a.khan@northshire.example
allow_empty: \"true\"
tags: { a: b }
"
        )),
        @r#"
    error[wrong-type]: `users` is a list
     --> beadle.yaml:8:5
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: [a.khan@northshire.example]
      |     ^^^^^ a mapping is wanted
    9 |     admins: a.khan@northshire.example
      |

    error[wrong-type]: `admins` is text, `a.khan@northshire.example`
      --> beadle.yaml:9:13
       |
     8 |     users: [a.khan@northshire.example]
     9 |     admins: a.khan@northshire.example
       |             ^^^^^^^^^^^^^^^^^^^^^^^^^ a list or a mapping is wanted
    10 |     allow_empty: "true"
       |
       = help: write a list: `[a.khan@northshire.example]`

    error[wrong-type]: `allow_empty` is text, `true`
      --> beadle.yaml:10:18
       |
     9 |     admins: a.khan@northshire.example
    10 |     allow_empty: "true"
       |                  ^^^^^^ `true` or `false` is wanted
    11 |     tags: { a: b }
       |

    error[wrong-type]: `tags` is a mapping
      --> beadle.yaml:11:5
       |
    10 |     allow_empty: "true"
    11 |     tags: { a: b }
       |     ^^^^ a list is wanted
    "#
    );
}

/// A number that nothing counts with is a whole number all the same.
#[test]
fn a_number_may_be_too_large() {
    for number in ["18446744073709551616", "9223372036854775808"] {
        let policy = format!("policy: {{ max_removals: {{ count: {number} }} }}\n");
        let text = shown(&(university("") + &policy));
        let sentence = format!("`{number}` is beyond every number that can be wanted");
        assert!(text.contains(&sentence), "{text}");
    }
}
