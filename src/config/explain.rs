//! What the files of a project say, with places, for one organisation: read again when somebody
//! asks why, so that a project which nobody asks about does not keep it. Judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::documents::{
    AreaView, Areas, AssignmentDocument, OrganisationDocument, ProjectDocument, UserDocument,
};
use super::findings::Findings;
use super::fold::fold;
use super::grants;
use super::organisation::Organisation;
use super::project::Project;
use super::spanned::{Entries, Identifier, ListOr, Spanned};
use super::{tree, typed};
use crate::model::diagnostic::{FileIndex, SourceFile, Span};
use crate::model::name::{AreaName, OrganisationId, PortalName};
use crate::model::pattern::glob;
use crate::model::source::Source;
use crate::model::written::{
    Terms, Written, WrittenAssignment, WrittenBundle, WrittenPerson, WrittenUser,
};

/// The project file is the first that is read.
const PROJECT_FILE: FileIndex = FileIndex(0);

impl Project {
    /// What the files say of some organisations, with places. What is not in the project is left
    /// out.
    #[must_use]
    pub fn written(&self, wanted: &BTreeSet<OrganisationId>) -> BTreeMap<OrganisationId, Written> {
        let found = self.with_project(|document| {
            let chosen = self.organisations.iter();
            let chosen = chosen.filter(|organisation| wanted.contains(&organisation.id));
            chosen
                .map(|organisation| {
                    (
                        organisation.id.clone(),
                        self.written_of(document, organisation),
                    )
                })
                .collect()
        });
        found.unwrap_or_default()
    }

    /// Everybody under `people`, with or without access anywhere.
    #[must_use]
    pub fn people(&self) -> Vec<WrittenPerson> {
        let found = self.with_project(|document| {
            let people = document.people.iter().flat_map(Entries::iter);
            people
                .map(|(key, person)| {
                    let accounts = person.accounts.iter().flat_map(Entries::iter);
                    let accounts = accounts.map(|(_, login)| login.value.0);
                    let was = person.was.iter().flatten().map(|login| login.value.0);
                    WrittenPerson {
                        key: fold(key.value).into_owned(),
                        name: person.name.value.into(),
                        logins: accounts.chain(was).map(str::to_owned).collect(),
                    }
                })
                .collect()
        });
        found.unwrap_or_default()
    }

