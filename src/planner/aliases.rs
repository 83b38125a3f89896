//! Under which other names those go whom a unit's plan touches: former login ids and addresses. In
//! another organisation the same person's account may be known by nothing else. Decides nothing.

use std::collections::BTreeSet;

use crate::model::movement::{Alias, Stay};
use crate::model::name::LoginId;

use super::context::Context;
use super::draft::Draft;
use super::subject::Subject;

/// The other names of everybody: former login ids of whoever the YAML names, and what leads to and
/// from an address for whom an action or a stay is about.
pub(super) fn of(
    context: &Context<'_>,
    subjects: &[Subject<'_>],
    (actions, stays): (&[Draft], &[Stay]),
) -> Vec<Alias> {
    let stays = stays.iter().map(|stay| &stay.account.login);
    let touched: BTreeSet<&LoginId> = actions
        .iter()
        .map(|draft| &draft.action.account.login)
        .chain(stays)
        .collect();
    // A name that somebody has by now means nobody else.
    let accounts = &context.desired.accounts;
    let aliases = subjects.iter().flat_map(|subject| {
        let login = subject.login();
        let touched = login.is_some_and(|login| touched.contains(login));
        let address = touched.then(|| by_address(subject)).flatten();
        formers(subject).chain(address)
    });
    aliases
        .filter(|alias| alias.name != alias.means && !accounts.contains_key(&alias.name))
        .collect()
}

fn formers<'s>(subject: &Subject<'s>) -> impl Iterator<Item = Alias> + use<'s> {
    let wanted = subject.wanted.into_iter();
    wanted.flat_map(|wanted| {
        let was = wanted.was.iter();
        was.map(|(was, _)| Alias {
            name: was.clone(),
            means: LoginId::new(wanted.person.clone()),
        })
    })
}

/// The address of a user leads to the user's key, the login id of another account to its address.
fn by_address(subject: &Subject<'_>) -> Option<Alias> {
    let (name, means) = match (subject.wanted, subject.live) {
        (Some(wanted), _) => {
            let address = LoginId::new(wanted.email.clone()?);
            (address, LoginId::new(wanted.person.clone()))
        }
        (None, Some(live)) => (live.login.clone(), LoginId::new(live.email.clone()?)),
        (None, None) => return None,
    };
    Some(Alias { name, means })
}
