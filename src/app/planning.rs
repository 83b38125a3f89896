//! Reads live state and plans, one organisation at a time as the answers arrive.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use futures_util::{StreamExt, stream};
use rayon::prelude::*;

use super::compared::{AllCauses, Comparison, UnitCauses};
use super::portals::{Portals, Writers};
use super::project::Opened;
use super::undo::Undoing;
use super::{Failure, elsewhere, review, snapshots};
use crate::config::UnitOnDay;
use crate::model::desired::Desired;
use crate::model::listing_count::Counted;
use crate::model::live::{Live, LiveAccount};
use crate::model::name::{OrganisationId, PortalId, PortalName, PortalOrganisation};
use crate::model::plan::{Plan, UnitPlan};
use crate::model::plan_document::PlanDocument;
use crate::model::policy::Policy;
use crate::model::review::Review;
use crate::model::settings::Route;
use crate::model::undo::{TakenByUnit, UndoAccount};
use crate::planner::{self, EndedAdmins, Part};
use crate::portal::{self, PortalRead, PortalWrite};

/// Organisations planned together once their answers are there: enough to be worth sharing among
/// threads, few enough to be held.
const PLANNED_TOGETHER: usize = 16;
/// Fewest and most organisations read at the same time, over all portals. Each has at least one
/// request waiting, so that a portal which allows fewer is always asked as much as it allows.
const READS_IN_FLIGHT: (usize, usize) = (8, 512);

/// A plan, and what it was made from.
pub(super) struct Prepared {
    pub(super) plan: Plan,
    /// What a reviewer should look at first.
    pub(super) review: Review,
    /// Why nobody knows who wrote the change, where git should.
    pub(super) authors_unknown: Option<String>,
    /// What could not be read, and why: nothing is planned there.
    pub(super) unread: Vec<Unread>,
    /// Live state by unit, where it was to be kept.
    pub(super) lives: Lives,
    /// What its calls take, with the values before: only where something is taken.
    pub(super) taken: TakenByUnit,
    /// The live accounts that the plan touches.
    pub(super) seen: Seen,
    /// What each listing held, beside what is planned for it.
    pub(super) counts: BTreeMap<(OrganisationId, PortalName), Counted>,
    digest: OnceLock<String>,
}

impl Prepared {
    /// Whether a guardrail says no, to the plan itself or to who is behind it.
    pub(super) fn is_refused(&self) -> bool {
        !(self.plan.refusals.is_empty() && self.review.refusals.is_empty())
    }

    /// The digest that an approval names, worked out once.
    pub(super) fn digest(&self) -> &str {
        self.digest
            .get_or_init(|| PlanDocument::of(&self.plan).digest)
    }

    /// Whether no organisation could be read.
    pub(super) fn read_nothing(&self) -> bool {
        self.plan.units.is_empty() && !self.unread.is_empty()
    }
}

/// Live state by unit.
pub(super) type Lives = BTreeMap<(OrganisationId, PortalName), Live>;

/// Live accounts by unit and portal id.
pub(super) type Seen = BTreeMap<(OrganisationId, PortalName), BTreeMap<PortalId, LiveAccount>>;

/// An organisation that could not be read.
pub(super) struct Unread {
    pub(super) organisation: OrganisationId,
    pub(super) portal: PortalName,
    pub(super) failure: Failure,
}

/// Whose live state is wanted.
#[derive(Clone, Copy)]
struct Place<'a> {
    organisation: &'a OrganisationId,
    portal: &'a PortalName,
    portal_organisation: &'a PortalOrganisation,
}

impl<'a> Place<'a> {
    fn of(unit: &UnitOnDay<'a>) -> Self {
        Self {
            organisation: unit.organisation(),
            portal: unit.portal(),
            portal_organisation: unit.portal_organisation(),
        }
    }
}

/// Where live state comes from.
pub(super) struct LiveReader<'a> {
    pub(super) portals: &'a Portals,
    readers: BTreeMap<PortalName, Arc<dyn PortalRead>>,
    root: PathBuf,
    given: Option<PathBuf>,
}

