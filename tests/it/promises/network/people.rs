//! The people of a small organisation: a number says what each has at the portal and what each is to
//! have.

use std::collections::BTreeMap;
use std::sync::Arc;

use beadle::model::day::Window;
use beadle::model::desired::{
    CreationSettings, Desired, DesiredAccount, DesiredAdmins, DesiredGrant,
};
use beadle::model::name::LoginId;
use beadle::model::plan::AccountRef;
use beadle::model::policy::{Policy, RemovalLimit};
use beadle::model::rules::{AccountEnd, AdminSet, Create, LoginForm, Mail, Rules, SaveUnit};
use beadle::model::snapshot::{Snapshot, SnapshotAccount, SnapshotArea, SnapshotEvidence};
use beadle::model::source::{Provenance, Source, Via};
use jiff::civil::{Date, date};

pub(super) const DAY: Date = date(2026, 11, 22);
/// The areas, where there are areas.
pub(in crate::promises) const AREAS: [&str; 3] = ["finance", "library", "records"];
pub(super) const ADMINISTRATION: &str = "administration";

/// What somebody's number says of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::promises) enum Kind {
    /// Not live, and to be; where accounts come from elsewhere, live without an area.
    Joins,
    /// Has one area and is to have another; without areas: inactive, and to be active.
    Changes,
    /// Has another name; where names cannot be edited, is to have one more area or, without areas,
    /// the admin right.
    IsRenamed,
    /// Has left.
    Leaves,
    /// Not in the YAML.
    IsUnmanaged,
}

pub(in crate::promises) fn kind(number: usize) -> Kind {
    match number % 5 {
        0 => Kind::Joins,
        1 => Kind::Changes,
        2 => Kind::IsRenamed,
        3 => Kind::Leaves,
        _ => Kind::IsUnmanaged,
    }
}

pub(in crate::promises) fn address(number: usize) -> String {
    format!("p{number}@place.example")
}

/// What the portal calls somebody's account, where it is live at the beginning.
pub(in crate::promises) fn id(rules: &Rules, number: usize) -> String {
    match rules.login.value {
        LoginForm::UserId => format!("P{number}"),
        LoginForm::Email | LoginForm::Username | LoginForm::Assigned => format!("id-{number}"),
    }
}

fn login(rules: &Rules, number: usize) -> String {
    match rules.login.value {
        LoginForm::Email | LoginForm::Username => address(number),
        LoginForm::UserId => format!("P{number}"),
        LoginForm::Assigned => format!("made{number}"),
    }
}

fn name(number: usize) -> String {
    format!("Person {number}")
}

fn area(number: usize) -> &'static str {
    AREAS[number % AREAS.len()]
}

pub(super) fn title(area: &str) -> String {
    format!("The {area}")
}

pub(in crate::promises) fn organisation(rules: &Rules) -> String {
    match rules.organisation_id.value.digits {
        Some(digits) => "8502001000".chars().take(digits.into()).collect(),
        None => "699".to_owned(),
    }
}

pub(super) fn snapshot(rules: &Rules, people: usize) -> Snapshot {
    let mut areas = Vec::new();
    let area = |code: &str, administration| SnapshotArea {
        code: code.to_owned(),
        title: title(code),
        access_key_required: false,
        administration,
    };
    if rules.has_areas.value {
        areas.extend(AREAS.iter().map(|code| area(code, false)));
    }
    if rules.admin.value == AdminSet::Area {
        areas.push(area(ADMINISTRATION, true));
    }
    let accounts = (0..people).filter_map(|number| account(rules, number));
    let boss = SnapshotAccount {
        admin: rules.admin.value != AdminSet::None,
        ..bare(rules, people + 1)
    };
    let accounts: Vec<SnapshotAccount> = accounts.chain([boss]).collect();
    Snapshot {
        format: 1,
        driver: rules.driver.to_owned(),
        organisation: organisation(rules),
        name: Some("The Place".to_owned()),
        taken: DAY,
        evidence: SnapshotEvidence {
            accounts: accounts.len() as u64,
            areas: areas.len() as u64,
            pages: 1,
        },
        areas,
        accounts,
    }
}

fn bare(rules: &Rules, number: usize) -> SnapshotAccount {
    let terms = matches!(rules.account_end.value, AccountEnd::Terms(_));
    SnapshotAccount {
        id: id(rules, number),
        login: login(rules, number),
        name: name(number),
        email: Some(address(number)),
        expires: terms.then_some(date(2027, 8, 31)),
        active: true,
        locked: false,
        upstream: rules.create.value == Create::Upstream,
        admin: false,
        areas: Vec::new(),
        last_sign_in: None,
    }
}

