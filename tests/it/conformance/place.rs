//! One organisation at one portal: what is live, what the YAML says, and the program run over
//! both, by API or by worklist. The forms of ids, and what a portal must be told, follow its rules.

use std::fmt::Write as _;
use std::fs;
use std::process::Output;

use beadle::model::plan::ManualKind;
use beadle::model::rules::{AccountEnd, AdminSet, Create, LoginForm, Mail, ManualText, Rules};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::planned::Planned;
use crate::support::{Sandbox, TODAY, beadle, err, out};

/// How the portal is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By its API.
    Api,
    /// Without one: by worklist.
    Worklist,
}

/// Areas of every place that has areas, beside that of the administrators.
pub(super) const AREAS: [&str; 3] = ["finance", "library", "records"];
/// The area of the administrators, where they are one.
pub(super) const ADMINISTRATION: &str = "administration";
/// An area that opens with a posted key only, where there are such.
pub(super) const KEYED: &str = "sealed";

/// When a term ends, where accounts have one and nothing else is said.
const TERM_END: &str = "2027-08-31";

/// Somebody, as the YAML says it or as it is live.
#[derive(Clone, Debug)]
pub(crate) struct Someone {
    /// The part of the address before the `@`.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) areas: Vec<&'static str>,
    pub(crate) admin: bool,
    /// Live: deactivated.
    pub(crate) inactive: bool,
    /// YAML: last day; live: end of the account, where the portal has one.
    pub(crate) until: Option<&'static str>,
    /// YAML: the key before.
    pub(crate) was: Option<&'static str>,
    /// YAML: whether the portal's own login id is known, where the portal makes it.
    pub(crate) known: bool,
}

