//! Reads live state and plans, one organisation at a time as the answers arrive.
//!
//! ```text
//! reading    where live state comes from: portals, snapshots
//! unit       one organisation at one portal
//! prepared   a plan, and what it was made from
//! elsewhere  organisations of other runs, where somebody moves there
//! review     what a reviewer should know beside the plan
//! telling    what is said beside it, whichever command has made it
//! ```

mod elsewhere;
pub(super) mod prepared;
mod reading;
mod review;
pub(super) mod telling;
mod unit;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use futures_util::{StreamExt, stream};
use rayon::prelude::*;

use super::project::Opened;
use super::revision::compared::{AllCauses, Comparison};
use super::undo::undoing::Undoing;
use crate::model::listing_count::Counted;
use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::{PlannedPortal, UnitPlan};
use crate::model::policy::Policy;
use crate::model::undo::TakenByUnit;
use crate::planner::{self, EndedAdmins, Part};
use reading::Place;
use unit::{Planned, With, planned};

pub(super) use prepared::{Lives, Prepared, Seen, Unread};
pub(super) use reading::LiveReader;
pub(super) use unit::plan_unit;

/// Organisations planned together once their answers are there: enough to be worth sharing among
/// threads, few enough to be held.
const PLANNED_TOGETHER: usize = 16;

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
    let (opened, reader) = (with.opened, with.reader);
    let Gathered {
        units,
        unread,
        lives,
        seen,
        causes,
        ended,
        taken,
        counts,
    } = gather(with).await;
    let part = Part {
        shard: opened.shard(),
        portals: portals_of(opened, units.iter().map(|(unit, _)| unit)),
        elsewhere: elsewhere::look(opened, reader, units.iter().map(|(unit, _)| unit)).await,
    };
    let digest = opened.project.digest().to_owned();
    let policy = opened.project.policy();
    let plan = planner::assemble(units, policy, digest, opened.day, &part);
    let whole = opened.is_whole() && unread.is_empty();
    let (mut review, unknown) = review::of(&plan, opened, &ended, whole);
    if let Some(comparison) = with.comparison {
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

/// The portals of some units, by name, as the project file says that they are reached.
fn portals_of<'u>(
    opened: &Opened,
    units: impl Iterator<Item = &'u UnitPlan>,
) -> Vec<PlannedPortal> {
    let names: BTreeSet<&PortalName> = units.map(|unit| &unit.portal).collect();
    let settings = names
        .into_iter()
        .filter_map(|name| opened.project.portals().get(name));
    let portals = settings.map(|settings| PlannedPortal {
        portal: settings.name.clone(),
        driver: settings.driver.clone(),
        url: settings.url.clone(),
    });
    portals.collect()
}

/// Reads every unit and plans it for itself.
async fn gather(with: &With<'_>) -> Gathered {
    let With { opened, reader, .. } = *with;
    // Asked when its turn comes, so that no more than what is in flight is in memory.
    let reads = opened.units().map(|unit| async move {
        let answer = reader.ask_beside(Place::of(&unit)).await;
        (unit, answer)
    });
    let mut answers = stream::iter(reads)
        .buffer_unordered(reader.in_flight())
        .ready_chunks(PLANNED_TOGETHER);
    let mut gathered = Gathered::default();
    while let Some(arrived) = answers.next().await {
        let plan = |(unit, answer)| planned(&unit, answer, with);
        let planned: Vec<_> = match arrived.len() {
            1 => arrived.into_iter().map(plan).collect(),
            _ => arrived.into_par_iter().map(plan).collect(),
        };
        for one in planned {
            match one {
                Ok(planned) => gathered.take(planned),
                Err(Some(missing)) => gathered.unread.push(*missing),
                Err(None) => {}
            }
        }
    }
    let unread = &mut gathered.unread;
    unread.sort_by(|one, other| {
        (&one.organisation, &one.portal).cmp(&(&other.organisation, &other.portal))
    });
    gathered
}

/// What is known once every unit is planned for itself.
#[derive(Default)]
struct Gathered {
    units: Vec<(UnitPlan, Arc<Policy>)>,
    unread: Vec<Unread>,
    lives: Lives,
    seen: Seen,
    causes: AllCauses,
    ended: EndedAdmins,
    taken: TakenByUnit,
    counts: BTreeMap<(OrganisationId, PortalName), Counted>,
}

impl Gathered {
    fn take(&mut self, planned: Planned) {
        let Planned {
            unit,
            live,
            seen,
            causes,
            ended,
            taken,
            counted,
        } = planned;
        let key = || (unit.0.organisation.clone(), unit.0.portal.clone());
        self.counts.insert(key(), counted);
        if !ended.is_empty() {
            self.ended.insert(key(), ended);
        }
        if !taken.is_empty() {
            self.taken.insert(key(), taken);
        }
        if !seen.is_empty() {
            self.seen.insert(key(), seen);
        }
        self.causes.extend(causes.map(|causes| (key(), causes)));
        self.lives.extend(live.map(|live| (key(), live)));
        self.units.push(unit);
    }
}
