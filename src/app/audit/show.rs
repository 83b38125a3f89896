//! `beadle audit show`: the lines that were asked for, for people, for programs or for a spreadsheet.

use std::collections::BTreeSet;

use super::Format;
use super::csv::Table;
use super::shown::Shown;
use crate::app::{Exit, Failure, Screen};
use crate::record::Store;
use crate::record::audit::{
    self, CallEntry, Entry, Line, MarkEntry, OutcomeEntry, SealedLine, Start,
};
use crate::report::{counted, escape};

/// What was found while the log was read.
#[derive(Default)]
struct Found {
    /// Lines that were shown.
    shown: u64,
    /// Lines that cannot be read.
    unsound: u64,
    /// Whether any run is of the name asked for.
    run: bool,
}

impl Shown<'_> {
    fn text(&self, line: &Line) -> String {
        let time = line.time.strftime("%F %T UTC");
        let said = match &line.entry {
            Entry::Start(start) => self.text_of_start(start, &line.run),
            Entry::Call(call) => self.text_of_call(call),
            Entry::Mark(mark) => self.text_of_mark(mark),
            Entry::Outcome(OutcomeEntry {
                call,
                outcome,
                message,
            }) => {
                let because = message.as_ref().map(|why| format!(": {why}"));
                format!("call {call} {outcome}{}", because.unwrap_or_default())
            }
            Entry::End(end) => {
                let why = end.stopped.as_ref().map(|why| format!("; stopped: {why}"));
                let (done, left) = (end.done, end.left);
                format!("end: {done} done, {left} left{}", why.unwrap_or_default())
            }
        };
        format!("{time}  {}", escape::terminal(&said))
    }

    fn text_of_start(&self, start: &Start, run: &str) -> String {
        let actor = self.actor(&start.actor);
        let commit = start.commit.as_ref().map(|commit| format!(" at {commit}"));
        let plan = if start.plan.is_empty() {
            String::new()
        } else {
            format!(", plan {}", start.plan)
        };
        let forgotten = match start.forgotten.len() as u64 {
            0 => String::new(),
            many => format!(", {} taken out", counted(many, "old run", "old runs")),
        };
        format!(
            "run {run}: {} by {actor}{}{plan}, {}{forgotten}",
            start.command,
            commit.unwrap_or_default(),
            counted(start.calls, "call", "calls")
        )
    }

    fn text_of_call(&self, call: &CallEntry) -> String {
        let actions = call.actions.iter().map(|action| {
            let area = action.area.as_ref().map(|area| format!(" {area}"));
            let place = action.place.as_ref().map(|place| format!(", {place}"));
            format!(
                "{}{} {} ({}{})",
                action.action,
                area.unwrap_or_default(),
                self.name(&action.person),
                action.reason,
                place.unwrap_or_default()
            )
        });
        let actions: Vec<String> = actions.collect();
        format!(
            "call {} {} at {} for {}: {}",
            call.call,
            call.save,
            call.portal,
            call.organisation,
            actions.join("; ")
        )
    }

    fn text_of_mark(&self, mark: &MarkEntry) -> String {
        let area = mark.area.as_ref().map(|area| format!(" {area}"));
        let by = mark.by.as_ref().map(|by| format!(" by {}", self.name(by)));
        let place = mark.place.as_ref().map(|place| format!(" ({place})"));
        format!(
            "marked as done{} at {} for {}: {}{} {}{}",
            by.unwrap_or_default(),
            mark.portal,
            mark.organisation,
            super::csv::word(mark.kind),
            area.unwrap_or_default(),
            self.name(&mark.person),
            place.unwrap_or_default()
        )
    }

    /// The line as it was written; without whoever ran it, where that is not to be shown.
    fn json(&self, sealed: &SealedLine) -> Result<String, Failure> {
        let mut sealed = sealed.clone();
        if let Entry::Start(start) = &mut sealed.line.entry {
            start.actor = self.actor(&start.actor);
        }
        let text = serde_json::to_string(&sealed).map_err(|error| Failure::Output(error.into()))?;
        Ok(escape::json(&text).into_owned())
    }
}

/// Shows what was asked for, and says where there is no such person or run.
pub(super) async fn show(
    store: &dyn Store,
    shown: &Shown<'_>,
    format: Format,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let mut found = Found::default();
    let mut table = (format == Format::Csv).then(Table::new).transpose()?;
    for segment in audit::segments(store).await? {
        if !shown.has_run(&segment.run) {
            continue;
        }
        found.run = true;
        let (lines, torn) = audit::lines(store, &segment).await?;
        if torn.is_some() {
            screen.warn(&format!(
                "`{}` ends within a line, as a crash leaves it; half a line is not shown",
                escape::terminal(&segment.name)
            ));
        }
        let mut open = BTreeSet::new();
        for line in lines {
            let Ok(sealed) = line else {
                found.unsound += 1;
                continue;
            };
            if let (Some(table), Entry::Start(start)) = (&mut table, &sealed.line.entry) {
                table.begin(&sealed.line.run, start);
            }
            if !shown.has(&sealed.line) || !shown.touches(&sealed.line, &mut open) {
                continue;
            }
            found.shown += 1;
            match (format, &mut table) {
                (Format::Text, _) => writeln!(screen.out(), "{}", shown.text(&sealed.line))?,
                (Format::Json, _) => writeln!(screen.out(), "{}", shown.json(&sealed)?)?,
                (Format::Csv, Some(table)) => table.take(&sealed.line, shown),
                (Format::Csv, None) => {}
            }
        }
        if let Some(table) = &mut table {
            table.end_run()?;
        }
    }
    if let Some(table) = table {
        write!(screen.out(), "{}", table.finish()?)?;
    }
    tell(&found, shown, screen)
}

/// What the lines do not say: that there are none, and why.
fn tell(found: &Found, shown: &Shown<'_>, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let which = shown.which;
    if found.unsound > 0 {
        let lines = counted(found.unsound, "line", "lines");
        screen.warn(&format!(
            "{lines} cannot be read; `beadle audit verify` says which"
        ));
        return Ok(Exit::Failed);
    }
    if let (Some(run), false) = (&which.run, found.run) {
        let run = escape::terminal(run);
        return Err(Failure::Usage(format!(
            "the audit log has no run `{run}`; `beadle audit show` names them"
        )));
    }
    if let (Some(person), false, 0) = (&which.person, shown.known, found.shown) {
        let whom = if shown.covered {
            "that person".to_owned()
        } else {
            format!("`{}`", escape::terminal(person))
        };
        return Err(Failure::Usage(format!(
            "{whom} is not known to the audit log: no run touched them, or they were forgotten; name the user key, the login id or the pseudonym"
        )));
    }
    if found.shown == 0 {
        screen.warn("the audit log has nothing of that kind");
    }
    Ok(Exit::Done)
}
