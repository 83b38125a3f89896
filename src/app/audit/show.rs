//! `beadle audit show`: the lines that were asked for, for people, for programs or for a spreadsheet.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::csv::Table;
use super::{Format, Which};
use crate::app::{Exit, Failure, Screen};
use crate::record::Store;
use crate::record::audit::{
    self, CallEntry, Entry, Line, MarkEntry, OutcomeEntry, People, SealedLine, Start,
};
use crate::report::{counted, escape};

/// What is to be shown, and who is who.
pub(super) struct Shown<'w> {
    which: &'w Which,
    /// The pseudonyms of the person asked for.
    wanted: BTreeSet<String>,
    /// Whether the notes have that person.
    known: bool,
    /// Names by pseudonym; empty where nobody is to be named.
    names: BTreeMap<String, String>,
    /// Keep the name of whoever ran it out.
    covered: bool,
}

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

impl<'w> Shown<'w> {
    pub(super) fn of(which: &'w Which, people: People, named: bool, covered: bool) -> Self {
        let (mut wanted, mut known) = (BTreeSet::new(), false);
        if let Some(person) = &which.person {
            let pseudonyms = people.pseudonyms(person);
            known = !pseudonyms.is_empty();
            wanted.insert(person.trim().to_owned());
            wanted.extend(pseudonyms.into_iter().map(str::to_owned));
        }
        let all = people.all().filter(|_| named);
        let names = all.map(|person| {
            let name = if person.name == person.key {
                person.name.clone()
            } else {
                format!("{} <{}>", person.name, person.key)
            };
            (person.pseudonym.clone(), name)
        });
        Self {
            which,
            wanted,
            known,
            names: names.collect(),
            covered,
        }
    }

    fn has(&self, line: &Line) -> bool {
        let day = line.time.to_zoned(TimeZone::UTC).date();
        let Which {
            person: _,
            since,
            until,
            run: _,
            organisations: _,
            portals: _,
        } = self.which;
        since.is_none_or(|since| day >= since) && until.is_none_or(|until| day <= until)
    }

    fn has_run(&self, run: &str) -> bool {
        let asked = self.which.run.as_deref();
        asked.is_none_or(|asked| run.starts_with(asked.trim()))
    }

    /// Whether only what concerns somebody or something is asked for.
    fn is_narrowed(&self) -> bool {
        let Which {
            person,
            since: _,
            until: _,
            run: _,
            organisations,
            portals,
        } = self.which;
        person.is_some() || !organisations.is_empty() || !portals.is_empty()
    }

    fn concerns(&self, people: &[&str], organisation: &str, portal: &str) -> bool {
        let person = self.which.person.is_none();
        let touched = || people.iter().any(|one| self.wanted.contains(*one));
        let among = |names: &[String], name: &str| {
            names.is_empty() || names.iter().any(|one| one.trim() == name)
        };
        (person || touched())
            && among(&self.which.organisations, organisation)
            && among(&self.which.portals, portal)
    }

    /// Whether a line is about what was asked for; `open` holds the calls that are.
    fn touches(&self, line: &Line, open: &mut BTreeSet<u64>) -> bool {
        match &line.entry {
            Entry::Call(call) => {
                let people = call.people.iter().map(String::as_str);
                let people = people.chain(call.actions.iter().map(|one| one.person.as_str()));
                let people: Vec<&str> = people.collect();
                let about = self.concerns(&people, &call.organisation, &call.portal);
                if about {
                    open.insert(call.call);
                }
                about
            }
            Entry::Outcome(outcome) => open.contains(&outcome.call),
            Entry::Mark(mark) => {
                let people: Vec<&str> = mark
                    .by
                    .iter()
                    .chain([&mark.person])
                    .map(|one| &**one)
                    .collect();
                self.concerns(&people, &mark.organisation, &mark.portal)
            }
            Entry::Start(_) | Entry::End(_) => !self.is_narrowed(),
        }
    }

    /// Somebody's name, where it is known and may be shown; else the pseudonym.
    pub(super) fn name<'n>(&'n self, pseudonym: &'n str) -> &'n str {
        self.names.get(pseudonym).map_or(pseudonym, String::as_str)
    }

    /// Who ran it. A CI job's address names nobody.
    pub(super) fn actor(&self, actor: &str) -> String {
        match actor.rsplit_once('@') {
            _ if !self.covered || actor.contains("://") => actor.to_owned(),
            Some((_, machine)) => format!("somebody@{machine}"),
            None => "somebody".to_owned(),
        }
    }

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
