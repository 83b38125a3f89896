//! From a folder to a project: reads the files, in parallel where there are many, and brings
//! everything that is wrong with any of them together.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::checks;
use super::context::{Context, RulesByDriver};
use super::documents::{FileKind, OrganisationDocument, ProjectDocument};
use super::files::{self, Folder, Layout, Opened, Texts};
use super::findings::{Finding, Findings};
use super::organisation::{self, Organisation};
use super::project::{Loaded, Project};
use super::scope::Scope;
use super::spanned::{ListOr, Spanned};
use super::tree::{self, Tree};
use super::{globs, schema, secrets, typed};
use crate::model::diagnostic::{FileIndex, Reread, Severity, SourceFile, Sources, Span};

/// What came of one file.
pub(super) struct FileOutcome {
    pub(super) source: SourceFile,
    digest: [u8; 32],
    pub(super) findings: Findings,
    organisation: Option<Organisation>,
}

/// Loads the project in a folder, or of a project file, and checks all of it.
///
/// Nothing here fails: whatever is wrong is in [`Loaded::diagnostics`], and there is a
/// [`Loaded::project`] when none of it is an error.
#[must_use]
pub fn load(path: &Path, rules: &RulesByDriver) -> Loaded {
    load_with(path, rules, &Texts::new())
}

