//! The promises of `docs/promises.md`, each shown with the count that it names. An ordinary test run
//! shows a share; `cargo promises` (`.cargo/config.toml`) shows all of it, in the release build.
//!
//! Every run is a function of its seed: `BEADLE_SEED` sets another one than that of CI.

mod count;
mod proxy;
mod row_06;
mod table;
