//! Fuzzes what reads worklists and the marks in them.

#![no_main]

beadle_fuzz::target!("worklist");
