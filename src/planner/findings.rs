//! What a reader should know and nobody has to do: what begins, what ends soon, who is locked, who
//! is live without being named.

use jiff::civil::Date;

use crate::model::day::{Presence, days_between};
use crate::model::desired::DesiredAccount;
use crate::model::name::AreaName;
use crate::model::plan::{AccountRef, Finding};
use crate::model::policy::Policy;

use super::context::Context;
use super::draft::Drafts;
use super::subject::{Fate, Subject};

/// A live account that the YAML does not name: worth a line if it can sign in, or would have
/// access if it could. An ended, empty account is a tombstone.
pub(super) fn unnamed(
    context: &Context<'_>,
    subject: &Subject<'_>,
    report: bool,
    drafts: &mut Drafts,
) {
    let (Some(live), Some(account)) = (subject.live, subject.account()) else {
        return;
    };
    if report && (live.usable(context.day) || live.admin || !live.areas.is_empty()) {
        drafts.findings.push(Finding::Unmanaged(account));
    }
}

/// What begins, ends soon, or is locked, of an account that the YAML names.
pub(super) fn named(context: &Context<'_>, subject: &Subject<'_>, drafts: &mut Drafts) {
    let Some(wanted) = subject.wanted else {
        return;
    };
    if let Presence::Upcoming(from) = wanted.presence {
        if let Some(account) = subject.account() {
            let area = None;
            let finding = Finding::Upcoming {
                account,
                area,
                from,
            };
            drafts.findings.push(finding);
        }
        return;
    }
    if !subject.is_present() {
        return;
    }
    if let (Fate::Keep, Some(live)) = (subject.fate, subject.live)
        && live.locked
    {
        let locked = subject.account().map(Finding::Locked);
        drafts.findings.extend(locked);
    }
    dates(context, subject, wanted, drafts);
}

fn dates(
    context: &Context<'_>,
    subject: &Subject<'_>,
    wanted: &DesiredAccount,
    drafts: &mut Drafts,
) {
    let account = || subject.account();
    for (area, until) in ending(wanted, &context.desired.policy, context.day) {
        push(drafts, account(), |account| Finding::Ending {
            account,
            area: area.cloned(),
            until,
        });
    }
    for (area, grant) in &wanted.grants {
        if let Presence::Upcoming(from) = grant.presence {
            push(drafts, account(), |account| Finding::Upcoming {
                account,
                area: Some(area.clone()),
                from,
            });
        }
    }
}

fn push(
    drafts: &mut Drafts,
    account: Option<AccountRef>,
    finding: impl FnOnce(AccountRef) -> Finding,
) {
    drafts.findings.extend(account.map(finding));
}

/// What of an account that is desired on the day ends soon: the account itself (no area), and the
/// areas that end before it, for what ends with its account is said once.
pub(super) fn ending<'a>(
    wanted: &'a DesiredAccount,
    policy: &Policy,
    day: Date,
) -> Vec<(Option<&'a AreaName>, Date)> {
    let soon = 0..=i64::from(policy.expiry.warn_days);
    let is_soon = |until: &Date| soon.contains(&days_between(day, *until));
    let last = wanted.window.until;
    let own = last.filter(is_soon).map(|until| (None, until));
    let areas = wanted.grants.iter().filter_map(|(area, grant)| {
        let until = grant.window.until.filter(is_soon)?;
        let earlier = last.is_none_or(|last| until < last);
        (grant.presence == Presence::Present && earlier).then_some((Some(area), until))
    });
    own.into_iter().chain(areas).collect()
}
