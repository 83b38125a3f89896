//! Row 19: canaries in every secret and every name, address and login id; every command, with the
//! most talkative logs, and every error. A secret is nowhere in what is printed or written, and
//! nobody is named where nobody is to be named.
//!
//! A new command needs a line in `COMMANDS`: the list is held to that of the program.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};

use beadle::cli::every_command;

use super::count::{is_full, showing};
use super::poison::Project;
use crate::support::{Sandbox, TODAY, beadle, err, out};

/// A command line, and whether it is there to show people: with names, also where others keep them
/// out. `{u}` is a user, `{v}` another, `{s}` a snapshot, `{t}` an area. They run one after the
/// other on one project, in the order of a year of work.
const COMMANDS: &[(&str, bool)] = &[
    ("validate", false),
    ("validate --format json", false),
    ("validate --format sarif", false),
    ("validate --format github", false),
    ("plan --today {d}", false),
    ("plan --today {d} --format json", false),
    ("plan --today {d} --format diff", false),
    ("plan --today {d} --format html", false),
    ("plan --today {d} --format markdown", false),
    ("plan --today {d} --out plan.json", false),
    ("plan --today {d} --live live", false),
    ("plan --today {d} --shard 1/2 --out one.json", false),
    ("plan --today {d} --shard 2/2 --out two.json", false),
    (
        "plan merge one.json two.json --out whole.json --today {d}",
        false,
    ),
    ("next --today {d} --ask --within 4000", false),
    ("next --today {d} --format json --within 4000", false),
    ("explain {u} --today {d}", false),
    ("explain {u} --today {d} --format json", false),
    ("explain nobody@nowhere.example --today {d}", false),
    ("report access --today {d}", false),
    ("report access --format csv --today {d}", false),
    ("report access --format json --today {d}", false),
    ("report expiring --within 4000d --today {d}", false),
    ("report admins --format html --today {d}", false),
    (
        "report review --format csv --out review.csv --today {d}",
        false,
    ),
    ("report review --format html --today {d}", false),
    ("report person {u} --today {d}", false),
    ("report person {u} --format markdown --today {d}", false),
    ("report person nobody@nowhere.example --today {d}", false),
    ("review apply review.csv --dry-run --today {d}", false),
    ("snapshot --out now --today {d}", false),
    ("import new --snapshot {s}", false),
    (
        "init --codeowners --trust-owners @trust/x --owners @trust/{organisation} --out CODEOWNERS",
        false,
    ),
    (
        "init fresh --name Fresh --portal hfl --portal scim --forge none",
        false,
    ),
    (
        "user add new.person@northshire.example --name New_Person --all --dry-run --today {d}",
        false,
    ),
    ("user leave {u} --all --dry-run --today {d}", false),
    (
        "user move {u} --from {o} --to nowhere --on 2027-01-01 --dry-run --today {d}",
        false,
    ),
    (
        "user extend {u} --until 2044-01-01 --all --dry-run --today {d}",
        false,
    ),
    (
        "grant {u} {t} --all --dry-run --until 2027-01-01 --today {d}",
        false,
    ),
    ("revoke {u} {t} --all --dry-run --today {d}", false),
    ("copy-areas {u} {v} --all --dry-run --today {d}", false),
    ("apply plan.json --approved 00", false),
    ("undo --today {d}", false),
    ("undo --today {d} --format json", false),
    ("account unlock {u} --today {d}", true),
    ("account unlock {u} --yes --today {d}", true),
    (
        "account reset-password {u} --yes --choose-from chosen --today {d}",
        true,
    ),
    (
        "account reset-password {u} --yes --password-file made --today {d}",
        true,
    ),
    ("account reset-otp {u} --yes --today {d}", true),
    ("apply --yes --today {d} --format json", false),
    ("apply --yes --today {d}", false),
    ("apply merge plan.json", false),
    ("undo --list", false),
    ("undo --yes --format json", false),
    ("worklist", false),
    ("worklist --format html", false),
    ("worklist done --all --by Someone", true),
    ("audit verify", false),
    ("audit show", false),
    ("audit show --format json", false),
    ("audit show --format csv", false),
    ("report admins --today {d}", false),
    ("report person {u} --format json --today {d}", false),
    ("audit show --person {u}", false),
    ("audit show --person nobody@nowhere.example", false),
    ("audit prune --keep-days 5", false),
    ("audit prune --keep-days 5 --yes", false),
    ("audit forget {u}", false),
    ("lock show", false),
    ("lock release 00", false),
    ("schema plan", false),
    ("completions bash", false),
    ("man", false),
    ("sandbox --listen 127.0.0.1:1 --seed nowhere", false),
];

