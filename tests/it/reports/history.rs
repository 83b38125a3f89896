//! Reports that read the audit log: how fast access ended, and what was done to somebody.

use std::sync::Arc;

use beadle::model::worklist::WorkKind;
use beadle::record::Folder;
use beadle::record::audit::{self, ActionEntry, CallEntry, Entry, MarkEntry, OutcomeEntry, Person};
use beadle::record::lock::Scope;

use super::Trust;
use crate::record::rig::Hand;
use crate::record::written::{Log, runtime};

fn ended(call: u64, organisation: &str, portal: &str, person: &str, until: &str) -> Entry {
    Entry::Call(CallEntry {
        call,
        organisation: organisation.to_owned(),
        portal: portal.to_owned(),
        portal_organisation: "8500000".to_owned(),
        save: "account-set".to_owned(),
        people: vec![person.to_owned()],
        actions: vec![ActionEntry {
            action: "expire".to_owned(),
            person: person.to_owned(),
            area: None,
            reason: "ended".to_owned(),
            place: Some("schools/x.yaml:7".to_owned()),
            until: Some(until.parse().unwrap()),
        }],
    })
}

fn outcome(call: u64, outcome: &str) -> Entry {
    Entry::Outcome(OutcomeEntry {
        call,
        outcome: outcome.to_owned(),
        message: None,
    })
}

fn person(pseudonym: &str, key: &str, login: &str, name: &str) -> Person {
    Person {
        pseudonym: pseudonym.to_owned(),
        key: key.to_owned(),
        login: login.to_owned(),
        name: name.to_owned(),
    }
}

/// A log of one run on 2026-11-22: somebody ended on time, somebody late, somebody not at all,
/// somebody whom no file names any more, and a step that somebody marked.
fn recorded(trust: &Trust) {
    let place = Folder::new(trust.path().join(".beadle"));
    runtime().block_on(async {
        let log = Log::at(&Hand::new(), Arc::new(place));
        let apply = log.begin(Scope::Project, "1", None).await;
        let store = log.store.as_ref();
        let people = [
            person(
                "person-1",
                "p.dunmore@alderbrook.example",
                "PDUNMORE",
                "Pat Dunmore",
            ),
            person(
                "person-2",
                "c.drury@fernhaven.example",
                "CDRURY4",
                "Colin Drury",
            ),
            person("person-3", "g.one@fernhaven.example", "GONE1", "Gil Gone"),
            person(
                "person-4",
                "t.albright@gorsewick.example",
                "t.albright@gorsewick.example",
                "Tess Albright",
            ),
        ];
        audit::People::note(store, &apply.begun.segment, &people)
            .await
            .unwrap();
        let journal = &apply.begun.journal;
        for entry in [
            ended(1, "alderbrook", "hants", "person-1", "2026-10-16"),
            outcome(1, "done"),
            ended(2, "fernhaven", "hants", "person-2", "2026-10-31"),
            outcome(2, "failed"),
            ended(3, "fernhaven", "hants", "person-3", "2026-11-21"),
            outcome(3, "found-done"),
            Entry::Mark(MarkEntry {
                organisation: "gorsewick".to_owned(),
                portal: "hfl".to_owned(),
                portal_organisation: "8504002".to_owned(),
                kind: WorkKind::Take,
                person: "person-4".to_owned(),
                area: Some("assessment-tracker".to_owned()),
                place: None,
                by: None,
                on: "2026-11-22".parse().unwrap(),
            }),
        ] {
            journal.record(entry).await.unwrap();
        }
        apply.end().await;
    });
}

#[test]
fn how_fast_access_ended_is_counted_from_the_last_day_to_the_record() {
    let trust = Trust::new();
    recorded(&trust);
    let report = trust.json("admins");
    let leavers: Vec<String> = report["leavers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!(
                "{} {} {} {}",
                one["person"].as_str().unwrap(),
                one["portal"].as_str().unwrap(),
                one["state"].as_str().unwrap(),
                one["days"]
            )
        })
        .collect();
    insta::assert_snapshot!(leavers.join("\n"), @r"
    t.albright@gorsewick.example hfl still-live 23
    c.drury@fernhaven.example hants still-live 22
    l.haddow@saltmarsh.example hants still-live 1
    l.haddow@saltmarsh.example hfl still-live 1
    g.one@fernhaven.example hants ended 1
    p.dunmore@alderbrook.example hants ended 37
    ");
    let text = trust.report("admins");
    let speed = text.lines().find(|line| line.starts_with("Of ")).unwrap();
    insta::assert_snapshot!(speed, @"Of 6 accounts of leavers, 2 ended with a record (1 at once; half within 37 days, the slowest after 37 days), 4 still open.");
}

#[test]
fn what_was_done_to_somebody_is_told_also_of_whom_no_file_names_any_more() {
    let trust = Trust::new();
    recorded(&trust);
    let text = trust.report("person g.one@fernhaven.example");
    let place = trust.path().join(".beadle").display().to_string();
    let text = text.replace(&place, "RECORDS");
    insta::assert_snapshot!(text, @r"
    What is held about a person: Gil Gone
    g.one@fernhaven.example, on 2026-11-22
    0 accounts, 0 lines of the files, 1 entry of the log, 1 other record.
    Also known as GONE1.

    Accounts
    No portal that was read has an account of this person.

    In the files
    No file names this person.

    What was done
      Time                 Where      What    Why               Outcome
      2026-11-22 09:00:00  fernhaven  expire  ended             found-done
      beadle apply         hants              schools/x.yaml:7

    What else is kept
      Record                           What it holds  Kept until
      Who is behind a pseudonym        1 note of user key, login id and name, behind person-3  as long as the runs of the log, or until forgotten
      people, in the folder ./.beadle

    How long it is kept
      What                                     How long                             Sooner
      The files                                until somebody takes the lines out; git keeps what was there  `beadle user leave PERSON --remove`
      Accounts at the portals                  as each portal keeps them            ask the portal; `beadle apply` ends access
      The audit log                            without end: the project sets no `records.keep_days`  `beadle audit prune`
      Who is behind a pseudonym                as long as the runs of the log       `beadle audit forget PERSON`
      Undo files                               7 days after the run                 `beadle audit forget PERSON`
      Worklists and snapshots                  until the next one is written in its place  delete the file
      Saved plans, reports, logs of pipelines  beadle does not know where they are  look where you keep them
    ");
    // Forgotten, nobody is found.
    let forgotten = trust.run(&["audit", "forget", "g.one@fernhaven.example"]);
    assert!(forgotten.status.success());
    let gone = trust.run(&[
        "report",
        "person",
        "g.one@fernhaven.example",
        "--live",
        "live",
    ]);
    assert_eq!(gone.status.code(), Some(1));
}
