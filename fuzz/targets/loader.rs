//! Fuzzes what reads project and organisation files.

#![no_main]

beadle_fuzz::target!("loader");
