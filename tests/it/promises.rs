//! The promises of `docs/promises.md`, each shown with the count that it names. An ordinary test run
//! shows a share; `cargo promises` (`.cargo/config.toml`) shows all of it, in the release build.
//!
//! Every run is a function of its seed: `BEADLE_SEED` sets another one than that of CI.

mod count;
mod network;
mod proxy;
mod row_01_row_02_row_03_row_04_row_15;
mod row_01_row_02_row_04_row_15_history;
mod row_05_removals;
mod row_07_nobody_named;
mod row_08_approved;
#[cfg(target_os = "linux")]
mod row_09_kills;
mod row_10_lost_answers;
mod row_16_reads_only;
mod row_17_any_order;
mod school;
mod table;
mod worlds;
