//! The log as a table: one row an action or a mark, with what became of it. Every cell is text that
//! no spreadsheet takes for a formula.

use std::collections::BTreeMap;
use std::io;

use super::shown::Shown;
use crate::app::Failure;
use crate::model::worklist::WorkKind;
use crate::record::audit::{ActionEntry, CallEntry, Entry, Line, MarkEntry, OutcomeEntry, Start};
use crate::report::escape;

const HEADINGS: [&str; 18] = [
    "time",
    "run",
    "command",
    "actor",
    "commit",
    "organisation",
    "portal",
    "portal_organisation",
    "call",
    "save",
    "action",
    "area",
    "person",
    "name",
    "reason",
    "place",
    "outcome",
    "message",
];

/// The rows as they come.
pub(super) struct Table {
    out: csv::Writer<Vec<u8>>,
    run: String,
    start: Option<Start>,
    /// The rows of each call, which wait for its outcome.
    calls: BTreeMap<u64, Vec<Row>>,
    /// Rows that wait for nothing.
    marks: Vec<Row>,
}

/// One row, in the order of the headings.
type Row = [String; HEADINGS.len()];

/// The word for a kind of step, as worklists write it.
pub(super) fn word(kind: WorkKind) -> String {
    let value = serde_json::to_value(kind).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

impl Table {
    /// With its headings.
    pub(super) fn new() -> Result<Self, Failure> {
        let mut out = csv::WriterBuilder::new()
            .quote_style(csv::QuoteStyle::Always)
            .from_writer(Vec::new());
        out.write_record(HEADINGS).map_err(unwritten)?;
        Ok(Self {
            out,
            run: String::new(),
            start: None,
            calls: BTreeMap::new(),
            marks: Vec::new(),
        })
    }

    /// A run begins, whether or not its first line is shown.
    pub(super) fn begin(&mut self, run: &str, start: &Start) {
        run.clone_into(&mut self.run);
        self.start = Some(start.clone());
    }

    /// One line that is shown.
    pub(super) fn take(&mut self, line: &Line, shown: &Shown<'_>) {
        match &line.entry {
            Entry::Call(call) => {
                let actions = call.actions.iter();
                let rows = actions.map(|action| self.of_action(line, call, action, shown));
                let rows = rows.collect();
                self.calls.insert(call.call, rows);
            }
            Entry::Outcome(OutcomeEntry {
                call,
                outcome,
                message,
            }) => {
                for row in self.calls.get_mut(call).into_iter().flatten() {
                    let [.., known, why] = row;
                    outcome.clone_into(known);
                    *why = message.clone().unwrap_or_default();
                }
            }
            Entry::Mark(mark) => {
                let row = self.of_mark(line, mark, shown);
                self.marks.push(row);
            }
            Entry::Start(_) | Entry::End(_) => {}
        }
    }

    /// Writes the rows of a run.
    pub(super) fn end_run(&mut self) -> Result<(), Failure> {
        let calls = std::mem::take(&mut self.calls).into_values().flatten();
        for row in calls.chain(std::mem::take(&mut self.marks)) {
            let cells = row.iter().map(|cell| escape::cell(cell));
            self.out
                .write_record(cells.map(String::into_bytes))
                .map_err(unwritten)?;
        }
        self.start = None;
        Ok(())
    }

    /// The whole table.
    pub(super) fn finish(self) -> Result<String, Failure> {
        let bytes = self
            .out
            .into_inner()
            .map_err(|error| Failure::Output(io::Error::other(error.to_string())))?;
        String::from_utf8(bytes).map_err(|error| Failure::Output(io::Error::other(error)))
    }

    fn of_action(
        &self,
        line: &Line,
        call: &CallEntry,
        action: &ActionEntry,
        shown: &Shown<'_>,
    ) -> Row {
        let [time, run, command, actor, commit] = self.of_run(line, shown);
        [
            time,
            run,
            command,
            actor,
            commit,
            call.organisation.clone(),
            call.portal.clone(),
            call.portal_organisation.clone(),
            call.call.to_string(),
            call.save.clone(),
            action.action.clone(),
            action.area.clone().unwrap_or_default(),
            action.person.clone(),
            named(&action.person, shown),
            action.reason.clone(),
            action.place.clone().unwrap_or_default(),
            String::new(),
            String::new(),
        ]
    }

    fn of_mark(&self, line: &Line, mark: &MarkEntry, shown: &Shown<'_>) -> Row {
        let [time, run, command, actor, commit] = self.of_run(line, shown);
        let by = mark
            .by
            .as_deref()
            .map(|by| format!("by {}", shown.name(by)));
        [
            time,
            run,
            command,
            actor,
            commit,
            mark.organisation.clone(),
            mark.portal.clone(),
            mark.portal_organisation.clone(),
            String::new(),
            String::new(),
            word(mark.kind),
            mark.area.clone().unwrap_or_default(),
            mark.person.clone(),
            named(&mark.person, shown),
            String::new(),
            mark.place.clone().unwrap_or_default(),
            "marked".to_owned(),
            by.unwrap_or_default(),
        ]
    }

    fn of_run(&self, line: &Line, shown: &Shown<'_>) -> [String; 5] {
        let start = self.start.as_ref();
        let actor = start.map(|start| shown.actor(&start.actor));
        [
            line.time.strftime("%FT%TZ").to_string(),
            self.run.clone(),
            start.map(|start| start.command.clone()).unwrap_or_default(),
            actor.unwrap_or_default(),
            start
                .and_then(|start| start.commit.clone())
                .unwrap_or_default(),
        ]
    }
}

/// The name behind a pseudonym; nothing where it is not known, or not to be shown.
fn named(pseudonym: &str, shown: &Shown<'_>) -> String {
    let name = shown.name(pseudonym);
    if name == pseudonym {
        String::new()
    } else {
        name.to_owned()
    }
}

fn unwritten(error: csv::Error) -> Failure {
    Failure::Output(io::Error::other(error))
}
