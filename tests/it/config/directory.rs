//! What a directory is told, and the ways in which accounts come to be.

use beadle::model::settings::{ClientCredentials, TokenSource};

use super::{Folder, portal, project, shown, shown_of, trust};

const DIRECTORY: &str = "driver: scim, url: https://portal.example/scim/v2, \
    client_credentials: { token_url: https://login.example/token, client_id: beadle, \
    client_secret: { env: DIRECTORY_SECRET }, scope: scim }, \
    groups: { library: Library staff, admins: Portal administrators }, admin_group: admins, \
    capabilities: { patch: false, page_size: 50 }";

#[test]
fn a_directory_is_told_its_groups_and_how_to_ask_for_a_token() {
    let project = project(&Folder::new().with("beadle.yaml", portal(DIRECTORY)));
    let settings = project.portals().values().next().unwrap();
    assert_eq!(settings.token, None);
    assert_eq!(
        settings.client_credentials,
        Some(ClientCredentials {
            token_url: "https://login.example/token".to_owned(),
            client_id: "beadle".to_owned(),
            client_secret: TokenSource::Environment("DIRECTORY_SECRET".to_owned()),
            scope: Some("scim".to_owned()),
        })
    );
    let directory = &settings.directory;
    let groups: Vec<String> = directory
        .groups
        .iter()
        .map(|(area, group)| format!("{area}: {group}"))
        .collect();
    assert_eq!(
        groups,
        ["admins: Portal administrators", "library: Library staff"]
    );
    assert_eq!(directory.admin_group, Some("admins".into()));
    assert_eq!(directory.capabilities.patch, Some(false));
    assert_eq!(directory.capabilities.page_size, Some(50));
    assert_eq!(directory.capabilities.etag, None);
}

#[test]
fn a_group_for_two_areas_and_an_admin_group_that_is_none() {
    let settings = "driver: scim, url: https://portal.example, token: { env: TOKEN }, \
        groups: { library: Staff, office: Staff }, admin_group: libary";
    insta::assert_snapshot!(shown(&portal(settings)), @r"
    error[group-once]: `Staff` stands for two areas
     --> beadle.yaml:3:110
      |
    2 | portals:
    3 |   ofs: { driver: scim, url: https://portal.example, token: { env: TOKEN }, groups: { library: Staff, office: Staff }, admin_group: li...
      |                                                                                      -------                 ^^^^^
      |                                                                                      |
      |                                                                                      it is named here first
    4 | organisations:
      |

    error[admin-group]: `admin_group` names no area of `groups`: `libary`
     --> beadle.yaml:3:132
      |
    2 | ...
    3 | ...EN }, groups: { library: Staff, office: Staff }, admin_group: libary }
      |                                                                  ^^^^^^
    4 | ...
      |
      = help: did you mean `library`?
    ");
}

