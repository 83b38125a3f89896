//! The door through which fuzzing tries the cuts in a text, and the check that follows them.

use std::sync::Arc;

use super::change::{Change, ITEM_KEYS, Order, USER_KEYS};
use super::draft::Draft;
use super::layout::{Layout, Path, Step};
use super::written::Value;
use crate::config::findings::Findings;
use crate::config::tree;
use crate::model::diagnostic::FileIndex;

/// See [`crate::config::fuzzing::is_edited`].
pub(in crate::config) fn is_edited(input: &str) -> bool {
    let (changes, text) = input.split_once("\n\n").unwrap_or(("", input));
    // Only what the loader has read is ever edited.
    let mut findings = Findings::default();
    if tree::parse(text, FileIndex(0), &mut findings).is_none() || findings.has_errors() {
        return false;
    }
    let Some(before) = Layout::parse(text.to_owned()) else {
        return false;
    };
    let mut draft = Draft {
        name: Arc::from("beadle.yaml"),
        index: FileIndex(0),
        digest: [0; 32],
        read: Arc::from(before.text.as_str()),
        now: before.clone(),
        before,
    };
    let changes: Option<Vec<Vec<Change>>> = changes
        .lines()
        .map(|line| change(line).map(|change| vec![change]))
        .collect();
    changes.is_some_and(|changes| draft.make_all(&changes).is_ok() && draft.is_changed())
}

fn change(line: &str) -> Option<Change> {
    let mut parts = line.split('|');
    let (what, way) = (parts.next()?, path(parts.next()?));
    let (one, other) = (parts.next(), parts.next());
    Some(match what {
        "insert" | "insert-user" | "insert-item" => Change::Insert {
            map: way,
            key: one?.to_owned(),
            value: value(other?),
            order: match what {
                "insert-user" => Order::Keys(USER_KEYS),
                "insert-item" => Order::Keys(ITEM_KEYS),
                _ => Order::Names,
            },
        },
        "remove" => Change::Remove {
            map: way,
            key: one?.to_owned(),
        },
        "add" => Change::Add {
            list: way,
            value: value(one?),
        },
        "take" => Change::Take {
            list: way,
            at: one?.parse().ok()?,
        },
        "replace" => Change::Replace {
            at: way,
            value: value(one?),
        },
        _ => return None,
    })
}

fn path(text: &str) -> Path {
    let steps = text.split('/').filter(|step| !step.is_empty());
    let step = |step: &str| match step.strip_prefix('#').map(str::parse) {
        Some(Ok(item)) => Step::Item(item),
        _ => Step::Key(step.to_owned()),
    };
    steps.map(step).collect()
}

/// `a` as text, `[a,b]` as a list, `{a:b}` as a mapping.
fn value(text: &str) -> Value {
    if let Some(items) = text.strip_prefix('[') {
        let items = items.trim_end_matches(']').split(',');
        return Value::texts(items.filter(|item| !item.is_empty()));
    }
    if let Some(entries) = text.strip_prefix('{') {
        let entries = entries.trim_end_matches('}').split(',');
        let entries = entries.filter_map(|entry| entry.split_once(':'));
        let entry = |(key, value): (&str, &str)| (key.to_owned(), Value::text(value));
        return Value::Map(entries.map(entry).collect());
    }
    Value::text(text)
}
