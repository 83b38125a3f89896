//! Ends: access taken away in the portal's own way, and accounts deleted that are named for it.

use crate::model::live::LiveAccount;
use crate::model::name::canonical;
use crate::model::nearest::nearly_the_same;
use crate::model::plan::{
    AccountRef, ActionKind, Change, Finding, HeldBackReason, ManualKind, Reason,
};
use crate::model::rules::{Delete, End};
use crate::model::source::Source;

use super::context::Context;
use super::draft::{Drafts, action, changing, on_area};
use super::subject::{Cause, Subject};
use super::{admins, manual};

/// Whether another system keeps the account, so that its end is not beadle's. Where an end is no
/// more than the removal of every area, that is beadle's, of whoever the YAML names.
pub(super) fn is_untouchable(context: &Context<'_>, subject: &Subject<'_>) -> bool {
    let upstream = subject.live.is_some_and(|live| live.upstream);
    upstream && (subject.wanted.is_none() || context.rules.end.value != End::NoAreas)
}

/// Whether an account whose access is not desired will really be ended.
pub(super) fn is_carried_out(context: &Context<'_>, subject: &Subject<'_>) -> bool {
    context.removals && !subject.own && !is_untouchable(context, subject)
}

/// Whether anything is left to take away.
pub(super) fn is_open(context: &Context<'_>, live: &LiveAccount) -> bool {
    let access = match context.rules.end.value {
        End::DateThenAreas => live.usable(context.day) || !live.areas.is_empty(),
        End::NoAreas => !live.areas.is_empty(),
        End::Deactivate => live.usable(context.day),
    };
    access || live.admin && context.has_admins()
}

/// Ends one account's access.
pub(super) fn end(
    context: &Context<'_>,
    index: usize,
    subject: &Subject<'_>,
    cause: Cause<'_>,
    drafts: &mut Drafts,
) {
    let Some(live) = subject.live.filter(|live| is_open(context, live)) else {
        return;
    };
    let Some(account) = subject.account() else {
        return;
    };
    let source = cause.source().cloned();
    if subject.own {
        let because = HeldBackReason::OwnIdentity;
        drafts.hold(ActionKind::Expire, account, None, because, source);
        return;
    }
    if let Some((left, min)) = subject.held {
        let because = admins::too_few(left, min);
        drafts.hold(ActionKind::Expire, account, None, because, source);
        return;
    }
    admins::draft(context, index, subject, drafts);
    if is_untouchable(context, subject) {
        end_upstream(context, index, (subject, live), cause, drafts);
        return;
    }
    match context.rules.end.value {
        End::DateThenAreas => date_then_areas(context, index, (subject, live), cause, drafts),
        End::NoAreas => {
            if !live.areas.is_empty() || live.admin && admins::is_folded(context) {
                let action = action(ActionKind::Expire, account, cause.reason());
                drafts.act(context, index, action);
            }
        }
        End::Deactivate => {
            if live.usable(context.day) {
                let change = Change::Active {
                    before: true,
                    after: false,
                };
                let reason = cause.reason();
                let action = changing(ActionKind::Expire, account, vec![change], reason);
                drafts.act(context, index, action);
            }
        }
    }
}

/// The date first, then what is left, so that a later renewal revives nothing.
fn date_then_areas(
    context: &Context<'_>,
    index: usize,
    (subject, live): (&Subject<'_>, &LiveAccount),
    cause: Cause<'_>,
    drafts: &mut Drafts,
) {
    let Some(account) = subject.account() else {
        return;
    };
    if live.usable(context.day) {
        let after = match cause {
            Cause::Ended(until, _) => until.min(context.day_before()),
            Cause::NotBegun(..) | Cause::Unmanaged => context.day_before(),
        };
        let change = Change::Expires {
            before: live.expires,
            after: Some(after),
        };
        let account = account.clone();
        let action = changing(ActionKind::Expire, account, vec![change], cause.reason());
        drafts.act(context, index, action);
    }
    for area in &live.areas {
        let reason = Reason::AccessEnded(cause.source().cloned());
        let account = account.clone();
        let action = on_area(context, ActionKind::Revoke, account, area, reason);
        drafts.act(context, index, action);
    }
}

/// Another system keeps the account: a step for a person, and of a named account the areas, which
/// are beadle's.
fn end_upstream(
    context: &Context<'_>,
    index: usize,
    (subject, live): (&Subject<'_>, &LiveAccount),
    cause: Cause<'_>,
    drafts: &mut Drafts,
) {
    let Some(account) = subject.account() else {
        return;
    };
    let by_areas = context.rules.end.value == End::NoAreas;
    if live.usable(context.day) && (!by_areas || !live.areas.is_empty()) {
        let source = cause.source().cloned();
        if !context.removals {
            let because = HeldBackReason::NoRemovals;
            drafts.hold(ActionKind::Expire, account.clone(), None, because, source);
        } else if manual::has_text(context, ManualKind::EndUpstream) {
            let kind = ManualKind::EndUpstream;
            manual::offer(context, kind, subject, cause.reason(), drafts);
        } else {
            let because = HeldBackReason::ManagedUpstream;
            drafts.hold(ActionKind::Expire, account.clone(), None, because, source);
        }
    }
    if subject.wanted.is_some() && context.rules.end.value == End::DateThenAreas {
        for area in &live.areas {
            let (account, reason) = (account.clone(), cause.reason());
            let action = on_area(context, ActionKind::Revoke, account, area, reason);
            drafts.act(context, index, action);
        }
    }
}

/// Deletes an account that is named under `delete`.
pub(super) fn delete(
    context: &Context<'_>,
    index: usize,
    subject: &Subject<'_>,
    source: &Source,
    drafts: &mut Drafts,
) {
    let Some(account) = subject.account() else {
        return;
    };
    let because = if subject.own {
        Some(HeldBackReason::OwnIdentity)
    } else if let Some((left, min)) = subject.held {
        Some(admins::too_few(left, min))
    } else if context.rules.delete.value == Delete::Never {
        Some(HeldBackReason::Unsupported(
            "the portal never deletes an account",
        ))
    } else {
        None
    };
    let source = source.clone();
    match because {
        Some(because) => drafts.hold(ActionKind::Delete, account, None, because, Some(source)),
        None => {
            look_twice(context, subject, &account, drafts);
            let reason = Reason::NamedForDeletion(source);
            drafts.act(context, index, action(ActionKind::Delete, account, reason));
        }
    }
}

/// Live accounts that somebody may take for the one that is deleted: by a login id or a name that
/// is one edit away (HFL guide, H18).
fn look_twice(
    context: &Context<'_>,
    subject: &Subject<'_>,
    account: &AccountRef,
    drafts: &mut Drafts,
) {
    let Some(live) = subject.live.filter(|_| context.removals) else {
        return;
    };
    let named = canonical(&live.name);
    let deleted = &context.desired.delete;
    for other in context.live.accounts().values() {
        if other.id == live.id || deleted.contains_key(&other.login) {
            continue;
        }
        let name = canonical(&other.name);
        let alike = nearly_the_same(live.login.canonical(), other.login.canonical())
            || (!named.is_empty() && !name.is_empty() && nearly_the_same(&named, &name));
        if alike {
            drafts.findings.push(Finding::LookAlike {
                account: account.clone(),
                other: AccountRef {
                    login: other.login.clone(),
                    name: other.name.clone(),
                    id: Some(other.id.clone()),
                    person: None,
                },
            });
        }
    }
}
