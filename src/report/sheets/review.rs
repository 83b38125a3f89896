//! The review pack: for each school, everybody who may use something there, with a place to decide
//! and a place to sign. Its CSV, filled in, is what `beadle review apply` reads.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::access::separated;
use super::page::{Block, Cell, Piece, Row, Rows, Sheet, Sheets, Table, named};
use super::{Report, Standing, UnreadUnit, day_or_blank, place, unread_notice};
use crate::model::plan_document::SourceDocument;
use crate::report::{Redaction, counted, escape};

/// What the columns of decisions are called.
pub mod column {
    /// The organisation's id.
    pub const SCHOOL: &str = "school";
    /// The user's key.
    pub const PERSON: &str = "person";
    /// `keep`, `remove` or `shorten`.
    pub const DECISION: &str = "decision";
    /// The last day of who is to leave.
    pub const LAST_DAY: &str = "last_day";
    /// Areas to be taken alone.
    pub const TAKE_AREAS: &str = "take_areas";
    /// What the row was made from.
    pub const CHECK: &str = "check";
}

/// What stands between areas in one cell.
pub const BETWEEN_AREAS: &str = "; ";

/// The review pack, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewReport {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// The day that it is for.
    pub day: Date,
    /// One for each organisation.
    pub schools: Vec<ReviewSchool>,
    /// What could not be read.
    pub unread: Vec<UnreadUnit>,
}

/// One organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewSchool {
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// Who approves its list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// Everybody who may use something there, now or after the plan: by name.
    pub people: Vec<ReviewPerson>,
    /// Live accounts that no file names.
    pub unnamed: Vec<ReviewAccount>,
}

/// One person in one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewPerson {
    /// The name.
    pub name: String,
    /// The user's key in the YAML.
    pub person: String,
    /// Whether the organisation's own file names the person, so that it is for the organisation to
    /// decide; the others are given by an assignment.
    pub own: bool,
    /// Used by several people.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// The last day in the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The job roles that bring areas.
    pub roles: Vec<String>,
    /// By portal.
    pub accounts: Vec<ReviewAccount>,
    /// Where the YAML declares the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
    /// Made from what the files say of the person: a decision is refused once they say something
    /// else. Empty where names are kept out.
    pub check: String,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewAccount {
    /// The portal's name in the project.
    pub portal: String,
    /// The portal's name in prose.
    pub portal_title: String,
    /// The name that the account has.
    pub name: String,
    /// The login id.
    pub login: String,
    /// Whether its holder can sign in.
    pub access: Standing,
    /// Whether its holder is an administrator.
    pub admin: Standing,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Day of the last sign-in, where the portal shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in: Option<Date>,
    /// What it may use.
    pub areas: Vec<ReviewArea>,
}

/// One area of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewArea {
    /// The area's name.
    pub area: String,
    /// Its title.
    pub title: String,
    /// Now, and after the plan.
    pub access: Standing,
    /// Whether policy calls it sensitive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// The last day, where it ends before the account does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Whether it is the person's alone, and can be taken from them alone; the others come with a
    /// job role or an assignment.
    pub own: bool,
}

impl Report for ReviewReport {
    fn sheets(&self) -> Sheets {
        let can_answer = self.people().any(|person| !person.check.is_empty());
        let sheets = self.schools.iter().map(|school| self.sheet(school));
        let file = match self.schools.as_slice() {
            [one] => format!("review-{}-{}.csv", plain(&one.organisation), self.day),
            _ => format!("review-{}.csv", self.day),
        };
        Sheets {
            title: format!("Access review, {}", self.day),
            sheets: sheets.collect(),
            answers: can_answer.then_some(file),
        }
    }

