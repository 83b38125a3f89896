//! Fuzzes what reads audit log, the names behind it, and run locks.

#![no_main]

beadle_fuzz::target!("audit");
