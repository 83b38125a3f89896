//! Escaping for the cells of a table that a spreadsheet opens.

use super::terminal;

/// Text for one cell of a CSV file: shown as it is, and no formula. Where a spreadsheet would begin
/// one, an apostrophe stands before it: at the beginning, and after what a spreadsheet of another
/// country takes for the end of a cell. Quoting is left to whoever writes the file.
#[must_use]
pub fn cell(text: &str) -> String {
    let shown = terminal(text);
    let mut escaped = String::with_capacity(shown.len() + 2);
    let mut begins = true;
    for character in shown.chars() {
        match character {
            '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}' => {
                if begins {
                    escaped.push('\'');
                }
                begins = false;
            }
            ',' | ';' | '|' | '"' | '\'' => begins = true,
            space if space.is_whitespace() => {}
            _ => begins = false,
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_words_in_cells() {
        let cases = [
            ("=cmd()", "'=cmd()"),
            ("  =cmd()", "  '=cmd()"),
            ("+1", "'+1"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\u{ff1d}cmd()", "'\u{ff1d}cmd()"),
            ("a;=cmd()", "a;'=cmd()"),
            ("a\",=cmd()", "a\",'=cmd()"),
            ("\t=cmd()", "\\t=cmd()"),
            ("a=b, c-d", "a=b, c-d"),
            ("k.ellis@northshire.example", "k.ellis@northshire.example"),
            ("O'Brien-Hart", "O'Brien-Hart"),
            ("a\nb", "a\\nb"),
        ];
        for (payload, shown) in cases {
            assert_eq!(cell(payload), shown);
        }
    }
}
