//! The promises of `docs/promises.md`, each shown with the count that it names. An ordinary test run
//! shows a share; `cargo promises` (`.cargo/config.toml`) shows all of it, in the release build.
//!
//! Every run is a function of its seed: `BEADLE_SEED` sets another one than that of CI.

mod cases;
mod count;
mod heard;
mod live;
mod network;
mod poison;
mod proxy;
mod row_01_row_02_row_03_row_04_row_15;
mod row_01_row_02_row_04_row_15_history;
mod row_05_removals;
mod row_06;
mod row_07_nobody_named;
mod row_08_approved;
#[cfg(target_os = "linux")]
mod row_09_kills;
mod row_10_lost_answers;
mod row_11_bad_network;
mod row_12_rate_limits;
mod row_13_edit_between;
mod row_14_one_bad_record;
mod row_16_reads_only;
mod row_17_any_order;
mod row_18_no_panic;
mod row_19_secrets;
mod row_20_tampering;
mod row_21_harmless;
mod school;
mod table;
mod worlds;
