//! Why somebody has or lacks access, as text for people: the answer first, then the lines that make
//! it so, then what the next plan does, then what is missing. Layout only.

use std::collections::BTreeSet;
use std::io::{self, Write};

use jiff::civil::Date;

use super::TextOptions;
use super::canvas::{Canvas, Tone};
use crate::model::explanation::{
    Answer, Explanation, Fragment, How, Line, LiveKnown, Next, Remark, State, Turn,
    UnitExplanation, Why, WhyDoor,
};
use crate::report::words::counted;

/// Longest line of YAML that is shown whole, in characters.
const LONGEST: usize = 120;

/// Writes the whole answer.
///
/// # Errors
/// Those of `out`.
pub fn explanation_text(
    explanation: &Explanation,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut canvas = Canvas::new(options, out);
    let Explanation {
        format: _,
        beadle: _,
        day,
        person,
        area,
        units,
        remarks,
    } = explanation;
    canvas.put(Tone::Heading, &person.name)?;
    if person.key != person.name {
        canvas.put(Tone::Plain, &format!("  {}", person.key))?;
    }
    canvas.line(Tone::Faint, &format!("  on {day}"))?;
    if area.is_none() && !units.is_empty() {
        canvas.line(Tone::Plain, &summary(units))?;
    }
    for remark in remarks {
        alone(remark, 0, &mut canvas)?;
    }
    for unit in units {
        canvas.end_line()?;
        unit_lines(unit, area.is_some(), &mut canvas)?;
    }
    Ok(())
}

/// What it all amounts to.
fn summary(units: &[UnitExplanation]) -> String {
    let answers = || {
        units
            .iter()
            .flat_map(|unit| &unit.areas)
            .map(|area| &area.answer)
    };
    let count = |wanted: fn(&&Answer) -> bool| answers().filter(wanted).count() as u64;
    let asked = count(|answer| answer.asked);
    let implied = count(|answer| answer.implied && !answer.asked);
    let coming = count(|answer| answer.asked && answer.differs());
    let extra =
        count(|answer| !answer.asked && answer.differs() && answer.state != State::NotManaged);
    let mut parts = vec![format!(
        "The YAML asks for {}",
        if asked == 0 {
            "no area".to_owned()
        } else {
            counted(asked, "area", "areas")
        }
    )];
    if implied > 0 {
        parts.push(format!("{implied} more come with the right to administer"));
    }
    if coming > 0 {
        parts.push(format!("{coming} not live yet"));
    }
    if extra > 0 {
        parts.push(format!("{extra} live without being asked for"));
    }
    let unknown = units.iter().any(|unit| unit.live != LiveKnown::Read);
    let rights = units
        .iter()
        .flat_map(|unit| [Some(&unit.account), unit.admin.as_ref()]);
    let settled = |answer: &Answer| {
        let left_alone = answer.state == State::NotManaged || is_empty_shell(answer);
        answer.next.is_empty() && (left_alone || !answer.differs())
    };
    let rights_change = rights.flatten().any(|answer| !settled(answer));
    if unknown {
        parts.push("what is live is not known everywhere".to_owned());
    } else if rights_change {
        parts.push(
            "an account, or somebody's right to administer, differs from the YAML".to_owned(),
        );
    } else if coming == 0 && extra == 0 {
        parts.push("live agrees".to_owned());
    }
    format!("{}.", parts.join("; "))
}

fn unit_lines(unit: &UnitExplanation, one: bool, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let UnitExplanation {
        organisation: _,
        organisation_name,
        portal,
        login,
        live: _,
        unread,
        account,
        admin,
        areas,
        remarks,
    } = unit;
    canvas.put(Tone::Heading, &format!("{organisation_name} at {portal}"))?;
    if let Some(login) = login {
        canvas.put(Tone::Plain, &format!("  {login}"))?;
    }
    canvas.end_line()?;
    if let Some(unread) = unread {
        canvas.line(Tone::Bad, &format!("  live could not be read: {unread}"))?;
    }
    let account = |canvas: &mut Canvas<'_>| {
        answer_lines("account", account, canvas)?;
        match admin {
            Some(admin) if speaks(admin) => answer_lines("administrator", admin, canvas),
            _ => Ok(()),
        }
    };
    if !one {
        account(canvas)?;
    }
    for area in areas {
        let mut name = area.area.clone();
        if let Some(title) = area.title.as_ref().filter(|title| **title != name) {
            name = format!("{name} ({title})");
        }
        if area.sensitive {
            name = format!("{name}, sensitive");
        }
        answer_lines(&name, &area.answer, canvas)?;
    }
    if one {
        account(canvas)?;
    }
    for remark in remarks {
        alone(remark, 2, canvas)?;
    }
    Ok(())
}

