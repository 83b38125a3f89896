//! Fuzzes what reads answers of a SCIM directory.

#![no_main]

beadle_fuzz::target!("scim");