    fn rows(&self) -> Rows {
        let mut rows = Vec::new();
        for school in &self.schools {
            rows.extend(school.people.iter().map(|person| person.cells(school)));
        }
        Rows {
            columns: vec![
                column::SCHOOL,
                "school_name",
                column::PERSON,
                "name",
                "what",
                "until",
                "own_areas",
                column::DECISION,
                column::LAST_DAY,
                column::TAKE_AREAS,
                "note",
                column::CHECK,
            ],
            rows,
        }
    }

    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            format,
            beadle,
            day,
            schools,
            unread,
        } = self;
        Self {
            format: *format,
            beadle: beadle.clone(),
            day: *day,
            schools: schools.iter().map(|one| one.redacted(redaction)).collect(),
            unread: unread.clone(),
        }
    }
}

/// A name as part of a file's name.
fn plain(text: &str) -> String {
    let letters = text.chars();
    letters
        .map(|letter| match letter {
            letter if letter.is_alphanumeric() || letter == '-' => letter,
            _ => '-',
        })
        .collect()
}

impl ReviewReport {
    fn people(&self) -> impl Iterator<Item = &ReviewPerson> {
        self.schools.iter().flat_map(|school| &school.people)
    }

    fn sheet(&self, school: &ReviewSchool) -> Sheet {
        let unread = self.unread.iter();
        let own: Vec<UnreadUnit> = unread
            .filter(|one| one.organisation == school.organisation)
            .cloned()
            .collect();
        let mut blocks: Vec<Block> = unread_notice(&own).map(Block::Notice).into_iter().collect();
        let (own, assigned): (Vec<_>, Vec<_>) = school.people.iter().partition(|one| one.own);
        if own.is_empty() {
            blocks.push(Block::Text("Nobody of this school has access.".to_owned()));
        } else {
            blocks.push(Block::Text(
                "Tick one box in each row: keep, remove, or the last day of access. To take away a \
                 single area, tick the area. What comes with a job role has no box of its own."
                    .to_owned(),
            ));
            blocks.push(Block::Table(Table {
                caption: format!("Who may use what at {}", school.organisation_name),
                columns: vec!["Who", "May use", "Decision"],
                rows: own.iter().map(|one| one.row(school)).collect(),
            }));
        }
        if !assigned.is_empty() {
            blocks.push(Block::Heading(
                2,
                "Given to several schools at once".to_owned(),
            ));
            blocks.push(Block::Text(
                "These people work for more than one school. If one of them should not have this \
                 access, say so to whoever decides for all schools."
                    .to_owned(),
            ));
            blocks.push(Block::Table(Table {
                caption: format!(
                    "People of several schools who have access at {}",
                    school.organisation_name
                ),
                columns: vec!["Who", "May use"],
                rows: assigned.iter().map(|one| one.plain_row()).collect(),
            }));
        }
        unnamed(school, &mut blocks);
        blocks.push(Block::Sign {
            statement: "I have looked at every person above. Whoever I keep needs this access for \
                        their work."
                .to_owned(),
            by: school.approved_by.clone(),
        });
        Sheet {
            kind: "Access review".to_owned(),
            title: school.organisation_name.clone(),
            subtitle: format!("Who may use what on {}, pending changes included", self.day),
            lead: vec![school.lead()],
            blocks,
        }
    }
}

/// Accounts of which the files know nothing.
fn unnamed(school: &ReviewSchool, blocks: &mut Vec<Block>) {
    if school.unnamed.is_empty() {
        return;
    }
    blocks.push(Block::Heading(2, "Accounts that are on no list".to_owned()));
    blocks.push(Block::Text(
        "These can sign in, and the school’s list does not name them. Write beside each whose it \
         is, and whether it stays."
            .to_owned(),
    ));
    let rows = school.unnamed.iter().map(|account| {
        Row::of(vec![
            named(&account.name, &account.login),
            account.lines(&|area| Piece::Plain(area.title.clone())),
            Cell::plain("____________________"),
        ])
    });
    blocks.push(Block::Table(Table {
        caption: format!(
            "Accounts at {} that no list names",
            school.organisation_name
        ),
        columns: vec!["Account", "May use", "Whose is it?"],
        rows: rows.collect(),
    }));
}

