//! Whatever happens to a school over days, in whatever order (edits of the YAML, edits at the
//! portal, runs that go well, meet faults or are interrupted): after each run there are enough
//! administrators and our own account, nobody unmanaged was written to, nobody has a second account,
//! no mail went out twice for one thing; and an undisturbed run leaves nothing to do.

use std::cell::Cell;

use super::count::showing;
use super::worlds::bench::Bench;
use super::worlds::history::{Tally, history, play};

/// Histories of one model in an ordinary run, and in a full one.
const HISTORIES: (u64, u64) = (3, 1_000);

fn over_days(driver: &str) {
    let rules = beadle::portal::driver(driver).unwrap().rules;
    let (share, full) = HISTORIES;
    let rows = [1, 2, 4, 15].map(|row| showing(row, &format!("{driver} history"), share, full));
    let times = rows[0].times;
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().unwrap();
    let bench = runtime.block_on(Bench::start(rules));
    let total = Cell::new(Tally::default());
    let done = rows[0].runner().run(&history(), |(world, steps)| {
        let tally = runtime.block_on(play(&bench, &world, &steps))?;
        let before = total.get();
        total.set(Tally {
            steps: before.steps + tally.steps,
            applies: before.applies + tally.applies,
            calls: before.calls + tally.calls,
            mails: before.mails + tally.mails,
        });
        Ok(())
    });
    if let Err(failure) = done {
        panic!("{driver}: {failure}");
    }
    let Tally {
        steps,
        applies,
        calls,
        mails,
    } = total.get();
    for row in rows {
        let what = format!(
            "random histories, {steps} steps, {applies} runs, {calls} writing calls, {mails} mails"
        );
        row.shown(times, what);
    }
}

#[test]
fn ofs() {
    over_days("ofs");
}

#[test]
fn hfl() {
    over_days("hfl");
}

#[test]
fn hampshire() {
    over_days("hampshire");
}

#[test]
fn hwb() {
    over_days("hwb");
}

#[test]
fn scim() {
    over_days("scim");
}
