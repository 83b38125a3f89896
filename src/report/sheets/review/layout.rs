//! The review pack as people read it and fill it in: a sheet a school, a row a person.

use super::{
    ReviewAccount, ReviewArea, ReviewPerson, ReviewReport, ReviewSchool, area_name, column,
};
use crate::report::sheets::access::separated;
use crate::report::sheets::page::{Block, Cell, Piece, Row, Sheet, Sheets, Table, named};
use crate::report::sheets::{Standing, UnreadUnit, unread_notice};
use crate::report::{counted, escape};

/// A sheet a school.
pub(super) fn sheets(report: &ReviewReport) -> Sheets {
    let can_answer = report.people().any(|person| !person.check.is_empty());
    let sheets = report.schools.iter().map(|school| report.sheet(school));
    let file = match report.schools.as_slice() {
        [one] => format!("review-{}-{}.csv", plain(&one.organisation), report.day),
        _ => format!("review-{}.csv", report.day),
    };
    Sheets {
        title: format!("Access review, {}", report.day),
        sheets: sheets.collect(),
        answers: can_answer.then_some(file),
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
        Row::of(vec![self.who(), self.uses(&|_, area| area.piece())])
    }
}

impl ReviewAccount {
    /// The portal, what the account is there, and its areas.
    pub(super) fn lines(&self, show: &dyn Fn(&ReviewArea) -> Piece) -> Cell {
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
}

impl ReviewArea {
    /// The title, and the end where it has one of its own.
    pub(super) fn words(&self) -> String {
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
