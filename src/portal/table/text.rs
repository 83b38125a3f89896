//! Text: a table as copied from a browser (tabs, or columns by two or more spaces), a CSV by
//! commas or semicolons, and marks that stand for ticks. A text is taken apart in every way that it
//! could be meant; the headings tell which was.

use super::page::{Cell, Grid, Line, Page, Tick, squeezed, stated_total};

/// Most columns of a line whose cells stand apart by spaces.
const MOST_COLUMNS: usize = 10_000;

/// Takes a text apart.
pub(super) fn read(text: &str) -> Page {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut page = Page {
        stated: text.lines().find_map(stated_total),
        alternatives: true,
        ..Page::default()
    };
    if text.contains('\t') {
        by_tabs(&text, &mut page);
    }
    for delimiter in [b';', b','] {
        if text.as_bytes().contains(&delimiter) {
            delimited(&text, delimiter, &mut page);
        }
    }
    by_spaces(&text, &mut page);
    page
}

fn cell(text: &str) -> Cell {
    Cell {
        text: squeezed(bare(text)),
        span: 1,
        ..Cell::default()
    }
}

/// What a spreadsheet means by `="0123"`: the text alone.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let formula = text
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    formula.unwrap_or(text)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}

/// A line says only what separates the cells (`sep=;`, which Excel writes).
fn is_separator(line: &str) -> bool {
    let line = line.trim().to_ascii_lowercase();
    line.strip_prefix("sep=")
        .is_some_and(|rest| rest.chars().count() <= 1)
}

fn by_tabs(text: &str, page: &mut Page) {
    let mut grid = Grid::default();
    for (index, line) in text.split('\n').enumerate() {
        if !page.counts(line.matches('\t').count() + 1) {
            return;
        }
        let cells = line.split('\t').map(|text| cell(&unquoted(text.trim())));
        grid.lines.push(Line {
            row: number(index),
            cells: cells.collect(),
            reaches_down: false,
        });
    }
    page.grids.push(grid);
}

/// A spreadsheet puts quotes around a cell; a browser does not, and a name may hold one.
fn unquoted(text: &str) -> String {
    let inner = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.replace("\"\"", "").contains('"') => inner.replace("\"\"", "\""),
        _ => text.to_owned(),
    }
}

fn delimited(text: &str, delimiter: u8, page: &mut Page) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut grid = Grid::default();
    let (mut counted, mut row) = (0, 0);
    // A text is valid UTF-8, and reading memory does not fail: there are no errors to lose.
    for record in reader.records().flatten() {
        let at = record.position().map_or(0, csv::Position::byte);
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        // A record begins after the empty lines before it.
        let rest = text.get(at..).unwrap_or_default();
        let begins = at + (rest.len() - rest.trim_start_matches('\n').len());
        let passed = text.as_bytes().get(counted..begins).unwrap_or_default();
        row += passed.iter().filter(|byte| **byte == b'\n').count();
        counted = begins;
        if is_separator(record.iter().next().unwrap_or_default()) {
            continue;
        }
        if !page.counts(record.len()) {
            return;
        }
        grid.lines.push(Line {
            row: number(row),
            cells: record.iter().map(cell).collect(),
            reaches_down: false,
        });
    }
    page.grids.push(grid);
}

fn by_spaces(text: &str, page: &mut Page) {
    let mut grid = Grid {
        aligned: true,
        ..Grid::default()
    };
    for (index, line) in text.split('\n').enumerate() {
        let cells = columns(line);
        if !page.counts(cells.len()) {
            return;
        }
        grid.lines.push(Line {
            row: number(index),
            cells,
            reaches_down: false,
        });
    }
    page.grids.push(grid);
}

/// Cells with two or more spaces between them, each with where it begins.
fn columns(line: &str) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut spaces = 2;
    for (at, character) in line.chars().enumerate() {
        if character == '\t' {
            spaces = 2;
        } else if character.is_whitespace() {
            spaces += 1;
        } else {
            if cells.len() >= MOST_COLUMNS && spaces >= 2 {
                return cells;
            }
            if spaces >= 2 || cells.is_empty() {
                cells.push(Cell {
                    begins: at,
                    ..cell("")
                });
            } else if spaces == 1
                && let Some(cell) = cells.last_mut()
            {
                cell.text.push(' ');
            }
            if let Some(cell) = cells.last_mut() {
                cell.text.push(character);
            }
            spaces = 0;
        }
    }
    cells
}

/// What a mark that stands for a tick says; none where the text is none.
pub(super) fn mark(text: &str) -> Option<bool> {
    let plain = text.trim().to_lowercase();
    let ticked = [
        "✓", "✔", "✔️", "☑", "☒", "[x]", "(x)", "x", "yes", "y", "true", "1", "ticked", "checked",
        "selected", "granted",
    ];
    let unticked = [
        "☐",
        "□",
        "[ ]",
        "[]",
        "( )",
        "no",
        "n",
        "false",
        "0",
        "unticked",
        "unchecked",
        "not ticked",
        "-",
        "–",
        "✗",
        "✘",
        "none",
    ];
    if ticked.contains(&plain.as_str()) {
        Some(true)
    } else if unticked.contains(&plain.as_str()) {
        Some(false)
    } else {
        None
    }
}

