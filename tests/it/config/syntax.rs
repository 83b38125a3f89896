//! What YAML allows and a configuration does not.

use super::{shown, university};

#[test]
fn tabs_in_the_indentation() {
    insta::assert_snapshot!(shown("version: 1\nportals:\n\tofs:\n"), @r"
    error[tab]: a tab cannot be used for indentation
     --> beadle.yaml:3:1
      |
    2 | portals:
    3 |  ofs:
      | ^ this is a tab
      |
      = help: indent with spaces; most editors can turn tabs into spaces
    ");
}

#[test]
fn a_slip_of_the_indentation() {
    insta::assert_snapshot!(shown("version: 1\nportals:\n  ofs:\n    driver: ofs\n   url: x\n"), @r"
    error[syntax]: expected a key here: the indentation differs from the lines above, or a `:` is missing
     --> beadle.yaml:5:4
      |
    4 |     driver: ofs
    5 |    url: x
      |    ^
    ");
}

#[test]
fn an_unclosed_bracket() {
    insta::assert_snapshot!(shown("version: 1\norganisations: [a, b\n"), @r"
    error[syntax]: unclosed bracket '['
     --> beadle.yaml:2:16
      |
    1 | version: 1
    2 | organisations: [a, b
      |                ^
      |
      = help: look above this place for a `[`, a `{` or a quote that is not closed
    ");
}

#[test]
fn duplicate_keys_at_every_level() {
    insta::assert_snapshot!(
        shown(&university(
            "
users:
  a.khan@northshire.example: { name: Aisha Khan, name: A Khan }
  a.khan@northshire.example: { name: Aisha Khan }
name: Another
"
        )),
        @r#"
    error[duplicate-key]: the key `name` stands twice in this mapping
      --> beadle.yaml:9:54
       |
     8 |     users:
     9 |       a.khan@northshire.example: { name: Aisha Khan, name: A Khan }
       |                                    ---- first here   ^^^^ again here
    10 |       a.khan@northshire.example: { name: Aisha Khan }
       |
       = help: keep one of them, with everything that both should say

    error[duplicate-key]: the key `a.khan@northshire.example` stands twice in this mapping
      --> beadle.yaml:10:7
       |
     8 |     users:
     9 |       a.khan@northshire.example: { name: Aisha Khan, name: A Khan }
       |       ------------------------- first here
    10 |       a.khan@northshire.example: { name: Aisha Khan }
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^ again here
    11 |     name: Another
       |
       = help: keep one of them, with everything that both should say

    error[duplicate-key]: the key `name` stands twice in this mapping
      --> beadle.yaml:11:5
       |
     5 |   northshire:
     6 |     name: University of Northshire
       |     ---- first here
     7 |     portals: { ofs: "10009999" }
     8 |     users:
     9 |       a.khan@northshire.example: { name: Aisha Khan, name: A Khan }
    10 |       a.khan@northshire.example: { name: Aisha Khan }
    11 |     name: Another
       |     ^^^^ again here
       |
       = help: keep one of them, with everything that both should say
    "#
    );
}

#[test]
fn merge_keys() {
    insta::assert_snapshot!(
        shown(&university("users:\n  a.khan@northshire.example: { <<: { name: Aisha Khan } }")),
        @r"
    error[merge-key]: the merge key `<<` is not allowed
     --> beadle.yaml:9:36
      |
    8 |     users:
    9 |       a.khan@northshire.example: { <<: { name: Aisha Khan } }
      |                                    ^^
      |
      = help: write the keys out, or put what is shared into a bundle
    "
    );
}

#[test]
fn custom_tags() {
    insta::assert_snapshot!(shown(&university("approved_by: !who Kit Osei")), @r#"
    error[tag]: the tag `!who` is not allowed
     --> beadle.yaml:8:18
      |
    7 |     portals: { ofs: "10009999" }
    8 |     approved_by: !who Kit Osei
      |                  ^^^^
      |
      = help: remove the tag; where text is meant, quote it: `"…"`
    "#);
}

#[test]
fn several_documents() {
    insta::assert_snapshot!(shown(&format!("{}---\nversion: 1\n", university(""))), @r#"
    error[several-documents]: the file holds more than one document
     --> beadle.yaml:8:1
      |
    7 |     portals: { ofs: "10009999" }
    8 | ---
      | ^^^ a second document begins here
    9 | version: 1
      |
      = help: keep one document in a file: move the rest to a file of its own
    "#);
}

#[test]
fn an_alias_bomb() {
    let mut text = "version: 1\nx0: &x0 [a, a, a, a, a, a, a, a, a, a]\n".to_owned();
    for level in 1..9 {
        let below = format!("*x{}, ", level - 1).repeat(10);
        text += &format!("x{level}: &x{level} [{}]\n", below.trim_end_matches(", "));
    }
    insta::assert_snapshot!(shown(&text), @r"
    error[alias-bomb]: the aliases of this file stand for more than 100000 values
     --> beadle.yaml:6:45
      |
    5 | x3: &x3 [*x2, *x2, *x2, *x2, *x2, *x2, *x2, *x2, *x2, *x2]
    6 | x4: &x4 [*x3, *x3, *x3, *x3, *x3, *x3, *x3, *x3, *x3, *x3]
      |                                             ^^^
    7 | x5: &x5 [*x4, *x4, *x4, *x4, *x4, *x4, *x4, *x4, *x4, *x4]
      |
      = help: use fewer aliases; put what is shared into a bundle
    ");
}

#[test]
fn an_alias_in_its_own_anchor_and_one_to_nothing() {
    insta::assert_snapshot!(shown("version: &v [*v]\n"), @r"
    error[alias]: the alias stands inside its own anchor
     --> beadle.yaml:1:14
      |
    1 | version: &v [*v]
      |              ^^
    ");
    insta::assert_snapshot!(shown("version: *nothing\n"), @r"
    error[alias]: the alias names an anchor that does not exist
     --> beadle.yaml:1:10
      |
    1 | version: *nothing
      |          ^
    ");
}

#[test]
fn aliases_are_otherwise_allowed() {
    let text = university(
        "
users:
  a.khan@northshire.example: { name: Aisha Khan, areas: &same [returns] }
  j.oduya@northshire.example: { name: Joy Oduya, areas: *same }
",
    );
    assert_eq!(shown(&text), "");
}

#[test]
fn deep_nesting() {
    let text = format!("version: {}{}\n", "[".repeat(60), "]".repeat(60));
    insta::assert_snapshot!(shown(&text), @r"
    error[too-deep]: nested more than 40 levels deep
     --> beadle.yaml:1:49
      |
    1 | version: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
      |                                                 ^
      |
      = help: nothing in a project needs more than 8 levels
    ");
    let text = format!("version: {}{}\n", "[".repeat(600), "]".repeat(600));
    assert!(shown(&text).contains("error[too-deep]"));
}

#[test]
fn keys_that_are_no_text() {
    insta::assert_snapshot!(shown("version: 1\n? [a, b]\n: 1\nnull: 2\ntrue: 3\n"), @r#"
    error[missing-key]: this mapping needs the key `organisations`
     --> beadle.yaml:1:1
      |
    1 | version: 1
      | ^ `organisations` is missing
    2 | ? [a, b]
      |

    error[missing-key]: this mapping needs the key `portals`
     --> beadle.yaml:1:1
      |
    1 | version: 1
      | ^ `portals` is missing
    2 | ? [a, b]
      |

    error[key]: a key must be text, not a list or a mapping
     --> beadle.yaml:2:3
      |
    1 | version: 1
    2 | ? [a, b]
      |   ^
    3 | : 1
      |

    error[unquoted-text]: a key must be text, but `null` reads as nothing (null)
     --> beadle.yaml:4:1
      |
    3 | : 1
    4 | null: 2
      | ^^^^
    5 | true: 3
      |
      = help: quote it: `"null"`

    error[unquoted-text]: a key must be text, but `true` reads as true or false
     --> beadle.yaml:5:1
      |
    4 | null: 2
    5 | true: 3
      | ^^^^
      |
      = help: quote it: `"true"`
    "#);
}

#[test]
fn an_empty_file() {
    insta::assert_snapshot!(shown("# nothing\n"), @r"
    error[empty-value]: the file holds nothing
     --> beadle.yaml:1:1
      |
    1 | # nothing
      | ^
    ");
}
