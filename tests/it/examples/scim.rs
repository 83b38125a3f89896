//! The directory: one tenant of a SCIM service.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Example, Portal};

const PORTALS: &[Portal] = &[Portal {
    name: "directory",
    before: "https://directory.example/scim/v2",
    after: "URL",
    token: "DIRECTORY_TOKEN",
    read_token: Some("DIRECTORY_READ_TOKEN"),
}];

#[test]
fn the_files_are_valid() {
    super::validates("scim", &[]);
}

#[test]
fn the_plan_is_what_the_readme_says() {
    let plan = Example::start("scim", PORTALS).plan();
    insta::assert_snapshot!(super::counts(&plan), @r"
    create: 1
    update: 1
    renew: 1
    grant: 3
    promote: 1
    demote: 1
    revoke: 1
    expire: 1
    delete: 0
    manual: 0
    held_back: 0
    calls: 8
    mails: 0
    ");
    super::story::holds("scim", &plan, false);
}

/// A save of a group that both gains and loses members may take two calls: `remove` has a form of
/// its own at many services. No user and no group is written in more than one save.
#[test]
fn it_writes_as_many_users_and_groups_as_was_forecast() {
    let distinct = |writes: &[Value]| {
        let paths = writes.iter().map(|call| call["path"].as_str());
        paths.collect::<BTreeSet<_>>().len()
    };
    let (writes, _) = super::costs(&Example::start("scim", PORTALS), distinct);
    let gain_and_lose = ["directory-admins", "research-grants"].len();
    assert!(
        writes.len() <= distinct(&writes) + gain_and_lose,
        "{writes:#?}"
    );
}

#[test]
fn it_applies_in_embedded_portals_today_and_years_later() {
    super::applies_in_embedded_portals("scim");
}
