//! A saved page: its tables and ticks. The page is not trusted: scripts and what is not shown are
//! passed over, nothing is fetched, and no tag soup is too thick.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::page::{Cell, Grid, LONGEST, Line, Page, Tick, squeezed, stated_total};

/// Tables in tables are followed so deep.
const DEEPEST: usize = 32;

/// Elements whose content is not shown as text.
const NOT_SHOWN: &[&str] = &[
    "script", "style", "template", "noscript", "select", "textarea", "svg", "title",
];

/// Elements at which a line of text ends.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Elements that hold a heading.
const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend"];

/// Takes a page apart.
pub(super) fn read(text: &str) -> Page {
    let mut emitter = DefaultEmitter::default();
    // The content of a script is text of its own kind, not tags.
    emitter.naively_switch_states(true);
    let mut reader = Reader::default();
    for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
        match token {
            Token::StartTag(tag) => reader.start(&tag),
            Token::EndTag(tag) => reader.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    page: Page,
    tables: Vec<OpenTable>,
    /// Tables beyond [`DEEPEST`] that are open.
    too_deep: u32,
    /// The element that is not shown, and how often it is open.
    hidden: Option<(String, u32)>,
    heading: Option<String>,
    last_heading: String,
    segment: Vec<Piece>,
    label: Option<OpenLabel>,
    labels_by_id: BTreeMap<String, String>,
    ticks: Vec<OpenTick>,
}

#[derive(Default)]
struct OpenTable {
    grid: Grid,
    row: u32,
    line: Option<OpenLine>,
    cell: Option<Cell>,
}

#[derive(Default)]
struct OpenLine {
    line: Line,
    /// Ticks of this row.
    ticks: Vec<usize>,
    /// Whether it has a cell that is not a heading.
    data: bool,
}

enum Piece {
    Text(String),
    Tick(usize),
}

#[derive(Default)]
struct OpenLabel {
    id: Option<String>,
    text: String,
    ticks: Vec<usize>,
}

#[derive(Default)]
struct OpenTick {
    ticked: bool,
    row: u32,
    id: Option<String>,
    aria: Option<String>,
    around: Option<String>,
    beside: Option<String>,
    in_row: Vec<String>,
    in_head: bool,
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(&value.value).into_owned())
}

fn is(tag: &StartTag<()>, name: &str, wanted: &str) -> bool {
    attribute(tag, name).is_some_and(|value| value.trim().eq_ignore_ascii_case(wanted))
}

