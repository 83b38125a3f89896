//! Reads a snapshot with the loader's own eyes: the same YAML, the same limits, the same care for
//! characters as written. Whether it is complete is for [`crate::model::live`] to say.

use std::path::Path;

use super::files::{self, Layout};
use super::findings::Findings;
use super::{tree, typed};
use crate::model::diagnostic::{Diagnostic, FileIndex, SourceFile};
use crate::model::snapshot::Snapshot;

/// Reads the snapshot in a file.
///
/// # Errors
/// What is wrong with it first, in a clause with line and column.
pub fn read_snapshot(path: &Path) -> Result<Snapshot, String> {
    let layout = Layout::of(path);
    match files::open(&layout.root, &layout.file) {
        Ok(opened) => parse(&layout.file, opened.text),
        Err(finding) => {
            let mut findings = Findings::default();
            findings.push(finding);
            Err(first(findings, None))
        }
    }
}

/// Reads the snapshot in the text of a file.
pub(super) fn parse(name: &str, text: String) -> Result<Snapshot, String> {
    let mut findings = Findings::default();
    let snapshot = tree::parse(&text, FileIndex(0), &mut findings)
        .and_then(|tree| typed::read::<Snapshot>(&tree, &mut findings));
    let source = SourceFile::new(name.into(), text.into());
    snapshot.ok_or_else(|| first(findings, Some(&source)))
}

fn first(findings: Findings, source: Option<&SourceFile>) -> String {
    let Some(Diagnostic { message, span, .. }) = findings.into_sorted().into_iter().next() else {
        return "it is not a snapshot".to_owned();
    };
    match (span, source) {
        (Some(span), Some(source)) => {
            let (line, column) = source.position(span.start);
            format!("line {line}, column {column}: {message}")
        }
        _ => message,
    }
}
