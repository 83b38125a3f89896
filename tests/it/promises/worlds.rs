//! Random worlds: two schools at one embedded portal, each with what its YAML says and what is live
//! there, planned and applied over HTTP by the real drivers, with a look at the portal after each
//! writing call. What is wished and what is live comes from the planner's own generator; here it is
//! only put into the forms that each portal has.

pub(super) mod bench;
pub(super) mod fit;
pub(super) mod history;
pub(super) mod look;
pub(super) mod run;
pub(super) mod yaml;

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use self::bench::Bench;
use super::count::showing;
use crate::planner::scenario::{Scenario, scenario};

/// Two schools at one portal, of which the same people may be.
#[derive(Clone, Debug)]
pub(super) struct World {
    /// What is wished and live in each.
    pub(super) schools: [Scenario; 2],
    /// Whether the organisations register their users themselves, where that is a choice.
    pub(super) registered: bool,
    /// Most saves in flight.
    pub(super) concurrency: usize,
}

pub(super) fn world() -> impl Strategy<Value = World> {
    let second = prop_oneof![2 => scenario(), 1 => Just(Scenario::nothing())];
    (scenario(), second, any::<bool>(), 1..5_usize).prop_map(
        |(first, second, registered, concurrency)| World {
            schools: [first, second],
            registered,
            concurrency,
        },
    )
}

/// Which promises are shown on which model, and how often.
pub(super) struct Worlds<'a> {
    pub(super) driver: &'a str,
    pub(super) rows: &'a [u8],
    pub(super) share: u64,
    pub(super) full: u64,
}

/// Has `case` try one random world after the other at one embedded portal, and records what `said`
/// says of each row.
pub(super) fn in_random_worlds<T>(
    worlds: &Worlds<'_>,
    case: impl AsyncFn(&Bench, &World) -> Result<T, TestCaseError>,
    said: impl Fn(u8, &[T]) -> String,
) {
    let Worlds {
        driver,
        rows,
        share,
        full,
    } = worlds;
    let rules = beadle::portal::driver(driver).unwrap().rules;
    let showings: Vec<_> = rows
        .iter()
        .map(|row| showing(*row, driver, *share, *full))
        .collect();
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().unwrap();
    let bench = runtime.block_on(Bench::start(rules));
    let seen = RefCell::new(Vec::new());
    let done = showings[0].runner().run(&world(), |world| {
        let tally = runtime.block_on(case(&bench, &world))?;
        seen.borrow_mut().push(tally);
        Ok(())
    });
    if let Err(failure) = done {
        panic!("{driver}: {failure}");
    }
    for (row, showing) in rows.iter().zip(showings) {
        let times = showing.times;
        showing.shown(times, said(*row, &seen.borrow()));
    }
}
