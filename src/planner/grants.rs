//! Grants: a listed user's areas are exactly those listed. One merge of what is wanted with what
//! is live. Areas that need a key are steps for a person; unknown ones are faults of the YAML.

use crate::model::day::Presence;
use crate::model::desired::{DesiredAccount, DesiredGrant};
use crate::model::name::AreaName;
use crate::model::nearest::nearest;
use crate::model::plan::{ActionKind, HeldBackReason, ManualKind, Problem, Reason};

use super::context::Context;
use super::draft::{Drafts, on_area};
use super::manual::{self, Step};
use super::subject::Subject;

/// Grants and revokes of an account that is created or kept.
pub(super) fn draft(
    context: &Context<'_>,
    index: usize,
    subject: &Subject<'_>,
    drafts: &mut Drafts,
) {
    let Some(wanted) = subject.wanted else {
        return;
    };
    if context.rules.admin_sees_all.value && subject.stays_admin() {
        check_names(context, wanted, drafts);
        return;
    }
    let held = subject.live.map(|live| &live.areas);
    let mut live = held.into_iter().flatten().peekable();
    for (area, grant) in &wanted.grants {
        while let Some(extra) = live.next_if(|name| *name < area) {
            let reason = Reason::NotListed(wanted.source().cloned());
            revoke(context, index, subject, extra, reason, drafts);
        }
        let has = live.next_if(|name| *name == area).is_some();
        match (grant.presence, has) {
            (Presence::Present, true) | (Presence::Upcoming(_) | Presence::Ended(_), false) => {}
            (Presence::Present, false) => give(context, index, subject, (area, grant), drafts),
            (Presence::Upcoming(from), true) => {
                let source = source(grant).or(wanted.source()).cloned();
                let reason = Reason::NotBegun { from, source };
                revoke(context, index, subject, area, reason, drafts);
            }
            (Presence::Ended(until), true) => {
                let source = source(grant).or(wanted.source()).cloned();
                let reason = Reason::Ended { until, source };
                revoke(context, index, subject, area, reason, drafts);
            }
        }
    }
    for extra in live {
        let reason = Reason::NotListed(wanted.source().cloned());
        revoke(context, index, subject, extra, reason, drafts);
    }
}

/// Grants of an account that is still to be made elsewhere: they wait for it.
pub(super) fn hold(context: &Context<'_>, subject: &Subject<'_>, drafts: &mut Drafts) {
    let (Some(wanted), Some(account)) = (subject.wanted, subject.account()) else {
        return;
    };
    check_names(context, wanted, drafts);
    let present = wanted.grants.iter().filter(|(area, grant)| {
        grant.presence == Presence::Present && context.live.catalogue().contains_key(*area)
    });
    for (area, grant) in present {
        let because = HeldBackReason::WaitsForManualStep(ManualKind::CreateUpstream);
        let source = source(grant).cloned();
        let area = Some(area.clone());
        drafts.hold(ActionKind::Grant, account.clone(), area, because, source);
    }
}

fn source(grant: &DesiredGrant) -> Option<&crate::model::source::Source> {
    grant.provenance.first().map(|place| &place.source)
}

fn give(
    context: &Context<'_>,
    index: usize,
    subject: &Subject<'_>,
    (area, grant): (&AreaName, &DesiredGrant),
    drafts: &mut Drafts,
) {
    let Some(entry) = context.live.catalogue().get(area) else {
        drafts.problems.insert(unknown_area(context, area, grant));
        return;
    };
    if context.is_admin_area(area) {
        drafts.problems.insert(administration_area(area, grant));
        return;
    }
    let reason = Reason::Listed(grant.provenance.clone());
    if entry.access_key_required {
        let step = Step {
            area: Some(entry),
            ..Step::of(ManualKind::AccessKey, ActionKind::Grant)
        };
        manual::require(context, step, subject, reason, drafts);
    } else if let Some(account) = subject.account() {
        let action = on_area(context, ActionKind::Grant, account, area, reason);
        drafts.act(context, index, action);
    }
}

fn revoke(
    context: &Context<'_>,
    index: usize,
    subject: &Subject<'_>,
    area: &AreaName,
    reason: Reason,
    drafts: &mut Drafts,
) {
    if let Some(account) = subject.account() {
        let action = on_area(context, ActionKind::Revoke, account, area, reason);
        drafts.act(context, index, action);
    }
}

/// Names are checked even where no grant is planned.
fn check_names(context: &Context<'_>, wanted: &DesiredAccount, drafts: &mut Drafts) {
    for (area, grant) in &wanted.grants {
        if grant.presence != Presence::Present {
            continue;
        }
        if !context.live.catalogue().contains_key(area) {
            drafts.problems.insert(unknown_area(context, area, grant));
        } else if context.is_admin_area(area) {
            drafts.problems.insert(administration_area(area, grant));
        }
    }
}

fn unknown_area(context: &Context<'_>, area: &AreaName, grant: &DesiredGrant) -> Problem {
    let catalogue = context.live.catalogue();
    let names = catalogue
        .values()
        .filter(|entry| !context.is_admin_area(&entry.name))
        .map(|entry| entry.name.as_str());
    let titled = catalogue
        .values()
        .find(|entry| *entry.title == *area.as_str());
    let near = titled.map(|entry| entry.name.as_str());
    let help = match near.or_else(|| nearest(area.as_str(), names.clone())) {
        Some(name) => format!("did you mean `{name}`?"),
        None if names.clone().next().is_none() => "the portal shows no areas there".to_owned(),
        None => {
            let some: Vec<String> = names
                .clone()
                .take(8)
                .map(|name| format!("`{name}`"))
                .collect();
            let more = if names.count() > 8 { ", …" } else { "" };
            format!("there are {}{more}", some.join(", "))
        }
    };
    Problem {
        code: "unknown-area",
        message: format!(
            "`{}` has no area `{area}` for `{}`",
            context.desired.portal, context.desired.organisation
        ),
        source: source(grant).cloned(),
        help: Some(help),
    }
}

fn administration_area(area: &AreaName, grant: &DesiredGrant) -> Problem {
    Problem {
        code: "administration-area",
        message: format!(
            "`{area}` is the area of the administrators, and is not granted as others are"
        ),
        source: source(grant).cloned(),
        help: Some("list the user under `admins` instead".to_owned()),
    }
}
