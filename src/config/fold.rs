//! The form under which two keys are the same, without a copy where the key already has it.

use std::borrow::Cow;

use crate::model::name::{canonical, is_plainly_canonical};

/// How tables of the loader hash: quickly, with a seed of each table's own. Files are small and
/// written by people who may spend their own time.
pub(super) type Hashes = foldhash::fast::RandomState;

/// As [`canonical`], borrowed where nothing changes.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if is_plainly_canonical(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(canonical(text))
    }
}
