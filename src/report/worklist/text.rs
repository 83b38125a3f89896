//! The open steps of worklists as text for a terminal.

use std::io::{self, Write};

use anstyle::Style;

use super::{CANNOT_BE_UNDONE, OTHERS_STAY};
use crate::model::worklist::{Page, Step, Worklist};
use crate::report::escape::terminal;

const HEADING: Style = Style::new().bold();

/// Writes what is open, page by page. Styles are written; whoever owns the terminal strips them.
///
/// # Errors
/// Those of `out`.
pub fn worklists_text(lists: &[&Worklist], out: &mut dyn Write) -> io::Result<()> {
    for (index, list) in lists.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(
            out,
            "{HEADING}{} on {}{HEADING:#} ({} at {}): {}",
            terminal(&list.organisation_name),
            terminal(&list.portal_title),
            terminal(&list.organisation),
            terminal(&list.portal),
            super::counts(list)
        )?;
        for page in &list.pages {
            if page.steps.iter().any(|step| step.done.is_none()) {
                write_page(list, page, out)?;
            }
        }
    }
    Ok(())
}

fn write_page(list: &Worklist, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n  {HEADING}{}{HEADING:#}", terminal(&page.title))?;
    if !super::is_manual(page) {
        writeln!(out, "  open: {}", clicks(&page.open))?;
    }
    if page.others_stay {
        writeln!(out, "  {OTHERS_STAY}")?;
    }
    for step in page.steps.iter().filter(|step| step.done.is_none()) {
        write_step(list, page, step, out)?;
    }
    if !page.save.is_empty() {
        writeln!(out, "  then save, once: {}", clicks(&page.save))?;
    }
    Ok(())
}

fn write_step(list: &Worklist, page: &Page, step: &Step, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "  [ ] {:>3}. {} [{}]",
        step.number,
        terminal(&step.title),
        terminal(&step.id)
    )?;
    let mut line =
        |label: &str, text: &str| writeln!(out, "           {label}: {}", terminal(text));
    if let Some(why) = &step.irreversible {
        line(CANNOT_BE_UNDONE, why)?;
    }
    line("who", &format!("{}, {}", step.name, step.login))?;
    for early in super::waits(list, page, step) {
        line("wait", &early)?;
    }
    if super::are_long(&step.clicks) {
        for (number, click) in (1..).zip(&step.clicks) {
            line("click", &format!("{number}. {click}"))?;
        }
    } else if !step.clicks.is_empty() {
        line("click", &step.clicks.join(" > "))?;
    }
    if let Some(seen) = &step.seen {
        line("then seen", seen)?;
    }
    for note in &step.notes {
        line("note", note)?;
    }
    match &step.source {
        Some(source) => line("why", &format!("{} ({source})", step.why)),
        None => line("why", &step.why),
    }
}

fn clicks(clicks: &[String]) -> String {
    terminal(&clicks.join(" > ")).into_owned()
}
