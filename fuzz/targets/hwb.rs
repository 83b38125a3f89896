//! Fuzzes what reads answers of Hwb.

#![no_main]

beadle_fuzz::target!("hwb");
