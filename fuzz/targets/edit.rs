//! Fuzzes what reads cuts that the editing commands make.

#![no_main]

beadle_fuzz::target!("edit");
