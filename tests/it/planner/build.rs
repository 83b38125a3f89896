//! Small builders: a YAML's wishes and a portal's answer in a few words. Everybody is invented.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use beadle::model::day::Window;
use beadle::model::desired::{
    CreationSettings, Desired, DesiredAccount, DesiredAdmins, DesiredGrant,
};
use beadle::model::live::{CatalogueArea, Listing, Live, LiveAccount};
use beadle::model::name::{AreaName, LoginId, canonical};
use beadle::model::plan::{Action, Plan, UnitPlan};
use beadle::model::policy::Policy;
use beadle::model::rules::Rules;
use beadle::model::source::{Provenance, Source, Via};
use beadle::planner::{Part, assemble, lint, plan_unit};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// The day of every plan here.
pub(crate) const DAY: Date = date(2026, 11, 22);

/// So many days after (or before) the day.
pub(crate) fn after(days: i64) -> Date {
    DAY.checked_add(days.days()).unwrap()
}

/// A login id from its first part.
pub(crate) fn login(key: &str) -> LoginId {
    LoginId::new(format!("{key}@northshire.example"))
}

/// A place in an invented file.
pub(crate) fn source(line: u32) -> Source {
    Source {
        file: "beadle.yaml".into(),
        line,
        column: 1,
    }
}

pub(crate) fn listed(line: u32) -> Vec<Provenance> {
    vec![Provenance {
        via: Via::User,
        source: source(line),
    }]
}

/// Somebody whom the YAML names, without dates or areas.
pub(crate) fn user(key: &str) -> DesiredAccount {
    let window = Window::default();
    DesiredAccount {
        person: canonical(login(key).as_str()).into(),
        login: login(key),
        name: key.into(),
        email: Some(login(key).as_str().into()),
        was: Vec::new(),
        window,
        presence: window.on(DAY),
        grants: BTreeMap::new(),
        shared: None,
        provenance: listed(10),
    }
}

/// The same person with other dates.
pub(crate) fn dated(
    mut user: DesiredAccount,
    from: Option<Date>,
    until: Option<Date>,
) -> DesiredAccount {
    user.window = Window { from, until };
    user.presence = user.window.on(DAY);
    user
}

/// The same person with areas.
pub(crate) fn with(mut user: DesiredAccount, areas: &[&str]) -> DesiredAccount {
    for area in areas {
        let (name, grant) = grant(&user, area, Window::default());
        user.grants.insert(name, grant);
    }
    user
}

pub(crate) fn grant(user: &DesiredAccount, area: &str, window: Window) -> (AreaName, DesiredGrant) {
    let window = window.intersect(&user.window);
    let grant = DesiredGrant {
        window,
        presence: window.on(DAY),
        reason: None,
        provenance: listed(20),
    };
    (area.into(), grant)
}

/// What the YAML says: these users, no admins.
pub(crate) fn desired(users: impl IntoIterator<Item = DesiredAccount>) -> Desired {
    Desired {
        organisation: "northshire".into(),
        organisation_name: "University of Northshire".into(),
        portal: "portal".into(),
        portal_organisation: "10009999".into(),
        approved_by: None,
        source: source(5),
        manages_accounts: true,
        accounts: users
            .into_iter()
            .map(|user| (user.login.clone(), user))
            .collect(),
        admins: DesiredAdmins::default(),
        delete: BTreeMap::new(),
        creation: CreationSettings {
            notify: Some(true),
            terms_accepted_by: Some("m.jones@trust.example".into()),
            provisioning: None,
        },
        identity: None,
        policy: Arc::new(Policy::default()),
    }
}

/// The same wishes under another policy.
pub(crate) fn with_policy(mut it: Desired, change: impl FnOnce(&mut Policy)) -> Desired {
    let mut policy = (*it.policy).clone();
    change(&mut policy);
    it.policy = Arc::new(policy);
    it
}

/// An exact list of administrators.
pub(crate) fn admins(keys: &[&str]) -> DesiredAdmins {
    DesiredAdmins {
        exact: true,
        members: keys.iter().map(|key| (login(key), listed(30))).collect(),
        source: Some(source(29)),
    }
}

/// A live account, active and without end; its portal id is its key.
pub(crate) fn account(key: &str) -> LiveAccount {
    LiveAccount {
        id: key.into(),
        login: login(key),
        name: key.into(),
        email: Some(login(key).as_str().into()),
        expires: None,
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        areas: BTreeSet::new(),
        last_sign_in: None,
    }
}

pub(crate) fn holding(mut account: LiveAccount, areas: &[&str]) -> LiveAccount {
    account.areas = areas.iter().map(|area| AreaName::from(*area)).collect();
    account
}

pub(crate) fn admin(mut account: LiveAccount) -> LiveAccount {
    account.admin = true;
    account
}

pub(crate) fn expiring(mut account: LiveAccount, on: Date) -> LiveAccount {
    account.expires = Some(on);
    account
}

/// The catalogue of every test: three plain areas, one with a key, and the administrators'.
pub(crate) fn catalogue(admin_key: bool) -> Vec<CatalogueArea> {
    let area = |name: &str, key, administration| CatalogueArea {
        name: name.into(),
        title: format!("The {name} area").into(),
        access_key_required: key,
        administration,
    };
    vec![
        area("finance", false, false),
        area("prevent", false, false),
        area("students", false, false),
        area("sealed", true, false),
        area("user-administration", admin_key, true),
    ]
}

