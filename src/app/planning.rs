//! Reads live state and plans, one organisation at a time as the answers arrive.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use super::compared::{AllCauses, Comparison};
use super::portals::{Portals, Writers};
use super::project::Opened;
use super::{Failure, elsewhere, snapshots};
use crate::model::desired::Desired;
use crate::model::live::Live;
use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::{Plan, UnitPlan};
use crate::model::policy::Policy;
use crate::model::review::Review;
use crate::model::settings::Route;
use crate::planner::{self, Part};
use crate::portal::{PortalRead, PortalWrite};

/// Organisations read at the same time, over all portals. Each portal's own limits hold as well.
pub(super) const READS_IN_FLIGHT: usize = 32;

/// A plan, and what it was made from.
pub(super) struct Prepared {
    pub(super) plan: Plan,
    /// What a reviewer should look at first.
    pub(super) review: Review,
    /// What could not be read, and why: nothing is planned there.
    pub(super) unread: Vec<Unread>,
    /// Live state by unit, where it was to be kept.
    pub(super) lives: Lives,
}

impl Prepared {
    /// Whether no organisation could be read.
    pub(super) fn read_nothing(&self) -> bool {
        self.plan.units.is_empty() && !self.unread.is_empty()
    }
}

/// Live state by unit.
pub(super) type Lives = BTreeMap<(OrganisationId, PortalName), Live>;

/// An organisation that could not be read.
pub(super) struct Unread {
    pub(super) organisation: OrganisationId,
    pub(super) portal: PortalName,
    pub(super) failure: Failure,
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

    /// Reads from `given`: one snapshot file, or a folder of them laid out as
    /// `<portal>/<organisation>.yaml`.
    pub(super) fn of_snapshots(portals: &'a Portals, opened: &Opened, given: &Path) -> Self {
        Self::new(portals, opened, BTreeMap::new(), Some(given.to_owned()))
    }

    /// Reads through the writing side, so that `apply` needs one token and keeps one rate limit.
    pub(super) fn of_writers(portals: &'a Portals, opened: &Opened, writers: &Writers) -> Self {
        let reader = |(name, writer): (&PortalName, &Arc<dyn PortalWrite>)| {
            let reader: Arc<dyn PortalRead> = Arc::<dyn PortalWrite>::clone(writer);
            (name.clone(), reader)
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

    /// One organisation's live state.
    pub(super) async fn read(&self, unit: &Desired) -> Result<Live, Failure> {
        if let Some(reader) = self.readers.get(&unit.portal) {
            return Ok(reader.list(&unit.portal_organisation).await?);
        }
        let path = self.snapshot_path(unit)?;
        if !path.exists() {
            let (organisation, portal) = (unit.organisation.to_string(), unit.portal.to_string());
            return Err(Failure::NoSnapshot {
                organisation,
                portal,
                path,
            });
        }
        let driver = self
            .portals
            .rules(&unit.portal)
            .map_or("", |rules| rules.driver);
        let live = snapshots::live(&path, snapshots::read(&path)?, driver)?;
        if *live.organisation() != unit.portal_organisation {
            let message = format!(
                "it is of organisation `{}`, not `{}`",
                live.organisation(),
                unit.portal_organisation
            );
            return Err(Failure::Snapshot { path, message });
        }
        Ok(live)
    }

    fn snapshot_path(&self, unit: &Desired) -> Result<PathBuf, Failure> {
        match &self.given {
            Some(file) if !file.is_dir() => Ok(file.clone()),
            Some(folder) => snapshots::path_in(folder, &unit.portal, &unit.organisation),
            None => {
                let own = self
                    .portals
                    .route(&unit.portal)
                    .filter(|(route, _)| *route == Route::Worklist);
                snapshots::path(
                    &self.root,
                    own.and_then(|(_, folder)| folder),
                    &unit.portal,
                    &unit.organisation,
                )
            }
        }
    }
}

/// Reads every unit and plans it. Live state is forgotten as soon as it is planned, unless `keep`.
/// A unit that cannot be read is in [`Prepared::unread`].
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
    // Made when its turn comes, so that no more than what is in flight is in memory.
    let reads = opened.units().map(|unit| async move {
        let desired = opened.desired(&unit);
        let answer = reader.read(&desired).await;
        (desired, answer)
    });
    let mut answers = stream::iter(reads).buffer_unordered(READS_IN_FLIGHT);
    let (mut units, mut unread, mut lives) = (Vec::new(), Vec::new(), Lives::new());
    let mut causes = AllCauses::new();
    while let Some((unit, answer)) = answers.next().await {
        match answer {
            Ok(live) => {
                let planned = plan_unit(&unit, &live, reader.portals, opened);
                if let (Some(comparison), Some((planned, _))) = (comparison, &planned)
                    && let Some(rules) = reader.portals.rules(&unit.portal)
                {
                    let of_unit = comparison.unit(planned, &unit, &live, rules, opened);
                    causes.insert((unit.organisation.clone(), unit.portal.clone()), of_unit);
                }
                units.extend(planned);
                if keep {
                    lives.insert((unit.organisation.clone(), unit.portal.clone()), live);
                }
            }
            Err(failure) => {
                let (organisation, portal) = (unit.organisation.clone(), unit.portal.clone());
                unread.push(Unread {
                    organisation,
                    portal,
                    failure,
                });
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
    let mut review = Review::default();
    if let Some(comparison) = comparison {
        comparison.fill(&mut review, &plan, &causes);
    }
    Prepared {
        plan,
        review,
        unread,
        lives,
    }
}

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
