//! What a reviewer should know beside a plan: asks the planner, with what the project and the
//! command line know of who is behind the change.

use std::collections::BTreeSet;

use crate::app::project::Opened;
use crate::app::revision::RevisionError;
use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::Plan;
use crate::model::policy::{Guardrail, Waiver};
use crate::model::review::{Review, WaiverNote, WaiverState};
use crate::model::source::SourceDocument;
use crate::planner::{self, EndedAdmins, Judged};

/// The review of a finished plan, and why git does not say who wrote the change, where it should.
/// `ended` are the administrators whose accounts it ends; `whole` says whether every organisation of
/// the project is in it.
pub(in crate::app) fn of(
    plan: &Plan,
    opened: &Opened,
    ended: &EndedAdmins,
    whole: bool,
) -> (Review, Option<RevisionError>) {
    let project = &opened.project;
    // Nobody is asked for where nothing can be an escalation.
    let nothing = plan.is_empty() && plan.units.iter().all(|unit| unit.manual.is_empty());
    let found = match nothing {
        true => Ok(BTreeSet::new()),
        false => opened.authors.addresses(project.root()),
    };
    let (addresses, unknown) = match found {
        Ok(addresses) => (addresses, None),
        Err(error) => (BTreeSet::new(), Some(error)),
    };
    let authors = project.authors(&addresses);
    let escalations = planner::escalations(plan, &authors, project.identities(), ended);
    let policy_of = |organisation: &OrganisationId, portal: &PortalName| {
        project.policy_of(organisation, portal)
    };
    let refusals = planner::escalation_refusals(plan, &escalations, policy_of);
    let judged = Judged {
        plan,
        escalations: &escalations,
        policy: project.policy(),
        whole,
        policy_of: &policy_of,
    };
    let mut waivers = Vec::new();
    for (waiver, source) in project.waivers() {
        let mut states = planner::waiver_states(&judged, waiver);
        states
            .retain(|state| *state != WaiverState::NotNeeded || !is_for_the_files(waiver, opened));
        waivers.extend(states.into_iter().map(|what| WaiverNote {
            what,
            guardrail: waiver.guardrail,
            organisation: waiver.organisation.as_ref().map(ToString::to_string),
            portal: waiver.portal.to_string(),
            until: waiver.until,
            source: SourceDocument::of(&source),
        }));
    }
    let review = Review {
        escalations,
        refusals,
        waivers,
        ended_admins: planner::ending_admins(plan, ended),
        ..Review::default()
    };
    (review, unknown)
}

/// Whether the files would be in error without the waiver, whatever the plan.
fn is_for_the_files(waiver: &Waiver, opened: &Opened) -> bool {
    let Waiver {
        organisation,
        portal,
        guardrail,
        limit: _,
        reason: _,
        until: _,
    } = waiver;
    *guardrail == Guardrail::RequireAdmins
        && organisation.as_ref().is_some_and(|organisation| {
            let project = &opened.project;
            project.lacks_required_admins(organisation.as_str(), portal.as_str())
        })
}
