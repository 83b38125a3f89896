//! What every place of records can do. Each is durable when it answers: what was created or
//! appended is still there after the power has failed.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;

/// Largest object that is read, in bytes.
pub(super) const LARGEST_OBJECT: u64 = 256 * 1024 * 1024;

/// Most objects that are listed below one prefix.
pub(super) const MOST_OBJECTS: usize = 1_000_000;

/// What became of [`Store::create`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is there, and it is ours.
    Yes,
    /// There is another under that name.
    Exists,
}

/// One object, as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its whole key, such as `lock/project/00000001.json`.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// When it was written, by the store's own clock.
    pub modified: Timestamp,
}

/// Why a place of records did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The place cannot be used at all.
    #[error("{place}: {message}")]
    Place {
        /// Where.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// One object could not be read or written.
    #[error("`{key}` in {place}: {message}")]
    Object {
        /// Where.
        place: String,
        /// Which.
        key: String,
        /// What the system or the service said. Never a credential.
        message: String,
    },
}

/// A place of records. Keys are relative, with `/` between names of letters, digits, `.`, `-`
/// and `_`.
#[async_trait]
pub trait Store: Debug + Send + Sync {
    /// Writes an object that is not there yet. Of several at once exactly one is told
    /// [`Created::Yes`]. No two calls may write the same bytes under one key.
    ///
    /// # Errors
    /// When it is not known to be there; it may be, all the same.
    async fn create(&self, key: &str, bytes: &[u8]) -> Result<Created, StoreError>;

    /// An object's bytes; none where it is not there.
    ///
    /// # Errors
    /// When it cannot be read, or is larger than any that is written.
    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Every object below a prefix that ends with `/`, by key.
    ///
    /// # Errors
    /// When not all of them can be listed.
    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError>;

    /// Takes an object away; one that is not there is fine.
    ///
    /// # Errors
    /// When it may be there still.
    async fn delete(&self, key: &str) -> Result<(), StoreError>;

    /// Whether [`Store::append`] and [`Store::cut`] work here.
    fn appends(&self) -> bool {
        false
    }

    /// Adds to the end of an object that is there.
    ///
    /// # Errors
    /// When it is not there, or what is added is not known to be there whole; part of it may be.
    async fn append(&self, key: &str, _bytes: &[u8]) -> Result<(), StoreError> {
        Err(self.cannot(key))
    }

    /// Shortens an object to its first bytes.
    ///
    /// # Errors
    /// When it was not shortened.
    async fn cut(&self, key: &str, _length: u64) -> Result<(), StoreError> {
        Err(self.cannot(key))
    }

    /// Takes away what killed writers left unfinished below a prefix that ends with `/`, or
    /// everywhere below an empty one, where it was last written to before then. No listing shows
    /// it.
    ///
    /// # Errors
    /// When some of it may be there still.
    async fn tidy(&self, _prefix: &str, _before: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    /// The place, for people.
    fn place(&self) -> String;

    /// Whether what is written here is gone when the program ends.
    fn is_fleeting(&self) -> bool {
        false
    }

    #[doc(hidden)]
    fn cannot(&self, key: &str) -> StoreError {
        StoreError::Object {
            place: self.place(),
            key: key.to_owned(),
            message: "objects here are written once and never changed".to_owned(),
        }
    }
}
