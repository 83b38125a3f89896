//! A file of decisions as rows: with commas, semicolons or tabs, whatever the spreadsheet of a
//! country writes, its columns by their names in any order. Nothing is concluded here.

use super::Fault;
use crate::model::name::canonical;
use crate::report::escape;
use crate::report::sheets::review::column;

/// What separates cells.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Lines before the headings that are looked at: a spreadsheet may begin with one of its own.
const BEFORE_HEADINGS: usize = 5;

/// The columns that must be there.
const NEEDED: [&str; 4] = [
    column::SCHOOL,
    column::PERSON,
    column::DECISION,
    column::CHECK,
];

/// One row of decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// The line of the file, from 1.
    pub(super) number: u32,
    pub(super) school: String,
    pub(super) person: String,
    /// An account that no file names, instead of a person.
    pub(super) account: String,
    pub(super) decision: String,
    pub(super) last_day: String,
    pub(super) take_areas: String,
    /// What is said of an account.
    pub(super) note: String,
    /// Who decided, and when.
    pub(super) reviewer: String,
    pub(super) reviewed_on: String,
    pub(super) check: String,
}

impl Row {
    /// Whether it names an organisation.
    pub(super) fn is_of(&self, organisation: &str) -> bool {
        is_cell(&self.school, organisation)
    }

    /// Whether nothing stands in it.
    fn is_blank(&self) -> bool {
        let Self {
            number: _,
            school,
            person,
            account,
            decision,
            last_day,
            take_areas,
            // What is noted beside nothing says nothing.
            note: _,
            reviewer: _,
            reviewed_on: _,
            check,
        } = self;
        [
            school, person, account, decision, last_day, take_areas, check,
        ]
        .iter()
        .all(|text| text.is_empty())
    }
}

/// Whether a cell says a text, as it was written or as it was made safe for a spreadsheet.
pub(super) fn is_cell(cell: &str, text: &str) -> bool {
    let cell = canonical(cell);
    cell == canonical(text) || cell == canonical(&escape::cell(text))
}

/// Takes a file apart.
///
/// # Errors
/// When it has not the columns of decisions, or no row.
pub(super) fn rows(text: &str) -> Result<Vec<Row>, Fault> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut nearest: Vec<&str> = NEEDED.to_vec();
    for delimiter in DELIMITERS {
        match delimited(&text, delimiter) {
            Ok(rows) if rows.is_empty() => {
                return Err(fault("it has no row of decisions"));
            }
            Ok(rows) => return Ok(rows),
            Err(missing) if missing.len() < nearest.len() => nearest = missing,
            Err(_) => {}
        }
    }
    let names: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
    let word = if names.len() == 1 {
        "column"
    } else {
        "columns"
    };
    Err(fault(&format!(
        "it has no {word} {}, so that it is not a file of decisions",
        names.join(", ")
    )))
}

fn fault(message: &str) -> Fault {
    Fault {
        row: None,
        message: message.to_owned(),
        help: "`beadle report review --format csv --out review.csv` makes one to be filled in"
            .to_owned(),
    }
}

/// The rows, or the columns that are missing.
fn delimited(text: &str, delimiter: u8) -> Result<Vec<Row>, Vec<&'static str>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut missing = NEEDED.to_vec();
    let mut columns: Option<Vec<String>> = None;
    let (mut counted, mut line) = (0, 0);
    let mut rows = Vec::new();
    // A text is valid UTF-8, and reading memory does not fail: there are no errors to lose.
    for (index, record) in reader.records().flatten().enumerate() {
        let at = record.position().map_or(0, csv::Position::byte);
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        // A record begins after the empty lines before it.
        let rest = text.get(at..).unwrap_or_default();
        let begins = at + (rest.len() - rest.trim_start_matches('\n').len());
        let passed = text.as_bytes().get(counted..begins).unwrap_or_default();
        line += passed.iter().filter(|byte| **byte == b'\n').count();
        counted = begins;
        let Some(names) = &columns else {
            let names: Vec<String> = record.iter().map(heading).collect();
            let absent = NEEDED
                .iter()
                .filter(|name| !names.iter().any(|it| it == *name));
            let absent: Vec<&str> = absent.copied().collect();
            if absent.is_empty() {
                columns = Some(names);
            } else if absent.len() < missing.len() {
                missing = absent;
            }
            if columns.is_none() && index >= BEFORE_HEADINGS {
                break;
            }
            continue;
        };
        let row = row(&record, names, line);
        if !row.is_blank() {
            rows.push(row);
        }
    }
    match columns {
        Some(_) => Ok(rows),
        None => Err(missing),
    }
}

fn heading(text: &str) -> String {
    let text = text.trim().trim_start_matches('\u{feff}');
    text.to_lowercase().replace([' ', '-'], "_")
}

fn row(record: &csv::StringRecord, columns: &[String], line: usize) -> Row {
    let mut row = Row {
        number: u32::try_from(line).unwrap_or(u32::MAX).saturating_add(1),
        ..Row::default()
    };
    for (name, text) in columns.iter().zip(record) {
        let field = match name.as_str() {
            column::SCHOOL => &mut row.school,
            column::PERSON => &mut row.person,
            column::DECISION => &mut row.decision,
            column::LAST_DAY => &mut row.last_day,
            column::TAKE_AREAS => &mut row.take_areas,
            column::ACCOUNT => &mut row.account,
            column::NOTE => &mut row.note,
            column::REVIEWER => &mut row.reviewer,
            column::REVIEWED_ON => &mut row.reviewed_on,
            column::CHECK => &mut row.check,
            _ => continue,
        };
        text.trim().clone_into(field);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spreadsheet_s_csv_is_read_with_the_row_s_own_number() {
        let files = [
            "school,person,decision,last_day,take_areas,check\r\na,p@x.example,keep,,,k\r\n",
            "sep=;\r\n\"school\";\"person\";\"decision\";\"check\"\r\n\r\na;p@x.example;keep;k\r\n;;;\r\n",
            "Check\tDecision\tPerson\tSchool\nk\tkeep\tp@x.example\ta\n",
            "\u{feff}school,person,note,decision,check\na,p@x.example,\"two\nlines\",keep,k\n",
        ];
        let known = [(2, ""), (4, ""), (2, ""), (2, "two\nlines")];
        for (file, (number, note)) in files.iter().zip(known) {
            let read = rows(file).unwrap();
            let expected = Row {
                number,
                school: "a".to_owned(),
                person: "p@x.example".to_owned(),
                decision: "keep".to_owned(),
                note: note.to_owned(),
                check: "k".to_owned(),
                ..Row::default()
            };
            assert_eq!(read, [expected], "{file:?}");
        }
    }

    #[test]
    fn what_is_no_file_of_decisions_says_what_is_missing() {
        let message = |text: &str| rows(text).unwrap_err().message;
        assert_eq!(
            message("school,person,check\na,b,c\n"),
            "it has no column `decision`, so that it is not a file of decisions"
        );
        assert_eq!(
            message("school,person,decision,check\n"),
            "it has no row of decisions"
        );
        assert!(message("").contains("`school`, `person`, `decision`, `check`"));
    }
}
