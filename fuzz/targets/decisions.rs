//! Fuzzes what reads files of decisions.

#![no_main]

beadle_fuzz::target!("decisions");
