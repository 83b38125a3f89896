//! The directory: one tenant of a SCIM service.

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

#[test]
fn it_costs_what_was_forecast() {
    super::costs_what_was_forecast(&Example::start("scim", PORTALS));
}

#[test]
fn it_applies_in_embedded_portals_today_and_years_later() {
    super::applies_in_embedded_portals("scim");
}
