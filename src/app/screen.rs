//! What a use case may say, and how it ends. The command line implements it; no use case writes
//! to a stream of its own.

use std::io;

use crate::model::diagnostic::{Diagnostic, Sources};
use crate::report::escape;

/// Where a use case speaks.
pub trait Screen {
    /// Results, for people and programs to read. Styled; the implementation strips styles where
    /// they are not wanted.
    fn out(&mut self) -> &mut dyn io::Write;

    /// One line about what is going on. Left out with `--quiet`.
    fn say(&mut self, line: &str);

    /// One line that must be seen.
    fn warn(&mut self, line: &str);

    /// Findings in the files, with the lines they are about.
    fn diagnostics(&mut self, found: &[Diagnostic], sources: &Sources);

    /// Asks a question that only `yes` answers; `None` where nobody is there to ask.
    ///
    /// # Errors
    /// When the terminal cannot be read.
    fn confirm(&mut self, question: &str) -> io::Result<Option<bool>>;

    /// Asks a question that any line answers, without the spaces around it; `None` where nobody is
    /// there to ask.
    ///
    /// # Errors
    /// When the terminal cannot be read.
    fn ask(&mut self, question: &str) -> io::Result<Option<String>> {
        let _ = question;
        Ok(None)
    }

    /// A display of how far `total` steps have come; silent where there is no terminal.
    fn progress(&mut self, total: u64) -> Box<dyn Progress>;
}

/// How far something has come.
pub trait Progress: Send + Sync {
    /// One more step is through.
    fn step(&self);

    /// No more is shown.
    fn end(&self);
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Failed: nothing was changed.
    Failed,
    /// Changes are pending (`plan --detailed-exitcode`).
    Changes,
    /// Refused: a guardrail, a stale plan.
    Refused,
    /// Applied in part.
    Partial,
}

/// A line as a terminal and a CI job's log may have it, whoever wrote what is in it. Its own line
/// breaks stay.
#[must_use]
pub fn harmless(line: &str) -> String {
    escape::terminal_lines(line)
}

/// Whether a reader would not see the character, or would see others out of order because of it.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    escape::is_hidden(character)
}
