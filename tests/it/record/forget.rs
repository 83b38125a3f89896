//! Forgetting a person, cut short after any write: asked again, it goes on until nothing is left.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use beadle::record::audit::{Names, People, Person};
use beadle::record::{Clock, Created, Entry, Folder, Memory, Store, StoreError};

use super::rig::Hand;
use super::written::runtime;
use crate::support::{University, err, texts_below};

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
        let whole = People::forget(&cut, &Names::new(anna), "22").await.is_ok();
        if !whole {
            assert!(
                People::forget(&memory, &Names::new(anna), "33")
                    .await
                    .unwrap()
                    > 0
            );
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

/// One person goes by another login id at each portal.
#[test]
fn a_person_is_forgotten_under_every_name_that_the_records_know() {
    for (asked, others_stay) in [("MFENWICK2", false), ("M.Fenwick@Northshire.Example", true)] {
        let university = University::start();
        assert!(university.run("apply", &["--yes"]).status.success());
        let records = university.folder.path().join(".beadle");
        let folder = Folder::new(&records);
        let key = "m.fenwick@northshire.example";
        let noted = |pseudonym: &str, key: &str, login: &str| Person {
            pseudonym: pseudonym.to_owned(),
            key: key.to_owned(),
            login: login.to_owned(),
            name: key.to_owned(),
        };
        let known = runtime().block_on(People::read(&folder)).unwrap();
        let pseudonym = known.pseudonyms(key)[0].to_owned();
        let more = [
            noted(&pseudonym, key, "MFENWICK2"),
            // Before the files named her.
            noted("person-before", "mfenwick2", "MFENWICK2"),
            // Somebody else, who goes by the same login id at another portal.
            noted("person-other", "mike@northshire.example", "MFenwick2"),
        ];
        let note = People::note(&folder, "00000009-9", &more);
        runtime().block_on(note).unwrap();
        let mut command = university.beadle();
        let forgotten = command.args(["audit", "forget", asked]).output().unwrap();
        assert!(forgotten.status.success(), "{}", err(&forgotten));
        for (path, text) in texts_below(&records) {
            let text = text.to_lowercase();
            assert!(!text.contains("m.fenwick"), "{asked}: {path}: {text}");
            assert!(!text.contains("person-before"), "{asked}: {path}: {text}");
        }
        let known = runtime().block_on(People::read(&folder)).unwrap();
        let mike = known.pseudonyms("mike@northshire.example");
        assert_eq!(mike.len(), usize::from(others_stay), "{asked}");
    }
}