/// A complete answer.
pub(crate) fn answer(accounts: Vec<LiveAccount>, areas: Vec<CatalogueArea>) -> Live {
    let mut listing = Listing::begin("10009999".into());
    let total = accounts.len() as u64;
    listing.accounts_page("10009999", total, accounts).unwrap();
    let total = areas.len() as u64;
    listing.catalogue_page("10009999", total, areas).unwrap();
    listing.finish().unwrap()
}

/// A complete answer with the usual catalogue, in which administrators need no key.
pub(crate) fn live(accounts: Vec<LiveAccount>) -> Live {
    answer(accounts, catalogue(false))
}

/// The plan of one unit, assembled and found sound.
pub(crate) fn plan(desired: &Desired, live: &Live, rules: &Rules) -> Plan {
    let unit = plan_unit(desired, live, rules, DAY);
    finish(vec![(unit, Arc::clone(&desired.policy))], &desired.policy)
}

/// Assembles units and lints the result.
pub(crate) fn finish(units: Vec<(UnitPlan, Arc<Policy>)>, policy: &Policy) -> Plan {
    let plan = assemble(units, policy, "digest".to_owned(), DAY, &Part::default());
    assert_eq!(lint(&plan), Vec::<String>::new(), "{plan:#?}");
    plan
}

/// What a plan does, one line an action, with manual steps, what is held back and findings.
pub(crate) fn lines(plan: &Plan) -> String {
    let mut lines = Vec::new();
    for unit in &plan.units {
        lines.extend(unit.actions.iter().map(action_line));
        for step in &unit.manual {
            let area = step.area.as_ref().map_or("", |area| area.as_str());
            lines.push(format!(
                "by hand: {:?} {} {area}",
                step.kind,
                key(&step.account.login)
            ));
        }
        for held in &unit.held_back {
            let area = held.area.as_ref().map_or("", |area| area.as_str());
            let kind = held.kind.as_str();
            let why = held.because.sentence();
            lines.push(format!(
                "held back: {kind} {} {area}: {why}",
                key(&held.account.login)
            ));
        }
        for finding in &unit.findings {
            let (code, account, area, day) = finding.parts();
            let account = account.map_or("", |account| key(&account.login));
            let area = area.map_or("", |area| area.as_str());
            let day = day.map(|day| day.to_string()).unwrap_or_default();
            lines.push(format!("found: {code} {account} {area} {day}"));
        }
        for problem in &unit.problems {
            lines.push(format!("problem: {} {}", problem.code, problem.message));
        }
    }
    for refusal in &plan.refusals {
        lines.push(format!("refused: {}", refusal.message));
    }
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    lines.join("\n")
}

fn key(login: &LoginId) -> &str {
    login.as_str().split('@').next().unwrap_or_default()
}

fn action_line(action: &Action) -> String {
    let area = action.area.as_ref().map_or("", |area| area.as_str());
    let changes: Vec<String> = action
        .changes
        .iter()
        .map(|change| {
            let (field, before, after) = change.as_json();
            match before {
                Some(before) => format!("{field} {before} → {after}"),
                None => format!("{field} {after}"),
            }
        })
        .collect();
    let head = format!(
        "{} {} {area}",
        action.kind.as_str(),
        key(&action.account.login)
    );
    let reason = action.reason.sentence();
    format!("{} [{}] {reason}", head.trim_end(), changes.join(", "))
}

/// The saves of a plan's first unit: what each writes, and after which it comes.
pub(crate) fn saves(plan: &Plan) -> String {
    use beadle::model::plan::Write;
    let mut lines = Vec::new();
    for (at, unit) in plan.units.iter().enumerate() {
        for (index, save) in unit.saves.iter().enumerate() {
            let names = |accounts: &[beadle::model::plan::AccountRef]| {
                let names: Vec<&str> = accounts.iter().map(|it| key(&it.login)).collect();
                names.join(" ")
            };
            let what = match &save.write {
                Write::Create { .. } => "create".to_owned(),
                Write::Edit { changes, .. } => format!("edit {}", changes.len()),
                Write::Grant { area, give, .. } => {
                    format!("{} {area}", if *give { "give" } else { "take" })
                }
                Write::AccountSet {
                    give, take, admin, ..
                } => {
                    format!("set give {give:?} take {take:?} admin {admin:?}")
                }
                Write::AreaSet { area, give, take } => {
                    format!("{area}: give [{}] take [{}]", names(give), names(take))
                }
                Write::Admin { promote, .. } => format!("admin {promote}"),
                Write::Active { active, .. } => format!("active {active}"),
                Write::Keep { term, .. } => format!("keep {term}"),
                Write::Delete { .. } => "delete".to_owned(),
            };
            let who = match &save.write {
                Write::AreaSet { .. } => String::new(),
                write => format!(
                    "{}: ",
                    names(&write.accounts().into_iter().cloned().collect::<Vec<_>>())
                ),
            };
            let after: Vec<String> = save
                .after
                .iter()
                .map(|early| {
                    if early.unit as usize == at {
                        early.save.to_string()
                    } else {
                        format!("{}.{}", early.unit, early.save)
                    }
                })
                .collect();
            let unit = if plan.units.len() > 1 {
                format!("{at}.")
            } else {
                String::new()
            };
            let after = if after.is_empty() {
                String::new()
            } else {
                format!(" after {}", after.join(" "))
            };
            lines.push(format!("{unit}{index} {who}{what}{after}"));
        }
    }
    lines.join("\n")
}
