//! What the last apply left for this one: how many accounts each listing had, read before a plan is
//! judged, and what the keys of the calls depend on. Kept when an apply has listed. What is much
//! shorter is refused; until when it may be is the planner's to say.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::app::planning::Prepared;
use crate::app::project::Opened;
use crate::app::record::Records;
use crate::app::{Failure, Screen};
use crate::executor;
use crate::model::call_keys::CallKeys;
use crate::model::outcome::ApplyReport;
use crate::model::plan::Plan;
use crate::model::records::Place;
use crate::model::review::Cause;
use crate::planner::{self, LastCount};
use crate::record::audit::any_of;
use crate::record::counts::{Counts, Whose};
use crate::report::escape;

/// How long a plan waits for what an apply has left in a bucket.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What the last applies saw.
#[derive(Default)]
pub(in crate::app) struct LastCounts {
    counts: Counts,
    /// Why they are not known, where there may be some.
    unknown: Option<String>,
    /// Whether there were some, as the audit log shows, and they are gone.
    gone: bool,
}

/// How many runs are looked at for one that must have left counts.
const LOOKED_AT: usize = 20;

impl LastCounts {
    /// For `apply`, which cannot go on without its records.
    pub(in crate::app) async fn of(records: &Records) -> Result<Self, Failure> {
        let store = records.store.as_ref();
        let counts = Counts::read(store).await;
        let counts = counts.map_err(|error| Failure::Records(error.to_string()))?;
        let gone = counts.known.is_empty() && any_of(store, "beadle apply", LOOKED_AT).await?;
        Ok(Self {
            counts,
            unknown: None,
            gone,
        })
    }

    /// For `plan`, which need not have a way to the records: then nothing is guarded, and that is
    /// said.
    pub(in crate::app) async fn for_plan(opened: &Opened, sandbox: bool) -> Self {
        // What is done to embedded portals leaves nothing behind.
        if sandbox || !within_reach(&opened.project.records().place) {
            return Self::default();
        }
        let reading = async { Self::of(&Records::open(&opened.project, false)?).await };
        let why = match tokio::time::timeout(LONGEST_WAIT, reading).await {
            Ok(Ok(read)) => return read,
            Ok(Err(failure)) => failure.to_string(),
            Err(_) => format!("no answer within {} seconds", LONGEST_WAIT.as_secs()),
        };
        Self {
            unknown: Some(why),
            ..Self::default()
        }
    }

    /// Refuses what is much shorter than it was, and says where that cannot be told.
    pub(in crate::app) fn judge(
        &self,
        prepared: &mut Prepared,
        opened: &Opened,
        screen: &mut dyn Screen,
    ) {
        if let Some(why) = &self.unknown {
            screen.warn(&format!(
                "how many accounts the lists had at the last apply is not known, so that a list which \
                 is too short does not show: {}",
                escape::terminal(why)
            ));
        }
        if self.gone {
            screen.warn(
                "the audit log knows of an earlier apply, and how many accounts the lists had then is \
                 gone (`counts` in the place of records), so that a list which is too short does not \
                 show: look at the numbers of this plan, and at who may write there",
            );
        }
        let zone: &TimeZone = opened.project.time_zone();
        let Prepared {
            plan,
            review,
            counts,
            ..
        } = prepared;
        for unit in &plan.units {
            let whose: Whose = (unit.organisation.clone(), unit.portal.clone());
            let (Some(now), Some(last)) = (counts.get(&whose), self.counts.known.get(&whose))
            else {
                continue;
            };
            let last = LastCount {
                counted: &last.counted,
                day: last.time.to_zoned(zone.clone()).date(),
            };
            let project = &opened.project;
            let policy = project.policy_of(&unit.organisation, &unit.portal);
            let refusal = policy.and_then(|policy| {
                planner::shrink_refusal(unit, now.count.accounts, last, &policy, opened.day)
            });
            review.refusals.extend(refusal);
        }
    }

    /// Says on which day an apply last listed every organisation in which something has drifted.
    pub(in crate::app) fn date_drift(&self, prepared: &mut Prepared, opened: &Opened) {
        let Prepared { plan, review, .. } = prepared;
        let Some(compared) = &mut review.compared else {
            return;
        };
        let drifted = review.causes.iter();
        let drifted = drifted.filter(|(_, cause)| **cause == Cause::Drift);
        let units: BTreeSet<u32> = drifted.map(|(at, _)| at.unit).collect();
        let listed = units.into_iter().map(|unit| {
            let unit = plan.units.get(unit as usize)?;
            let whose: Whose = (unit.organisation.clone(), unit.portal.clone());
            self.counts.known.get(&whose).map(|known| known.time)
        });
        // One of which nothing is known leaves the day of all of them open.
        let first = listed.collect::<Option<Vec<_>>>();
        let first = first.and_then(|times| times.into_iter().min());
        let zone = opened.project.time_zone();
        compared.last_listed = first.map(|time| time.to_zoned(zone.clone()).date());
    }

    /// What the keys of the calls depend on, beside the plan.
    pub(in crate::app) fn keys(&self) -> BTreeMap<Whose, CallKeys> {
        self.counts.keys()
    }

    /// What they depend on in the next run, once the calls of a plan have come to their end.
    /// `run` is the name of the run.
    pub(in crate::app) fn keys_after(
        &self,
        plan: &Plan,
        report: &ApplyReport,
        run: &str,
    ) -> BTreeMap<Whose, CallKeys> {
        let before = self.keys();
        let units = (0..).zip(&plan.units);
        let after = units.map(|(index, unit)| {
            let whose: Whose = (unit.organisation.clone(), unit.portal.clone());
            let keys = before.get(&whose).cloned().unwrap_or_default();
            let keys = executor::keys_after(&keys, (plan, index), report, run);
            (whose, keys)
        });
        after.collect()
    }

    /// Keeps what a run saw, and of that what has changed for the keys. `run` is its own name.
    pub(in crate::app) async fn keep(
        &mut self,
        (seen, keys): (&Prepared, &BTreeMap<Whose, CallKeys>),
        opened: &Opened,
        records: &Records,
        run: &str,
    ) -> Result<(), Failure> {
        let project = &opened.project;
        let still = |(organisation, portal): &Whose| {
            project.portals().contains_key(portal)
                && project.policy_of(organisation, portal).is_some()
        };
        let (store, now) = (records.store.as_ref(), records.clock.now());
        let kept = self
            .counts
            .keep(store, run, (&seen.counts, keys), now, still);
        kept.await
            .map_err(|error| Failure::Records(error.to_string()))
    }
}

/// Whether the records can be read: a bucket only with what opens it. Without that, whoever asks
/// would first wait for a service that only some machines have.
fn within_reach(place: &Place) -> bool {
    match place {
        Place::Folder(_) => true,
        #[cfg(feature = "cloud")]
        Place::Bucket { provider, .. } => {
            let beginning = crate::record::CloudOptions::variables_of(*provider);
            !crate::app::world::variables(beginning).is_empty()
        }
        #[cfg(not(feature = "cloud"))]
        Place::Bucket { .. } => false,
    }
}