/// As [`load`], with other texts than those on disk for some of the files: what the project would
/// be if they were written.
pub(super) fn load_with(path: &Path, rules: &RulesByDriver, texts: &Texts) -> Loaded {
    let layout = Layout::of(path);
    let mut sources = Sources::default();
    let folder = Arc::new(Folder {
        root: layout.root.clone(),
        texts: texts.clone(),
    });
    let opened = match folder.open(&layout.file) {
        Ok(opened) => opened,
        Err(finding) => {
            let mut findings = Findings::default();
            findings.push(if path.symlink_metadata().is_ok() {
                finding
            } else {
                files::nothing_at(path)
            });
            return Loaded {
                sources,
                diagnostics: findings.into_sorted(),
                project: None,
            };
        }
    };
    let mut findings = Findings::default();
    let tree = tree::parse(&opened.text, FileIndex(0), &mut findings);
    let foreign = tree.as_ref().and_then(an_organisation);
    let own = tree.as_ref().filter(|_| foreign.is_none());
    findings.extend(foreign);
    let document =
        own.and_then(|tree| read::<ProjectDocument<'_>>(tree, FileKind::Project, &mut findings));
    sources.add(kept(&layout.file, &opened, tree.as_ref(), true));
    let context = document
        .as_ref()
        .map(|document| Context::new(document, rules));
    if let Some(context) = &context {
        checks::project(context, &mut findings);
    }
    let patterns = patterns(tree.as_ref());
    let names = globs::find(&layout.root, &patterns, &layout.file, &mut findings);
    let outcomes: Vec<FileOutcome> = names
        .par_iter()
        .enumerate()
        .map(|(index, name)| organisation_file(&folder, name, index + 1, context.as_ref()))
        .collect();
    let mut organisations = context.as_ref().map_or_else(Vec::new, |context| {
        inline_organisations(context, &mut findings)
    });
    let complete = outcomes
        .iter()
        .all(|outcome| outcome.organisation.is_some());
    let mut digest = Digester::new(&layout.file, &opened.digest);
    for outcome in outcomes {
        digest.add(&outcome.source.name, &outcome.digest);
        sources.add(outcome.source);
        findings.append(outcome.findings);
        organisations.extend(outcome.organisation);
    }
    if let Some(context) = &context {
        let whole = checks::Whole {
            context,
            organisations: &organisations,
            complete,
        };
        checks::whole(&whole, &mut findings);
    }
    let diagnostics = findings.into_sorted();
    let clean = !diagnostics
        .iter()
        .any(|found| found.severity == Severity::Error);
    let project = context.as_ref().filter(|_| clean).and_then(|context| {
        Project::new(
            layout.root,
            context,
            organisations,
            &sources,
            digest.finish(),
        )
    });
    Loaded {
        sources,
        diagnostics,
        project,
    }
}

/// Schema first, then types: only what passes the one is given to the other.
pub(super) fn read<'t, T: serde::Deserialize<'t>>(
    tree: &'t Tree<'t>,
    kind: FileKind,
    findings: &mut Findings,
) -> Option<T> {
    let mut own = Findings::default();
    schema::validate(tree, kind, &mut own);
    if own.has_errors() {
        findings.append(own);
        return None;
    }
    let document = typed::read(tree, &mut own);
    // A key that stands twice is no field twice: once is enough to say it.
    if !findings.has_errors() {
        findings.append(own);
    }
    document
}

/// A file whose text is kept, to be shown whatever becomes of the file: without its literal
/// secrets. Those can only stand in the project file, or where the schema has found something.
fn kept(name: &str, opened: &Opened, tree: Option<&Tree<'_>>, look: bool) -> SourceFile {
    let masked = look.then(|| secrets::masked(&opened.text, tree)).flatten();
    let text = masked.map_or_else(|| opened.text.as_str().into(), Into::into);
    SourceFile::new(name.into(), text)
}

/// The patterns of organisation files, also of a project file that is otherwise wrong: so that
/// what is wrong in those files is found in the same run.
/// What is said where the file of an organisation is given for a project.
fn an_organisation(tree: &Tree<'_>) -> Option<Finding> {
    let (key, id) = tree.root().entry("organisation")?;
    if tree.root().get("organisations").is_some() {
        return None;
    }
    let message = "this is the file of one organisation, and no project";
    let finding = Finding::error("organisation-file", &key.span(), message);
    Some(finding.help(format!(
        "name the folder of the project, and `--org {}`",
        id.characters()
    )))
}

fn patterns<'t>(tree: Option<&'t Tree<'t>>) -> Vec<Spanned<&'t str>> {
    let Some(organisations) = tree.and_then(|tree| tree.root().get("organisations")) else {
        return Vec::new();
    };
    organisations
        .items()
        .filter(|item| !item.characters().is_empty())
        .take(globs::MOST_PATTERNS + 1)
        .map(|item| Spanned {
            value: item.characters(),
            span: item.span(),
        })
        .collect()
}

/// Reads the file of an organisation.
pub(super) fn organisation_file(
    folder: &Arc<Folder>,
    name: &str,
    index: usize,
    context: Option<&Context<'_>>,
) -> FileOutcome {
    let mut findings = Findings::default();
    let opened = match folder.open(name) {
        Ok(opened) => opened,
        Err(finding) => {
            findings.push(finding);
            return FileOutcome {
                source: SourceFile::new(name.into(), "".into()),
                digest: [0; 32],
                findings,
                organisation: None,
            };
        }
    };
    let file = FileIndex(u32::try_from(index).unwrap_or(u32::MAX));
    let tree = tree::parse(&opened.text, file, &mut findings);
    let document = tree.as_ref().and_then(|tree| {
        read::<OrganisationDocument<'_>>(tree, FileKind::Organisation, &mut findings)
    });
    let organisation = document
        .as_ref()
        .zip(context)
        .and_then(|(document, context)| {
            let id = document.organisation.as_ref()?;
            Some(one_organisation(
                context,
                document,
                id.value.0,
                &id.span,
                &mut findings,
            ))
        });
    let source = if findings.is_empty() {
        let again: Arc<dyn Reread> = Arc::<Folder>::clone(folder);
        SourceFile::without_text(name.into(), &opened.text, opened.digest, again)
    } else {
        kept(name, &opened, tree.as_ref(), findings.has_errors())
    };
    FileOutcome {
        source,
        digest: opened.digest,
        findings,
        organisation,
    }
}

/// Checks one organisation and keeps what is needed of it.
pub(super) fn one_organisation(
    context: &Context<'_>,
    document: &OrganisationDocument<'_>,
    id: &str,
    id_span: &Span,
    findings: &mut Findings,
) -> Organisation {
    let scope = Scope::new(context, document, id, id_span);
    checks::organisation(&scope, findings);
    let organisation = organisation::build(&scope);
    checks::built(&scope, &organisation, findings);
    organisation
}

fn inline_organisations(context: &Context<'_>, findings: &mut Findings) -> Vec<Organisation> {
    let ListOr::Map(organisations) = &context.document.organisations else {
        return Vec::new();
    };
    let built: Vec<(Organisation, Findings)> = organisations
        .0
        .par_iter()
        .map(|(id, document)| {
            let mut findings = Findings::default();
            let built = one_organisation(context, document, id.value, &id.span, &mut findings);
            (built, findings)
        })
        .collect();
    let mut kept = Vec::with_capacity(built.len());
    for (organisation, found) in built {
        kept.push(organisation);
        findings.append(found);
    }
    kept
}

/// The digest over all files, in order of name: each name and the digest of its bytes.
struct Digester(Sha256);

impl Digester {
    fn new(name: &str, digest: &[u8; 32]) -> Self {
        let mut digester = Self(Sha256::new());
        digester.add(name, digest);
        digester
    }

    fn add(&mut self, name: &str, digest: &[u8; 32]) {
        self.0.update((name.len() as u64).to_be_bytes());
        self.0.update(name.as_bytes());
        self.0.update(digest);
    }

    fn finish(self) -> String {
        let digest: [u8; 32] = self.0.finalize().into();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
