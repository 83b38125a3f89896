//! Forgetting a person, cut short after any write: asked again, it goes on until nothing is left.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use beadle::record::audit::{People, Person};
use beadle::record::{Clock, Created, Entry, Memory, Store, StoreError};

use super::rig::Hand;

/// Memory that fails once so many objects have been written or deleted.
#[derive(Debug)]
struct CutShort {
    memory: Memory,
    left: AtomicUsize,
}

impl CutShort {
    fn change(&self) -> Result<(), StoreError> {
        let take = |left: usize| left.checked_sub(1);
        let left = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        left.map(drop).map_err(|_| StoreError::Place {
            place: "memory".to_owned(),
            message: "killed".to_owned(),
        })
    }
}

#[async_trait]
impl Store for CutShort {
    async fn create(&self, key: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        self.change()?;
        self.memory.create(key, bytes).await
    }
    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.memory.read(key).await
    }
    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.memory.list(prefix).await
    }
    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.change()?;
        self.memory.delete(key).await
    }
    fn place(&self) -> String {
        self.memory.place()
    }
}

fn person(key: &str) -> Person {
    Person {
        pseudonym: format!("person-{key}"),
        key: key.to_owned(),
        login: key.to_owned(),
        name: key.to_owned(),
    }
}

#[tokio::test]
async fn forgetting_that_was_cut_short_goes_on_when_asked_again() {
    let (anna, bert) = ("anna@north.example", "bert@north.example");
    for changes in 0.. {
        let memory = Memory::new(Hand::new() as Arc<dyn Clock>);
        People::key(&memory, "11").await.unwrap();
        let notes = [person(anna), person(bert)];
        People::note(&memory, "00000001-1", &notes).await.unwrap();
        People::note(&memory, "00000002-2", &notes[..1])
            .await
            .unwrap();
        let cut = CutShort {
            memory: memory.clone(),
            left: AtomicUsize::new(changes),
        };
        let whole = People::forget(&cut, anna, "22").await.is_ok();
        if !whole {
            assert!(People::forget(&memory, anna, "33").await.unwrap() > 0);
        }
        let people = People::read(&memory).await.unwrap();
        assert!(people.pseudonyms(anna).is_empty());
        assert_eq!(people.pseudonyms(bert).len(), 1);
        for entry in memory.list("people/").await.unwrap() {
            let bytes = memory.read(&entry.key).await.unwrap().unwrap();
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains("\"11\""), "after {changes}: {text}");
        }
        if whole {
            return;
        }
    }
}
