//! What changes by itself as JSON, and as bare days for schedulers.

use std::io::{self, Write};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::json::pretty;
use super::schema::schema_of;
use crate::model::next::{Happening, HappeningKind, Next, Who};
use crate::model::source::SourceDocument;

/// Everything that will change by itself, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NextDocument {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// The day that is today. What changes on it is the plan's matter.
    pub today: Date,
    /// The last day that was looked at.
    pub until: Date,
    /// Whether portals, or snapshots of them, were looked at beside the files.
    pub live: bool,
    /// Days on which something changes, in order.
    pub days: Vec<DayDocument>,
}

/// One day on which something changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DayDocument {
    /// The day.
    pub day: Date,
    /// What changes, by organisation.
    pub changes: Vec<ChangeDocument>,
}

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeDocument {
    /// The organisation's id in the project; none for what holds for a whole portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The portals, by their names in the project.
    pub portals: Vec<String>,
    /// What.
    pub kind: HappeningKind,
    /// The user's key in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Whether policy calls the area sensitive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// The last day of what ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// How many accounts, where they are counted and not named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<u64>,
    /// Of which guardrail a waiver ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardrail: Option<String>,
    /// The place in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
    /// In a clause that names nobody.
    pub message: String,
}

impl NextDocument {
    /// The document of what changes.
    #[must_use]
    pub fn of(next: &Next) -> Self {
        let Next {
            today,
            until,
            live,
            days,
        } = next;
        let days = days.iter().map(|(day, changes)| DayDocument {
            day: *day,
            changes: changes
                .iter()
                .map(|(it, portals)| {
                    ChangeDocument::of(it, portals.iter().map(ToString::to_string).collect())
                })
                .collect(),
        });
        Self {
            format: 1,
            beadle: env!("CARGO_PKG_VERSION").to_owned(),
            today: *today,
            until: *until,
            live: *live,
            days: days.collect(),
        }
    }
}

impl ChangeDocument {
    fn of(it: &Happening, portals: Vec<String>) -> Self {
        let Happening {
            organisation,
            organisation_name: _,
            kind,
            who,
            area,
            last_day,
            accounts,
            guardrail,
            sensitive,
            source,
        } = it;
        let (name, person) = match who {
            Some(Who { name, person }) => (Some(name.to_string()), Some(person.to_string())),
            None => (None, None),
        };
        Self {
            organisation: organisation.as_ref().map(ToString::to_string),
            portals,
            kind: *kind,
            person,
            name,
            area: area.as_ref().map(ToString::to_string),
            sensitive: *sensitive,
            last_day: *last_day,
            accounts: *accounts,
            guardrail: guardrail.map(|it| it.as_str().to_owned()),
            source: source.as_ref().map(|source| SourceDocument {
                file: source.file.to_string(),
                line: source.line,
            }),
            message: it.clause(),
        }
    }
}

/// Writes what changes as pretty JSON, as `schema/next.schema.json` describes it.
///
/// # Errors
/// Those of `out`.
pub fn next_json(next: &Next, out: &mut dyn Write) -> io::Result<()> {
    pretty(&NextDocument::of(next), out)
}

/// Writes the days alone, one a line.
///
/// # Errors
/// Those of `out`.
pub fn next_days(next: &Next, out: &mut dyn Write) -> io::Result<()> {
    next.days.keys().try_for_each(|day| writeln!(out, "{day}"))
}

/// The schema of `next --format json`, as pretty JSON.
#[must_use]
pub fn next_schema() -> String {
    schema_of::<NextDocument>(
        "beadle next",
        "The days on which something will change by itself, and what.",
    )
}
