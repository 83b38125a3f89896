//! Row 21: payloads in every field of the files and of what is live, and in everything that a portal
//! can answer; whatever beadle prints or writes of it, nothing is live.
//!
//! A new output is one line in `SINKS`; files that a command writes are found and judged by name.

mod answers;
mod outputs;
mod payloads;

use std::fs;
use std::net::TcpStream;
use std::sync::Arc;

use beadle::app::Exit;
use beadle::model::worklist::WorkKind;
use beadle::record::Folder;
use beadle::record::audit::{self, Entry};
use beadle::record::lock::Scope;
use beadle::sandbox::{Options, PortalOptions};
use proptest::prelude::Rng as _;

use self::answers::{answers, portal};
use self::outputs::{ASKED, SINKS, filled, judged, judged_files};
use self::payloads::{PAYLOADS, TOGETHER, asked, payloads};
use super::count::{is_full, showing};
use super::heard::run;
use super::live::Kind;
use super::poison::{EXAMPLES, Place, Project};
use crate::record::rig::Hand;
use crate::record::written::{Log, runtime, start};
use crate::support::{TODAY, http};

/// Of how many places an ordinary run poisons one.
const SHARE: usize = 12;

/// One example, poisoned place by place.
struct Poisoned<'p> {
    project: &'p Project,
    user: String,
    outputs: u64,
}

