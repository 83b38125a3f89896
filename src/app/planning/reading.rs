//! Where live state comes from: a portal, through its reading or its writing side, or a snapshot.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::portals::{Portals, Writers};
use crate::app::project::Opened;
use crate::app::{Failure, snapshots};
use crate::config::UnitOnDay;
use crate::model::desired::Desired;
use crate::model::live::Live;
use crate::model::name::{OrganisationId, PortalName, PortalOrganisation};
use crate::model::settings::Route;
use crate::portal::{self, PortalRead, PortalWrite};

/// Fewest and most organisations read at the same time, over all portals. Each has at least one
/// request waiting, so that a portal which allows fewer is always asked as much as it allows.
const READS_IN_FLIGHT: (usize, usize) = (8, 512);

/// Whose live state is wanted.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    organisation: &'a OrganisationId,
    portal: &'a PortalName,
    portal_organisation: &'a PortalOrganisation,
}

impl<'a> Place<'a> {
    pub(super) fn of(unit: &UnitOnDay<'a>) -> Self {
        Self {
            organisation: unit.organisation(),
            portal: unit.portal(),
            portal_organisation: unit.portal_organisation(),
        }
    }
}

/// Where live state comes from.
pub(in crate::app) struct LiveReader<'a> {
    pub(in crate::app) portals: &'a Portals,
    readers: BTreeMap<PortalName, Arc<dyn PortalRead>>,
    root: PathBuf,
    given: Option<PathBuf>,
}

impl<'a> LiveReader<'a> {
    /// Reads from the portals, with the read-only token where there is one.
    pub(in crate::app) fn of_portals(
        portals: &'a Portals,
        opened: &Opened,
    ) -> Result<Self, Failure> {
        Ok(Self::new(portals, opened, portals.readers()?, None))
    }

    /// Reads from the portals that can be opened; with it, what stands in the way of the others.
    pub(in crate::app) fn of_openable_portals(
        portals: &'a Portals,
        opened: &Opened,
    ) -> (Self, BTreeMap<PortalName, Failure>) {
        let (readers, failures) = portals.readers_or_failures();
        (Self::new(portals, opened, readers, None), failures)
    }

    /// Reads from `given`: one snapshot file, or a folder of them laid out as
    /// `<portal>/<organisation>.yaml`.
    pub(in crate::app) fn of_snapshots(
        portals: &'a Portals,
        opened: &Opened,
        given: &Path,
    ) -> Self {
        Self::new(portals, opened, BTreeMap::new(), Some(given.to_owned()))
    }

    /// Reads through the writing side, so that `apply` needs one token and keeps one rate limit. What
    /// is about to be written to is read until two readings agree, where it takes several pages.
    pub(in crate::app) fn of_writers(
        portals: &'a Portals,
        opened: &Opened,
        writers: &Writers,
    ) -> Self {
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
    pub(in crate::app) fn in_flight(&self) -> usize {
        let (fewest, most) = READS_IN_FLIGHT;
        let allowed: usize = self.portals.concurrency().values().sum();
        (2 * allowed).clamp(fewest, most)
    }

    /// One organisation's live state.
    pub(in crate::app) async fn read(&self, unit: &Desired) -> Result<Live, Failure> {
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
    pub(super) async fn ask_beside(&self, place: Place<'_>) -> Option<Result<Live, Failure>> {
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
    pub(super) fn open(&self, place: Place<'_>) -> Result<Live, Failure> {
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
