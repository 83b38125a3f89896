//! Fuzzes what reads filters and messages of the sandbox's directory.

#![no_main]

beadle_fuzz::target!("filter");
