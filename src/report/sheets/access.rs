//! Who has what, now and after the plan: by organisation and portal, person by person.

use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::page::{Block, Cell, Piece, Row, Rows, Sheet, Sheets, Table, named};
use super::{Report, Standing, UnreadUnit, day_or_blank, place, unread_notice, yes};
use crate::model::source::SourceDocument;
use crate::report::{Redaction, counted};

/// Who has what, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessReport {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// The day that it is for.
    pub day: Date,
    /// By organisation, then portal.
    pub units: Vec<AccessUnit>,
    /// What could not be read.
    pub unread: Vec<UnreadUnit>,
}

/// One organisation at one portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessUnit {
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The portal's name in prose.
    pub portal_title: String,
    /// The organisation's id there.
    pub portal_organisation: String,
    /// Who approved the organisation's list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// Everybody who has an account there, will have one, or is named: by name.
    pub people: Vec<AccessPerson>,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessPerson {
    /// The person's name.
    pub name: String,
    /// The user's key in the YAML; none for an account that no file names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The login id.
    pub login: String,
    /// Whether its holder can sign in.
    pub access: Standing,
    /// Whether its holder is an administrator who can sign in.
    pub admin: Standing,
    /// The last day after the plan; none for no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Used by several people.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// Day of the last sign-in, where the portal shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in: Option<Date>,
    /// Where the YAML declares it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
    /// What it holds, before or after.
    pub areas: Vec<AccessGrant>,
}

/// One area of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessGrant {
    /// The area's name.
    pub area: String,
    /// Its title.
    pub title: String,
    /// Whether policy calls it sensitive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// Whether it is held by somebody who can sign in.
    pub access: Standing,
    /// The last day, where it ends before the account does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Why, as the YAML says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the YAML asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
}

impl AccessPerson {
    /// Whether there is anything to use, now or after the plan.
    pub(super) fn is_there(&self) -> bool {
        self.access != Standing::None
    }
}

impl Report for AccessReport {
    fn sheets(&self) -> Sheets {
        let mut blocks: Vec<Block> = unread_notice(&self.unread)
            .map(Block::Notice)
            .into_iter()
            .collect();
        let mut organisation = None;
        for unit in &self.units {
            if organisation != Some(&unit.organisation) {
                organisation = Some(&unit.organisation);
                blocks.push(Block::Heading(2, unit.organisation_name.clone()));
                let approved = unit.approved_by.as_ref();
                blocks.extend(approved.map(|who| Block::Text(format!("Approved by {who}."))));
            }
            unit.write(&mut blocks);
        }
        Sheets {
            title: format!("Who has access, {}", self.day),
            sheets: vec![Sheet {
                kind: "Report".to_owned(),
                title: "Who has access".to_owned(),
                subtitle: format!("On {}, and after the pending plan", self.day),
                running: String::new(),
                lead: self.lead(),
                blocks,
            }],
            answers: None,
        }
    }

    fn rows(&self) -> Rows {
        let mut rows = Vec::new();
        for unit in &self.units {
            for person in &unit.people {
                unit.push_rows(person, &mut rows);
            }
        }
        Rows {
            columns: vec![
                "organisation",
                "organisation_name",
                "portal",
                "portal_organisation",
                "name",
                "person",
                "login",
                "access_now",
                "access_after",
                "admin_now",
                "admin_after",
                "account_until",
                "shared",
                "last_sign_in",
                "area",
                "area_title",
                "sensitive",
                "area_now",
                "area_after",
                "area_until",
                "reason",
                "source",
            ],
            rows,
        }
    }

    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            format,
            beadle,
            day,
            units,
            unread,
        } = self;
        Self {
            format: *format,
            beadle: beadle.clone(),
            day: *day,
            units: units.iter().map(|unit| unit.redacted(redaction)).collect(),
            unread: unread.clone(),
        }
    }
}

