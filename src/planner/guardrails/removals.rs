//! `max_removals`: most expires, revokes, demotes and deletes, counted by kind, of one unit and of
//! a whole portal. Refused when over both the number and the percentage.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::{ActionKind, Reason, Refusal, UnitPlan};
use crate::model::policy::{Guardrail, Policy, RemovalLimit};

use super::waiver;

/// How many of how many.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    removed: u64,
    live: u64,
}

impl Share {
    /// Over both numbers.
    fn is_over(self, limit: RemovalLimit) -> bool {
        let RemovalLimit { percent, count } = limit;
        let allowed = self.live.saturating_mul(percent.into());
        self.removed > count.into() && self.removed.saturating_mul(100) > allowed
    }
}

/// A kind of removal, what it removes, and what becomes of that.
const KINDS: [(ActionKind, &str, &str); 4] = [
    (ActionKind::Expire, "accounts", "expired"),
    (ActionKind::Revoke, "grants", "revoked"),
    (ActionKind::Demote, "administrators", "demoted"),
    (ActionKind::Delete, "accounts", "deleted"),
];

/// The refusals of one unit.
pub(super) fn of_unit(unit: &UnitPlan, policy: &Policy, day: Date) -> Vec<Refusal> {
    let place = Place {
        guardrail: Guardrail::MaxRemovals,
        organisation: Some(&unit.organisation),
        portal: &unit.portal,
    };
    let shares = KINDS.map(|(kind, _, _)| share(unit, kind));
    refusals(&place, shares, policy.max_removals, policy, day)
}

/// The refusals of each whole portal.
pub(super) fn of_portals(
    units: &[(UnitPlan, Arc<Policy>)],
    policy: &Policy,
    day: Date,
) -> Vec<Refusal> {
    let units: Vec<&UnitPlan> = units.iter().map(|(unit, _)| unit).collect();
    of_whole(&units, policy, day)
}

/// The same of units without their policies, which a whole portal's limit does not look at.
pub(super) fn of_whole(units: &[&UnitPlan], policy: &Policy, day: Date) -> Vec<Refusal> {
    let mut portals: BTreeMap<&PortalName, [Share; KINDS.len()]> = BTreeMap::new();
    for unit in units {
        let totals = portals.entry(&unit.portal).or_default();
        for (total, (kind, _, _)) in totals.iter_mut().zip(KINDS) {
            let Share { removed, live } = share(unit, kind);
            total.removed += removed;
            total.live += live;
        }
    }
    let each = portals.into_iter().flat_map(|(portal, shares)| {
        let place = Place {
            guardrail: Guardrail::MaxRemovalsTotal,
            organisation: None,
            portal,
        };
        refusals(&place, shares, policy.max_removals_total, policy, day)
    });
    each.collect()
}

fn share(unit: &UnitPlan, kind: ActionKind) -> Share {
    let live = match kind {
        ActionKind::Revoke => unit.live.grants,
        ActionKind::Demote => unit.live.admins,
        _ => unit.live.accounts,
    };
    // What is left of an account that has ended is counted with its end.
    let counts = unit
        .actions
        .iter()
        .filter(|action| action.kind == kind && !matches!(action.reason, Reason::AccessEnded(_)));
    Share {
        removed: counts.count() as u64,
        live,
    }
}

/// Which limit, and where.
struct Place<'a> {
    guardrail: Guardrail,
    organisation: Option<&'a OrganisationId>,
    portal: &'a PortalName,
}

fn refusals(
    place: &Place<'_>,
    shares: [Share; KINDS.len()],
    limit: RemovalLimit,
    policy: &Policy,
    day: Date,
) -> Vec<Refusal> {
    let Place {
        guardrail,
        organisation,
        portal,
    } = *place;
    let waived = waiver::limit(policy, guardrail, organisation, portal, day);
    let allowed = |share: Share| waived.is_some_and(|most| share.removed <= most.into());
    let over = KINDS.iter().zip(shares);
    over.filter(|(_, share)| share.is_over(limit) && !allowed(*share))
        .map(|((_, what, done), share)| Refusal {
            guardrail,
            organisation: organisation.cloned(),
            portal: portal.clone(),
            message: message(place, (what, done), share, (limit, waived)),
            waiver: waiver::to_paste(guardrail, organisation, portal, share.removed, day),
        })
        .collect()
}

fn message(
    place: &Place<'_>,
    (what, done): (&str, &str),
    share: Share,
    (limit, waived): (RemovalLimit, Option<u32>),
) -> String {
    let Share { removed, live } = share;
    let of = match place.organisation {
        Some(organisation) => format!("`{organisation}` at `{}`", place.portal),
        None => format!("all of `{}`", place.portal),
    };
    let percentage = match live {
        0 => String::new(),
        live => format!(" ({})", percent(removed, live)),
    };
    let RemovalLimit { percent, count } = limit;
    let waiver = match waived {
        Some(most) => format!(", and the waiver allows {most}"),
        None => String::new(),
    };
    format!(
        "{of}: {removed} of {live} {what} would be {done}{percentage}; \
         `{}` allows {count}, or {percent} %{waiver}. \
         If this is right, paste the waiver under `policy.waivers`; \
         if not, look for what is missing in the YAML",
        place.guardrail.as_str()
    )
}

/// In tenths, rounded up, so that what is over a limit never looks as if it met it.
fn percent(removed: u64, live: u64) -> String {
    let tenths = removed.saturating_mul(1000).div_ceil(live.max(1));
    match tenths % 10 {
        0 => format!("{} %", tenths / 10),
        rest => format!("{}.{rest} %", tenths / 10),
    }
}
