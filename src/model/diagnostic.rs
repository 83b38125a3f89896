//! What is wrong in a file, as data: a stable code, a place, a sentence, a way out. How it looks
//! is decided by whoever prints it.

use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::Serialize;

use super::source::Source;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
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

/// Every file that was read, to show lines of it and to turn bytes into lines. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
}

/// Where the text of a file can be had once more, so that not all of them need to be kept.
pub trait Reread: std::fmt::Debug + Send + Sync {
    /// The text of a file as it was parsed, without a byte-order mark; none if the file is not
    /// there any more, or its bytes have another SHA-256.
    fn reread(&self, name: &str, digest: &[u8; 32]) -> Option<Arc<str>>;
}

/// One file's name, its lines, and its text or where that can be had.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Name from the project's folder, with `/` between folders.
    pub name: Arc<str>,
    lines: Lines,
    text: OnceLock<Option<Arc<str>>>,
    again: Option<(Arc<dyn Reread>, [u8; 32])>,
}

/// What turns bytes into lines and columns without the text.
#[derive(Clone, Debug)]
struct Lines {
    starts: Box<[u32]>,
    /// The bytes that continue a character: none in plain ASCII.
    continuations: Box<[u32]>,
    length: u32,
}

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = || {
            (1_usize..)
                .zip(text.bytes())
                .filter(|(_, byte)| *byte == b'\n')
        };
        // Counted first, so that no more is kept than is needed.
        let mut starts = Vec::with_capacity(breaks().count() + 1);
        starts.push(0);
        starts.extend(breaks().map(|(after, _)| to_u32(after)));
        let continuations = if text.is_ascii() {
            Box::default()
        } else {
            let continues = |at: &usize| !text.is_char_boundary(*at);
            (0..text.len()).filter(continues).map(to_u32).collect()
        };
        Self {
            starts: starts.into(),
            continuations,
            length: to_u32(text.len()),
        }
    }

    fn position(&self, byte: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let end = byte.min(self.length);
        let before = |byte: u32| self.continuations.partition_point(|at| *at < byte);
        let column = end.saturating_sub(start) - to_u32(before(end) - before(start));
        (to_u32(line), column + 1)
    }
}

impl SourceFile {
    /// A file whose text is kept.
    #[must_use]
    pub fn new(name: Arc<str>, text: Arc<str>) -> Self {
        Self {
            name,
            lines: Lines::of(&text),
            text: OnceLock::from(Some(text)),
            again: None,
        }
    }

    /// A file whose text is read again when somebody asks for it.
    #[must_use]
    pub fn without_text(
        name: Arc<str>,
        text: &str,
        digest: [u8; 32],
        again: Arc<dyn Reread>,
    ) -> Self {
        Self {
            name,
            lines: Lines::of(text),
            text: OnceLock::new(),
            again: Some((again, digest)),
        }
    }

    /// The text as parsed; none if it is not kept and the file has changed since.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let reread = || {
            let (again, digest) = self.again.as_ref()?;
            again.reread(&self.name, digest)
        };
        self.text.get_or_init(reread).as_deref()
    }

    /// Whether both had the same text when they were parsed.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.again, &other.again) {
            (Some((_, digest)), Some((_, other))) => digest == other,
            _ => self.text() == other.text(),
        }
    }

    /// Line and column, both from 1, of a byte; the column counts characters.
    #[must_use]
    pub fn position(&self, byte: u32) -> (u32, u32) {
        self.lines.position(byte)
    }

    /// The byte at which a line (from 1) starts; the end of the text when there is no such line.
    #[must_use]
    pub fn line_start(&self, line: u32) -> u32 {
        let index = line.saturating_sub(1) as usize;
        let known = self.lines.starts.get(index).copied();
        known.unwrap_or(self.lines.length)
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
        self.files.push(Arc::new(file));
        FileIndex(to_u32(self.files.len() - 1))
    }

    /// The file of an index.
    #[must_use]
    pub fn get(&self, index: FileIndex) -> Option<&SourceFile> {
        self.files.get(index.0 as usize).map(AsRef::as_ref)
    }

    /// Every file, in the order read.
    #[must_use]
    pub fn files(&self) -> &[Arc<SourceFile>] {
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
    #[test]
    fn a_column_counts_characters_of_any_width() {
        let text = "a: Zoë 校 𝒳 x\r\n  ŵ: 1";
        let file = SourceFile::new("a.yaml".into(), text.into());
        for (at, _) in text.char_indices() {
            let before = text.get(..at).unwrap_or("");
            let line = before.rsplit('\n').next().unwrap_or("");
            let wanted = (
                to_u32(before.matches('\n').count() + 1),
                to_u32(line.chars().count() + 1),
            );
            assert_eq!(file.position(to_u32(at)), wanted);
        }
        assert_eq!(file.position(u32::MAX), (2, 7));
    }

    #[derive(Debug)]
    struct Shelf(&'static str);

    impl Reread for Shelf {
        fn reread(&self, name: &str, digest: &[u8; 32]) -> Option<Arc<str>> {
            (name == "a.yaml" && *digest == [7; 32]).then(|| self.0.into())
        }
    }

    #[test]
    fn a_text_that_is_not_kept_is_read_again_and_places_need_none() {
        let again: Arc<dyn Reread> = Arc::new(Shelf("é: 1\nb: 2\n"));
        let file = |digest| {
            SourceFile::without_text("a.yaml".into(), "é: 1\nb: 2\n", digest, Arc::clone(&again))
        };
        assert_eq!(file([7; 32]).text(), Some("é: 1\nb: 2\n"));
        let changed = file([8; 32]);
        assert_eq!(changed.text(), None);
        assert_eq!(changed.position(4), (1, 4));
        assert_eq!(changed.line_start(2), 6);
        assert_eq!(changed.line_start(9), 11);
    }
}
