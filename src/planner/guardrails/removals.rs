//! `max_removals`: most expires, revokes, demotes and deletes, counted by kind, of one unit and of
//! a whole portal. Refused when over both the number and the percentage.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::{ActionKind, Reason, Refusal, RemovalCount, UnitPlan};
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
        parts: 1,
    };
    let shares = KINDS.map(|(kind, _, _)| share(unit, kind));
    refusals(&place, shares, policy.max_removals, policy, day)
}

/// How much is taken away at each portal, by kind, in that order: every kind is there.
pub(in crate::planner) fn removals<'u>(
    units: impl Iterator<Item = &'u UnitPlan>,
) -> Vec<RemovalCount> {
    let mut portals: BTreeMap<&PortalName, [Share; KINDS.len()]> = BTreeMap::new();
    for unit in units {
        let totals = portals.entry(&unit.portal).or_default();
        for (total, (kind, _, _)) in totals.iter_mut().zip(KINDS) {
            let Share { removed, live } = share(unit, kind);
            total.removed += removed;
            total.live += live;
        }
    }
    let counts = portals.into_iter().flat_map(|(portal, shares)| {
        let of_kind = KINDS.into_iter().zip(shares);
        of_kind.map(|((kind, _, _), share)| RemovalCount {
            portal: portal.clone(),
            kind,
            removed: share.removed,
            live: share.live,
        })
    });
    let mut counts: Vec<RemovalCount> = counts.collect();
    counts.sort_by(|one, other| (&one.portal, one.kind).cmp(&(&other.portal, other.kind)));
    counts
}

/// The refusals of each whole portal, or of one of so many `parts` of it: such a part is allowed
/// its share of the number, so that all of them together keep the limit.
#[must_use]
pub fn of_portals(
    removals: &[RemovalCount],
    policy: &Policy,
    day: Date,
    parts: u32,
) -> Vec<Refusal> {
    let portals = removals.chunk_by(|one, other| one.portal == other.portal);
    let each = portals.filter_map(|counts| {
        let place = Place {
            guardrail: Guardrail::MaxRemovalsTotal,
            organisation: None,
            portal: &counts.first()?.portal,
            parts: parts.max(1),
        };
        let shares = KINDS.map(|(kind, _, _)| {
            let of_kind = counts.iter().filter(|count| count.kind == kind);
            of_kind.fold(Share::default(), |sum, count| Share {
                removed: sum.removed.saturating_add(count.removed),
                live: sum.live.saturating_add(count.live),
            })
        });
        Some(refusals(
            &place,
            shares,
            policy.max_removals_total,
            policy,
            day,
        ))
    });
    each.flatten().collect()
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
    /// Of how many parts this is one.
    parts: u32,
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
        parts,
    } = *place;
    let limit = RemovalLimit {
        count: limit.count / parts,
        ..limit
    };
    let waived = waiver::limit(policy, guardrail, organisation, portal, day);
    let waived = waived.map(|most| most / parts);
    let allowed = |share: Share| waived.is_some_and(|most| share.removed <= most.into());
    let over = KINDS.iter().zip(shares);
    let over = over.filter(|(_, share)| share.is_over(limit) && !allowed(*share));
    let over: Vec<_> = over.collect();
    // A waiver holds for every kind: one of the highest number is enough for all of them.
    let highest = over.iter().map(|(_, share)| share.removed).max();
    let waiver = waiver::to_paste(
        guardrail,
        organisation,
        portal,
        highest.unwrap_or_default(),
        day,
    );
    let refusals = over.into_iter().map(|((_, what, done), share)| Refusal {
        guardrail,
        organisation: organisation.cloned(),
        portal: portal.clone(),
        message: message(place, (what, done), share, (limit, waived)),
        waiver: waiver.clone(),
    });
    refusals.collect()
}

fn message(
    place: &Place<'_>,
    (what, done): (&str, &str),
    share: Share,
    (limit, waived): (RemovalLimit, Option<u32>),
) -> String {
    let Share { removed, live } = share;
    let part = match place.parts {
        1 => "",
        _ => "in this part of it, ",
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
        "{part}{removed} of {live} {what} would be {done}{percentage}; \
         `{}` allows {count}, or {percent} %{waiver}",
        place.guardrail.as_str()
    )
}

/// In tenths, rounded up, so that what is over a limit never looks as if it met it.
pub(super) fn percent(removed: u64, live: u64) -> String {
    let tenths = removed.saturating_mul(1000).div_ceil(live.max(1));
    match tenths % 10 {
        0 => format!("{} %", tenths / 10),
        rest => format!("{}.{rest} %", tenths / 10),
    }
}
