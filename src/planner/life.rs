//! When an account that is kept ends, and whether it is active: by the portal's own dates, by
//! terms, or by nothing but beadle. Decides; drafts nothing.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::model::day::days_between;
use crate::model::desired::DesiredAccount;
use crate::model::live::LiveAccount;
use crate::model::plan::{HeldBackReason, Term};
use crate::model::rules::{AccountEnd, End, Terms};

use super::context::Context;

/// What becomes of the dates and the activity of an account that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Life {
    /// Another last day of access, by the portal's own dates.
    pub(super) end: Option<NewEnd>,
    /// A further term.
    pub(super) term: Option<Term>,
    /// To be activated again.
    pub(super) activate: bool,
    /// Deactivated by the portal for want of a sign-in: not fought.
    pub(super) dormant: bool,
    /// It should be usable, and beadle cannot make it so.
    pub(super) stuck: Option<HeldBackReason>,
    /// Whether it can sign in once the plan is carried out.
    pub(super) usable_after: bool,
}

impl Life {
    /// Whether nothing changes and nothing is to be said.
    pub(super) fn is_quiet(&self) -> bool {
        let Self {
            end,
            term,
            activate,
            dormant,
            stuck,
            usable_after: _,
        } = self;
        end.is_none() && term.is_none() && !activate && !dormant && stuck.is_none()
    }
}

/// Another last day of access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NewEnd {
    /// Wanted; none for no end.
    pub(super) after: Option<Date>,
    /// Whether it takes days of access away.
    pub(super) earlier: bool,
}

/// Compares the dates and the activity of a live account with what the YAML wants.
pub(super) fn plan(context: &Context<'_>, wanted: &DesiredAccount, live: &LiveAccount) -> Life {
    let usable = live.usable(context.day);
    if live.upstream {
        // Another system keeps its dates.
        return Life {
            stuck: (!usable).then_some(HeldBackReason::ManagedUpstream),
            usable_after: usable,
            ..Life::default()
        };
    }
    let mut life = Life::default();
    let until = wanted.window.until;
    match context.rules.account_end.value {
        AccountEnd::Date => life.end = new_end(live.expires, until),
        AccountEnd::Terms(terms) => life.term = renewal(terms, context.day, live.expires, until),
        AccountEnd::ByBeadle => {}
    }
    if !live.active {
        reactivate(context, live, &mut life);
    }
    let over = live.expires.is_some_and(|last| last < context.day);
    let extended = life.term.is_some() || life.end.is_some_and(|end| !end.earlier);
    if over && !extended && life.stuck.is_none() {
        life.stuck = Some(HeldBackReason::Unsupported(
            "the portal has ended this account, and its end cannot be moved",
        ));
    }
    life.usable_after = (live.active || life.activate) && (!over || extended);
    life
}

