//! The configuration as a user meets it: files in a folder, and what beadle has to say about them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test is built with may fail it too"
)]

mod access;
mod arbitrary;
mod desired;
mod directory;
mod empty;
mod files;
mod organisation;
mod policy;
mod project;
mod roles;
mod scalars;
mod schema;
mod secrets;
mod syntax;
mod tables;
mod tightening;

use std::collections::BTreeMap;
use std::path::Path;

use beadle::cli::diagnostics::render;
use beadle::config::{Loaded, Project, load};
use beadle::model::rules::Rules;
use tempfile::TempDir;

/// A project in a folder of its own.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn with(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn load(&self) -> Loaded {
        load(self.path(), &rules())
    }
}

/// Every rules table of the tests, by driver.
fn rules() -> BTreeMap<&'static str, &'static Rules> {
    tables::ALL
        .iter()
        .map(|rules| (rules.driver, *rules))
        .collect()
}

/// What is said about a folder, as people see it.
fn shown_of(folder: &Folder) -> String {
    let loaded = folder.load();
    let text = render(&loaded.diagnostics, &loaded.sources, false);
    let has_errors = text.contains("error[");
    assert_eq!(loaded.project.is_none(), has_errors, "{text}");
    text.trim_end().to_owned()
}

/// What is said about a project file.
fn shown(project: &str) -> String {
    shown_of(&Folder::new().with("beadle.yaml", project))
}

/// A university: one organisation at one portal, with what is given added to it.
fn university(added: &str) -> String {
    let indented = added.lines().filter(|line| !line.is_empty());
    let added: String = indented.map(|line| format!("    {line}\n")).collect();
    format!(
        "version: 1
portals:
  ofs: {{ driver: ofs, url: https://portal.example/api, token: {{ env: OFS_TOKEN }} }}
organisations:
  northshire:
    name: University of Northshire
    portals: {{ ofs: \"10009999\" }}
{added}"
    )
}

/// A university whose portal has these settings.
fn portal(settings: &str) -> String {
    let text = university("");
    let mut lines: Vec<&str> = text.lines().collect();
    let line = format!("  ofs: {{ {settings} }}");
    lines[2] = &line;
    lines.join("\n") + "\n"
}

/// A trust: one school at two portals, with what is given added to the school.
fn trust(project: &str, school: &str) -> Folder {
    let project = format!(
        "version: 1
portals:
  hants: {{ driver: hampshire, url: https://portal.example/hants, token: {{ env: HANTS_TOKEN }} }}
  hfl: {{ driver: hfl, via: worklist, terms_accepted_by: Morgan Jones }}
organisations: [schools/*.yaml]
{}",
        project.trim_start_matches('\n')
    );
    let school = format!(
        "organisation: oakfield
name: Oakfield Primary School
portals: {{ hants: 8502001, hfl: 8502001 }}
{}",
        school.trim_start_matches('\n')
    );
    Folder::new()
        .with("beadle.yaml", project)
        .with("schools/oakfield.yaml", school)
}

/// The project of files that must be in order.
fn project(folder: &Folder) -> Project {
    let loaded = folder.load();
    let text = render(&loaded.diagnostics, &loaded.sources, false);
    loaded.project.unwrap_or_else(|| panic!("{text}"))
}
