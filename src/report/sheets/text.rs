//! Reports for a terminal: headings, sentences, and tables whose columns stand below each other.

use std::io::{self, Write};

use super::page::{Block, Piece, Row, Sheet, Sheets, Table};
use crate::report::TextOptions;
use crate::report::text::{Canvas, Tone, shown_width};

/// Widest column that others wait for, in characters; what is wider takes the room that it needs.
const WIDEST: usize = 40;

/// Writes every sheet.
pub(super) fn write(sheets: &Sheets, options: &TextOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut canvas = Canvas::new(options, &mut out);
    for (index, sheet) in sheets.sheets.iter().enumerate() {
        if index > 0 {
            canvas.end_line()?;
        }
        write_sheet(sheet, &mut canvas)?;
    }
    out.flush()
}

fn write_sheet(sheet: &Sheet, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let Sheet {
        kind,
        title,
        subtitle,
        running: _,
        lead,
        blocks,
    } = sheet;
    canvas.put(Tone::Heading, kind)?;
    canvas.raw(": ")?;
    canvas.line(Tone::Heading, title)?;
    if !subtitle.is_empty() {
        canvas.line(Tone::Faint, subtitle)?;
    }
    for line in lead {
        canvas.line(Tone::Plain, line)?;
    }
    for block in blocks {
        match block {
            Block::Heading(level, text) => {
                canvas.end_line()?;
                canvas.raw(if *level > 2 { "  " } else { "" })?;
                canvas.line(Tone::Heading, text)?;
            }
            Block::Text(text) => canvas.line(Tone::Plain, text)?,
            Block::Good(text) => canvas.line(Tone::Good, text)?,
            Block::Notice(text) => {
                canvas.put(Tone::Bad, "! ")?;
                canvas.line(Tone::Bad, text)?;
            }
            Block::Table(table) => write_table(table, canvas)?,
            Block::Sign { statement, by } => {
                canvas.end_line()?;
                canvas.line(Tone::Plain, statement)?;
                let by = by.as_deref().unwrap_or("____________");
                canvas.put(Tone::Plain, &format!("Name and role: {by}"))?;
                canvas.line(Tone::Plain, "   Signature: ____________   Date: ________")?;
            }
        }
    }
    Ok(())
}

fn write_table(table: &Table, canvas: &mut Canvas<'_>) -> io::Result<()> {
    let mut widths: Vec<usize> = table.columns.iter().map(|name| shown_width(name)).collect();
    for row in &table.rows {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            let lines = cell.texts();
            let own = lines.iter().map(|line| shown_width(line));
            *width = own.filter(|own| *own <= WIDEST).fold(*width, usize::max);
        }
    }
    canvas.raw("  ")?;
    let last = table.columns.len().saturating_sub(1);
    for (at, (name, width)) in table.columns.iter().zip(&widths).enumerate() {
        if at == last {
            canvas.put(Tone::Faint, name)?;
        } else {
            canvas.padded(Tone::Faint, name, width + 2)?;
        }
    }
    canvas.end_line()?;
    for row in &table.rows {
        write_row(row, &widths, canvas)?;
    }
    Ok(())
}

fn write_row(row: &Row, widths: &[usize], canvas: &mut Canvas<'_>) -> io::Result<()> {
    let height = row.cells.iter().map(|cell| cell.0.len()).max().unwrap_or(0);
    for line in 0..height {
        canvas.raw("  ")?;
        // What is to be filled up before the next piece: nothing at the end of a line.
        let mut fill = 0;
        for (cell, width) in row.cells.iter().zip(widths) {
            let mut used = 0;
            for (index, piece) in cell.0.get(line).into_iter().flatten().enumerate() {
                canvas.raw(&" ".repeat(fill + usize::from(index > 0)))?;
                fill = 0;
                let text = piece.text();
                canvas.put(tone(piece), &text)?;
                used += shown_width(&text) + usize::from(index > 0);
            }
            fill += (width + 2).saturating_sub(used).max(2);
        }
        canvas.end_line()?;
    }
    Ok(())
}

fn tone(piece: &Piece) -> Tone {
    match piece {
        Piece::Strong(_) => Tone::Heading,
        Piece::Faint(_) | Piece::Code(_) => Tone::Faint,
        Piece::Given(_) => Tone::Give,
        Piece::Taken(_) => Tone::Take,
        Piece::Alarm(_) => Tone::Bad,
        Piece::Tag(_) => Tone::Change,
        Piece::Plain(_)
        | Piece::Choice { .. }
        | Piece::Day { .. }
        | Piece::Words { .. }
        | Piece::Tick { .. } => Tone::Plain,
    }
}
