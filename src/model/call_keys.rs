//! What the keys of the next calls depend on, beside the plan: which calls of one listing are known
//! to have come to their end, and which may still have to be recognised by the portal. Nobody can be
//! read from it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The keys of one organisation at one portal.
///
/// A portal answers a key that it knows from memory, for a day, and does nothing. That is right for
/// a call of which nobody knows what became of it, and wrong for one that was done and has been
/// undone by somebody since: so each save that has come to its end has another key the next time,
/// and each that has not has the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallKeys {
    /// The last run whose calls are behind us: part of each new key. None before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Keys to be used once more, by save: the portal has seen them, and what became of them is not
    /// known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub again: BTreeMap<String, String>,
    /// The day of those. A portal has forgotten them on another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
}

impl CallKeys {
    /// Whether nothing was kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
