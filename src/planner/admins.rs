//! The admin set: who joins, who leaves, and who must stay until others have joined. Decided for
//! the whole unit before anything is drafted, because what an administrator sees, and whose end
//! must wait, depend on it.

use crate::model::name::LoginId;
use crate::model::plan::{AccountRef, ActionKind, HeldBackReason, ManualKind, Problem, Reason};
use crate::model::rules::{AdminSet, Delete, End};
use crate::model::source::Provenance;

use super::context::Context;
use super::draft::{Drafts, action};
use super::ended;
use super::manual::{self, Step};
use super::subject::{AdminMove, Fate, Subject};

/// Decides every subject's [`AdminMove`], and which ends wait. Answers with how many
/// administrators can sign in once the plan is carried out.
pub(super) fn decide(
    context: &Context<'_>,
    subjects: &mut [Subject<'_>],
    drafts: &mut Drafts,
) -> u64 {
    let before = before(context);
    if !context.has_admins() {
        nothing_to_manage(context, drafts);
        return before.into();
    }
    let mut waiting = nameless_members(context, subjects, drafts);
    for subject in subjects.iter_mut() {
        subject.admin = wanted_move(context, subject, drafts);
    }
    let mut after = before;
    for subject in subjects.iter_mut() {
        let (was, is) = (
            is_effective(context, subject),
            will_be_effective(context, subject),
        );
        subject.gains = is && !was;
        subject.loses = was && !is;
        after = after + u32::from(subject.gains) - u32::from(subject.loses).min(after);
        let listed = subject.is_present() || matches!(subject.fate, Fate::Unnamed { .. });
        waiting += u32::from(listed && !is && member(context, subject).is_some());
    }
    let floor = context.min_admins.min(before);
    let hold = floor.saturating_sub(after).min(waiting);
    let held = hold_back(context, subjects, (hold, after), drafts);
    (after + held).into()
}

/// Administrators who can sign in now, twins and strangers among them.
fn before(context: &Context<'_>) -> u32 {
    let accounts = context.live.accounts().values();
    let count = accounts
        .filter(|account| account.admin && account.usable(context.day))
        .count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn nothing_to_manage(context: &Context<'_>, drafts: &mut Drafts) {
    let admins = &context.desired.admins;
    let Some(places) = admins.members.values().next() else {
        return;
    };
    let first = places.first().map(|place| &place.source);
    drafts.problems.insert(Problem {
        code: "no-admin-set",
        message: format!("`{}` has no admin set to manage", context.desired.portal),
        source: admins.source.as_ref().or(first).cloned(),
        help: Some("remove `admins` for this portal".to_owned()),
    });
}

/// A member that `users` does not name, and for whom there is no account to promote. Answers with
/// how many members the unit cannot see to: these, and those whose accounts are live twins.
fn nameless_members(context: &Context<'_>, subjects: &[Subject<'_>], drafts: &mut Drafts) -> u32 {
    let desired = context.desired;
    let mut unseen = 0;
    for (login, places) in &desired.admins.members {
        let is_this = |subject: &Subject<'_>| key(subject) == Some(login);
        if subjects.iter().any(is_this) {
            continue;
        }
        unseen += 1;
        if desired.accounts.contains_key(login) {
            continue;
        }
        let account = AccountRef {
            login: login.clone(),
            name: login.as_str().into(),
            id: None,
            person: None,
        };
        let because = HeldBackReason::Unsupported(
            "`users` does not name it, and no single live account has this login id",
        );
        let source = places.first().map(|place| place.source.clone());
        drafts.hold(ActionKind::Promote, account, None, because, source);
    }
    unseen
}

/// The login id under which the YAML would list this subject.
fn key<'a>(subject: &Subject<'a>) -> Option<&'a LoginId> {
    let wanted = subject.wanted.map(|wanted| &wanted.login);
    wanted.or(subject.live.map(|live| &live.login))
}

fn member<'a>(context: &Context<'a>, subject: &Subject<'_>) -> Option<&'a Vec<Provenance>> {
    context.desired.admins.members.get(key(subject)?)
}

fn wanted_move(context: &Context<'_>, subject: &Subject<'_>, drafts: &mut Drafts) -> AdminMove {
    let admins = &context.desired.admins;
    let is_admin = subject.live.is_some_and(|live| live.admin);
    let member = member(context, subject);
    let leaves = is_admin && admins.exact && member.is_none();
    let not_listed = Reason::NotListed(admins.source.clone());
    match subject.fate {
        Fate::Alone | Fate::Delete(_) => AdminMove::Stay,
        Fate::AwaitUpstream => {
            if let (Some(places), Some(account)) = (member, subject.account()) {
                let because = HeldBackReason::WaitsForManualStep(ManualKind::CreateUpstream);
                let source = places.first().map(|place| place.source.clone());
                drafts.hold(ActionKind::Promote, account, None, because, source);
            }
            AdminMove::Stay
        }
        Fate::End(cause) => {
            if !is_admin || subject.own || is_folded(context) {
                AdminMove::Stay
            } else if !ended::is_untouchable(context, subject) || subject.wanted.is_some() {
                demote(context, subject, cause.reason(), drafts)
            } else if leaves {
                demote(context, subject, not_listed, drafts)
            } else {
                AdminMove::Stay
            }
        }
        Fate::Keep | Fate::Create | Fate::Unnamed { .. } => match member {
            Some(places) if !is_admin => promote(context, subject, places, drafts),
            None if leaves => demote(context, subject, not_listed, drafts),
            _ => AdminMove::Stay,
        },
    }
}