/// Whether there is more to say than that somebody is no administrator.
fn speaks(answer: &Answer) -> bool {
    let Answer {
        asked,
        live,
        state: _,
        implied: _,
        from: _,
        until: _,
        why: _,
        next,
        missing,
    } = answer;
    *asked || *live == Some(true) || !next.is_empty() || !missing.is_empty()
}

fn answer_lines(name: &str, answer: &Answer, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let (tone, verdict) = verdict(answer);
    canvas.put(Tone::Heading, &format!("  {name}"))?;
    canvas.raw(": ")?;
    canvas.line(tone, verdict)?;
    let mut page = Page {
        canvas,
        shown: BTreeSet::new(),
    };
    for why in &answer.why {
        page.why(why)?;
    }
    let has = |codes: [&str; 3]| answer.missing.iter().any(|it| codes.contains(&it.code));
    if !has(["not-begun", "grant-not-begun", ""]) {
        let said = answer.why.iter().map(|why| why.from);
        page.turn("begins on", answer.from.as_ref(), said)?;
    }
    if !has(["ended", "ended-empty", "grant-ended"]) {
        let said = answer.why.iter().map(|why| why.until);
        page.turn("last day", answer.until.as_ref(), said)?;
    }
    for next in &answer.next {
        page.next(next)?;
    }
    for remark in &answer.missing {
        page.remark(remark, 4)?;
    }
    Ok(())
}

/// An ended account of which nothing is left but its name.
fn is_empty_shell(answer: &Answer) -> bool {
    answer.missing.iter().any(|it| it.code == "ended-empty")
}

fn verdict(answer: &Answer) -> (Tone, &'static str) {
    let shell = is_empty_shell(answer);
    match (answer.asked, answer.live, answer.state) {
        _ if answer.implied => (Tone::Good, "yes: administrators have every area"),
        (true, Some(true), _) => (Tone::Good, "yes"),
        (true, Some(false), _) => (
            Tone::Change,
            "not yet: the YAML asks for it, and it is not live",
        ),
        (true, None, _) => (Tone::Plain, "yes in the YAML; live is not known"),
        (false, None, _) => (Tone::Plain, "no in the YAML; live is not known"),
        (false, Some(true), State::NotManaged) => {
            (Tone::Plain, "live: the YAML leaves this to others")
        }
        (false, Some(true), _) if shell => (Tone::Plain, "no"),
        (false, Some(true), _) => (Tone::Take, "live, and the YAML does not ask for it"),
        (false, Some(false), _) => (Tone::Plain, "no"),
    }
}

/// Writes a remark that belongs to no answer.
fn alone(remark: &Remark, indent: usize, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let shown = BTreeSet::new();
    Page { canvas, shown }.remark(remark, indent)
}

/// The lines of one answer.
struct Page<'p, 'c> {
    canvas: &'p mut Canvas<'c>,
    /// Lines of files that were shown already.
    shown: BTreeSet<Line>,
}

