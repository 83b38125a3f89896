//! What beadle keeps of one person beside the files, the portals and the log, and how long
//! everything is kept.

use std::collections::{BTreeMap, BTreeSet};

use super::history::History;
use super::reading::Reading;
use crate::app::{Failure, snapshots, worklist};
use crate::model::name::canonical;
use crate::model::settings::Route;
use crate::model::undo::UndoAccount;
use crate::report::counted;
use crate::report::sheets::person::{HeldRecord, Keeping};

/// What lies beside the log: notes of who is behind a pseudonym, and undo files.
pub(super) fn records(history: Option<&History>, names: &BTreeSet<String>) -> Vec<HeldRecord> {
    let Some(history) = history else {
        return Vec::new();
    };
    let mut held = Vec::new();
    let has = |name: &str| names.contains(&canonical(name));
    let notes = history.people.all();
    let notes = notes.filter(|one| has(&one.key) || has(&one.login));
    let mut by_pseudonym: BTreeMap<&str, u64> = BTreeMap::new();
    for note in notes {
        *by_pseudonym.entry(&note.pseudonym).or_default() += 1;
    }
    for (pseudonym, count) in by_pseudonym {
        held.push(HeldRecord {
            kind: "Who is behind a pseudonym".to_owned(),
            location: format!("people, in {}", history.place.replace('`', "")),
            holds: format!(
                "{} of user key, login id and name, behind {pseudonym}",
                counted(count, "note", "notes")
            ),
            until: "as long as the runs of the log, or until forgotten".to_owned(),
        });
    }
    for (kept, document) in &history.undo {
        let accounts = document.units.iter().flat_map(|unit| &unit.accounts);
        let own = accounts.filter(|account| is_in_undo(account, names));
        let taken: usize = own.map(|account| account.taken.len()).sum();
        if taken > 0 {
            held.push(HeldRecord {
                kind: "Undo file".to_owned(),
                location: format!("{}, in {}", kept.key, history.place.replace('`', "")),
                holds: format!(
                    "login id, name and address, and {} that a run took, with the values before",
                    counted(taken as u64, "thing", "things")
                ),
                until: kept.valid_until.to_string(),
            });
        }
    }
    held
}

fn is_in_undo(account: &UndoAccount, names: &BTreeSet<String>) -> bool {
    let has = |name: &str| names.contains(&canonical(name));
    has(account.login.as_str())
        || account.email.as_deref().is_some_and(has)
        || account.person.as_deref().is_some_and(has)
}

/// Snapshots and worklists that are kept beside the project.
pub(super) fn files(
    reading: &Reading<'_>,
    names: &BTreeSet<String>,
) -> Result<Vec<HeldRecord>, Failure> {
    let opened = reading.opened;
    let root = opened.project.root();
    let has = |name: &str| names.contains(&canonical(name));
    let shown = |path: &std::path::Path| {
        let inside = path.strip_prefix(root).unwrap_or(path);
        inside.display().to_string()
    };
    let mut held = Vec::new();
    for unit in opened.units() {
        let settings = opened.project.portals().get(unit.portal());
        let own = settings.filter(|settings| settings.via == Route::Worklist);
        let own = own.and_then(|settings| settings.snapshots.as_deref());
        let path = snapshots::path(root, own, unit.portal(), unit.organisation())?;
        if !path.is_file() {
            continue;
        }
        let snapshot = snapshots::read(&path)?;
        let accounts = snapshot.accounts.iter();
        for account in accounts {
            if has(&account.login) || account.email.as_deref().is_some_and(has) {
                held.push(HeldRecord {
                    kind: "Snapshot".to_owned(),
                    location: shown(&path),
                    holds: format!(
                        "the account as it was on {}: login id, name, address, days, {}",
                        snapshot.taken,
                        counted(account.areas.len() as u64, "area", "areas")
                    ),
                    until: "the next snapshot".to_owned(),
                });
            }
        }
    }
    for (path, list) in worklist::kept(opened)? {
        let steps = list.steps().filter(|step| has(&step.login)).count() as u64;
        if steps > 0 {
            held.push(HeldRecord {
                kind: "Worklist".to_owned(),
                location: shown(&path),
                holds: format!(
                    "{} with login id and name, also as Markdown and HTML beside it",
                    counted(steps, "step", "steps")
                ),
                until: "the next apply writes another".to_owned(),
            });
        }
    }
    Ok(held)
}

/// How long each is kept.
pub(super) fn keeping(reading: &Reading<'_>) -> Vec<Keeping> {
    let log = match reading.opened.project.records().keep_days {
        Some(days) => format!("{days} days after the end of a run (`records.keep_days`)"),
        None => "without end: the project sets no `records.keep_days`".to_owned(),
    };
    let rows = [
        (
            "The files",
            "until somebody takes the lines out; git keeps what was there",
            "`beadle user leave PERSON --remove`",
        ),
        (
            "Accounts at the portals",
            "as each portal keeps them",
            "ask the portal; `beadle apply` ends access",
        ),
        ("The audit log", &log, "`beadle audit prune`"),
        (
            "Who is behind a pseudonym",
            "as long as the runs of the log",
            "`beadle audit forget PERSON`",
        ),
        (
            "Undo files",
            "7 days after the run",
            "`beadle audit forget PERSON`",
        ),
        (
            "Worklists and snapshots",
            "until the next one is written in its place",
            "delete the file",
        ),
        (
            "Saved plans, reports, logs of pipelines",
            "beadle does not know where they are",
            "look where you keep them",
        ),
    ];
    rows.map(|(what, how_long, sooner)| Keeping {
        what: what.to_owned(),
        how_long: how_long.to_owned(),
        sooner: sooner.to_owned(),
    })
    .to_vec()
}
