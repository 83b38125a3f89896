//! The review pack as people read it and fill it in: a sheet a school, a row a person.

use jiff::civil::Date;

use super::{
    ReviewAccount, ReviewArea, ReviewPerson, ReviewReport, ReviewSchool, area_name, column,
};
use crate::model::day::shifted;
use crate::report::sheets::access::separated;
use crate::report::sheets::page::{Block, Cell, Piece, Row, Sheet, Sheets, Table, named};
use crate::report::sheets::{Standing, UnreadUnit, unread_notice};
use crate::report::{counted, escape};

/// Days without a sign-in after which somebody is to be asked whether they still need it.
const LONG_UNUSED: i64 = 183;

/// Most names that one sentence lists.
const LISTED: usize = 12;

/// A sheet a school.
pub(super) fn sheets(report: &ReviewReport) -> Sheets {
    let people = report.schools.iter().flat_map(|school| &school.people);
    let unnamed = report.schools.iter().flat_map(|school| &school.unnamed);
    let mut checks = people
        .map(|one| &one.check)
        .chain(unnamed.map(|one| &one.check));
    let can_answer = checks.any(|check| !check.is_empty());
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
    fn sheet(&self, school: &ReviewSchool) -> Sheet {
        let unread = self.unread.iter();
        let own: Vec<UnreadUnit> = unread
            .filter(|one| one.organisation == school.organisation)
            .cloned()
            .collect();
        let mut blocks: Vec<Block> = unread_notice(&own).map(Block::Notice).into_iter().collect();
        self.first(school, &mut blocks);
        self.own(school, &mut blocks);
        assigned(school, &mut blocks);
        ends(school, &mut blocks);
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
            running: format!("Access review: {}, {}", school.organisation_name, self.day),
            lead: vec![school.lead()],
            blocks,
        }
    }

    /// Where a mistake would cost most, or is likely: to be looked at before tiredness comes.
    fn first(&self, school: &ReviewSchool, blocks: &mut Vec<Block>) {
        let unused = |person: &&ReviewPerson| {
            let last = person.accounts.iter().filter_map(|it| it.last_sign_in);
            last.max()
                .is_some_and(|last| last < shifted(self.day, -LONG_UNUSED))
        };
        let among = |is: &dyn Fn(&&ReviewPerson) -> bool| -> Vec<&str> {
            let stays = school.people.iter().filter(|person| !person.ends);
            stays
                .filter(is)
                .map(|person| person.name.as_str())
                .collect()
        };
        let kinds = [
            ("Administrators", among(&|person| person.is_admin())),
            (
                "Logins that several people use",
                among(&|person| person.shared),
            ),
            ("Not signed in for half a year", among(&unused)),
            (
                "On no list",
                school.unnamed.iter().map(|one| one.name.as_str()).collect(),
            ),
        ];
        let told = kinds.iter().filter(|(_, names)| !names.is_empty());
        let told: Vec<String> = told
            .map(|(what, names)| format!("{what}: {}.", listed(names)))
            .collect();
        if !told.is_empty() {
            blocks.push(Block::Heading(2, "Look at these first".to_owned()));
            blocks.extend(told.into_iter().map(Block::Text));
        }
    }

    /// The people of the school itself, each with a place to decide.
    fn own(&self, school: &ReviewSchool, blocks: &mut Vec<Block>) {
        let own = school.people.iter().filter(|one| one.own && !one.ends);
        let own: Vec<&ReviewPerson> = own.collect();
        if own.is_empty() {
            blocks.push(Block::Text("Nobody of this school has access.".to_owned()));
            return;
        }
        blocks.push(Block::Heading(2, "People of this school".to_owned()));
        let mut text =
            "Tick one box in each row: keep, remove, or the last day of access. To take \
                        away a single area, tick “take away” beside it. What comes with a job role \
                        has no box of its own."
                .to_owned();
        if own.iter().any(|person| person.is_admin()) {
            text.push_str(
                " Whoever is to stay, but not as administrator: say so to whoever runs beadle, who \
                 takes them out of the list of administrators.",
            );
        }
        blocks.push(Block::Text(text));
        blocks.push(Block::Table(Table {
            caption: format!("Who may use what at {}", school.organisation_name),
            columns: vec!["Who", "May use", "Decision"],
            rows: own.iter().map(|one| one.row(school, self.day)).collect(),
        }));
    }
}