impl Page<'_, '_> {
    fn why(&mut self, why: &Why) -> io::Result<()> {
        let Why {
            door,
            bundle,
            assignment,
            selected_by,
            holds,
            from,
            until,
            reason,
            place,
            lists,
            selects,
        } = why;
        let number = assignment.map_or_else(String::new, |number| format!(" {number}"));
        let mut text = match (door, bundle) {
            (WhyDoor::User, _) => "by the user's own entry".to_owned(),
            (WhyDoor::AreaView, _) => "by the organisation's `areas`".to_owned(),
            (WhyDoor::AdminList, _) => "by the organisation's `admins`".to_owned(),
            (WhyDoor::Bundle, Some(bundle)) => format!("by bundle `{bundle}` of the user's entry"),
            (WhyDoor::Bundle, None) => "by a bundle".to_owned(),
            (WhyDoor::Assignment, Some(bundle)) => {
                format!("by assignment{number}, bundle `{bundle}`")
            }
            (WhyDoor::Assignment, None) => format!("by assignment{number}"),
        };
        if let Some(word) = selected_by {
            text = format!("{text}, which selects the organisation by `{word}`");
        }
        if let Some(from) = from {
            text = format!("{text}, from {from}");
        }
        if let Some(until) = until {
            text = format!("{text}, until {until}");
        }
        if let Some(reason) = reason {
            text = format!("{text}, because: {reason}");
        }
        if !holds {
            text = format!("{text} (not on this day)");
        }
        self.canvas.line(Tone::Plain, &format!("    {text}"))?;
        for line in [place].into_iter().chain(lists).chain(selects) {
            self.place(line)?;
        }
        Ok(())
    }

    /// A first or last day; nothing where one place has said it already.
    fn turn(
        &mut self,
        what: &str,
        turn: Option<&Turn>,
        mut said: impl Iterator<Item = Option<Date>>,
    ) -> io::Result<()> {
        let Some(Turn { day, place }) = turn else {
            return Ok(());
        };
        let known = place
            .as_ref()
            .is_none_or(|place| self.shown.contains(place));
        if known && said.any(|said| said == Some(*day)) {
            return Ok(());
        }
        self.canvas
            .line(Tone::Plain, &format!("    {what} {day}"))?;
        place.as_ref().map_or(Ok(()), |place| self.place(place))
    }

    /// `file:line: text`, as other tools write it; each line once for one answer.
    fn place(&mut self, line: &Line) -> io::Result<()> {
        if !self.shown.insert(line.clone()) {
            return Ok(());
        }
        let Line { file, line, text } = line;
        self.canvas
            .put(Tone::Faint, &format!("      {file}:{line}"))?;
        if let Some(text) = text {
            let mut shown: String = text.chars().take(LONGEST).collect();
            if shown.len() < text.len() {
                shown.push('…');
            }
            self.canvas.raw(": ")?;
            self.canvas.put(Tone::Plain, &shown)?;
        }
        self.canvas.end_line()
    }

    fn next(&mut self, next: &Next) -> io::Result<()> {
        let Next {
            how,
            kind,
            what,
            because,
            place,
            clicks,
        } = next;
        let (tone, text) = match how {
            How::Planned => (Tone::Change, format!("next plan: {what} ({because})")),
            How::ByHand => (
                Tone::Change,
                format!("waits for a person: {what} ({because})"),
            ),
            How::HeldBack => (Tone::Take, format!("held back ({kind}): {because}")),
        };
        self.canvas.line(tone, &format!("    {text}"))?;
        if let Some(place) = place {
            self.place(place)?;
        }
        self.clicks(clicks, 6)
    }

    fn clicks(&mut self, clicks: &[String], indent: usize) -> io::Result<()> {
        for (number, click) in clicks.iter().enumerate() {
            self.canvas.raw(&" ".repeat(indent))?;
            self.canvas.put(Tone::Faint, &format!("{}) ", number + 1))?;
            self.canvas.line(Tone::Plain, click)?;
        }
        Ok(())
    }

    fn remark(&mut self, remark: &Remark, indent: usize) -> io::Result<()> {
        let Remark {
            code: _,
            message,
            place,
            people,
            write,
            clicks,
        } = remark;
        self.canvas.raw(&" ".repeat(indent))?;
        self.canvas.put(Tone::Plain, message)?;
        if !people.is_empty() {
            self.canvas
                .put(Tone::Plain, &format!(": {}", people.join(", ")))?;
        }
        self.canvas.end_line()?;
        if let Some(place) = place {
            self.place(place)?;
        }
        self.clicks(clicks, indent + 2)?;
        let Some(Fragment { file, yaml }) = write else {
            return Ok(());
        };
        self.canvas
            .line(Tone::Faint, &format!("      in {file}:"))?;
        for line in yaml.lines() {
            self.canvas.raw("        ")?;
            self.canvas.line(Tone::Give, line)?;
        }
        Ok(())
    }
}
