//! Puts entries and items in.

use crate::config::edit::layout::{Body, Element};
use crate::config::edit::written::{Value, entry_flow, entry_lines, quoted};

use super::lines::{Lines, entry_bytes};
use super::{COMMENT, Cut, ODD, Stuck};

/// An entry into a mapping, before the entry that stands at `place`.
pub(super) fn entry(
    lines: &Lines<'_>,
    map: &Element,
    place: usize,
    (key, value): (&str, &Value),
) -> Result<Vec<Cut>, Stuck> {
    let Body::Map { flow, entries } = &map.body else {
        return Err("it is no mapping");
    };
    let spans: Vec<(usize, usize)> = entries.iter().map(entry_bytes).collect();
    if *flow {
        let new = if lines.layout.is_json {
            format!("{}: {}", quoted(key), value.json())
        } else {
            entry_flow(key, value)
        };
        return in_brackets(lines, map, &spans, place, &new);
    }
    let (first, _) = entries.first().ok_or(ODD)?;
    let indent = lines.column(first.start);
    let neighbour = entries.get(place.saturating_sub(1));
    let one_line = neighbour.is_none_or(|(_, value)| is_flow(value));
    let step = lines.step();
    let new = entry_lines(key, value, indent, step, one_line);
    if place == 0 {
        let depth = lines.indent(first.start)?;
        let start = lines.with_comment(lines.start(first.start), depth);
        return Ok(vec![before(lines, start, &new)]);
    }
    let (_, end) = spans.get(place - 1).copied().ok_or(ODD)?;
    Ok(vec![after(lines, lines.block_end(end, indent)?, &new)])
}

/// Whether a value is written in brackets or braces.
fn is_flow(value: &Element) -> bool {
    !matches!(
        value.body,
        Body::List { flow: false, .. } | Body::Map { flow: false, .. }
    )
}

/// An item into a list, before the item that stands at `place`.
pub(super) fn item(
    lines: &Lines<'_>,
    list: &Element,
    place: usize,
    value: &Value,
) -> Result<Vec<Cut>, Stuck> {
    let Body::List { flow, items } = &list.body else {
        return Err("it is no list");
    };
    if *flow {
        let spans: Vec<(usize, usize)> = items.iter().map(|item| (item.start, item.end)).collect();
        let new = if lines.layout.is_json {
            value.json()
        } else {
            value.flow()
        };
        return in_brackets(lines, list, &spans, place, &new);
    }
    let first = items.first().ok_or(ODD)?;
    let dash = lines.dash(first)?;
    let indent = lines.column(dash);
    let new = vec![format!("{}- {}", " ".repeat(indent), value.flow())];
    if place == 0 {
        let start = lines.with_comment(lines.start(dash), indent);
        return Ok(vec![before(lines, start, &new)]);
    }
    let last = items.get(place - 1).ok_or(ODD)?;
    Ok(vec![after(lines, lines.block_end(last.end, indent)?, &new)])
}

/// New lines before the line that begins at a byte.
fn before(lines: &Lines<'_>, start: usize, new: &[String]) -> Cut {
    let newline = lines.newline(start);
    let text: String = new.iter().flat_map(|line| [line, newline]).collect();
    Cut::new(start..start, text)
}

/// New lines at the start of a line, or after the last line of a text, which then still has no
/// line end where it had none.
fn after(lines: &Lines<'_>, at: usize, new: &[String]) -> Cut {
    let unended = at == lines.text.len() && !lines.text.ends_with('\n');
    if unended {
        let newline = lines.newline(at);
        let text: String = new.iter().flat_map(|line| [newline, line]).collect();
        return Cut::new(at..at, text);
    }
    let newline = lines.newline(at.saturating_sub(1));
    let text: String = new.iter().flat_map(|line| [line, newline]).collect();
    Cut::new(at..at, text)
}

/// Into a list or mapping in brackets or braces, of which the parts stand at `spans`.
fn in_brackets(
    lines: &Lines<'_>,
    whole: &Element,
    spans: &[(usize, usize)],
    place: usize,
    new: &str,
) -> Result<Vec<Cut>, Stuck> {
    let Some(at) = place.checked_sub(1) else {
        let Some((start, _)) = spans.first() else {
            return into_empty(lines, whole, new);
        };
        if lines.indent(*start).is_ok() {
            let text = format!("{new},{}{}", lines.newline(*start), lines.before(*start));
            return Ok(vec![Cut::new(*start..*start, text)]);
        }
        return Ok(vec![Cut::new(*start..*start, format!("{new}, "))]);
    };
    let (start, end) = spans.get(at).copied().ok_or(ODD)?;
    let is_last = at + 1 == spans.len();
    let rest = lines.after(end).trim_start();
    let (comma, tail) = match rest.strip_prefix(',') {
        Some(tail) => (true, tail.trim_start()),
        None => (false, rest),
    };
    let alone = lines.indent(start).is_ok() && (tail.is_empty() || tail.starts_with('#'));
    if !alone || (!comma && !is_last) {
        return Ok(vec![Cut::new(end..end, format!(", {new}"))]);
    }
    let mut cuts = Vec::new();
    if !comma {
        cuts.push(Cut::new(end..end, ","));
    }
    let line_end = end + lines.after(end).len();
    let ending = if comma { "," } else { "" };
    let line = format!("{}{}{new}{ending}", lines.newline(end), lines.before(start));
    cuts.push(Cut::new(line_end..line_end, line));
    Ok(cuts)
}

fn into_empty(lines: &Lines<'_>, whole: &Element, new: &str) -> Result<Vec<Cut>, Stuck> {
    if lines.has_comment(whole.start, whole.end) {
        return Err(COMMENT);
    }
    let text = match whole.body {
        Body::Map { .. } => format!("{{ {new} }}"),
        _ => format!("[{new}]"),
    };
    Ok(vec![Cut::new(whole.start..whole.end, text)])
}
