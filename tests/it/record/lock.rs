//! Two at once: in every order of their steps, never two hold what may be held by one.

use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use beadle::record::lock::{
    HeadCell, Holder, Keeper, Lock, LockError, Lost, Scope, State, Taken, force_release, standing,
    take,
};
use beadle::record::{Clock, Memory, Store};

use super::rig::{Hand, Turns, every_order, holder, now};

const SHARD_1: Scope = Scope::Shard { number: 1, of: 8 };
const SHARD_2: Scope = Scope::Shard { number: 2, of: 8 };
const HALF: Scope = Scope::Shard { number: 2, of: 2 };

struct Rig {
    hand: Arc<Hand>,
    memory: Memory,
}

impl Rig {
    fn new() -> Self {
        let hand = Hand::new();
        let memory = Memory::new(Arc::clone(&hand) as Arc<dyn Clock>);
        Self { hand, memory }
    }

    /// A rig whose lock was taken and then left alone for so long.
    fn left_alone(scope: Scope, seconds: i64) -> (Self, Lock) {
        let rig = Self::new();
        let Taken::Lock(lock) = now(rig.take(scope, "dead")).unwrap() else {
            panic!("a free lock is refused");
        };
        rig.hand.pass(seconds);
        (rig, *lock)
    }

    fn take(
        &self,
        scope: Scope,
        name: &str,
    ) -> impl Future<Output = Result<Taken, LockError>> + use<> {
        let store: Arc<dyn Store> = Arc::new(Turns(self.memory.clone()));
        let clock: Arc<dyn Clock> = Arc::clone(&self.hand) as Arc<dyn Clock>;
        let holder: Holder = holder(name);
        async move { take(&store, &clock, scope, holder).await }
    }
}

fn holds(taken: &Result<Taken, LockError>) -> bool {
    matches!(taken, Ok(Taken::Lock(_)))
}

/// Plays two takers in every order; answers with how often one, the other and neither held it.
fn duel(one: Scope, other: Scope, start: impl Fn() -> Rig) -> [usize; 4] {
    let mut ends = [0; 4];
    let orders = every_order(
        || {
            let rig = start();
            (
                Box::pin(rig.take(one, "anna")),
                Box::pin(rig.take(other, "bert")),
            )
        },
        |anna, bert, order| {
            for taken in [&anna, &bert] {
                assert!(taken.is_ok(), "{taken:?} in {order:?}");
            }
            ends[usize::from(holds(&anna)) + 2 * usize::from(holds(&bert))] += 1;
            for (taken, other) in [(&anna, "bert"), (&bert, "anna")] {
                if let Ok(Taken::Refused(refusal)) = taken {
                    assert_eq!(refusal.holder.name, other, "in {order:?}");
                }
            }
        },
    );
    assert!(orders > 20, "{orders} orders are no proof");
    ends
}

#[test]
fn of_two_at_once_exactly_one_has_the_lock_in_every_order() {
    for scope in [Scope::Project, SHARD_1] {
        let [neither, anna, bert, both] = duel(scope, scope, Rig::new);
        assert_eq!((neither, both), (0, 0));
        assert!(anna > 0 && bert > 0);
    }
}

#[test]
fn the_project_and_a_part_of_it_are_never_held_at_once() {
    for (one, other) in [
        (Scope::Project, SHARD_1),
        (SHARD_1, Scope::Project),
        (SHARD_1, HALF),
    ] {
        let [_, anna, bert, both] = duel(one, other, Rig::new);
        assert_eq!(both, 0, "{one} and {other}");
        assert!(anna > 0 && bert > 0);
    }
}

#[test]
fn parts_of_one_cut_are_held_side_by_side_in_every_order() {
    let [neither, anna, bert, both] = duel(SHARD_1, SHARD_2, Rig::new);
    assert_eq!((neither, anna, bert), (0, 0, 0));
    assert!(both > 0);
}

#[test]
fn what_a_dead_holder_left_goes_to_exactly_one() {
    for left in [Scope::Project, SHARD_1] {
        let start = || Rig::left_alone(left, 66).0;
        let [neither, anna, bert, both] = duel(Scope::Project, Scope::Project, start);
        assert_eq!((neither, both), (0, 0));
        assert!(anna > 0 && bert > 0);
        assert_eq!(duel(Scope::Project, SHARD_1, start)[3], 0);
    }
}

