//! Edits by command: from what is asked for to the texts of files in which it is done, with every
//! comment and every line that is not meant left as it is.
//!
//! A change is made twice, in the text and in what the text means, and the two must agree; then the
//! whole project is loaded with the new texts and must be in order. Reads files, and writes none:
//! that is for the caller, who gets the digest of what was read.

mod batch;
mod change;
mod desk;
mod draft;
pub(in crate::config) mod fuzzing;
mod grants;
mod joining;
mod layout;
mod leaving;
mod others;
mod school;
mod splice;
mod terms;
mod written;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use super::context::RulesByDriver;
use super::files::Texts;
use super::findings::{Finding, Findings};
use super::load::load_with;
use super::project::{Loaded, Project};
use crate::model::diagnostic::{Diagnostic, Severity, Sources};
use change::Change;
use school::School;

pub use batch::{Rejected, prepare_all};
pub use joining::NewUser;
pub use terms::{AreaAt, Terms};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Somebody gets an entry.
    Add(NewUser),
    /// Somebody leaves.
    Leave {
        /// The user's key.
        address: String,
        /// The last day of access; the day of the edit by default.
        on: Option<Date>,
        /// Take the entry out instead.
        remove: bool,
    },
    /// Somebody leaves earlier than was known; until then nothing else changes.
    Shorten {
        /// The user's key.
        address: String,
        /// The new last day.
        until: Date,
    },
    /// The end of a membership, or of a grant, is put off.
    Extend {
        /// The user's key.
        address: String,
        /// The new last day.
        until: Date,
        /// The grant; none for the membership.
        area: Option<AreaAt>,
    },
    /// Somebody gets areas.
    Grant {
        /// The user's key.
        address: String,
        /// Which.
        areas: Vec<AreaAt>,
        /// What is said beside each.
        terms: Terms,
    },
    /// Areas are taken from somebody.
    Revoke {
        /// The user's key.
        address: String,
        /// Which.
        areas: Vec<AreaAt>,
    },
    /// Somebody gets the areas of somebody else, written out.
    CopyAreas {
        /// Whose.
        from: String,
        /// Who gets them.
        to: String,
        /// Only at these portals; empty for all.
        portals: Vec<String>,
        /// What is said beside each.
        terms: Terms,
    },
    /// Somebody goes from the first organisation that is named to the second.
    Move {
        /// The user's key.
        address: String,
        /// First day at the new organisation; the day of the edit by default.
        on: Option<Date>,
        /// Days from then on at the old one.
        overlap: u16,
        /// Whether own areas come along.
        keep_areas: bool,
    },
}

/// One edit of many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The organisation's id.
    pub organisation: String,
    /// What is to be done there.
    pub edit: Edit,
}

/// Which organisations are edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those of these ids, patterns and `tag:` words; each of the ids must know the user.
    Selected(Vec<String>),
    /// All.
    All,
    /// Those that have an entry for the user.
    OfUser,
}

/// One file as it was and as it is to be, without a byte-order mark.
#[derive(Clone, Debug)]
pub struct EditedFile {
    /// Its name from the project's folder, with `/` between folders.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// As it was read.
    pub before: String,
    /// As it is to be.
    pub after: String,
    /// SHA-256 of the bytes that were read.
    pub digest: [u8; 32],
}

/// An edit that was tried in memory and found to hold.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// The files that differ, in order of name.
    pub files: Vec<EditedFile>,
    /// What else is to be known: why nothing is to be done, what must be decided.
    pub notes: Vec<String>,
    /// Organisations that a pattern, a tag or `--all` selected and that do not know the user.
    pub skipped: usize,
}

/// Why an edit is not made.
#[derive(Debug)]
pub struct Refused {
    /// What is in the way.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that it is about.
    pub sources: Sources,
    /// Whether it is about what the files would be, not what they are.
    pub afterwards: bool,
}

/// What is to be changed of one organisation, and what is to be said.
#[derive(Debug, Default)]
struct Outcome {
    changes: Vec<Change>,
    notes: Vec<String>,
}

impl Outcome {
    fn note(note: String) -> Self {
        Self {
            changes: Vec::new(),
            notes: vec![note],
        }
    }

    fn append(&mut self, other: Self) {
        self.changes.extend(other.changes);
        self.notes.extend(other.notes);
    }
}

/// Tries an edit of a project that is in order, and checks what it would make of it.
///
/// # Errors
/// [`Refused`] where a file cannot be edited safely, the edit makes no sense, or the project would
/// not be in order afterwards. Nothing is written either way.
pub fn prepare(
    path: &Path,
    project: &Project,
    rules: &RulesByDriver,
    (edit, which, day): (&Edit, &Which, Date),
) -> Result<Prepared, Refused> {
    let refused = |finding: Finding| {
        let mut findings = Findings::default();
        findings.push(finding);
        Refused {
            diagnostics: findings.into_sorted(),
            sources: project.sources.clone(),
            afterwards: false,
        }
    };
    let mut edit = edit.clone();
    edit.split(project);
    let edit = &edit;
    let prepared = desk::edit(path, project, rules, (edit, which, day)).map_err(refused)?;
    check(
        path,
        project,
        rules,
        (&[(None, edit)], day, &prepared.files),
    )?;
    Ok(prepared)
}

