//! The form under which two keys are the same, without a copy where the key already has it.

use std::borrow::Cow;

use crate::model::name::canonical;

/// As [`canonical`], borrowed where nothing changes.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase());
    if plain {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(canonical(text))
    }
}