#[test]
fn a_holder_thought_dead_cannot_renew_what_another_has_taken() {
    for (dead, next) in [
        (Scope::Project, Scope::Project),
        (SHARD_1, Scope::Project),
        (Scope::Project, SHARD_1),
    ] {
        let (mut kept, mut overtaken) = (0, 0);
        every_order(
            || {
                let (rig, mut lock) = Rig::left_alone(dead, 66);
                // Its own calls take turns as well.
                let turns: Arc<dyn Store> = Arc::new(Turns(rig.memory.clone()));
                lock = lock.through(turns);
                let renew = async move { lock.renew(None).await };
                (Box::pin(rig.take(next, "next")), Box::pin(renew))
            },
            |taken, renewed, order| {
                let renewed = renewed.unwrap();
                assert!(holds(&taken) != renewed, "{dead}, {next}: {order:?}");
                kept += usize::from(renewed);
                overtaken += usize::from(!renewed);
            },
        );
        assert!(kept > 0 && overtaken > 0);
    }
}

#[test]
fn who_slept_while_others_cleared_the_chain_cannot_renew() {
    let (rig, mut asleep) = Rig::left_alone(Scope::Project, 66);
    let Ok(Taken::Lock(mut next)) = now(rig.take(Scope::Project, "next")) else {
        panic!("a lease that has ended is refused");
    };
    for _ in 0..10 {
        assert!(now(next.renew(None)).unwrap());
    }
    // The number that the sleeper would write is free again.
    assert!(!now(asleep.renew(None)).unwrap(), "two hold the lock");
    assert!(now(next.renew(None)).unwrap());
}

#[test]
fn who_slept_between_look_and_take_takes_nothing() {
    let rig = Rig::new();
    let mut slow = std::pin::pin!(rig.take(Scope::Project, "slow"));
    let mut context = Context::from_waker(Waker::noop());
    // As far as its first look, which finds nobody.
    for _ in 0..2 {
        assert!(slow.as_mut().poll(&mut context).is_pending());
    }
    let Ok(Taken::Lock(mut next)) = now(rig.take(Scope::Project, "next")) else {
        panic!("a free lock is refused");
    };
    for _ in 0..10 {
        assert!(now(next.renew(None)).unwrap());
    }
    assert!(!holds(&now(slow)), "two hold the lock");
    assert!(now(next.renew(None)).unwrap());
}

#[test]
fn a_lease_holds_to_its_last_second_and_no_longer() {
    for (seconds, free) in [
        (0, false),
        (60, false),
        (64, false),
        (65, true),
        (600, true),
    ] {
        let (rig, _lock) = Rig::left_alone(Scope::Project, seconds);
        let taken = now(rig.take(Scope::Project, "next")).unwrap();
        match taken {
            Taken::Lock(_) => assert!(free, "after {seconds} s"),
            Taken::Refused(refusal) => {
                assert!(!free, "after {seconds} s");
                assert_eq!(refusal.left.as_secs(), 65 - u64::try_from(seconds).unwrap());
                assert_eq!(refusal.holder, holder("dead"));
            }
        }
    }
}

#[test]
fn a_lock_is_renewed_released_and_ended_by_force() {
    let (rig, mut lock) = Rig::left_alone(Scope::Project, 50);
    assert!(now(lock.renew(None)).unwrap());
    rig.hand.pass(50);
    assert!(!holds(&now(rig.take(SHARD_1, "early"))));
    now(lock.release(None)).unwrap();
    let Ok(Taken::Lock(mut lock)) = now(rig.take(SHARD_1, "next")) else {
        panic!("a released lock is refused");
    };

    let unknown = now(force_release(&rig.memory, "nonce-nobody", "carla")).unwrap_err();
    assert_eq!(unknown, LockError::NotHeld("nonce-nobody".to_owned()));
    let ended = now(force_release(&rig.memory, "nonce-next", "carla")).unwrap();
    assert_eq!(ended.name, "next");
    assert!(!now(lock.renew(None)).unwrap(), "it renews what was ended");
    let all = now(standing(&rig.memory)).unwrap();
    assert!(all.iter().all(|one| one.turn.state == State::Released));
    assert!(
        all.iter()
            .any(|one| one.turn.released_by.as_deref() == Some("carla"))
    );
}