    /// Reads the project file again, as it was when the project was loaded. It was in order then.
    fn with_project<R>(&self, with: impl FnOnce(&ProjectDocument<'_>) -> R) -> Option<R> {
        let text = self.sources.get(PROJECT_FILE)?.text()?;
        let mut findings = Findings::default();
        let tree = tree::parse(text, PROJECT_FILE, &mut findings)?;
        let document = typed::read::<ProjectDocument<'_>>(&tree, &mut findings)?;
        Some(with(&document))
    }

    fn written_of(&self, project: &ProjectDocument<'_>, wanted: &Organisation) -> Written {
        let file = wanted.id_span.file;
        let mut written = Written {
            file: self.source(&wanted.id_span).file,
            portals: wanted.units.len(),
            ..Written::default()
        };
        self.project_part(project, wanted, &mut written);
        if file == PROJECT_FILE {
            let id = wanted.id.as_str();
            written.above = vec!["organisations".to_owned(), id.to_owned()];
            if let ListOr::Map(all) = &project.organisations
                && let Some(own) = all.get(id)
            {
                self.organisation_part(own, wanted, &mut written);
            }
            return written;
        }
        let Some(text) = self.sources.get(file).and_then(SourceFile::text) else {
            return written;
        };
        let mut findings = Findings::default();
        if let Some(tree) = tree::parse(text, file, &mut findings)
            && let Some(own) = typed::read::<OrganisationDocument<'_>>(&tree, &mut findings)
        {
            self.organisation_part(&own, wanted, &mut written);
        }
        written
    }

    fn source(&self, span: &Span) -> Source {
        self.sources.place(span)
    }

    fn terms(&self, terms: &grants::Terms<'_>) -> Terms {
        let dated = |day: &Spanned<super::spanned::Day>| (day.value.0, self.source(&day.span));
        Terms {
            from: terms.from.map(dated),
            until: terms.until.map(dated),
            reason: terms.reason.map(Into::into),
        }
    }

    /// Bundles, assignments and the policy's lists of people.
    fn project_part(
        &self,
        project: &ProjectDocument<'_>,
        organisation: &Organisation,
        written: &mut Written,
    ) {
        let portals: Vec<&str> = project.portals.keys().collect();
        for (name, areas) in project.bundles.iter().flat_map(Entries::iter) {
            let bundle = WrittenBundle {
                at: self.source(&name.span),
                areas: self.areas(areas, &portals),
            };
            written.bundles.insert(name.value.to_owned(), bundle);
        }
        for (number, assignment) in (1..).zip(project.assignments.iter().flatten()) {
            let assignment = &assignment.value;
            let mut read = WrittenAssignment {
                number,
                users: self.keys(&assignment.users),
                selector: self.selector(assignment, organisation),
                bundles: self.words(assignment.bundles.as_deref()),
                areas: BTreeMap::new(),
                terms: self.terms(&grants::Terms {
                    from: assignment.from.as_ref(),
                    until: assignment.until.as_ref(),
                    reason: None,
                }),
            };
            if let Some(areas) = &assignment.areas {
                read.areas = self.areas(&areas.value, &portals);
                self.entries(&areas.value, &portals, written);
            }
            written.assignments.push(read);
        }
        let Some(policy) = &project.policy else {
            return;
        };
        let own = policy.organisations.as_ref();
        let own = own.and_then(|all| all.get(organisation.id.as_str()));
        let required = policy.require_admins.iter().flatten();
        let required = required.chain(
            own.iter()
                .flat_map(|own| own.require_admins.iter().flatten()),
        );
        for key in required {
            let source = self.source(&key.span);
            written
                .required
                .insert(fold(key.value.0).into_owned(), source);
        }
        let ignored = policy.ignore.iter().flatten();
        let ignored = ignored.chain(own.iter().flat_map(|own| own.ignore.iter().flatten()));
        written.ignored = ignored
            .map(|pattern| (pattern.value.0.to_owned(), self.source(&pattern.span)))
            .collect();
    }

    /// The organisation's own users and its view from the area.
    fn organisation_part(
        &self,
        document: &OrganisationDocument<'_>,
        organisation: &Organisation,
        written: &mut Written,
    ) {
        let all: Vec<&str> = organisation
            .units
            .iter()
            .map(|unit| unit.portal.as_str())
            .collect();
        let users = document.users.iter().flat_map(|users| users.value.iter());
        for (key, user) in users {
            let read = self.user(key, user);
            if let Some(areas) = &user.areas {
                let named = user.portals.iter().flatten().map(|portal| portal.value);
                let named: Vec<&str> = named.collect();
                let own = if named.is_empty() { &all } else { &named };
                self.entries(&areas.value, own, written);
            }
            written.users.insert(fold(key.value).into_owned(), read);
        }
        let Some(view) = &document.areas else {
            return;
        };
        written.area_view = Some(self.source(&view.span));
        for (_, view) in view.value.iter() {
            let lists: Vec<_> = match view {
                AreaView::List(users) => vec![users],
                AreaView::Map(map) => map.iter().map(|(_, users)| &users.value).collect(),
            };
            for user in lists.into_iter().flatten() {
                let terms = self.terms(&grants::user_terms(&user.value));
                written.entries.insert(self.source(&user.span), terms);
            }
        }
    }

    fn user(&self, key: &Spanned<&str>, user: &UserDocument<'_>) -> WrittenUser {
        let portals = user.portals.as_ref().and_then(|portals| {
            let first = self.source(&portals.first()?.span);
            let names = portals.iter().map(|portal| portal.value.to_owned());
            Some((first, names.collect()))
        });
        WrittenUser {
            at: self.source(&key.span),
            key: key.value.to_owned(),
            terms: self.terms(&grants::Terms {
                from: user.from.as_ref(),
                until: user.until.as_ref(),
                reason: None,
            }),
            portals,
            areas: user.areas.as_ref().map(|areas| self.source(&areas.span)),
            bundles: self.words(
                user.bundles
                    .as_ref()
                    .map(|bundles| bundles.value.as_slice()),
            ),
        }
    }

    /// What entries say beside the area, by place.
    fn entries(&self, areas: &Areas<'_>, portals: &[&str], written: &mut Written) {
        for (_, entries) in grants::by_portal(areas, portals) {
            for entry in entries {
                let terms = self.terms(&entry.value.terms());
                written.entries.insert(self.source(&entry.span), terms);
            }
        }
    }

    fn areas(
        &self,
        areas: &Areas<'_>,
        portals: &[&str],
    ) -> BTreeMap<(PortalName, AreaName), Source> {
        let mut found = BTreeMap::new();
        for (portal, entries) in grants::by_portal(areas, portals) {
            for entry in entries {
                let what = (PortalName::new(portal), AreaName::new(entry.value.area()));
                found.insert(what, self.source(&entry.span));
            }
        }
        found
    }

    fn keys(&self, users: &[Spanned<Identifier<'_>>]) -> BTreeMap<String, Source> {
        let key = |user: &Spanned<Identifier<'_>>| fold(user.value.0).into_owned();
        users
            .iter()
            .map(|user| (key(user), self.source(&user.span)))
            .collect()
    }

    fn words(&self, words: Option<&[Spanned<&str>]>) -> Vec<(String, Source)> {
        let words = words.into_iter().flatten();
        words
            .map(|word| (word.value.to_owned(), self.source(&word.span)))
            .collect()
    }

    /// The first word of an assignment that selects an organisation.
    fn selector(
        &self,
        assignment: &AssignmentDocument<'_>,
        organisation: &Organisation,
    ) -> Option<(String, Source)> {
        let selects = |word: &str| match word.strip_prefix("tag:") {
            Some(tag) => organisation.tags.iter().any(|own| **own == *tag),
            None => glob(word, false).is_ok_and(|glob| glob.is_match(organisation.id.as_str())),
        };
        let found = assignment.organisations.iter();
        let found = found.map(|word| (word.value.0, &word.span));
        let (word, span) = found.into_iter().find(|(word, _)| selects(word))?;
        Some((word.to_owned(), self.source(span)))
    }
}
