//! Whether names and addresses are shown: more people read a CI log than may read staff data.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use super::screen::{Progress, Screen};
use super::{Failure, world};
use crate::config::Project;
use crate::model::diagnostic::{Diagnostic, FileIndex, SourceFile, Sources};
use crate::model::plan::Plan;
use crate::report::Redaction;

/// `--redact`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redact {
    /// In CI, and nowhere else.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The variable that holds the key of pseudonyms. Without it the configuration's digest is the
/// key, which whoever reads the log and not the repository does not have.
const KEY: &str = "BEADLE_REDACTION_KEY";

impl Redact {
    /// The plan as it may be shown.
    pub(super) fn shown<'p>(self, plan: &'p Plan, project: &Project) -> Cow<'p, Plan> {
        match self.redaction(project) {
            Some(redaction) => Cow::Owned(redaction.plan(plan)),
            None => Cow::Borrowed(plan),
        }
    }

    /// How to redact, where it is asked for.
    pub(super) fn redaction(self, project: &Project) -> Option<Redaction> {
        self.redaction_of(project.digest())
    }

    /// The same, where the configuration's digest is all that is known of the project.
    pub(super) fn redaction_of(self, digest: &str) -> Option<Redaction> {
        let key = || world::variable(KEY).unwrap_or_else(|| digest.to_owned());
        self.is_wanted().then(|| Redaction::new(key().as_bytes()))
    }

    /// As [`Self::guard`], for what makes pseudonyms.
    ///
    /// # Errors
    /// When their key is set and empty, as a secret is that a CI job may not have: whoever set it
    /// relies on a key of their own, and would get pseudonyms made with another.
    pub(super) fn keyed(self, screen: &mut dyn Screen) -> Result<Guarded<'_>, Failure> {
        if self.is_wanted() && world::is_blank(KEY) {
            return Err(Failure::Usage(format!(
                "`{KEY}` is set and empty, and is no key to make pseudonyms with: give it a value that nobody can guess, or unset it"
            )));
        }
        Ok(self.guard(screen))
    }

    /// Findings as they may be shown, without the files they are about.
    pub(super) fn findings(self, found: &[Diagnostic]) -> Cow<'_, [Diagnostic]> {
        if self.is_wanted() {
            Cow::Owned(found.iter().map(hidden).collect())
        } else {
            Cow::Borrowed(found)
        }
    }

    /// A screen on which findings in the files name nobody, where that is asked for.
    pub(super) fn guard(self, screen: &mut dyn Screen) -> Guarded<'_> {
        Guarded {
            screen,
            hides: self.is_wanted(),
        }
    }

    /// Whether names and addresses are to be kept out.
    pub(super) fn is_wanted(self) -> bool {
        match self {
            Self::Auto => world::in_ci(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// A screen that shows where a finding is and what is wrong, and neither the file's own words nor
/// an address. It needs no key: there may be no project yet to make one of.
pub(super) struct Guarded<'s> {
    screen: &'s mut dyn Screen,
    hides: bool,
}

impl Screen for Guarded<'_> {
    fn out(&mut self) -> &mut dyn io::Write {
        self.screen.out()
    }

    fn say(&mut self, line: &str) {
        self.screen.say(line);
    }

    fn warn(&mut self, line: &str) {
        self.screen.warn(line);
    }

    fn diagnostics(&mut self, found: &[Diagnostic], sources: &Sources) {
        if self.hides {
            let found: Vec<Diagnostic> = found.iter().map(hidden).collect();
            self.screen.diagnostics(&found, &covered(&found, sources));
        } else {
            self.screen.diagnostics(found, sources);
        }
    }

    fn confirm(&mut self, question: &str) -> io::Result<Option<bool>> {
        self.screen.confirm(question)
    }

    fn ask(&mut self, question: &str) -> io::Result<Option<String>> {
        self.screen.ask(question)
    }

    fn progress(&mut self, total: u64) -> Box<dyn Progress> {
        self.screen.progress(total)
    }
}

/// The finding without addresses.
fn hidden(finding: &Diagnostic) -> Diagnostic {
    let Diagnostic {
        code,
        severity,
        message,
        span,
        label,
        related,
        help,
    } = finding;
    let related = related.iter();
    Diagnostic {
        code,
        severity: *severity,
        message: without_addresses(message),
        span: span.clone(),
        label: without_addresses(label),
        related: related
            .map(|(span, what)| (span.clone(), without_addresses(what)))
            .collect(),
        help: help.as_deref().map(without_addresses),
    }
}

/// What stands between backticks and holds an `@` goes, all of it.
fn without_addresses(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(index, part)| {
        if part.contains('@') && index % 2 == 1 {
            "(redacted)".to_owned()
        } else {
            part.split(' ')
                .map(|word| {
                    if word.contains('@') {
                        "(redacted)"
                    } else {
                        word
                    }
                })
                .collect::<Vec<_>>()
                .join(" ")
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// The files that findings point at with every letter and digit covered, each by as many bytes:
/// places stay where they are. Of the other files, the name alone.
fn covered(found: &[Diagnostic], sources: &Sources) -> Sources {
    let spans = found.iter().filter_map(|one| one.span.as_ref());
    let related = found.iter().flat_map(|one| &one.related);
    let named: BTreeSet<FileIndex> = spans
        .chain(related.map(|(span, _)| span))
        .map(|span| span.file)
        .collect();
    let mut shown = Sources::default();
    for (index, file) in (0..).map(FileIndex).zip(sources.files()) {
        let name = Arc::clone(&file.name);
        shown.add(match (named.contains(&index), &**file) {
            (false, _) => SourceFile::new(name, "".into()),
            (true, file) => file.text().map_or_else(
                || file.clone(),
                |text| SourceFile::new(name, text.chars().map(cover).collect::<String>().into()),
            ),
        });
    }
    shown
}

fn cover(character: char) -> char {
    match character.len_utf8() {
        1 if !character.is_ascii_alphanumeric() => character,
        1 => '*',
        2 => '\u{b7}',
        3 => '\u{2022}',
        _ => '\u{1f533}',
    }
}
