//! A plan, and what it was made from.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::app::Failure;
use crate::model::listing_count::Counted;
use crate::model::live::{Live, LiveAccount};
use crate::model::name::{OrganisationId, PortalId, PortalName};
use crate::model::plan::Plan;
use crate::model::plan_document::PlanDocument;
use crate::model::review::Review;
use crate::model::undo::TakenByUnit;

/// A plan, and what it was made from.
pub(in crate::app) struct Prepared {
    pub(in crate::app) plan: Plan,
    /// What a reviewer should look at first.
    pub(in crate::app) review: Review,
    /// Why nobody knows who wrote the change, where git should.
    pub(in crate::app) authors_unknown: Option<String>,
    /// What could not be read, and why: nothing is planned there.
    pub(in crate::app) unread: Vec<Unread>,
    /// Live state by unit, where it was to be kept.
    pub(in crate::app) lives: Lives,
    /// What its calls take, with the values before: only where something is taken.
    pub(in crate::app) taken: TakenByUnit,
    /// The live accounts that the plan touches.
    pub(in crate::app) seen: Seen,
    /// What each listing held, beside what is planned for it.
    pub(in crate::app) counts: BTreeMap<(OrganisationId, PortalName), Counted>,
    pub(super) digest: OnceLock<String>,
}

impl Prepared {
    /// Whether a guardrail says no, to the plan itself or to who is behind it.
    pub(in crate::app) fn is_refused(&self) -> bool {
        !(self.plan.refusals.is_empty() && self.review.refusals.is_empty())
    }

    /// The digest that an approval names, worked out once.
    pub(in crate::app) fn digest(&self) -> &str {
        self.digest
            .get_or_init(|| PlanDocument::of(&self.plan).digest)
    }

    /// Whether no organisation could be read.
    pub(in crate::app) fn read_nothing(&self) -> bool {
        self.plan.units.is_empty() && !self.unread.is_empty()
    }
}

/// Live state by unit.
pub(in crate::app) type Lives = BTreeMap<(OrganisationId, PortalName), Live>;

/// Live accounts by unit and portal id.
pub(in crate::app) type Seen =
    BTreeMap<(OrganisationId, PortalName), BTreeMap<PortalId, LiveAccount>>;

/// An organisation that could not be read.
pub(in crate::app) struct Unread {
    pub(in crate::app) organisation: OrganisationId,
    pub(in crate::app) portal: PortalName,
    pub(in crate::app) failure: Failure,
}
