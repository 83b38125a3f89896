//! A small organisation at each portal of the sandbox, over real HTTP and through a network that a
//! test rules; who is to have what; and runs of plan and apply over it, as the program makes them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use beadle::executor::{Observer, Settings, Stop, execute, verify};
use beadle::model::day::Window;
use beadle::model::desired::{
    CreationSettings, Desired, DesiredAccount, DesiredAdmins, DesiredGrant,
};
use beadle::model::live::Live;
use beadle::model::name::{AreaName, LoginId, PortalOrganisation};
use beadle::model::outcome::{ApplyReport, Outcome};
use beadle::model::plan::{AccountRef, Plan, SaveIndex, Write};
use beadle::model::policy::{Policy, RemovalLimit};
use beadle::model::rules::{AccountEnd, AdminSet, Create, LoginForm, Mail, Rules, SaveUnit};
use beadle::model::settings::Directory;
use beadle::model::snapshot::{Snapshot, SnapshotAccount, SnapshotArea, SnapshotEvidence};
use beadle::model::source::{Provenance, Source, Via};
use beadle::planner::{Part, assemble, lint, plan_unit};
use beadle::portal::{Access, PortalError, PortalWrite, driver};
use beadle::sandbox::{Options, PortalOptions, Running, start};
use jiff::civil::{Date, date};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::count::{is_full, seed};
use crate::support::{beadle, http};

const DAY: Date = date(2026, 11, 22);
/// The areas, where there are areas.
pub(super) const AREAS: [&str; 3] = ["finance", "library", "records"];
const ADMINISTRATION: &str = "administration";

/// One organisation at one portal.
pub(super) struct World {
    pub(super) rules: &'static Rules,
    pub(super) runtime: Runtime,
    running: Running,
    people: usize,
}

/// What one run came to.
pub(super) enum Run {
    /// The portal could not be read, so that nothing was planned.
    Unread(PortalError),
    Applied(Plan, ApplyReport),
}

impl Run {
    /// The plan and what became of it.
    pub(super) fn applied(self) -> (Plan, ApplyReport) {
        match self {
            Self::Applied(plan, report) => (plan, report),
            Self::Unread(error) => panic!("{error}"),
        }
    }
}

