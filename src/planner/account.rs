//! The account itself: created, edited, renewed, or waited for. Its areas, its place in the admin
//! set and its end are drafted elsewhere.

use std::sync::Arc;

use crate::model::desired::DesiredAccount;
use crate::model::live::LiveAccount;
use crate::model::name::{LoginId, canonical};
use crate::model::plan::{
    AccountRef, ActionKind, Change, Finding, HeldBackReason, ManualKind, Problem, Reason, Term,
};
use crate::model::rules::{AccountEnd, Create, LoginForm, Mail};
use crate::model::source::Source;

use super::context::Context;
use super::draft::{Drafts, changing};
use super::life::{self, Life};
use super::manual::{self, Step};
use super::subject::Subject;

/// A new account.
pub(super) fn create(
    context: &Context<'_>,
    index: usize,
    subject: &Subject<'_>,
    drafts: &mut Drafts,
) {
    let (Some(wanted), Some(account)) = (subject.wanted, subject.account()) else {
        return;
    };
    let creation = &context.desired.creation;
    if context.create == Create::WithTerms && creation.terms_accepted_by.is_none() {
        drafts.problems.insert(terms_not_accepted(context));
    }
    if context.rules.mail.value == Mail::AtCreation && creation.notify.is_none() {
        drafts.problems.insert(notice_not_chosen(context));
    }
    let mut changes = vec![Change::Name {
        before: None,
        after: wanted.name.clone(),
    }];
    changes.extend(address(context, wanted).map(|after| Change::Email {
        before: None,
        after,
    }));
    if let (AccountEnd::Date, Some(_)) = (context.rules.account_end.value, wanted.window.until) {
        changes.push(Change::Expires {
            before: None,
            after: wanted.window.until,
        });
    }
    changes.extend(term(context, wanted).map(|after| Change::Term { after }));
    if creation.notify != Some(true) {
        manual::offer(
            context,
            ManualKind::HandOver,
            subject,
            subject.listed(),
            drafts,
        );
    }
    manual::offer(
        context,
        ManualKind::SecondFactor,
        subject,
        subject.listed(),
        drafts,
    );
    let action = changing(ActionKind::Create, account, changes, subject.listed());
    drafts.act(context, index, action);
}

/// The address that a new account gets: its login id where that is one.
pub(super) fn address(context: &Context<'_>, wanted: &DesiredAccount) -> Option<Arc<str>> {
    match context.rules.login.value {
        LoginForm::Email => Some(wanted.login.as_str().into()),
        LoginForm::Username | LoginForm::UserId | LoginForm::Assigned => wanted.email.clone(),
    }
}

/// The term that a new account gets.
pub(super) fn term(context: &Context<'_>, wanted: &DesiredAccount) -> Option<Term> {
    match context.rules.account_end.value {
        AccountEnd::Terms(terms) => life::first_term(terms, context.day, wanted.window.until),
        AccountEnd::Date | AccountEnd::ByBeadle => None,
    }
}

fn terms_not_accepted(context: &Context<'_>) -> Problem {
    let portal = &context.desired.portal;
    Problem {
        code: "terms-not-accepted",
        message: format!("nobody has accepted the terms of `{portal}` for new accounts"),
        source: Some(context.desired.source.clone()),
        help: Some(format!(
            "name who does under `portals.{portal}.terms_accepted_by`"
        )),
    }
}

fn notice_not_chosen(context: &Context<'_>) -> Problem {
    let portal = &context.desired.portal;
    Problem {
        code: "notice-not-chosen",
        message: format!("nobody has chosen whether `{portal}` mails the users of new accounts"),
        source: Some(context.desired.source.clone()),
        help: Some(format!(
            "write `portals.{portal}.notify: true` for a mail with the login details, or `false`"
        )),
    }
}

