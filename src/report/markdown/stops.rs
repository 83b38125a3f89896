//! What stops a plan: guardrails that refuse it, faults of the files, and what could not be read.

use super::MarkdownOptions;
use super::fit::{Level, Piece, Section, Weight};
use super::phrase;
use crate::model::plan::{Problem, Refusal};
use crate::report::escape::terminal_lines;
use crate::report::overview::Overview;
use crate::report::words::{counted, whose};

/// Most organisations that could not be read and are named.
const NAMED: usize = 20;

/// What could not be read: nothing can be said of it.
pub(super) fn unread(options: &MarkdownOptions) -> Option<Section> {
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

/// Guardrails' refusals, each with its way out.
pub(super) fn refusals(overview: &Overview<'_>) -> Option<Section> {
    let found = overview.plan.refusals.iter();
    let found = found.chain(&overview.review.refusals);
    let pieces: Vec<Piece> = found.map(refusal).collect();
    let left_out = |weight: Weight| {
        let more = counted(
            weight.pieces,
            "more limit refuses it",
            "more limits refuse it",
        );
        format!("\n⛔ **{more}.**\n")
    };
    let none = pieces.is_empty();
    let section = Section::new(String::new(), pieces, left_out, String::new());
    (!none).then_some(section)
}

fn refusal(refusal: &Refusal) -> Piece {
    let Refusal {
        guardrail,
        organisation,
        portal,
        message,
        waiver,
    } = refusal;
    let organisation = organisation.as_ref().map(AsRef::as_ref);
    let whose = whose(organisation, portal.as_str());
    let said = format!(
        "\n⛔ **Refused by `{}`** ({}): {}\n",
        guardrail.as_str(),
        phrase::text(&whose),
        phrase::sentence(message)
    );
    let (fold, end) = super::topics::folded("If it is meant: a waiver, to be reviewed");
    let whole = format!("{said}{fold}{}{end}", fenced("yaml", waiver));
    Piece::new(whole, 1, 1)
        .or(Level::Waivers, said)
        .or_nothing(Level::Stops)
}

/// Lines as they are, under a fence that nothing in them closes.
fn fenced(language: &str, lines: &str) -> String {
    let lines = terminal_lines(lines.trim_end());
    let mut longest = 2;
    let mut run = 0;
    for character in lines.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence}{language}\n{lines}\n{fence}\n")
}

/// Faults of the files that the live answer shows.
pub(super) fn problems(overview: &Overview<'_>) -> Option<Section> {
    let units = overview.plan.units.iter();
    let problems = units.flat_map(|unit| &unit.problems);
    let pieces: Vec<Piece> = problems.map(problem).collect();
    let count = counted(pieces.len() as u64, "fault", "faults");
    let head = format!("\n⛔ **{count} in the files: nothing is applied until mended**\n\n");
    let left_out = |weight: Weight| {
        let more = counted(weight.pieces, "more fault", "more faults");
        format!("- and {more}; `beadle plan` shows them all\n")
    };
    let none = pieces.is_empty();
    let section = Section::new(head, pieces, left_out, String::new());
    (!none).then_some(section)
}

fn problem(problem: &Problem) -> Piece {
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
    Piece::new(said, 1, 1).or_nothing(Level::Stops)
}