impl<'a> LiveReader<'a> {
    /// Reads from the portals, with the read-only token where there is one.
    pub(super) fn of_portals(portals: &'a Portals, opened: &Opened) -> Result<Self, Failure> {
        Ok(Self::new(portals, opened, portals.readers()?, None))
    }

    /// Reads from the portals that can be opened; with it, what stands in the way of the others.
    pub(super) fn of_openable_portals(
        portals: &'a Portals,
        opened: &Opened,
    ) -> (Self, BTreeMap<PortalName, Failure>) {
        let (readers, failures) = portals.readers_or_failures();
        (Self::new(portals, opened, readers, None), failures)
    }

    /// Reads from `given`: one snapshot file, or a folder of them laid out as
    /// `<portal>/<organisation>.yaml`.
    pub(super) fn of_snapshots(portals: &'a Portals, opened: &Opened, given: &Path) -> Self {
        Self::new(portals, opened, BTreeMap::new(), Some(given.to_owned()))
    }

    /// Reads through the writing side, so that `apply` needs one token and keeps one rate limit. What
    /// is about to be written to is read until two readings agree, where it takes several pages.
    pub(super) fn of_writers(portals: &'a Portals, opened: &Opened, writers: &Writers) -> Self {
        let reader = |(name, writer): (&PortalName, &Arc<dyn PortalWrite>)| {
            (name.clone(), portal::steady(name, writer))
        };
        let readers = writers.iter().map(reader).collect();
        Self::new(portals, opened, readers, None)
    }

    fn new(
        portals: &'a Portals,
        opened: &Opened,
        readers: BTreeMap<PortalName, Arc<dyn PortalRead>>,
        given: Option<PathBuf>,
    ) -> Self {
        let root = opened.project.root().to_owned();
        Self {
            portals,
            readers,
            root,
            given,
        }
    }

    /// How many organisations are read at the same time.
    pub(super) fn in_flight(&self) -> usize {
        let (fewest, most) = READS_IN_FLIGHT;
        let allowed: usize = self.portals.concurrency().values().sum();
        (2 * allowed).clamp(fewest, most)
    }

    /// One organisation's live state.
    pub(super) async fn read(&self, unit: &Desired) -> Result<Live, Failure> {
        let place = Place {
            organisation: &unit.organisation,
            portal: &unit.portal,
            portal_organisation: &unit.portal_organisation,
        };
        match self.ask(place).await {
            Some(answer) => answer,
            None => self.open(place),
        }
    }

    /// What the portal answers; none for one that is not asked.
    async fn ask(&self, place: Place<'_>) -> Option<Result<Live, Failure>> {
        let reader = self.readers.get(place.portal)?;
        let answer = reader.list(place.portal_organisation).await;
        Some(answer.map_err(Failure::from))
    }

