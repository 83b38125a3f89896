//! What a portal without an API shows: tables saved or copied from its pages, and lists that a
//! school keeps in a spreadsheet. They become [`Live`], with the same checks of completeness as a
//! portal's own answer.
//!
//! It reads bytes that it is given, knows no portal by name, keeps no phone number, and concludes
//! nothing from what the tables do not show: that stays as the last snapshot has it.

mod decode;
pub(super) mod fuzzing;
mod gather;
mod html;
mod matching;
mod page;
mod people;
mod shapes;
mod text;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::model::live::Live;
use crate::model::name::{LoginId, PortalOrganisation};
use crate::model::rules::Rules;
use values::Wrong;

pub use gather::gather;

/// The characters of a file that a spreadsheet may have written, in whatever encoding.
///
/// # Errors
/// What it is instead, and the way out.
pub fn characters(bytes: &[u8]) -> Result<String, String> {
    decode::text(bytes).map_err(|no| format!("{}; {}", no.message, no.help))
}

/// A day as a spreadsheet or a person writes it, the day before the month; none where the cell is
/// blank.
///
/// # Errors
/// What is wrong with it, and the way out.
pub fn day(cell: &str) -> Result<Option<Date>, String> {
    values::day(cell).map_err(|Wrong { message, help }| format!("{message}; {help}"))
}

/// One file as it was given.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name, for messages.
    pub name: Arc<str>,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// From what a login id is taken where no column shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoginFrom {
    /// From the email address where the portal's login ids are such by habit; from nothing
    /// elsewhere.
    #[default]
    Habit,
    /// From the email address.
    Email,
    /// From the email address, and from the name where that is blank.
    Name,
}

/// Everything that was saved of one organisation.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    /// The rules of the portal.
    pub rules: &'a Rules,
    /// Whose pages they are.
    pub organisation: PortalOrganisation,
    /// Lists of users; they add up.
    pub tables: Vec<File>,
    /// Areas by name or title, each perhaps with the page on which its accounts are ticked.
    pub areas: Vec<(String, Option<File>)>,
    /// Accounts by login id, address or name, each with the page on which its areas are ticked.
    pub accounts: Vec<(String, File)>,
    /// Lists of administrators.
    pub admins: Vec<File>,
    /// The last snapshot: what the pages do not show is kept from it.
    pub former: Option<&'a Live>,
    /// From what a login id is taken where no column shows it.
    pub login_from: LoginFrom,
    /// Leave wrong rows out.
    pub skip_bad_rows: bool,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The organisation as its pages show it.
    pub live: Live,
    /// Last days of access that the tables have and the portal does not keep.
    pub until: BTreeMap<LoginId, Date>,
    /// Rows that were left out.
    pub skipped: Vec<Fault>,
    /// What whoever reads the result should know, a sentence each.
    pub notes: Vec<String>,
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    file: Arc<str>,
    row: u32,
}

/// What is wrong with a file or with one row of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{file}`{}{}: {message}", row_suffix(.row), column_suffix(.column))]
pub struct Fault {
    /// The file.
    pub file: Arc<str>,
    /// The row: of the file for text, of its table for HTML, from 1.
    pub row: Option<u32>,
    /// The column's heading.
    pub column: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: Option<&'static str>,
    /// Whether the row alone is wrong, so that it can be left out.
    skippable: bool,
}

fn row_suffix(row: &Option<u32>) -> String {
    row.map(|row| format!(", row {row}")).unwrap_or_default()
}

fn column_suffix(column: &Option<String>) -> String {
    let column = column.as_ref();
    column
        .map(|column| format!(", column `{column}`"))
        .unwrap_or_default()
}

impl Fault {
    fn of_file(file: &Arc<str>, message: impl Into<String>) -> Self {
        Self {
            file: Arc::clone(file),
            row: None,
            column: None,
            message: message.into(),
            help: None,
            skippable: false,
        }
    }

    fn of_row(file: &Arc<str>, row: u32, wrong: Wrong) -> Self {
        let Wrong { message, help } = wrong;
        Self {
            row: Some(row),
            help: Some(help),
            skippable: true,
            ..Self::of_file(file, message)
        }
    }

    fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}

#[cfg(test)]
mod tests;