/// Names in a sentence: the first dozen, and how many more there are.
fn listed(names: &[&str]) -> String {
    let shown: Vec<&str> = names.iter().take(LISTED).copied().collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// People for whom it is not for one school to decide.
fn assigned(school: &ReviewSchool, blocks: &mut Vec<Block>) {
    let people = school.people.iter().filter(|one| !one.own && !one.ends);
    let rows: Vec<Row> = people.map(ReviewPerson::plain_row).collect();
    if rows.is_empty() {
        return;
    }
    let heading = "Given to several schools at once";
    blocks.push(Block::Heading(2, heading.to_owned()));
    blocks.push(Block::Text(
        "These people work for more than one school. If one of them should not have this access, \
         say so to whoever decides for all schools."
            .to_owned(),
    ));
    blocks.push(Block::Table(Table {
        caption: format!(
            "People of several schools who have access at {}",
            school.organisation_name
        ),
        columns: vec!["Who", "May use"],
        rows,
    }));
}

/// People of whom nothing is left to decide: a box beside them would promise what it cannot do.
fn ends(school: &ReviewSchool, blocks: &mut Vec<Block>) {
    let people = school.people.iter().filter(|one| one.ends);
    let rows: Vec<Row> = people.map(ReviewPerson::plain_row).collect();
    if rows.is_empty() {
        return;
    }
    let heading = "Ends anyway: nothing to decide";
    blocks.push(Block::Heading(2, heading.to_owned()));
    blocks.push(Block::Text(
        "The last day of these people has passed, and what they still have is being taken away. If \
         one of them should stay, say so now to whoever runs beadle."
            .to_owned(),
    ));
    blocks.push(Block::Table(Table {
        caption: format!("People whose access at {} ends", school.organisation_name),
        columns: vec!["Who", "May still use"],
        rows,
    }));
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
    blocks.push(Block::Table(Table {
        caption: format!(
            "Accounts at {} that no list names",
            school.organisation_name
        ),
        columns: vec!["Account", "May use", "Whose is it?", "Decision"],
        rows: school.unnamed.iter().map(|one| one.row(school)).collect(),
    }));
}

impl ReviewSchool {
    fn lead(&self) -> String {
        let stays = || self.people.iter().filter(|person| !person.ends);
        let admins = stays().filter(|person| person.is_admin()).count() as u64;
        let shared = stays().filter(|person| person.shared).count() as u64;
        let people = stays().count() as u64 - shared;
        let ends = self.people.len() as u64 - people - shared;
        let more = [
            (shared, "shared login", "shared logins"),
            (ends, "whose access ends anyway", "whose access ends anyway"),
            (
                self.unnamed.len() as u64,
                "account on no list",
                "accounts on no list",
            ),
        ];
        let mut lead = format!(
            "{}, {} among them",
            counted(people, "person", "people"),
            counted(admins, "administrator", "administrators"),
        );
        for (count, one, many) in more.into_iter().filter(|(count, ..)| *count > 0) {
            lead.push_str("; ");
            lead.push_str(&counted(count, one, many));
        }
        lead.push('.');
        lead
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

    /// Whether they administer something once the plan has been carried out.
    fn is_admin(&self) -> bool {
        self.accounts.iter().any(|account| account.admin.after())
    }

    /// What the person may use: with a box beside what is theirs alone, where it can be taken.
    fn uses(&self, can_take: bool) -> Cell {
        let mut cell = Cell::blank();
        for account in &self.accounts {
            let (boxed, plain): (Vec<&ReviewArea>, Vec<&ReviewArea>) = account
                .areas
                .iter()
                .partition(|area| can_take && area.own && area.access.after());
            cell.0.extend(account.lines(&plain, boxed.len()).0);
            cell.0.extend(boxed.into_iter().map(|area| {
                let tick = Piece::Tick {
                    field: column::TAKE_AREAS,
                    value: area_name(account, area),
                    label: "take away",
                    meaning: format!("take away {} from {}", area.title, self.name),
                };
                vec![area.piece(), tick]
            }));
            let last = account.last_sign_in;
            cell = cell.and(
                last.map(|day| Piece::Faint(format!("last sign-in {day}")))
                    .into_iter()
                    .collect(),
            );
        }
        cell
    }

    fn row(&self, school: &ReviewSchool, day: Date) -> Row {
        let last_day = Piece::Day {
            field: column::LAST_DAY,
            label: "Last day of",
            between: (day, self.until),
        };
        let decision = Cell::line(vec![choice("keep", "keep"), choice("remove", "remove")])
            .and(vec![choice("shorten", "until"), last_day]);
        let answer = vec![
            (column::SCHOOL, escape::cell(&school.organisation)),
            (column::PERSON, escape::cell(&self.person)),
            ("name", escape::cell(&self.name)),
            (column::CHECK, self.check.clone()),
        ];
        Row {
            cells: vec![self.who(), self.uses(true), decision],
            answer: (!self.check.is_empty()).then_some(answer),
        }
    }

    fn plain_row(&self) -> Row {
        Row::of(vec![self.who(), self.uses(false)])
    }
}

/// One of the answers to what becomes of somebody.
fn choice(value: &'static str, label: &'static str) -> Piece {
    Piece::Choice {
        field: column::DECISION,
        value,
        label,
    }
}

impl ReviewAccount {
    /// An account that no list names, with a place to say whose it is.
    fn row(&self, school: &ReviewSchool) -> Row {
        let last = self.last_sign_in;
        let last = last.map(|day| Piece::Faint(format!("last sign-in {day}")));
        let areas: Vec<&ReviewArea> = self.areas.iter().collect();
        let whose = Piece::Words {
            field: column::NOTE,
            label: "Whose is it:",
        };
        let answer = vec![
            (column::SCHOOL, escape::cell(&school.organisation)),
            (column::ACCOUNT, escape::cell(&self.address())),
            ("name", escape::cell(&self.name)),
            (column::CHECK, self.check.clone()),
        ];
        Row {
            cells: vec![
                named(&self.name, &self.login),
                self.lines(&areas, 0).and(last.into_iter().collect()),
                Cell::line(vec![whose]),
                Cell::line(vec![choice("keep", "keep"), choice("remove", "remove")]),
            ],
            answer: (!self.check.is_empty()).then_some(answer),
        }
    }

    /// The portal, what the account is there, and areas of it; `more` stand below.
    fn lines(&self, areas: &[&ReviewArea], more: usize) -> Cell {
        let mut head = vec![Piece::Strong(format!("{}:", self.portal_title))];
        match self.access {
            Standing::Given if self.exists => head.push(Piece::Given("access again".to_owned())),
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
        if areas.is_empty() && more == 0 && self.admin == Standing::None {
            head.push(Piece::Faint("an account, and no area".to_owned()));
        }
        let areas = areas.iter().map(|area| area.piece()).collect();
        head.extend(separated(areas));
        Cell::line(head)
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
