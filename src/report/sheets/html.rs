//! Reports as one HTML page: to read in light and dark, to print, to fill in by keyboard or by pen.
//! Without a script, but where answers are saved: then with that one alone.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::page::{Block, Cell, Piece, Row, Sheet, Sheets, Table};
use crate::report::escape::html;
use crate::report::paper;

const STYLE: &str = include_str!("style.css");

/// Saves answers as a file. It is the same in every page: nothing of a report stands in it.
const ANSWERS: &str = include_str!("answers.js");

/// Writing to a string cannot fail.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {
        let _ = writeln!($out, $($text)*);
    };
}

/// The whole report.
pub(super) fn page(sheets: &Sheets) -> String {
    let script = sheets.answers.as_ref().map(|_| ANSWERS);
    let mut out = paper::begin(&sheets.title, STYLE, script);
    let mut rows = 0;
    for sheet in &sheets.sheets {
        write_sheet(sheet, sheets.answers.is_some(), &mut rows, &mut out);
    }
    if let Some(file) = &sheets.answers {
        put!(
            out,
            "<div class=\"answers\" data-file=\"{}\" hidden>\n<div class=\"warning\" role=\"alert\" hidden></div>\n\
             <button type=\"button\">Save decisions</button>\n<output></output>\n<span class=\"faint\">The file goes to whoever runs beadle; nothing is sent from here.</span>\n</div>",
            html(file)
        );
    }
    paper::end(script, &mut out);
    out
}

fn write_sheet(sheet: &Sheet, answered: bool, rows: &mut usize, out: &mut String) {
    let Sheet {
        kind,
        title,
        subtitle,
        running,
        lead,
        blocks,
    } = sheet;
    put!(out, "<article class=\"paper\">\n<header>");
    put!(out, "<p class=\"kind\">{}</p>", html(kind));
    put!(out, "<h1>{}</h1>", html(title));
    if !subtitle.is_empty() {
        put!(out, "<p class=\"subtitle\">{}</p>", html(subtitle));
    }
    for line in lead {
        put!(out, "<p>{}</p>", prose(line));
    }
    put!(out, "</header>");
    for block in blocks {
        match block {
            Block::Heading(level, text) => {
                let level = (*level).clamp(2, 3);
                put!(out, "<h{level}>{}</h{level}>", html(text));
            }
            Block::Text(text) => {
                put!(out, "<p>{}</p>", prose(text));
            }
            Block::Notice(text) => {
                put!(out, "<p class=\"warning\">{}</p>", prose(text));
            }
            Block::Good(text) => {
                put!(out, "<p class=\"good\">{}</p>", prose(text));
            }
            Block::Table(table) => write_table(table, running, rows, out),
            Block::Sign { statement, by } => sign(statement, by.as_deref(), answered, out),
        }
    }
    put!(out, "</article>");
}

/// A place to sign: by pen, and where answers are saved on the screen as well.
fn sign(statement: &str, by: Option<&str>, answered: bool, out: &mut String) {
    put!(
        out,
        "<div class=\"sign blank\">\n<p>{}</p>\n<dl>",
        html(statement)
    );
    let by = html(by.unwrap_or_default());
    let (name, day) = if answered {
        (
            format!(
                "<input type=\"text\" name=\"reviewer\" maxlength=\"200\" \
                 aria-label=\"Name and role\" value=\"{by}\">"
            ),
            "<input type=\"date\" name=\"reviewed_on\" aria-label=\"Date\">",
        )
    } else {
        (by, "")
    };
    for (label, place) in [
        ("Name and role", name.as_str()),
        ("Signature", ""),
        ("Date", day),
    ] {
        put!(out, "<div><dt>{label}</dt><dd>{place}</dd></div>");
    }
    put!(out, "</dl>\n</div>");
}

fn write_table(table: &Table, running: &str, rows: &mut usize, out: &mut String) {
    let Table {
        caption,
        columns,
        rows: lines,
    } = table;
    let caption = html(caption);
    let answered = lines.iter().any(|row| row.answer.is_some());
    let class = if answered { " class=\"asks\"" } else { "" };
    // What is wider than the screen can be moved by the keyboard as well.
    put!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">\n\
         <table{class}>\n<caption>{caption}</caption>\n<thead>"
    );
    if !running.is_empty() {
        // On paper alone, where each page begins with the head of its table.
        put!(
            out,
            "<tr class=\"running\" aria-hidden=\"true\"><td colspan=\"{}\">{}</td></tr>",
            columns.len(),
            html(running)
        );
    }
    put!(out, "<tr>");
    for column in columns {
        put!(out, "<th scope=\"col\">{}</th>", html(column));
    }
    put!(out, "</tr></thead>\n<tbody>");
    for row in lines {
        write_row(row, *rows, out);
        *rows += 1;
    }
    put!(out, "</tbody>\n</table>\n</div>");
}

