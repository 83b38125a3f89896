//! Records of what was done: the run lock and the audit log, in a folder or in an object store.
//! Nothing is decided here about access, no portal is known, and environment and clock are handed
//! in.
//!
//! ```text
//! store    what every place can do: create once, read, list, delete, and perhaps append
//! folder · memory · cloud   the places
//! lock     who may apply: a lease that is renewed, and ends by itself
//! audit    what was done: lines, segments, pseudonyms, verification
//! undo     what each run took, for as long as it can be given back
//! counts   how many accounts each listing had at the last apply
//! ```

pub mod audit;
#[cfg(feature = "cloud")]
mod cloud;
pub mod counts;
mod folder;
#[doc(hidden)]
pub mod fuzzing;
pub mod lock;
mod memory;
mod store;
pub mod undo;

use std::fmt::Debug;

use jiff::Timestamp;

#[cfg(feature = "cloud")]
pub use cloud::{Cloud, Options as CloudOptions};
pub use folder::Folder;
pub use memory::Memory;
pub use store::{Created, Entry, Store, StoreError};

/// What time it is.
pub trait Clock: Debug + Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}
