//! Worklists as one HTML page to print: no script, no network, nothing that is not in the page.
//! Boxes are squares to tick by pen; what cannot be undone is said in words and framed.

use std::fmt::Write as _;

use super::{CANNOT_BE_UNDONE, HOW_TO_MARK, OTHERS_STAY};
use crate::model::worklist::{Page, Step, Worklist};
use crate::report::escape::html;
use crate::report::paper;

const STYLE: &str = include_str!("style.css");

/// Writing to a string cannot fail.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {
        let _ = writeln!($out, $($text)*);
    };
}

/// The worklists as one page, each on sheets of its own.
#[must_use]
pub fn worklists_html(lists: &[&Worklist]) -> String {
    let title = match lists {
        [list] => format!(
            "Worklist: {}, {}",
            list.organisation_name, list.portal_title
        ),
        _ => "Worklists".to_owned(),
    };
    let mut out = paper::begin(&title, STYLE, None);
    for list in lists {
        worklist(list, &mut out);
    }
    paper::end(None, &mut out);
    out
}

fn worklist(list: &Worklist, out: &mut String) {
    put!(out, "<article class=\"paper\">\n<header>");
    put!(out, "<p class=\"kind\">Worklist</p>");
    put!(out, "<h1>{}</h1>", html(&list.organisation_name));
    put!(
        out,
        "<p class=\"portal\">{} · {}</p>",
        html(&list.portal_title),
        html(&list.portal_organisation)
    );
    put!(
        out,
        "<p>Planned for {}: {}.</p>",
        list.day,
        html(&super::counts(list))
    );
    if let Some(warning) = super::irreversible(list) {
        put!(out, "<p class=\"warning\">{}</p>", html(&warning));
    }
    put!(
        out,
        "<p>Follow the order: it is safe to stop after any page. {}</p>",
        html(HOW_TO_MARK).replace("`", "")
    );
    put!(out, "</header>");
    for page in &list.pages {
        write_page(list, page, out);
    }
    put!(out, "</article>");
}

fn write_page(list: &Worklist, page: &Page, out: &mut String) {
    put!(out, "<section>\n<h2>{}</h2>", html(&page.title));
    if !page.open.is_empty() {
        put!(
            out,
            "<p class=\"way\"><span>Open</span> {}</p>",
            clicks(&page.open)
        );
    }
    if page.others_stay {
        put!(out, "<p class=\"others\">{OTHERS_STAY}</p>");
    }
    put!(out, "<ol>");
    for step in &page.steps {
        write_step(list, page, step, out);
    }
    put!(out, "</ol>");
    if !page.save.is_empty() {
        put!(
            out,
            "<p class=\"way save\"><span>Then save, once</span> {}</p>",
            clicks(&page.save)
        );
    }
    put!(out, "</section>");
}

fn write_step(list: &Worklist, page: &Page, step: &Step, out: &mut String) {
    let (class, state, tick) = if step.done.is_some() {
        ("step done", "done", "✓")
    } else {
        ("step", "open", "")
    };
    put!(
        out,
        "<li class=\"{class}\" id=\"{}\"><span class=\"box\" role=\"img\" aria-label=\"{state}\">{tick}</span><div>",
        html(&step.id)
    );
    put!(
        out,
        "<h3><span class=\"number\">{}.</span> {} <span class=\"word\">{}</span></h3>",
        step.number,
        prose(&step.title),
        html(super::kind(step.kind))
    );
    if let Some(why) = &step.irreversible {
        put!(
            out,
            "<p class=\"warning\"><strong>{CANNOT_BE_UNDONE}:</strong> {}</p>",
            prose(why)
        );
    }
    for early in super::waits(list, page, step) {
        put!(out, "<p class=\"wait\">Wait: {}</p>", prose(&early));
    }
    put!(out, "<dl>");
    let mut row = |label: &str, content: &str| {
        put!(out, "<dt>{label}</dt><dd>{content}</dd>");
    };
    let who = format!(
        "{}, <span class=\"login\">{}</span>",
        html(&step.name),
        html(&step.login)
    );
    row("Who", &who);
    if super::are_long(&step.clicks) {
        let lines = step.clicks.iter();
        let lines: String = lines
            .map(|click| format!("<li>{}</li>", prose(click)))
            .collect();
        row("Click", &format!("<ol class=\"sentences\">{lines}</ol>"));
    } else if !step.clicks.is_empty() {
        row("Click", &clicks(&step.clicks));
    }
    if let Some(seen) = &step.seen {
        row("Then seen", &prose(seen));
    }
    for note in &step.notes {
        row("Note", &prose(note));
    }
    let source = step.source.as_deref().map(html);
    let source = source.map_or(String::new(), |source| {
        format!(" <span class=\"login\">({source})</span>")
    });
    row("Why", &format!("{}{source}", prose(&step.why)));
    if let Some(mark) = &step.done {
        row("Mark", &html(&super::mark(mark)));
    }
    put!(
        out,
        "</dl>\n<p class=\"id\">{}</p></div></li>",
        html(&step.id)
    );
}

fn clicks(clicks: &[String]) -> String {
    let clicks = clicks
        .iter()
        .map(|click| format!("<kbd>{}</kbd>", html(click)));
    clicks
        .collect::<Vec<_>>()
        .join("<span class=\"then\"> → </span>")
}

/// A sentence in which names stand between backticks, with quotation marks in their place.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return html(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for (index, part) in parts.into_iter().enumerate() {
        match index {
            0 => {}
            even if even.is_multiple_of(2) => shown.push('”'),
            _ => shown.push('“'),
        }
        shown.push_str(&html(part));
    }
    shown
}