impl ReviewSchool {
    fn lead(&self) -> String {
        let people = counted(self.people.len() as u64, "person", "people");
        let admins = |person: &&ReviewPerson| {
            person
                .accounts
                .iter()
                .any(|account| account.admin != Standing::None)
        };
        let admins = self.people.iter().filter(admins).count() as u64;
        let admins = counted(admins, "administrator", "administrators");
        match self.unnamed.len() as u64 {
            0 => format!("{people}, {admins} among them."),
            more => format!(
                "{people}, {admins} among them; {} on no list.",
                counted(more, "account", "accounts")
            ),
        }
    }

    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            organisation,
            organisation_name,
            approved_by,
            people,
            unnamed,
        } = self;
        let mut people: Vec<ReviewPerson> =
            people.iter().map(|one| one.redacted(redaction)).collect();
        people.sort_by(|one, other| one.name.cmp(&other.name));
        let unnamed = unnamed.iter();
        Self {
            organisation: organisation.clone(),
            organisation_name: organisation_name.clone(),
            approved_by: approved_by.as_ref().map(|who| redaction.person(who)),
            people,
            unnamed: unnamed
                .map(|one| one.redacted(&redaction.person(&one.login)))
                .collect(),
        }
    }
}

impl ReviewPerson {
    /// Who, with the roles and the end.
    fn who(&self) -> Cell {
        let mut notes = Vec::new();
        if self.shared {
            notes.push(Piece::Tag("shared login".to_owned()));
        }
        let roles = (!self.roles.is_empty()).then(|| {
            let word = if self.roles.len() == 1 {
                "Role"
            } else {
                "Roles"
            };
            Piece::Faint(format!("{word}: {}", self.roles.join(", ")))
        });
        let until = self.until.map(|day| Piece::Faint(format!("Until {day}")));
        named(&self.name, &self.person)
            .and(notes)
            .and(roles.into_iter().collect())
            .and(until.into_iter().collect())
    }

    fn uses(&self, area: &dyn Fn(&ReviewAccount, &ReviewArea) -> Piece) -> Cell {
        let mut cell = Cell::blank();
        for account in &self.accounts {
            cell.0.extend(account.lines(&|one| area(account, one)).0);
        }
        cell
    }

    fn row(&self, school: &ReviewSchool) -> Row {
        let uses = self.uses(&|account, area| {
            if area.own && area.access.after() {
                Piece::Tick {
                    field: column::TAKE_AREAS,
                    value: area_name(account, area),
                    label: area.words(),
                }
            } else {
                area.piece()
            }
        });
        let choice = |value, label| Piece::Choice {
            field: column::DECISION,
            value,
            label,
        };
        let day = Piece::Day {
            field: column::LAST_DAY,
            label: "Last day of",
        };
        let decision = Cell::line(vec![choice("keep", "keep"), choice("remove", "remove")])
            .and(vec![choice("shorten", "until"), day]);
        let answer = vec![
            (column::SCHOOL, escape::cell(&school.organisation)),
            (column::PERSON, escape::cell(&self.person)),
            ("name", escape::cell(&self.name)),
            (column::CHECK, self.check.clone()),
        ];
        Row {
            cells: vec![self.who(), uses, decision],
            answer: (!self.check.is_empty()).then_some(answer),
        }
    }

    fn plain_row(&self) -> Row {
        let given = self
            .source
            .as_ref()
            .map(|source| Piece::Code(place(source)));
        Row::of(vec![
            self.who().and(given.into_iter().collect()),
            self.uses(&|_, area| area.piece()),
        ])
    }

