//! The policy of one organisation can only be stricter.

use super::{shown, university};

#[test]
#[allow(clippy::too_many_lines, reason = "one snapshot of every finding")]
fn an_organisation_s_numbers_only_tighten() {
    let policy = "
  min_admins: 3
  max_removals: { percent: 10, count: 1 }
  expiry: { required: true, max_days: 100 }
  sensitive_areas: { ofs: { finance: { max_days: 10 } } }
  organisations:
    northshire:
      min_admins: 2
      max_removals: { percent: 20, count: 2 }
      expiry: { required: false, max_days: 200 }
      sensitive_areas: { ofs: { finance: { max_days: 20 }, other: {} } }
";
    insta::assert_snapshot!(shown(&format!("{}policy:{policy}", university(""))), @r"
    error[loosens]: `min_admins: 2` is looser than for all organisations: `3`
      --> beadle.yaml:15:19
       |
     8 | policy:
     9 |   min_admins: 3
       |               - for all organisations
    10 |   max_removals: { percent: 10, count: 1 }
    11 |   expiry: { required: true, max_days: 100 }
    12 |   sensitive_areas: { ofs: { finance: { max_days: 10 } } }
    13 |   organisations:
    14 |     northshire:
    15 |       min_admins: 2
       |                   ^
    16 |       max_removals: { percent: 20, count: 2 }
       |
       = help: the policy of one organisation can only be stricter; an exception is a dated waiver

    error[loosens]: `max_removals.percent: 20` is looser than for all organisations: `10`
      --> beadle.yaml:16:32
       |
     9 |   min_admins: 3
    10 |   max_removals: { percent: 10, count: 1 }
       |                            -- for all organisations
    11 |   expiry: { required: true, max_days: 100 }
    12 |   sensitive_areas: { ofs: { finance: { max_days: 10 } } }
    13 |   organisations:
    14 |     northshire:
    15 |       min_admins: 2
    16 |       max_removals: { percent: 20, count: 2 }
       |                                ^^
    17 |       expiry: { required: false, max_days: 200 }
       |
       = help: the policy of one organisation can only be stricter; an exception is a dated waiver

    error[loosens]: `max_removals.count: 2` is looser than for all organisations: `1`
      --> beadle.yaml:16:43
       |
     9 |   min_admins: 3
    10 |   max_removals: { percent: 10, count: 1 }
       |                                       - for all organisations
    11 |   expiry: { required: true, max_days: 100 }
    12 |   sensitive_areas: { ofs: { finance: { max_days: 10 } } }
    13 |   organisations:
    14 |     northshire:
    15 |       min_admins: 2
    16 |       max_removals: { percent: 20, count: 2 }
       |                                           ^
    17 |       expiry: { required: false, max_days: 200 }
       |
       = help: the policy of one organisation can only be stricter; an exception is a dated waiver

    error[loosens]: `expiry.required: false` is looser than for all organisations: `true`
      --> beadle.yaml:17:27
       |
    10 |   max_removals: { percent: 10, count: 1 }
    11 |   expiry: { required: true, max_days: 100 }
       |                       ---- for all organisations
    12 |   sensitive_areas: { ofs: { finance: { max_days: 10 } } }
    13 |   organisations:
    14 |     northshire:
    15 |       min_admins: 2
    16 |       max_removals: { percent: 20, count: 2 }
    17 |       expiry: { required: false, max_days: 200 }
       |                           ^^^^^
    18 |       sensitive_areas: { ofs: { finance: { max_days: 20 }, other: {} } }
       |
       = help: the policy of one organisation can only be stricter; an exception is a dated waiver

    error[loosens]: `expiry.max_days: 200` is looser than for all organisations: `100`
      --> beadle.yaml:17:44
       |
    10 |   max_removals: { percent: 10, count: 1 }
    11 |   expiry: { required: true, max_days: 100 }
       |                                       --- for all organisations
    12 |   sensitive_areas: { ofs: { finance: { max_days: 10 } } }
    13 |   organisations:
    14 |     northshire:
    15 |       min_admins: 2
    16 |       max_removals: { percent: 20, count: 2 }
    17 |       expiry: { required: false, max_days: 200 }
       |                                            ^^^
    18 |       sensitive_areas: { ofs: { finance: { max_days: 20 }, other: {} } }
       |
       = help: the policy of one organisation can only be stricter; an exception is a dated waiver

    error[loosens]: `sensitive_areas.ofs.finance: max_days: 20` is looser than for all organisations: `max_days: 10`
      --> beadle.yaml:18:42
       |
    17 |       expiry: { required: false, max_days: 200 }
    18 |       sensitive_areas: { ofs: { finance: { max_days: 20 }, other: {} } }
       |                                          ^^^^^^^^^^^^^^^^
       |
       = help: the policy of one organisation can only be stricter; an exception is a dated waiver
    ");
}

#[test]
fn an_organisation_s_words_and_lists_only_tighten() {
    let policy = "
  removals: none
  unmanaged: expire
  ignore: [svc-*]
  email_domains: [northshire.example]
  shared_accounts: forbid
  organisations:
    northshire:
      removals: allow
      unmanaged: report
      ignore: [\"*\"]
      email_domains: [northshire.example, elsewhere.example]
      shared_accounts: warn
";
    insta::assert_snapshot!(shown(&format!("{}policy:{policy}", university(""))), @r#"
    error[loosens]: `removals: allow` is looser than for all organisations: `none`
      --> beadle.yaml:16:17
       |
     8 | policy:
     9 |   removals: none
       |             ---- for all organisations
    10 |   unmanaged: expire
    11 |   ignore: [svc-*]
    12 |   email_domains: [northshire.example]
    13 |   shared_accounts: forbid
    14 |   organisations:
    15 |     northshire:
    16 |       removals: allow
       |                 ^^^^^
    17 |       unmanaged: report
       |
       = help: the policy of one organisation can only be stricter; an exception is a dated waiver

    error[loosens]: `unmanaged: report` is looser than for all organisations: `expire`
      --> beadle.yaml:17:18
       |
     9 |   removals: none
    10 |   unmanaged: expire
       |              ------ for all organisations
    11 |   ignore: [svc-*]
    12 |   email_domains: [northshire.example]
    13 |   shared_accounts: forbid
    14 |   organisations:
    15 |     northshire:
    16 |       removals: allow
    17 |       unmanaged: report
       |                  ^^^^^^
    18 |       ignore: ["*"]
       |
       = help: the policy of one organisation can only be stricter; an exception is a dated waiver

    error[loosens]: `ignore: *` is looser than for all organisations: `svc-*`
      --> beadle.yaml:18:16
       |
    17 |       unmanaged: report
    18 |       ignore: ["*"]
       |                ^^^
    19 |       email_domains: [northshire.example, elsewhere.example]
       |
       = help: the policy of one organisation can only be stricter; an exception is a dated waiver

    error[loosens]: `email_domains: elsewhere.example` is looser than for all organisations: `northshire.example`
      --> beadle.yaml:19:43
       |
    18 |       ignore: ["*"]
    19 |       email_domains: [northshire.example, elsewhere.example]
       |                                           ^^^^^^^^^^^^^^^^^
    20 |       shared_accounts: warn
       |
       = help: the policy of one organisation can only be stricter; an exception is a dated waiver

    error[loosens]: `shared_accounts: warn` is looser than for all organisations: `forbid`
      --> beadle.yaml:20:24
       |
    12 |   email_domains: [northshire.example]
    13 |   shared_accounts: forbid
       |                    ------ for all organisations
    14 |   organisations:
    15 |     northshire:
    16 |       removals: allow
    17 |       unmanaged: report
    18 |       ignore: ["*"]
    19 |       email_domains: [northshire.example, elsewhere.example]
    20 |       shared_accounts: warn
       |                        ^^^^
       |
       = help: the policy of one organisation can only be stricter; an exception is a dated waiver
    "#);
}

#[test]
fn an_organisation_s_policy_may_be_stricter() {
    let policy = "
  organisations:
    northshire:
      min_admins: 3
      max_removals: { percent: 5 }
      removals: none
      unmanaged: expire
      ignore: []
      expiry: { required: true, max_days: 200 }
      email_domains: [northshire.example]
      sensitive_areas: { ofs: [finance] }
      shared_accounts: forbid
";
    assert_eq!(shown(&format!("{}policy:{policy}", university(""))), "");
}
