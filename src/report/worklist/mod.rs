//! Worklists as text, Markdown, HTML and JSON: the same steps in the same order. Layout only;
//! every text that came from YAML, a snapshot or a portal's table is escaped on its way out.

mod html;
mod json;
mod markdown;
mod text;

pub use html::worklists_html;
pub use json::{worklist_json, worklists_json};
pub use markdown::worklists_markdown;
pub use text::worklists_text;

use super::words::counted;
use crate::model::worklist::{Earlier, Mark, Page, Step, WorkKind, Worklist};

/// What a person must know of a page that shows ticks of others.
const OTHERS_STAY: &str =
    "Change only the ticks named here. All other ticks on this page stay as they are.";

/// Stands before what cannot be undone.
const CANNOT_BE_UNDONE: &str = "CANNOT BE UNDONE";

/// How marks come about.
const HOW_TO_MARK: &str = "What is done is marked with `beadle worklist done` and the numbers.";

/// `12 steps, all of them open`, or how many are.
fn counts(list: &Worklist) -> String {
    let all = list.steps().count() as u64;
    let steps = counted(all, "step", "steps");
    match list.open_count() {
        open if open == all => steps,
        0 => format!("{steps}, all done"),
        open => format!("{steps}, {open} of them still open"),
    }
}

/// How many steps cannot be undone.
fn irreversible(list: &Worklist) -> Option<String> {
    let count = list
        .open()
        .filter(|step| step.irreversible.is_some())
        .count();
    let steps = counted(count as u64, "step", "steps");
    (count > 0).then(|| format!("{steps} cannot be undone; each says so."))
}

/// Steps that must be done first: those of other worklists by name, those of other pages of this
/// one by number.
fn waits(list: &Worklist, page: &Page, step: &Step) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut lines = Vec::new();
    for early in &step.after {
        let Earlier {
            id,
            organisation,
            title,
        } = early;
        match organisation {
            Some(organisation) => {
                let what = title.as_deref().unwrap_or("another step");
                lines.push(format!("not before this is done at {organisation}: {what}"));
            }
            None if page.steps.iter().any(|near| near.id == *id) => {}
            None => numbers.extend(open_number(list, id)),
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    let shown: Vec<String> = numbers.iter().take(8).map(u32::to_string).collect();
    if !shown.is_empty() {
        let more = if numbers.len() > shown.len() {
            " …"
        } else {
            ""
        };
        let word = if numbers.len() == 1 { "step" } else { "steps" };
        lines.insert(0, format!("not before {word} {}{more}", shown.join(", ")));
    }
    lines
}

fn open_number(list: &Worklist, id: &str) -> Option<u32> {
    let mut open = list.open();
    open.find(|step| step.id == id).map(|step| step.number)
}

/// Whether clicks are sentences, which are read better below each other.
fn are_long(clicks: &[String]) -> bool {
    clicks.iter().any(|click| click.chars().count() > 60)
}

/// `done on 2026-11-22 by Kit Osei`.
fn mark(mark: &Mark) -> String {
    let Mark { on, by } = mark;
    match by {
        Some(by) => format!("done on {on} by {by}"),
        None => format!("done on {on}"),
    }
}

/// Whether the step's clicks say by themselves whose account it is about.
fn is_manual(page: &Page) -> bool {
    page.open.is_empty() && page.save.is_empty()
}

/// One word for a kind of step.
fn kind(kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::Create => "create",
        WorkKind::EditName
        | WorkKind::EditEmail
        | WorkKind::EditLogin
        | WorkKind::EditExpires
        | WorkKind::Rename => "change",
        WorkKind::Give => "give",
        WorkKind::Take => "take",
        WorkKind::Promote => "promote",
        WorkKind::Demote => "demote",
        WorkKind::Activate => "activate",
        WorkKind::Deactivate | WorkKind::EndUpstream => "end",
        WorkKind::Keep => "keep",
        WorkKind::Delete => "delete",
        WorkKind::AccessKey | WorkKind::AdminKey => "key",
        WorkKind::CreateUpstream => "provide",
        WorkKind::HandOver => "hand over",
        WorkKind::ChangePassword => "password",
        WorkKind::SecondFactor => "second factor",
    }
}
