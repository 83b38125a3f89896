//! An organisation whose portal has no API: the sandbox plays the portal, and the project knows of
//! it only what was saved from its pages.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Output;

use beadle::model::rules::LoginForm;
use serde_json::{Value, json};
use serde_yaml::Value as Yaml;

use super::driver::Browser;
use super::player::Player;
use crate::support::{Sandbox, TODAY, beadle, err, out};

/// One organisation: the portal, and the project about it.
pub(super) struct School {
    folder: tempfile::TempDir,
    sandbox: Sandbox,
    driver: &'static str,
    organisation: String,
}

impl School {
    /// With this snapshot live at the portal, and no project yet.
    pub(super) fn start(driver: &'static str, snapshot: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let seed = folder.path().join("portal").join(driver);
        fs::create_dir_all(&seed).unwrap();
        fs::create_dir(folder.path().join("project")).unwrap();
        fs::write(seed.join("school.yaml"), snapshot.to_string()).unwrap();
        let sandbox = Sandbox::start(&folder.path().join("portal"), None);
        let organisation = snapshot["organisation"].as_str().unwrap().to_owned();
        Self {
            folder,
            sandbox,
            driver,
            organisation,
        }
    }

    /// Somebody at the portal's first page.
    pub(super) fn player<'b>(&self, browser: &'b Browser) -> Player<'b> {
        let control = self.sandbox.text("/control");
        let root = control.strip_suffix("/control").unwrap();
        let first = format!("{root}/pages/{}/{}", self.driver, self.organisation);
        browser.open(&first);
        Player { browser, first }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("project").join(name)
    }

    /// Saves what somebody has copied, or the page that the browser shows.
    pub(super) fn keep(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = beadle(&self.path(""));
        command
            .args(arguments)
            .args(["--today", TODAY])
            .output()
            .unwrap()
    }

    fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = format!("{}{}", out(&output), err(&output));
        assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{said}");
        said
    }

    /// Begins the project with what was saved. Planning right after finds nothing to do.
    pub(super) fn import(&self, tables: &[String], more: &[&str]) {
        let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
        let new = [
            "import",
            "--driver",
            self.driver,
            "--portal-organisation",
            &self.organisation,
            "--org",
            "school",
            "--name",
            "The School",
        ];
        self.succeed(&[&new[..], &tables, more].concat());
        self.plans_nothing();
    }

    /// Brings the kept snapshot up to date with what was saved.
    pub(super) fn refresh(&self, tables: &[String]) {
        let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
        self.succeed(&[&["import", "--snapshot-only"][..], &tables].concat());
    }

    /// Edits the project file.
    pub(super) fn edit(&self, edit: impl FnOnce(&mut Yaml)) {
        let path = self.path("beadle.yaml");
        let mut project: Yaml = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        project["policy"] = yaml("{ min_admins: 1, max_removals: { percent: 100, count: 100 } }");
        edit(&mut project);
        fs::write(path, serde_yaml::to_string(&project).unwrap()).unwrap();
    }

    /// How many actions of each kind are planned, in words.
    pub(super) fn planned(&self) -> String {
        let output = self.run(&["plan", "--format", "json"]);
        assert!(output.status.success(), "{}", err(&output));
        let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
        let counts = plan["summary"]["actions"].as_object().unwrap().iter();
        let counts = counts.filter(|(_, count)| **count != 0);
        let counts: Vec<String> = counts
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        counts.join(", ")
    }

    pub(super) fn plans_nothing(&self) {
        self.succeed(&["plan", "--detailed-exitcode"]);
    }

    /// Applies, which writes a worklist, and answers with that.
    pub(super) fn worklist(&self) -> Value {
        self.succeed(&["apply", "--yes"]);
        let path = self.path(&format!("worklists/{}/school.json", self.driver));
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    /// Marks every step as done. Then nothing is left to do, and the snapshot says what is live.
    pub(super) fn all_done(&self) {
        self.succeed(&["worklist", "done", "--all"]);
        self.plans_nothing();
        // What a portal makes itself is on its pages alone.
        let login = beadle::portal::driver(self.driver).unwrap().rules.login;
        self.compare(login.value != LoginForm::Assigned);
    }

    /// Compares the kept snapshot with what the portal holds.
    pub(super) fn snapshot_is_live(&self) {
        self.compare(true);
    }

    fn compare(&self, logins: bool) {
        let kept = self.path(&format!("live/{}/school.yaml", self.driver));
        let kept: Value = serde_yaml::from_str(&fs::read_to_string(kept).unwrap()).unwrap();
        assert_eq!(accounts(&kept, logins), accounts(&self.live(), logins));
    }

    /// What the portal holds.
    pub(super) fn live(&self) -> Value {
        let path = format!(
            "/state?portal={}&organisation={}",
            self.driver, self.organisation
        );
        self.sandbox.control("GET", &path, "")
    }

    /// To whom the portal sent mail, oldest first.
    pub(super) fn mailed(&self) -> Vec<String> {
        let mails = self.sandbox.control("GET", "/outbox", "");
        let mails = mails.as_array().unwrap().iter();
        mails
            .map(|mail| mail["to"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Nobody calls an API here.
    pub(super) fn no_calls(&self) {
        assert_eq!(self.sandbox.control("GET", "/calls", ""), json!([]));
    }
}

pub(super) fn yaml(text: &str) -> Yaml {
    serde_yaml::from_str(text).unwrap()
}

/// What a snapshot says of each account, by address. The portal's own ids stand on none of its
/// pages.
fn accounts(snapshot: &Value, logins: bool) -> BTreeMap<String, Value> {
    let accounts = snapshot["accounts"].as_array().unwrap().iter();
    let entry = |account: &Value| {
        let flag = |key: &str, otherwise: bool| account[key].as_bool().unwrap_or(otherwise);
        let mut areas: Vec<&str> = account["areas"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|area| area.as_str().unwrap())
            .collect();
        areas.sort_unstable();
        let said = json!({
            "login": logins.then_some(&account["login"]), "name": account["name"],
            "expires": account["expires"], "active": flag("active", true),
            "admin": flag("admin", false), "areas": areas,
        });
        (account["email"].as_str().unwrap().to_owned(), said)
    };
    accounts.map(entry).collect()
}
