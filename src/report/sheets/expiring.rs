//! What ends when, and what happens then; first what should have ended and has not.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::page::{Block, Cell, Piece, Row, Rows, Sheet, Sheets, Table};
use super::{Report, UnreadUnit, day_or_blank, place, unread_notice, yes};
use crate::model::source::SourceDocument;
use crate::report::{Redaction, counted};

/// What ends, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpiringReport {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// The day that it is for.
    pub day: Date,
    /// The last day that was looked at.
    pub until: Date,
    /// What should have ended first, then by last day.
    pub ends: Vec<Ending>,
    /// What could not be read.
    pub unread: Vec<UnreadUnit>,
}

/// What it is that ends.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum EndingKind {
    /// An account's access.
    Account,
    /// The right to administer.
    Admin,
    /// An area.
    Area,
    /// A password that somebody knows who has left.
    Password,
    /// A portal's own term, though the YAML wants the account longer.
    Term,
    /// An exception to a guardrail.
    Waiver,
}

/// One thing that ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// Whether it should have ended already.
    pub overdue: bool,
    /// The last day; none where only live shows that it must end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// Days from the day of the report to the last day; negative once it has passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
    /// What it is.
    pub kind: EndingKind,
    /// The organisation's id in the project; none for what holds for a whole portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Its name.
    pub organisation_name: String,
    /// The portals, by their names in the project.
    pub portals: Vec<String>,
    /// The person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The user's key in the YAML, or the login id of an account that it does not name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Whether policy calls the area sensitive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// The first day, where it is for a fixed time, as a cover is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// What ends, in a clause.
    pub what: String,
    /// What happens by itself, in a sentence.
    pub happens: String,
    /// The place in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
}

impl Report for ExpiringReport {
    fn sheets(&self) -> Sheets {
        let (overdue, coming): (Vec<&Ending>, Vec<&Ending>) =
            self.ends.iter().partition(|one| one.overdue);
        let mut blocks: Vec<Block> = unread_notice(&self.unread)
            .map(Block::Notice)
            .into_iter()
            .collect();
        blocks.push(Block::Heading(2, "Overdue".to_owned()));
        match overdue.as_slice() {
            [] if self.unread.is_empty() => {
                blocks.push(Block::Good(
                    "Nothing that should have ended is live.".to_owned(),
                ));
            }
            [] => blocks.push(Block::Text("Nothing, as far as could be read.".to_owned())),
            some => blocks.push(Block::Table(table(
                "What should have ended and is live",
                some,
            ))),
        }
        blocks.push(Block::Heading(2, "Coming".to_owned()));
        match coming.as_slice() {
            [] => blocks.push(Block::Text(format!("Nothing ends until {}.", self.until))),
            some => blocks.push(Block::Table(table(
                &format!("What ends until {}", self.until),
                some,
            ))),
        }
        let late = counted(overdue.len() as u64, "end is", "ends are");
        let next = counted(coming.len() as u64, "end is", "ends are");
        Sheets {
            title: format!("What ends until {}", self.until),
            sheets: vec![Sheet {
                kind: "Report".to_owned(),
                title: "What ends".to_owned(),
                subtitle: format!("From {} until {}", self.day, self.until),
                running: String::new(),
                lead: vec![format!("{late} overdue, {next} coming.")],
                blocks,
            }],
            answers: None,
        }
    }

    fn rows(&self) -> Rows {
        let rows = self.ends.iter().map(Ending::row);
        Rows {
            columns: vec![
                "state",
                "last_day",
                "days_left",
                "days_late",
                "kind",
                "organisation",
                "organisation_name",
                "portals",
                "name",
                "person",
                "area",
                "sensitive",
                "from",
                "what",
                "happens",
                "source",
            ],
            rows: rows.collect(),
        }
    }

    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            format,
            beadle,
            day,
            until,
            ends,
            unread,
        } = self;
        Self {
            format: *format,
            beadle: beadle.clone(),
            day: *day,
            until: *until,
            ends: ends.iter().map(|one| one.redacted(redaction)).collect(),
            unread: unread.clone(),
        }
    }
}

