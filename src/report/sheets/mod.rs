//! Reports for people who never see a terminal: who has what, what ends, who governs, what a head
//! teacher signs, what is held about one person. Each is a document of its own (JSON, with a schema);
//! what people read of it is laid out once and written as text, Markdown, HTML or CSV.
//!
//! Layout only: what is in a document, the use case has gathered. Redaction works on the document,
//! before any form.

pub mod access;
pub mod admins;
mod csv;
pub mod expiring;
mod html;
mod markdown;
mod page;
pub mod person;
pub mod review;
mod text;

use std::io::{self, Write};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::page::{Rows, Sheets};
use super::json::pretty;
use super::schema::schema_of;
use super::{Redaction, TextOptions};
use crate::model::access::Held;
use crate::model::source::SourceDocument;

/// In which form a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For a terminal.
    Text,
    /// For a wiki, or a comment.
    Markdown,
    /// One page that needs nothing else: to read, to print, to fill in.
    Html,
    /// For a spreadsheet.
    Csv,
    /// For programs, as the schema of the report says.
    Json,
}

/// What a report is to whoever writes it: laid out for people, as rows for a spreadsheet, and
/// without names.
pub trait Report: Serialize {
    /// What people read.
    fn sheets(&self) -> Sheets;
    /// What a spreadsheet shows.
    fn rows(&self) -> Rows;
    /// A copy that names nobody.
    #[must_use]
    fn redacted(&self, redaction: &Redaction) -> Self;
}

/// Writes a report: to a file without styles, and a CSV with the mark by which Excel knows UTF-8.
///
/// # Errors
/// Those of `out`.
pub fn write_report(
    report: &impl Report,
    form: Form,
    to_file: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match form {
        Form::Text => text::write(&report.sheets(), &text_options(to_file), out),
        Form::Markdown => out.write_all(markdown::text(&report.sheets()).as_bytes()),
        Form::Html => out.write_all(html::page(&report.sheets()).as_bytes()),
        Form::Csv => csv::write(&report.rows(), to_file, out),
        Form::Json => pretty(report, out),
    }
}

fn text_options(plain: bool) -> TextOptions {
    TextOptions {
        plain,
        ..TextOptions::default()
    }
}

/// The schemas of the reports, by name.
#[must_use]
pub fn report_schema(name: &str) -> Option<String> {
    Some(match name {
        "report-access" => schema_of::<access::AccessReport>(
            "beadle report access",
            "Who has what now, and after the plan.",
        ),
        "report-expiring" => schema_of::<expiring::ExpiringReport>(
            "beadle report expiring",
            "What ends when, and what happens then; what should have ended first.",
        ),
        "report-admins" => schema_of::<admins::AdminsReport>(
            "beadle report admins",
            "Who administers which portal, who left and how fast access ended.",
        ),
        "report-review" => schema_of::<review::ReviewReport>(
            "beadle report review",
            "What a head teacher looks through and signs.",
        ),
        "report-person" => schema_of::<person::PersonReport>(
            "beadle report person",
            "Everything that is held about one person.",
        ),
        _ => return None,
    })
}

/// Something that somebody has or has not, now and after the plan.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Neither now nor after the plan.
    None,
    /// Now, and after the plan as well.
    Kept,
    /// After the plan.
    Given,
    /// Now, and not after the plan.
    Taken,
}

impl Standing {
    /// Whether it is there now.
    #[must_use]
    pub fn now(self) -> bool {
        matches!(self, Self::Kept | Self::Taken)
    }

    /// Whether it is there once the plan has been carried out.
    #[must_use]
    pub fn after(self) -> bool {
        matches!(self, Self::Kept | Self::Given)
    }
}

impl From<Held> for Standing {
    fn from(held: Held) -> Self {
        match held {
            Held::No => Self::None,
            Held::Kept => Self::Kept,
            Held::Given => Self::Given,
            Held::Taken => Self::Taken,
        }
    }
}

/// An organisation that could not be read, so that the report says nothing of what is live there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnreadUnit {
    /// The organisation's id in the project.
    pub organisation: String,
    /// The portal's name in the project.
    pub portal: String,
}

/// What stands first where something could not be read.
fn unread_notice(unread: &[UnreadUnit]) -> Option<String> {
    let names: Vec<String> = unread
        .iter()
        .map(|one| format!("{} at {}", one.organisation, one.portal))
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "Not complete: these could not be read, and nothing is said of what is live there: {}.",
            names.join(", ")
        )
    })
}

/// The version of beadle that made a document.
#[must_use]
pub fn made_by() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// A place in the YAML, as people write it.
fn place(source: &SourceDocument) -> String {
    format!("{}:{}", source.file, source.line)
}

/// A cell for a day that may not be there.
fn day_or_blank(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn yes(truth: bool) -> String {
    (if truth { "yes" } else { "no" }).to_owned()
}
