//! What is live against what is desired, as a unified diff of two organisation files: for those
//! who would rather read YAML than a list of actions.
//!
//! It compares text; what is an action is the planner's to say.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use super::escape;
use super::organisation_file::{OrganisationFile, Place};

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
pub fn plan_diff(pairs: &[DiffPair], colour: bool, out: &mut dyn Write) -> io::Result<()> {
    for pair in pairs {
        pair_diff(pair, &Palette::new(colour), out)?;
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
    let diff = TextDiff::from_lines(&before, &after);
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        line(out, palette.hunk, &hunk.header().to_string())?;
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', palette.removed),
                ChangeTag::Insert => ('+', palette.added),
                ChangeTag::Equal => (' ', palette.same),
            };
            let text = change.value().trim_end_matches('\n');
            line(out, style, &format!("{sign}{text}"))?;
        }
    }
    Ok(())
}

fn line(out: &mut dyn Write, style: Style, text: &str) -> io::Result<()> {
    let text = escape::terminal(text);
    writeln!(out, "{style}{text}{style:#}")
}
