//! Worklists as Markdown with tick boxes. Clicks are code, so that nothing in them is markup.

use std::fmt::Write as _;

use super::{CANNOT_BE_UNDONE, HOW_TO_MARK, OTHERS_STAY};
use crate::model::worklist::{Page, Step, Worklist};
use crate::report::escape::{markdown, markdown_code};

/// The worklists, each under a heading of its own.
#[must_use]
pub fn worklists_markdown(lists: &[&Worklist]) -> String {
    let lists: Vec<String> = lists.iter().map(|list| worklist(list)).collect();
    lists.join("\n")
}

/// Writing to a string cannot fail.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {
        let _ = writeln!($out, $($text)*);
    };
}

fn worklist(list: &Worklist) -> String {
    let mut out = String::new();
    put!(
        out,
        "# Worklist: {}, {}\n",
        markdown(&list.organisation_name),
        markdown(&list.portal_title)
    );
    put!(out, "Planned for {}: {}.", list.day, super::counts(list));
    if let Some(warning) = super::irreversible(list) {
        put!(out, "**{warning}**");
    }
    put!(out, "Follow the order: it is safe to stop after any page.");
    put!(out, "{HOW_TO_MARK}");
    for page in &list.pages {
        put!(out, "\n## {}\n", markdown(&page.title));
        write_page(list, page, &mut out);
    }
    out
}

fn write_page(list: &Worklist, page: &Page, out: &mut String) {
    if !page.open.is_empty() {
        put!(out, "Open: {}\n", clicks(&page.open));
    }
    if page.others_stay {
        put!(out, "{OTHERS_STAY}\n");
    }
    for step in &page.steps {
        write_step(list, page, step, out);
    }
    if !page.save.is_empty() {
        put!(out, "\nThen save, once: {}", clicks(&page.save));
    }
}

fn write_step(list: &Worklist, page: &Page, step: &Step, out: &mut String) {
    let tick = if step.done.is_some() { 'x' } else { ' ' };
    put!(
        out,
        "- [{tick}] **{}. {}** {}",
        step.number,
        markdown(&step.title),
        markdown_code(&step.id)
    );
    if let Some(why) = &step.irreversible {
        put!(out, "  - **{CANNOT_BE_UNDONE}:** {}", markdown(why));
    }
    put!(
        out,
        "  - who: {}, {}",
        markdown(&step.name),
        markdown_code(&step.login)
    );
    for early in super::waits(list, page, step) {
        put!(out, "  - {}", markdown(&early));
    }
    if super::are_long(&step.clicks) {
        put!(out, "  - click:");
        for (number, click) in (1..).zip(&step.clicks) {
            put!(out, "    {number}. {}", markdown(click));
        }
    } else if !step.clicks.is_empty() {
        put!(out, "  - click: {}", clicks(&step.clicks));
    }
    if let Some(seen) = &step.seen {
        put!(out, "  - then seen: {}", markdown(seen));
    }
    for note in &step.notes {
        put!(out, "  - note: {}", markdown(note));
    }
    let source = step.source.as_deref().map(markdown_code);
    let source = source.map_or(String::new(), |source| format!(" ({source})"));
    put!(out, "  - why: {}{source}", markdown(&step.why));
    if let Some(mark) = &step.done {
        put!(out, "  - {}", markdown(&super::mark(mark)));
    }
}

fn clicks(clicks: &[String]) -> String {
    let clicks: Vec<String> = clicks.iter().map(|click| markdown_code(click)).collect();
    clicks.join(" → ")
}