#[test]
fn a_token_asked_for_in_the_clear_or_beside_one_that_is_kept() {
    let settings = "driver: ofs, url: https://portal.example, token: { env: TOKEN }, \
        client_credentials: { token_url: http://login.example/token, client_id: beadle, \
        client_secret: { env: A, file: b } }";
    insta::assert_snapshot!(shown(&portal(settings)), @r"
    error[token]: `client_credentials` and `token` are both there
     --> beadle.yaml:3:95
      |
    2 | ...
    3 | ...ent_credentials: { token_url: http://login.example/token, client_id: beadle, client_secret: { env: A, file: b } } }
      |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    4 | ...
      |
      = help: keep one: a token that is asked for, or one that is kept

    error[url]: `token_url` must begin with `https://`
     --> beadle.yaml:3:108
      |
    2 | ...
    3 | ...n: { env: TOKEN }, client_credentials: { token_url: http://login.example/token, client_id: beadle, client_secret: { env: A, file: ...
      |                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^
    4 | ...
      |
      = help: a token must not travel in the clear; plain `http` is allowed to this machine only

    error[token]: `client_secret` must name either `env` or `file`
     --> beadle.yaml:3:170
      |
    2 | ...
    3 | ...login.example/token, client_id: beadle, client_secret: { env: A, file: b } } }
      |                                                           ^^^^^^^^^^^^^^^^^^^
    4 | ...
      |
      = help: write `client_secret: { env: NAME }`
    ");
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_shown() {
    let settings = "driver: ofs, url: https://portal.example, \
        client_credentials: { token_url: https://login.example/token, client_id: beadle, \
        client_secret: hunter2hunter2 }";
    let text = shown(&portal(settings));
    assert!(text.contains("literal-secret"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

/// S3
#[test]
fn an_organisation_names_its_own_way_in_which_accounts_come_to_be() {
    let folder = trust(
        "",
        "provisioning: { hants: eamw }\nusers: { a@oakfield.example: { name: A, accounts: { hants: A1 } } }\n",
    );
    let project = project(&folder);
    let units = project.units(jiff::civil::date(2026, 11, 22));
    let ways: Vec<_> = units
        .map(|unit| unit.desired().creation.provisioning.clone())
        .collect();
    assert_eq!(ways, [Some("eamw".into()), None]);
}

#[test]
fn ways_that_nobody_knows() {
    let folder = trust(
        "",
        "provisioning: { hants: ad, hfl: sims, ofs: sims }\nusers: { a@oakfield.example: { name: A, accounts: { hants: A1 } } }\n",
    );
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[provisioning]: `hants` knows no way `ad`
     --> schools/oakfield.yaml:4:24
      |
    3 | portals: { hants: 8502001, hfl: 8502001 }
    4 | provisioning: { hants: ad, hfl: sims, ofs: sims }
      |                        ^^
    5 | users: { a@oakfield.example: { name: A, accounts: { hants: A1 } } }
      |
      = help: there are `sims` (SIMS AD provisioning), `eamw` (the account website)

    error[provisioning]: `hfl` has one way only in which accounts come to be
     --> schools/oakfield.yaml:4:33
      |
    3 | portals: { hants: 8502001, hfl: 8502001 }
    4 | provisioning: { hants: ad, hfl: sims, ofs: sims }
      |                                 ^^^^
    5 | users: { a@oakfield.example: { name: A, accounts: { hants: A1 } } }
      |
      = help: leave `provisioning` out

    error[unknown-portal]: `ofs` is no portal of `oakfield`
     --> schools/oakfield.yaml:4:39
      |
    3 | portals: { hants: 8502001, hfl: 8502001 }
    4 | provisioning: { hants: ad, hfl: sims, ofs: sims }
      |                                       ^^^
    5 | users: { a@oakfield.example: { name: A, accounts: { hants: A1 } } }
      |
      = help: portals: `hants` and `hfl`
    ");
}

#[test]
fn what_a_directory_is_told_is_refused_of_any_other_portal() {
    let settings = "driver: ofs, url: https://portal.example, token: { env: TOKEN }, \
        groups: { library: Staff }, admin_group: library, capabilities: { patch: false }";
    let text = shown(&portal(settings));
    for setting in ["groups", "admin_group", "capabilities"] {
        let message =
            format!("error[no-directory]: `{setting}` is for a directory, and `ofs` is none");
        assert!(text.contains(&message), "{text}");
    }
}

#[test]
fn a_directory_without_groups_has_no_areas() {
    let settings = "driver: scim, url: https://portal.example, token: { env: TOKEN }";
    let text = shown(&portal(settings));
    assert!(text.contains("warning[groups]"), "{text}");
    assert!(!text.contains("error"), "{text}");
}

#[test]
fn two_organisations_at_one_address_would_be_one_tenant() {
    let settings = |url: &str| {
        let text = portal(&format!(
            "driver: scim, url: \"{url}\", token: {{ env: TOKEN }}, groups: {{ library: Staff }}"
        ));
        text + "  southshire: { name: Southshire, portals: { ofs: south } }\n"
    };
    let text = shown(&settings("https://portal.example/scim/v2"));
    assert!(
        text.contains("error[one-tenant]: two organisations are one tenant"),
        "{text}"
    );
    let text = shown(&settings("https://portal.example/{organisation}/scim/v2"));
    assert!(!text.contains("one-tenant"), "{text}");
}
