//! The SCIM driver against a directory that misbehaves in the ways of real servers.

mod directory;
mod listing;
mod login;
mod members;
mod views;
mod writing;

use std::sync::Arc;

use beadle::model::live::Live;
use beadle::model::name::PortalOrganisation;
use beadle::model::plan::{AccountRef, Write};
use beadle::portal::{Access, PortalError, PortalWrite, Written, driver};
use std::time::Duration;

use self::directory::Directory;
use super::TOKEN;
use super::server::Server;

fn tenant() -> PortalOrganisation {
    "north".into()
}

fn access(url: &str) -> Access {
    let mut access = Access::new("directory".into(), url, TOKEN.into());
    access.first_pause = Duration::from_millis(1);
    access.directory.groups = [("finance", "Finance"), ("admins", "Administrators")]
        .into_iter()
        .map(|(area, group)| (area.into(), group.into()))
        .collect();
    access.directory.admin_group = Some("admins".into());
    access
}

fn open(access: Access) -> Arc<dyn PortalWrite> {
    driver("scim").unwrap().open_write(access).unwrap()
}

/// The driver, opened on a directory with these quirks.
async fn bench(directory: &Directory) -> (Server, Arc<dyn PortalWrite>) {
    let answering = directory.clone();
    let server = Server::start(move |seen| answering.answer(seen)).await;
    let portal = open(access(&server.url()));
    (server, portal)
}

async fn list(directory: &Directory) -> Result<Live, PortalError> {
    let (_server, portal) = bench(directory).await;
    portal.list(&tenant()).await
}

/// User number `number` of [`Directory::with_users`].
fn member(number: usize) -> AccountRef {
    AccountRef {
        login: format!("m{number}@north.example").as_str().into(),
        name: format!("Member {number}").into(),
        id: Some(format!("u{number}").into()),
        person: Some(format!("m{number}@north.example").into()),
    }
}

fn members(numbers: impl IntoIterator<Item = usize>) -> Vec<AccountRef> {
    numbers.into_iter().map(member).collect()
}

fn finance(give: Vec<AccountRef>, take: Vec<AccountRef>) -> Write {
    Write::AreaSet {
        area: "finance".into(),
        give,
        take,
    }
}

async fn write(portal: &Arc<dyn PortalWrite>, write: &Write) -> Result<Written, PortalError> {
    portal.write(&tenant(), write, "key").await
}

/// The writing calls, method and path.
fn writes(server: &Server) -> Vec<String> {
    let calls = server.seen();
    let writing = calls.iter().filter(|seen| seen.method != "GET");
    writing.map(|seen| seen.line()).collect()
}

/// The body of the last writing call.
fn last_body(server: &Server) -> String {
    let calls = server.seen();
    let last = calls.iter().rfind(|seen| seen.method != "GET");
    last.map(|seen| seen.body.clone()).unwrap_or_default()
}
