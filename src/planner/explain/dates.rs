//! When access begins and ends, and which line sets that day. The day itself is the
//! configuration's; here its line is found among those that could have set it.

use jiff::civil::Date;

use super::Question;
use crate::model::desired::{DesiredAccount, DesiredGrant};
use crate::model::explanation::Turn;
use crate::model::source::Provenance;
use crate::model::written::{Dated, Terms};

/// First and last day of the account.
pub(super) fn of_account(
    question: &Question<'_>,
    wanted: Option<&DesiredAccount>,
) -> (Option<Turn>, Option<Turn>) {
    let Some(wanted) = wanted else {
        return (None, None);
    };
    let terms = of_person(question, wanted);
    turns(question, (wanted.window.from, wanted.window.until), &terms)
}

/// First and last day of a grant; the account's caps them.
pub(super) fn of_grant(
    question: &Question<'_>,
    wanted: Option<&DesiredAccount>,
    grant: Option<&DesiredGrant>,
) -> (Option<Turn>, Option<Turn>) {
    let (Some(wanted), Some(grant)) = (wanted, grant) else {
        return (None, None);
    };
    let mut terms: Vec<&Terms> = Vec::new();
    for place in &grant.provenance {
        terms.extend(of_place(question, place));
    }
    terms.extend(of_person(question, wanted));
    turns(question, (grant.window.from, grant.window.until), &terms)
}

/// What stands beside the name at one place, the nearest first.
pub(super) fn of_place<'q>(question: &Question<'q>, place: &Provenance) -> Vec<&'q Terms> {
    let written = question.written;
    let entry = written.entries.get(&place.source);
    let assignment = written.assignment_at(&place.source);
    let assignment = assignment.map(|assignment| &assignment.terms);
    entry.into_iter().chain(assignment).collect()
}

/// The days of the user's own entry, and of the assignments that ask for the account.
pub(super) fn of_person<'q>(question: &Question<'q>, wanted: &DesiredAccount) -> Vec<&'q Terms> {
    let own = question.written.users.get(&*question.who.key);
    let own = own.map(|user| &user.terms);
    let places = wanted.provenance.iter();
    let assigned = places.flat_map(|place| of_place(question, place));
    own.into_iter().chain(assigned).collect()
}

fn turns(
    question: &Question<'_>,
    (from, until): (Option<Date>, Option<Date>),
    terms: &[&Terms],
) -> (Option<Turn>, Option<Turn>) {
    let turn = |day: Option<Date>, of: fn(&Terms) -> Option<&Dated>| {
        let day = day?;
        let mut dated = terms.iter().filter_map(|terms| of(terms));
        let place = dated.find(|(written, _)| *written == day);
        let place = place.map(|(_, source)| question.line(source));
        Some(Turn { day, place })
    };
    (
        turn(from, |terms| terms.from.as_ref()),
        turn(until, |terms| terms.until.as_ref()),
    )
}
