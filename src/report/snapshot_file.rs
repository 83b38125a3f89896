//! A snapshot as YAML: what `beadle snapshot` saves.
//!
//! The format is [`crate::model::snapshot`]'s; only the layout is decided here.

use jiff::civil::Date;

use super::project_file::schema_line;
use super::yaml::{Node, Shape};
use crate::model::snapshot::{Snapshot, SnapshotAccount, SnapshotArea, SnapshotEvidence};

type Entries = Vec<(String, Node)>;

/// The snapshot file. `schema` is where its schema is, from the file.
#[must_use]
pub fn snapshot_yaml(snapshot: &Snapshot, schema: &str) -> String {
    let Snapshot {
        format,
        driver,
        organisation,
        name,
        taken,
        evidence,
        areas,
        accounts,
    } = snapshot;
    let mut entries = Entries::new();
    add(&mut entries, "format", Node::number((*format).into()));
    add(&mut entries, "driver", Node::text(driver));
    add(&mut entries, "organisation", Node::text(organisation));
    if let Some(name) = name {
        add(&mut entries, "name", Node::text(name));
    }
    add(&mut entries, "taken", Node::day(*taken));
    add(&mut entries, "evidence", evidence_node(*evidence));
    let areas = areas.iter().map(area_node).collect();
    add(&mut entries, "areas", Node::List(areas, Shape::Block));
    let accounts = accounts.iter().map(account_node).collect();
    add(&mut entries, "accounts", Node::List(accounts, Shape::Block));
    schema_line(schema) + &Node::Map(entries, Shape::Block).lines(0)
}

fn add(entries: &mut Entries, key: &str, node: Node) {
    entries.push((key.to_owned(), node));
}

fn add_day(entries: &mut Entries, key: &str, day: Option<Date>) {
    if let Some(day) = day {
        add(entries, key, Node::day(day));
    }
}

/// Adds a field only where it differs from what its absence means.
fn add_truth(entries: &mut Entries, key: &str, truth: bool, absent: bool) {
    if truth != absent {
        add(entries, key, Node::truth(truth));
    }
}

fn evidence_node(evidence: SnapshotEvidence) -> Node {
    let SnapshotEvidence {
        accounts,
        areas,
        pages,
    } = evidence;
    let mut entries = Entries::new();
    add(&mut entries, "accounts", Node::number(accounts));
    add(&mut entries, "areas", Node::number(areas));
    add(&mut entries, "pages", Node::number(pages));
    Node::Map(entries, Shape::Line)
}

fn area_node(area: &SnapshotArea) -> Node {
    let SnapshotArea {
        code,
        title,
        access_key_required,
        administration,
    } = area;
    let mut entries = Entries::new();
    add(&mut entries, "code", Node::text(code));
    add(&mut entries, "title", Node::text(title));
    add_truth(
        &mut entries,
        "access_key_required",
        *access_key_required,
        false,
    );
    add_truth(&mut entries, "administration", *administration, false);
    Node::Map(entries, Shape::Line)
}

fn account_node(account: &SnapshotAccount) -> Node {
    let SnapshotAccount {
        id,
        login,
        name,
        email,
        expires,
        active,
        locked,
        upstream,
        admin,
        areas,
        last_sign_in,
    } = account;
    let mut entries = Entries::new();
    add(&mut entries, "id", Node::text(id));
    add(&mut entries, "login", Node::text(login));
    add(&mut entries, "name", Node::text(name));
    if let Some(email) = email {
        add(&mut entries, "email", Node::text(email));
    }
    add_day(&mut entries, "expires", *expires);
    add_truth(&mut entries, "active", *active, true);
    add_truth(&mut entries, "locked", *locked, false);
    add_truth(&mut entries, "upstream", *upstream, false);
    add_truth(&mut entries, "admin", *admin, false);
    if !areas.is_empty() {
        let areas = Node::texts(areas.iter().map(String::as_str), Shape::Line);
        add(&mut entries, "areas", areas);
    }
    add_day(&mut entries, "last_sign_in", *last_sign_in);
    Node::Map(entries, Shape::Block)
}