impl World {
    /// With so many people, who are a function of their number.
    pub(super) fn of(model: &str, people: usize) -> Self {
        let rules = driver(model).unwrap().rules;
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let options = Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            database: None,
            today: DAY,
            portals: vec![PortalOptions {
                name: "portal".to_owned(),
                driver: model.to_owned(),
                snapshots: vec![snapshot(rules, people)],
            }],
        };
        let running = runtime.block_on(start(options)).unwrap();
        Self {
            rules,
            runtime,
            running,
            people,
        }
    }

    /// Where the portal is.
    pub(super) fn url(&self) -> String {
        self.running.ready().portals["portal"].project_url.clone()
    }

    pub(super) fn organisation(&self) -> PortalOrganisation {
        organisation(self.rules).into()
    }

    /// How the portal is reached at an address, in no hurry and without pauses.
    pub(super) fn access(&self, url: &str) -> Access {
        let token = &self.running.ready().portals["portal"].token;
        let mut access = Access::new("portal".into(), url, token.as_str().into());
        access.first_pause = Duration::ZERO;
        access.jitter_seed = seed();
        if self.rules.directory {
            let areas = AREAS.iter().chain([&ADMINISTRATION]);
            access.directory = Directory {
                groups: areas
                    .map(|area| ((*area).into(), title(area).into()))
                    .collect(),
                admin_group: Some(ADMINISTRATION.into()),
                ..Directory::default()
            };
        }
        access
    }

    /// The portal, opened so.
    pub(super) fn open(&self, access: Access) -> Arc<dyn PortalWrite> {
        let _inside = self.runtime.enter();
        let driver = driver(self.rules.driver).unwrap();
        driver.open_write(access).unwrap()
    }

    /// The portal, past the network.
    pub(super) fn direct(&self) -> Arc<dyn PortalWrite> {
        self.open(self.access(&self.url()))
    }

    /// What the YAML says.
    pub(super) fn desired(&self) -> Desired {
        desired(self.rules, self.people)
    }

    /// Reads, plans, applies and reads again, as `beadle apply` does.
    pub(super) fn run(&self, portal: &Arc<dyn PortalWrite>, in_flight: usize) -> Run {
        self.runtime.block_on(async {
            let live = match portal.list(&self.organisation()).await {
                Ok(live) => live,
                Err(error) => return Run::Unread(error),
            };
            let plan = self.plan(&live);
            let settings = Settings {
                concurrency: [("portal".into(), in_flight)].into(),
                pause: Duration::ZERO,
                appearance: vec![Duration::ZERO; 7],
                ..Settings::default()
            };
            let portals = [("portal".into(), Arc::clone(portal))].into();
            let report = execute(&plan, &portals, &settings, &Stop::new(), &Nobody).await;
            let again = portal.list(&self.organisation()).await;
            let lives = again
                .into_iter()
                .map(|live| (("place".into(), "portal".into()), live));
            let report = verify(&plan, report, &lives.collect());
            Run::Applied(plan, report)
        })
    }

    /// What is to be done.
    pub(super) fn plan(&self, live: &Live) -> Plan {
        let desired = self.desired();
        let unit = plan_unit(&desired, live, self.rules, DAY);
        let policy = Arc::clone(&desired.policy);
        let units = vec![(unit, Arc::clone(&policy))];
        let plan = assemble(units, &policy, "digest".to_owned(), DAY, &Part::default());
        assert_eq!(lint(&plan), Vec::<String>::new());
        assert_eq!(plan.problems().count(), 0, "{:?}", plan.units[0].problems);
        assert!(plan.refusals.is_empty(), "{:?}", plan.refusals);
        plan
    }

    /// What is live, past the network.
    pub(super) fn live(&self) -> Live {
        let read = self.direct();
        // What was accepted for later shows in the second reading at the latest.
        let _ = self.runtime.block_on(read.list(&self.organisation()));
        self.runtime
            .block_on(read.list(&self.organisation()))
            .unwrap()
    }

    /// What is left to do, past the network.
    pub(super) fn left(&self) -> Plan {
        self.plan(&self.live())
    }

    /// Nobody has two accounts, whatever the portal calls them.
    pub(super) fn assert_nobody_is_twice(&self) {
        let live = self.live();
        let mut seen = BTreeSet::new();
        for account in live.accounts().values() {
            let address = account.email.as_deref().unwrap_or_default().to_lowercase();
            assert!(seen.insert(address), "twice: {account:?}");
        }
    }

    /// The project file that says the same as [`World::desired`], but for administrators.
    pub(super) fn yaml(&self, url: &str) -> String {
        let rules = self.rules;
        let mut settings = format!(
            "driver: {}, url: \"{url}\", token: {{ env: PORTAL_TOKEN }}",
            rules.driver
        );
        if rules.create.value == Create::WithTerms {
            settings += ", terms_accepted_by: Morgan Jones";
        }
        if rules.mail.value == Mail::AtCreation {
            settings += ", notify: true";
        }
        if rules.directory {
            let areas = AREAS.iter().chain([&ADMINISTRATION]);
            let groups: Vec<String> = areas
                .map(|area| format!("{area}: {}", title(area)))
                .collect();
            let groups = groups.join(", ");
            settings += &format!(", groups: {{ {groups} }}, admin_group: {ADMINISTRATION}");
        }
        let mut text = format!(
            "version: 1\nportals:\n  portal: {{ {settings} }}\npolicy:\n  min_admins: 1\n  \
             max_removals: {{ percent: 100, count: 100000, total: {{ percent: 100, count: 100000 }} }}\norganisations:\n  place:\n    \
             name: The Place\n    portals: {{ portal: \"{}\" }}\n    users:\n",
            organisation(rules)
        );
        for (number, user) in
            (0..self.people).filter_map(|number| Some((number, user(rules, number)?)))
        {
            text += &format!("      {}:\n        name: {}\n", address(number), user.name);
            if rules.login.value == LoginForm::UserId {
                text += &format!("        accounts: {{ portal: {} }}\n", user.login);
            }
            if let Some(until) = user.window.until {
                text += &format!("        until: {until}\n");
            }
            let areas: Vec<&str> = user.grants.keys().map(AreaName::as_str).collect();
            if !areas.is_empty() {
                text += &format!("        areas: [{}]\n", areas.join(", "));
            }
        }
        text
    }

    /// Runs the program over that, with the network's address for the portal's.
    pub(super) fn beadle(&self, folder: &Path, arguments: &[&str]) -> Output {
        let mut command = beadle(folder);
        command.env(
            "PORTAL_TOKEN",
            &self.running.ready().portals["portal"].token,
        );
        command.args(arguments);
        let run = self.runtime.spawn_blocking(move || command.output());
        self.runtime.block_on(run).unwrap().unwrap()
    }

    /// How many mails went to each address.
    pub(super) fn mails(&self) -> BTreeMap<String, usize> {
        let mut mails = BTreeMap::new();
        for mail in self.control("/outbox").as_array().unwrap() {
            let to = mail["to"].as_str().unwrap().to_owned();
            *mails.entry(to).or_default() += 1;
        }
        mails
    }

    /// How many accounts the portal was asked to make, and made.
    pub(super) fn creations(&self) -> usize {
        let calls = self.control("/calls");
        let made = |call: &&Value| {
            let path = call["path"].as_str().unwrap();
            call["method"] == "POST"
                && call["carried_out"] == true
                && ["users", "sub-accounts", "Users"]
                    .iter()
                    .any(|end| path.ends_with(end))
        };
        calls.as_array().unwrap().iter().filter(made).count()
    }

    fn control(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.running.ready().control);
        let asked = self.runtime.spawn_blocking(move || http("GET", &url, ""));
        let (status, text) = self.runtime.block_on(asked).unwrap().unwrap();
        assert_eq!(status, 200, "{path}");
        serde_json::from_str(&text).unwrap()
    }
}