pub(crate) fn someone(key: &str, areas: &[&'static str]) -> Someone {
    Someone {
        key: key.to_owned(),
        name: key.replace('.', " "),
        areas: areas.to_vec(),
        admin: false,
        inactive: false,
        until: None,
        was: None,
        known: true,
    }
}

impl Someone {
    pub(crate) fn admin(mut self) -> Self {
        self.admin = true;
        self
    }

    pub(crate) fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    pub(crate) fn until(mut self, day: &'static str) -> Self {
        self.until = Some(day);
        self
    }

    pub(crate) fn inactive(mut self) -> Self {
        self.inactive = true;
        self
    }

    pub(crate) fn was(mut self, key: &'static str) -> Self {
        self.was = Some(key);
        self
    }

    pub(crate) fn not_live(mut self) -> Self {
        self.known = false;
        self
    }
}

/// Address of a key.
pub(crate) fn address(key: &str) -> String {
    format!("{key}@place.example")
}

/// The login id that a portal knows somebody by.
pub(crate) fn login(rules: &Rules, key: &str) -> String {
    match rules.login.value {
        LoginForm::Email | LoginForm::Username => address(key),
        LoginForm::UserId => key.replace('.', "").to_uppercase(),
        LoginForm::Assigned => key.replace('.', ""),
    }
}

/// One organisation at one portal, in a folder of its own.
pub(super) struct Place {
    pub(super) rules: &'static Rules,
    pub(super) way: Way,
    pub(super) folder: TempDir,
    sandbox: Option<Sandbox>,
    yaml: String,
}

impl Place {
    /// With these accounts live. Nothing is said in YAML yet.
    pub(super) fn with(rules: &'static Rules, way: Way, live: &[Someone]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live/portal/place.yaml");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let snapshot = snapshot(rules, live);
        fs::write(&path, serde_json::to_string_pretty(&snapshot).unwrap()).unwrap();
        let sandbox = (way == Way::Api).then(|| {
            let seed = folder.path().join("live");
            let database = folder.path().join("portal.db");
            Sandbox::start(&seed, Some(&database))
        });
        Self {
            rules,
            way,
            folder,
            sandbox,
            yaml: String::new(),
        }
    }

    /// Writes what the YAML says: these users, and what else the organisation says.
    pub(super) fn say(&mut self, users: &[Someone], more: &str) {
        let mut text = self.head();
        text.push_str("    users:\n");
        for someone in users {
            text.push_str(&user(self.rules, someone));
        }
        for line in more.lines() {
            let _ = writeln!(text, "    {line}");
        }
        fs::write(self.folder.path().join("beadle.yaml"), &text).unwrap();
        self.yaml = text;
    }

    fn head(&self) -> String {
        let rules = self.rules;
        let reach = match &self.sandbox {
            Some(sandbox) => {
                let url = sandbox.text("/portals/portal/url");
                let below = if rules.driver == "scim" {
                    "/{organisation}/v2"
                } else {
                    ""
                };
                format!("url: \"{url}{below}\", token: {{ env: PORTAL_TOKEN }}")
            }
            None => "via: worklist, snapshots: live/portal".to_owned(),
        };
        let settings = settings(rules, &reach);
        format!(
            "version: 1\nportals:\n  portal: {{ {settings} }}\npolicy:\n  min_admins: 1\n  \
             max_removals: {{ percent: 100, count: 100 }}\norganisations:\n  place:\n    name: The \
             Place\n    portals: {{ portal: \"{}\" }}\n",
            organisation(rules)
        )
    }

    /// Runs a command for the day of the tests.
    pub(super) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = beadle(self.folder.path());
        if let Some(sandbox) = &self.sandbox {
            command.env("PORTAL_TOKEN", sandbox.text("/portals/portal/token"));
        }
        command.args(arguments).output().unwrap()
    }

    /// The plan, which must be sound.
    pub(super) fn plan(&self) -> Planned {
        let output = self.run(&["plan", "--today", TODAY, "--format", "json"]);
        assert!(
            output.status.success(),
            "{}\n{}\n{}",
            self.what(),
            err(&output),
            self.yaml
        );
        Planned(serde_json::from_slice(&output.stdout).unwrap())
    }

    /// What a plan that has problems says of them.
    pub(super) fn problems(&self) -> String {
        let output = self.run(&["plan", "--today", TODAY]);
        assert!(
            !output.status.success(),
            "{}: {}",
            self.what(),
            out(&output)
        );
        err(&output)
    }

    /// Carries the plan out: by API, or by somebody who works the worklist through.
    pub(super) fn apply(&self) {
        let output = self.run(&["apply", "--today", TODAY, "--yes"]);
        assert!(
            output.status.success(),
            "{}\n{}\n{}",
            self.what(),
            out(&output),
            err(&output)
        );
        if self.way == Way::Worklist && self.folder.path().join("worklists").exists() {
            let done = self.run(&["worklist", "done", "--all", "--today", TODAY]);
            assert!(
                done.status.success(),
                "{}\n{}{}",
                self.what(),
                out(&done),
                err(&done)
            );
        }
    }

    /// Plans, carries the plan out, and looks: calls and mails were those of the forecast, and
    /// nothing is left to do. Answers with the first plan.
    pub(super) fn settle(&self) -> Planned {
        let plan = self.plan();
        let before = (self.writes().len(), self.mails().len());
        self.apply();
        if self.way == Way::Api {
            let calls = (self.writes().len() - before.0) as u64;
            let mails = (self.mails().len() - before.1) as u64;
            assert_eq!(calls, plan.number("calls"), "{}: calls", self.what());
            assert_eq!(mails, plan.number("mails"), "{}: mails", self.what());
        }
        let again = self.plan();
        assert_eq!(
            again.actions(),
            Vec::<String>::new(),
            "{}: left",
            self.what()
        );
        let calls = self.writes().len();
        self.apply();
        assert_eq!(
            self.writes().len(),
            calls,
            "{}: a second apply writes",
            self.what()
        );
        plan
    }

    /// The writing calls that the portal got.
    pub(super) fn writes(&self) -> Vec<Value> {
        self.sandbox
            .as_ref()
            .map(Sandbox::writes)
            .unwrap_or_default()
    }

    /// Every call that the portal got: method and path.
    pub(super) fn calls(&self) -> Vec<String> {
        let calls = self.control("GET", "/calls", &Value::Null);
        let list = calls.as_array().or_else(|| calls["calls"].as_array());
        let text = |call: &Value, field: &str| call[field].as_str().unwrap().to_owned();
        let lines = list.unwrap().iter();
        lines
            .map(|call| format!("{} {}", text(call, "method"), text(call, "path")))
            .collect()
    }

    /// Replaces a text of the project file, which must be there.
    pub(super) fn edit(&self, before: &str, after: &str) {
        let path = self.folder.path().join("beadle.yaml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(before), "{}: no `{before}`", self.what());
        fs::write(&path, text.replace(before, after)).unwrap();
    }

    /// The mails that the portal would have sent.
    pub(super) fn mails(&self) -> Vec<Value> {
        let Some(sandbox) = &self.sandbox else {
            return Vec::new();
        };
        let outbox = sandbox.control("GET", "/outbox", "");
        let list = outbox.as_array().or_else(|| outbox["mails"].as_array());
        list.unwrap().clone()
    }

    /// A call to the sandbox's control API.
    pub(super) fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let sandbox = self.sandbox.as_ref().unwrap();
        sandbox.control(method, path, &body.to_string())
    }

    /// What is live now, as a snapshot.
    pub(super) fn live(&self) -> Value {
        let path = self.folder.path().join("live/portal/place.yaml");
        if self.way == Way::Api {
            let taken = self.run(&["snapshot", "--today", TODAY]);
            assert!(taken.status.success(), "{}\n{}", self.what(), err(&taken));
        }
        serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    /// The live account of somebody, by login id or address.
    pub(super) fn account(&self, key: &str) -> Option<Value> {
        let (login, address) = (login(self.rules, key), address(key));
        let live = self.live();
        let accounts = live["accounts"].as_array().unwrap().clone();
        accounts
            .into_iter()
            .find(|account| account["login"] == *login || account["email"] == *address)
    }

    /// The areas of a live account, in order; none where it has none.
    pub(super) fn areas(&self, key: &str) -> Vec<String> {
        let account = self
            .account(key)
            .unwrap_or_else(|| panic!("{}: no {key}", self.what()));
        let areas = account["areas"].as_array().cloned().unwrap_or_default();
        areas
            .iter()
            .map(|area| area.as_str().unwrap().to_owned())
            .collect()
    }

    pub(super) fn what(&self) -> String {
        format!("{} by {:?}", self.rules.driver, self.way)
    }
}

/// An organisation's id at a portal.
pub(crate) fn organisation(rules: &Rules) -> String {
    match rules.organisation_id.value.digits {
        Some(digits) => "8502001000".chars().take(digits.into()).collect(),
        None => "699".to_owned(),
    }
}

fn title(area: &str) -> String {
    let mut letters = area.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("The {first}{}", letters.as_str())
}

pub(crate) fn snapshot(rules: &Rules, live: &[Someone]) -> Value {
    let mut areas: Vec<Value> = Vec::new();
    if rules.has_areas.value {
        let all = AREAS
            .iter()
            .map(|area| json!({"code": area, "title": title(area)}));
        areas.extend(all);
    }
    if rules.admin.value == AdminSet::Area {
        areas.push(
            json!({"code": ADMINISTRATION, "title": title(ADMINISTRATION), "administration": true}),
        );
    }
    let by_key = |text: &ManualText| text.kind == ManualKind::AccessKey;
    if rules.manual.iter().any(by_key) {
        areas.push(json!({"code": KEYED, "title": title(KEYED), "access_key_required": true}));
    }
    let accounts: Vec<Value> = live.iter().map(|someone| account(rules, someone)).collect();
    json!({
        "format": 1,
        "driver": rules.driver,
        "organisation": organisation(rules),
        "name": "The Place",
        "taken": TODAY,
        "evidence": {"accounts": accounts.len(), "areas": areas.len(), "pages": 1},
        "areas": areas,
        "accounts": accounts,
    })
}

fn account(rules: &Rules, someone: &Someone) -> Value {
    let login = login(rules, &someone.key);
    let id = match rules.login.value {
        LoginForm::UserId => login.clone(),
        LoginForm::Email | LoginForm::Username | LoginForm::Assigned => {
            format!("id-{}", someone.key.replace('.', "-"))
        }
    };
    let areas = if rules.has_areas.value {
        someone.areas.clone()
    } else {
        Vec::new()
    };
    let terms = matches!(rules.account_end.value, AccountEnd::Terms(_));
    json!({
        "id": id,
        "login": login,
        "name": someone.name,
        "email": address(&someone.key),
        "expires": someone.until.or(terms.then_some(TERM_END)),
        "active": !someone.inactive,
        "upstream": rules.create.value == Create::Upstream,
        "admin": someone.admin && rules.admin.value != AdminSet::None,
        "areas": areas,
    })
}

pub(crate) fn user(rules: &Rules, someone: &Someone) -> String {
    let mut text = format!(
        "      {}:\n        name: {}\n",
        address(&someone.key),
        someone.name
    );
    let login = login(rules, &someone.key);
    let made = rules.login.value == LoginForm::Assigned && !someone.known;
    if login != address(&someone.key) && !made {
        let _ = writeln!(text, "        accounts: {{ portal: {login} }}");
    }
    if let Some(day) = someone.until {
        let _ = writeln!(text, "        until: {day}");
    }
    if let Some(was) = someone.was {
        let _ = writeln!(text, "        was: [{}]", self::login(rules, was));
    }
    if rules.has_areas.value && !someone.areas.is_empty() {
        let _ = writeln!(text, "        areas: [{}]", someone.areas.join(", "));
    }
    text
}

/// The settings of a portal that is reached so, with what its rules make it ask for.
pub(crate) fn settings(rules: &Rules, reach: &str) -> String {
    let mut settings = format!("driver: {}, {reach}", rules.driver);
    if rules.create.value == Create::WithTerms {
        settings.push_str(", terms_accepted_by: Morgan Jones");
    }
    if rules.mail.value == Mail::AtCreation {
        settings.push_str(", notify: true");
    }
    if rules.driver == "scim" {
        let groups: Vec<String> = AREAS
            .iter()
            .map(|area| format!("{area}: {}", title(area)))
            .collect();
        let _ = write!(
            settings,
            ", groups: {{ {}, {ADMINISTRATION}: {} }}, admin_group: {ADMINISTRATION}",
            groups.join(", "),
            title(ADMINISTRATION)
        );
    }
    settings
}