/// An account that another system must make first.
pub(super) fn await_upstream(context: &Context<'_>, subject: &Subject<'_>, drafts: &mut Drafts) {
    let step = Step::of(ManualKind::CreateUpstream, ActionKind::Create);
    manual::require(context, step, subject, subject.listed(), drafts);
}

/// An account that stays: other names and addresses, dates and activity.
pub(super) fn keep(
    context: &Context<'_>,
    index: usize,
    subject: &Subject<'_>,
    drafts: &mut Drafts,
) {
    let (Some(wanted), Some(live)) = (subject.wanted, subject.live) else {
        return;
    };
    let mut changes = Vec::new();
    rename(context, subject, (wanted, live), &mut changes, drafts);
    rename_person(context, subject, (wanted, live), &mut changes, drafts);
    readdress(context, subject, (wanted, live), &mut changes, drafts);
    shorten(context, subject, live, &mut changes, drafts);
    // Most accounts stay as they are: nothing is copied for them.
    if changes.is_empty() && subject.life.is_quiet() {
        return;
    }
    let Some(account) = subject.account() else {
        return;
    };
    if !changes.is_empty() {
        let reason = match subject.renamed {
            Some((was, source)) => renamed(was, source),
            None => subject.listed(),
        };
        let action = changing(ActionKind::Update, account.clone(), changes, reason);
        drafts.act(context, index, action);
    }
    renew(context, index, subject, (live, account), drafts);
}

fn renamed(was: &LoginId, source: &Source) -> Reason {
    Reason::Renamed {
        was: was.clone(),
        source: source.clone(),
    }
}

/// Another login id, where the two were matched through `was`.
fn rename(
    context: &Context<'_>,
    subject: &Subject<'_>,
    (wanted, live): (&DesiredAccount, &LiveAccount),
    changes: &mut Vec<Change>,
    drafts: &mut Drafts,
) {
    let Some((was, source)) = subject.renamed else {
        return;
    };
    let edit = context.rules.edit.value;
    let follows = context.rules.login.value == LoginForm::Email && edit.email;
    if follows && !live.upstream {
        let shown = live.email.clone();
        changes.push(Change::Email {
            before: Some(shown.unwrap_or_else(|| live.login.as_str().into())),
            after: wanted.login.as_str().into(),
        });
    } else if edit.login && !live.upstream {
        changes.push(Change::Login {
            before: Some(live.login.clone()),
            after: wanted.login.clone(),
        });
    } else {
        let by_address = live.login != *was;
        let before = if by_address { was } else { &live.login };
        let change = renaming(context, (wanted, live), before);
        let step = Step {
            before: before.as_str(),
            after: wanted.login.as_str(),
            change: Some(&change),
            ..Step::of(ManualKind::Rename, ActionKind::Update)
        };
        manual::require(context, step, subject, renamed(was, source), drafts);
    }
}

/// What live shows once a person has changed what an account is called: with a login id that is the
/// address, the address too.
fn renaming(
    context: &Context<'_>,
    (wanted, live): (&DesiredAccount, &LiveAccount),
    before: &LoginId,
) -> Change {
    let is_address = |email: &Option<Arc<str>>, login: &LoginId| {
        let email = email.as_deref().map(canonical);
        email.as_deref() == Some(login.canonical())
    };
    let follows = context.rules.login.value == LoginForm::Email;
    if follows || is_address(&live.email, before) && is_address(&wanted.email, &wanted.login) {
        Change::Email {
            before: Some(before.as_str().into()),
            after: wanted.login.as_str().into(),
        }
    } else {
        Change::Login {
            before: Some(before.clone()),
            after: wanted.login.clone(),
        }
    }
}

