//! One organisation at one portal, planned from what its portal answered, with all that is kept of
//! the answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::prepared::Unread;
use super::reading::{LiveReader, Place};
use crate::app::Failure;
use crate::app::portals::Portals;
use crate::app::project::Opened;
use crate::app::revision::compared::{Comparison, UnitCauses};
use crate::app::undo::undoing::Undoing;
use crate::config::UnitOnDay;
use crate::model::desired::Desired;
use crate::model::listing_count::Counted;
use crate::model::live::{Live, LiveAccount};
use crate::model::name::PortalId;
use crate::model::plan::UnitPlan;
use crate::model::policy::Policy;
use crate::model::undo::UndoAccount;
use crate::planner;

/// One unit, planned.
pub(super) struct Planned {
    pub(super) unit: (UnitPlan, Arc<Policy>),
    /// Where it is to be kept.
    pub(super) live: Option<Live>,
    /// The accounts that it touches.
    pub(super) seen: BTreeMap<PortalId, LiveAccount>,
    /// Where the plan is compared with an earlier configuration's.
    pub(super) causes: Option<UnitCauses>,
    /// Administrators whose accounts it ends.
    pub(super) ended: BTreeSet<PortalId>,
    /// What it takes.
    pub(super) taken: Vec<UndoAccount>,
    /// What its listing held.
    pub(super) counted: Counted,
}

/// What planning a unit needs beside its answer.
pub(super) struct With<'a> {
    pub(super) opened: &'a Opened,
    pub(super) reader: &'a LiveReader<'a>,
    pub(super) keep: bool,
    pub(super) comparison: Option<&'a Comparison>,
    /// What is to be given back, in place of what the files say.
    pub(super) undoing: Option<&'a Undoing>,
}

/// Plans a unit from what its portal answered, or from its snapshot where none was asked. An error
/// without a cause is a unit of a portal that this run has nothing to do with.
pub(super) fn planned(
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
pub(in crate::app) fn plan_unit(
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
