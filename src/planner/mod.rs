//! The planner: desired × live × rules × policy × day → plan. Pure, synchronous and total: no
//! file, no network, no clock, no randomness, and no question about which driver it plans for.
//! What a portal can do is read from its [`Rules`].
//!
//! ```text
//! matching → fate → administrators → actions (account, grants, admins, ended) → fold → order
//!                                  assemble: persons → join → moves → guardrails
//! ```

mod access;
mod account;
mod admins;
mod aliases;
mod assemble;
mod context;
mod draft;
mod ended;
mod escalations;
mod explain;
mod fate;
mod findings;
mod fold;
mod give_back;
mod grants;
mod guardrails;
mod join;
mod life;
mod lint;
mod mails;
mod manual;
mod matching;
mod moves;
mod named;
mod next;
mod order;
mod persons;
mod shared;
mod stays;
mod subject;
mod taken;

use jiff::civil::Date;

use crate::model::desired::Desired;
use crate::model::live::Live;
use crate::model::movement::{Alias, Stay};
use crate::model::plan::{LiveCounts, UnitPlan};
use crate::model::rules::Rules;

use context::Context;
use draft::{Drafts, Left};
use subject::{Fate, Subject};

pub use access::access;
pub use assemble::{Part, assemble};
pub use escalations::{EndedAdmins, ended_admins, ending_admins, escalations};
pub use explain::{Found, Pseudonym, Question, Search, Tier, Who, explain, gather};
pub use give_back::{GiveBack, GivenBack, LeftAlone, give_back};
pub use guardrails::of_portals as portal_refusals;
pub use guardrails::{
    Judged, LastCount, escalation_refusals, min_admins, shrink_refusal, waiver_states,
};
pub use lint::lint;
pub use next::{Changes, live_days, of_portals, of_unit, term_days};
pub use persons::{Elsewhere, losing};
pub use taken::taken;

/// Plans one organisation at one portal for one day.
///
/// The whole set of an area is saved in two parts here, what is given and what is taken;
/// [`assemble`] joins them into the portal's one save wherever no order between persons or units
/// forbids it. Guardrails are not looked at: they judge the finished plan.
#[must_use]
pub fn plan_unit(desired: &Desired, live: &Live, rules: &Rules, day: Date) -> UnitPlan {
    let context = Context::new(desired, live, rules, day);
    let mut drafts = Drafts::default();
    let mut subjects = matching::subjects(&context, &mut drafts);
    for subject in &mut subjects {
        fate::decide(&context, subject, &mut drafts);
    }
    let admins_left = admins::decide(&context, &mut subjects, &mut drafts);
    for (index, subject) in subjects.iter().enumerate() {
        draft_subject(&context, index, subject, &mut drafts);
    }
    let stays = stays::of(&context, &subjects);
    let left = drafts.finish(&context);
    let saves = order::order(fold::fold(&context, &subjects, &left.actions));
    let aliases = aliases::of(&context, &subjects, (&left.actions, &stays));
    unit_plan(&context, admins_left, (left, stays, aliases), saves)
}

/// Every action, step and finding of one account.
fn draft_subject(context: &Context<'_>, index: usize, subject: &Subject<'_>, drafts: &mut Drafts) {
    match subject.fate {
        Fate::Alone => {}
        Fate::Unnamed { report } => {
            admins::draft(context, index, subject, drafts);
            findings::unnamed(context, subject, report, drafts);
        }
        Fate::Create => {
            account::create(context, index, subject, drafts);
            grants::draft(context, index, subject, drafts);
            admins::draft(context, index, subject, drafts);
        }
        Fate::AwaitUpstream => {
            account::await_upstream(context, subject, drafts);
            grants::hold(context, subject, drafts);
        }
        Fate::Keep => {
            account::keep(context, index, subject, drafts);
            grants::draft(context, index, subject, drafts);
            admins::draft(context, index, subject, drafts);
        }
        Fate::End(cause) => ended::end(context, index, subject, cause, drafts),
        Fate::Delete(source) => ended::delete(context, index, subject, source, drafts),
    }
    findings::named(context, subject, drafts);
    shared::draft(context, subject, drafts);
}

fn unit_plan(
    context: &Context<'_>,
    admins_left: u64,
    (left, stays, aliases): (Left, Vec<Stay>, Vec<Alias>),
    saves: Vec<crate::model::plan::Save>,
) -> UnitPlan {
    let desired = context.desired;
    let Left {
        actions,
        held_back,
        manual,
        findings,
        problems,
    } = left;
    UnitPlan {
        organisation: desired.organisation.clone(),
        organisation_name: desired.organisation_name.clone(),
        portal: desired.portal.clone(),
        portal_organisation: desired.portal_organisation.clone(),
        approved_by: desired.approved_by.clone(),
        listing_digest: context.live.digest(),
        live: counts(context, admins_left),
        actions: actions.into_iter().map(|draft| draft.action).collect(),
        saves,
        manual,
        held_back,
        findings,
        problems,
        stays,
        aliases,
    }
}

fn counts(context: &Context<'_>, admins_left: u64) -> LiveCounts {
    let mut counts = LiveCounts {
        admins_left,
        ..LiveCounts::default()
    };
    for account in context.live.accounts().values() {
        if account.usable(context.day) {
            counts.accounts += 1;
            counts.grants += account.areas.len() as u64;
            counts.admins += u64::from(account.admin);
        }
    }
    counts
}
