//! Fuzzes what reads answers of git.

#![no_main]

beadle_fuzz::target!("git");
