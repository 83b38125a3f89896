//! The project file that `import` writes into an empty folder: one portal and what is there.
//!
//! It writes what it is given; it looks for no file.

use super::organisation_file::{OrganisationFile, Place};
use super::yaml::{Node, Shape};
use crate::model::desired::CreationSettings;
use crate::model::settings::{PortalSettings, Route, TokenSource};

/// Where the organisations of a new project stand.
#[derive(Clone, Copy, Debug)]
pub enum Organisations<'a> {
    /// In the project file itself.
    Inline(&'a [OrganisationFile]),
    /// In files of their own: globs from the project's folder.
    Files(&'a [&'a str]),
}

/// The first line of a file, by which editors find its schema: a path from the file, or a URL.
#[must_use]
pub fn schema_line(schema: &str) -> String {
    let visible: String = schema.chars().filter(|it| !it.is_whitespace()).collect();
    format!("# yaml-language-server: $schema={visible}\n")
}

/// A text as a value of a block map in a file: bare where it reads back as itself, else quoted.
#[must_use]
pub fn yaml_text(text: &str) -> String {
    Node::text(text).lines(0).trim_end().to_owned()
}

/// The project file for one portal. `schema` is where its schema is, from the file.
#[must_use]
pub fn project_file(
    portal: &PortalSettings,
    organisations: Organisations<'_>,
    schema: &str,
) -> String {
    project_file_with(portal, &CreationSettings::default(), organisations, schema)
}

/// The same, with what accompanies a creation at that portal.
#[must_use]
pub fn project_file_with(
    portal: &PortalSettings,
    creation: &CreationSettings,
    organisations: Organisations<'_>,
    schema: &str,
) -> String {
    let name = portal.name.as_str().to_owned();
    let mut entries = settings(portal);
    entries.extend(creation_settings(creation));
    let portals = Node::Map(vec![(name, Node::Map(entries, Shape::Block))], Shape::Block);
    let head = vec![
        ("version".to_owned(), Node::number(1)),
        ("portals".to_owned(), portals),
    ];
    let mut text = schema_line(schema) + &Node::Map(head, Shape::Block).lines(0);
    match organisations {
        // Absent is not empty: a project without organisations says nothing of them.
        Organisations::Inline([]) => {}
        Organisations::Inline(files) => {
            text.push_str("organisations:\n");
            text.extend(files.iter().map(|file| file.yaml(Place::ProjectFile)));
        }
        Organisations::Files(globs) => {
            let globs = Node::texts(globs.iter().copied(), Shape::Line);
            let entry = vec![("organisations".to_owned(), globs)];
            text.push_str(&Node::Map(entry, Shape::Block).lines(0));
        }
    }
    text
}

fn creation_settings(creation: &CreationSettings) -> Vec<(String, Node)> {
    let CreationSettings {
        notify,
        terms_accepted_by,
        provisioning,
    } = creation;
    let text = |key: &str, text: &Option<std::sync::Arc<str>>| {
        let text = text.as_deref()?;
        Some((key.to_owned(), Node::text(text)))
    };
    let notify = notify.map(|notify| ("notify".to_owned(), Node::truth(notify)));
    let terms = text("terms_accepted_by", terms_accepted_by);
    let provisioning = text("provisioning", provisioning);
    [terms, notify, provisioning]
        .into_iter()
        .flatten()
        .collect()
}

fn settings(portal: &PortalSettings) -> Vec<(String, Node)> {
    let PortalSettings {
        name: _,
        driver,
        via,
        url,
        token,
        plan_token,
        requests_per_second,
        // The default: an import has no other to offer.
        concurrency: _,
        ca_file,
        snapshots,
        // An import of a directory asks for them; nothing else names them.
        client_credentials: _,
        directory: _,
        source: _,
    } = portal;
    let mut entries = vec![("driver".to_owned(), Node::text(driver))];
    let mut add = |key: &str, node: Option<Node>| {
        entries.extend(node.map(|node| (key.to_owned(), node)));
    };
    let path = |path: &std::path::PathBuf| Node::text(&path.to_string_lossy());
    add(
        "via",
        (*via == Route::Worklist).then(|| Node::text("worklist")),
    );
    add("url", url.as_deref().map(Node::text));
    add("token", token.as_ref().map(token_source));
    add("plan_token", plan_token.as_ref().map(token_source));
    let pace = requests_per_second.map(|pace| Node::number(pace.into()));
    add("requests_per_second", pace);
    add("ca_file", ca_file.as_ref().map(path));
    add("snapshots", snapshots.as_ref().map(path));
    entries
}

fn token_source(token: &TokenSource) -> Node {
    let entry = match token {
        TokenSource::Environment(variable) => ("env".to_owned(), Node::text(variable)),
        TokenSource::File(path) => ("file".to_owned(), Node::text(&path.to_string_lossy())),
    };
    Node::Map(vec![entry], Shape::Line)
}
