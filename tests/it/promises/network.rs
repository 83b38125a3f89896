//! A small organisation at each portal of the sandbox, over real HTTP and through a network that a
//! test rules; who is to have what; and runs of plan and apply over it, as the program makes them.

pub(super) mod people;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::time::Duration;

use beadle::executor::{Observer, Settings, Stop, execute, verify};
use beadle::model::desired::Desired;
use beadle::model::live::Live;
use beadle::model::name::{AreaName, PortalOrganisation};
use beadle::model::outcome::{ApplyReport, Outcome};
use beadle::model::plan::{Plan, SaveIndex, Write};
use beadle::model::rules::{Create, LoginForm, Mail, Rules};
use beadle::model::settings::Directory;
use beadle::planner::{Part, assemble, lint, plan_unit};
use beadle::portal::{Access, PortalError, PortalWrite, driver};
use beadle::sandbox::{Options, PortalOptions, Running, start};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use self::people::{
    ADMINISTRATION, AREAS, DAY, address, desired, organisation, snapshot, title, user,
};
use super::count::seed;
use crate::support::{beadle, http};

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
