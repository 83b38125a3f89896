//! Fuzzes what reads reports of applies.

#![no_main]

beadle_fuzz::target!("report");
