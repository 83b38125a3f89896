//! How a finding is written down: a code, a place, a sentence, a way out. Collects; prints nothing.

use crate::model::diagnostic::{Diagnostic, FileIndex, Severity, Span};

/// A finding while it is being written.
pub(super) struct Finding(Box<Diagnostic>);

impl Finding {
    /// Something that must be mended before the project can be used.
    pub(super) fn error(code: &'static str, at: &Span, message: impl Into<String>) -> Self {
        Self(Box::new(Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            span: Some(at.clone()),
            label: String::new(),
            related: Vec::new(),
            help: None,
        }))
    }

    /// Something that is allowed and worth a look.
    pub(super) fn warning(code: &'static str, at: &Span, message: impl Into<String>) -> Self {
        let mut finding = Self::error(code, at, message);
        finding.0.severity = Severity::Warning;
        finding
    }

    /// An error without a place, such as a file that cannot be opened.
    pub(super) fn without_place(code: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            span: None,
            label: String::new(),
            related: Vec::new(),
            help: None,
        }))
    }

    /// A few words beside the caret.
    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.0.label = label.into();
        self
    }

    /// The way out.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// The way out, where there is one.
    pub(super) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.0.help = help.or(self.0.help);
        self
    }

    /// The same without the places in files of which `moved` says that they are elsewhere now.
    pub(super) fn without_places_in(mut self, moved: impl Fn(FileIndex) -> bool) -> Self {
        self.0.span = self.0.span.take().filter(|span| !moved(span.file));
        self.0.related.retain(|(span, _)| !moved(span.file));
        self
    }

    /// A second place that matters.
    pub(super) fn also(mut self, at: &Span, what: impl Into<String>) -> Self {
        self.0.related.push((at.clone(), what.into()));
        self
    }
}

/// Most errors, and most warnings, that are kept: nobody reads more, and a file may hold millions.
pub(super) const MOST: usize = 1_000;

/// What has been found so far.
#[derive(Default)]
pub(super) struct Findings {
    all: Vec<Diagnostic>,
    /// How many errors there are, those that were not kept among them.
    errors: usize,
    /// The same of warnings.
    warnings: usize,
}

impl Findings {
    /// Adds one.
    pub(super) fn push(&mut self, finding: Finding) {
        self.keep(*finding.0);
    }

    /// Adds what there is, if there is any.
    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }

    fn keep(&mut self, finding: Diagnostic) {
        let count = match finding.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= MOST {
            self.all.push(finding);
        }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether any of them is an error.
    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether there are so many errors that no further one is kept.
    pub(super) fn is_full(&self) -> bool {
        self.errors >= MOST
    }

    /// Counts errors that nobody has looked at closely, because there are too many.
    pub(super) fn leave_out(&mut self, errors: usize) {
        self.errors += errors;
    }

    /// Whether there is an error at exactly this place.
    pub(super) fn has_errors_at(&self, span: &Span) -> bool {
        self.all.iter().any(|finding| {
            finding.severity == Severity::Error && finding.span.as_ref() == Some(span)
        })
    }

    /// Adds what another collected.
    pub(super) fn append(&mut self, other: Self) {
        let Self {
            all,
            errors,
            warnings,
        } = other;
        let of = |severity| all.iter().filter(|one| one.severity == severity).count();
        let (left_out, unsaid) = (
            errors - of(Severity::Error),
            warnings - of(Severity::Warning),
        );
        all.into_iter().for_each(|finding| self.keep(finding));
        self.errors += left_out;
        self.warnings += unsaid;
    }

    /// All of them, by file and place, without repetitions; last, how many are not among them.
    pub(super) fn into_sorted(self) -> Vec<Diagnostic> {
        let Self {
            mut all,
            errors,
            warnings,
        } = self;
        all.sort_by(|one, other| {
            (&one.span, one.severity, one.code, &one.message).cmp(&(
                &other.span,
                other.severity,
                other.code,
                &other.message,
            ))
        });
        all.dedup();
        for (count, what) in [(errors, "errors"), (warnings, "warnings")] {
            let kept = MOST.min(count);
            if let more @ 1.. = count - kept {
                let message = format!("and {more} more {what}, which are not shown");
                let mut finding = *Finding::without_place("more", message).0;
                if what == "warnings" {
                    finding.severity = Severity::Warning;
                }
                all.push(finding);
            }
        }
        all
    }
}