/// Keeps no record.
struct Nobody;

#[async_trait::async_trait]
impl Observer for Nobody {
    async fn before(&self, _save: SaveIndex, _write: &Write) -> Result<(), String> {
        Ok(())
    }

    fn after(&self, _save: SaveIndex, _outcome: &Outcome) {}
}

/// What somebody's number says of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
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

pub(super) fn kind(number: usize) -> Kind {
    match number % 5 {
        0 => Kind::Joins,
        1 => Kind::Changes,
        2 => Kind::IsRenamed,
        3 => Kind::Leaves,
        _ => Kind::IsUnmanaged,
    }
}

pub(super) fn address(number: usize) -> String {
    format!("p{number}@place.example")
}

/// What the portal calls somebody's account, where it is live at the beginning.
pub(super) fn id(rules: &Rules, number: usize) -> String {
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

fn title(area: &str) -> String {
    format!("The {area}")
}

pub(super) fn organisation(rules: &Rules) -> String {
    match rules.organisation_id.value.digits {
        Some(digits) => "8502001000".chars().take(digits.into()).collect(),
        None => "699".to_owned(),
    }
}

fn snapshot(rules: &Rules, people: usize) -> Snapshot {
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
pub(super) fn account_of(rules: &Rules, number: usize) -> AccountRef {
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

fn desired(rules: &Rules, people: usize) -> Desired {
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

fn user(rules: &Rules, number: usize) -> Option<DesiredAccount> {
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
pub(super) fn joining(rules: &Rules, people: usize) -> usize {
    let joins = |number: &usize| kind(*number) == Kind::Joins;
    match rules.create.value {
        Create::Upstream => 0,
        Create::Direct | Create::WithTerms => (0..people).filter(joins).count(),
    }
}

/// A number that hangs on the seed of the run and on nothing else but what is given.
pub(super) fn drawn(parts: &[&[u8]]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325 ^ seed();
    for part in parts {
        for byte in part.iter().chain([&0xff]) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    // The low bits of the last bytes alone would be seen in the result.
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

/// Makes case after case, several side by side in a full run, until so many things were counted.
/// A case is handed its number and answers with what it counted.
pub(super) fn until_counted(wanted: u64, case: impl Fn(u64) -> u64 + Sync) -> u64 {
    let (next, counted) = (AtomicU64::new(0), AtomicU64::new(0));
    let failure = Mutex::new(None);
    let work = || {
        while counted.load(Ordering::SeqCst) < wanted && failure.lock().unwrap().is_none() {
            let number = next.fetch_add(1, Ordering::SeqCst);
            let one = std::panic::AssertUnwindSafe(|| case(number));
            match std::panic::catch_unwind(one) {
                Ok(more) => counted.fetch_add(more, Ordering::SeqCst),
                Err(payload) => {
                    failure.lock().unwrap().get_or_insert((number, payload));
                    return;
                }
            };
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..if is_full() { 16 } else { 1 } {
            scope.spawn(work);
        }
    });
    if let Some((number, payload)) = failure.into_inner().unwrap() {
        eprintln_case(number);
        std::panic::resume_unwind(payload);
    }
    counted.into_inner()
}

fn eprintln_case(number: u64) {
    use std::io::Write as _;
    let line = format!("the case was number {number}, seed {}\n", seed());
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
