//! Once the run is stopped no writing request is sent any more, whatever it waits for: a pause that
//! the portal asked for, one of our own, its turn. Reading goes on.

use std::sync::Arc;

use beadle::executor::Stop;
use beadle::model::plan::Write;
use beadle::portal::{Access, PortalErrorKind, PortalWrite, Written, driver};

use super::server::{Reply, Seen, Server};
use super::{access, account, provider, user, users_page, with_users};

fn grant(area: &str) -> Write {
    Write::Grant {
        account: account("user1@northshire.example", Some("u-0001")),
        area: area.into(),
        give: true,
    }
}

fn writer(url: &str, stop: &Stop, adjust: impl FnOnce(&mut Access)) -> Arc<dyn PortalWrite> {
    let mut access = access(url);
    access.halt = Some(Arc::new(stop.clone()));
    adjust(&mut access);
    driver("ofs").unwrap().open_write(access).unwrap()
}

/// A portal that answers every call so; the run is stopped as the first one arrives.
async fn stopping(stop: &Stop, reply: Reply) -> Server {
    let stop = stop.clone();
    Server::start(move |_: &Seen| {
        stop.finish();
        reply.clone()
    })
    .await
}

/// How a grant ends that is answered so, and how often it was sent.
async fn ends(reply: Reply) -> (PortalErrorKind, usize) {
    let stop = Stop::new();
    let server = stopping(&stop, reply).await;
    let portal = writer(&server.url(), &stop, |_| {});
    let error = portal.write(&provider(), &grant("finance"), "key").await;
    (error.unwrap_err().kind, server.count("PUT"))
}

#[tokio::test]
async fn what_the_portal_put_off_is_not_sent_again() {
    let later = Reply::problem(429, "too-many-requests").header("Retry-After", "9");
    assert_eq!(ends(later).await, (PortalErrorKind::Stopped, 1));
    let soon = Reply::problem(429, "too-many-requests");
    assert_eq!(ends(soon).await, (PortalErrorKind::Stopped, 1));
}

/// Then nobody knows what became of it, and it is read.
#[tokio::test]
async fn what_was_unclear_before_stays_unclear() {
    let lost = Reply::bytes("");
    assert_eq!(ends(lost).await, (PortalErrorKind::ConnectionLost, 1));
    let failed = Reply::problem(503, "resting");
    assert_eq!(ends(failed).await, (PortalErrorKind::Failed(503), 1));
}

/// What is on its way is seen to its end, and an answer is taken.
#[tokio::test]
async fn what_waits_for_its_turn_is_not_sent() {
    let queues: [fn(&mut Access); 2] = [
        |access| access.concurrency = 1,
        |access| access.requests_per_second = Some(1),
    ];
    for queue in queues {
        let stop = Stop::new();
        let server = stopping(&stop, Reply::empty(204)).await;
        let portal = writer(&server.url(), &stop, queue);
        let (provider, first, second) = (provider(), grant("finance"), grant("returns"));
        let (first, second) = tokio::join!(
            portal.write(&provider, &first, "key-1"),
            portal.write(&provider, &second, "key-2"),
        );
        assert_eq!(first, Ok(Written::now(None)));
        let error = second.unwrap_err();
        assert_eq!(error.kind, PortalErrorKind::Stopped);
        assert!(!error.outcome_unknown());
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"portal `ofs`, organisation `10009999`, PUT /providers/10009999/users/u-0001/areas/returns: it was not sent, because the run was stopped");
        }
        assert_eq!(server.count("PUT"), 1);
    }
}

#[tokio::test]
async fn reading_goes_on() {
    let stop = Stop::new();
    stop.finish();
    let server = Server::start(with_users(|seen| match seen.number {
        0 => Reply::problem(429, "too-many-requests").header("Retry-After", "0"),
        _ => Reply::json(200, &users_page(1, 200, 1, &[user(1, &[])])),
    }))
    .await;
    let portal = writer(&server.url(), &stop, |_| {});
    let live = portal.list(&provider()).await.unwrap();
    assert_eq!(live.accounts().len(), 1);
    let error = portal.write(&provider(), &grant("finance"), "key").await;
    assert_eq!(error.unwrap_err().kind, PortalErrorKind::Stopped);
    assert_eq!(server.count("PUT"), 0);
}

/// Also without a stop: the last attempt says nothing of the first.
#[tokio::test]
async fn a_lost_answer_is_not_forgotten_over_a_pause_that_was_asked_for() {
    let server = Server::start(|seen: &Seen| match seen.number {
        0 => Reply::bytes(""),
        _ => Reply::problem(429, "too-many-requests").header("Retry-After", "1000000"),
    })
    .await;
    let portal = writer(&server.url(), &Stop::new(), |_| {});
    let error = portal.write(&provider(), &grant("finance"), "key").await;
    assert_eq!(error.unwrap_err().kind, PortalErrorKind::ConnectionLost);
    assert_eq!(server.count("PUT"), 2);
}
