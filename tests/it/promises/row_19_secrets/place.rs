//! An example with a canary in every secret, and the judge of what is said and written of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::promises::poison::Project;
use crate::support::{Sandbox, TODAY, beadle, texts_below};

/// A secret of each kind that beadle is handed.
pub(super) const REDACTION_KEY: &str = "canary-redaction-key-4417";
pub(super) const CHOSEN: &str = "Canary-Chosen-4417";
pub(super) const OTHERS: [(&str, &str); 4] = [
    ("HTTPS_PROXY", "http://canary-proxy:canary-4417@127.0.0.1:9"),
    ("AWS_SECRET_ACCESS_KEY", "canary-aws-4417"),
    ("GITHUB_TOKEN", "canary-github-4417"),
    ("AZURE_STORAGE_ACCOUNT_KEY", "canary-azure-4417"),
];

/// An example whose portals by API are sandboxes in a process of their own.
pub(super) struct Place {
    pub(super) project: Project,
    pub(super) sandbox: Sandbox,
    /// Secrets by name, and what stands for them in messages of this test.
    secrets: Vec<String>,
    tokens: Vec<(String, String)>,
    people: BTreeSet<String>,
    users: Vec<String>,
    area: String,
    organisation: String,
    snapshot: String,
}

impl Place {
    pub(super) fn start(example: &str) -> Self {
        let project = Project::of(example, true);
        let sandbox = Sandbox::start(&project.path().join("live"), None);
        let path = project.path().join("beadle.yaml");
        let mut yaml: serde_yaml::Value =
            serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let (mut secrets, mut tokens) = (Vec::new(), Vec::new());
        for (name, portal) in yaml["portals"].as_mapping_mut().unwrap() {
            let name = name.as_str().unwrap().to_owned();
            if portal.get("via").is_some() {
                continue;
            }
            let url = sandbox.text(&format!("/portals/{name}/project_url"));
            portal["url"] = url.into();
            for (key, which) in [("token", "token"), ("plan_token", "read_token")] {
                let token = sandbox.text(&format!("/portals/{name}/{which}"));
                let variable = portal[key]["env"].as_str().unwrap().to_owned();
                secrets.push(token.clone());
                tokens.push((variable, token));
            }
        }
        fs::write(&path, serde_json::to_string_pretty(&yaml).unwrap()).unwrap();
        fs::write(project.path().join("chosen"), format!("{CHOSEN}\n")).unwrap();
        private(&project.path().join("chosen"));
        secrets.extend([REDACTION_KEY, CHOSEN].map(str::to_owned));
        secrets.extend(OTHERS.iter().map(|(_, value)| (*value).to_owned()));
        let people = project.people();
        let users = project.users();
        let (area, snapshot) = (project.area(), project.snapshot());
        Self {
            secrets,
            tokens,
            people,
            users,
            organisation: project.organisation(),
            area,
            project,
            sandbox,
            snapshot,
        }
    }

    pub(super) fn command(&self, ci: bool) -> Command {
        let mut command = beadle(self.project.path());
        command
            .env("RUST_LOG", "trace")
            .env("BEADLE_REDACTION_KEY", REDACTION_KEY)
            .env("BEADLE_HOLDER", "https://ci.example/job/1")
            .envs(OTHERS)
            .envs(self.tokens.iter().cloned());
        if ci {
            command.env("CI", "true");
        }
        command
    }

    pub(super) fn run(&self, line: &str, verbose: &str, ci: bool) -> Output {
        let words = line.split(' ').map(|word| {
            let word = word.replace("{d}", TODAY).replace("{u}", &self.users[0]);
            let word = word.replace("{v}", &self.users[1]);
            let word = word.replace("{o}", &self.organisation);
            let word = word.replace("{t}", &self.area);
            word.replace("{s}", &self.snapshot)
        });
        let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
        let mut command = self.command(ci);
        command.args(verbose.split_whitespace()).args(words);
        command.output().unwrap()
    }

    /// Secrets that have come about meanwhile: what the portal made, and the log's own key.
    pub(super) fn made(&self) -> Vec<String> {
        let mut found = Vec::new();
        let made = fs::read_to_string(self.project.path().join("made"));
        found.extend(made.ok().map(|text| text.trim().to_owned()));
        let people = self.project.path().join(".beadle/people");
        for entry in fs::read_dir(people).into_iter().flatten() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            if path
                .file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("key-")
            {
                let key: serde_json::Value = serde_json::from_str(&text).unwrap();
                found.push(key["key"].as_str().unwrap().to_owned());
            }
        }
        found.retain(|secret| !secret.is_empty());
        found
    }

    pub(super) fn judge(&self, text: &str, named: bool, what: &str) {
        for secret in self.secrets.iter().chain(&self.made()) {
            assert!(
                !text.contains(secret.as_str()),
                "{what}: the secret `{secret}` is in\n{text}"
            );
        }
        if !named {
            for person in &self.people {
                assert!(
                    !text.contains(person.as_str()),
                    "{what}: `{person}` is in\n{text}"
                );
            }
        }
    }

    /// Everything that was written: no secret but where it is kept, and nobody in log and lock.
    pub(super) fn judge_files(&self) -> u64 {
        let mut seen = 0;
        for (name, text) in texts_below(self.project.path()) {
            let kept = ["chosen", "made"].contains(&&*name) || name.contains(".beadle/people/key-");
            if !kept {
                let nobody = name.starts_with(".beadle/audit") || name.starts_with(".beadle/lock");
                self.judge(&text, !nobody, &name);
                seen += 1;
            }
        }
        seen
    }
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &Path) {}
