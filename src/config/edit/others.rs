//! What an edit must leave as it is: everybody else, and of the user what is not asked about. A
//! second guard behind the comparison of texts and meanings, because it knows what was wanted.

use std::collections::BTreeSet;

use super::{Edit, Of};
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

/// What of a project several edits are about: of whom, and in which organisation; none for all.
struct Meant<'e> {
    organisation: Option<&'e str>,
    person: String,
    about: About<'e>,
}

impl<'e> Meant<'e> {
    fn of(edit: &'e Edit, organisation: Option<&'e str>) -> Self {
        let about = match edit {
            Edit::Grant { areas, .. } | Edit::Revoke { areas, .. } => {
                About::Named(areas.iter().map(|wanted| wanted.area.as_str()).collect())
            }
            Edit::Extend {
                area: Some(area), ..
            } => About::Named(vec![area.area.as_str()]),
            Edit::CopyAreas { .. } => About::Areas,
            Edit::Add(_)
            | Edit::Leave { .. }
            | Edit::Shorten { .. }
            | Edit::Extend { .. }
            | Edit::Move { .. } => About::User,
        };
        Self {
            organisation,
            person: fold(edit.address()).into_owned(),
            about,
        }
    }

    /// Whether all that is said of somebody may differ.
    fn has_user(&self, person: &str) -> bool {
        self.person == person && matches!(self.about, About::User)
    }

    /// Whether a grant of somebody may differ.
    fn has_grant(&self, person: &str, area: &str) -> bool {
        let meant = match &self.about {
            About::User | About::Areas => true,
            About::Named(areas) => areas.contains(&area),
        };
        meant && self.person == person
    }
}

/// Whether somebody or something that the edits are not about would differ in the organisations of
/// the files that they change. Each edit is of one organisation, or of all.
pub(super) fn differ(before: &Project, after: &Project, edits: &[Of<'_>], files: &[&str]) -> bool {
    let edits = edits.iter();
    let meant: Vec<Meant<'_>> = edits
        .map(|(organisation, edit)| Meant::of(edit, *organisation))
        .collect();
    let in_files = |project: &Project, organisation: &Organisation| {
        let file = project.sources.get(organisation.id_span.file);
        file.is_some_and(|file| files.contains(&&*file.name))
    };
    let (old, new) = (&before.organisations, &after.organisations);
    old.len() != new.len()
        || old.iter().zip(new).any(|(old, new)| {
            let id = old.id.as_str();
            let here = meant.iter();
            let here = here.filter(|one| one.organisation.is_none_or(|one| one == id));
            let here: Vec<&Meant<'_>> = here.collect();
            old.id != new.id || (in_files(before, old) && kept(old, &here) != kept(new, &here))
        })
}

/// What must stay of one organisation, a line for each thing.
fn kept(organisation: &Organisation, meant: &[&Meant<'_>]) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for unit in &organisation.units {
        of_unit((&organisation.texts, unit), meant, &mut lines);
    }
    lines
}

fn of_unit((texts, unit): (&Texts, &Unit), meant: &[&Meant<'_>], lines: &mut BTreeSet<String>) {
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
    let is_user = |person: &str| meant.iter().any(|one| one.has_user(person));
    for account in &unit.accounts {
        let person_of = texts.get(account.person);
        if is_user(person_of) {
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
        let person_of = who(line.account);
        if !meant.iter().any(|one| one.has_grant(person_of, area)) {
            let terms = unit.terms(line).map(|terms| {
                let reason = terms.reason.map(|reason| texts.get(reason));
                (terms.window, reason, terms.door)
            });
            lines.insert(format!("{portal}: {person_of} has {area:?} {terms:?}"));
        }
    }
    for admin in &unit.admins {
        let person_of = who(admin.account);
        if !is_user(person_of) {
            let (window, assigned) = (admin.window, admin.assigned);
            lines.insert(format!("{portal}: {person_of} rules {window:?} {assigned}"));
        }
    }
}