#[test]
fn chains_stay_short() {
    let (rig, mut lock) = Rig::left_alone(Scope::Project, 0);
    for _ in 0..50 {
        assert!(now(lock.renew(None)).unwrap());
    }
    let kept = now(rig.memory.list("lock/")).unwrap();
    assert_eq!(kept.len(), 3, "{kept:?}");
    assert!(now(rig.memory.list("clock/")).unwrap().is_empty());
}

/// A place that answers until it is told not to.
#[derive(Debug)]
struct Fails(Memory, std::sync::atomic::AtomicBool);

#[async_trait::async_trait]
impl Store for Fails {
    async fn create(
        &self,
        key: &str,
        bytes: &[u8],
    ) -> Result<beadle::record::Created, beadle::record::StoreError> {
        if self.1.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(beadle::record::StoreError::Place {
                place: "memory".to_owned(),
                message: "is away".to_owned(),
            });
        }
        self.0.create(key, bytes).await
    }
    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, beadle::record::StoreError> {
        self.0.read(key).await
    }
    async fn list(
        &self,
        prefix: &str,
    ) -> Result<Vec<beadle::record::Entry>, beadle::record::StoreError> {
        self.0.list(prefix).await
    }
    async fn delete(&self, key: &str) -> Result<(), beadle::record::StoreError> {
        self.0.delete(key).await
    }
    fn place(&self) -> String {
        self.0.place()
    }
}

/// A keeper, and when it says that it lost the lock, in seconds from its beginning.
async fn kept(rig: &Rig, store: Arc<dyn Store>) -> (Keeper, Arc<Mutex<Option<(u64, Lost)>>>) {
    let clock: Arc<dyn Clock> = Arc::clone(&rig.hand) as Arc<dyn Clock>;
    let taken = take(&store, &clock, Scope::Project, holder("keeper")).await;
    let Ok(Taken::Lock(lock)) = taken else {
        panic!("{taken:?}");
    };
    let (lost, began) = (Arc::new(Mutex::new(None)), tokio::time::Instant::now());
    let told = Arc::clone(&lost);
    let keeper = Keeper::begin(lock, HeadCell::default(), move |why| {
        *told.lock().unwrap() = Some((began.elapsed().as_secs(), why));
    });
    (keeper, lost)
}

async fn pass(rig: &Rig, seconds: u64) {
    for _ in 0..seconds {
        rig.hand.pass(1);
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_keeper_renews_for_as_long_as_it_lives_and_then_gives_back() {
    let rig = Rig::new();
    let (keeper, lost) = kept(&rig, Arc::new(rig.memory.clone())).await;
    for _ in 0..20 {
        pass(&rig, 31).await;
        assert!(!holds(&rig.take(Scope::Project, "other").await));
    }
    assert_eq!(keeper.release().await.unwrap(), None);
    assert_eq!(*lost.lock().unwrap(), None);
    assert!(holds(&rig.take(Scope::Project, "other").await));
}

#[tokio::test(start_paused = true)]
async fn who_cannot_renew_stops_well_before_another_may_begin() {
    let rig = Rig::new();
    let store = Arc::new(Fails(rig.memory.clone(), false.into()));
    let (keeper, lost) = kept(&rig, Arc::clone(&store) as Arc<dyn Store>).await;
    store.1.store(true, std::sync::atomic::Ordering::Relaxed);
    pass(&rig, 41).await;
    let (when, why) = lost.lock().unwrap().clone().unwrap();
    assert!((30..=40).contains(&when), "after {when} s");
    assert!(matches!(why, Lost::Unrenewed(_)));
    assert!(
        !holds(&rig.take(Scope::Project, "other").await),
        "too early"
    );
    pass(&rig, 30).await;
    assert!(holds(&rig.take(Scope::Project, "other").await));
    assert_eq!(keeper.release().await.unwrap(), Some(why));
}

#[tokio::test(start_paused = true)]
async fn who_was_overtaken_hears_of_it_at_the_next_renewal() {
    let rig = Rig::new();
    let (keeper, lost) = kept(&rig, Arc::new(rig.memory.clone())).await;
    force_release(&rig.memory, "nonce-keeper", "carla")
        .await
        .unwrap();
    pass(&rig, 21).await;
    assert_eq!(*lost.lock().unwrap(), Some((20, Lost::Overtaken)));
    assert!(holds(&rig.take(Scope::Project, "other").await));
    // What the next holds is not given back by the last.
    assert_eq!(keeper.release().await.unwrap(), Some(Lost::Overtaken));
    assert!(!holds(&rig.take(Scope::Project, "third").await));
}
