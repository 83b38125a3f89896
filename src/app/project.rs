//! Opens a project for a use case: loads it, shows what is wrong, settles the day, picks the
//! organisations and portals that were asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use super::revision::authors::Behind;
use super::{Failure, Screen, world};
use crate::config::{self, Loaded, Project, UnitOnDay};
use crate::model::desired::Desired;
use crate::model::diagnostic::{Diagnostic, Severity, Sources, Span};
use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::Problem;
use crate::model::policy::Removals;
use crate::model::shard::Shard;
use crate::model::source::Source;
use crate::portal;

/// Which organisations and portals; empty means all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Organisation ids in the project.
    pub organisations: Vec<String>,
    /// Portal names in the project.
    pub portals: Vec<String>,
    /// One of several parts of the organisations.
    pub shard: Option<Shard>,
}

/// What planning depends on beside the files.
#[derive(Clone, Debug, Default)]
pub struct PlanningOptions {
    /// Which organisations and portals.
    pub selection: Selection,
    /// The day to plan for; the current one by default.
    pub today: Option<Date>,
    /// Take nothing away.
    pub no_removals: bool,
    /// Swap every portal for an embedded one.
    pub sandbox: bool,
    /// Addresses of whoever wrote the change; without any, the environment or git knows.
    pub authors: Vec<String>,
}

/// A project without errors, on a day.
pub(super) struct Opened {
    pub(super) project: Project,
    pub(super) sources: Sources,
    /// The day that everything is worked out for.
    pub(super) day: Date,
    /// The current day.
    today: Date,
    /// Who says who wrote the change.
    pub(super) authors: Behind,
    selection: Selection,
    no_removals: bool,
    /// Where only some of it is to be planned.
    narrowed: Option<Narrowed>,
}

/// The portals of each organisation that are to be planned.
pub(super) type Narrowed = BTreeMap<OrganisationId, BTreeSet<PortalName>>;

impl Opened {
    /// What was asked for of the project, in order of organisation and portal.
    pub(super) fn units(&self) -> impl Iterator<Item = UnitOnDay<'_>> {
        self.asked_for().filter(|unit| self.is_within(unit))
    }

    /// What was asked for on the command line, whether or not it was narrowed since.
    pub(super) fn asked_for(&self) -> impl Iterator<Item = UnitOnDay<'_>> {
        let units = self.project.units(self.day);
        units.filter(|unit| self.selects(unit.organisation(), unit.portal()))
    }

    /// Whether the command line asks for an organisation at a portal.
    pub(super) fn selects(&self, organisation: &OrganisationId, portal: &PortalName) -> bool {
        self.selection.has(organisation, portal)
    }

    fn is_within(&self, unit: &UnitOnDay<'_>) -> bool {
        self.narrowed.as_ref().is_none_or(|narrowed| {
            let portals = narrowed.get(unit.organisation());
            portals.is_some_and(|portals| portals.contains(unit.portal()))
        })
    }

    /// Plans no more than this of what was asked for.
    pub(super) fn narrow(&mut self, to: Narrowed) {
        self.narrowed = Some(to);
    }

    /// Whether only some of what was asked for is planned.
    pub(super) fn is_narrowed(&self) -> bool {
        self.narrowed.is_some()
    }

    /// Another project, asked for in the same way on a day.
    pub(super) fn likewise(&self, project: Project, sources: Sources, day: Date) -> Self {
        Self {
            project,
            sources,
            day,
            today: self.today,
            authors: self.authors.clone(),
            selection: self.selection.clone(),
            no_removals: self.no_removals,
            narrowed: None,
        }
    }

    /// Which part of the organisations was asked for, where they are divided.
    pub(super) fn shard(&self) -> Option<Shard> {
        self.selection.shard
    }

    /// The organisations that were not asked for, at every portal.
    pub(super) fn other_organisations(&self) -> impl Iterator<Item = UnitOnDay<'_>> {
        let units = self.project.units(self.day);
        units.filter(|unit| !self.selection.has_organisation(unit.organisation()))
    }

    /// Says that this is a rehearsal, where the day is not the current one.
    pub(super) fn tell_rehearsal(&self, screen: &mut dyn Screen) {
        if let Some(days) = self.rehearsal() {
            screen.say(&format!("a rehearsal: {days}"));
        }
    }

    /// Of which day it is a rehearsal, and what day it is; none where they are the same.
    pub(super) fn rehearsal(&self) -> Option<String> {
        let Self { day, today, .. } = self;
        (day != today).then(|| format!("for {day}, and today is {today}"))
    }

    /// Whether all of the project was asked for.
    pub(super) fn is_whole(&self) -> bool {
        let Selection {
            organisations,
            portals,
            shard,
        } = &self.selection;
        let all = organisations.is_empty() && portals.is_empty() && shard.is_none();
        all && self.narrowed.is_none()
    }

    /// What is desired of one of them.
    pub(super) fn desired(&self, unit: &UnitOnDay<'_>) -> Desired {
        let mut desired = unit.desired();
        if self.no_removals {
            Arc::make_mut(&mut desired.policy).removals = Removals::None;
        }
        desired
    }
}

