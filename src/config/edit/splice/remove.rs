//! Takes entries and items out, with the comments that are theirs.

use crate::config::edit::layout::{Body, Element};

use super::lines::{Lines, entry_bytes};
use super::{COMMENT, Cut, ODD, Stuck};

/// The entry at `place` out of a mapping.
pub(super) fn entry(lines: &Lines<'_>, map: &Element, place: usize) -> Result<Vec<Cut>, Stuck> {
    let Body::Map { flow, entries } = &map.body else {
        return Err("it is no mapping");
    };
    let spans: Vec<(usize, usize)> = entries.iter().map(entry_bytes).collect();
    if *flow {
        return from_brackets(lines, (map.start, map.end), &spans, place);
    }
    let (start, end) = spans.get(place).copied().ok_or(ODD)?;
    whole_lines(lines, start, end)
}

/// The item at `place` out of a list.
pub(super) fn item(lines: &Lines<'_>, list: &Element, place: usize) -> Result<Vec<Cut>, Stuck> {
    let Body::List { flow, items } = &list.body else {
        return Err("it is no list");
    };
    if *flow {
        let spans: Vec<(usize, usize)> = items.iter().map(|item| (item.start, item.end)).collect();
        return from_brackets(lines, (list.start, list.end), &spans, place);
    }
    let item = items.get(place).ok_or(ODD)?;
    whole_lines(lines, lines.dash(item)?, item.end)
}

/// What begins at `start`, first on its line, and ends at `end`.
fn whole_lines(lines: &Lines<'_>, start: usize, end: usize) -> Result<Vec<Cut>, Stuck> {
    let indent = lines.indent(start)?;
    let first = lines.with_comment(lines.start(start), indent);
    let mut next = lines.block_end(end, indent)?;
    let above = first.checked_sub(1).map(|last| lines.start(last));
    let blank_above = above.is_some_and(|above| lines.is_blank(above));
    if blank_above && lines.is_blank(next) {
        next = lines.next(next);
    }
    if next == lines.text.len() && !lines.text.ends_with('\n') {
        // The last line goes: the one above now is, and keeps to having no end.
        let kept = lines.text.get(..first).unwrap_or_default();
        let kept = kept.strip_suffix('\n').unwrap_or(kept);
        let kept = kept.strip_suffix('\r').unwrap_or(kept);
        return Ok(vec![Cut::new(kept.len()..next, "")]);
    }
    Ok(vec![Cut::new(first..next, "")])
}

fn from_brackets(
    lines: &Lines<'_>,
    whole: (usize, usize),
    spans: &[(usize, usize)],
    place: usize,
) -> Result<Vec<Cut>, Stuck> {
    let (start, end) = spans.get(place).copied().ok_or(ODD)?;
    let previous = place.checked_sub(1).and_then(|at| spans.get(at)).copied();
    let following = spans.get(place + 1).copied();
    let rest = lines.after(end).trim_start();
    let (comma, tail) = match rest.strip_prefix(',') {
        Some(tail) => (true, tail.trim_start()),
        None => (false, rest),
    };
    let alone = (tail.is_empty() || tail.starts_with('#')) && (comma || following.is_none());
    if let Ok(indent) = lines.indent(start)
        && alone
    {
        let first = lines.with_comment(lines.start(start), indent);
        let mut cuts = vec![Cut::new(first..lines.next(end), "")];
        if let (false, Some((_, previous_end))) = (comma, previous) {
            let after = lines.after(previous_end);
            let spaces = after.len() - after.trim_start().len();
            let at = previous_end + spaces;
            if after.trim_start().starts_with(',') {
                cuts.push(Cut::new(at..at + 1, ""));
            }
        }
        return Ok(cuts);
    }
    let (from, to) = match (previous, following) {
        (Some((_, previous_end)), _) => (previous_end, end),
        (None, Some((next, _))) => (start, next),
        (None, None) => (whole.0 + 1, whole.1.saturating_sub(1)),
    };
    let between = |from: usize, to: usize| from < to && lines.has_comment(from, to);
    if between(from, start) || between(end, to) {
        return Err(COMMENT);
    }
    Ok(vec![Cut::new(from..to, "")])
}