/// Another name.
fn rename_person(
    context: &Context<'_>,
    subject: &Subject<'_>,
    (wanted, live): (&DesiredAccount, &LiveAccount),
    changes: &mut Vec<Change>,
    drafts: &mut Drafts,
) {
    let after = wanted.name.trim();
    if after.is_empty() || after == live.name.trim() {
        return;
    }
    // `import` writes the user's key where the portal shows no name: that is nobody's name.
    if live.name.trim().is_empty() && canonical(after) == canonical(&wanted.person) {
        return;
    }
    if context.rules.edit.value.name && !live.upstream {
        changes.push(Change::Name {
            before: Some(live.name.clone()),
            after: wanted.name.clone(),
        });
    } else {
        let change = Change::Name {
            before: Some(live.name.clone()),
            after: wanted.name.clone(),
        };
        let step = Step {
            before: live.name.trim(),
            after,
            change: Some(&change),
            ..Step::of(ManualKind::Rename, ActionKind::Update)
        };
        manual::require(context, step, subject, subject.listed(), drafts);
    }
}

/// Another address, where it is not the login id and the portal shows one: of an address that it
/// does not show, nobody could see that it has been changed.
fn readdress(
    context: &Context<'_>,
    subject: &Subject<'_>,
    (wanted, live): (&DesiredAccount, &LiveAccount),
    changes: &mut Vec<Change>,
    drafts: &mut Drafts,
) {
    let (Some(before), Some(after)) = (&live.email, &wanted.email) else {
        return;
    };
    let separate = context.rules.login.value != LoginForm::Email;
    if !separate || canonical(before) == canonical(after) || before.trim().is_empty() {
        return;
    }
    let change = Change::Email {
        before: Some(before.clone()),
        after: after.clone(),
    };
    if context.rules.edit.value.email && !live.upstream {
        changes.push(change);
        return;
    }
    // Where the address is the login id, or finds the account, the other step says it already.
    let was = subject.renamed.map(|(was, _)| was.canonical());
    let said = canonical(after) == wanted.login.canonical() && was == Some(&*canonical(before));
    if !said {
        let step = Step {
            before: before.trim(),
            after: after.trim(),
            change: Some(&change),
            ..Step::of(ManualKind::Rename, ActionKind::Update)
        };
        manual::require(context, step, subject, subject.listed(), drafts);
    }
}

/// An earlier end is an update that takes something away.
fn shorten(
    context: &Context<'_>,
    subject: &Subject<'_>,
    live: &LiveAccount,
    changes: &mut Vec<Change>,
    drafts: &mut Drafts,
) {
    let Some(end) = subject.life.end.filter(|end| end.earlier) else {
        return;
    };
    if context.removals {
        changes.push(Change::Expires {
            before: live.expires,
            after: end.after,
        });
    } else if let Some(account) = subject.account() {
        let because = HeldBackReason::NoRemovals;
        let source = subject.source().cloned();
        drafts.hold(ActionKind::Update, account, None, because, source);
    }
}

/// A later end, a further term, or a return.
fn renew(
    context: &Context<'_>,
    index: usize,
    subject: &Subject<'_>,
    (live, account): (&LiveAccount, AccountRef),
    drafts: &mut Drafts,
) {
    let Life {
        end,
        term,
        activate,
        dormant,
        stuck,
        usable_after: _,
    } = &subject.life;
    if *dormant {
        drafts.findings.push(Finding::Dormant(account.clone()));
    }
    if let Some(because) = stuck {
        let source = subject.source().cloned();
        let account = account.clone();
        drafts.hold(ActionKind::Renew, account, None, because.clone(), source);
    }
    let mut changes = Vec::new();
    changes.extend(end.filter(|end| !end.earlier).map(|end| Change::Expires {
        before: live.expires,
        after: end.after,
    }));
    changes.extend(activate.then_some(Change::Active {
        before: false,
        after: true,
    }));
    changes.extend(term.map(|after| Change::Term { after }));
    if changes.is_empty() {
        return;
    }
    let reason = match (term, live.expires) {
        (Some(_), Some(on)) if live.usable(context.day) => Reason::TermEnds {
            on,
            source: subject.source().cloned(),
        },
        _ => subject.listed(),
    };
    let action = changing(ActionKind::Renew, account, changes, reason);
    drafts.act(context, index, action);
}
