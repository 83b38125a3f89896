//! The cells of one row, checked: each answers with its value, or leaves a fault that names row and
//! column.

use super::super::Fault;
use super::super::page::Line;
use super::super::shapes::{self, Column};
use super::super::text::mark;
use super::super::values::{self, Wrong};
use super::{Reader, Row, text};

/// One row while its cells are read.
pub(super) struct Check<'a, 'r> {
    pub(super) reader: &'a Reader<'r>,
    pub(super) line: &'a Line,
    pub(super) row: &'a Row<'a>,
    pub(super) faults: &'a mut Vec<Fault>,
}

impl Check<'_, '_> {
    fn heading(&self, wanted: Column) -> String {
        let columns = &self.reader.head.columns;
        let known = columns.iter().find(|(column, _)| *column == wanted);
        known
            .map(|(_, heading)| heading.clone())
            .unwrap_or_default()
    }

    fn report(&mut self, column: Column, wrong: Wrong) {
        let mut fault = self.reader.fault(self.line, wrong);
        fault.column = Some(self.heading(column));
        self.faults.push(fault);
    }

    /// The value of a column; none where there is no such column.
    pub(super) fn value<T>(
        &mut self,
        column: Column,
        read: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        if !self.reader.has(column) {
            return None;
        }
        match read(text(self.row, column).unwrap_or_default()) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.report(column, wrong);
                None
            }
        }
    }

    pub(super) fn tick_or<T>(
        &mut self,
        column: Column,
        read: impl Fn(&str) -> Result<T, Wrong>,
        ticked: impl Fn(bool) -> T,
    ) -> Option<T> {
        let cells = self.row.get(&column).into_iter().flatten();
        match cells.filter_map(|cell| cell.tick).next() {
            Some(tick) => Some(ticked(tick)),
            None => self.value(column, read),
        }
    }

    pub(super) fn truth(&mut self, column: Column, yes: &[&str], no: &[&str]) -> Option<bool> {
        self.tick_or(column, |text| values::truth(text, yes, no), |tick| tick)
    }

    pub(super) fn name(&mut self) -> String {
        let whole = text(self.row, Column::Name).unwrap_or_default().to_owned();
        let parts = [Column::Forename, Column::Surname]
            .map(|column| text(self.row, column).unwrap_or_default());
        let name = if whole.is_empty() {
            parts.join(" ").trim().to_owned()
        } else {
            whole
        };
        let column = if self.reader.has(Column::Name) {
            Column::Name
        } else {
            Column::Surname
        };
        let read = if name.is_empty() {
            Err(Wrong {
                message: "the name is blank".to_owned(),
                help: "write the person's name, or what the shared account is called",
            })
        } else if values::is_phone(&name) {
            Err(Wrong {
                message: "a phone number stands where the name should".to_owned(),
                help: "is a column shifted?",
            })
        } else {
            values::visible(&name)
        };
        read.unwrap_or_else(|wrong| {
            self.report(column, wrong);
            String::new()
        })
    }
}

pub(super) fn login(text: &str) -> Result<Option<String>, Wrong> {
    if values::is_blank(text) {
        return Ok(None);
    }
    if values::is_phone(text) {
        return Err(Wrong {
            message: "a phone number stands where the login id should".to_owned(),
            help: "is a column shifted? Phone numbers are not kept",
        });
    }
    values::visible(text).map(Some)
}

/// Whether another system keeps the account; none where the cell speaks of something else.
pub(super) fn upstream(text: &str) -> Option<bool> {
    match shapes::plain(text).as_str() {
        "mis" | "mis user" | "mis account" => Some(true),
        "non mis" | "non mis user" | "not mis" => Some(false),
        _ => mark(text),
    }
}