/// Whether the end of an account takes its admin tick along, in one save.
pub(super) fn is_folded(context: &Context<'_>) -> bool {
    context.rules.admin.value == AdminSet::Tick && context.rules.end.value == End::NoAreas
}

fn promote(
    context: &Context<'_>,
    subject: &Subject<'_>,
    places: &[Provenance],
    drafts: &mut Drafts,
) -> AdminMove {
    let reason = Reason::Listed(places.to_vec());
    match (context.rules.admin.value, context.admin_area) {
        (AdminSet::Area, None) => {
            hold(subject, ActionKind::Promote, no_area(), &reason, drafts);
            AdminMove::Stay
        }
        (AdminSet::Area, Some(area)) if area.access_key_required => {
            let step = Step {
                area: Some(area),
                ..Step::of(ManualKind::AdminKey, ActionKind::Promote)
            };
            manual::require(context, step, subject, reason, drafts);
            AdminMove::Stay
        }
        (AdminSet::None | AdminSet::Area | AdminSet::Tick | AdminSet::Act, _) => {
            AdminMove::Promote(reason)
        }
    }
}

fn demote(
    context: &Context<'_>,
    subject: &Subject<'_>,
    reason: Reason,
    drafts: &mut Drafts,
) -> AdminMove {
    let because = if subject.own {
        Some(HeldBackReason::OwnIdentity)
    } else if !context.removals {
        Some(HeldBackReason::NoRemovals)
    } else if context.rules.admin.value == AdminSet::Area && context.admin_area.is_none() {
        Some(no_area())
    } else {
        None
    };
    match because {
        Some(because) => {
            hold(subject, ActionKind::Demote, because, &reason, drafts);
            AdminMove::Stay
        }
        None => AdminMove::Demote(reason),
    }
}

fn no_area() -> HeldBackReason {
    HeldBackReason::Unsupported("the catalogue shows no area of the administrators")
}

fn hold(
    subject: &Subject<'_>,
    kind: ActionKind,
    because: HeldBackReason,
    reason: &Reason,
    drafts: &mut Drafts,
) {
    if let Some(account) = subject.account() {
        drafts.hold(kind, account, None, because, reason.source().cloned());
    }
}

fn is_effective(context: &Context<'_>, subject: &Subject<'_>) -> bool {
    let live = subject.live;
    live.is_some_and(|live| live.admin && live.usable(context.day))
}

fn will_be_effective(context: &Context<'_>, subject: &Subject<'_>) -> bool {
    let is_member = match subject.admin {
        AdminMove::Promote(_) => true,
        AdminMove::Demote(_) => false,
        AdminMove::Stay => subject.live.is_some_and(|live| live.admin),
    };
    let usable = subject.live.is_some_and(|live| live.usable(context.day));
    let stays = match subject.fate {
        Fate::Alone | Fate::Unnamed { .. } => usable,
        Fate::AwaitUpstream => false,
        Fate::Create => true,
        Fate::Keep => subject.life.usable_after,
        Fate::End(_) => usable && !ended::is_carried_out(context, subject),
        Fate::Delete(_) => usable && !is_deleted(context, subject),
    };
    is_member && stays
}

fn is_deleted(context: &Context<'_>, subject: &Subject<'_>) -> bool {
    context.removals && !subject.own && context.rules.delete.value == Delete::Irreversible
}

/// Holds back as many losses as wait for somebody to become an administrator by hand: deletes
/// first, because nothing brings them back, then demotions, then ends; each by login id.
fn hold_back(
    context: &Context<'_>,
    subjects: &mut [Subject<'_>],
    (count, left): (u32, u32),
    drafts: &mut Drafts,
) -> u32 {
    if count == 0 {
        return 0;
    }
    let mut losses: Vec<&mut Subject<'_>> = subjects
        .iter_mut()
        .filter(|subject| subject.loses)
        .collect();
    let weight = |subject: &Subject<'_>| match subject.fate {
        Fate::Delete(_) => 0,
        Fate::End(_) => 2,
        _ => 1,
    };
    losses.sort_by(|left, right| {
        let by_login = left.login().cmp(&right.login());
        weight(left).cmp(&weight(right)).then(by_login)
    });
    let mut held = 0;
    for subject in losses.into_iter().take(count as usize) {
        held += 1;
        subject.loses = false;
        subject.held = Some((left, context.min_admins));
        if let AdminMove::Demote(reason) = std::mem::replace(&mut subject.admin, AdminMove::Stay) {
            let because = too_few(left, context.min_admins);
            hold(subject, ActionKind::Demote, because, &reason, drafts);
        }
    }
    held
}

/// Why a loss waits.
pub(super) fn too_few(left: u32, min: u32) -> HeldBackReason {
    HeldBackReason::TooFewAdmins { left, min }
}

/// The promotion or demotion that was decided.
pub(super) fn draft(
    context: &Context<'_>,
    index: usize,
    subject: &Subject<'_>,
    drafts: &mut Drafts,
) {
    let Some(account) = subject.account() else {
        return;
    };
    let (kind, reason) = match &subject.admin {
        AdminMove::Stay => return,
        AdminMove::Promote(reason) => (ActionKind::Promote, reason),
        AdminMove::Demote(reason) => (ActionKind::Demote, reason),
    };
    if kind == ActionKind::Promote && subject.live.is_some() {
        let step = ManualKind::SecondFactor;
        manual::offer(context, step, subject, reason.clone(), drafts);
    }
    drafts.act(context, index, action(kind, account, reason.clone()));
}