/// An edit, with the organisation that it is of; none for all.
type Of<'e> = (Option<&'e str>, &'e Edit);

/// Loads the project with the new texts: every other file must be as it was, nothing may be an
/// error, and nobody may be touched whom no edit is about. Each edit is of one organisation, or of
/// all.
fn check(
    path: &Path,
    project: &Project,
    rules: &RulesByDriver,
    (edits, day, files): (&[Of<'_>], Date, &[EditedFile]),
) -> Result<(), Refused> {
    if files.is_empty() {
        return Ok(());
    }
    let texts: Texts = files
        .iter()
        .map(|file| (file.name.clone(), file.after.as_str().into()))
        .collect();
    let Loaded {
        sources,
        mut diagnostics,
        project: after,
    } = load_with(path, rules, &texts);
    let known: BTreeSet<(&str, String)> = told(&project.too_long(day));
    let too_long = after.as_ref().map(|after| after.too_long(day));
    let too_long = too_long.unwrap_or_default();
    let is_new = |one: &Diagnostic| !known.contains(&(one.code, one.message.clone()));
    diagnostics.extend(too_long.into_iter().filter(is_new));
    diagnostics.retain(|one| one.severity == Severity::Error);
    let names = |sources: &Sources| -> Vec<Arc<str>> {
        let files = sources.files().iter();
        files.map(|file| Arc::clone(&file.name)).collect()
    };
    let edited = |name: &str| files.iter().any(|file| file.name == name);
    let mut pairs = project.sources.files().iter().zip(sources.files());
    let others_differ = names(&project.sources) != names(&sources)
        || pairs.any(|(before, after)| !before.is_same(after) && !edited(&before.name));
    let mut findings = Findings::default();
    if others_differ {
        let message = "other files of the project changed while this was worked out";
        findings.push(Finding::without_place("changed", message).help("run it again"));
    }
    let edited: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    if after.is_some_and(|after| others::differ(project, &after, edits, &edited)) {
        let message = "more would change than was asked for";
        findings.push(Finding::without_place("cannot-edit", message).help("edit it by hand"));
    }
    diagnostics.extend(findings.into_sorted());
    if diagnostics.is_empty() {
        return Ok(());
    }
    Err(Refused {
        diagnostics,
        sources,
        afterwards: true,
    })
}

fn told(found: &[Diagnostic]) -> BTreeSet<(&'static str, String)> {
    let errors = found.iter();
    errors.map(|one| (one.code, one.message.clone())).collect()
}

impl Edit {
    /// Whose entry it is about.
    fn address(&self) -> &str {
        match self {
            Self::Add(new) => &new.address,
            Self::CopyAreas { to, .. } => to,
            Self::Leave { address, .. }
            | Self::Shorten { address, .. }
            | Self::Extend { address, .. }
            | Self::Grant { address, .. }
            | Self::Revoke { address, .. }
            | Self::Move { address, .. } => address,
        }
    }

    /// Takes every `PORTAL:AREA` apart.
    fn split(&mut self, project: &Project) {
        match self {
            Self::Add(new) => new
                .areas
                .iter_mut()
                .for_each(|(area, _)| area.split(project)),
            Self::Grant { areas, .. } | Self::Revoke { areas, .. } => {
                areas.iter_mut().for_each(|area| area.split(project));
            }
            Self::Extend { area, .. } => area.iter_mut().for_each(|area| area.split(project)),
            Self::Leave { .. }
            | Self::Shorten { .. }
            | Self::CopyAreas { .. }
            | Self::Move { .. } => {}
        }
    }

    /// What it changes of one organisation.
    fn outcome(&self, school: &School<'_>, day: Date) -> Result<Outcome, Finding> {
        match self {
            Self::Add(new) => joining::add(school, new),
            Self::Leave {
                address,
                remove: true,
                ..
            } => leaving::remove(school, address),
            Self::Leave { address, on, .. } => leaving::leave(school, address, on.unwrap_or(day)),
            Self::Shorten { address, until } => leaving::move_out(school, address, *until),
            Self::Extend {
                address,
                until,
                area: None,
            } => leaving::extend(school, address, *until),
            Self::Extend {
                address,
                until,
                area: Some(area),
            } => leaving::extend_area(school, address, area, *until),
            Self::Grant {
                address,
                areas,
                terms,
            } => grants::grant(school, address, areas, terms),
            Self::Revoke { address, areas } => grants::revoke(school, address, areas),
            Self::CopyAreas {
                from,
                to,
                portals,
                terms,
            } => grants::copy(school, (from, to), portals, terms, day),
            Self::Move { .. } => Ok(Outcome::default()),
        }
    }
}
