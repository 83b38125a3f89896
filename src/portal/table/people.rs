//! From the rows of a list to people: finds the headings, takes each cell for what its heading
//! says, and says which row and column is wrong. Phone numbers are dropped here and go nowhere.

mod check;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::page::{Cell, Grid, LONGEST, Line, Page, stated_total};
use super::shapes::{self, Column};
use super::values::{self, Wrong};
use super::{Fault, Place};
use check::{Check, login, upstream};

/// As many rows from the top of a table its headings are looked for.
const HEADINGS_WITHIN: usize = 40;

/// One row of a list. What the list does not show is none.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) login: Option<String>,
    pub(super) areas: Option<Vec<String>>,
    pub(super) admin: Option<bool>,
    /// The outer option: whether there is such a column.
    pub(super) expires: Option<Option<Date>>,
    pub(super) active: Option<bool>,
    pub(super) locked: Option<bool>,
    pub(super) upstream: Option<bool>,
    pub(super) last_sign_in: Option<Date>,
}

/// What one file lists.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    pub(super) persons: Vec<Person>,
    /// Titles of areas, from a list of what there is.
    pub(super) titles: Vec<String>,
    /// Whether a table with headings was found at all.
    pub(super) found: bool,
    /// Rows, the wrong ones among them.
    pub(super) rows: u64,
    /// Headings that nobody knows.
    pub(super) unread: BTreeSet<String>,
}

/// The headings of a table.
struct Head {
    line: usize,
    columns: Vec<(Column, String)>,
    begins: Vec<usize>,
    score: usize,
}

/// Reads every list of a file.
pub(super) fn read(file: &Arc<str>, page: &Page, faults: &mut Vec<Fault>) -> People {
    let headed: Vec<(&Grid, Head)> = page
        .grids
        .iter()
        .filter_map(|grid| Some((grid, head(grid)?)))
        .collect();
    let mut people = People::default();
    let best = headed.iter().map(|(_, head)| head.score).max();
    for (grid, head) in &headed {
        // One way of reading a text is right: the first of those with the most known headings.
        if page.alternatives && (Some(head.score) != best || people.found) {
            continue;
        }
        people.found = true;
        let reader = Reader { file, grid, head };
        reader.read(&mut people, faults);
    }
    people
}

fn head(grid: &Grid) -> Option<Head> {
    let lines = grid.lines.iter().enumerate().take(HEADINGS_WITHIN);
    let mut heads = lines.filter_map(|(index, line)| head_in(index, line));
    heads.next()
}

fn head_in(index: usize, line: &Line) -> Option<Head> {
    let mut columns = Vec::new();
    let mut begins = Vec::new();
    for cell in &line.cells {
        if cell.text.len() > LONGEST {
            return None;
        }
        let column = shapes::column(&cell.text);
        let column = column.map_or((Column::Other, cell.text.clone()), |column| {
            let unknown = if column == Column::Other {
                ""
            } else {
                cell.text.as_str()
            };
            (column, unknown.to_owned())
        });
        begins.push(cell.begins);
        for _ in 0..cell.span.clamp(1, 64) {
            columns.push(column.clone());
        }
    }
    let known: Vec<Column> = line
        .cells
        .iter()
        .filter(|cell| !cell.text.is_empty())
        .filter_map(|cell| shapes::column(&cell.text))
        .collect();
    let tells = |column: &&Column| {
        matches!(
            column,
            Column::Name | Column::Forename | Column::Surname | Column::Email | Column::Login
        )
    };
    let person = known.iter().any(|column| tells(&column));
    let titled = known.contains(&Column::Areas) || known.contains(&Column::Title);
    let catalogue = titled && known.contains(&Column::Other);
    let score = known.len();
    (score >= 2 && (person || catalogue)).then_some(Head {
        line: index,
        columns,
        begins,
        score,
    })
}

/// The cells of one row by what they hold.
type Row<'c> = BTreeMap<Column, Vec<&'c Cell>>;

struct Reader<'a> {
    file: &'a Arc<str>,
    grid: &'a Grid,
    head: &'a Head,
}

