//! What stops a plan: guardrails that refuse it, faults of the files, and what could not be read.

use std::collections::BTreeSet;

use super::MarkdownOptions;
use super::fit::{LeftOut, Level, Piece, Section};
use super::phrase;
use super::topics::folded;
use crate::model::plan::Problem;
use crate::report::escape::terminal_lines;
use crate::report::overview::{Overview, Refused};
use crate::report::words::{self, counted};

/// Most organisations that could not be read and are named.
const NAMED: usize = 20;
/// Organisations at portals whose refusals stand open.
const FIRST: usize = 10;

/// What could not be read: nothing can be said of it.
pub(super) fn unread<'p>(options: &MarkdownOptions) -> Option<Section<'p>> {
    let unread = &options.unread;
    if unread.is_empty() {
        return None;
    }
    let count = counted(
        unread.len() as u64,
        "organisation could not be read",
        "organisations could not be read",
    );
    let names = unread.iter().take(NAMED).map(|(organisation, portal)| {
        format!(
            "{} at {}",
            phrase::code(organisation.as_str()),
            phrase::code(portal.as_str())
        )
    });
    let names: Vec<String> = names.collect();
    let more = match unread.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(Section::fixed(format!(
        "\n❗ **{count}, and nothing is planned there**: {}{more}. The log of the run says why.\n",
        names.join(", ")
    )))
}

/// What refuses the plan: how much, the first few, what else there is to do, and, folded, the others
/// and the waivers. Only how much it is stays at any size: whom the plan is about matters more.
pub(super) fn refusals<'p>(overview: &Overview<'p>) -> Vec<Section<'p>> {
    let found = &overview.refusals;
    if found.is_empty() {
        return Vec::new();
    }
    let (first, others) = found.split_at(found.len().min(FIRST));
    let (count, organisations) = (overview.counts.refusals, overview.refused_organisations());
    let limits = counted(count, "limit refuses it", "limits refuse it");
    let at = match organisations {
        0 => String::new(),
        some => format!(", at {}", counted(some, "organisation", "organisations")),
    };
    let pieces = first.iter().map(|it| refused(it, Level::Stops));
    let head = format!("\n⛔ **{limits}{at}**\n\n");
    let foot = otherwise(found);
    let mut sections = vec![Section::new(head, pieces.collect(), others_refuse, foot)];
    if !others.is_empty() {
        let others_count = others.len();
        let (head, foot) = folded(&format!("⛔ What else refuses it: {others_count} more"));
        let pieces = others.iter().map(|it| refused(it, Level::Refusals));
        sections.push(Section::new(head, pieces.collect(), others_refuse, foot));
    }
    sections.push(waivers(found));
    sections
}

fn refused<'p>(refused: &Refused<'p>, level: Level) -> Piece<'p> {
    let portal = phrase::text(refused.portal.as_str());
    let whose = match refused.organisation {
        Some(_) => format!("{}, {portal}", phrase::text(refused.name)),
        None => format!("all of {portal}"),
    };
    let refusals = refused.refusals.iter();
    let said: Vec<String> = refusals.map(|it| phrase::sentence(&it.message)).collect();
    let text = format!("- **{whose}**: {}\n", said.join("; "));
    Piece::new(text, said.len() as u64).or_nothing(level)
}

fn others_refuse(left_out: &LeftOut<'_>) -> String {
    let LeftOut {
        things,
        more,
        pieces: _,
        places: _,
        people: _,
    } = left_out;
    let refuse = match things {
        1 => "limit refuses it",
        _ => "limits refuse it",
    };
    format!("- {things} {more}{refuse}; `beadle plan` shows them all\n")
}

/// What else there is to do, once for each guardrail.
fn otherwise(found: &[Refused<'_>]) -> String {
    let guardrails = found.iter().flat_map(|it| &it.refusals);
    let guardrails: BTreeSet<_> = guardrails.map(|refusal| refusal.guardrail).collect();
    let mut said: Vec<&str> = Vec::new();
    for guardrail in guardrails {
        let way = words::otherwise(guardrail);
        if !said.contains(&way) {
            said.push(way);
        }
    }
    format!("\n{}.\n", said.join(". "))
}

/// The waivers that would allow it, under one fence.
fn waivers<'p>(found: &[Refused<'p>]) -> Section<'p> {
    let waivers: Vec<&str> = found.iter().flat_map(Refused::waivers).collect();
    let count = counted(
        waivers.len() as u64,
        "a waiver, to be reviewed",
        "waivers, to be reviewed",
    );
    let count = count.strip_prefix("1 ").unwrap_or(&count);
    let fence = fence(&waivers);
    let (head, foot) = folded(&format!("If it is meant: {count}"));
    let pieces = waivers.iter().map(|waiver| {
        let lines = terminal_lines(waiver.trim_end());
        Piece::new(format!("{lines}\n"), 1).or_nothing(Level::Waivers)
    });
    let left_out = |it: &LeftOut<'_>| {
        let LeftOut { things, more, .. } = it;
        format!("# {things} {more}that do not fit here: `beadle plan` shows them all\n")
    };
    Section::new(
        format!("{head}{fence}yaml\n"),
        pieces.collect(),
        left_out,
        format!("{fence}\n{foot}"),
    )
}

/// A fence that nothing in some lines closes.
fn fence(texts: &[&str]) -> String {
    let (mut longest, mut run) = (2, 0);
    for character in texts.iter().flat_map(|text| text.chars()) {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(longest + 1)
}

/// Faults of the files that the live answer shows.
pub(super) fn problems<'p>(overview: &Overview<'p>) -> Option<Section<'p>> {
    let units = overview.plan.units.iter();
    let problems = units.flat_map(|unit| &unit.problems);
    let pieces: Vec<Piece<'p>> = problems.map(problem).collect();
    let count = counted(pieces.len() as u64, "fault", "faults");
    let head = format!("\n⛔ **{count} in the files: nothing is applied until mended**\n\n");
    let left_out = |it: &LeftOut<'_>| {
        let LeftOut { pieces, more, .. } = it;
        let faults = if *pieces == 1 { "fault" } else { "faults" };
        format!("- {pieces} {more}{faults}; `beadle plan` shows them all\n")
    };
    let none = pieces.is_empty();
    let section = Section::new(head, pieces, left_out, String::new());
    (!none).then_some(section)
}

fn problem<'p>(problem: &Problem) -> Piece<'p> {
    let Problem {
        code,
        message,
        source,
        help,
    } = problem;
    let mut said = format!("- `{code}`: {}", phrase::sentence(message));
    if let Some(source) = source {
        said.push_str(&format!(" · {}", phrase::file_line(source)));
    }
    if let Some(help) = help {
        said.push_str(&format!(" · help: {}", phrase::sentence(help)));
    }
    said.push('\n');
    Piece::new(said, 1).or_nothing(Level::Stops)
}