impl AccessReport {
    /// What it amounts to.
    fn lead(&self) -> Vec<String> {
        let accounts = || self.units.iter().flat_map(|unit| &unit.people);
        let count = |has: &dyn Fn(&AccessPerson) -> bool| {
            accounts().filter(|person| has(person)).count() as u64
        };
        let people: BTreeSet<&str> = accounts()
            .filter(|person| person.access.now())
            .map(|person| person.person.as_deref().unwrap_or(&person.login))
            .collect();
        let now = count(&|person| person.access.now());
        let admins = count(&|person| person.admin.now());
        let mut lead = vec![format!(
            "{} can sign in with {}; {}.",
            counted(people.len() as u64, "person", "people"),
            counted(now, "account", "accounts"),
            counted(
                admins,
                "of these is an administrator",
                "of these are administrators"
            ),
        )];
        let access = |change: Standing| count(&|it| it.access == change);
        let admin = |change: Standing| count(&|it| it.admin == change);
        let changes = [
            (access(Standing::Given), "gains access", "gain access"),
            (access(Standing::Taken), "loses access", "lose access"),
            (
                admin(Standing::Given),
                "becomes administrator",
                "become administrators",
            ),
            (
                admin(Standing::Taken),
                "ceases to be administrator",
                "cease to be administrators",
            ),
        ];
        let changes: Vec<String> = changes
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| counted(*count, one, many))
            .collect();
        if !changes.is_empty() {
            lead.push(format!(
                "After the plan, by account: {}.",
                changes.join(", ")
            ));
        }
        lead.push("“+” is what the plan gives, “−” what it takes.".to_owned());
        lead
    }
}

impl AccessUnit {
    fn write(&self, blocks: &mut Vec<Block>) {
        let heading = format!("{} ({})", self.portal_title, self.portal_organisation);
        blocks.push(Block::Heading(3, heading.clone()));
        let shown = self.people.iter().filter(|person| person.is_there());
        let rows: Vec<Row> = shown.map(AccessPerson::row).collect();
        let without = self.people.len() - rows.len();
        if rows.is_empty() {
            blocks.push(Block::Text("Nobody has access.".to_owned()));
        } else {
            blocks.push(Block::Table(Table {
                caption: format!("Who has access to {heading} of {}", self.organisation_name),
                columns: vec!["Person", "Access", "Until", "Areas"],
                rows,
            }));
        }
        if without > 0 {
            let named = counted(without as u64, "account", "accounts");
            blocks.push(Block::Text(format!(
                "Named in the files or on the portal, and without access: {named}."
            )));
        }
    }

    fn push_rows(&self, person: &AccessPerson, rows: &mut Vec<Vec<String>>) {
        let head = vec![
            self.organisation.clone(),
            self.organisation_name.clone(),
            self.portal.clone(),
            self.portal_organisation.clone(),
            person.name.clone(),
            person.person.clone().unwrap_or_default(),
            person.login.clone(),
            yes(person.access.now()),
            yes(person.access.after()),
            yes(person.admin.now()),
            yes(person.admin.after()),
            day_or_blank(person.until),
            yes(person.shared),
            day_or_blank(person.last_sign_in),
        ];
        for grant in &person.areas {
            let AccessGrant {
                area,
                title,
                sensitive,
                access,
                until,
                reason,
                source,
            } = grant;
            let source = source.as_ref().or(person.source.as_ref());
            let mut row = head.clone();
            row.extend([
                area.clone(),
                title.clone(),
                yes(*sensitive),
                yes(access.now()),
                yes(access.after()),
                day_or_blank(*until),
                reason.clone().unwrap_or_default(),
                source.map(place).unwrap_or_default(),
            ]);
            rows.push(row);
        }
        if person.areas.is_empty() {
            let mut row = head;
            row.extend(std::iter::repeat_n(String::new(), 7));
            row.push(person.source.as_ref().map(place).unwrap_or_default());
            rows.push(row);
        }
    }

    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            organisation,
            organisation_name,
            portal,
            portal_title,
            portal_organisation,
            approved_by,
            people,
        } = self;
        let mut people: Vec<AccessPerson> =
            people.iter().map(|one| one.redacted(redaction)).collect();
        // The order of names says something of them.
        people.sort_by(|one, other| (&one.name, &one.login).cmp(&(&other.name, &other.login)));
        Self {
            organisation: organisation.clone(),
            organisation_name: organisation_name.clone(),
            portal: portal.clone(),
            portal_title: portal_title.clone(),
            portal_organisation: portal_organisation.clone(),
            approved_by: approved_by.as_ref().map(|who| redaction.person(who)),
            people,
        }
    }
}

