//! The doors through which fuzzing tries what reads the files that people write: a project, an
//! organisation's file, a snapshot, a pattern, and the cuts that the editing commands make. Nothing
//! else uses them, and no file is read.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use super::context::{Context, RulesByDriver};
use super::documents::{FileKind, ProjectDocument};
use super::files::Folder;
use super::findings::Findings;
use super::load::{self, FileOutcome};
use super::project::Loaded;
use super::spanned::Spanned;
use super::{edit, globs, secrets, snapshot, tree};
use crate::model::diagnostic::{Diagnostic, FileIndex, Sources, Span};
use crate::model::snapshot::Snapshot;

/// The day on which what is desired is worked out.
const DAY: Date = Date::constant(2026, 11, 22);

/// Between a project file and the file of one of its organisations.
const BETWEEN: &str = "\n%%\n";

/// Loads a project file and, after a line `%%`, the file of an organisation. Answers with what was
/// found, to be shown; and with whether both are in order.
#[must_use]
pub fn project(text: &str, rules: &RulesByDriver) -> (Vec<Diagnostic>, Sources, bool) {
    let (text, file) = match text.split_once(BETWEEN) {
        Some((text, file)) => (text, Some(file)),
        None => (text, None),
    };
    let texts = [("beadle.yaml".to_owned(), Arc::from(text))];
    // No such folder, so that no pattern meets a file.
    let path = Path::new("no-such-folder/beadle.yaml");
    let Loaded {
        mut sources,
        mut diagnostics,
        project,
    } = load::load_with(path, rules, &texts.into_iter().collect());
    let mut clean = project.is_some();
    if let Some(project) = &project {
        for unit in project.units(DAY) {
            let _ = unit.desired();
        }
        diagnostics.extend(project.too_long(DAY));
        diagnostics.extend(project.on_day(DAY));
        let _ = project.people();
    }
    if let Some(file) = file {
        let FileOutcome {
            source, findings, ..
        } = organisation(text, file, rules);
        clean &= !findings.has_errors();
        diagnostics.extend(findings.into_sorted());
        sources.add(source);
    }
    (diagnostics, sources, clean)
}

/// Reads the file of an organisation, in the context of a project.
fn organisation(project: &str, file: &str, rules: &RulesByDriver) -> FileOutcome {
    let mut ignored = Findings::default();
    let tree = tree::parse(project, FileIndex(0), &mut ignored);
    let document = tree
        .as_ref()
        .and_then(|tree| load::read::<ProjectDocument<'_>>(tree, FileKind::Project, &mut ignored));
    let context = document
        .as_ref()
        .map(|document| Context::new(document, rules));
    let name = "organisation.yaml";
    let folder = Folder {
        root: "no-such-folder".into(),
        texts: [(name.to_owned(), Arc::from(file))].into_iter().collect(),
    };
    load::organisation_file(&Arc::new(folder), name, 1, context.as_ref())
}

/// Reads a snapshot. Whether it is one, and complete.
#[must_use]
pub fn is_snapshot(text: &str) -> bool {
    snapshot(text).is_some_and(|snapshot| snapshot.into_live().is_ok())
}

/// Reads a snapshot; none where it is none.
#[must_use]
pub fn snapshot(text: &str) -> Option<Snapshot> {
    snapshot::parse("snapshot.yaml", text.to_owned()).ok()
}

/// Whether a text is a pattern of organisation files.
#[must_use]
pub fn is_pattern(text: &str) -> bool {
    let file = FileIndex(0);
    let (start, end) = (0, 0);
    let span = Span { file, start, end };
    let value = text;
    let mut findings = Findings::default();
    let pattern = Spanned { value, span };
    let root = Path::new("no-such-folder");
    let _ = globs::find(root, std::slice::from_ref(&pattern), "x", &mut findings);
    let _ = secrets::names_a_secret(text) || secrets::is_variable(text);
    globs::is_pattern(&pattern)
}

/// Makes changes in a text. Each line up to an empty one is a change, of parts with `|` between
/// them: what is done, the way to it with `/` between steps, and what with. Whether they could be
/// made.
#[must_use]
pub fn is_edited(input: &str) -> bool {
    edit::fuzzing::is_edited(input)
}