impl Poisoned<'_> {
    fn line(&self, template: &str) -> Vec<String> {
        filled(template, self.project.path(), &self.user, "")
    }

    /// Poisons these places, judges what `validate` says of it, and tells whether it is in order
    /// and can be planned: else nothing but mistakes would be seen.
    fn is_sound(&mut self, places: &[(Place, &str)]) -> bool {
        let what = format!("{:?}", places.last());
        self.project.poison(places);
        for (line, kind) in &SINKS[..4] {
            self.outputs += judged(&self.line(line), *kind, &what);
        }
        let sound = |line: &str| run(&self.line(line)).exit == Some(Exit::Done);
        sound("validate {p}") && sound("plan --today {d} {p}")
    }

    /// Shows what these places hold in every way there is.
    fn show(&mut self, places: &[(Place, &str)]) {
        self.project.poison(places);
        let what = format!("{places:?}");
        fs::create_dir_all(self.project.path().join("out")).unwrap();
        for (line, kind) in SINKS {
            self.outputs += judged(&self.line(line), *kind, &what);
        }
        self.outputs += judged_files(self.project.path(), &what);
        self.project.restore();
    }

    /// Puts payloads in all these places. Those with which the project is in order are shown
    /// together; one that is in order by itself alone is shown alone.
    fn places(&mut self, places: &[(Place, &'static str)]) {
        let mut together: Vec<(Place, &str)> = Vec::new();
        for place in places {
            together.push(place.clone());
            if self.is_sound(&together) {
                continue;
            }
            together.pop();
            let alone = [place.clone()];
            if !together.is_empty() && self.is_sound(&alone) {
                self.show(&alone);
            }
        }
        assert!(!together.is_empty(), "nothing could be planned");
        self.show(&together);
    }
}

fn files_and_live(example: &str, random: u64) -> u64 {
    let project = Project::of(example, false);
    let user = project.user();
    let mut poisoned = Poisoned {
        project: &project,
        user,
        outputs: 0,
    };
    let all = project.places();
    if is_full() {
        for payload in TOGETHER.iter().chain(PAYLOADS) {
            let places = all.iter().map(|place| (place.clone(), *payload));
            poisoned.places(&places.collect::<Vec<_>>());
        }
    } else {
        // What is shown most, and some other places, each with another payload.
        let random = usize::try_from(random % 1_000).unwrap();
        let places = all.iter().enumerate().filter_map(|(index, place)| {
            let shown = [" name", " title", " approved_by", " reason"];
            if shown.iter().any(|end| place.ends_with(end)) {
                return Some((place.clone(), TOGETHER[1]));
            }
            let payload = TOGETHER[(index / SHARE + random) % TOGETHER.len()];
            (index % SHARE == random % SHARE).then(|| (place.clone(), payload))
        });
        poisoned.places(&places.collect::<Vec<_>>());
    }
    poisoned.outputs
}

fn of_example(driver: &str) {
    let (_, example) = EXAMPLES.iter().find(|(name, _)| *name == driver).unwrap();
    let showing = showing(21, driver, 50, 2_000);
    let outputs = files_and_live(example, showing.runner().rng().next_u64());
    showing.shown(
        outputs,
        "outputs of poisoned fields, none with anything live",
    );
}

#[test]
fn ofs_in_every_field() {
    of_example("ofs");
}

#[test]
fn hampshire_and_hfl_in_every_field() {
    if is_full() {
        of_example("hampshire");
    }
}

#[test]
fn hwb_in_every_field() {
    if is_full() {
        of_example("hwb");
    }
}

#[test]
fn scim_in_every_field() {
    if is_full() {
        of_example("scim");
    }
}

/// A log whose every text is a payload, as whoever may write to the records could have left it.
#[test]
fn the_audit_log() {
    let runtime = runtime();
    let mut outputs = 0;
    for payload in payloads() {
        let project = Project::of("university", false);
        let folder = project.path().join(".beadle");
        let text = || payload.to_owned();
        runtime.block_on(async {
            let log = Log::at(&Hand::new(), Arc::new(Folder::new(&folder)));
            let start = audit::Start {
                actor: text(),
                command: text(),
                commit: Some(text()),
                plan: text(),
                beadle: text(),
                configuration: text(),
                ..start(Scope::Project)
            };
            let apply = log.begin_with(start, Scope::Project, "1", None).await;
            let person = audit::Person {
                pseudonym: text(),
                key: text(),
                login: text(),
                name: text(),
            };
            let store = log.store.as_ref();
            let people = [person];
            let noted = audit::People::note(store, &apply.begun.segment, &people);
            noted.await.unwrap();
            let journal = &apply.begun.journal;
            journal.note(Entry::Call(audit::CallEntry {
                call: 1,
                organisation: text(),
                portal: text(),
                portal_organisation: text(),
                save: text(),
                people: vec![text()],
                actions: vec![audit::ActionEntry {
                    action: text(),
                    person: text(),
                    area: Some(text()),
                    reason: text(),
                    place: Some(text()),
                    until: None,
                }],
            }));
            journal.note(Entry::Outcome(audit::OutcomeEntry {
                call: 1,
                outcome: text(),
                message: Some(text()),
            }));
            journal.note(Entry::Mark(audit::MarkEntry {
                organisation: text(),
                portal: text(),
                portal_organisation: text(),
                kind: WorkKind::Give,
                person: text(),
                area: Some(text()),
                place: Some(text()),
                by: Some(text()),
                on: TODAY.parse().unwrap(),
            }));
            let stopped = Some(text());
            let end = audit::End {
                stopped,
                ..audit::End::default()
            };
            apply.begun.end(end).await.unwrap();
        });
        for (line, kind) in [
            ("audit show --redact=never {p}", Kind::Terminal),
            ("audit show --redact=never --format json {p}", Kind::Json),
            ("audit show --redact=never --format csv {p}", Kind::Csv),
            ("audit show --redact=always --format csv {p}", Kind::Csv),
            ("audit verify {p}", Kind::Terminal),
            (
                "report admins --redact=never --today {d} {p}",
                Kind::Terminal,
            ),
            (
                "report admins --redact=never --format html --today {d} {p}",
                Kind::Html,
            ),
            ("lock show --redact=never {p}", Kind::Terminal),
        ] {
            let line = filled(line, project.path(), "", payload);
            let shown = judged(&line, kind, payload);
            assert!(shown > 0, "{line:?}");
            outputs += shown;
        }
    }
    let showing = showing(21, "log", 15, 100);
    showing.shown(
        outputs,
        "outputs of a poisoned log, none with anything live",
    );
}

/// What the program itself writes, whatever is in the name of a file.
#[test]
fn the_program_s_own_stderr() {
    let folder = tempfile::tempdir().unwrap();
    crate::support::copy(
        &crate::support::repository().join("examples/university"),
        folder.path(),
    );
    for payload in asked() {
        for line in [
            &["--color", "always", "plan", "--live"][..],
            &["--color", "always", "validate"],
        ] {
            let mut command = crate::support::beadle(folder.path());
            let output = command
                .args(line)
                .arg(format!("x{payload}"))
                .output()
                .unwrap();
            let said = crate::support::err(&output);
            // Its own colours.
            let said = said.replace("\u{1b}[0m", "").replace("\u{1b}[1m", "");
            let said = said.replace("\u{1b}[31m", "").replace("\u{1b}[33m", "");
            let said = said.replace("\u{1b}[1;31m", "").replace("\u{1b}[94m", "");
            let said = said
                .replace("\u{1b}[1m\u{1b}[31m", "")
                .replace("\u{1b}[91m", "");
            let said = said
                .replace("\u{1b}[1m\u{1b}[91m", "")
                .replace("\u{1b}[1m\u{1b}[94m", "");
            if let Some(live) = Kind::Terminal.live(&said) {
                panic!("{payload:?}: {live}: {said:?}");
            }
        }
    }
}

#[test]
fn what_is_asked_for() {
    let project = Project::of("university", false);
    let mut outputs = 0;
    for payload in payloads() {
        for line in ASKED {
            let line = filled(line, project.path(), &project.user(), payload);
            outputs += judged(&line, Kind::Terminal, "asked for");
        }
    }
    let showing = showing(21, "arguments", 40, 200);
    showing.shown(
        outputs,
        "outputs of poisoned arguments, none with anything live",
    );
}

#[test]
fn what_a_portal_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("beadle.yaml");
    fs::write(folder.path().join("token"), "canary").unwrap();
    let mut outputs = 0;
    let all: Vec<&str> = TOGETHER.iter().chain(PAYLOADS).copied().collect();
    for payload in if is_full() { &all[..] } else { TOGETHER } {
        for answer in answers(payload) {
            let (url, ended) = portal(answer);
            let drivers: &[&str] = if is_full() {
                &["ofs", "hampshire", "hwb", "scim"]
            } else {
                &["ofs"]
            };
            for driver in drivers {
                let groups = if *driver == "scim" {
                    ", groups: { a: A }"
                } else {
                    ""
                };
                let project = format!(
                    "version: 1\nportals:\n  p: {{ driver: {driver}, url: \"{url}\", token: {{ file: token }}{groups} }}\n\
                     organisations:\n  place:\n    name: Place\n    portals: {{ p: \"{}\" }}\n    \
                     users: {{ a.b@place.example: {{ name: A B }} }}\n",
                    match *driver {
                        "ofs" => "10009999",
                        "hampshire" => "8502001",
                        _ => "699",
                    }
                );
                fs::write(&path, project).unwrap();
                for line in ["plan --today {d} {p}", "snapshot --today {d} --out {o} {p}"] {
                    let line = filled(line, folder.path(), "", payload);
                    outputs += judged(&line, Kind::Terminal, payload);
                }
            }
            *ended.lock().unwrap() = true;
            let _ = TcpStream::connect(url.trim_start_matches("http://"));
        }
    }
    let showing = showing(21, "answers", 30, 500);
    showing.shown(
        outputs,
        "outputs of poisoned answers, none with anything live",
    );
}

