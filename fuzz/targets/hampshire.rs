//! Fuzzes what reads answers of the Hampshire Services Portal.

#![no_main]

beadle_fuzz::target!("hampshire");
