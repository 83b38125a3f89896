//! What is said beside a plan, whichever command has made it.

use super::prepared::{Prepared, Unread};
use crate::app::Screen;
use crate::app::portals::Portals;
use crate::report::TextOptions;

/// Styled (the screen strips styles where they are not wanted), with the digest that an approval
/// names: that of the plan as it was made, also under a redacted copy.
pub(in crate::app) fn text_options(digest: &str, portals: &Portals) -> TextOptions {
    TextOptions {
        plain: false,
        digest: Some(digest.to_owned()),
        by_hand: portals.by_hand(),
    }
}

/// Says what could not be read.
pub(in crate::app) fn warn_unread(unread: &[Unread], screen: &mut dyn Screen) {
    for Unread {
        organisation,
        portal,
        failure,
    } in unread
    {
        screen.warn(&format!(
            "error: `{organisation}` at `{portal}` is not planned: {failure}"
        ));
    }
}

/// Says that escalations may be missing, where git does not say who wrote the change.
pub(in crate::app) fn warn_unknown(prepared: &Prepared, screen: &mut dyn Screen) {
    if let Some(why) = &prepared.authors_unknown {
        screen.warn(&format!(
            "who wrote the change is not known, so that it cannot be told who changes their own rights: {why}; `--author` names them"
        ));
    }
}
