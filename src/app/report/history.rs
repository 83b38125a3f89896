//! What was done, for reports: the audit log read from its first run to its last, each action with
//! what became of it. Judges nothing; whether the log is as it was written, `audit verify` says.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::app::Failure;
use crate::app::record::Records;
use crate::config::Project;
use crate::model::undo::UndoDocument;
use crate::model::worklist::WorkKind;
use crate::record::audit::{self, ActionEntry, CallEntry, Entry, MarkEntry, OutcomeEntry, People};
use crate::record::undo::{self, Kept};
use crate::record::{Store, StoreError};

/// One action, or one step that somebody marked as done.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) time: Timestamp,
    pub(super) run: String,
    pub(super) command: String,
    pub(super) organisation: String,
    pub(super) portal: String,
    /// The action, or the kind of step.
    pub(super) what: String,
    /// Behind a pseudonym.
    pub(super) person: String,
    pub(super) area: Option<String>,
    pub(super) reason: String,
    pub(super) place: Option<String>,
    /// The last day that was carried out, where the log says so.
    pub(super) until: Option<Date>,
    pub(super) outcome: String,
    /// The step, of a mark.
    pub(super) step: Option<WorkKind>,
}

/// The records of a project.
pub(super) struct History {
    pub(super) place: String,
    pub(super) done: Vec<Done>,
    pub(super) people: People,
    /// Undo files that can be read.
    pub(super) undo: Vec<(Kept, UndoDocument)>,
    /// Lines that cannot be read.
    pub(super) unsound: u64,
    /// Whether there is any run.
    pub(super) any: bool,
}

/// How a mark is called.
const MARKED: &str = "marked as done";

impl Done {
    /// Whether the portal has, or has had, what was to be done.
    pub(super) fn is_done(&self) -> bool {
        matches!(
            self.outcome.as_str(),
            "done" | "found-done" | "accepted" | MARKED
        )
    }
}

impl History {
    /// Reads all that is recorded.
    ///
    /// # Errors
    /// When the place of records cannot be read.
    pub(super) async fn read(project: &Project) -> Result<Self, Failure> {
        let records = Records::open(project, false)?;
        let store = records.store.as_ref();
        let mut history = Self {
            place: store.place(),
            done: Vec::new(),
            people: People::read(store).await?,
            undo: undo_files(store).await.map_err(audit::AuditError::from)?,
            unsound: 0,
            any: false,
        };
        for segment in audit::segments(store).await? {
            history.any = true;
            let (lines, _) = audit::lines(store, &segment).await?;
            let mut run = Run::default();
            for line in lines {
                let Ok(sealed) = line else {
                    history.unsound += 1;
                    continue;
                };
                run.take(sealed.line);
            }
            history.done.extend(run.finish());
        }
        Ok(history)
    }

    /// What was done to whoever has one of these keys or login ids, the oldest first.
    pub(super) fn of<'h>(&'h self, names: &[&str]) -> Vec<&'h Done> {
        let pseudonyms: Vec<&str> = names
            .iter()
            .flat_map(|name| self.people.pseudonyms(name))
            .collect();
        let own = |done: &&Done| pseudonyms.contains(&done.person.as_str());
        let mut found: Vec<&Done> = self.done.iter().filter(own).collect();
        found.sort_by_key(|done| done.time);
        found
    }
}

async fn undo_files(store: &dyn Store) -> Result<Vec<(Kept, UndoDocument)>, StoreError> {
    let mut found = Vec::new();
    for kept in undo::list(store).await? {
        let Some(bytes) = store.read(&kept.key).await? else {
            continue;
        };
        // One that cannot be read names nobody whom anybody could find in it.
        if let Ok(document) = serde_json::from_slice::<UndoDocument>(&bytes) {
            found.push((kept, document));
        }
    }
    Ok(found)
}

/// One run while it is read.
#[derive(Default)]
struct Run {
    command: String,
    /// The actions of each call, which wait for its outcome.
    calls: BTreeMap<u64, Vec<Done>>,
    marks: Vec<Done>,
}

impl Run {
    fn take(&mut self, line: audit::Line) {
        let (time, run) = (line.time, line.run);
        match line.entry {
            Entry::Start(start) => self.command = start.command,
            Entry::Call(CallEntry {
                call,
                organisation,
                portal,
                portal_organisation: _,
                save: _,
                people: _,
                actions,
            }) => {
                let actions = actions.into_iter().map(|action| {
                    let ActionEntry {
                        action,
                        person,
                        area,
                        reason,
                        place,
                        until,
                    } = action;
                    Done {
                        time,
                        run: run.clone(),
                        command: self.command.clone(),
                        organisation: organisation.clone(),
                        portal: portal.clone(),
                        what: action,
                        person,
                        area,
                        reason,
                        place,
                        until,
                        outcome: "not known: the run was cut short".to_owned(),
                        step: None,
                    }
                });
                self.calls.insert(call, actions.collect());
            }
            Entry::Outcome(OutcomeEntry {
                call,
                outcome,
                message: _,
            }) => {
                for done in self.calls.get_mut(&call).into_iter().flatten() {
                    outcome.clone_into(&mut done.outcome);
                }
            }
            Entry::Mark(MarkEntry {
                organisation,
                portal,
                portal_organisation: _,
                kind,
                person,
                area,
                place,
                by: _,
                on: _,
            }) => self.marks.push(Done {
                time,
                run,
                command: self.command.clone(),
                organisation,
                portal,
                what: word(kind),
                person,
                area,
                reason: "a step for a person".to_owned(),
                place,
                until: None,
                outcome: MARKED.to_owned(),
                step: Some(kind),
            }),
            Entry::End(_) => {}
        }
    }

    fn finish(self) -> impl Iterator<Item = Done> {
        self.calls.into_values().flatten().chain(self.marks)
    }
}

/// The word for a kind of step, as worklists write it.
fn word(kind: impl Serialize) -> String {
    let value = serde_json::to_value(kind).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