fn table(caption: &str, ends: &[&Ending]) -> Table {
    let rows = ends.iter().map(|one| {
        let last = one.last_day.map_or("–".to_owned(), |day| day.to_string());
        let days = one.days.map(|days| match days {
            0 => "today".to_owned(),
            late @ ..=-1 => format!("{} ago", counted(late.unsigned_abs(), "day", "days")),
            ahead => format!("in {}", counted(ahead.unsigned_abs(), "day", "days")),
        });
        let manner = if one.overdue {
            Piece::Alarm
        } else {
            Piece::Faint
        };
        let when =
            Cell::line(vec![Piece::Strong(last)]).and(days.map(manner).into_iter().collect());
        let who = one.name.clone().unwrap_or_default();
        let person = one.person.clone().filter(|person| *person != who);
        let who = match who.is_empty() {
            true => Cell::blank(),
            false => Cell::line(vec![Piece::Strong(who)]),
        };
        let mut what = vec![Piece::Plain(one.what.clone())];
        if one.sensitive {
            what.push(Piece::Tag("sensitive".to_owned()));
        }
        let since = one.from.map(|from| Piece::Faint(format!("since {from}")));
        let school = Cell::plain(one.organisation_name.clone())
            .and(vec![Piece::Faint(one.portals.join(", "))]);
        Row::of(vec![
            when,
            who.and(person.map(Piece::Code).into_iter().collect()),
            school,
            Cell::line(what).and(since.into_iter().collect()),
            Cell::plain(one.happens.clone()).and(
                one.source
                    .as_ref()
                    .map(|source| Piece::Code(place(source)))
                    .into_iter()
                    .collect(),
            ),
        ])
    });
    Table {
        caption: caption.to_owned(),
        columns: vec!["Last day", "Who", "Where", "What ends", "What happens"],
        rows: rows.collect(),
    }
}

impl Ending {
    fn row(&self) -> Vec<String> {
        let Self {
            overdue,
            last_day,
            days,
            kind,
            organisation,
            organisation_name,
            portals,
            name,
            person,
            area,
            sensitive,
            from,
            what,
            happens,
            source,
        } = self;
        let kind = match kind {
            EndingKind::Account => "account",
            EndingKind::Admin => "admin",
            EndingKind::Area => "area",
            EndingKind::Password => "password",
            EndingKind::Term => "term",
            EndingKind::Waiver => "waiver",
        };
        vec![
            (if *overdue { "overdue" } else { "coming" }).to_owned(),
            day_or_blank(*last_day),
            // A number that begins with a minus is a formula to a spreadsheet.
            days.filter(|days| *days >= 0)
                .map(|days| days.to_string())
                .unwrap_or_default(),
            days.filter(|days| *days < 0)
                .map(|days| days.unsigned_abs().to_string())
                .unwrap_or_default(),
            kind.to_owned(),
            organisation.clone().unwrap_or_default(),
            organisation_name.clone(),
            portals.join(", "),
            name.clone().unwrap_or_default(),
            person.clone().unwrap_or_default(),
            area.clone().unwrap_or_default(),
            yes(*sensitive),
            day_or_blank(*from),
            what.clone(),
            happens.clone(),
            source.as_ref().map(place).unwrap_or_default(),
        ]
    }

    /// The same at other portals.
    #[must_use]
    pub fn with_portals(&self, portals: &[String]) -> Self {
        Self {
            portals: portals.to_vec(),
            ..self.clone()
        }
    }

    /// Also for what another report holds of it.
    pub(super) fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            overdue,
            last_day,
            days,
            kind,
            organisation,
            organisation_name,
            portals,
            name,
            person,
            area,
            sensitive,
            from,
            what,
            happens,
            source,
        } = self;
        let pseudonym = person.as_ref().map(|person| redaction.person(person));
        Self {
            overdue: *overdue,
            last_day: *last_day,
            days: *days,
            kind: *kind,
            organisation: organisation.clone(),
            organisation_name: organisation_name.clone(),
            portals: portals.clone(),
            name: name.as_ref().and(pseudonym.clone()),
            person: pseudonym,
            area: area.clone(),
            sensitive: *sensitive,
            from: *from,
            // Clauses of our own, which name areas and nobody.
            what: what.clone(),
            happens: happens.clone(),
            source: source.clone(),
        }
    }
}
