//! How a finding is written down: a code, a place, a sentence, a way out. Collects; prints nothing.

use crate::model::diagnostic::{Diagnostic, Severity, Span};

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

    /// A second place that matters.
    pub(super) fn also(mut self, at: &Span, what: impl Into<String>) -> Self {
        self.0.related.push((at.clone(), what.into()));
        self
    }
}

/// What has been found so far.
#[derive(Default)]
pub(super) struct Findings(Vec<Diagnostic>);

impl Findings {
    /// Adds one.
    pub(super) fn push(&mut self, finding: Finding) {
        self.0.push(*finding.0);
    }

    /// Adds what there is, if there is any.
    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.0
            .extend(findings.into_iter().map(|finding| *finding.0));
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any of them is an error.
    pub(super) fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }

    /// Whether there is an error at exactly this place.
    pub(super) fn has_errors_at(&self, span: &Span) -> bool {
        self.0.iter().any(|finding| {
            finding.severity == Severity::Error && finding.span.as_ref() == Some(span)
        })
    }

    /// Adds what another collected.
    pub(super) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// All of them, by file and place, without repetitions.
    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.0.sort_by(|one, other| {
            (&one.span, one.severity, one.code, &one.message).cmp(&(
                &other.span,
                other.severity,
                other.code,
                &other.message,
            ))
        });
        self.0.dedup();
        self.0
    }
}
