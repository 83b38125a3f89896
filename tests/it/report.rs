//! What beadle shows: text, JSON, YAML, diffs and schemas, and that nothing shown does harm.

mod comment;
mod diff;
mod example;
mod files;
mod html;
mod json;
mod overview;
mod payloads;
mod redaction;
mod sample;
mod schema;
mod text;

use beadle::report::text::TextOptions;

/// Text without styles.
const PLAIN: TextOptions = TextOptions {
    plain: true,
    digest: None,
    by_hand: std::collections::BTreeSet::new(),
};
