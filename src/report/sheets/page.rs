//! What every form is written from: sheets of headings, sentences and tables. Holds texts as they
//! are; whoever writes a form escapes them for it.

use jiff::civil::Date;

/// A report as people read it.
#[derive(Clone, Debug, Default)]
pub struct Sheets {
    /// The name of the whole.
    pub(super) title: String,
    /// Each begins on paper of its own.
    pub(super) sheets: Vec<Sheet>,
    /// Whether it is filled in, and what the file of answers is called.
    pub(super) answers: Option<String>,
}

/// One sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    /// What it is, in a word or two.
    pub(super) kind: String,
    pub(super) title: String,
    /// A line under the title.
    pub(super) subtitle: String,
    /// What stands above each table on paper, where pages may part. Empty for nothing.
    pub(super) running: String,
    /// What it amounts to, a sentence each.
    pub(super) lead: Vec<String>,
    pub(super) blocks: Vec<Block>,
}

/// What a sheet is made of.
#[derive(Clone, Debug)]
pub(super) enum Block {
    /// A heading: 2 or 3.
    Heading(u8, String),
    /// A paragraph.
    Text(String),
    /// Something that must be seen first.
    Notice(String),
    /// Something that is in order.
    Good(String),
    Table(Table),
    /// A place to sign: what is signed, and who is expected to.
    Sign {
        statement: String,
        by: Option<String>,
    },
}

/// A table, the first cell of each row being its heading.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// What it shows, for whoever does not see where it stands.
    pub(super) caption: String,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Row>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    /// What identifies it in a file of answers, column by column: only in what is filled in.
    pub(super) answer: Option<Vec<(&'static str, String)>>,
}

/// Lines of pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell(pub(super) Vec<Vec<Piece>>);

#[derive(Clone, Debug)]
pub(super) enum Piece {
    Plain(String),
    Strong(String),
    Faint(String),
    /// A login id, a place in a file.
    Code(String),
    /// Something that the plan gives.
    Given(String),
    /// Something that the plan takes.
    Taken(String),
    /// Something late, or missing.
    Alarm(String),
    /// One word in a frame.
    Tag(String),
    /// One of several answers: the question of its row, the value, and what is said beside it.
    Choice {
        field: &'static str,
        value: &'static str,
        label: &'static str,
    },
    /// A day to be filled in, and what it means to whoever does not see where it stands.
    Day {
        field: &'static str,
        label: &'static str,
        /// The first and the last that may be written.
        between: (Date, Option<Date>),
    },
    /// A few words to be filled in.
    Words {
        field: &'static str,
        label: &'static str,
    },
    /// Something to be ticked: its value, what stands beside the box, and what it means to whoever
    /// does not see where it stands.
    Tick {
        field: &'static str,
        value: String,
        label: &'static str,
        meaning: String,
    },
}

impl Piece {
    /// What it says, without its manner.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Plain(text)
            | Self::Strong(text)
            | Self::Faint(text)
            | Self::Code(text)
            | Self::Alarm(text)
            | Self::Tag(text) => text.clone(),
            Self::Given(text) => format!("+ {text}"),
            Self::Taken(text) => format!("− {text}"),
            Self::Choice { label, .. } => format!("[ ] {label}"),
            Self::Day { .. } => "____-__-__".to_owned(),
            Self::Words { .. } => "____________________".to_owned(),
            Self::Tick { label, .. } => format!("[ ] {label}"),
        }
    }
}

impl Cell {
    /// Nothing.
    pub(super) fn blank() -> Self {
        Self::default()
    }

    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self(vec![vec![Piece::Plain(text.into())]])
    }

    pub(super) fn line(pieces: Vec<Piece>) -> Self {
        Self(vec![pieces])
    }

    /// One line more, unless there is nothing on it.
    pub(super) fn and(mut self, pieces: Vec<Piece>) -> Self {
        if !pieces.is_empty() {
            self.0.push(pieces);
        }
        self
    }

    /// Its lines as text.
    pub(super) fn texts(&self) -> Vec<String> {
        let line = |pieces: &Vec<Piece>| {
            let texts: Vec<String> = pieces.iter().map(Piece::text).collect();
            texts.join(" ")
        };
        self.0.iter().map(line).collect()
    }
}

impl Row {
    pub(super) fn of(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            answer: None,
        }
    }
}

/// A report as a spreadsheet shows it.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

/// Name, and login id where that says more.
pub(super) fn named(name: &str, login: &str) -> Cell {
    let name = name.trim();
    if name.is_empty() || name == login {
        return Cell::line(vec![Piece::Strong(login.to_owned())]);
    }
    Cell::line(vec![Piece::Strong(name.to_owned())]).and(vec![Piece::Code(login.to_owned())])
}
