//! What the examples of the documentation ask for, on a day.

use std::fmt::Write as _;

use beadle::config::Project;
use beadle::model::desired::Desired;
use beadle::model::source::{Provenance, Via};
use jiff::civil::{Date, date};

use super::{Folder, project, shown_of, trust, university};

const UNIVERSITY: &str = r#"# yaml-language-server: $schema=schema/project.schema.json
version: 1
portals:
  ofs:
    driver: ofs
    url: https://portal.example/api
    token: { env: OFS_PORTAL_TOKEN }
    plan_token: { env: OFS_READ_TOKEN }
organisations:
  northshire:
    name: University of Northshire
    portals: { ofs: "10009999" }
    users:
      a.khan@northshire.example:
        name: Aisha Khan
        until: 2027-07-31
        areas:
          - annual-financial-return
          - { area: hesa-student-2026, until: 2026-12-31, reason: sign-off season }
      j.oduya@northshire.example: { name: Joy Oduya }
    areas:
      access-and-participation: [j.oduya@northshire.example]
    admins: [a.khan@northshire.example, j.oduya@northshire.example]
"#;

const TRUST: &str = r#"version: 1
timezone: Europe/London
portals:
  hants: { driver: hampshire, url: https://portal.example/hants, token: { env: HANTS_TOKEN }, requests_per_second: 5 }
  hfl:   { driver: hfl, via: worklist, snapshots: live/hfl, terms_accepted_by: m.jones@trust.example, notify: true }
bundles:
  school-office:
    hants: [schools-intranet, education-financial-services]
    hfl: [dms-portal]
people:
  m.jones@trust.example: { name: Morgan Jones, accounts: { hants: MJONES7 } }
assignments:
  - { users: [m.jones@trust.example], organisations: ["*"], bundles: [school-office], admin: [hants] }
policy:
  min_admins: 2
  max_removals: { percent: 20, count: 2 }
  unmanaged: report
organisations: [schools/*.yaml]
"#;

const OAKFIELD: &str = r#"# yaml-language-server: $schema=../schema/organisation.schema.json
organisation: oakfield
name: Oakfield Primary School
tags: [primary, north]
portals: { hants: 8502001, hfl: 8502001 }
approved_by: Kit Osei, headteacher
users:
  s.evans@oakfield.example:
    name: Sam Evans
    accounts: { hants: SEVANS12 }
    bundles: [school-office]
  r.patel@oakfield.example:
    name: Ravi Patel
    was: [r.shah@oakfield.example]
    portals: [hfl]
    from: 2026-09-01
    until: 2027-08-31
    areas: { hfl: [dms-portal] }
  8502001admin:
    name: Oakfield office
    portals: [hfl]
    shared: { custodian: s.evans@oakfield.example, members: [s.evans@oakfield.example], password_changed: 2026-09-03 }
    areas: { hfl: [dms-portal] }
admins:
  hants: [s.evans@oakfield.example]
delete:
  hfl: [old.clerk@oakfield.example]
"#;

const DAY: Date = date(2026, 11, 22);

fn place(provenance: &Provenance) -> String {
    let Provenance { via, source } = provenance;
    let via = match via {
        Via::User => "user".to_owned(),
        Via::AreaView => "area".to_owned(),
        Via::AdminList => "admins".to_owned(),
        Via::Bundle(name) => format!("bundle {name}"),
        Via::Assignment(None) => "assignment".to_owned(),
        Via::Assignment(Some(name)) => format!("assigned {name}"),
        Via::Undo(_) => panic!("no file says so"),
    };
    format!("{via} {source}:{}", source.column)
}

fn places(provenance: &[Provenance]) -> String {
    provenance.iter().map(place).collect::<Vec<_>>().join(", ")
}

fn days(window: beadle::model::day::Window) -> String {
    let day = |day: Option<Date>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
    format!("{}–{}", day(window.from), day(window.until))
}

fn desired(project: &Project) -> Vec<Desired> {
    project.units(DAY).map(|unit| unit.desired()).collect()
}

fn describe(project: &Project) -> String {
    let mut text = String::new();
    for desired in &desired(project) {
        unit(desired, &mut text).unwrap();
    }
    text
}

fn unit(desired: &Desired, text: &mut String) -> std::fmt::Result {
    writeln!(
        text,
        "{} at {} = {} (accounts {}, {})",
        desired.organisation,
        desired.portal,
        desired.portal_organisation,
        if desired.manages_accounts {
            "managed"
        } else {
            "not managed"
        },
        desired.source,
    )?;
    for account in desired.accounts.values() {
        writeln!(
            text,
            "  {} {:?} <{}> {} {:?} [{}]",
            account.login,
            account.name,
            account.email.as_deref().unwrap_or("-"),
            days(account.window),
            account.presence,
            places(&account.provenance)
        )?;
        for (was, source) in &account.was {
            writeln!(text, "    was {was} {source}")?;
        }
        if let Some(shared) = &account.shared {
            writeln!(
                text,
                "    shared by {} with {:?}",
                shared.custodian, shared.members
            )?;
        }
        for (area, grant) in &account.grants {
            let reason = grant.reason.as_deref().unwrap_or("-");
            writeln!(
                text,
                "    {area} {} {:?} {reason} [{}]",
                days(grant.window),
                grant.presence,
                places(&grant.provenance)
            )?;
        }
    }
    let exact = if desired.admins.exact {
        "exact"
    } else {
        "open"
    };
    for (login, provenance) in &desired.admins.members {
        writeln!(text, "  admin ({exact}) {login} [{}]", places(provenance))?;
    }
    for (login, source) in &desired.delete {
        writeln!(text, "  delete {login} {source}")?;
    }
    Ok(())
}

fn university_project() -> Project {
    project(&Folder::new().with("beadle.yaml", UNIVERSITY))
}

#[test]
fn the_university_of_the_documentation() {
    let project = university_project();
    assert_eq!(project.too_long(DAY), []);
    insta::assert_snapshot!(describe(&project), @r#"
    northshire at ofs = 10009999 (accounts managed, beadle.yaml:12)
      a.khan@northshire.example "Aisha Khan" <a.khan@northshire.example> …–2027-07-31 Present [user beadle.yaml:14:7]
        annual-financial-return …–2027-07-31 Present - [user beadle.yaml:18:13]
        hesa-student-2026 …–2026-12-31 Present sign-off season [user beadle.yaml:19:13]
      j.oduya@northshire.example "Joy Oduya" <j.oduya@northshire.example> …–… Present [user beadle.yaml:20:7]
        access-and-participation …–… Present - [area beadle.yaml:22:34]
      admin (exact) a.khan@northshire.example [admins beadle.yaml:23:14]
      admin (exact) j.oduya@northshire.example [admins beadle.yaml:23:41]
    "#);
}

#[test]
fn the_trust_of_the_documentation() {
    let folder = Folder::new()
        .with("beadle.yaml", TRUST)
        .with("schools/oakfield.yaml", OAKFIELD);
    let project = project(&folder);
    insta::assert_snapshot!(describe(&project), @r#"
    oakfield at hants = 8502001 (accounts managed, schools/oakfield.yaml:5)
      MJONES7 "Morgan Jones" <m.jones@trust.example> …–… Present [assignment beadle.yaml:13:15]
        education-financial-services …–… Present - [assigned school-office beadle.yaml:13:15]
        schools-intranet …–… Present - [assigned school-office beadle.yaml:13:15]
      SEVANS12 "Sam Evans" <s.evans@oakfield.example> …–… Present [user schools/oakfield.yaml:8:3]
        education-financial-services …–… Present - [bundle school-office schools/oakfield.yaml:11:15]
        schools-intranet …–… Present - [bundle school-office schools/oakfield.yaml:11:15]
      admin (exact) MJONES7 [assignment beadle.yaml:13:15]
      admin (exact) SEVANS12 [admins schools/oakfield.yaml:25:11]
    oakfield at hfl = 8502001 (accounts managed, schools/oakfield.yaml:5)
      8502001admin "Oakfield office" <-> …–… Present [user schools/oakfield.yaml:19:3]
        shared by s.evans@oakfield.example with [("s.evans@oakfield.example", None)]
        dms-portal …–… Present - [user schools/oakfield.yaml:23:20]
      m.jones@trust.example "Morgan Jones" <m.jones@trust.example> …–… Present [assignment beadle.yaml:13:15]
        dms-portal …–… Present - [assigned school-office beadle.yaml:13:15]
      r.patel@oakfield.example "Ravi Patel" <r.patel@oakfield.example> 2026-09-01–2027-08-31 Present [user schools/oakfield.yaml:12:3]
        was r.shah@oakfield.example schools/oakfield.yaml:14
        dms-portal 2026-09-01–2027-08-31 Present - [user schools/oakfield.yaml:18:20]
      s.evans@oakfield.example "Sam Evans" <s.evans@oakfield.example> …–… Present [user schools/oakfield.yaml:8:3]
        dms-portal …–… Present - [bundle school-office schools/oakfield.yaml:11:15]
      delete old.clerk@oakfield.example schools/oakfield.yaml:27
    "#);
    insta::assert_snapshot!(shown_of(&folder), @r"
    warning[shared-account]: several people use this account
      --> schools/oakfield.yaml:19:3
       |
    18 |     areas: { hfl: [dms-portal] }
    19 |   8502001admin:
       |   ^^^^^^^^^^^^
    20 |     name: Oakfield office
       |
       = help: prefer an account for each of them, or write `policy.shared_accounts: allow`
    ");
    let oakfield = project.organisations().next().unwrap();
    assert_eq!(project.approved_by(oakfield), Some("Kit Osei, headteacher"));
}

#[test]
fn a_grant_holds_for_the_widest_of_its_views_within_the_account() {
    let project = project(&Folder::new().with(
        "beadle.yaml",
        university(
            "
users:
  a.khan@northshire.example:
    name: Aisha Khan
    from: 2026-09-01
    until: 2027-03-31
    areas:
      - { area: returns, until: 2026-12-31, reason: audit }
areas:
  returns: [{ user: a.khan@northshire.example, from: 2026-12-01, until: 2028-12-31 }]
",
        ),
    ));
    insta::assert_snapshot!(describe(&project), @r#"
    northshire at ofs = 10009999 (accounts managed, beadle.yaml:7)
      a.khan@northshire.example "Aisha Khan" <a.khan@northshire.example> 2026-09-01–2027-03-31 Present [user beadle.yaml:9:7]
        returns 2026-09-01–2027-03-31 Present audit [user beadle.yaml:14:13, area beadle.yaml:16:17]
    "#);
}

#[test]
fn who_is_only_assigned_has_accounts_where_the_assignment_reaches() {
    let folder = trust(
        "
people:
  m.jones@trust.example: { name: Morgan Jones, accounts: { hants: MJONES7 } }
  k.osei@trust.example: { name: Kit Osei, accounts: { hants: KOSEI1 } }
assignments:
  - { users: [m.jones@trust.example], organisations: [\"tag:primary\"], areas: { hfl: [orders] }, until: 2026-12-31 }
  - { users: [k.osei@trust.example], organisations: [oakfield], from: 2027-01-01 }
  - { users: [k.osei@trust.example], organisations: [oakfield], admin: true }
",
        "tags: [primary]\n",
    );
    let project = project(&folder);
    insta::assert_snapshot!(describe(&project), @r#"
    oakfield at hants = 8502001 (accounts managed, schools/oakfield.yaml:3)
      KOSEI1 "Kit Osei" <k.osei@trust.example> …–… Present [assignment beadle.yaml:11:15, assignment beadle.yaml:12:15]
      admin (open) KOSEI1 [assignment beadle.yaml:12:15]
    oakfield at hfl = 8502001 (accounts managed, schools/oakfield.yaml:3)
      k.osei@trust.example "Kit Osei" <k.osei@trust.example> 2027-01-01–… Upcoming(2027-01-01) [assignment beadle.yaml:11:15]
      m.jones@trust.example "Morgan Jones" <m.jones@trust.example> …–2026-12-31 Present [assignment beadle.yaml:10:15]
        orders …–2026-12-31 Present - [assignment beadle.yaml:10:15]
    "#);
}

#[test]
fn what_has_no_users_key_does_not_manage_accounts() {
    let project = project(&Folder::new().with("beadle.yaml", university("")));
    insta::assert_snapshot!(describe(&project), @r"northshire at ofs = 10009999 (accounts not managed, beadle.yaml:7)");
}

#[test]
fn the_settings_are_those_of_the_files() {
    let folder = Folder::new()
        .with("beadle.yaml", TRUST)
        .with("schools/oakfield.yaml", OAKFIELD);
    let project = project(&folder);
    assert_eq!(project.root(), folder.path());
    assert_eq!(project.time_zone().iana_name(), Some("Europe/London"));
    assert_eq!(project.policy().min_admins, 2);
    let settings: Vec<String> = project
        .portals()
        .values()
        .map(|portal| format!("{portal:?}"))
        .collect();
    insta::assert_snapshot!(settings.join("\n"), @r#"
    PortalSettings { name: "hants", driver: "hampshire", via: Api, url: Some("https://portal.example/hants"), token: Some(Environment("HANTS_TOKEN")), plan_token: None, requests_per_second: Some(5), concurrency: 8, ca_file: None, snapshots: None, client_credentials: None, directory: Directory { groups: {}, admin_group: None, capabilities: Capabilities { patch: None, filter: None, etag: None, page_size: None, members_per_call: None, replace_members: None, external_id: None } }, source: Source { file: "beadle.yaml", line: 4, column: 3 } }
    PortalSettings { name: "hfl", driver: "hfl", via: Worklist, url: None, token: None, plan_token: None, requests_per_second: None, concurrency: 8, ca_file: None, snapshots: Some("live/hfl"), client_credentials: None, directory: Directory { groups: {}, admin_group: None, capabilities: Capabilities { patch: None, filter: None, etag: None, page_size: None, members_per_call: None, replace_members: None, external_id: None } }, source: Source { file: "beadle.yaml", line: 5, column: 3 } }
    "#);
    let desired = desired(&project);
    let hfl = &desired.last().unwrap().creation;
    assert_eq!(hfl.notify, Some(true));
    assert_eq!(
        hfl.terms_accepted_by.as_deref(),
        Some("m.jones@trust.example")
    );
}

#[test]
fn the_digest_changes_with_any_byte_and_any_name() {
    let digest = |folder: &Folder| project(folder).digest().to_owned();
    let base = || Folder::new().with("beadle.yaml", TRUST);
    let one = digest(&base().with("schools/oakfield.yaml", OAKFIELD));
    assert_eq!(one.len(), 64);
    assert_eq!(one, digest(&base().with("schools/oakfield.yaml", OAKFIELD)));
    assert_ne!(one, digest(&base().with("schools/oak.yaml", OAKFIELD)));
    assert_ne!(
        one,
        digest(&base().with("schools/oakfield.yaml", format!("{OAKFIELD}\n")))
    );
}

#[test]
fn the_policy_of_an_organisation_is_its_own() {
    let folder = trust(
        "
policy:
  require_admins: [s.evans@oakfield.example]
  organisations:
    oakfield: { min_admins: 3, sensitive_areas: { hfl: [safeguarding] } }
",
        "
users:
  s.evans@oakfield.example: { name: Sam Evans, accounts: { hants: SEVANS12 } }
admins: { hants: [s.evans@oakfield.example] }
",
    );
    let project = project(&folder);
    assert_eq!(project.policy().min_admins, 2);
    let desired = desired(&project);
    let [hants, hfl] = desired.as_slice() else {
        panic!("{desired:?}")
    };
    assert_eq!(hants.policy.min_admins, 3);
    assert_eq!(hants.policy.require_admins, ["SEVANS12".into()]);
    assert_eq!(
        hfl.policy.require_admins,
        ["s.evans@oakfield.example".into()]
    );
    assert_eq!(hfl.policy.sensitive_areas.len(), 1);
}
