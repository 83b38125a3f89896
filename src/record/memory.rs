//! A place that is gone when the program ends: for embedded portals, and for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;

use super::Clock;
use super::store::{Created, Entry, Store, StoreError};

/// Objects by key, each with the time at which it was written.
type Objects = BTreeMap<String, (Vec<u8>, Timestamp)>;

/// Objects in memory. Clones are the same place.
#[derive(Clone, Debug)]
pub struct Memory {
    objects: Arc<Mutex<Objects>>,
    clock: Arc<dyn Clock>,
}

impl Memory {
    /// An empty place whose clock is this.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            objects: Arc::default(),
            clock,
        }
    }

    /// Changes an object as no program of ours would; none takes it away.
    pub fn tamper(&self, key: &str, bytes: Option<Vec<u8>>) {
        let now = self.clock.now();
        self.with(|objects| match bytes {
            Some(bytes) => {
                let modified = objects.get(key).map_or(now, |(_, modified)| *modified);
                objects.insert(key.to_owned(), (bytes, modified));
            }
            None => {
                objects.remove(key);
            }
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Objects) -> T) -> T {
        // Whole after every step: a panic elsewhere leaves nothing half done.
        work(&mut self.objects.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Store for Memory {
    async fn create(&self, key: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        let now = self.clock.now();
        Ok(self.with(|objects| {
            if objects.contains_key(key) {
                return Created::Exists;
            }
            objects.insert(key.to_owned(), (bytes.to_vec(), now));
            Created::Yes
        }))
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.with(|objects| objects.get(key).map(|(bytes, _)| bytes.clone())))
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        Ok(self.with(|objects| {
            let below = objects.iter().filter(|(key, _)| key.starts_with(prefix));
            below
                .map(|(key, (bytes, modified))| Entry {
                    key: key.clone(),
                    size: bytes.len() as u64,
                    modified: *modified,
                })
                .collect()
        }))
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.with(|objects| objects.remove(key));
        Ok(())
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn is_fleeting(&self) -> bool {
        true
    }
}
