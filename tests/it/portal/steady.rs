//! Lists of several pages, from which somebody goes while they are read and to which somebody comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use beadle::model::live::Live;
use beadle::portal::{PortalError, steady};
use serde_json::Value;

use super::server::{Reply, Server};
use super::{provider, user, users_page, with_users, writer};

/// Four users in pages of two. `gone(n)` says whether, at the `n`th request for users, the first one
/// has gone and a fifth has come.
async fn moving(gone: fn(usize) -> bool) -> (Server, Result<Live, PortalError>) {
    let asked = AtomicUsize::new(0);
    let server = Server::start(with_users(move |seen| {
        let number = asked.fetch_add(1, Ordering::SeqCst);
        let first = if gone(number) { 2 } else { 1 };
        let page: usize = seen.query("page").unwrap().parse().unwrap();
        let from = first + (page - 1) * 2;
        let users: Vec<Value> = (from..from + 2).map(|number| user(number, &[])).collect();
        Reply::json(200, &users_page(page as u64, 2, 4, &users))
    }))
    .await;
    let reader = steady(&"ofs".into(), &writer(&server.url()));
    let live = reader.list(&provider()).await;
    (server, live)
}

fn ids(live: &Live) -> Vec<&str> {
    live.accounts().keys().map(AsRef::as_ref).collect()
}

/// Page 1 has users 1 and 2, then user 1 goes and user 5 comes, and page 2 has users 4 and 5: four of
/// four, each once, and user 3 is nowhere.
#[tokio::test]
async fn whoever_slipped_from_page_to_page_is_found_by_a_second_reading() {
    let (server, live) = moving(|request| request > 0).await;
    assert_eq!(
        ids(&live.unwrap()),
        ["u-0002", "u-0003", "u-0004", "u-0005"]
    );
    let pages = server.calls();
    let pages = pages.iter().filter(|call| call.contains("/users?"));
    assert_eq!(pages.count(), 6, "read until two readings agree");
    // One reading believes it, and every check of it passes.
    let asked = Arc::new(AtomicUsize::new(0));
    let server = Server::start(with_users(move |seen| {
        let first = 1 + asked.fetch_add(1, Ordering::SeqCst).min(1);
        let page: usize = seen.query("page").unwrap().parse().unwrap();
        let from = first + (page - 1) * 2;
        let users: Vec<Value> = (from..from + 2).map(|number| user(number, &[])).collect();
        Reply::json(200, &users_page(page as u64, 2, 4, &users))
    }))
    .await;
    let once = writer(&server.url()).list(&provider()).await.unwrap();
    assert_eq!(ids(&once), ["u-0001", "u-0002", "u-0004", "u-0005"]);
}

#[tokio::test]
async fn a_list_that_is_still_is_read_twice_and_one_that_never_is_is_refused() {
    let (server, live) = moving(|_| false).await;
    assert_eq!(live.unwrap().accounts().len(), 4);
    assert_eq!(
        server.count("GET"),
        6,
        "twice: two pages of users, one of areas"
    );
    let (_server, live) = moving(|request| (request / 2) % 2 == 0).await;
    insta::assert_snapshot!(live.unwrap_err(), @"portal `ofs`, organisation `10009999`, GET every page, 4 times: the list cannot be trusted: it was another one each time it was read; try again when less is going on there");
}

#[tokio::test]
async fn a_list_on_one_page_is_one_answer() {
    let server = Server::start(with_users(|_| {
        Reply::json(200, &users_page(1, 200, 1, &[user(1, &[])]))
    }))
    .await;
    let reader = steady(&"ofs".into(), &writer(&server.url()));
    assert_eq!(reader.list(&provider()).await.unwrap().accounts().len(), 1);
    assert_eq!(server.count("GET"), 2);
}