impl Reader {
    fn start(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if let Some((hidden, depth)) = &mut self.hidden {
            if *hidden == name {
                *depth += 1;
            }
            return;
        }
        if NOT_SHOWN.contains(&name.as_str()) && !tag.self_closing {
            self.hidden = Some((name, 1));
            return;
        }
        if BLOCKS.contains(&name.as_str()) {
            self.end_segment();
        }
        if HEADINGS.contains(&name.as_str()) {
            self.heading = Some(String::new());
        }
        match name.as_str() {
            "table" => self.open_table(),
            "tr" => self.open_row(),
            "td" | "th" => self.open_cell(tag, name == "td"),
            "label" => {
                self.end_label();
                let id = attribute(tag, "for");
                self.label = Some(OpenLabel {
                    id,
                    ..OpenLabel::default()
                });
            }
            "input" => self.input(tag),
            "img" => self.text(&attribute(tag, "alt").unwrap_or_default()),
            _ if is(tag, "role", "checkbox") => {
                self.tick(tag, is(tag, "aria-checked", "true"));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((hidden, depth)) = &mut self.hidden {
            if hidden == name {
                *depth -= 1;
                if *depth == 0 {
                    self.hidden = None;
                }
            }
            return;
        }
        if HEADINGS.contains(&name) {
            self.end_heading();
        }
        if BLOCKS.contains(&name) {
            self.end_segment();
        }
        match name {
            "table" => self.close_table(),
            "tr" => self.close_row(),
            "td" | "th" => self.close_cell(),
            "label" => self.end_label(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        if let Some(heading) = &mut self.heading {
            heading.push_str(text);
        }
        if let Some(label) = &mut self.label {
            label.text.push_str(text);
        }
        if let Some(cell) = self.cell() {
            cell.text.push_str(text);
        }
        match self.segment.last_mut() {
            Some(Piece::Text(before)) => before.push_str(text),
            _ => self.segment.push(Piece::Text(text.to_owned())),
        }
    }

    fn cell(&mut self) -> Option<&mut Cell> {
        self.tables.last_mut()?.cell.as_mut()
    }

    fn input(&mut self, tag: &StartTag<()>) {
        if is(tag, "type", "checkbox") {
            self.tick(tag, attribute(tag, "checked").is_some());
        } else if attribute(tag, "type").is_none()
            || is(tag, "type", "text")
            || is(tag, "type", "email")
        {
            // A list whose cells can be edited in place.
            let value = attribute(tag, "value").unwrap_or_default();
            if let Some(cell) = self.cell() {
                cell.text.push_str(&value);
            }
        }
    }

    fn tick(&mut self, tag: &StartTag<()>, ticked: bool) {
        let index = self.ticks.len();
        let mut tick = OpenTick {
            ticked,
            row: u32::try_from(index + 1).unwrap_or(u32::MAX),
            id: attribute(tag, "id"),
            aria: attribute(tag, "aria-label"),
            ..OpenTick::default()
        };
        self.segment.push(Piece::Tick(index));
        if let Some(label) = &mut self.label {
            label.ticks.push(index);
        }
        if let Some(table) = self.tables.last_mut() {
            if let Some(cell) = &mut table.cell {
                cell.tick = Some(ticked);
            }
            if let Some(line) = &mut table.line {
                line.ticks.push(index);
                tick.row = line.line.row;
            }
        }
        self.ticks.push(tick);
    }

    fn open_table(&mut self) {
        if self.tables.len() >= DEEPEST {
            self.too_deep = self.too_deep.saturating_add(1);
            return;
        }
        let mut table = OpenTable::default();
        table.grid.heading.clone_from(&self.last_heading);
        self.tables.push(table);
    }

    fn close_table(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        self.close_row();
        if let Some(table) = self.tables.pop() {
            self.page.grids.push(table.grid);
        }
    }

    fn open_row(&mut self) {
        self.close_row();
        if self.tables.is_empty() {
            self.open_table();
        }
        if let Some(table) = self.tables.last_mut() {
            table.row = table.row.saturating_add(1);
            let mut line = OpenLine::default();
            line.line.row = table.row;
            table.line = Some(line);
        }
    }

    fn close_row(&mut self) {
        self.close_cell();
        let Some(table) = self.tables.last_mut() else {
            return;
        };
        let Some(OpenLine { line, ticks, data }) = table.line.take() else {
            return;
        };
        let texts = line.cells.iter().map(|cell| cell.text.clone());
        let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        let only = ticks.len() == 1;
        for tick in ticks {
            if let Some(tick) = self.ticks.get_mut(tick) {
                tick.in_head = !data;
                if only {
                    tick.in_row.clone_from(&texts);
                }
            }
        }
        if let [one] = texts.as_slice() {
            self.page.stated = self.page.stated.or_else(|| stated_total(one));
        }
        table.grid.lines.push(line);
    }

    fn open_cell(&mut self, tag: &StartTag<()>, data: bool) {
        self.close_cell();
        if self.tables.last().is_none_or(|table| table.line.is_none()) {
            self.open_row();
        }
        let number = |name: &str| attribute(tag, name).and_then(|value| value.trim().parse().ok());
        let span: usize = number("colspan").unwrap_or(1);
        let down: usize = number("rowspan").unwrap_or(1);
        let Some(table) = self.tables.last_mut() else {
            return;
        };
        table.cell = Some(Cell {
            span: span.clamp(1, 1000),
            ..Cell::default()
        });
        if let Some(line) = &mut table.line {
            line.data |= data;
            line.line.reaches_down |= down > 1;
        }
    }

    fn close_cell(&mut self) {
        let Some(table) = self.tables.last_mut() else {
            return;
        };
        if let (Some(mut cell), Some(line)) = (table.cell.take(), &mut table.line) {
            cell.text = squeezed(&cell.text);
            if self.page.counts(1) {
                line.line.cells.push(cell);
            }
        }
    }

    fn end_heading(&mut self) {
        let Some(heading) = self.heading.take() else {
            return;
        };
        let heading = squeezed(&heading);
        if heading.is_empty() || heading.len() > LONGEST {
            return;
        }
        // A caption stands inside its table.
        if let Some(table) = self.tables.last_mut()
            && table.grid.lines.is_empty()
            && table.line.is_none()
        {
            table.grid.heading.clone_from(&heading);
        }
        self.last_heading = heading;
    }

    fn end_label(&mut self) {
        let Some(OpenLabel { id, text, ticks }) = self.label.take() else {
            return;
        };
        let text = squeezed(&text);
        if text.is_empty() || text.len() > LONGEST {
            return;
        }
        for tick in ticks {
            if let Some(tick) = self.ticks.get_mut(tick) {
                tick.around = Some(text.clone());
            }
        }
        if let Some(id) = id {
            self.labels_by_id.insert(id, text);
        }
    }

    /// A line of text has ended: each tick in it gets the words after it, or those before it where
    /// the words come first.
    fn end_segment(&mut self) {
        if let Some(cell) = self.cell() {
            cell.text.push(' ');
        }
        if let Some(heading) = &mut self.heading {
            heading.push(' ');
        }
        let pieces = std::mem::take(&mut self.segment);
        let words: Vec<&str> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Tick(_) => None,
            })
            .collect();
        let whole = squeezed(&words.join(" "));
        self.page.stated = self.page.stated.or_else(|| stated_total(&whole));
        let ticks = pieces
            .iter()
            .filter(|piece| matches!(piece, Piece::Tick(_)));
        let single = ticks.count() == 1;
        let words_first =
            !matches!(pieces.last(), Some(Piece::Text(text)) if !text.trim().is_empty());
        for (index, piece) in pieces.iter().enumerate() {
            let Piece::Tick(tick) = piece else { continue };
            let beside = if words_first {
                index.checked_sub(1).and_then(|before| pieces.get(before))
            } else {
                pieces.get(index + 1)
            };
            let beside = match beside {
                _ if single => whole.clone(),
                Some(Piece::Text(text)) => squeezed(text),
                _ => String::new(),
            };
            if let Some(tick) = self.ticks.get_mut(*tick) {
                tick.beside = Some(beside);
            }
        }
    }

    fn finish(mut self) -> Page {
        self.hidden = None;
        self.too_deep = 0;
        self.end_label();
        self.end_segment();
        while !self.tables.is_empty() {
            self.close_table();
        }
        let labels = self.labels_by_id;
        let ticks = self.ticks.into_iter().filter(|tick| !tick.in_head);
        self.page.ticks = ticks.map(|tick| tick.labelled(&labels)).collect();
        self.page
    }
}

impl OpenTick {
    fn labelled(self, labels: &BTreeMap<String, String>) -> Tick {
        let named = self.id.as_ref().and_then(|id| labels.get(id)).cloned();
        let single = [self.around, named, self.aria, self.beside]
            .into_iter()
            .flatten()
            .map(|text| squeezed(&text))
            .find(|text| !text.is_empty());
        let label = if self.in_row.is_empty() {
            single.into_iter().collect()
        } else {
            self.in_row
        };
        Tick {
            row: self.row,
            label,
            ticked: Some(self.ticked),
        }
    }
}

#[cfg(test)]
mod tests;
