//! Listings by cursor: all of it, or an error.

use beadle::portal::PortalErrorKind;
use serde_json::{Value, json};

use super::super::server::{Reply, Server};
use super::{PHONE, opened, page, school, services, user, with_users};

/// What a listing comes to when the pages are these: by cursor, as it is on the wire.
async fn listed(pages: Vec<(Option<&'static str>, Value)>) -> Result<usize, String> {
    let server = Server::start(with_users(move |seen| {
        let wanted = seen.query("cursor");
        let found = pages.iter().find(|(cursor, _)| *cursor == wanted);
        match found {
            Some((_, page)) => Reply::json(200, page),
            None => Reply::problem(422, "invalid-cursor"),
        }
    }))
    .await;
    let live = opened(&server.url()).list(&school()).await;
    live.map(|live| live.accounts().len())
        .map_err(|error| error.kind.to_string())
}

#[tokio::test]
async fn pages_are_followed_by_their_cursors_as_they_are() {
    let users: Vec<Value> = (0..5).map(|number| user(number, &["music"])).collect();
    let read = listed(vec![
        (None, page(5, Some("a/b &c=1"), &users[..2])),
        (Some("a%2Fb+%26c%3D1"), page(5, Some("x"), &users[2..4])),
        (Some("x"), page(5, None, &users[4..])),
    ]);
    assert_eq!(read.await, Ok(5));
    assert_eq!(listed(vec![(None, page(0, None, &[]))]).await, Ok(0));
}

#[tokio::test]
async fn a_list_that_is_short_turns_in_a_circle_or_contradicts_itself_is_refused() {
    let some = |range: std::ops::Range<usize>| -> Vec<Value> {
        range.map(|number| user(number, &["music"])).collect()
    };
    let mut without_next = page(1, None, &some(0..1));
    without_next.as_object_mut().unwrap().remove("next");
    let mut elsewhere = page(1, None, &some(0..1));
    elsewhere["organisation"] = json!("9990002");
    let mut told = String::new();
    for (what, pages) in [
        ("short", vec![(None, page(3, None, &some(0..2)))]),
        (
            "circle",
            vec![
                (None, page(9, Some("a"), &some(0..2))),
                (Some("a"), page(9, Some("a"), &some(2..4))),
            ],
        ),
        (
            "no end",
            vec![
                (None, page(9, Some("a"), &some(0..2))),
                (Some("a"), page(9, Some("b"), &[])),
            ],
        ),
        ("empty cursor", vec![(None, page(2, Some(""), &some(0..2)))]),
        ("crowded", vec![(None, page(101, None, &some(0..101)))]),
        (
            "moved",
            vec![
                (None, page(4, Some("a"), &some(0..2))),
                (Some("a"), page(5, None, &some(2..4))),
            ],
        ),
        (
            "twice",
            vec![
                (None, page(4, Some("a"), &some(0..2))),
                (Some("a"), page(4, None, &some(1..3))),
            ],
        ),
        ("no next", vec![(None, without_next)]),
        ("elsewhere", vec![(None, elsewhere)]),
        (
            "unknown service",
            vec![(None, page(1, None, &[user(0, &["swimming"])]))],
        ),
    ] {
        told += &format!("{what}: {}\n", listed(pages).await.unwrap_err());
    }
    insta::assert_snapshot!(told, @r"
        short: the list cannot be trusted: the portal says there are 3 accounts, but sent 2
        circle: the answer does not have the form that was agreed (a cursor that was there before: the list turns in a circle)
        no end: the answer does not have the form that was agreed (a page without rows that is not the last)
        empty cursor: the answer does not have the form that was agreed (a cursor that is empty or longer than 1000 bytes)
        crowded: the answer does not have the form that was agreed (101 rows on a page of at most 100)
        moved: the list cannot be trusted: the number of accounts changed from 4 to 5 while the list was read
        twice: the list cannot be trusted: `USER01` is in the list twice
        no next: the answer does not have the form that was agreed (field `next` is missing)
        elsewhere: the list cannot be trusted: the answer is for organisation `9990002`, not `9990001`
        unknown service: the list cannot be trusted: an account holds area `swimming`, which is not in the catalogue
        ");
}

/// S15: a service that was added between the two calls.
#[tokio::test]
async fn a_list_that_moved_is_read_once_more() {
    let server = Server::start(|seen| match (seen.path(), seen.number) {
        ("/organisations/9990001/services", 0 | 1) => {
            let none = json!({"organisation": "9990001", "total": 0, "services": []});
            Reply::json(200, &none)
        }
        ("/organisations/9990001/services", _) => Reply::json(200, &services()),
        _ => Reply::json(200, &page(1, None, &[user(0, &["music"])])),
    })
    .await;
    let live = opened(&server.url()).list(&school()).await.unwrap();
    assert_eq!(live.accounts().len(), 1);
    assert_eq!(server.seen().len(), 4);
}

/// S7: nothing that is read, and nothing that is said, holds a phone number.
#[tokio::test]
async fn a_phone_is_nowhere_in_what_is_read_or_said() {
    let good = Server::start(with_users(|_| {
        Reply::json(200, &page(1, None, &[user(0, &["music"])]))
    }))
    .await;
    let live = opened(&good.url()).list(&school()).await.unwrap();
    assert!(!format!("{live:?}").contains(PHONE));
    for bad in [
        json!({"origin": PHONE}),
        json!({"roles": [PHONE]}),
        json!({"roles": PHONE}),
        json!({"user_id": null}),
    ] {
        let server = Server::start(with_users(move |_| {
            let mut user = user(0, &["music"]);
            for (field, value) in bad.as_object().unwrap() {
                user[field] = value.clone();
            }
            Reply::json(200, &page(1, None, &[user]))
        }))
        .await;
        let error = opened(&server.url()).list(&school()).await.unwrap_err();
        let unknown_role = matches!(error.kind, PortalErrorKind::Incomplete(_));
        assert!(
            unknown_role || !error.to_string().contains(PHONE),
            "{error}"
        );
    }
}
