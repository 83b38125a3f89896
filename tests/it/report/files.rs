//! Files that beadle writes: they read back as what they were made of, whatever names are in them.

use std::collections::BTreeMap;

use beadle::model::live::{CatalogueArea, Listing, Live, LiveAccount};
use beadle::model::name::LoginId;
use beadle::model::settings::{PortalSettings, Route, TokenSource};
use beadle::model::snapshot::Snapshot;
use beadle::report::organisation_file::{OrganisationFile, Place};
use beadle::report::project_file::{Organisations, project_file};
use beadle::report::snapshot_file::snapshot_yaml;
use jiff::civil::date;
use proptest::prelude::*;

use super::sample;

pub(super) fn account(login: &str, name: &str) -> LiveAccount {
    LiveAccount {
        id: format!("id-{login}").into(),
        login: LoginId::new(login),
        name: name.into(),
        email: Some(login.into()),
        expires: None,
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        areas: Default::default(),
        last_sign_in: None,
    }
}

pub(super) fn live(accounts: Vec<LiveAccount>) -> Live {
    let mut listing = Listing::begin("10009999".into());
    let names = accounts
        .iter()
        .flat_map(|account| account.areas.iter().cloned());
    let catalogue: BTreeMap<_, _> = names
        .map(|name| {
            let area = CatalogueArea {
                title: name.as_str().into(),
                name: name.clone(),
                access_key_required: false,
                administration: false,
            };
            (name, area)
        })
        .collect();
    let count = accounts.len() as u64;
    listing.accounts_page("10009999", count, accounts).unwrap();
    let areas = catalogue.into_values().collect::<Vec<_>>();
    listing
        .catalogue_page("10009999", areas.len() as u64, areas)
        .unwrap();
    listing.finish().unwrap()
}

pub(super) fn file(live: &Live) -> OrganisationFile {
    let day = date(2026, 11, 22);
    OrganisationFile::from_live(live, &"ofs".into(), &"northshire".into(), "Northshire", day)
}

fn several() -> Live {
    live(vec![
        LiveAccount {
            areas: ["hesa-student".into(), "tef-submission".into()].into(),
            expires: Some(date(2027, 7, 31)),
            admin: true,
            ..account("a.khan@northshire.example", "Aisha Khan")
        },
        account("j.oduya@northshire.example", "Joy Oduya"),
        LiveAccount {
            login: LoginId::new("0123"),
            ..account("no@northshire.example", "Null")
        },
        LiveAccount {
            expires: Some(date(2026, 11, 21)),
            ..account("gone@northshire.example", "Gone")
        },
        LiveAccount {
            active: false,
            ..account("off@northshire.example", "Off")
        },
    ])
}

fn settings() -> PortalSettings {
    PortalSettings {
        name: "ofs".into(),
        driver: "ofs".to_owned(),
        via: Route::Api,
        url: Some("https://portal.example/api".to_owned()),
        token: Some(TokenSource::Environment("OFS_PORTAL_TOKEN".to_owned())),
        plan_token: None,
        requests_per_second: Some(5),
        concurrency: 8,
        ca_file: None,
        snapshots: None,
        client_credentials: None,
        directory: beadle::model::settings::Directory::default(),
        source: sample::at(1),
    }
}

