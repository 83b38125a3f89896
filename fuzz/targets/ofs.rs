//! Fuzzes what reads answers of the OfS portal.

#![no_main]

beadle_fuzz::target!("ofs");