/// What becomes of the warnings of the files.
#[derive(Clone, Copy)]
enum Warnings {
    /// Whoever plans sees each of them.
    Shown,
    /// Whoever asks for something else is told how many there are.
    Counted,
}

/// Loads the project at `path`, shows every error, says how many warnings there are, and settles
/// the day.
///
/// # Errors
/// [`Failure::Project`] when the files have errors; [`Failure::UnknownName`] for a selection that
/// the project does not have.
pub(super) fn open(
    path: &Path,
    options: &PlanningOptions,
    screen: &mut dyn Screen,
) -> Result<Opened, Failure> {
    open_with(Warnings::Counted, path, options, screen)
}

/// The same for whoever plans and applies: shows every warning as well.
///
/// # Errors
/// As [`open`].
pub(super) fn open_to_plan(
    path: &Path,
    options: &PlanningOptions,
    screen: &mut dyn Screen,
) -> Result<Opened, Failure> {
    open_with(Warnings::Shown, path, options, screen)
}

fn open_with(
    warnings: Warnings,
    path: &Path,
    options: &PlanningOptions,
    screen: &mut dyn Screen,
) -> Result<Opened, Failure> {
    let authors = Behind::of(&options.authors)?;
    let Loaded {
        sources,
        mut diagnostics,
        project,
    } = config::load(path, &portal::rules_by_driver());
    let dated = project.as_ref().map(|project| {
        let today = world::today(project.time_zone())?;
        let day = options.today.unwrap_or(today);
        diagnostics.extend(project.on_day(day));
        Ok::<_, Failure>((today, day))
    });
    let dated = dated.transpose()?;
    tell(warnings, &diagnostics, &sources, screen)?;
    let Some((project, (today, day))) = project.zip(dated) else {
        return Err(Failure::Project("errors".to_owned()));
    };
    check_selection(&options.selection, &project)?;
    Ok(Opened {
        project,
        sources,
        day,
        today,
        authors,
        selection: options.selection.clone(),
        no_removals: options.no_removals,
        narrowed: None,
    })
}

/// Loads the project at `path`, shows what is wrong with it, and says how many warnings there are.
///
/// # Errors
/// [`Failure::Project`] when the files have errors.
pub(super) fn load(path: &Path, screen: &mut dyn Screen) -> Result<(Project, Sources), Failure> {
    load_with(Warnings::Counted, path, screen)
}

/// The same for whoever writes what the warnings are about: shows each of them.
///
/// # Errors
/// As [`load`].
pub(super) fn load_to_write(
    path: &Path,
    screen: &mut dyn Screen,
) -> Result<(Project, Sources), Failure> {
    load_with(Warnings::Shown, path, screen)
}

fn load_with(
    warnings: Warnings,
    path: &Path,
    screen: &mut dyn Screen,
) -> Result<(Project, Sources), Failure> {
    let loaded = config::load(path, &portal::rules_by_driver());
    tell(warnings, &loaded.diagnostics, &loaded.sources, screen)?;
    match loaded.project {
        Some(project) => Ok((project, loaded.sources)),
        None => Err(Failure::Project("errors".to_owned())),
    }
}