fn write_row(row: &Row, number: usize, out: &mut String) {
    let Row { cells, answer } = row;
    let data = answer
        .iter()
        .flatten()
        .map(|(name, value)| format!(" data-{name}=\"{}\"", html(value)));
    let class = if answer.is_some() {
        " class=\"blank\""
    } else {
        ""
    };
    put!(out, "<tr{class}{}>", data.collect::<String>());
    let whose = answer.iter().flatten().find(|(name, _)| *name == "name");
    let whose = whose.map_or("", |(_, name)| name.as_str());
    for (at, cell) in cells.iter().enumerate() {
        let (open, close) = if at == 0 {
            ("<th scope=\"row\">", "</th>")
        } else if asks(cell) {
            ("<td class=\"decision\">", "</td>")
        } else {
            ("<td>", "</td>")
        };
        put!(out, "{open}{}{close}", write_cell(cell, number, whose));
    }
    put!(out, "</tr>");
}

/// Whether a text is a day, which stays on one line.
fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

/// An address, or a place in a file, that goes on in the next line where a reader would break it.
fn breaking(text: &str) -> String {
    html(text).replace('@', "<wbr>@").replace('/', "/<wbr>")
}

/// A sentence in which names stand between backticks, with quotation marks in their place.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return html(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for (index, part) in parts.into_iter().enumerate() {
        match index {
            0 => {}
            even if even.is_multiple_of(2) => shown.push('”'),
            _ => shown.push('“'),
        }
        shown.push_str(&html(part));
    }
    shown
}

/// Whether a cell asks for one of several answers.
fn asks(cell: &Cell) -> bool {
    let mut pieces = cell.0.iter().flatten();
    pieces.any(|piece| matches!(piece, Piece::Choice { .. }))
}

fn write_cell(cell: &Cell, number: usize, whose: &str) -> String {
    let line = |pieces: &Vec<Piece>| {
        let pieces: Vec<String> = pieces.iter().map(|one| piece(one, number, whose)).collect();
        pieces.join(" ")
    };
    let lines: Vec<String> = cell.0.iter().map(line).collect();
    if asks(cell) {
        let lines: Vec<String> = lines
            .iter()
            .map(|line| format!("<span class=\"line\">{line}</span>"))
            .chain([undecided(cell, number)])
            .collect();
        return format!(
            "<div role=\"group\" aria-label=\"Decision for {}\">\n{}\n</div>",
            html(whose),
            lines.join("\n")
        );
    }
    lines.join("<br>\n")
}

/// The answer by which a tick is taken back. On paper nobody needs it.
fn undecided(cell: &Cell, number: usize) -> String {
    let mut pieces = cell.0.iter().flatten();
    let field = pieces.find_map(|piece| match piece {
        Piece::Choice { field, .. } => Some(*field),
        _ => None,
    });
    let field = field.unwrap_or_default();
    format!(
        "<label class=\"undecided\"><input type=\"radio\" name=\"{field}-{number}\" value=\"\" \
         checked> undecided</label>"
    )
}

fn piece(piece: &Piece, number: usize, whose: &str) -> String {
    let inside = |class: &str, text: &str| format!("<span class=\"{class}\">{}</span>", html(text));
    match piece {
        Piece::Plain(text) if is_day(text) => inside("day", text),
        Piece::Plain(text) => prose(text),
        Piece::Strong(text) if is_day(text) => format!("<strong class=\"day\">{text}</strong>"),
        Piece::Strong(text) => format!("<strong>{}</strong>", html(text)),
        Piece::Faint(text) => inside("faint", text),
        Piece::Code(text) => format!("<span class=\"login\">{}</span>", breaking(text)),
        Piece::Given(text) => inside("give", &format!("+ {text}")),
        Piece::Taken(text) => format!("<span class=\"take\">− <s>{}</s></span>", html(text)),
        Piece::Alarm(text) => inside("alarm", text),
        Piece::Tag(text) => inside("tag", text),
        Piece::Choice {
            field,
            value,
            label,
        } => format!(
            "<label><input type=\"radio\" name=\"{field}-{number}\" value=\"{value}\"> {}</label>",
            html(label)
        ),
        Piece::Day {
            field,
            label,
            between: (first, last),
        } => {
            let last = last.map_or(String::new(), |last| format!(" max=\"{last}\""));
            format!(
                "<input type=\"date\" name=\"{field}-{number}\" min=\"{first}\"{last} \
                 aria-label=\"{} {}\">",
                html(label),
                html(whose)
            )
        }
        Piece::Words { field, label } => format!(
            "<input type=\"text\" name=\"{field}-{number}\" maxlength=\"200\" \
             aria-label=\"{} {}\">",
            html(label),
            html(whose)
        ),
        Piece::Tick {
            field,
            value,
            label,
            meaning,
        } => format!(
            "<label class=\"tick\"><input type=\"checkbox\" name=\"{field}-{number}\" \
             value=\"{}\" aria-label=\"{}\"> {}</label>",
            html(value),
            html(meaning),
            html(label)
        ),
    }
}
