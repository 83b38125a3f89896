//! Planning makes no call but GET, though its token may write, and changes nothing at the portal.
//! That nothing else could be called is a matter of types: it is handed a `PortalRead`.

use super::worlds::run::only_planned;
use super::worlds::{Worlds, in_random_worlds};

/// Random worlds of one model in an ordinary run, and in a full one: 10,000 over all five.
const WORLDS: (u64, u64) = (3, 2_000);

fn planning(driver: &str) {
    let worlds = Worlds {
        driver,
        rows: &[16],
        share: WORLDS.0,
        full: WORLDS.1,
    };
    in_random_worlds(&worlds, only_planned, |_, calls: &[u64]| {
        format!("random plans, {} calls, all GET", calls.iter().sum::<u64>())
    });
}

#[test]
fn ofs() {
    planning("ofs");
}

#[test]
fn hfl() {
    planning("hfl");
}

#[test]
fn hampshire() {
    planning("hampshire");
}

#[test]
fn hwb() {
    planning("hwb");
}

#[test]
fn scim() {
    planning("scim");
}
