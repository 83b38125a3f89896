//! Who is asked again, and how often. When, is tested where it is decided, on a clock that tests
//! turn.

use std::time::Duration;

use beadle::model::plan::{Change, Write};
use beadle::portal::{PortalError, PortalErrorKind};

use super::server::{Reply, Seen, Server};
use super::{account, one_user, provider, reader, user, users_page, with_users, writer};

fn create() -> Write {
    Write::Create {
        account: account("user1@northshire.example", None),
        email: Some("user1@northshire.example".into()),
        expires: None,
        term: None,
        notify: None,
        terms_accepted_by: None,
        assigned: false,
    }
}

fn grant() -> Write {
    Write::Grant {
        account: account("user1@northshire.example", Some("u-0001")),
        area: "finance".into(),
        give: true,
    }
}

fn edit() -> Write {
    Write::Edit {
        account: account("user1@northshire.example", Some("u-0001")),
        changes: vec![Change::Name {
            before: Some("User 1".into()),
            after: "User One".into(),
        }],
    }
}

/// How often `method` was called when each of its calls is answered so.
async fn attempts(write: &Write, method: &'static str, reply: Reply) -> (usize, PortalError) {
    let server = Server::start(move |seen: &Seen| match seen.method == method {
        true => reply.clone(),
        false => one_user(&user(1, &[]), "\"1\""),
    })
    .await;
    let result = writer(&server.url())
        .write(&provider(), write, "key-1")
        .await;
    (server.count(method), result.unwrap_err())
}

#[tokio::test]
async fn calls_are_repeated_where_that_can_do_nothing_twice() {
    let mut table = String::new();
    for (name, reply) in [
        ("429", Reply::problem(429, "too-many-requests")),
        (
            "429 for 0 s",
            Reply::problem(429, "x").header("Retry-After", "0"),
        ),
        ("500", Reply::problem(500, "broken")),
        ("502", Reply::empty(502)),
        ("503", Reply::problem(503, "resting")),
        ("504", Reply::empty(504)),
        ("lost", Reply::bytes("")),
        ("409", Reply::problem(409, "email-taken")),
        ("409 in flight", Reply::problem(409, "request-in-flight")),
        ("422", Reply::problem(422, "invalid-email")),
        ("403", Reply::problem(403, "read-only-token")),
    ] {
        let (put, _) = attempts(&grant(), "PUT", reply.clone()).await;
        let (patch, _) = attempts(&edit(), "PATCH", reply.clone()).await;
        let (post, _) = attempts(&create(), "POST", reply).await;
        table += &format!("{name}: PUT {put}, PATCH {patch}, POST with key {post}\n");
    }
    insta::assert_snapshot!(table, @r"
    429: PUT 5, PATCH 5, POST with key 5
    429 for 0 s: PUT 5, PATCH 5, POST with key 5
    500: PUT 5, PATCH 5, POST with key 1
    502: PUT 5, PATCH 5, POST with key 5
    503: PUT 5, PATCH 5, POST with key 5
    504: PUT 5, PATCH 5, POST with key 5
    lost: PUT 5, PATCH 5, POST with key 5
    409: PUT 1, PATCH 1, POST with key 1
    409 in flight: PUT 1, PATCH 1, POST with key 5
    422: PUT 1, PATCH 1, POST with key 1
    403: PUT 1, PATCH 1, POST with key 1
    ");
}

#[tokio::test]
async fn a_pause_of_a_billion_seconds_ends_at_once_with_a_message() {
    let reply = Reply::problem(429, "too-many-requests").header("Retry-After", "1000000000");
    let (made, error) = attempts(&grant(), "PUT", reply).await;
    assert_eq!(made, 1);
    assert_eq!(
        error.kind,
        PortalErrorKind::Throttled(Some(Duration::from_secs(1_000_000_000)))
    );
    insta::assert_snapshot!(error, @"portal `ofs`, organisation `10009999`, PUT /providers/10009999/users/u-0001/areas/finance: the portal asks for fewer requests (429) and for a pause of 1000000000 seconds");
}

#[tokio::test]
async fn a_pause_that_the_portal_asks_for_holds_every_call() {
    let server = Server::start(|seen: &Seen| match seen.number {
        0 => Reply::problem(429, "too-many-requests").header("Retry-After", "60"),
        _ => Reply::empty(204),
    })
    .await;
    let portal = writer(&server.url());
    let (provider, write) = (provider(), grant());
    let first = portal.write(&provider, &write, "key");
    assert!(
        tokio::time::timeout(Duration::from_millis(300), first)
            .await
            .is_err()
    );
    let second = portal.write(&provider, &write, "key");
    assert!(
        tokio::time::timeout(Duration::from_millis(20), second)
            .await
            .is_err()
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_fails_once_is_read_all_the_same() {
    let server = Server::start(with_users(|seen| match seen.number {
        0 | 1 => Reply::empty(503),
        2 => Reply::bytes(""),
        _ => Reply::json(200, &users_page(1, 200, 1, &[user(1, &[])])),
    }))
    .await;
    let live = reader(&server.url()).list(&provider()).await.unwrap();
    assert_eq!(live.accounts().len(), 1);
}

#[tokio::test]
async fn every_attempt_of_a_creation_carries_the_same_key() {
    let server = Server::start(|seen: &Seen| match seen.number {
        0 => Reply::bytes(""),
        1 => Reply::problem(409, "request-in-flight"),
        _ => one_user(&user(1, &[]), "\"1\""),
    })
    .await;
    let id = writer(&server.url())
        .write(&provider(), &create(), "key-1")
        .await;
    assert_eq!(id.unwrap().id.unwrap().as_str(), "u-0001");
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    for call in &seen {
        assert_eq!(call.header("idempotency-key"), Some("key-1"));
        assert_eq!(call.body, seen[0].body);
    }
}

#[tokio::test]
async fn a_portal_that_fails_for_ever_is_not_hammered() {
    let server = Server::start(|_| Reply::empty(503)).await;
    let portal = writer(&server.url());
    for _ in 0..40 {
        let result = portal.write(&provider(), &grant(), "key").await;
        assert_eq!(result.unwrap_err().kind, PortalErrorKind::Failed(503));
    }
    // 40 calls, a fifth of them again, and ten.
    assert_eq!(server.seen().len(), 40 + 8 + 10);
}
