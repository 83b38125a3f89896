//! Who owns which file of a project, for CODEOWNERS.

use super::project::Project;
use crate::model::diagnostic::FileIndex;
use crate::model::name::OrganisationId;

/// An organisation, its file and its owners.
#[derive(Clone, Copy, Debug)]
pub struct OwnedFile<'p> {
    /// The organisation's id.
    pub organisation: &'p OrganisationId,
    /// Its file, from the project's folder; none where it stands in the project file.
    pub name: Option<&'p str>,
    /// Whom the file names under `owners`; perhaps nobody.
    pub owners: &'p [Box<str>],
}

impl Project {
    /// Every organisation with its file, in order of id.
    pub fn owned_files(&self) -> impl Iterator<Item = OwnedFile<'_>> {
        self.organisations.iter().map(|organisation| {
            let file = organisation.id_span.file;
            let of_its_own = (file != FileIndex(0)).then_some(file.0 as usize);
            let found = of_its_own.and_then(|index| self.sources.files().get(index));
            OwnedFile {
                organisation: &organisation.id,
                name: found.map(|file| &*file.name),
                owners: &organisation.owners,
            }
        })
    }

    /// Who owns the project file, and everything that nobody else owns.
    #[must_use]
    pub fn owners(&self) -> &[Box<str>] {
        &self.owners
    }

    /// The project file's name in its folder.
    #[must_use]
    pub fn file(&self) -> &str {
        self.sources.files().first().map_or("", |file| &*file.name)
    }
}
