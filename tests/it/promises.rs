//! The promises of `docs/promises.md`, each shown with the count that it names. An ordinary test run
//! shows a share; `cargo promises` (`.cargo/config.toml`) shows all of it, in the release build.
//!
//! Every run is a function of its seed: `BEADLE_SEED` sets another one than that of CI.

mod count;
mod network;
mod proxy;
mod row_10_lost_answers;
mod row_11_bad_network;
mod row_12_rate_limits;
mod row_13_edit_between;
mod row_14_one_bad_record;
mod table;
