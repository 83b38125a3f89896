//! The committed schemas are those of the types.

use std::path::Path;

use beadle::config::{checks, schema};

fn in_step(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.schema.json"));
    let generated = serde_json::to_string_pretty(&schema(name).unwrap()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(
        committed == generated,
        "{name}.schema.json is behind the types: run the tests once with UPDATE_SCHEMA=1"
    );
}

#[test]
fn the_project_schema_is_that_of_the_types() {
    in_step("project");
}

#[test]
fn the_organisation_schema_is_that_of_the_types() {
    in_step("organisation");
}

#[test]
fn there_is_no_other_schema() {
    assert_eq!(schema("plan"), None);
}

#[test]
fn every_check_says_what_it_ensures() {
    let all: Vec<String> = checks()
        .map(|(name, ensures)| format!("{name}: {ensures}"))
        .collect();
    insta::assert_snapshot!(all.join("\n"), @r"
    time-zone: the time zone exists
    records: records are kept in a folder or a bucket, without a secret in its address
    driver: each portal's driver is known
    reach: a portal reached by API has a safe URL and a token
    snapshots: snapshots are kept in the project's folder
    token: a token is named by environment variable or file, not both
    terms: where a portal wants its terms accepted, it is said who has
    groups: a group stands for one area, the admin group among them
    directory: groups are said of a directory, and of nothing else
    client-credentials: a token is asked for at a safe URL, with a secret that is kept elsewhere
    provisioning: a portal knows the way in which its accounts come to be
    identity: beadle's own login id has its portal's form
    project-names: names in the project file hold no look-alike letters
    bundles: bundles name known portals that have areas
    people: people are keyed by email address, once each
    people-accounts: accounts of people have their portal's form
    assignments: assignments name known bundles, portals and areas
    assignment-dates: no assignment ends before it begins
    trust-owners: owners of the project file are users, teams or addresses
    policy-names: the policy names known portals
    policy-domains: the policy's email domains are domains
    waiver-organisations: a waiver names the organisation whose limit it is, and only then one
    waiver-reasons: a waiver says why it is right
    tightening: an organisation's policy is nowhere looser than the project's
    organisation-names: an organisation's names hold no look-alike letters
    organisation-portals: an organisation's portals are known, its ids in their form
    own-provisioning: an organisation's own way in which accounts come to be is known
    empty: an empty list or mapping is meant
    owners: owners of an organisation's file are users, teams or addresses
    user-keys: users are keyed by email address, once each
    user-names: every user has a name
    user-portals: users name portals that their organisation has
    user-dates: no account or grant ends before it begins
    logins: login ids have their portal's form
    login-once: no login id is used twice at a portal
    email-domains: addresses are in the allowed domains
    bundle-names: users name known bundles
    user-areas: users' areas are at portals that they have and that have areas
    area-view: areas name users who have an account there
    admins: admins are users, at portals that have an admin set
    delete: only what can be deleted is named for it
    shared: shared accounts are allowed, their people known
    assigned-users: assigned users are known
    expiry: accounts and grants end where the policy requires it
    never-begins: every grant has a day within its account's
    sensitive: grants of sensitive areas have a reason and an end
    required-admins: the admin set holds all required administrators
    ignored: nobody is listed whom the policy says never to touch
    organisation-once: no organisation is declared twice
    tenants: each organisation of a directory has an address of its own
    selects: every assignment selects an organisation
    policy-organisations: the policy names known organisations
    waiver-portals: a waiver names a portal that its organisation has
    sensitive-names: no sensitive area is nearly, and not quite, one that is granted
    ");
}
