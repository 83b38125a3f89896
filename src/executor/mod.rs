//! Applying: walks a plan, save by save, and takes no decisions of its own. What is done, in which
//! order and to whom stands in the plan; here it is only carried out, as fast as each portal
//! allows, and what became of it is found out.
//!
//! ```text
//! run      which save may begin: dependencies, concurrency of each portal, interruption
//! attempt  one save: call, and after a lost answer read, then call again
//! failed   the words for what was not done
//! read_back  whether what a portal shows fulfils a write: a pure predicate
//! verify   the same predicate over a whole new listing, once the run is over
//! ```
//!
//! No clock, no randomness, no file, no output: whoever wants a progress bar or a record passes an
//! [`Observer`].

mod attempt;
mod failed;
mod graph;
mod key;
mod read_back;
mod run;
mod shared;
mod stop;
mod verify;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::model::call_keys::CallKeys;
use crate::model::name::{OrganisationId, PortalName};
use crate::model::outcome::{ApplyReport, Outcome};
use crate::model::plan::{Plan, SaveIndex, Write};
use crate::portal::PortalWrite;

pub use key::{idempotency_key, keys_after};
pub use read_back::{Known, Shown, is_done};
pub use stop::{Stop, StopLevel};
pub use verify::verify;

/// How hard to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Most saves in flight at each portal; one where a portal is not named.
    pub concurrency: BTreeMap<PortalName, usize>,
    /// Most times that one save is called, the first included. It is called again only when
    /// reading shows that a call whose outcome was unknown was not carried out. At least one.
    pub attempts: u32,
    /// Most unclear answers of one organisation at one portal that are resolved by reading, net of
    /// clear ones: each unclear answer takes one, each success gives one back, up to this number.
    /// With none left, an unclear answer ends the save, so that a portal that only fails is not
    /// called three times for each of ten thousand saves.
    pub read_back_budget: u32,
    /// How long to wait after each reading that does not show what the portal has accepted for
    /// later; after the last, it is said to be accepted.
    pub appearance: Vec<Duration>,
    /// How many saves at each portal are recorded ahead of their turn, so that a call never waits
    /// for its record while the portal has room.
    pub ahead: usize,
    /// How long to wait after an unclear answer before reading; twice as long after the second
    /// one of the same save, and so on.
    pub pause: Duration,
    /// What the keys of the calls depend on beside the plan, as the last run left it; nothing where
    /// an organisation at a portal is not named.
    pub keys: BTreeMap<(OrganisationId, PortalName), CallKeys>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: BTreeMap::new(),
            attempts: 3,
            read_back_budget: 100,
            ahead: 0,
            // A minute in all.
            appearance: [500, 1_500, 3_000, 10_000, 15_000, 30_000, 0]
                .map(Duration::from_millis)
                .to_vec(),
            pause: Duration::from_millis(500),
            keys: BTreeMap::new(),
        }
    }
}

/// Watches a run: a progress bar, a record. Called from the one task that walks the plan; several
/// [`Observer::before`] may wait side by side, and the calls in flight go on meanwhile.
#[async_trait]
pub trait Observer: Send + Sync {
    /// A save is about to be called for the first time; `write` holds every portal id known by
    /// now.
    ///
    /// # Errors
    /// A message, when that could not be recorded. The call is then not made and nothing further
    /// begins: nothing is written without its record.
    async fn before(&self, save: SaveIndex, write: &Write) -> Result<(), String>;

    /// What became of a save, exactly once for every save of the plan, also for those that never
    /// began.
    fn after(&self, save: SaveIndex, outcome: &Outcome);
}

/// Carries a plan out. Answers with the outcome of every save, in the plan's order, whatever
/// happens: there is no error beside the outcomes.
///
/// A save begins when all that it waits for is done; of those that may begin, the first in the
/// plan's order does. A failure skips what waits for it and nothing else; a portal that is lost
/// ([`PortalError::portal_is_lost`](crate::portal::PortalError::portal_is_lost)), as a read
/// confirms, gets no further calls while the others go on.
pub async fn execute(
    plan: &Plan,
    portals: &BTreeMap<PortalName, Arc<dyn PortalWrite>>,
    settings: &Settings,
    stop: &Stop,
    observer: &dyn Observer,
) -> ApplyReport {
    let shared = shared::Shared::of(plan, settings);
    let mut run = run::Run::begin(plan, portals, settings, stop, observer, &shared);
    run.walk().await;
    run.report()
}
