//! Fuzzes what reads answers of any portal, before a driver reads them.

#![no_main]

beadle_fuzz::target!("headers");
