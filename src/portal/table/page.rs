//! One file, taken apart: its tables cell by cell, its ticks with their labels, and what it says of
//! itself. Nothing is concluded here.

use super::decode;
use super::{Fault, File, html, text};

/// Longest heading, label or name, in bytes: whatever is longer is none of them, and is not repeated
/// for each row or tick that it would belong to.
pub(super) const LONGEST: usize = 1_000;
/// Most cells and rows of a file, in every way of reading it: more than the largest file has that
/// lists people, and fewer than one of nothing but separators.
pub(super) const MOST_CELLS: usize = 2_000_000;

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// Its tables. Text has one for each way of taking it apart.
    pub(super) grids: Vec<Grid>,
    /// Its ticks.
    pub(super) ticks: Vec<Tick>,
    /// How many rows it says there are in all (`Showing 1 to 10 of 27`).
    pub(super) stated: Option<u64>,
    /// How many cells and rows it has so far; beyond [`MOST_CELLS`], no more are taken.
    pub(super) cells: usize,
    /// Whether `grids` are ways of reading the same rows, of which one is right.
    pub(super) alternatives: bool,
}

/// One table.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    /// The heading above it, or its caption.
    pub(super) heading: String,
    /// Its rows.
    pub(super) lines: Vec<Line>,
    /// Whether a cell lies under its heading by where it begins, as in columns of text.
    pub(super) aligned: bool,
}

/// One row.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// Its number: in the file for text, in its table for HTML, from 1.
    pub(super) row: u32,
    pub(super) cells: Vec<Cell>,
    /// Whether one of its cells reaches into the next row.
    pub(super) reaches_down: bool,
}

/// One cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// Its text, with single spaces.
    pub(super) text: String,
    /// The tick box in it.
    pub(super) tick: Option<bool>,
    /// Columns that it is wide; at least 1.
    pub(super) span: usize,
    /// Where it begins, in characters from the start of the line.
    pub(super) begins: usize,
}

/// One tick box, or a mark in text that stands for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tick {
    pub(super) row: u32,
    /// What stands beside it, cell by cell.
    pub(super) label: Vec<String>,
    /// Whether it is ticked; none for a row of text without a mark.
    pub(super) ticked: Option<bool>,
}

/// Reads a file.
///
/// # Errors
/// When it is no text.
pub(super) fn read(file: &File) -> Result<Page, Fault> {
    let text = decode::text(&file.bytes)
        .map_err(|no| Fault::of_file(&file.name, no.message).help(no.help))?;
    let mut page = if looks_like_html(&text) {
        html::read(&text)
    } else {
        text::read(&text)
    };
    if page.is_full() {
        let message = format!("it has more than {MOST_CELLS} cells");
        return Err(Fault::of_file(&file.name, message).help("split it, or copy the table alone"));
    }
    if page.ticks.is_empty() {
        page.ticks = text::marks(&page.grids);
    }
    Ok(page)
}

impl Page {
    /// Counts a row with so many cells. Whether it may be kept.
    pub(super) fn counts(&mut self, cells: usize) -> bool {
        self.cells = self.cells.saturating_add(cells).saturating_add(1);
        !self.is_full()
    }

    fn is_full(&self) -> bool {
        self.cells > MOST_CELLS
    }
}

fn looks_like_html(text: &str) -> bool {
    let mut characters = text.trim_start().chars();
    characters.next() == Some('<')
        && characters
            .next()
            .is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '!' | '?'))
}

/// The text with single spaces between words and none at the ends.
pub(super) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The number of rows in all, where a text says so: `Showing 1 to 10 of 27 entries`, `1-10 of 27`.
pub(super) fn stated_total(text: &str) -> Option<u64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |word: &str| word.replace(',', "").parse::<u64>().ok();
    let apart = words.windows(5).find_map(|window| match window {
        [first, "to" | "-" | "–", last, "of", total] => {
            number(first).and(number(last)).and(number(total))
        }
        _ => None,
    });
    let together = || {
        words.windows(3).find_map(|window| match window {
            [range, "of", total] => {
                let (first, last) = range.split_once(['-', '–'])?;
                number(first).and(number(last)).and(number(total))
            }
            _ => None,
        })
    };
    apart.or_else(together)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_says_how_long_it_is_is_believed() {
        for (text, total) in [
            ("Showing 1 to 10 of 27 entries", Some(27)),
            ("Showing 1-10 of 1,027", Some(1027)),
            ("1 – 10 of 27", Some(27)),
            ("Page 1 of 3", None),
            ("he went to 10 of them", None),
            ("", None),
        ] {
            assert_eq!(stated_total(text), total, "{text}");
        }
    }
}
