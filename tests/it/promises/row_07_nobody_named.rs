//! Whatever else random configurations say, without the name under `delete` nobody is deleted.

use super::worlds::run::nobody_named;
use super::worlds::{Worlds, in_random_worlds};

/// Random worlds of one model in an ordinary run, and in a full one: 10,000 over all five.
const WORLDS: (u64, u64) = (3, 2_000);

fn without_the_name(driver: &str) {
    let worlds = Worlds {
        driver,
        rows: &[7],
        share: WORLDS.0,
        full: WORLDS.1,
    };
    in_random_worlds(&worlds, nobody_named, |_, calls: &[u64]| {
        format!(
            "random configurations without a name under `delete`, {} calls",
            calls.iter().sum::<u64>()
        )
    });
}

#[test]
fn ofs() {
    without_the_name("ofs");
}

#[test]
fn hfl() {
    without_the_name("hfl");
}

#[test]
fn hampshire() {
    without_the_name("hampshire");
}

#[test]
fn hwb() {
    without_the_name("hwb");
}

#[test]
fn scim() {
    without_the_name("scim");
}