#[test]
fn an_import_is_what_a_person_would_write() {
    let files = [file(&several())];
    let text = project_file(
        &settings(),
        Organisations::Inline(&files),
        "schema/project.schema.json",
    );
    insta::assert_snapshot!(text, @r#"
    # yaml-language-server: $schema=schema/project.schema.json
    version: 1
    portals:
      ofs:
        driver: ofs
        url: https://portal.example/api
        token: { env: OFS_PORTAL_TOKEN }
        requests_per_second: 5
    organisations:
      # Left out: 2 accounts whose access has ended.
      northshire:
        name: Northshire
        portals: { ofs: "10009999" }
        users:
          a.khan@northshire.example:
            name: Aisha Khan
            until: 2027-07-31
            areas:
              - hesa-student
              - tef-submission
          j.oduya@northshire.example: { name: Joy Oduya }
          no@northshire.example: { name: "Null", accounts: { ofs: "0123" } }
        admins:
          - a.khan@northshire.example
    "#);
}

#[test]
fn an_import_into_files_of_their_own() {
    let globs = ["organisations/*.yaml"];
    let text = project_file(&settings(), Organisations::Files(&globs), "p.json");
    assert!(text.ends_with("organisations: [organisations/*.yaml]\n"));
    let own = file(&several()).yaml(Place::OwnFile);
    assert!(own.contains("\norganisation: northshire\nname: Northshire\nportals:"));
    let read: serde_json::Value = serde_yaml::from_str(&own).unwrap();
    assert_eq!(read["admins"][0], "a.khan@northshire.example");
}

#[test]
fn nothing_is_said_of_nobody() {
    let text = file(&live(Vec::new())).yaml(Place::OwnFile);
    assert!(!text.contains("users") && !text.contains("admins"));
}

#[test]
fn administrators_who_have_left_keep_the_admin_set_unmanaged() {
    let gone = LiveAccount {
        active: false,
        admin: true,
        ..account("gone@northshire.example", "Gone")
    };
    let stays = LiveAccount {
        admin: true,
        ..account("stays@northshire.example", "Stays")
    };
    let text = file(&live(vec![gone, stays])).yaml(Place::OwnFile);
    assert!(!text.contains("admins:"));
    assert!(text.contains("# Left out: 1 administrator among them"));
}

#[test]
fn two_accounts_with_one_address_or_one_login_do_not_hide_each_other() {
    let shared = |login: &str| LiveAccount {
        login: LoginId::new(login),
        id: login.into(),
        ..account("office@oakfield.example", "Office")
    };
    let twin = LiveAccount {
        id: "twin".into(),
        ..shared("SECOND1")
    };
    let text = file(&live(vec![shared("FIRST1"), shared("SECOND1"), twin])).yaml(Place::OwnFile);
    insta::assert_snapshot!(text, @r#"
    # Left out: 1 account with a login id that another account has as well.
    organisation: northshire
    name: Northshire
    portals: { ofs: "10009999" }
    users:
      office@oakfield.example: { name: Office, accounts: { ofs: FIRST1 } }
      SECOND1: { name: Office, email: office@oakfield.example }
    "#);
}

#[test]
fn a_snapshot_reads_back_as_it_was() {
    let taken = date(2026, 11, 22);
    let hostile = LiveAccount {
        locked: true,
        areas: ["no".into(), "a, b".into()].into(),
        ..account("12:30", "= \"Null\" #\u{202e}")
    };
    let snapshot = Snapshot::of(&live(vec![hostile]), "ofs", Some("y"), taken);
    let text = snapshot_yaml(&snapshot, "../schema/snapshot.schema.json");
    insta::assert_snapshot!(text, @r#"
    # yaml-language-server: $schema=../schema/snapshot.schema.json
    format: 1
    driver: ofs
    organisation: "10009999"
    name: "y"
    taken: 2026-11-22
    evidence: { accounts: 1, areas: 2, pages: 2 }
    areas:
      - { code: "a, b", title: "a, b" }
      - { code: "no", title: "no" }
    accounts:
      - id: id-12:30
        login: "12:30"
        name: "= \"Null\" #\u202E"
        email: "12:30"
        locked: true
        areas: ["a, b", "no"]
    "#);
    let read: Snapshot = serde_yaml::from_str(&text).unwrap();
    assert_eq!(read, snapshot);
}

fn any_name() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "Null",
        "no",
        "0123",
        "1e3",
        "12:30",
        "=",
        "2026-11-22",
        "~",
        "a: b",
        "# x",
        "'",
        "\"",
        "O'Neill, \"Zoë\"",
        "- a",
        "{}",
        "[a]",
        "&a",
        "*a",
        "!a",
        "|",
        "%",
        "@",
        "a\nb",
        "\u{202e}",
    ]);
    prop_oneof![odd.prop_map(str::to_owned), "\\PC{1,16}", "[ -~]{1,16}"]
        .prop_filter("config wants a name", |name| !name.trim().is_empty())
}

proptest! {
    #[test]
    fn whatever_people_are_called_their_file_reads_back(
        people in prop::collection::btree_map("[a-z0-9.:#=-]{1,10}", (any_name(), any_name()), 1..6),
    ) {
        let accounts = people.iter().map(|(local, (name, area))| LiveAccount {
            areas: [area.as_str().into()].into(),
            ..account(&format!("{local}@x.example"), name)
        });
        let file = file(&live(accounts.collect()));
        for place in [Place::OwnFile, Place::Comparison] {
            let text = file.yaml(place);
            let read: serde_json::Value = serde_yaml::from_str(&text).unwrap();
            prop_assert_eq!(read["portals"]["ofs"].as_str(), Some("10009999"));
            let users = read["users"].as_object().unwrap();
            prop_assert_eq!(users.len(), people.len());
            for (local, (name, area)) in &people {
                let user = &users[&format!("{local}@x.example")];
                prop_assert_eq!(user["name"].as_str(), Some(name.as_str()));
                prop_assert_eq!(user["areas"][0].as_str(), Some(area.as_str()));
            }
        }
    }
}