/// Shows what was found in the files; of warnings alone perhaps no more than their number.
fn tell(
    warnings: Warnings,
    found: &[Diagnostic],
    sources: &Sources,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    if errors(found) > 0 || matches!(warnings, Warnings::Shown) {
        return show(found, sources, screen);
    }
    if !found.is_empty() {
        let (many, shows) = match found.len() as u64 {
            1 => ("1 warning".to_owned(), "shows it"),
            many => (format!("{many} warnings"), "shows them"),
        };
        screen.warn(&format!("{many} in the files: `beadle validate` {shows}"));
    }
    Ok(())
}

/// Shows diagnostics; fails if any is an error.
pub(super) fn show(
    found: &[Diagnostic],
    sources: &Sources,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    if !found.is_empty() {
        screen.diagnostics(found, sources);
    }
    match errors(found) {
        0 => Ok(()),
        1 => Err(Failure::Project("1 error".to_owned())),
        many => Err(Failure::Project(format!("{many} errors"))),
    }
}

pub(super) fn errors(found: &[Diagnostic]) -> usize {
    found
        .iter()
        .filter(|one| one.severity == Severity::Error)
        .count()
}

/// Faults that only the live answer shows, as diagnostics at their place in the files.
pub(super) fn as_diagnostics<'a>(
    problems: impl Iterator<Item = &'a Problem>,
    sources: &Sources,
) -> Vec<Diagnostic> {
    problems
        .map(
            |Problem {
                 code,
                 message,
                 source,
                 help,
             }| Diagnostic {
                code,
                severity: Severity::Error,
                message: message.clone(),
                span: source.as_ref().and_then(|source| span_of(source, sources)),
                label: String::new(),
                related: Vec::new(),
                help: help.clone(),
            },
        )
        .collect()
}

/// The word at a place.
fn span_of(source: &Source, sources: &Sources) -> Option<Span> {
    let Source { file, line, column } = source;
    let index = sources
        .files()
        .iter()
        .position(|known| known.name == *file)?;
    let known = sources.files().get(index)?;
    let line_start = known.line_start(*line) as usize;
    let rest = known.text()?.get(line_start..)?;
    let skipped: usize = rest
        .chars()
        .take(column.saturating_sub(1) as usize)
        .map(char::len_utf8)
        .sum();
    let word = rest
        .get(skipped..)?
        .split([' ', '\n', '\r', ',', ']', '}'])
        .next()?;
    let start = u32::try_from(line_start + skipped).ok()?;
    let end = start.saturating_add(u32::try_from(word.len()).ok()?);
    Some(Span {
        file: crate::model::diagnostic::FileIndex(u32::try_from(index).ok()?),
        start,
        end,
    })
}

fn check_selection(selection: &Selection, project: &Project) -> Result<(), Failure> {
    let organisations: BTreeSet<&str> = project.organisations().map(AsRef::as_ref).collect();
    let portals: BTreeSet<&str> = project.portals().keys().map(AsRef::as_ref).collect();
    known("organisation", &selection.organisations, &organisations)?;
    known("portal", &selection.portals, &portals)
}

fn known(what: &'static str, asked: &[String], there: &BTreeSet<&str>) -> Result<(), Failure> {
    let Some(name) = asked.iter().find(|name| !there.contains(name.as_str())) else {
        return Ok(());
    };
    let mut list: Vec<String> = there
        .iter()
        .take(8)
        .map(|name| format!("`{name}`"))
        .collect();
    if there.len() > list.len() {
        list.push(format!("and {} more", there.len() - list.len()));
    }
    Err(Failure::UnknownName {
        what,
        name: name.clone(),
        known: list.join(", "),
    })
}

impl Selection {
    fn has(&self, organisation: &OrganisationId, portal: &PortalName) -> bool {
        self.has_organisation(organisation) && self.has_portal(portal)
    }

    fn has_organisation(&self, organisation: &OrganisationId) -> bool {
        let named = self
            .organisations
            .iter()
            .any(|name| name == organisation.as_str());
        (named || self.organisations.is_empty())
            && self.shard.is_none_or(|shard| shard.has(organisation))
    }

    fn has_portal(&self, portal: &PortalName) -> bool {
        self.portals.is_empty() || self.portals.iter().any(|name| name == portal.as_str())
    }
}
