//! Row 19: canaries in every secret and every name, address and login id; every command, with the
//! most talkative logs, and every error. A secret is nowhere in what is printed or written, and
//! nobody is named where nobody is to be named.
//!
//! A new command needs a line in `COMMANDS`: the list is held to that of the program.

mod commands;
mod place;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use beadle::cli::every_command;

use self::commands::COMMANDS;
use self::place::Place;
use super::count::{is_full, showing};
use super::poison::{EXAMPLES, Project};
use crate::support::{beadle, err, out, texts_below};

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

fn of_example(driver: &str) {
    let (_, example) = EXAMPLES.iter().find(|(name, _)| *name == driver).unwrap();
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
        let (_, example) = EXAMPLES.iter().find(|(name, _)| *name == driver).unwrap();
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
    let models = if is_full() {
        &EXAMPLES[..]
    } else {
        &EXAMPLES[..1]
    };
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
        let found = texts_below(&project.path().join(".beadle/audit"));
        assert!(!found.is_empty());
        for (name, text) in found {
            let named = people.iter().find(|person| text.contains(person.as_str()));
            assert_eq!(named, None, "{name}: {text}");
            assert!(!text.contains("Canary"), "{name}: {text}");
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
