//! What is wrong in a file, as data: a stable code, a place, a sentence, a way out. How it looks
//! is decided by whoever prints it.

use std::sync::Arc;

use serde::Serialize;

use super::source::Source;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The project cannot be used until it is mended.
    Error,
    /// Allowed, and worth a look.
    Warning,
}

/// A stretch of bytes in one file, to be underlined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Which file: an index into [`Sources`].
    pub file: FileIndex,
    /// First byte, in the text as parsed (without a byte-order mark).
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// Index of a file in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileIndex(pub u32);

/// One finding in the files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    /// Stable code, such as `unknown-key`: what tools and people search for.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in the words of the YAML; one sentence, lower case, names in backticks.
    pub message: String,
    /// Where; none for what has no place, such as a file that cannot be opened.
    pub span: Option<Span>,
    /// A few words beside the caret.
    pub label: String,
    /// A second place that matters: where a key stood first, what a value contradicts.
    pub related: Vec<(Span, String)>,
    /// The way out: what to write instead.
    pub help: Option<String>,
}

/// The text of every file that was read, to show lines of it and to turn bytes into lines.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// One file's name, text and line starts.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Name from the project's folder, with `/` between folders.
    pub name: Arc<str>,
    /// The text as parsed.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// Indexes the lines of `text`, once.
    #[must_use]
    pub fn new(name: Arc<str>, text: Arc<str>) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(breaks.map(|(at, _)| to_u32(at + 1)))
            .collect();
        Self {
            name,
            text,
            line_starts,
        }
    }

    /// Line and column, both from 1, of a byte; the column counts characters.
    #[must_use]
    pub fn position(&self, byte: u32) -> (u32, u32) {
        let line = self
            .line_starts
            .partition_point(|start| *start <= byte)
            .max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let end = (byte as usize).min(self.text.len());
        let column = self
            .text
            .get(start..end)
            .map_or(0, |before| before.chars().count());
        (to_u32(line), to_u32(column + 1))
    }

    /// The byte at which a line (from 1) starts; the end of the text when there is no such line.
    #[must_use]
    pub fn line_start(&self, line: u32) -> u32 {
        let index = line.saturating_sub(1) as usize;
        self.line_starts
            .get(index)
            .copied()
            .unwrap_or_else(|| to_u32(self.text.len()))
    }
}

impl Sources {
    /// The line and column of a place in one of these files.
    #[must_use]
    pub fn place(&self, span: &Span) -> Source {
        let known = self.get(span.file);
        let (line, column) = known.map_or((1, 1), |file| file.position(span.start));
        Source {
            file: known.map_or_else(|| "".into(), |file| Arc::clone(&file.name)),
            line,
            column,
        }
    }

    /// Adds a file and says under which index it is kept.
    pub fn add(&mut self, file: SourceFile) -> FileIndex {
        self.files.push(file);
        FileIndex(to_u32(self.files.len() - 1))
    }

    /// The file of an index.
    #[must_use]
    pub fn get(&self, index: FileIndex) -> Option<&SourceFile> {
        self.files.get(index.0 as usize)
    }

    /// Every file, in the order read.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let file = SourceFile::new("a.yaml".into(), "a: 1\nné: 2\n".into());
        assert_eq!(file.position(0), (1, 1));
        assert_eq!(file.position(5), (2, 1));
        assert_eq!(file.position(8), (2, 3));
        assert_eq!(file.position(12), (3, 1));
    }
}
