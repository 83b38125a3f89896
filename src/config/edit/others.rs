//! What an edit must leave as it is: everybody else, and of the user what is not asked about. A
//! second guard behind the comparison of texts and meanings, because it knows what was wanted.

use std::collections::BTreeSet;

use super::Edit;
use crate::config::fold::fold;
use crate::config::organisation::{Organisation, Texts, Unit};
use crate::config::project::Project;

/// What of a project an edit is about.
enum About<'e> {
    /// All that is said of the user.
    User,
    /// The user's areas, whichever.
    Areas,
    /// These areas of the user.
    Named(Vec<&'e str>),
}

/// Whether somebody or something that the edit is not about would differ in the organisations of
/// the files that it changes.
pub(super) fn differ(before: &Project, after: &Project, edit: &Edit, files: &[&str]) -> bool {
    let person = fold(edit.address());
    let about = match edit {
        Edit::Grant { areas, .. } | Edit::Revoke { areas, .. } => {
            About::Named(areas.iter().map(|wanted| wanted.area.as_str()).collect())
        }
        Edit::Extend {
            area: Some(area), ..
        } => About::Named(vec![area.area.as_str()]),
        Edit::CopyAreas { .. } => About::Areas,
        Edit::Add(_) | Edit::Leave { .. } | Edit::Extend { .. } | Edit::Move { .. } => About::User,
    };
    let in_files = |project: &Project, organisation: &Organisation| {
        let file = project.sources.get(organisation.id_span.file);
        file.is_some_and(|file| files.contains(&&*file.name))
    };
    let (old, new) = (&before.organisations, &after.organisations);
    old.len() != new.len()
        || old.iter().zip(new).any(|(old, new)| {
            old.id != new.id
                || (in_files(before, old)
                    && kept(old, &person, &about) != kept(new, &person, &about))
        })
}

/// What must stay of one organisation, a line for each thing.
fn kept(organisation: &Organisation, person: &str, about: &About<'_>) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for unit in &organisation.units {
        of_unit((&organisation.texts, unit), person, about, &mut lines);
    }
    lines
}

fn of_unit(
    (texts, unit): (&Texts, &Unit),
    person: &str,
    about: &About<'_>,
    lines: &mut BTreeSet<String>,
) {
    let portal = unit.portal.as_str();
    let exact = unit.admins_key.is_some();
    lines.insert(format!("{portal}: {} {exact}", unit.manages_accounts));
    for (login, _) in &unit.delete {
        lines.insert(format!("{portal}: delete {login:?}"));
    }
    let who = |account: u32| {
        let account = unit.accounts.get(account as usize);
        account.map_or("", |account| texts.get(account.person))
    };
    for account in &unit.accounts {
        let person_of = texts.get(account.person);
        if person_of == person && matches!(about, About::User) {
            continue;
        }
        let windows: Vec<_> = account.windows().collect();
        let was = account.rare.iter().flat_map(|rare| &rare.was);
        let was: Vec<_> = was.map(|(login, _)| login).collect();
        let (login, name) = (texts.get(account.login), texts.get(account.name));
        let email = account.email.map(|email| texts.get(email));
        lines.insert(format!(
            "{portal}: {person_of} {login:?} {name:?} {email:?} {windows:?} {was:?}"
        ));
    }
    for line in &unit.grants {
        let area = unit.areas.get(line.area as usize);
        let area = area.map_or("", |area| texts.get(*area));
        let meant = match about {
            About::User | About::Areas => true,
            About::Named(areas) => areas.contains(&area),
        };
        let person_of = who(line.account);
        if !(meant && person_of == person) {
            let terms = unit.terms(line).map(|terms| {
                let reason = terms.reason.map(|reason| texts.get(reason));
                (terms.window, reason, terms.door)
            });
            lines.insert(format!("{portal}: {person_of} has {area:?} {terms:?}"));
        }
    }
    for admin in &unit.admins {
        let person_of = who(admin.account);
        if person_of != person || !matches!(about, About::User) {
            let (window, assigned) = (admin.window, admin.assigned);
            lines.insert(format!("{portal}: {person_of} rules {window:?} {assigned}"));
        }
    }
}