fn new_end(live: Option<Date>, wanted: Option<Date>) -> Option<NewEnd> {
    let earlier = match (live, wanted) {
        (Some(now), Some(then)) => then < now,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    (live != wanted).then_some(NewEnd {
        after: wanted,
        earlier,
    })
}

fn reactivate(context: &Context<'_>, live: &LiveAccount, life: &mut Life) {
    match (context.rules.end.value, context.rules.account_end.value) {
        (End::Deactivate, AccountEnd::Terms(terms)) if is_dormant(terms, context.day, live) => {
            life.dormant = true;
            life.term = None;
        }
        (End::Deactivate, _) => life.activate = true,
        (End::DateThenAreas | End::NoAreas, _) => {
            life.end = None;
            life.term = None;
            life.stuck = Some(HeldBackReason::Unsupported(
                "the portal shows this account as inactive, and cannot activate it",
            ));
        }
    }
}

/// The portal deactivates who has not signed in for long and leaves the term as it was.
fn is_dormant(terms: Terms, day: Date, live: &LiveAccount) -> bool {
    let runs = live.expires.is_none_or(|last| last >= day);
    let quiet = |seen| days_between(seen, day) > terms.dormant_after_days;
    runs && live.last_sign_in.is_some_and(quiet)
}

/// The term for a new account: the longest that does not outlast `until`; where none is so short,
/// the shortest, and beadle ends the account after its last day.
pub(super) fn first_term(terms: Terms, day: Date, until: Option<Date>) -> Option<Term> {
    choose(terms, day, until).map(|(_, term)| term)
}

fn choose(terms: Terms, day: Date, until: Option<Date>) -> Option<(Date, Term)> {
    let mut ends: Vec<(Date, Term)> = term_ends(terms, day).collect();
    ends.sort_unstable();
    let fits = |end: &Date| until.is_none_or(|last| *end <= last);
    let longest = ends.iter().rev().find(|(end, _)| fits(end));
    longest.or(ends.first()).copied()
}

/// A further term, near the end of the present one. It must bring something: where a term that
/// ends no later than `until` would end soon as well, asking for it every day gains a day each
/// time, so it waits until at most half of it is still left of the present one.
fn renewal(terms: Terms, day: Date, live: Option<Date>, until: Option<Date>) -> Option<Term> {
    let now = live?;
    let left = days_between(day, now);
    let wants_longer = until.is_none_or(|last| last > now);
    if left > terms.renew_within_days || !wants_longer {
        return None;
    }
    let (end, term) = choose(terms, day, until)?;
    let worthwhile = end > now && left.saturating_mul(2) <= days_between(day, end);
    worthwhile.then_some(term)
}

/// When each term would end that is taken on `day`.
fn term_ends(terms: Terms, day: Date) -> impl Iterator<Item = (Date, Term)> {
    let months = terms.months.iter().filter_map(move |months| {
        let end = day.checked_add(i32::from(*months).months()).ok()?;
        Some((end, Term::Months(*months)))
    });
    let academic_year = academic_year_end(terms, day).map(|end| (end, Term::AcademicYear));
    months.chain(academic_year)
}

fn academic_year_end(terms: Terms, day: Date) -> Option<Date> {
    let (month, last) = terms.academic_year_end;
    let this_year = Date::new(day.year(), month, last).ok()?;
    if this_year >= day {
        Some(this_year)
    } else {
        Date::new(day.year().checked_add(1)?, month, last).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TERMS: Terms = Terms {
        months: &[1, 3, 6],
        academic_year_end: (8, 31),
        renew_within_days: 56,
        dormant_after_days: 90,
    };

    #[test]
    fn a_new_account_gets_the_longest_term_that_does_not_outlast_it() {
        let day = date(2026, 9, 10);
        let term = |until| first_term(TERMS, day, until);
        assert_eq!(term(None), Some(Term::AcademicYear));
        assert_eq!(term(Some(date(2027, 8, 31))), Some(Term::AcademicYear));
        assert_eq!(term(Some(date(2027, 8, 30))), Some(Term::Months(6)));
        assert_eq!(term(Some(date(2026, 12, 10))), Some(Term::Months(3)));
        assert_eq!(term(Some(date(2026, 12, 9))), Some(Term::Months(1)));
        assert_eq!(term(Some(date(2026, 9, 20))), Some(Term::Months(1)));
    }

    #[test]
    fn a_term_is_renewed_near_its_end_and_not_again_at_once() {
        let day = date(2026, 7, 20);
        let ending = Some(date(2026, 8, 31));
        assert_eq!(renewal(TERMS, day, ending, None), Some(Term::Months(6)));
        assert_eq!(renewal(TERMS, day, Some(date(2027, 1, 20)), None), None);
        assert_eq!(renewal(TERMS, day, ending, ending), None);
        assert_eq!(renewal(TERMS, day, None, None), None);
        let until = Some(date(2026, 8, 25));
        let soon = Some(date(2026, 7, 25));
        assert_eq!(renewal(TERMS, day, soon, until), Some(Term::Months(1)));
        let renewed = Some(date(2026, 8, 20));
        assert_eq!(renewal(TERMS, day, renewed, until), None);
        let tomorrow = date(2026, 7, 21);
        assert_eq!(renewal(TERMS, tomorrow, renewed, until), None);
    }
}
