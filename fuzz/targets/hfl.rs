//! Fuzzes what reads answers of the HFL portal.

#![no_main]

beadle_fuzz::target!("hfl");