/// The ticks that text shows by marks: in a cell of their own, or before a name.
pub(super) fn marks(grids: &[Grid]) -> Vec<Tick> {
    let of_grid = |grid: &Grid| -> Vec<Tick> {
        let column = mark_column(grid);
        grid.lines
            .iter()
            .filter_map(|line| marked(line, column))
            .collect()
    };
    let known = |ticks: &Vec<Tick>| ticks.iter().filter(|tick| tick.ticked.is_some()).count();
    // Of equals the first: what was separated on purpose.
    let best = grids.iter().map(of_grid).rev().max_by_key(known);
    best.filter(|ticks| known(ticks) > 0).unwrap_or_default()
}

/// The column that holds the most marks.
fn mark_column(grid: &Grid) -> Option<usize> {
    let mut counts: Vec<usize> = Vec::new();
    for line in &grid.lines {
        for (index, cell) in line.cells.iter().enumerate().take(64) {
            if counts.len() <= index {
                counts.resize(index + 1, 0);
            }
            if let Some(count) = counts.get_mut(index).filter(|_| mark(&cell.text).is_some()) {
                *count += 1;
            }
        }
    }
    let most = counts.iter().enumerate().max_by_key(|(_, count)| **count)?;
    (*most.1 > 0).then_some(most.0)
}

fn marked(line: &Line, column: Option<usize>) -> Option<Tick> {
    let row = line.row;
    let texts = |but: Option<usize>| -> Vec<String> {
        let cells = line.cells.iter().enumerate();
        cells
            .filter(|(index, cell)| Some(*index) != but && !cell.text.is_empty())
            .map(|(_, cell)| cell.text.clone())
            .collect()
    };
    if let Some(index) = column
        && let Some(cell) = line.cells.get(index)
    {
        let ticked = if cell.text.is_empty() {
            Some(false)
        } else {
            mark(&cell.text)
        };
        let label = texts(Some(index));
        if ticked.is_some() && !label.is_empty() {
            return Some(Tick { row, label, ticked });
        }
    }
    let mut label = texts(None);
    let first = label.first_mut()?;
    let listed = first.trim_start_matches(['*', '•']).trim_start();
    let listed = listed.strip_prefix("- ").unwrap_or(listed).trim_start();
    let before = listed
        .strip_prefix("[ ]")
        .map(|name| (false, name))
        .or_else(|| {
            listed
                .split_once(' ')
                .and_then(|(head, name)| Some((symbol(head)?, name)))
        });
    let ticked = before.map(|(ticked, _)| ticked);
    if let Some((_, name)) = before {
        *first = squeezed(name);
    }
    label.retain(|text| !text.is_empty());
    (!label.is_empty()).then_some(Tick { row, label, ticked })
}

/// A mark before a name. Letters and words are none: they may begin a name.
fn symbol(text: &str) -> Option<bool> {
    let letters = text.chars().all(char::is_alphanumeric);
    mark(text).filter(|_| !letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(grid: &Grid) -> Vec<(u32, Vec<&str>)> {
        let lines = grid.lines.iter();
        lines
            .map(|line| {
                (
                    line.row,
                    line.cells.iter().map(|cell| cell.text.as_str()).collect(),
                )
            })
            .collect()
    }

    #[test]
    fn quoted_cells_keep_their_row_in_the_file() {
        let page =
            read("sep=;\r\nName;Email\r\n\r\n\"Evans; Sam\r\nMr\";s@x.example\r\n=\"007\";b\r\n");
        let grid = page.grids.first().unwrap();
        assert_eq!(
            cells(grid),
            [
                (2, vec!["Name", "Email"]),
                (4, vec!["Evans; Sam Mr", "s@x.example"]),
                (6, vec!["007", "b"]),
            ]
        );
    }

    #[test]
    fn a_name_with_a_quote_stays_as_it_is() {
        let page =
            read("Name\tEmail\nBob \"Bo\" Lee\tb@x.example\n\"Ann \"\"A\"\" Lee\"\ta@x.example");
        let grid = page.grids.first().unwrap();
        let names: Vec<&str> = cells(grid).iter().map(|(_, cells)| cells[0]).collect();
        assert_eq!(names, ["Name", "Bob \"Bo\" Lee", "Ann \"A\" Lee"]);
    }

    #[test]
    fn marks_stand_for_ticks() {
        let shown = |text: &str| {
            let ticks = marks(&read(text).grids);
            let line = |tick: &Tick| format!("{:?} {}", tick.ticked, tick.label.join("|"));
            ticks.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(
            shown("[x] Sam Evans\n[ ] Ravi Patel\n☑ Kit Osei\nUsers"),
            "Some(true) Sam Evans\nSome(false) Ravi Patel\nSome(true) Kit Osei\nNone Users"
        );
        assert_eq!(
            shown("Service\tAccess\nIntranet\tx\nProperty\t\n"),
            "None Service|Access\nSome(true) Intranet\nSome(false) Property"
        );
        assert_eq!(
            shown("Name,Access\nSam Evans,yes\nRavi Patel,no"),
            "None Name|Access\nSome(true) Sam Evans\nSome(false) Ravi Patel"
        );
        assert_eq!(shown("Sam Evans\nRavi Patel"), "");
    }
}
