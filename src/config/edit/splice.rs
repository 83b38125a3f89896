//! One change as cuts in a text: it touches the lines of what it changes and no other byte, and
//! keeps to the style that is there. What it cannot do cleanly it does not do.

mod insert;
mod lines;
mod remove;

use std::ops::Range;

use super::change::Change;
use super::layout::{Body, Element, Layout};
use super::written::{Value, quoted};

use lines::Lines;

/// A stretch of a text, and what stands there afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    range: Range<usize>,
    text: String,
}

/// Why a change cannot be made in a text, in a clause.
pub(super) type Stuck = &'static str;

/// What stands on the same line as something else, or is written in a way that nobody uses.
const ODD: Stuck = "it does not begin on a line of its own";
/// Between two things that would become one.
const COMMENT: Stuck = "a comment stands where the cut would be";

impl Cut {
    fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
        }
    }
}

/// The text after changes that were all worked out for the same text, in whatever order. Changes
/// that touch each other are refused: what one of them makes is no longer what the other was worked
/// out for.
pub(super) fn apply(layout: &Layout, changes: &[&Change]) -> Result<String, Stuck> {
    let mut all: Vec<(usize, Cut)> = Vec::new();
    for (number, change) in changes.iter().enumerate() {
        all.extend(cuts(layout, change)?.into_iter().map(|cut| (number, cut)));
    }
    all.sort_by_key(|(_, cut)| cut.range.start);
    let touch = |((one, before), (other, after)): (&(usize, Cut), &(usize, Cut))| {
        let apart = before.range.end <= after.range.start;
        !apart || (one != other && before.range.start == after.range.start)
    };
    if all.iter().zip(all.iter().skip(1)).any(touch) {
        return Err("two changes touch each other");
    }
    Ok(cut(&layout.text, all.into_iter().map(|(_, cut)| cut)))
}

/// The cuts of one change.
fn cuts(layout: &Layout, change: &Change) -> Result<Vec<Cut>, Stuck> {
    let place = change.place(layout).ok_or("it is not there")?;
    let at = layout.at(change.path()).ok_or("it is not there")?;
    match change {
        Change::Insert { key, value, .. } => {
            insert::entry(&Lines::of(layout), at, place, (key, value))
        }
        Change::Add { value, .. } => insert::item(&Lines::of(layout), at, place, value),
        Change::Remove { .. } => remove::entry(&Lines::of(layout), at, place),
        Change::Take { .. } => remove::item(&Lines::of(layout), at, place),
        Change::Replace { value, .. } => replace(layout, change, at, value),
    }
}

/// Makes cuts that stand in order and apart.
fn cut(text: &str, cuts: impl Iterator<Item = Cut>) -> String {
    let mut written = String::with_capacity(text.len() + 128);
    let mut from = 0;
    for Cut { range, text: new } in cuts {
        written.push_str(text.get(from..range.start).unwrap_or_default());
        written.push_str(&new);
        from = range.end;
    }
    written.push_str(text.get(from..).unwrap_or_default());
    written
}

/// A value in the place of another. What stands over several lines gives way as a whole.
fn replace(
    layout: &Layout,
    change: &Change,
    old: &Element,
    value: &Value,
) -> Result<Vec<Cut>, Stuck> {
    let new = match value {
        _ if layout.is_json => value.json(),
        Value::Text(text)
            if layout
                .text
                .get(old.start..)
                .is_some_and(|t| t.starts_with('"')) =>
        {
            quoted(text)
        }
        _ => value.flow(),
    };
    let block = matches!(
        old.body,
        Body::List { flow: false, .. } | Body::Map { flow: false, .. }
    );
    if !block {
        return Ok(vec![Cut::new(old.start..old.end, new)]);
    }
    let (last, above) = change.path().split_last().ok_or(ODD)?;
    let super::layout::Step::Key(key) = last else {
        return Err(ODD);
    };
    let (key, _) = layout.at(above).and_then(|map| map.entry(key)).ok_or(ODD)?;
    let old_text = layout.text.get(key.end..old.end).ok_or(ODD)?;
    if old_text.contains('#') {
        return Err(COMMENT);
    }
    Ok(vec![Cut::new(key.end..old.end, format!(": {new}"))])
}
