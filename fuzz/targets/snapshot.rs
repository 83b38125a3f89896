//! Fuzzes what reads snapshots.

#![no_main]

beadle_fuzz::target!("snapshot");
