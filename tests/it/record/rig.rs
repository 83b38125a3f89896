//! What these tests share: a clock that stands still until it is set, and a place of records whose
//! every call waits for its turn.

use std::fs;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use async_trait::async_trait;
use beadle::record::lock::Holder;
use beadle::record::{Clock, Created, Entry, Memory, Store, StoreError};
use jiff::{SignedDuration, Timestamp};

/// A clock that is moved by hand.
#[derive(Debug)]
pub(crate) struct Hand(Mutex<Timestamp>);

impl Hand {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new("2026-11-22T09:00:00Z".parse().unwrap())))
    }

    pub(crate) fn pass(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

pub(crate) fn holder(name: &str) -> Holder {
    Holder {
        name: name.to_owned(),
        process: 7,
        command: "beadle apply".to_owned(),
        since: "2026-11-22T09:00:00Z".parse().unwrap(),
        nonce: format!("nonce-{name}"),
    }
}

/// Memory, in which every call first gives way once: whoever polls decides what comes next.
#[derive(Clone, Debug)]
pub(crate) struct Turns(pub(crate) Memory);

struct GiveWay(bool);

impl Future for GiveWay {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            Poll::Ready(())
        } else {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    }
}

/// What only its writer reads cannot race.
async fn give_way(key: &str) {
    if key.starts_with("lock/") {
        GiveWay(false).await;
    }
}

#[async_trait]
impl Store for Turns {
    async fn create(&self, key: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        give_way(key).await;
        self.0.create(key, bytes).await
    }
    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        give_way(key).await;
        self.0.read(key).await
    }
    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        give_way(prefix).await;
        self.0.list(prefix).await
    }
    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        give_way(key).await;
        self.0.delete(key).await
    }
    fn place(&self) -> String {
        self.0.place()
    }
}

/// Runs a future that never waits for anything but its own turn.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(std::task::Waker::noop());
    for _ in 0..100_000 {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return done;
        }
    }
    panic!("it never ends");
}

/// Most times that the turn goes over while both could go on: enough for every race of look, take
/// and look again. Without a limit there are millions of orders, most of them alike.
const SWITCHES: usize = 4;

/// Plays two futures against each other in every order of their steps; `play` makes them anew and
/// `check` sees what both came to. Answers with how many orders there were.
pub(crate) fn every_order<A, B>(
    mut play: impl FnMut() -> (
        Pin<Box<dyn Future<Output = A>>>,
        Pin<Box<dyn Future<Output = B>>>,
    ),
    mut check: impl FnMut(A, B, &[bool]),
) -> usize {
    let mut orders = 0;
    // Beginnings that are still to be played, each with how often the turn goes over in it.
    let mut waiting: Vec<(Vec<bool>, usize)> = vec![(vec![false], 0), (vec![true], 0)];
    while let Some((beginning, switches)) = waiting.pop() {
        let (mut one, mut other) = play();
        let (mut first, mut second) = (None, None);
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut taken: Vec<bool> = Vec::new();
        while first.is_none() || second.is_none() {
            let both = first.is_none() && second.is_none();
            let at = taken.len();
            let turn = match beginning.get(at) {
                Some(turn) => *turn,
                None if both => {
                    // Whoever goes, goes on; the other way is played later.
                    let goes = taken[at - 1];
                    if switches < SWITCHES {
                        let mut turned = taken.clone();
                        turned.push(!goes);
                        waiting.push((turned, switches + 1));
                    }
                    goes
                }
                None => first.is_some(),
            };
            taken.push(turn);
            if turn {
                if let Poll::Ready(done) = other.as_mut().poll(&mut context) {
                    second = Some(done);
                }
            } else if let Poll::Ready(done) = one.as_mut().poll(&mut context) {
                first = Some(done);
            }
            assert!(at < 500, "it never ends");
        }
        orders += 1;
        check(first.unwrap(), second.unwrap(), &taken);
    }
    orders
}

/// Makes everything below a folder as old as that, as if it had been written then.
pub(crate) fn age(folder: &Path, seconds: u64) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            age(&path, seconds);
            continue;
        }
        let file = fs::File::options().append(true).open(&path).unwrap();
        let before = file.metadata().unwrap().modified().unwrap();
        file.set_modified(before - std::time::Duration::from_secs(seconds))
            .unwrap();
    }
}
