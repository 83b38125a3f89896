//! Words for counts, kinds and fields, the same in every output.
//!
//! No layout and no styles.

use jiff::civil::Date;

use crate::model::plan::{ActionKind, Change};

/// `1 call`, `2 calls`: the number and the right form of the word.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{number} {word}")
}

/// The mark of a kind, told apart without colour.
pub(super) fn symbol(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Create | ActionKind::Grant => "+",
        ActionKind::Update => "~",
        ActionKind::Renew => "↻",
        ActionKind::Promote => "▲",
        ActionKind::Demote => "▼",
        ActionKind::Revoke => "−",
        ActionKind::Expire => "×",
        ActionKind::Delete => "✗",
    }
}

/// Field, before (none where there was nothing) and after, in words.
pub(super) fn change(change: &Change) -> (&'static str, Option<String>, String) {
    match change {
        Change::Name { before, after } => (
            "name",
            before.as_deref().map(str::to_owned),
            after.to_string(),
        ),
        Change::Email { before, after } => (
            "email",
            before.as_deref().map(str::to_owned),
            after.to_string(),
        ),
        Change::Login { before, after } => (
            "login",
            before.as_ref().map(ToString::to_string),
            after.to_string(),
        ),
        Change::Expires { before, after } => {
            ("last day", Some(last_day(*before)), last_day(*after))
        }
        Change::Term { after } => ("term", None, after.to_string()),
        Change::Active { before, after } => ("active", Some(yes_or_no(*before)), yes_or_no(*after)),
    }
}

fn last_day(day: Option<Date>) -> String {
    day.map_or_else(|| "no end".to_owned(), |day| day.to_string())
}

fn yes_or_no(truth: bool) -> String {
    (if truth { "yes" } else { "no" }).to_owned()
}
