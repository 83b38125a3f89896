//! The plans of all parts of the organisations, put together as if they had been made in one run.

use std::collections::BTreeMap;

use super::{ActionCounts, PlanDocument, RefusalDocument, SavedDocument, SummaryDocument};
use crate::model::plan::{Refusal, RemovalCount};
use crate::model::shard::{self, Incomplete};

/// Why plans cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// They are not the parts of one whole.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
    /// They were made from different things.
    #[error("`{one}` and `{other}` were made {what}")]
    Differ {
        /// A plan's name.
        one: String,
        /// Another's.
        other: String,
        /// In what way.
        what: &'static str,
    },
    /// One organisation is in two of them.
    #[error("organisation `{organisation}` at `{portal}` is in more than one of the plans")]
    Overlap {
        /// The organisation's id in the project.
        organisation: String,
        /// The portal.
        portal: String,
    },
}

impl PlanDocument {
    /// One plan of all parts, each with a name to speak of it by. `judge` says which guardrails
    /// for a whole portal refuse so many removals.
    ///
    /// # Errors
    /// When a part is missing or there twice, or they were not made from the same configuration,
    /// for the same day and by the same version.
    pub fn merge(
        parts: Vec<(String, Self)>,
        judge: impl FnOnce(&[RemovalCount]) -> Vec<Refusal>,
    ) -> Result<Self, MergeError> {
        let named: Vec<_> = parts
            .iter()
            .map(|(name, plan)| (name.as_str(), plan.shard))
            .collect();
        shard::whole(&named)?;
        for pair in parts.windows(2) {
            if let [one, other] = pair {
                alike(one, other)?;
            }
        }
        let mut parts = parts.into_iter().map(|(_, plan)| plan);
        let mut whole = parts.next().ok_or(Incomplete::Missing(Vec::new()))?;
        for part in parts {
            whole.add(part);
        }
        whole.shard = None;
        whole.settle(judge)?;
        Ok(whole)
    }

    fn add(&mut self, part: Self) {
        let Self {
            format: _,
            beadle: _,
            day: _,
            digest: _,
            configuration: _,
            shard: _,
            refusals,
            summary,
            moves,
            portals,
            units,
            removals,
            review: _,
            saved,
        } = part;
        self.refusals.extend(refusals);
        self.summary.add(&summary);
        self.moves.extend(moves);
        self.portals.extend(portals);
        self.units.extend(units);
        self.removals.extend(removals);
        self.saved = self.saved.take().zip(saved).map(|(mut one, other)| {
            let SavedDocument {
                at,
                until,
                accounts,
                seal: _,
            } = other;
            // Together they hold no longer than each.
            (one.at, one.until) = (one.at.min(at), one.until.min(until));
            one.accounts.extend(accounts);
            one
        });
    }

    /// Brings what was added into the order of one plan, and judges whole portals.
    fn settle(
        &mut self,
        judge: impl FnOnce(&[RemovalCount]) -> Vec<Refusal>,
    ) -> Result<(), MergeError> {
        self.portals
            .sort_by(|one, other| one.portal.cmp(&other.portal));
        self.portals.dedup();
        self.units.sort_by(|one, other| {
            (&one.organisation, &one.portal).cmp(&(&other.organisation, &other.portal))
        });
        self.moves
            .sort_by(|one, other| one.account().cmp(&other.account()));
        for pair in self.units.windows(2) {
            if let [one, other] = pair
                && (&one.organisation, &one.portal) == (&other.organisation, &other.portal)
            {
                return Err(MergeError::Overlap {
                    organisation: one.organisation.clone(),
                    portal: one.portal.clone(),
                });
            }
        }
        self.removals = summed(&self.removals);
        self.refusals
            .retain(|refusal| refusal.organisation.is_some());
        self.refusals.sort_by(|one, other| {
            (&one.organisation, &one.portal).cmp(&(&other.organisation, &other.portal))
        });
        let whole_portals = judge(&self.removals);
        let documents = whole_portals.iter().map(RefusalDocument::of);
        self.refusals.extend(documents);
        if let Some(saved) = &mut self.saved {
            saved.accounts.sort_by(|one, other| {
                (&one.organisation, &one.portal).cmp(&(&other.organisation, &other.portal))
            });
        }
        self.digest = self.computed_digest();
        self.seal();
        Ok(())
    }
}

/// Whether two parts were made from the same.
fn alike(one: &(String, PlanDocument), other: &(String, PlanDocument)) -> Result<(), MergeError> {
    let ((name, plan), (other_name, other)) = (one, other);
    let what = if plan.configuration != other.configuration {
        "from different configurations"
    } else if plan.day != other.day {
        "for different days"
    } else if (plan.format, &plan.beadle) != (other.format, &other.beadle) {
        "by different versions of beadle"
    } else {
        return Ok(());
    };
    Err(MergeError::Differ {
        one: name.clone(),
        other: other_name.clone(),
        what,
    })
}

/// One count for each portal and kind, in that order.
fn summed(removals: &[RemovalCount]) -> Vec<RemovalCount> {
    let mut sums = BTreeMap::new();
    for RemovalCount {
        portal,
        kind,
        removed,
        live,
    } in removals
    {
        let sum: &mut (u64, u64) = sums.entry((portal, *kind)).or_default();
        sum.0 = sum.0.saturating_add(*removed);
        sum.1 = sum.1.saturating_add(*live);
    }
    let counts = sums
        .into_iter()
        .map(|((portal, kind), (removed, live))| RemovalCount {
            portal: portal.clone(),
            kind,
            removed,
            live,
        });
    counts.collect()
}

impl SummaryDocument {
    fn add(&mut self, other: &Self) {
        let Self {
            actions,
            manual,
            held_back,
            calls,
            mails,
        } = other;
        self.actions.add(actions);
        self.manual = self.manual.saturating_add(*manual);
        self.held_back = self.held_back.saturating_add(*held_back);
        self.calls = self.calls.saturating_add(*calls);
        self.mails = self.mails.saturating_add(*mails);
    }
}

impl ActionCounts {
    fn add(&mut self, other: &Self) {
        let Self {
            create,
            update,
            renew,
            grant,
            promote,
            demote,
            revoke,
            expire,
            delete,
        } = other;
        for (sum, more) in [
            (&mut self.create, create),
            (&mut self.update, update),
            (&mut self.renew, renew),
            (&mut self.grant, grant),
            (&mut self.promote, promote),
            (&mut self.demote, demote),
            (&mut self.revoke, revoke),
            (&mut self.expire, expire),
            (&mut self.delete, delete),
        ] {
            *sum = sum.saturating_add(*more);
        }
    }
}