const MODELS: [(&str, &str); 4] = [
    ("ofs", "university"),
    ("hampshire", "trust"),
    ("hwb", "authority"),
    ("scim", "scim"),
];

/// A secret of each kind that beadle is handed.
const REDACTION_KEY: &str = "canary-redaction-key-4417";
const CHOSEN: &str = "Canary-Chosen-4417";
const OTHERS: [(&str, &str); 4] = [
    ("HTTPS_PROXY", "http://canary-proxy:canary-4417@127.0.0.1:9"),
    ("AWS_SECRET_ACCESS_KEY", "canary-aws-4417"),
    ("GITHUB_TOKEN", "canary-github-4417"),
    ("AZURE_STORAGE_ACCOUNT_KEY", "canary-azure-4417"),
];

#[test]
fn every_command_has_a_line() {
    let missing: Vec<String> = every_command()
        .into_iter()
        .filter(|name| {
            let mut lines = COMMANDS.iter();
            let begins = |line: &str| line == name || line.starts_with(&format!("{name} "));
            !lines.any(|(line, _)| begins(line))
        })
        .collect();
    assert_eq!(
        missing,
        Vec::<String>::new(),
        "commands that nobody looked at"
    );
}

/// An example whose portals by API are sandboxes in a process of their own.
struct Place {
    project: Project,
    sandbox: Sandbox,
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
    fn start(example: &str) -> Self {
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

    fn command(&self, ci: bool) -> Command {
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

    fn run(&self, line: &str, verbose: &str, ci: bool) -> Output {
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
    fn made(&self) -> Vec<String> {
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

    fn judge(&self, text: &str, named: bool, what: &str) {
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
    fn judge_files(&self) -> u64 {
        let mut found = Vec::new();
        files(self.project.path(), &mut found);
        let mut seen = 0;
        for (path, text) in &found {
            let name = path.strip_prefix(self.project.path()).unwrap();
            let name = name.to_string_lossy();
            let kept = ["chosen", "made"].contains(&&*name) || name.contains(".beadle/people/key-");
            if !kept {
                let nobody = name.starts_with(".beadle/audit") || name.starts_with(".beadle/lock");
                self.judge(text, !nobody, &name);
                seen += 1;
            }
        }
        seen
    }
}

fn files(folder: &Path, found: &mut Vec<(std::path::PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &Path) {}

fn of_example(driver: &str) {
    let (_, example) = MODELS.iter().find(|(name, _)| *name == driver).unwrap();
    let showing = showing(19, driver, 50, 350);
    let mut outputs = 0;
    let rounds: &[(&str, bool)] = if is_full() {
        &[
            ("-vvv", true),
            ("", true),
            ("-v", true),
            ("-vv", false),
            ("-vvv", false),
            ("", false),
            ("-vvv", true),
        ]
    } else {
        &[("-vvv", true)]
    };
    for (verbose, ci) in rounds {
        let place = Place::start(example);
        let mut done = 0;
        for (line, names) in COMMANDS {
            let output = place.run(line, verbose, *ci);
            done += u64::from(output.status.success());
            let what = format!("`{line}` {verbose}");
            place.judge(&out(&output), !ci || *names, &what);
            place.judge(&err(&output), !ci || *names, &what);
            outputs += 1;
        }
        assert!(!place.sandbox.writes().is_empty(), "nothing was applied");
        assert!(done >= 30, "only {done} commands did what they are for");
        assert!(place.judge_files() > 5);
    }
    showing.shown(outputs, "commands, no canary where none belongs");
}

#[test]
fn ofs_in_every_command() {
    of_example("ofs");
}

#[test]
fn hampshire_and_hfl_in_every_command() {
    if is_full() {
        of_example("hampshire");
    }
}

#[test]
fn hwb_in_every_command() {
    if is_full() {
        of_example("hwb");
    }
}

#[test]
fn scim_in_every_command() {
    if is_full() {
        of_example("scim");
    }
}

/// The paths of calls are in the log, and at some portals a login id is a part of one.
#[test]
fn an_apply_that_says_every_call_names_nobody() {
    for driver in ["hampshire", "hwb", "scim"] {
        let (_, example) = MODELS.iter().find(|(name, _)| *name == driver).unwrap();
        let place = Place::start(example);
        let output = place.run("apply --yes --today {d}", "-vvv", true);
        assert!(output.status.success(), "{}", err(&output));
        assert!(err(&output).contains("call"), "{}", err(&output));
        place.judge(&out(&output), false, driver);
        place.judge(&err(&output), false, driver);
    }
}

/// Where a person carries the plan out, names stand in worklists and nowhere else.
#[test]
fn without_an_api() {
    let mut outputs = 0;
    let models = if is_full() { &MODELS[..] } else { &MODELS[..1] };
    for (_, example) in models {
        let project = Project::of(example, false);
        let people = project.people();
        for (line, names, succeeds) in [
            ("plan", false, true),
            ("plan --format markdown", false, true),
            ("plan --format markdown --redact=never", true, true),
            ("apply --yes", false, true),
            ("apply --yes --format json", false, true),
            ("worklist", false, true),
            ("worklist --format json", false, true),
            ("worklist --format html", false, true),
            ("worklist --format html --redact=never", true, true),
            ("worklist done 1 --by Canary --org nobody", false, false),
            ("worklist done 999999", false, false),
            ("worklist done --all --by Canary", false, true),
            ("audit show", false, true),
            ("audit show --format csv", false, true),
            ("audit show --format json", false, true),
            ("audit show --person Canary", false, true),
            ("next --ask", false, true),
        ] {
            let output = beadle(project.path())
                .args(line.split(' '))
                .arg("-vvv")
                .envs([("CI", "true"), ("RUST_LOG", "trace")])
                .env("BEADLE_HOLDER", "kim.canary@machine")
                .output()
                .unwrap();
            assert_eq!(
                output.status.success(),
                succeeds,
                "{line}: {}",
                err(&output)
            );
            let text = format!("{}{}", out(&output), err(&output));
            let shown = people
                .iter()
                .filter(|person| text.contains(person.as_str()));
            let shown: Vec<&String> = shown.collect();
            assert_eq!(!shown.is_empty(), names, "{line}: {shown:?}\n{text}");
            assert!(
                !text.contains("kim.canary") && (!text.contains("Canary") || !succeeds),
                "{line}: {text}"
            );
            outputs += 1;
        }
        let mut found = Vec::new();
        files(&project.path().join(".beadle/audit"), &mut found);
        assert!(!found.is_empty());
        for (path, text) in found {
            let named = people.iter().find(|person| text.contains(person.as_str()));
            assert_eq!(named, None, "{}: {text}", path.display());
            assert!(!text.contains("Canary"), "{}: {text}", path.display());
        }
    }
    let showing = showing(19, "worklists", 15, 60);
    showing.shown(
        outputs,
        "commands without an API, no canary where none belongs",
    );
}

/// A portal that sends back what it was sent, in one of these ways.
const ECHOES: [&str; 9] = [
    "HTTP/1.1 401 {a}\r\nContent-Type: application/problem+json\r\nWWW-Authenticate: {a}\r\n\r\n{\"title\":\"{a}\",\"detail\":\"{a} of Kim Canary\",\"code\":\"{a}\"}",
    "HTTP/1.1 403 No\r\nContent-Type: application/json\r\nX-Token: {a}\r\n\r\n{\"code\":\"{a}\",\"type\":\"{a}\",\"error\":\"{a}\",\"message\":\"{a}\",\"scimType\":\"{a}\"}",
    "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/{a}\r\n\r\n",
    "HTTP/1.1 307 Found\r\nLocation: /?token={a}\r\nSet-Cookie: {a}\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Sign in</title> Kim Canary kim.canary@northshire.example {a}",
    "HTTP/1.1 200 OK\r\nContent-Type: {a}\r\n\r\n{a}",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"{a}\": \"Kim Canary\"}",
    "HTTP/1.1 {a} Kim Canary\r\n\r\n",
    "{a} Kim Canary\r\n\r\n",
];

fn echo(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            if answers(&mut stream, answer).is_none() {
                return;
            }
        }
    });
    url
}

/// None once it is told to end.
fn answers(stream: &mut TcpStream, answer: &str) -> Option<()> {
    let mut bytes = [0; 32 * 1024];
    let size = stream.read(&mut bytes).unwrap_or(0);
    let request = String::from_utf8_lossy(&bytes[..size]).into_owned();
    if request.starts_with("END") {
        return None;
    }
    let header = request.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("authorization").then_some(value)
    });
    let sent = header.unwrap_or_default();
    let sent = sent.rsplit(' ').next().unwrap_or_default();
    // A token is asked for with a secret in the body, or in a header.
    let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
    let sent = if sent.is_empty() { body } else { sent };
    let _ = stream.write_all(answer.replace("{a}", sent).as_bytes());
    Some(())
}

#[test]
fn a_portal_that_sends_everything_back() {
    let token = "canary-token-4417";
    let mut outputs = 0;
    let models = [
        ("ofs", "10009999", "token: { env: CANARY_TOKEN }"),
        ("hampshire", "8502001", "token: { env: CANARY_TOKEN }"),
        ("hwb", "699", "token: { env: CANARY_TOKEN }"),
        (
            "scim",
            "699",
            "token: { env: CANARY_TOKEN }, groups: { a: A }",
        ),
        (
            "scim",
            "699",
            "client_credentials: { token_url: \"{url}/token\", client_id: me, client_secret: { env: CANARY_TOKEN } }, groups: { a: A }",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    let models = if is_full() {
        &models[..]
    } else {
        &[models[0], models[4]]
    };
    for (driver, organisation, how) in models {
        for answer in ECHOES {
            let url = echo(answer);
            let how = how.replace("{url}", &url);
            let project = format!(
                "version: 1\nportals:\n  p: {{ driver: {driver}, url: \"{url}\", {how} }}\norganisations:\n  place:\n    \
                 name: Place\n    portals: {{ p: \"{organisation}\" }}\n    users: {{ a.b@place.example: {{ name: A B }} }}\n"
            );
            fs::write(folder.path().join("beadle.yaml"), project).unwrap();
            let lines: &[&str] = if is_full() {
                &[
                    "plan",
                    "plan --format json",
                    "apply --yes",
                    "snapshot --out now",
                    "explain a.b@place.example",
                    "next --ask",
                    "account unlock a.b@place.example --yes",
                ]
            } else {
                &["apply --yes"]
            };
            for line in lines {
                let mut command = beadle(folder.path());
                let output = command
                    .args(line.split(' '))
                    .arg("-vvv")
                    .env("RUST_LOG", "trace")
                    .env("CANARY_TOKEN", token)
                    .output()
                    .unwrap();
                assert!(!output.status.success(), "{line}: {}", out(&output));
                let text = format!("{}{}", out(&output), err(&output));
                for canary in [token, "Kim", "kim.canary"] {
                    assert!(
                        !text.contains(canary),
                        "{driver}: {line}: {answer}: {canary} is in\n{text}"
                    );
                }
                outputs += 1;
            }
            let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
            let _ = stream.write_all(b"END");
        }
    }
    let showing = showing(19, "answers", 18, 300);
    showing.shown(outputs, "answers with the token in them, shown nowhere");
}

/// Secrets where none may stand: refused, and not shown.
#[test]
fn secrets_in_the_files() {
    let secret = "canary-4417";
    let portal = |more: &str| {
        format!(
            "version: 1\nportals:\n  p: {{ driver: ofs, {more} }}\norganisations:\n  o:\n    name: O\n    portals: {{ p: \"10009999\" }}\n    users: {{}}\n"
        )
    };
    let files = [
        portal("url: \"https://me:canary-4417@portal.example\", token: { env: T }"),
        portal("url: \"https://canary-4417@portal.example\", token: { env: T }"),
        portal("url: \"https://portal.example?key=canary-4417\", token: { env: T }"),
        portal("url: https://portal.example, token: canary-4417"),
        portal("url: https://portal.example, token: { value: canary-4417 }"),
        portal("url: https://portal.example, plan_token: [canary-4417]"),
        portal("url: https://portal.example, token: { env: T }, password: canary-4417"),
        portal("url: https://portal.example, client_credentials: { client_secret: canary-4417 }"),
        portal("url: https://portal.example, token: { env: T }\n   token: canary-4417"),
        format!(
            "{}records: {{ url: \"s3://me:canary-4417@bucket\" }}\n",
            portal("url: https://portal.example, token: { env: T }")
        ),
        portal("url: https://portal.example, token: { env: T }").replace(
            "users: {}",
            "users: { a.b@o.example: { name: A, password: canary-4417 } }",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    for file in &files {
        fs::write(folder.path().join("beadle.yaml"), file).unwrap();
        for line in [
            "validate",
            "validate --format json",
            "validate --format sarif",
            "validate --format github",
            "plan",
            "plan --format markdown",
            "audit show",
        ] {
            let output = beadle(folder.path())
                .args(line.split(' '))
                .arg("-vvv")
                .env("RUST_LOG", "trace")
                .output()
                .unwrap();
            assert!(!output.status.success(), "{line}: {file}");
            let text = format!("{}{}", out(&output), err(&output));
            assert!(!text.contains(secret), "{line}: {file}\n{text}");
        }
    }
}

/// In CI a mistake is told with its place, and without the lines of the file.
#[test]
fn findings_name_nobody() {
    let folder = tempfile::tempdir().unwrap();
    crate::support::copy(
        &crate::support::repository().join("examples/university"),
        folder.path(),
    );
    let path = folder.path().join("beadle.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let wrong = "    users:\n      kim.canary@elsewhere.example: { name: Kim Canary, until: 2020-13-01 }\n      \
                 kim.canary@northshire.example: { name: Kim Canary, was: [kim.canary@elsewhere.example] }\n";
    fs::write(&path, text.replacen("    users:\n", wrong, 1)).unwrap();
    for line in [
        "validate",
        "validate --format json",
        "plan",
        "apply --yes",
        "next",
        "explain kim.canary@northshire.example",
        "user leave kim.canary@northshire.example --all --dry-run",
        "audit show",
        "lock show",
        "snapshot",
        "account unlock kim.canary@northshire.example --yes",
        "worklist",
        "worklist done --all",
        "import",
    ] {
        let mut command = beadle(folder.path());
        command.args(line.split(' ')).env("CI", "true");
        let output = command.output().unwrap();
        assert!(!output.status.success(), "{line}: {}", out(&output));
        let text = format!("{}{}", out(&output), err(&output));
        assert!(text.contains("beadle.yaml"), "{line}: {text}");
        for canary in ["Canary", "canary", "Khan"] {
            assert!(!text.contains(canary), "{line}: {canary} is in\n{text}");
        }
    }
}

/// A key of pseudonyms that is none hides nobody.
#[test]
fn an_empty_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    crate::support::copy(
        &crate::support::repository().join("examples/university"),
        folder.path(),
    );
    let run = |line: &str, key: &str| {
        let mut command = beadle(folder.path());
        command
            .args(line.split(' '))
            .env("BEADLE_REDACTION_KEY", key);
        command.output().unwrap()
    };
    for key in ["", "  "] {
        for line in [
            "plan --sandbox --redact",
            "audit show --redact",
            "next --redact",
        ] {
            let refused = run(line, key);
            assert_eq!(refused.status.code(), Some(1), "{line}: {}", err(&refused));
            assert!(
                err(&refused).contains("`BEADLE_REDACTION_KEY` is set and empty"),
                "{}",
                err(&refused)
            );
            assert_eq!(out(&refused), "");
        }
        // Without pseudonyms nobody needs it; a fork's CI has no secrets, and checks the files.
        assert!(run("validate --redact", key).status.success());
    }
    assert!(run("next --redact", "a key").status.success());
}