fn account(rules: &Rules, number: usize) -> Option<SnapshotAccount> {
    let mut account = bare(rules, number);
    match kind(number) {
        Kind::Joins if rules.create.value != Create::Upstream => return None,
        Kind::Joins => return Some(account),
        Kind::Changes => account.active = rules.has_areas.value,
        Kind::IsRenamed | Kind::Leaves | Kind::IsUnmanaged => {}
    }
    if is_renamed(rules, number) {
        account.name = format!("Former {number}");
    }
    if rules.has_areas.value {
        account.areas = vec![area(number).to_owned()];
    }
    Some(account)
}

/// Whether somebody has another name than they are to have. Where a save is an area's, everybody has
/// who is to get another area, so that there is a call about each of them alone.
fn is_renamed(rules: &Rules, number: usize) -> bool {
    let kinds = match rules.save.value {
        SaveUnit::AreaSet => [Kind::IsRenamed, Kind::Changes],
        SaveUnit::Grant | SaveUnit::AccountSet => [Kind::IsRenamed; 2],
    };
    rules.edit.value.name && kinds.contains(&kind(number))
}

/// Somebody's account as it is live at the beginning, for a save of somebody else's.
pub(in crate::promises) fn account_of(rules: &Rules, number: usize) -> AccountRef {
    AccountRef {
        login: login(rules, number).as_str().into(),
        name: name(number).into(),
        id: Some(id(rules, number).into()),
        person: None,
    }
}

fn listed() -> Vec<Provenance> {
    let source = Source {
        file: "beadle.yaml".into(),
        line: 1,
        column: 1,
    };
    vec![Provenance {
        via: Via::User,
        source,
    }]
}

pub(super) fn desired(rules: &Rules, people: usize) -> Desired {
    let users = (0..people).filter_map(|number| user(rules, number));
    let admins = (0..people)
        .filter(|number| kind(*number) == Kind::IsRenamed && rules.admin.value == AdminSet::Act);
    let most = RemovalLimit {
        percent: 100,
        count: 100_000,
    };
    Desired {
        organisation: "place".into(),
        organisation_name: "The Place".into(),
        portal: "portal".into(),
        portal_organisation: organisation(rules).into(),
        approved_by: None,
        source: listed()[0].source.clone(),
        manages_accounts: true,
        admins: DesiredAdmins {
            members: admins
                .map(|number| (LoginId::new(wished_login(rules, number)), listed()))
                .collect(),
            ..DesiredAdmins::default()
        },
        accounts: users.map(|user| (user.login.clone(), user)).collect(),
        delete: BTreeMap::new(),
        creation: CreationSettings {
            notify: (rules.mail.value == Mail::AtCreation).then_some(true),
            terms_accepted_by: Some("m.jones@place.example".into()),
            provisioning: None,
        },
        identity: None,
        policy: Arc::new(Policy {
            min_admins: 0,
            max_removals: most,
            max_removals_total: most,
            ..Policy::default()
        }),
    }
}

/// As the YAML knows it: a login id that the portal makes is not known.
fn wished_login(rules: &Rules, number: usize) -> String {
    match rules.login.value {
        LoginForm::Assigned => address(number),
        LoginForm::Email | LoginForm::Username | LoginForm::UserId => login(rules, number),
    }
}

pub(super) fn user(rules: &Rules, number: usize) -> Option<DesiredAccount> {
    let kind = kind(number);
    if kind == Kind::IsUnmanaged {
        return None;
    }
    let until = (kind == Kind::Leaves).then_some(date(2026, 11, 21));
    let window = Window { from: None, until };
    let areas: Vec<&str> = match kind {
        Kind::Changes => vec![area(number + 1)],
        Kind::IsRenamed if !rules.edit.value.name => vec![area(number), area(number + 1)],
        _ => vec![area(number)],
    };
    let grant = |area: &&str| {
        let grant = DesiredGrant {
            window,
            presence: window.on(DAY),
            reason: None,
            provenance: listed(),
        };
        ((*area).into(), grant)
    };
    let areas = areas.iter().filter(|_| rules.has_areas.value);
    Some(DesiredAccount {
        person: address(number).into(),
        login: LoginId::new(wished_login(rules, number)),
        name: name(number).into(),
        email: Some(address(number).into()),
        was: Vec::new(),
        window,
        presence: window.on(DAY),
        grants: areas.map(grant).collect(),
        shared: None,
        provenance: listed(),
    })
}

/// How many of so many people join.
pub(in crate::promises) fn joining(rules: &Rules, people: usize) -> usize {
    let joins = |number: &usize| kind(*number) == Kind::Joins;
    match rules.create.value {
        Create::Upstream => 0,
        Create::Direct | Create::WithTerms => (0..people).filter(joins).count(),
    }
}
