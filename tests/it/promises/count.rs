//! How often a promise is shown, from which seed, and the record of it.

use std::fmt::Display;
use std::fs;
use std::io::Write as _;
use std::time::Instant;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use crate::support::repository;

/// The seed of an ordinary run.
const SEED: u64 = 20_261_122;

/// Where full runs leave what they showed, one file each, for `docs/promises.md`.
pub(super) const RECORDS: &str = "target/promises";

/// Whether every count is the full one.
pub(crate) fn is_full() -> bool {
    std::env::var("BEADLE_PROMISES").is_ok_and(|word| word == "full")
}

/// The seed of this run.
pub(crate) fn seed() -> u64 {
    let given = std::env::var("BEADLE_SEED").ok();
    given.map_or(SEED, |text| {
        text.parse().expect("`BEADLE_SEED` is a number")
    })
}

/// One promise, shown on one model (or on all, or on something else that has a name).
pub(crate) struct Showing {
    row: u8,
    on: String,
    full: u64,
    /// How often it is to be shown in this run.
    pub(crate) times: u64,
    began: Instant,
}

/// Begins to show the promise of a row: `share` times in an ordinary run, `full` times in a full one.
pub(crate) fn showing(row: u8, on: &str, share: u64, full: u64) -> Showing {
    Showing {
        row,
        on: on.to_owned(),
        full,
        times: if is_full() { full } else { share },
        began: Instant::now(),
    }
}

impl Showing {
    /// A runner of so many random cases, the same for the same seed.
    pub(crate) fn runner(&self) -> TestRunner {
        let config = Config {
            cases: u32::try_from(self.times).unwrap(),
            failure_persistence: None,
            ..Config::default()
        };
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed().to_le_bytes());
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    /// Says what was shown, and that nothing was against it: an exception ends a test before.
    pub(crate) fn shown(self, times: u64, what: impl Display) {
        let Self {
            row,
            on,
            full,
            began,
            ..
        } = self;
        let seconds = began.elapsed().as_secs();
        let line = format!(
            "promise {row} on {on}: {times} {what}, 0 exceptions, seed {}, {seconds} s\n",
            seed()
        );
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        if is_full() {
            assert!(times >= full, "promise {row} on {on}: {times} of {full}");
            let folder = repository().join(RECORDS);
            fs::create_dir_all(&folder).unwrap();
            let record = json!({
                "row": row, "on": on, "times": times, "what": what.to_string(),
                "seed": seed(), "seconds": seconds,
                "day": jiff::Zoned::now().date().to_string(),
            });
            let name = format!("{row:02}-{}.json", on.replace([' ', '/'], "-"));
            fs::write(folder.join(name), format!("{record:#}\n")).unwrap();
        }
    }
}
