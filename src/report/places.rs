//! Places of findings as programs want them: a path from the root of the repository, as a URI where
//! one is wanted, and columns in UTF-16 code units.

use std::fmt::Write as _;

use crate::model::diagnostic::{SourceFile, Sources, Span};

/// A stretch of one file. Lines and columns from 1; the end is the place after the last character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// From the root of the repository, with `/` between folders.
    pub(super) path: String,
    /// Line in which it begins.
    pub(super) line: u32,
    /// Line in which it ends.
    pub(super) end_line: u32,
    /// First and last column, in UTF-16 code units; none where the file has changed since it was
    /// read.
    pub(super) columns: Option<(u32, u32)>,
}

impl Stretch {
    /// The stretch of a span; `below` is the project's folder, from the root of the repository.
    pub(super) fn of(span: &Span, sources: &Sources, below: &str) -> Option<Self> {
        let Span { file, start, end } = span;
        let file = sources.get(*file)?;
        let (line, _) = file.position(*start);
        let (end_line, _) = file.position(*end);
        let columns = column(file, *start).zip(column(file, *end));
        Some(Self {
            path: path(&file.name, below),
            line,
            end_line,
            columns,
        })
    }
}

/// A file of the project, from the root of the repository.
pub(super) fn path(name: &str, below: &str) -> String {
    match below {
        "" => name.to_owned(),
        below => format!("{below}/{name}"),
    }
}

fn column(file: &SourceFile, byte: u32) -> Option<u32> {
    let (line, _) = file.position(byte);
    let start = file.line_start(line) as usize;
    let before = file.text()?.get(start..byte as usize)?;
    u32::try_from(before.encode_utf16().count() + 1).ok()
}

/// A path as a relative URI reference (RFC 3986).
pub(super) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            // Writing to a string cannot fail.
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_as_utf_16_does() {
        let mut sources = Sources::default();
        let text = "a: 1\n𝒳é: x\n";
        let file = sources.add(SourceFile::new("schools/b.yaml".into(), text.into()));
        let at = u32::try_from(text.find('x').unwrap()).unwrap();
        let span = Span {
            file,
            start: at,
            end: at + 1,
        };
        let stretch = Stretch::of(&span, &sources, "access").unwrap();
        assert_eq!(
            stretch,
            Stretch {
                path: "access/schools/b.yaml".to_owned(),
                line: 2,
                end_line: 2,
                columns: Some((6, 7)),
            }
        );
    }

    #[test]
    fn a_path_is_a_uri() {
        assert_eq!(uri("a/b c%.yaml"), "a/b%20c%25.yaml");
        assert_eq!(uri("é:#?.yaml"), "%C3%A9%3A%23%3F.yaml");
    }
}
