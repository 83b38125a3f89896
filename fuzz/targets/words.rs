//! Fuzzes what reads patterns, days, addresses and other small things.

#![no_main]

beadle_fuzz::target!("words");
