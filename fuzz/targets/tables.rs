//! Fuzzes what reads tables and pages of `beadle import`.

#![no_main]

beadle_fuzz::target!("tables");
