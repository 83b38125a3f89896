//! What is live against what is desired, as a unified diff of two organisation files: for those
//! who would rather read YAML than a list of actions.
//!
//! It compares text; what is an action is the planner's to say.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use super::escape;
use super::organisation_file::{OrganisationFile, Place};
use super::text::TextOptions;

/// The two sides of one organisation at one portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffPair {
    /// What is live.
    pub live: OrganisationFile,
    /// What is desired.
    pub desired: OrganisationFile,
}

/// Writes the differences of every pair, in the order given; nothing for a pair without any.
///
/// # Errors
/// Those of `out`.
pub fn plan_diff(pairs: &[DiffPair], options: &TextOptions, out: &mut dyn Write) -> io::Result<()> {
    for pair in pairs {
        pair_diff(pair, &Palette::new(!options.plain), out)?;
    }
    Ok(())
}

/// The colours that git uses.
struct Palette {
    header: Style,
    hunk: Style,
    removed: Style,
    added: Style,
    same: Style,
}

impl Palette {
    fn new(colour: bool) -> Self {
        let style = |style: Style| if colour { style } else { Style::new() };
        Self {
            header: style(Style::new().bold()),
            hunk: style(AnsiColor::Cyan.on_default()),
            removed: style(AnsiColor::Red.on_default()),
            added: style(AnsiColor::Green.on_default()),
            same: Style::new(),
        }
    }
}

fn pair_diff(pair: &DiffPair, palette: &Palette, out: &mut dyn Write) -> io::Result<()> {
    let DiffPair { live, desired } = pair;
    let before = live.yaml(Place::Comparison);
    let after = desired.yaml(Place::Comparison);
    if before == after {
        return Ok(());
    }
    let name = format!("{}/{}.yaml", live.portal, live.organisation);
    line(out, palette.header, &format!("--- live/{name}"))?;
    line(out, palette.header, &format!("+++ desired/{name}"))?;
    hunks(&before, &after, palette, out)
}

/// Writes what an edit makes of one file, under its name, as a unified diff.
///
/// # Errors
/// Those of `out`.
pub fn file_diff(
    name: &str,
    (before, after): (&str, &str),
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let palette = Palette::new(!options.plain);
    line(out, palette.header, &format!("--- a/{name}"))?;
    line(out, palette.header, &format!("+++ b/{name}"))?;
    hunks(before, after, &palette, out)
}

/// How many lines an edit takes out of a text, and how many it puts in.
#[must_use]
pub fn changed_lines(before: &str, after: &str) -> (usize, usize) {
    let diff = TextDiff::from_lines(before, after);
    let count = |wanted: ChangeTag| {
        let changes = diff.iter_all_changes();
        changes.filter(|change| change.tag() == wanted).count()
    };
    (count(ChangeTag::Delete), count(ChangeTag::Insert))
}

fn hunks(before: &str, after: &str, palette: &Palette, out: &mut dyn Write) -> io::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        line(out, palette.hunk, &hunk.header().to_string())?;
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', palette.removed),
                ChangeTag::Insert => ('+', palette.added),
                ChangeTag::Equal => (' ', palette.same),
            };
            let text = change.value().trim_end_matches(['\n', '\r']);
            line(out, style, &format!("{sign}{text}"))?;
            if change.missing_newline() {
                line(out, palette.same, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

fn line(out: &mut dyn Write, style: Style, text: &str) -> io::Result<()> {
    let text = escape::terminal(text);
    writeln!(out, "{style}{text}{style:#}")
}