impl Reader<'_> {
    fn read(&self, people: &mut People, faults: &mut Vec<Fault>) {
        let of_people = self.is_of_people();
        if of_people && !self.headings_are_clear(faults) {
            return;
        }
        let unknown = self
            .head
            .columns
            .iter()
            .filter(|(column, heading)| *column == Column::Other && !heading.is_empty());
        people
            .unread
            .extend(unknown.map(|(_, heading)| heading.clone()));
        let heading: Option<Vec<&str>> = self.grid.lines.get(self.head.line).map(texts);
        for line in self.grid.lines.iter().skip(self.head.line + 1) {
            if is_empty(line) || Some(texts(line)) == heading || self.is_beside(line) {
                continue;
            }
            people.rows += 1;
            let before = faults.len();
            let Some(row) = self.row(line, faults) else {
                continue;
            };
            if !of_people {
                people.titles.extend(titles(&row));
            } else if let Some(person) = self.person(line, &row, faults)
                && faults.len() == before
            {
                people.persons.push(person);
            }
        }
    }

    fn has(&self, wanted: Column) -> bool {
        self.head
            .columns
            .iter()
            .any(|(column, _)| *column == wanted)
    }

    fn is_of_people(&self) -> bool {
        [
            Column::Name,
            Column::Forename,
            Column::Surname,
            Column::Email,
            Column::Login,
        ]
        .into_iter()
        .any(|column| self.has(column))
    }

    /// Two columns that say the same thing cannot both be believed.
    fn headings_are_clear(&self, faults: &mut Vec<Fault>) -> bool {
        let mut seen: BTreeMap<Column, &str> = BTreeMap::new();
        let line = self.grid.lines.get(self.head.line);
        let cells = line.map(|line| line.cells.as_slice()).unwrap_or_default();
        for cell in cells {
            let Some(column) = shapes::column(&cell.text) else {
                continue;
            };
            if matches!(column, Column::Other | Column::Phone | Column::Areas) {
                continue;
            }
            if let Some(first) = seen.insert(column, &cell.text) {
                let message = format!(
                    "the columns {} and {} say the same thing",
                    values::shown(first),
                    values::shown(&cell.text)
                );
                let mut fault = Fault::of_file(self.file, message)
                    .help("leave one of them out, or give it another heading");
                fault.row = line.map(|line| line.row);
                fault.skippable = false;
                faults.push(fault);
                return false;
            }
        }
        true
    }

    /// What stands in the table and is no row of it: one cell over several columns, and how many
    /// rows there are.
    fn is_beside(&self, line: &Line) -> bool {
        match line.cells.as_slice() {
            [cell] => cell.span > 1 || stated_total(&cell.text).is_some(),
            _ => false,
        }
    }

    fn fault(&self, line: &Line, wrong: Wrong) -> Fault {
        Fault::of_row(self.file, line.row, wrong)
    }

    fn row<'l>(&self, line: &'l Line, faults: &mut Vec<Fault>) -> Option<Row<'l>> {
        let wrong = |message: &str, help| Wrong {
            message: message.to_owned(),
            help,
        };
        if line.reaches_down {
            faults.push(self.fault(
                line,
                wrong(
                    "a cell reaches into the next row",
                    "write the row's cells out in a CSV",
                ),
            ));
            return None;
        }
        let mut row = Row::new();
        let mut at = 0;
        for (index, cell) in line.cells.iter().enumerate() {
            let column = if self.grid.aligned && line.cells.len() != self.head.begins.len() {
                let Some(below) = self
                    .head
                    .begins
                    .iter()
                    .position(|begins| *begins == cell.begins)
                else {
                    faults.push(self.fault(line, wrong(
                        "its cells do not stand below the headings, and a blank one cannot be told",
                        "save the page as HTML, or copy the table so that tabs stay between the cells",
                    )));
                    return None;
                };
                self.head.columns.get(below)
            } else if self.grid.aligned {
                self.head.columns.get(index)
            } else {
                self.head.columns.get(at)
            };
            at += cell.span.max(1);
            let column =
                match column {
                    Some((column, _)) => *column,
                    None if cell.text.is_empty() || is_button(&cell.text) => Column::Other,
                    None => {
                        faults.push(self.fault(line, wrong(
                        "it has more cells than there are headings",
                        "put quotes around a cell that holds the separator, or add the heading",
                    )));
                        return None;
                    }
                };
            row.entry(column).or_default().push(cell);
        }
        // Whatever it holds: it goes no further.
        row.remove(&Column::Phone);
        Some(row)
    }

    fn person(&self, line: &Line, row: &Row<'_>, faults: &mut Vec<Fault>) -> Option<Person> {
        if line.cells.len() == 1 && self.head.columns.len() > 1 {
            faults.push(self.fault(
                line,
                Wrong {
                    message: "it is no row of the table".to_owned(),
                    help: "leave out what stands below the table",
                },
            ));
            return None;
        }
        let mut check = Check {
            reader: self,
            line,
            row,
            faults,
        };
        let name = check.name();
        let email = check.value(Column::Email, values::email).flatten();
        let login = check.value(Column::Login, login).flatten();
        let admin = check.truth(
            Column::Admin,
            &["admin", "administrator", "demote"],
            &["user", "standard", "standard user", "promote"],
        );
        let expires = check.value(Column::Expires, values::day);
        let state = check.tick_or(Column::Active, values::active, |tick| (tick, false));
        let locked = check.truth(Column::Locked, &["locked"], &["unlocked", "not locked"]);
        let last_sign_in = check.value(Column::LastSignIn, values::day).flatten();
        let upstream = text(row, Column::Upstream).and_then(upstream);
        Some(Person {
            place: Place {
                file: Arc::clone(self.file),
                row: line.row,
            },
            name,
            email,
            login,
            areas: self.has(Column::Areas).then(|| areas(row)),
            admin: self.admin(row).or(admin),
            expires,
            active: state.map(|(active, _)| active),
            locked: locked.or(state.map(|(_, locked)| locked)),
            upstream,
            last_sign_in,
        })
    }

    /// Who can be demoted is an administrator; who can be promoted is none (Hwb guide, Manage
    /// Administrators). A heading may say it of the whole table.
    fn admin(&self, row: &Row<'_>) -> Option<bool> {
        let buttons = row
            .get(&Column::Other)
            .into_iter()
            .chain(row.get(&Column::Admin))
            .flatten();
        for button in buttons {
            match shapes::plain(&button.text).as_str() {
                "demote" => return Some(true),
                "promote" => return Some(false),
                _ => {}
            }
        }
        (!self.has(Column::Admin) && shapes::heads_administrators(&self.grid.heading))
            .then_some(true)
    }
}

fn is_button(text: &str) -> bool {
    matches!(shapes::column(text), Some(Column::Other | Column::Admin))
}

fn text<'c>(row: &Row<'c>, column: Column) -> Option<&'c str> {
    let cells = row.get(&column)?;
    cells
        .iter()
        .map(|cell| cell.text.as_str())
        .find(|text| !text.is_empty())
}

fn areas(row: &Row<'_>) -> Vec<String> {
    let cells = row.get(&Column::Areas).into_iter().flatten();
    let titles = cells.flat_map(|cell| cell.text.split([';', '|']));
    titles
        .map(str::trim)
        .filter(|title| !values::is_blank(title))
        .map(str::to_owned)
        .collect()
}

/// What a list of areas calls one of them.
fn titles(row: &Row<'_>) -> impl Iterator<Item = String> {
    let title = text(row, Column::Title).or(text(row, Column::Areas));
    title.map(str::to_owned).into_iter()
}

fn texts(line: &Line) -> Vec<&str> {
    line.cells.iter().map(|cell| cell.text.as_str()).collect()
}

fn is_empty(line: &Line) -> bool {
    line.cells
        .iter()
        .all(|cell| cell.text.is_empty() && cell.tick.is_none())
}