/// Every page below an address, followed by its links.
fn pages(first: &str) -> Vec<(String, String)> {
    let origin: String = first.split('/').take(3).collect::<Vec<_>>().join("/");
    let mut waiting = vec![first.to_owned()];
    let mut seen = Vec::new();
    let mut found = Vec::new();
    while let Some(url) = waiting.pop() {
        if seen.contains(&url) || seen.len() > 60 {
            continue;
        }
        seen.push(url.clone());
        let Some((_, text)) = http("GET", &url, "") else {
            continue;
        };
        for link in text.split("href=\"").skip(1) {
            let link = link.split('"').next().unwrap().replace("&amp;", "&");
            if link.starts_with('/') {
                waiting.push(format!("{origin}{link}"));
            }
        }
        found.push((url, text));
    }
    found
}

#[test]
fn the_sandbox_s_pages() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let mut outputs = 0;
    let examples = if is_full() {
        &EXAMPLES[..]
    } else {
        &EXAMPLES[..1]
    };
    for (_, example) in examples {
        for payload in payloads() {
            let project = Project::of(example, false);
            let places = project.places().into_iter().filter(|place| {
                let names = place.ends_with(" name") || place.ends_with(" title");
                place.starts_with("live") && names
            });
            let places: Vec<(Place, &str)> = places.map(|place| (place, payload)).collect();
            project.poison(&places);
            let mut portals = Vec::new();
            for folder in fs::read_dir(project.path().join("live")).unwrap() {
                let folder = folder.unwrap().path();
                let mut paths: Vec<_> = fs::read_dir(&folder)
                    .unwrap()
                    .map(|entry| entry.unwrap().path())
                    .collect();
                paths.sort();
                let snapshots: Vec<beadle::model::snapshot::Snapshot> = paths
                    .iter()
                    .take(2)
                    .map(|path| serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap())
                    .collect();
                portals.push(PortalOptions {
                    name: folder.file_name().unwrap().to_string_lossy().into_owned(),
                    driver: snapshots[0].driver.clone(),
                    snapshots,
                });
            }
            let options = Options {
                listen: "127.0.0.1:0".parse().unwrap(),
                database: None,
                today: TODAY.parse().unwrap(),
                portals,
            };
            // What a portal would never have taken as a name, its double does not take either.
            let Ok(running) = runtime.block_on(beadle::sandbox::start(options)) else {
                continue;
            };
            let first = format!("{}/", running.ready().url);
            for (url, text) in pages(&first) {
                if text.trim_start().starts_with('<') {
                    if let Some(live) = Kind::Page.live(&text) {
                        panic!("{payload:?} on {url}: {live}\n{text}");
                    }
                    outputs += 1;
                }
            }
            runtime.block_on(running.stop()).unwrap();
        }
    }
    let showing = showing(21, "pages", 10, 100);
    showing.shown(outputs, "pages, none with anything live");
}
