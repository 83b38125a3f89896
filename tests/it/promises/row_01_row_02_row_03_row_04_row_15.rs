//! In random worlds: applying leaves nothing to do; after each writing call there are enough
//! administrators, our own account is among those who may sign in, nobody who moves is without
//! access, and what nobody manages is as it was; nobody is mailed twice, and the outbox holds what
//! the plan forecast.

use super::worlds::run::{Tally, run};
use super::worlds::{Worlds, in_random_worlds};

/// Random worlds of one model in an ordinary run, and in a full one.
const WORLDS: (u64, u64) = (8, 10_000);

fn applied_in_random_worlds(driver: &str) {
    let worlds = Worlds {
        driver,
        rows: &[1, 2, 3, 4, 15],
        share: WORLDS.0,
        full: WORLDS.1,
    };
    in_random_worlds(&worlds, run, said);
}

/// What was seen of each row's promise.
fn said(row: u8, tallies: &[Tally]) -> String {
    let sum = |of: fn(&Tally) -> u64| tallies.iter().map(of).sum::<u64>();
    let (calls, moves, mails) = (
        sum(|tally| tally.calls),
        sum(|tally| tally.moves),
        sum(|tally| tally.mails),
    );
    match row {
        1 => "random pairs applied, and nothing left to do".to_owned(),
        3 => format!("random pairs of schools, {moves} people with losses here and gains there"),
        15 => format!("random pairs, {mails} mails as forecast"),
        _ => format!("random pairs, looked at after each of {calls} calls"),
    }
}

#[test]
fn ofs() {
    applied_in_random_worlds("ofs");
}

#[test]
fn hfl() {
    applied_in_random_worlds("hfl");
}

#[test]
fn hampshire() {
    applied_in_random_worlds("hampshire");
}

#[test]
fn hwb() {
    applied_in_random_worlds("hwb");
}

#[test]
fn scim() {
    applied_in_random_worlds("scim");
}