    /// The row of the file that is filled in.
    fn cells(&self, school: &ReviewSchool) -> Vec<String> {
        let what = self.accounts.iter().map(|account| {
            let lines = account.lines(&|area| Piece::Plain(area.words())).texts();
            lines.join(" ")
        });
        let what: Vec<String> = what.collect();
        let own = self.accounts.iter().flat_map(|account| {
            let areas = account.areas.iter();
            let own = areas.filter(|area| area.own && area.access.after());
            own.map(|area| area_name(account, area))
        });
        let own: Vec<String> = own.collect();
        let note = match (self.own, &self.source) {
            (true, _) => String::new(),
            (false, Some(source)) => {
                format!("given to several schools at once: {}", place(source))
            }
            (false, None) => "given to several schools at once".to_owned(),
        };
        vec![
            school.organisation.clone(),
            school.organisation_name.clone(),
            self.person.clone(),
            self.name.clone(),
            what.join(" / "),
            day_or_blank(self.until),
            own.join(BETWEEN_AREAS),
            String::new(),
            String::new(),
            String::new(),
            note,
            self.check.clone(),
        ]
    }

    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            name: _,
            person,
            own,
            shared,
            until,
            roles,
            accounts,
            source,
            check: _,
        } = self;
        let pseudonym = redaction.person(person);
        Self {
            name: pseudonym.clone(),
            own: *own,
            shared: *shared,
            until: *until,
            roles: roles.clone(),
            accounts: accounts
                .iter()
                .map(|one| one.redacted(&pseudonym))
                .collect(),
            source: source.clone(),
            // Of a row that names nobody nothing can be decided.
            check: String::new(),
            person: pseudonym,
        }
    }
}

/// An area as a cell of decisions names it.
fn area_name(account: &ReviewAccount, area: &ReviewArea) -> String {
    format!("{}:{}", account.portal, area.area)
}

impl ReviewAccount {
    /// The portal, what the account is there, and its areas.
    fn lines(&self, show: &dyn Fn(&ReviewArea) -> Piece) -> Cell {
        let mut head = vec![Piece::Strong(format!("{}:", self.portal_title))];
        match self.access {
            Standing::Given => head.push(Piece::Given("new account".to_owned())),
            Standing::Taken => head.push(Piece::Taken("access".to_owned())),
            Standing::Kept | Standing::None => {}
        }
        match self.admin {
            Standing::None => {}
            Standing::Kept => head.push(Piece::Tag("administrator".to_owned())),
            Standing::Given => head.push(Piece::Given("administrator".to_owned())),
            Standing::Taken => head.push(Piece::Taken("administrator".to_owned())),
        }
        let areas: Vec<Piece> = self.areas.iter().map(show).collect();
        if areas.is_empty() && self.admin == Standing::None {
            head.push(Piece::Faint("an account, and no area".to_owned()));
        }
        let last = self
            .last_sign_in
            .map(|day| Piece::Faint(format!("last sign-in {day}")));
        head.extend(separated(areas));
        Cell::line(head).and(last.into_iter().collect())
    }

    fn redacted(&self, pseudonym: &str) -> Self {
        let Self {
            portal,
            portal_title,
            name: _,
            login: _,
            access,
            admin,
            until,
            last_sign_in,
            areas,
        } = self;
        Self {
            portal: portal.clone(),
            portal_title: portal_title.clone(),
            name: pseudonym.to_owned(),
            login: pseudonym.to_owned(),
            access: *access,
            admin: *admin,
            until: *until,
            last_sign_in: *last_sign_in,
            areas: areas.clone(),
        }
    }
}

impl ReviewArea {
    /// The title, and the end where it has one of its own.
    fn words(&self) -> String {
        let sensitive = if self.sensitive { " (sensitive)" } else { "" };
        match self.until {
            Some(day) => format!("{}{sensitive} until {day}", self.title),
            None => format!("{}{sensitive}", self.title),
        }
    }

    fn piece(&self) -> Piece {
        match self.access {
            Standing::Given => Piece::Given(self.words()),
            Standing::Taken => Piece::Taken(self.words()),
            Standing::Kept | Standing::None => Piece::Plain(self.words()),
        }
    }
}
