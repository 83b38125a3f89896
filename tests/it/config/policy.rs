//! What the policy forbids, and what it may not say itself.

use jiff::civil::date;

use super::{Folder, project, shown, shown_of, trust, university};
use beadle::cli::diagnostics::render;

fn with_policy(policy: &str, organisation: &str) -> String {
    format!("{}policy: {{ {policy} }}\n", university(organisation))
}

#[test]
fn names_that_the_policy_does_not_know() {
    insta::assert_snapshot!(
        shown(&with_policy(
            "sensitive_areas: { off: [x] }, organisations: { northshir: { min_admins: 3 } }, waivers: [{ organisation: southshire, portal: osf, guardrail: max_removals, limit: 5, reason: leavers, until: 2026-12-31 }]",
            ""
        )),
        @r#"
    error[unknown-portal]: there is no portal `off`
     --> beadle.yaml:8:30
      |
    7 |     portals: { ofs: "10009999" }
    8 | policy: { sensitive_areas: { off: [x] }, organisations: { northshir: { min_admins: 3 } }, waivers: [{ organisation: southshire, porta...
      |                              ^^^
      |
      = help: did you mean `ofs`?

    error[unknown-organisation]: there is no organisation `northshir`
     --> beadle.yaml:8:59
      |
    7 |     portals: { ofs: "10009999" }
    8 | policy: { sensitive_areas: { off: [x] }, organisations: { northshir: { min_admins: 3 } }, waivers: [{ organisation: southshire, porta...
      |                                                           ^^^^^^^^^
      |
      = help: did you mean `northshire`?

    error[unknown-organisation]: there is no organisation `southshire`
     --> beadle.yaml:8:117
      |
    7 |     portals: { ofs: "10009999" }
    8 | policy: { sensitive_areas: { off: [x] }, organisations: { northshir: { min_admins: 3 } }, waivers: [{ organisation: southshire, porta...
      |                                                                                                                     ^^^^^^^^^^
      |
      = help: did you mean `northshire`?

    error[unknown-portal]: there is no portal `osf`
     --> beadle.yaml:8:137
      |
    7 | ...
    8 | ...n_admins: 3 } }, waivers: [{ organisation: southshire, portal: osf, guardrail: max_removals, limit: 5, reason: leavers, until: 202...
      |                                                                   ^^^
      |
      = help: did you mean `ofs`?
    "#
    );
}

#[test]
fn values_that_the_policy_does_not_know() {
    insta::assert_snapshot!(
        shown(&with_policy(
            "unmanaged: delete, max_removals: { percent: 200 }, waivers: [{ portal: ofs, guardrail: max_removal, limit: 5, reason: \"\", until: soon }]",
            ""
        )),
        @r#"
    error[unknown-value]: `unmanaged` cannot be `delete`
     --> beadle.yaml:8:22
      |
    7 |     portals: { ofs: "10009999" }
    8 | policy: { unmanaged: delete, max_removals: { percent: 200 }, waivers: [{ portal: ofs, guardrail: max_removal, limit: 5, reason: "", u...
      |                      ^^^^^^ `report` or `expire` is wanted

    error[out-of-range]: `percent` must be at most 100
     --> beadle.yaml:8:55
      |
    7 |     portals: { ofs: "10009999" }
    8 | policy: { unmanaged: delete, max_removals: { percent: 200 }, waivers: [{ portal: ofs, guardrail: max_removal, limit: 5, reason: "", u...
      |                                                       ^^^

    error[unknown-value]: `guardrail` cannot be `max_removal`
     --> beadle.yaml:8:98
      |
    7 | ...
    8 | ...il: max_removal, limit: 5, reason: "", until: soon }] }
      |        ^^^^^^^^^^^ `max_removals`, `max_removals_total`, `min_admins`, `require_admins`, `escalations` or `max_shrink` is wanted
      |
      = help: did you mean `max_removals`?

    error[empty-value]: `reason` is empty
     --> beadle.yaml:8:129
      |
    7 |     portals: { ofs: "10009999" }
    8 | policy: { unmanaged: delete, max_removals: { percent: 200 }, waivers: [{ portal: ofs, guardrail: max_removal, limit: 5, reason: "", u...
      |                                                                                                                                 ^^

    error[date]: `until` is no calendar day: `soon`
     --> beadle.yaml:8:140
      |
    7 | ...
    8 | ...tal: ofs, guardrail: max_removal, limit: 5, reason: "", until: soon }] }
      |                                                                   ^^^^
      |
      = help: write year, month and day: `2027-07-31`
    "#
    );
}

#[test]
fn domains_outside_of_the_allowed_ones() {
    insta::assert_snapshot!(
        shown(&with_policy(
            "email_domains: [northshire.example]",
            "users: { a.khan@northshire.exmple: { name: Aisha Khan } }"
        )),
        @r#"
    error[email-domain]: the domain `northshire.exmple` is not in `policy.email_domains`
     --> beadle.yaml:8:14
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { a.khan@northshire.exmple: { name: Aisha Khan } }
      |              ^^^^^^^^^^^^^^^^^^^^^^^^
    9 | policy: { email_domains: [northshire.example] }
      |
      = help: did you mean `northshire.example`?
    "#
    );
}

#[test]
fn accounts_without_an_end() {
    insta::assert_snapshot!(
        shown(&with_policy(
            "expiry: { required: true }",
            "
users:
  a.khan@northshire.example: { name: Aisha Khan, until: 2027-07-31, areas: [returns] }
  j.oduya@northshire.example: { name: Joy Oduya }
"
        )),
        @r"
    error[no-end]: the account of `j.oduya@northshire.example` has no end
      --> beadle.yaml:10:7
       |
     9 |       a.khan@northshire.example: { name: Aisha Khan, until: 2027-07-31, areas: [returns] }
    10 |       j.oduya@northshire.example: { name: Joy Oduya }
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^ `until` is missing
    11 | policy: { expiry: { required: true } }
       |
       = help: `policy.expiry.required` wants one: `until: YEAR-MONTH-DAY`
    "
    );
}

#[test]
fn assignments_without_an_end() {
    let folder = trust(
        "
policy: { expiry: { required: true } }
people: { m.jones@trust.example: { name: Morgan Jones, accounts: { hants: MJONES7 } } }
assignments: [{ users: [m.jones@trust.example], organisations: [oakfield] }]
",
        "",
    );
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[no-end]: the account of `m.jones@trust.example` has no end
     --> beadle.yaml:8:25
      |
    7 | people: { m.jones@trust.example: { name: Morgan Jones, accounts: { hants: MJONES7 } } }
    8 | assignments: [{ users: [m.jones@trust.example], organisations: [oakfield] }]
      |                         ^^^^^^^^^^^^^^^^^^^^^ `until` is missing
      |
      = help: `policy.expiry.required` wants one: `until: YEAR-MONTH-DAY`
    ");
}

#[test]
fn sensitive_areas_need_a_reason_and_an_end() {
    insta::assert_snapshot!(
        shown(&with_policy(
            "sensitive_areas: { ofs: { finance: { max_days: 100 } } }",
            "
users:
  a.khan@northshire.example: { name: Aisha Khan, areas: [finance] }
  j.oduya@northshire.example: { name: Joy Oduya, until: 2027-01-01, areas: [finance, other] }
  k.osei@northshire.example: { name: Kit Osei, areas: [{ area: finance, until: 2027-01-01, reason: audit }] }
"
        )),
        @r"
    error[sensitive-area]: `finance` is a sensitive area: the grant to `a.khan@northshire.example` needs `until` and `reason`
      --> beadle.yaml:9:62
       |
     8 |     users:
     9 |       a.khan@northshire.example: { name: Aisha Khan, areas: [finance] }
       |                                                              ^^^^^^^
    10 |       j.oduya@northshire.example: { name: Joy Oduya, until: 2027-01-01, areas: [finance, other] }
       |
       = help: write `{ area: finance, until: YEAR-MONTH-DAY, reason: WHY }`

    error[sensitive-area]: `finance` is a sensitive area: the grant to `j.oduya@northshire.example` needs `reason`
      --> beadle.yaml:10:81
       |
     9 |       a.khan@northshire.example: { name: Aisha Khan, areas: [finance] }
    10 |       j.oduya@northshire.example: { name: Joy Oduya, until: 2027-01-01, areas: [finance, other] }
       |                                                                                 ^^^^^^^
    11 |       k.osei@northshire.example: { name: Kit Osei, areas: [{ area: finance, until: 2027-01-01, reason: audit }] }
       |
       = help: write `{ area: finance, until: YEAR-MONTH-DAY, reason: WHY }`
    "
    );
}

#[test]
fn required_admins_are_in_the_list() {
    insta::assert_snapshot!(
        shown(&with_policy(
            "require_admins: [a.khan@northshire.example]",
            "
users:
  a.khan@northshire.example: { name: Aisha Khan }
  j.oduya@northshire.example: { name: Joy Oduya }
admins: [j.oduya@northshire.example]
"
        )),
        @r"
    error[required-admin]: `a.khan@northshire.example` is missing from the admins of `northshire` at `ofs`
      --> beadle.yaml:11:13
       |
    10 |       j.oduya@northshire.example: { name: Joy Oduya }
    11 |     admins: [j.oduya@northshire.example]
       |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `policy.require_admins` wants it here
    12 | policy: { require_admins: [a.khan@northshire.example] }
       |
       = help: add `a.khan@northshire.example` to the list
    "
    );
}

#[test]
fn required_admins_may_be_assigned() {
    let folder = trust(
        "
policy: { require_admins: [MJONES7] }
people: { m.jones@trust.example: { name: Morgan Jones, accounts: { hants: MJONES7 } } }
assignments: [{ users: [m.jones@trust.example], organisations: [\"*\"], admin: [hants] }]
",
        "
users: { s.evans@oakfield.example: { name: Sam Evans, accounts: { hants: SEVANS12 } } }
admins: { hants: [s.evans@oakfield.example] }
",
    );
    assert_eq!(shown_of(&folder), "");
}

#[test]
fn ends_that_are_too_far_away_depend_on_the_day() {
    let folder = Folder::new().with(
        "beadle.yaml",
        with_policy(
            "expiry: { max_days: 365 }, sensitive_areas: { ofs: { finance: { max_days: 30 } } }",
            "
users:
  a.khan@northshire.example:
    name: Aisha Khan
    until: 2027-12-31
    areas: [returns, { area: finance, until: 2027-03-31, reason: audit }]
  j.oduya@northshire.example: { name: Joy Oduya, from: 2026-01-01, until: 2027-12-31 }
",
        ),
    );
    let project = project(&folder);
    let loaded = folder.load();
    let on = |day| render(&project.too_long(day), &loaded.sources, false);
    insta::assert_snapshot!(on(date(2026, 12, 1)), @r"
    error[too-long]: the account of `a.khan@northshire.example` lasts 395 days, more than the 365 of `policy.expiry.max_days`
      --> beadle.yaml:9:7
       |
     8 |     users:
     9 |       a.khan@northshire.example:
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^
    10 |         name: Aisha Khan
       |
       = help: write an earlier `until`

    error[too-long]: the grant of `finance` to `a.khan@northshire.example` lasts 120 days, more than the 30 of `policy.sensitive_areas`
      --> beadle.yaml:12:26
       |
    11 |         until: 2027-12-31
    12 |         areas: [returns, { area: finance, until: 2027-03-31, reason: audit }]
       |                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    13 |       j.oduya@northshire.example: { name: Joy Oduya, from: 2026-01-01, until: 2027-12-31 }
       |
       = help: write an earlier `until`

    error[too-long]: the account of `j.oduya@northshire.example` lasts 729 days, more than the 365 of `policy.expiry.max_days`
      --> beadle.yaml:13:7
       |
    12 |         areas: [returns, { area: finance, until: 2027-03-31, reason: audit }]
    13 |       j.oduya@northshire.example: { name: Joy Oduya, from: 2026-01-01, until: 2027-12-31 }
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^
    14 | policy: { expiry: { max_days: 365 }, sensitive_areas: { ofs: { finance: { max_days: 30 } } } }
       |
       = help: write an earlier `until`
    ");
    assert!(!on(date(2027, 3, 15)).contains("a.khan"));
}
