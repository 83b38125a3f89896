//! Fuzzes what reads saved plans.

#![no_main]

beadle_fuzz::target!("plan");
