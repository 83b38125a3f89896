//! Logs as runs write them, with a clock that is moved by hand: for every test that tampers with one.

use std::sync::Arc;

use async_trait::async_trait;
use beadle::model::plan_document::hexadecimal;
use beadle::record::audit::{
    self, Begun, CallEntry, End, Entry, Line, OutcomeEntry, Pin, Run, Start, verify,
};
use beadle::record::lock::{HeadCell, Holder, Lock, Scope, Taken, take};
use beadle::record::{Clock, Created, Memory, Store, StoreError};
use sha2::{Digest, Sha256};

use super::rig::{Hand, holder};

pub(crate) struct Log {
    pub(crate) hand: Arc<Hand>,
    clock: Arc<dyn Clock>,
    pub(crate) store: Arc<dyn Store>,
}

/// A run with its lock, as an apply has it.
pub(crate) struct Apply {
    lock: Box<Lock>,
    head: HeadCell,
    pub(crate) begun: Begun,
}

impl Log {
    pub(crate) fn in_memory() -> (Self, Memory) {
        let hand = Hand::new();
        let memory = Memory::new(Arc::clone(&hand) as Arc<dyn Clock>);
        (Self::at(&hand, Arc::new(memory.clone())), memory)
    }

    pub(crate) fn at(hand: &Arc<Hand>, store: Arc<dyn Store>) -> Self {
        Self {
            hand: Arc::clone(hand),
            clock: Arc::clone(hand) as Arc<dyn Clock>,
            store,
        }
    }

    pub(crate) async fn begin(&self, scope: Scope, name: &str, keep_days: Option<u32>) -> Apply {
        self.begin_with(start(scope), scope, name, keep_days).await
    }

    pub(crate) async fn begin_with(
        &self,
        start: Start,
        scope: Scope,
        name: &str,
        keep_days: Option<u32>,
    ) -> Apply {
        let nonce = format!("{name:0>32}");
        let holder = Holder {
            nonce: nonce.clone(),
            ..holder(name)
        };
        let taken = take(&self.store, &self.clock, scope, holder).await;
        let Ok(Taken::Lock(lock)) = taken else {
            panic!("{taken:?}");
        };
        let run = Run {
            scope,
            run: nonce,
            start,
            keep_days,
        };
        let head = HeadCell::default();
        let begun = audit::begin(&self.store, &self.clock, &run, &head)
            .await
            .unwrap();
        Apply { lock, head, begun }
    }

    pub(crate) async fn run(&self, scope: Scope, name: &str, calls: u64) {
        let apply = self.begin(scope, name, None).await;
        apply.calls(1, calls).await;
        apply.end().await;
    }
}

impl Apply {
    pub(crate) async fn calls(&self, first: u64, last: u64) {
        for number in first..=last {
            self.begun.journal.record(call(number)).await.unwrap();
            self.begun.journal.note(outcome(number));
        }
    }

    pub(crate) async fn end(self) {
        self.begun.end(End::default()).await.unwrap();
        self.lock.release(self.head.get()).await.unwrap();
    }
}

pub(crate) fn start(scope: Scope) -> Start {
    Start {
        beadle: "0.1.0".to_owned(),
        actor: "https://ci.example/job/1".to_owned(),
        process: 7,
        command: "beadle apply".to_owned(),
        scope: scope.to_string(),
        commit: Some("cafe".to_owned()),
        day: "2026-11-22".parse().unwrap(),
        plan: "aa".to_owned(),
        approved: None,
        configuration: "bb".to_owned(),
        calls: 3,
        after: Vec::new(),
        settled: 0,
        forgotten: Vec::new(),
    }
}

pub(crate) fn call(number: u64) -> Entry {
    Entry::Call(CallEntry {
        call: number,
        organisation: "north".to_owned(),
        portal: "students".to_owned(),
        portal_organisation: "10009999".to_owned(),
        save: "grant".to_owned(),
        people: vec!["person-0123456789".to_owned()],
        actions: Vec::new(),
    })
}

pub(crate) fn outcome(number: u64) -> Entry {
    Entry::Outcome(OutcomeEntry {
        call: number,
        outcome: "done".to_owned(),
        message: None,
    })
}

pub(crate) const fn shard(number: u32) -> Scope {
    Scope::Shard { number, of: 3 }
}

pub(crate) async fn sound(store: &dyn Store) -> audit::Verified {
    let found = verify(store, None).await.unwrap();
    assert_eq!(found.faults, [], "{:?}", found.notes);
    found
}

/// A line as a run would write it, with its end of line, and its digest.
pub(crate) fn sealed(line: &Line) -> (String, String) {
    let mut text = serde_json::to_string(line).unwrap();
    assert_eq!(text.pop(), Some('}'));
    let digest = hexadecimal(&Sha256::digest(text.as_bytes()));
    (format!("{text},\"digest\":\"{digest}\"}}\n"), digest)
}

/// The ends of all runs that are there, as a later run pins them.
pub(crate) async fn ends(store: &dyn Store) -> Vec<Pin> {
    let mut pins = Vec::new();
    for segment in audit::segments(store).await.unwrap() {
        let (all, _) = audit::lines(store, &segment).await.unwrap();
        let last = all.into_iter().next_back().unwrap().unwrap();
        pins.push(Pin {
            segment: segment.name,
            records: last.line.sequence,
            digest: last.digest,
            closed: true,
        });
    }
    pins
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// Memory that can add to what is there, as a folder can.
#[derive(Clone, Debug)]
pub(crate) struct Appending(pub(crate) Memory);

#[async_trait]
impl Store for Appending {
    async fn create(&self, key: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        self.0.create(key, bytes).await
    }
    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.read(key).await
    }
    async fn list(&self, prefix: &str) -> Result<Vec<beadle::record::Entry>, StoreError> {
        self.0.list(prefix).await
    }
    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.0.delete(key).await
    }
    fn appends(&self) -> bool {
        true
    }
    async fn append(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let there = self.0.read(key).await?.unwrap_or_default();
        self.0.tamper(key, Some([there, bytes.to_vec()].concat()));
        Ok(())
    }
    async fn cut(&self, key: &str, length: u64) -> Result<(), StoreError> {
        let mut there = self.0.read(key).await?.unwrap_or_default();
        there.truncate(usize::try_from(length).unwrap());
        self.0.tamper(key, Some(there));
        Ok(())
    }
    fn place(&self) -> String {
        self.0.place()
    }
}