impl AccessPerson {
    fn row(&self) -> Row {
        let place_of = self.source.as_ref().map(place);
        let mut who = named(&self.name, &self.login);
        let mut notes: Vec<Piece> = Vec::new();
        if self.shared {
            notes.push(Piece::Tag("shared".to_owned()));
        }
        match place_of {
            Some(place) => notes.push(Piece::Code(place)),
            None => notes.push(Piece::Tag("in no file".to_owned())),
        }
        who = who.and(notes);
        let access = match self.access {
            Standing::Given => Piece::Given("access".to_owned()),
            Standing::Taken => Piece::Taken("access".to_owned()),
            Standing::Kept | Standing::None => Piece::Plain("access".to_owned()),
        };
        let admin = match self.admin {
            Standing::None => Vec::new(),
            Standing::Kept => vec![Piece::Strong("administrator".to_owned())],
            Standing::Given => vec![Piece::Given("administrator".to_owned())],
            Standing::Taken => vec![Piece::Taken("administrator".to_owned())],
        };
        let mut areas = Cell::blank();
        if self.areas.is_empty() && self.admin == Standing::None {
            areas = areas.and(vec![Piece::Faint("none".to_owned())]);
        }
        let (mut plain, mut told) = (Vec::new(), Vec::new());
        for grant in &self.areas {
            let pieces = grant.pieces();
            if pieces.len() == 1 {
                plain.extend(pieces);
            } else {
                told.push(pieces);
            }
        }
        areas = areas.and(separated(plain));
        for pieces in told {
            areas = areas.and(pieces);
        }
        Row::of(vec![
            who,
            Cell::line(vec![access]).and(admin),
            Cell::plain(
                self.until
                    .map_or("no end".to_owned(), |day| day.to_string()),
            ),
            areas,
        ])
    }

    fn redacted(&self, redaction: &Redaction) -> Self {
        self.named(&redaction.person(self.person.as_ref().unwrap_or(&self.login)))
    }

    /// A copy under another name, and without prose that may name somebody.
    pub(super) fn named(&self, pseudonym: &str) -> Self {
        let Self {
            name: _,
            person,
            login: _,
            access,
            admin,
            until,
            shared,
            last_sign_in,
            source,
            areas,
        } = self;
        Self {
            name: pseudonym.to_owned(),
            person: person.as_ref().map(|_| pseudonym.to_owned()),
            login: pseudonym.to_owned(),
            access: *access,
            admin: *admin,
            until: *until,
            shared: *shared,
            last_sign_in: *last_sign_in,
            source: source.clone(),
            areas: areas.iter().map(AccessGrant::redacted).collect(),
        }
    }
}

impl AccessGrant {
    /// The area, and what is to be said of it.
    fn pieces(&self) -> Vec<Piece> {
        let title = self.title.clone();
        let mut pieces = vec![match self.access {
            Standing::Given => Piece::Given(title),
            Standing::Taken => Piece::Taken(title),
            Standing::Kept | Standing::None => Piece::Plain(title),
        }];
        if self.sensitive {
            pieces.push(Piece::Tag("sensitive".to_owned()));
        }
        pieces.extend(self.until.map(|day| Piece::Faint(format!("until {day}"))));
        pieces.extend(
            self.reason
                .as_ref()
                .map(|why| Piece::Faint(format!("({why})"))),
        );
        pieces
    }

    fn redacted(&self) -> Self {
        let Self {
            area,
            title,
            sensitive,
            access,
            until,
            reason: _,
            source,
        } = self;
        Self {
            area: area.clone(),
            title: title.clone(),
            sensitive: *sensitive,
            access: *access,
            until: *until,
            // Prose, which may name anybody.
            reason: None,
            source: source.clone(),
        }
    }
}

/// With commas between areas, but for those with a box of their own.
pub(super) fn separated(pieces: Vec<Piece>) -> Vec<Piece> {
    let last = pieces.len().saturating_sub(1);
    let comma = |(at, piece): (usize, Piece)| match piece {
        Piece::Plain(text) if at < last => Piece::Plain(format!("{text},")),
        Piece::Given(text) if at < last => Piece::Given(format!("{text},")),
        Piece::Taken(text) if at < last => Piece::Taken(format!("{text},")),
        other => other,
    };
    pieces.into_iter().enumerate().map(comma).collect()
}
