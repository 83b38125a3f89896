//! Reports for a spreadsheet: RFC 4180, every cell in quotes and none a formula.

use std::io::{self, Write};

use super::page::Rows;
use crate::report::escape;

/// By this Excel knows that a file is UTF-8; elsewhere it is in the way.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Writes headings and rows.
pub(super) fn write(rows: &Rows, for_spreadsheet: bool, out: &mut dyn Write) -> io::Result<()> {
    if for_spreadsheet {
        out.write_all(BYTE_ORDER_MARK)?;
    }
    let mut table = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    let unwritten = |error: csv::Error| io::Error::other(error);
    table.write_record(&rows.columns).map_err(unwritten)?;
    for row in &rows.rows {
        let cells = row.iter().map(|cell| escape::cell(cell));
        table
            .write_record(cells.map(String::into_bytes))
            .map_err(unwritten)?;
    }
    table.flush()
}
