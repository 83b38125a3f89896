//! Reports as Markdown: headings, sentences and tables, everything from files and portals escaped.

use std::fmt::Write as _;

use super::page::{Block, Cell, Piece, Sheet, Sheets, Table};
use crate::report::escape::{markdown, markdown_code};

/// Writing to a string cannot fail.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {
        let _ = writeln!($out, $($text)*);
    };
}

/// The whole report.
pub(super) fn text(sheets: &Sheets) -> String {
    let mut out = String::new();
    for (index, sheet) in sheets.sheets.iter().enumerate() {
        if index > 0 {
            put!(out, "\n---\n");
        }
        write_sheet(sheet, &mut out);
    }
    out
}

fn write_sheet(sheet: &Sheet, out: &mut String) {
    let Sheet {
        kind,
        title,
        subtitle,
        running: _,
        lead,
        blocks,
    } = sheet;
    put!(out, "# {}: {}", markdown(kind), markdown(title));
    if !subtitle.is_empty() {
        put!(out, "\n{}", markdown(subtitle));
    }
    if !lead.is_empty() {
        let lead: Vec<String> = lead.iter().map(|text| markdown(text)).collect();
        put!(out, "\n{}", lead.join(" "));
    }
    for block in blocks {
        match block {
            Block::Heading(level, text) => {
                let marks = "#".repeat(usize::from(*level));
                put!(out, "\n{marks} {}", markdown(text));
            }
            Block::Text(text) | Block::Good(text) => {
                put!(out, "\n{}", markdown(text));
            }
            Block::Notice(text) => {
                put!(out, "\n> **{}**", markdown(text));
            }
            Block::Table(table) => write_table(table, out),
            Block::Sign { statement, by } => {
                put!(out, "\n{}\n", markdown(statement));
                let by = by.as_deref().map(markdown).unwrap_or_default();
                for label in ["Name and role", "Signature", "Date"] {
                    let known = if label == "Name and role" { &by } else { "" };
                    put!(
                        out,
                        "- {label}: {known} \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_"
                    );
                }
            }
        }
    }
}

fn write_table(table: &Table, out: &mut String) {
    put!(out, "\n| {} |", table.columns.join(" | "));
    put!(out, "|{}", " --- |".repeat(table.columns.len()));
    for row in &table.rows {
        let cells: Vec<String> = row.cells.iter().map(cell).collect();
        put!(out, "| {} |", cells.join(" | "));
    }
}

fn cell(cell: &Cell) -> String {
    let line = |pieces: &Vec<Piece>| {
        let pieces: Vec<String> = pieces.iter().map(piece).collect();
        pieces.join(" ")
    };
    let lines: Vec<String> = cell.0.iter().map(line).collect();
    lines.join("<br>")
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Plain(text) | Piece::Faint(text) => markdown(text),
        Piece::Strong(text) | Piece::Alarm(text) => format!("**{}**", markdown(text)),
        // A bar ends a cell, also between backticks.
        Piece::Code(text) if text.contains('|') => markdown(text),
        Piece::Code(text) => markdown_code(text),
        Piece::Tag(text) => format!("({})", markdown(text)),
        Piece::Given(_)
        | Piece::Taken(_)
        | Piece::Choice { .. }
        | Piece::Day { .. }
        | Piece::Words { .. }
        | Piece::Tick { .. } => markdown(&piece.text()),
    }
}