    /// The same as a task of its own, so that requests follow each other while this one plans.
    async fn ask_beside(&self, place: Place<'_>) -> Option<Result<Live, Failure>> {
        let reader = Arc::clone(self.readers.get(place.portal)?);
        let organisation = place.portal_organisation.clone();
        let task = tokio::spawn(async move { reader.list(&organisation).await });
        match task.await {
            Ok(answer) => Some(answer.map_err(Failure::from)),
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // Only the end of the whole program cancels a task.
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// What a snapshot holds.
    fn open(&self, place: Place<'_>) -> Result<Live, Failure> {
        let path = self.snapshot_path(place)?;
        if !path.exists() {
            let (organisation, portal) = (place.organisation.to_string(), place.portal.to_string());
            return Err(Failure::NoSnapshot {
                organisation,
                portal,
                path,
            });
        }
        let driver = self
            .portals
            .rules(place.portal)
            .map_or("", |rules| rules.driver);
        let live = snapshots::live(&path, snapshots::read(&path)?, driver)?;
        if live.organisation() != place.portal_organisation {
            let message = format!(
                "it is of organisation `{}`, not `{}`",
                live.organisation(),
                place.portal_organisation
            );
            return Err(Failure::Snapshot { path, message });
        }
        Ok(live)
    }

    fn snapshot_path(&self, place: Place<'_>) -> Result<PathBuf, Failure> {
        match &self.given {
            Some(file) if !file.is_dir() => Ok(file.clone()),
            Some(folder) => snapshots::path_in(folder, place.portal, place.organisation),
            None => {
                let own = self
                    .portals
                    .route(place.portal)
                    .filter(|(route, _)| *route == Route::Worklist);
                snapshots::path(
                    &self.root,
                    own.and_then(|(_, folder)| folder),
                    place.portal,
                    place.organisation,
                )
            }
        }
    }
}

/// Reads every unit and plans it. Live state is forgotten as soon as it is planned, unless `keep`,
/// and what is desired is worked out no earlier. A unit that cannot be read is in
/// [`Prepared::unread`].
pub(super) async fn prepare(opened: &Opened, reader: &LiveReader<'_>, keep: bool) -> Prepared {
    prepare_compared(opened, reader, keep, None).await
}

/// The same, with each action's cause found while live state is at hand.
pub(super) async fn prepare_compared(
    opened: &Opened,
    reader: &LiveReader<'_>,
    keep: bool,
    comparison: Option<&Comparison>,
) -> Prepared {
    let with = With {
        opened,
        reader,
        keep,
        comparison,
        undoing: None,
    };
    prepare_with(&with).await
}

/// Reads what a run took something from, and plans to give it back, in place of what the files say.
/// Live state is kept.
pub(super) async fn prepare_undo(
    opened: &Opened,
    reader: &LiveReader<'_>,
    undoing: &Undoing,
) -> Prepared {
    let with = With {
        opened,
        reader,
        keep: true,
        comparison: None,
        undoing: Some(undoing),
    };
    prepare_with(&with).await
}

async fn prepare_with(with: &With<'_>) -> Prepared {
    let With {
        opened,
        reader,
        keep: _,
        comparison,
        undoing: _,
    } = *with;
    // Asked when its turn comes, so that no more than what is in flight is in memory.
    let reads = opened.units().map(|unit| async move {
        let answer = reader.ask_beside(Place::of(&unit)).await;
        (unit, answer)
    });
    let mut answers = stream::iter(reads)
        .buffer_unordered(reader.in_flight())
        .ready_chunks(PLANNED_TOGETHER);
    let (mut units, mut unread) = (Vec::new(), Vec::new());
    let (mut lives, mut seen) = (Lives::new(), Seen::new());
    let (mut causes, mut ended) = (AllCauses::new(), EndedAdmins::new());
    let mut taken = TakenByUnit::new();
    let mut counts = BTreeMap::new();
    while let Some(arrived) = answers.next().await {
        let plan = |(unit, answer)| planned(&unit, answer, with);
        let planned: Vec<_> = match arrived.len() {
            1 => arrived.into_iter().map(plan).collect(),
            _ => arrived.into_par_iter().map(plan).collect(),
        };
        for one in planned {
            match one {
                Ok(Planned {
                    unit,
                    live,
                    seen: of_unit_seen,
                    causes: of_unit,
                    ended: of_unit_ended,
                    taken: of_unit_taken,
                    counted,
                }) => {
                    let key = || (unit.0.organisation.clone(), unit.0.portal.clone());
                    counts.insert(key(), counted);
                    if !of_unit_ended.is_empty() {
                        ended.insert(key(), of_unit_ended);
                    }
                    if !of_unit_taken.is_empty() {
                        taken.insert(key(), of_unit_taken);
                    }
                    if !of_unit_seen.is_empty() {
                        seen.insert(key(), of_unit_seen);
                    }
                    causes.extend(of_unit.map(|of_unit| (key(), of_unit)));
                    lives.extend(live.map(|live| (key(), live)));
                    units.push(unit);
                }
                Err(Some(missing)) => unread.push(*missing),
                Err(None) => {}
            }
        }
    }
    drop(answers);
    unread.sort_by(|one, other| {
        (&one.organisation, &one.portal).cmp(&(&other.organisation, &other.portal))
    });
    let digest = opened.project.digest().to_owned();
    let part = Part {
        shard: opened.shard(),
        elsewhere: elsewhere::look(opened, reader, units.iter().map(|(unit, _)| unit)).await,
    };
    let policy = opened.project.policy();
    let plan = planner::assemble(units, policy, digest, opened.day, &part);
    let (mut review, unknown) = review::of(
        &plan,
        opened,
        &ended,
        opened.is_whole() && unread.is_empty(),
    );
    if let Some(comparison) = comparison {
        comparison.fill(&mut review, &plan, &causes);
    }
    Prepared {
        plan,
        review,
        authors_unknown: unknown.map(|error| error.to_string()),
        unread,
        lives,
        taken,
        seen,
        counts,
        digest: OnceLock::new(),
    }
}

/// One unit, planned.
struct Planned {
    unit: (UnitPlan, Arc<Policy>),
    /// Where it is to be kept.
    live: Option<Live>,
    /// The accounts that it touches.
    seen: BTreeMap<PortalId, LiveAccount>,
    /// Where the plan is compared with an earlier configuration's.
    causes: Option<UnitCauses>,
    /// Administrators whose accounts it ends.
    ended: BTreeSet<PortalId>,
    /// What it takes.
    taken: Vec<UndoAccount>,
    /// What its listing held.
    counted: Counted,
}

/// What planning a unit needs beside its answer.
struct With<'a> {
    opened: &'a Opened,
    reader: &'a LiveReader<'a>,
    keep: bool,
    comparison: Option<&'a Comparison>,
    /// What is to be given back, in place of what the files say.
    undoing: Option<&'a Undoing>,
}

/// Plans a unit from what its portal answered, or from its snapshot where none was asked. An error
/// without a cause is a unit of a portal that this run has nothing to do with.
fn planned(
    unit: &UnitOnDay<'_>,
    answer: Option<Result<Live, Failure>>,
    with: &With<'_>,
) -> Result<Planned, Option<Box<Unread>>> {
    let With {
        opened,
        reader,
        keep,
        comparison,
        undoing,
    } = *with;
    let live = answer.unwrap_or_else(|| reader.open(Place::of(unit)));
    let live = live.map_err(|failure| {
        Some(Box::new(Unread {
            organisation: unit.organisation().clone(),
            portal: unit.portal().clone(),
            failure,
        }))
    })?;
    let desired = opened.desired(unit);
    let (desired, live) = match (undoing, reader.portals.rules(&desired.portal)) {
        (Some(undoing), Some(rules)) => {
            let back = undoing.given_back(&desired, &live, rules, opened.day);
            (back.desired, back.live)
        }
        (_, _) => (desired, live),
    };
    let unit = plan_unit(&desired, &live, reader.portals, opened).ok_or(None)?;
    let rules = reader.portals.rules(&desired.portal);
    let causes = comparison
        .zip(rules)
        .map(|(comparison, rules)| comparison.unit(&unit.0, &desired, &live, rules, opened));
    let ended = planner::ended_admins(&unit.0, &live);
    let taken = planner::taken(&unit.0, &live);
    let seen = touched(&unit.0, &live);
    let counted = Counted::of(&unit.0, live.evidence());
    let live = keep.then_some(live);
    Ok(Planned {
        unit,
        live,
        seen,
        causes,
        ended,
        taken,
        counted,
    })
}

/// The live accounts that a unit's actions are about.
fn touched(unit: &UnitPlan, live: &Live) -> BTreeMap<PortalId, LiveAccount> {
    let ids = unit
        .actions
        .iter()
        .filter_map(|action| action.account.id.as_ref());
    let accounts = ids.filter_map(|id| live.accounts().get(id));
    accounts
        .map(|account| (account.id.clone(), account.clone()))
        .collect()
}

/// Plans one unit; none for one of a portal that this run has nothing to do with.
pub(super) fn plan_unit(
    unit: &Desired,
    live: &Live,
    portals: &Portals,
    opened: &Opened,
) -> Option<(UnitPlan, Arc<Policy>)> {
    let rules = portals.rules(&unit.portal)?;
    Some((
        planner::plan_unit(unit, live, rules, opened.day),
        Arc::clone(&unit.policy),
    ))
}
