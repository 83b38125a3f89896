//! A plan in a file: what `plan --out` adds to the document, and reading one back from bytes that
//! anybody may have changed on the way. Knows no clock: when a file was written, its writer says.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PlanDocument, digest_of};
use crate::model::hidden;
use crate::model::snapshot::SnapshotAccount;

/// What a saved plan carries beside the plan. The plan's own digest does not cover it, so that the
/// same plan has the same digest whenever it is saved; the seal covers all of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedDocument {
    /// When it was saved, in UTC; of a merged plan, when the first part was.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The instant from which it cannot be applied any more.
    #[schemars(with = "String")]
    pub until: Timestamp,
    /// Every live account that the plan touches, as it was when the plan was made: who has changed
    /// since must be reviewed again.
    pub accounts: Vec<SeenDocument>,
    /// SHA-256 of the whole document with an empty `seal`, in lower-case hexadecimal.
    pub seal: String,
}

/// A live account, as it was when the plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenDocument {
    /// The organisation's id in the project.
    pub organisation: String,
    /// The portal's name in the project.
    pub portal: String,
    /// What the portal showed.
    pub account: SnapshotAccount,
}

/// Why bytes are not a plan that was saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SavedError {
    /// Nothing is there.
    #[error("it is not a plan: it is empty")]
    Empty,
    /// Bytes that an editor, or a shell that redirects, puts before a text.
    #[error(
        "it begins with a byte order mark, which an editor or a shell puts before a text: hand \
         the file on as `plan --out` wrote it"
    )]
    ByteOrderMark,
    /// The end is missing.
    #[error("it is not whole: it ends within line {line}, column {column}")]
    CutOff {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Something else than a plan. What it says instead is not repeated: it may name people.
    #[error("it is not a plan: line {line}, column {column} is not what a plan has there")]
    NotAPlan {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Another format than this program writes.
    #[error("its format is {0}; this version reads format 1")]
    Format(u64),
    /// Another version may plan otherwise, and would not be held to what was reviewed.
    #[error(
        "it was made by another version of beadle, and this is {}: plan and apply with the same",
        env!("CARGO_PKG_VERSION")
    )]
    Version,
    /// For people and programs to read, and not to apply.
    #[error("it is a plan as `--format json` prints it; `--out` saves one to apply")]
    Printed,
    /// Line ends of another system.
    #[error(
        "its line ends were changed on the way, as git's `core.autocrlf` and some editors do: \
         hand the file on as `plan --out` wrote it"
    )]
    LineEnds,
    /// Something in it is not as it was.
    #[error("it has been changed since it was saved: its digest does not agree")]
    Changed,
    /// The same plan in other bytes.
    #[error(
        "it has been changed since it was saved: it says the same in other bytes; hand the file on \
         as `plan --out` wrote it"
    )]
    Rewritten,
}

/// What every plan says of itself, of whatever format and version.
#[derive(Deserialize)]
struct Heading {
    format: u64,
    beadle: String,
}

impl PlanDocument {
    /// The document as it is saved: with the time until which it holds, and the live accounts that
    /// it touches.
    #[must_use]
    pub fn saved(self, at: Timestamp, until: Timestamp, accounts: Vec<SeenDocument>) -> Self {
        let mut document = Self {
            review: None,
            saved: Some(SavedDocument {
                at,
                until,
                accounts,
                seal: String::new(),
            }),
            ..self
        };
        document.seal();
        document
    }

    /// Seals what is saved anew, after it was put together of others.
    pub(super) fn seal(&mut self) {
        if let Some(saved) = &mut self.saved {
            saved.seal.clear();
        }
        let seal = digest_of(self);
        if let Some(saved) = &mut self.saved {
            saved.seal = seal;
        }
    }

    /// The bytes of a saved plan: the same document is always the same bytes.
    ///
    /// # Errors
    /// When the document cannot be written as JSON, which no plan brings about.
    pub fn to_saved(&self) -> Result<String, serde_json::Error> {
        let text = serde_json::to_string_pretty(self)?;
        // People look at it too, and it may be a terminal.
        Ok(format!("{}\n", hidden::json(&text)))
    }

    /// Reads a saved plan, which must be byte for byte what [`PlanDocument::to_saved`] wrote.
    ///
    /// # Errors
    /// [`SavedError`] for anything else. No error repeats what the bytes say: they name people.
    pub fn from_saved(bytes: &[u8]) -> Result<Self, SavedError> {
        if bytes.is_empty() {
            return Err(SavedError::Empty);
        }
        let marks: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
        if marks.iter().any(|mark| bytes.starts_with(mark)) {
            return Err(SavedError::ByteOrderMark);
        }
        let document: Self = serde_json::from_slice(bytes).map_err(|error| {
            let heading = serde_json::from_slice::<Heading>(bytes);
            heading.map_or_else(
                |_| unreadable(&error),
                |heading| heading.fault().unwrap_or_else(|| unreadable(&error)),
            )
        })?;
        let heading = Heading {
            format: document.format.into(),
            beadle: document.beadle.clone(),
        };
        heading.fault().map_or(Ok(()), Err)?;
        document.check(bytes)?;
        Ok(document)
    }

    fn check(&self, bytes: &[u8]) -> Result<(), SavedError> {
        let (Some(saved), None) = (&self.saved, &self.review) else {
            return Err(SavedError::Printed);
        };
        let mut sealed = self.clone();
        sealed.seal();
        let seals = sealed.saved.is_some_and(|sealed| sealed.seal == saved.seal);
        if !seals || self.computed_digest() != self.digest {
            return Err(SavedError::Changed);
        }
        let written = self.to_saved().map_err(|_| SavedError::Rewritten)?;
        if written.as_bytes() == bytes {
            Ok(())
        } else if without_returns(bytes).eq(written.bytes()) {
            Err(SavedError::LineEnds)
        } else {
            Err(SavedError::Rewritten)
        }
    }
}

impl Heading {
    /// Why this program does not read it.
    fn fault(self) -> Option<SavedError> {
        let Self { format, beadle } = self;
        if format != 1 {
            Some(SavedError::Format(format))
        } else if beadle != env!("CARGO_PKG_VERSION") {
            Some(SavedError::Version)
        } else {
            None
        }
    }
}

fn unreadable(error: &serde_json::Error) -> SavedError {
    let (line, column) = (error.line(), error.column());
    if error.is_eof() {
        SavedError::CutOff { line, column }
    } else {
        SavedError::NotAPlan { line, column }
    }
}

fn without_returns(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes.iter().copied().filter(|byte| *byte != b'\r')
}
