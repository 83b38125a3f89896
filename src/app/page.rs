//! The page of a plan: who has what is worked out beside it, from the live state that was kept.

use jiff::Timestamp;
use rayon::prelude::*;

use super::Redact;
use super::planning::Prepared;
use super::portals::Portals;
use super::project::Opened;
use crate::config::UnitOnDay;
use crate::model::access::UnitAccess;
use crate::planner;
use crate::report::{PageOptions, plan_html};

/// The page, as it may be shown, and until when the plan can be applied, where it was saved.
pub(super) fn of(
    prepared: &Prepared,
    opened: &Opened,
    portals: &Portals,
    (redact, until): (Redact, Option<Timestamp>),
) -> String {
    let mut access = access(prepared, opened, portals);
    let redaction = redact.redaction(&opened.project);
    if let Some(redaction) = &redaction {
        access = access.iter().map(|unit| redaction.access(unit)).collect();
    }
    let unread = prepared.unread.iter();
    let options = PageOptions {
        digest: Some(prepared.digest().to_owned()),
        until,
        by_hand: portals.by_hand(),
        unread: unread
            .map(|unread| (unread.organisation.clone(), unread.portal.clone()))
            .collect(),
        authors_unknown: prepared.authors_unknown.is_some(),
        redacted: redaction.is_some(),
    };
    let shown = redact.shown(&prepared.plan, &opened.project);
    plan_html(&shown, &prepared.review, &access, &options)
}

/// Who has what in every unit whose live state was kept.
fn access(prepared: &Prepared, opened: &Opened, portals: &Portals) -> Vec<UnitAccess> {
    let units: Vec<UnitOnDay<'_>> = opened.units().collect();
    let access = units.par_iter().filter_map(|unit| {
        let key = (unit.organisation().clone(), unit.portal().clone());
        let live = prepared.lives.get(&key)?;
        let rules = portals.rules(unit.portal())?;
        let mut planned = prepared.plan.units.iter();
        let plan = planned.find(|plan| (&plan.organisation, &plan.portal) == (&key.0, &key.1))?;
        let desired = opened.desired(unit);
        Some(planner::access(&desired, live, rules, opened.day, plan))
    });
    access.collect()
}
