//! What is to become of each account: created, kept, ended, deleted or left alone. The admin set
//! and the portal's ways of doing it come later.

use crate::model::day::Presence;
use crate::model::desired::DesiredAccount;
use crate::model::live::LiveAccount;
use crate::model::plan::Problem;
use crate::model::policy::Unmanaged;
use crate::model::rules::{Create, LoginForm};
use crate::model::source::Source;

use super::context::Context;
use super::draft::Drafts;
use super::life;
use super::subject::{Cause, Fate, Subject};

/// Decides the fate of one account, and how its dates and activity change if it is kept.
pub(super) fn decide<'a>(context: &Context<'a>, subject: &mut Subject<'a>, drafts: &mut Drafts) {
    subject.fate = match (subject.wanted, subject.live) {
        (Some(wanted), Some(live)) => both(context, wanted, live, drafts),
        (Some(wanted), None) => missing(context, wanted, drafts),
        (None, Some(live)) => unnamed(context, live, subject),
        (None, None) => Fate::Alone,
    };
    if let (Fate::Keep, Some(wanted), Some(live)) = (subject.fate, subject.wanted, subject.live) {
        subject.life = life::plan(context, wanted, live);
    }
}

fn both<'a>(
    context: &Context<'a>,
    wanted: &'a DesiredAccount,
    live: &LiveAccount,
    drafts: &mut Drafts,
) -> Fate<'a> {
    let delete = &context.desired.delete;
    // Under its live login only: another one that it once had, or will have, is not its name.
    let deletion = delete.get(&live.login);
    let contradicted = deletion.or_else(|| delete.get(&wanted.login));
    let fate = match wanted.presence {
        Presence::Present => Fate::Keep,
        Presence::Upcoming(from) => Fate::End(Cause::NotBegun(from, wanted.source())),
        Presence::Ended(until) => Fate::End(Cause::Ended(until, wanted.source())),
    };
    match (wanted.presence, deletion, contradicted) {
        (Presence::Ended(_), Some(source), _) => Fate::Delete(source),
        (Presence::Present | Presence::Upcoming(_), _, Some(source)) => {
            drafts.problems.insert(contradiction(live, source));
            fate
        }
        (_, _, _) => fate,
    }
}

/// Deleting what is desired would be undone by the next run, and cannot be.
fn contradiction(live: &LiveAccount, source: &Source) -> Problem {
    Problem {
        code: "listed-and-deleted",
        message: format!(
            "`{}` is named under `delete`, and listed as a user whose access has not ended",
            live.login
        ),
        source: Some(source.clone()),
        help: Some("remove it from `delete`, or from `users`".to_owned()),
    }
}

fn missing<'a>(context: &Context<'a>, wanted: &DesiredAccount, drafts: &mut Drafts) -> Fate<'a> {
    match (wanted.presence, context.create) {
        (Presence::Upcoming(_) | Presence::Ended(_), _) => Fate::Alone,
        (Presence::Present, Create::Upstream) => Fate::AwaitUpstream,
        (Presence::Present, Create::Direct | Create::WithTerms) => {
            let assigned = context.rules.login.value == LoginForm::Assigned;
            if assigned && wanted.names_login() {
                drafts.problems.insert(unknown_login(context, wanted));
                return Fate::Alone;
            }
            Fate::Create
        }
    }
}

/// The portal makes login ids itself: one that is named and not there cannot be made.
fn unknown_login(context: &Context<'_>, wanted: &DesiredAccount) -> Problem {
    let (portal, login) = (&context.desired.portal, &wanted.login);
    Problem {
        code: "unknown-login",
        message: format!("`{portal}` has no account `{login}`, and makes login ids itself"),
        source: wanted.source().cloned(),
        help: Some(format!(
            "correct `accounts.{portal}`, or leave it out: the account is then found, or made, by \
             email address"
        )),
    }
}

fn unnamed<'a>(context: &Context<'a>, live: &LiveAccount, subject: &Subject<'_>) -> Fate<'a> {
    let desired = context.desired;
    if let Some(source) = desired.delete.get(&live.login) {
        return Fate::Delete(source);
    }
    if subject.former {
        return Fate::Alone;
    }
    // `admins` and `identity` name accounts too.
    let named = desired.admins.members.contains_key(&live.login);
    match (desired.manages_accounts, desired.policy.unmanaged) {
        (true, Unmanaged::Expire) if !named => Fate::End(Cause::Unmanaged),
        (report, _) => Fate::Unnamed {
            report: report && !named && !subject.own,
        },
    }
}
