//! `--changed-since`: what the change between a revision and the working tree can affect, and no
//! more, is planned. Tells the reader what was chosen and why, and what is managed no more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::app::planning::prepared::Prepared;
use crate::app::project::{Narrowed, Opened};
use crate::app::revision::{self, Commit, Repository, RevisionError, Tree};
use crate::app::{Failure, Screen, snapshots};
use crate::config::{self, Affected, Gone, UnitOnDay, What};
use crate::model::name::{OrganisationId, PortalName};
use crate::model::policy::Guardrail;
use crate::model::settings::Route;
use crate::report::counted;

/// Organisations that are named one by one; the rest are counted.
const NAMED: usize = 12;

/// Where a run takes live state from, as far as files stand for portals.
#[derive(Clone, Copy)]
pub(in crate::app) struct SnapshotsRead<'a> {
    /// `--live`.
    pub(in crate::app) given: Option<&'a Path>,
    /// `--sandbox`.
    pub(in crate::app) sandbox: bool,
}

/// Narrows what is planned to what the change since `name` can affect.
///
/// # Errors
/// When the revision cannot be had. A project at the revision that cannot be read is no error:
/// then all is planned, and it is said.
pub(in crate::app) fn narrow(
    opened: &mut Opened,
    path: &Path,
    name: &str,
    read: SnapshotsRead<'_>,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    let repository = Repository::of(opened.project.root())?;
    let commit = repository.merge_base(name)?;
    opened.authors.since(&commit);
    let tree = Tree::of(&repository, &commit)?;
    let past = match revision::load(&tree, &commit, path, (&opened.project, &opened.sources)) {
        Ok(past) => past,
        Err(
            error @ (RevisionError::Invalid { .. }
            | RevisionError::NoProject { .. }
            | RevisionError::Submodule { .. }
            | RevisionError::Path { .. }
            | RevisionError::TooLarge { .. }),
        ) => {
            screen.warn(&format!("all is planned, for {error}"));
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let mut affected = config::affected(&past.project, &opened.project, opened.day);
    add_snapshots(&mut affected, opened, &tree, read)?;
    let mut narrowed = Narrowed::new();
    for unit in opened.asked_for() {
        let (organisation, portal) = (unit.organisation(), unit.portal());
        if affected
            .units
            .contains_key(&(organisation.clone(), portal.clone()))
        {
            let portals = narrowed.entry(organisation.clone()).or_default();
            portals.insert(portal.clone());
        }
    }
    screen.say(&chosen(&affected, &narrowed, opened, &commit));
    tell_gone(&affected.gone, opened, screen);
    opened.narrow(narrowed);
    Ok(())
}

/// Adds the units whose snapshot is another than at the revision.
fn add_snapshots(
    affected: &mut Affected,
    opened: &Opened,
    tree: &Tree,
    read: SnapshotsRead<'_>,
) -> Result<(), Failure> {
    let root = opened.project.root();
    let full = |path: &Path| path.canonicalize().map_err(Failure::file(path));
    let (top, given) = (full(root)?, read.given.map(full).transpose()?);
    let mut units = BTreeMap::new();
    for unit in opened.asked_for() {
        let path = snapshot(&unit, opened, (&top, given.as_deref()), read.sandbox)?;
        if let Some(path) = path.and_then(|path| below(&top, &path)) {
            let key = (unit.organisation().clone(), unit.portal().clone());
            units.entry(path).or_insert_with(Vec::new).push(key);
        }
    }
    let paths: Vec<String> = units.keys().cloned().collect();
    for path in tree.differing(&top, &paths)? {
        for key in units.remove(&path).unwrap_or_default() {
            affected
                .units
                .entry(key)
                .or_default()
                .insert(What::Snapshot);
        }
    }
    Ok(())
}

/// The file that stands for the portal of a unit; none where the portal itself is asked.
fn snapshot(
    unit: &UnitOnDay<'_>,
    opened: &Opened,
    (top, given): (&Path, Option<&Path>),
    sandbox: bool,
) -> Result<Option<PathBuf>, Failure> {
    let (portal, organisation) = (unit.portal(), unit.organisation());
    let settings = opened.project.portals().get(portal);
    Ok(match (given, settings) {
        (Some(file), _) if !file.is_dir() => Some(file.to_owned()),
        (Some(folder), _) => Some(snapshots::path_in(folder, portal, organisation)?),
        (None, _) if sandbox => Some(snapshots::path(top, None, portal, organisation)?),
        (None, Some(settings)) if settings.via == Route::Worklist => {
            let own = settings.snapshots.as_deref();
            Some(snapshots::path(top, own, portal, organisation)?)
        }
        (None, _) => None,
    })
}

/// The path from the project's folder, with `/` between folders; none for what is outside of it.
fn below(top: &Path, path: &Path) -> Option<String> {
    let steps = path.strip_prefix(top).ok()?.components();
    let steps = steps.filter(|step| *step != Component::CurDir);
    let steps: Option<Vec<&str>> = steps
        .map(|step| match step {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    Some(steps?.join("/"))
}

/// The line that says what is planned.
fn chosen(affected: &Affected, narrowed: &Narrowed, opened: &Opened, since: &Commit) -> String {
    let mut all: BTreeMap<&OrganisationId, BTreeSet<&PortalName>> = BTreeMap::new();
    for unit in opened.asked_for() {
        let portals = all.entry(unit.organisation()).or_default();
        portals.insert(unit.portal());
    }
    let total = counted(all.len() as u64, "organisation", "organisations");
    let number = narrowed.len();
    let line = format!("{number} of {total} can be affected since {since}");
    if narrowed.is_empty() {
        return format!("{line}: nothing is planned, and no portal is asked");
    }
    let each = narrowed.iter().take(NAMED).map(|(organisation, portals)| {
        let what: BTreeSet<What> = portals
            .iter()
            .filter_map(|portal| affected.units.get(&(organisation.clone(), portal.clone())))
            .flatten()
            .copied()
            .collect();
        let mut words: Vec<String> = what.iter().map(|what| what.words().to_owned()).collect();
        if all.get(organisation).map(BTreeSet::len) != Some(portals.len()) {
            let names = portals.iter().map(|portal| format!("`{portal}`"));
            words.push(format!("at {} alone", names.collect::<Vec<_>>().join(", ")));
        }
        format!("`{organisation}` ({})", words.join(", "))
    });
    let mut each: Vec<String> = each.collect();
    if let Some(more) = number.checked_sub(NAMED).filter(|more| *more > 0) {
        each.push(format!("and {more} more"));
    }
    format!("{line}: {}", each.join(", "))
}

/// Says what the project does not manage any more. Nothing is planned there.
pub(in crate::app) fn tell_gone(gone: &[Gone], opened: &Opened, screen: &mut dyn Screen) {
    let mut places: BTreeMap<&OrganisationId, Vec<String>> = BTreeMap::new();
    for one in gone {
        let Gone {
            organisation,
            portal,
            portal_organisation,
            accounts,
        } = one;
        if opened.selects(organisation, portal) {
            let accounts = counted(*accounts as u64, "account", "accounts");
            let place = format!("{accounts} at `{portal}` ({portal_organisation})");
            places.entry(organisation).or_default().push(place);
        }
    }
    let number = places.len();
    for (organisation, places) in places.into_iter().take(NAMED) {
        let places = places.join(", ");
        screen.warn(&format!(
            "`{organisation}` is not in the files any more: {places} are no longer managed, and stay as they are"
        ));
    }
    if let Some(more) = number.checked_sub(NAMED).filter(|more| *more > 0) {
        let more = counted(more as u64, "organisation is", "organisations are");
        screen.warn(&format!("{more} not in the files any more either"));
    }
}

/// Takes back what was said of a whole portal of which only a part was planned: its limit is a
/// share of all that is live there, and of a part it would refuse what the whole allows.
pub(in crate::app) fn leave_totals_open(
    prepared: &mut Prepared,
    opened: &Opened,
    screen: &mut dyn Screen,
) {
    if !opened.is_narrowed() {
        return;
    }
    let count = |units: &mut dyn Iterator<Item = UnitOnDay<'_>>| {
        let mut counts: BTreeMap<PortalName, u64> = BTreeMap::new();
        for unit in units {
            *counts.entry(unit.portal().clone()).or_default() += 1;
        }
        counts
    };
    let planned = count(&mut opened.units());
    let all = count(&mut opened.project.units(opened.day));
    prepared.plan.refusals.retain(|refusal| {
        let (some, whole) = (planned.get(&refusal.portal), all.get(&refusal.portal));
        let open = refusal.guardrail == Guardrail::MaxRemovalsTotal && some != whole;
        if open {
            let (some, whole) = (some.copied().unwrap_or(0), whole.copied().unwrap_or(0));
            screen.warn(&format!(
                "`{}` of all of `{}` is left open, with {some} of {whole} organisations planned: `plan` without `--changed-since` judges it, and `apply` does",
                refusal.guardrail.as_str(),
                refusal.portal
            ));
        }
        !open
    });
}
