//! Every place of the YAML that asks for something: one for each place that the plan's reasons
//! know, no more and no fewer.

use super::{Question, dates};
use crate::model::day::{Presence, Window};
use crate::model::explanation::{Why, WhyDoor};
use crate::model::name::{AreaName, PortalName};
use crate::model::source::{Provenance, Via};
use crate::model::written::Terms;

/// Why there is an account.
pub(super) fn of_account(question: &Question<'_>, places: &[Provenance]) -> Vec<Why> {
    places
        .iter()
        .map(|place| of_place(question, place, None))
        .collect()
}

/// Why somebody administers.
pub(super) fn of_admin(question: &Question<'_>, places: &[Provenance]) -> Vec<Why> {
    places
        .iter()
        .map(|place| of_place(question, place, None))
        .collect()
}

/// Why there is a grant.
pub(super) fn of_grant(
    question: &Question<'_>,
    area: &AreaName,
    places: &[Provenance],
) -> Vec<Why> {
    let area = Some(area);
    places
        .iter()
        .map(|place| of_place(question, place, area))
        .collect()
}

fn of_place(question: &Question<'_>, place: &Provenance, area: Option<&AreaName>) -> Why {
    let Provenance { via, source } = place;
    let written = question.written;
    let assignment = written.assignment_at(source);
    let (door, bundle) = match via {
        Via::User => (WhyDoor::User, None),
        Via::AreaView => (WhyDoor::AreaView, None),
        Via::AdminList => (WhyDoor::AdminList, None),
        Via::Bundle(bundle) => (WhyDoor::Bundle, Some(&**bundle)),
        Via::Assignment(bundle) => (WhyDoor::Assignment, bundle.as_deref()),
        // No file says so, so that nobody asks.
        Via::Undo(_) => (WhyDoor::User, None),
    };
    let what = area.map(|area| (question.desired.portal.clone(), area.clone()));
    let lists = what
        .as_ref()
        .and_then(|what: &(PortalName, AreaName)| match bundle {
            Some(bundle) => written.bundles.get(bundle)?.areas.get(what),
            None => assignment?.areas.get(what),
        });
    let selector = assignment.and_then(|assignment| assignment.selector.as_ref());
    let window = window(
        question,
        place,
        lists.and_then(|at| written.entries.get(at)),
    );
    let reason = dates::of_place(question, place);
    let reason = reason.iter().find_map(|terms| terms.reason.as_deref());
    Why {
        door,
        bundle: bundle.map(str::to_owned),
        assignment: assignment.map(|assignment| assignment.number),
        selected_by: selector.map(|(word, _)| word.clone()),
        holds: window.on(question.day) == Presence::Present,
        from: window.from,
        until: window.until,
        reason: reason.map(str::to_owned),
        place: question.line(source),
        lists: lists.map(|source| question.line(source)),
        selects: selector.map(|(_, source)| question.line(source)),
    }
}

/// The days that one place gives: its own, within those of the entry or assignment around it.
fn window(question: &Question<'_>, place: &Provenance, listed: Option<&Terms>) -> Window {
    let own = dates::of_place(question, place).into_iter().chain(listed);
    let mut window = own.fold(Window::default(), |window, terms| {
        window.intersect(&days(terms))
    });
    let within = match place.via {
        Via::User | Via::Bundle(_) => {
            let user = question.written.users.get(&*question.who.key);
            user.map(|user| days(&user.terms))
        }
        Via::AreaView | Via::AdminList => question.wanted().map(|wanted| wanted.window),
        Via::Assignment(_) | Via::Undo(_) => None,
    };
    if let Some(within) = within {
        window = window.intersect(&within);
    }
    window
}

fn days(terms: &Terms) -> Window {
    Window {
        from: terms.from.as_ref().map(|(day, _)| *day),
        until: terms.until.as_ref().map(|(day, _)| *day),
    }
}
