//! Inputs that are large and hostile: what they take grows no faster than they do.

use super::super::count::is_full;
use super::{MOST_BYTES, Trial};
use beadle::fuzzing::door;

/// Largest file of a project, in bytes; in an ordinary run an eighth of it.
const LARGEST: usize = 8 * 1024 * 1024;

fn size() -> usize {
    if is_full() { LARGEST } else { LARGEST / 8 }
}

/// Hands a large input in, and holds what it takes at a time to the share of its size in 256 MiB.
#[track_caller]
fn costs_little(name: &str, input: &str) {
    assert!(input.len() <= LARGEST);
    let trial = Trial::of(door(name).unwrap());
    let most = MOST_BYTES / (LARGEST / size()) as u64;
    let cost = allocation_counter::measure(|| {
        trial.runtime.block_on(trial.door.take(input.as_bytes()));
    });
    assert!(cost.bytes_max <= most, "{} of {most} bytes", cost.bytes_max);
}

/// A text, as often as it fits.
fn full_of(before: &str, part: &str, after: &str) -> String {
    let room = size() - before.len() - after.len();
    format!("{before}{}{after}", part.repeat(room / part.len()))
}

#[test]
fn millions_of_values_that_the_schema_refuses() {
    costs_little(
        "loader",
        &full_of("version: 1\norganisations: [", "1,", "1]\n"),
    );
    costs_little(
        "loader",
        &full_of("version: 1\norganisations: [", "{},", "{}]\n"),
    );
    costs_little("loader", &full_of("version: 1\nportals:\n", "  - 1\n", ""));
}

#[test]
fn millions_of_keys_that_nobody_knows() {
    let keys: String = (0..size() / 12).map(|n| format!("k{n:07}: 1\n")).collect();
    costs_little("loader", &keys);
    costs_little("loader", &full_of("", "key: 1\n", ""));
    costs_little("loader", &full_of("", "<<: 1\n", ""));
}

#[test]
fn a_long_key_that_aliases_repeat() {
    let aliases = "*a,".repeat(30_000);
    let key = "k".repeat(size() - 200_000);
    let text =
        format!("version: 1\nportals: {{ a: &a {{ {key}: 1 }} }}\nassignments: [{aliases}*a]\n");
    costs_little("loader", &text);
}

#[test]
fn deep_nesting_and_long_lines() {
    costs_little("loader", &full_of("", "[", ""));
    costs_little("loader", &full_of("", "- ", ""));
    costs_little("loader", &full_of("a: \"", "\\x41", "\"\n"));
    costs_little("loader", &full_of("a: ", "&a", "\n"));
    costs_little("loader", &full_of("a: [", "&a 1, *a, ", "1]\n"));
}
