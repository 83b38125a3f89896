//! Who may be on the move, seen from one unit: whose access begins or ends there about now. What
//! it comes to is seen when all units are there.

use jiff::civil::Date;

use crate::model::day::{Presence, Window, shifted};
use crate::model::desired::DesiredAccount;
use crate::model::live::LiveAccount;
use crate::model::movement::{Course, Stay};

use super::context::Context;
use super::ended;
use super::subject::{Cause, Fate, Subject};

/// The accounts of a unit whose access begins or ends within as many days, before or after, as the
/// policy announces ends.
pub(super) fn of(context: &Context<'_>, subjects: &[Subject<'_>]) -> Vec<Stay> {
    let near = Near::of(context);
    let stays = subjects.iter().filter_map(|subject| {
        let window = subject
            .wanted
            .map_or_else(Window::default, |wanted| access(context, wanted));
        Some(Stay {
            course: course(context, &near, subject, window)?,
            account: subject.account()?,
            window,
            source: subject.source().cloned(),
        })
    });
    stays.collect()
}

/// The days about the day of the plan.
struct Near {
    first: Date,
    day: Date,
    last: Date,
}

impl Near {
    fn of(context: &Context<'_>) -> Self {
        let (day, days) = (
            context.day,
            i64::from(context.desired.policy.expiry.warn_days),
        );
        Self {
            first: shifted(day, -days),
            day,
            last: shifted(day, days),
        }
    }

    fn is_past(&self, day: Option<Date>) -> bool {
        day.is_some_and(|day| self.first <= day && day <= self.day)
    }

    fn is_ahead(&self, day: Option<Date>) -> bool {
        day.is_some_and(|day| self.day <= day && day <= self.last)
    }
}

fn course(
    context: &Context<'_>,
    near: &Near,
    subject: &Subject<'_>,
    window: Window,
) -> Option<Course> {
    let open = subject
        .live
        .is_some_and(|live| ended::is_open(context, live));
    match subject.fate {
        Fate::Create | Fate::AwaitUpstream | Fate::Keep => {
            let wanted = subject.wanted?;
            kept(context, near, (subject, wanted), window)
        }
        Fate::End(Cause::Ended(..) | Cause::Unmanaged) | Fate::Delete(_) if open => {
            Some(Course::Leaves)
        }
        Fate::End(Cause::NotBegun(..)) => near.is_ahead(window.from).then_some(Course::WillJoin),
        Fate::End(_) | Fate::Delete(_) | Fate::Alone => match subject.wanted?.presence {
            Presence::Upcoming(_) => near.is_ahead(window.from).then_some(Course::WillJoin),
            Presence::Ended(_) => near.is_past(window.until).then_some(Course::Left),
            Presence::Present => None,
        },
        Fate::Unnamed { report: _ } => None,
    }
}

/// Of an account that is desired: whether it has access, and shall have some.
fn kept(
    context: &Context<'_>,
    near: &Near,
    (subject, wanted): (&Subject<'_>, &DesiredAccount),
    window: Window,
) -> Option<Course> {
    let has = subject.live.is_some_and(|live| has_access(context, live));
    match (has, shall_have(context, wanted)) {
        (false, true) => Some(Course::Joins),
        (true, false) => Some(Course::Leaves),
        (false, false) if near.is_ahead(window.from) => Some(Course::WillJoin),
        (false, false) => near.is_past(window.until).then_some(Course::Left),
        (true, true) if near.is_ahead(window.until) => Some(Course::WillLeave),
        (true, true) => near.is_past(window.from).then_some(Course::Joined),
    }
}

/// An account in which nothing is ticked gives no access where there are areas.
fn has_access(context: &Context<'_>, live: &LiveAccount) -> bool {
    let empty = context.rules.has_areas.value && live.areas.is_empty() && !live.admin;
    live.usable(context.day) && !empty
}

fn shall_have(context: &Context<'_>, wanted: &DesiredAccount) -> bool {
    let now = |presence| presence == Presence::Present;
    let areas = wanted.grants.is_empty() || wanted.grants.values().any(|it| now(it.presence));
    let admin = context.desired.admins.members.contains_key(&wanted.login);
    now(wanted.presence) && (areas || admin)
}

/// The days on which an account gives access: those of its areas, where the YAML names any.
fn access(context: &Context<'_>, wanted: &DesiredAccount) -> Window {
    let admin = context.desired.admins.members.contains_key(&wanted.login);
    let windows = || wanted.grants.values().map(|grant| grant.window);
    if wanted.grants.is_empty() || admin {
        return wanted.window;
    }
    Window {
        from: windows().map(|it| it.from).min().flatten(),
        until: windows()
            .map(|it| it.until)
            .reduce(|one, other| one.zip(other).map(|(one, other)| one.max(other)))
            .flatten(),
    }
}
