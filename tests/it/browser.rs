//! The sandbox's pages in a real browser: somebody follows worklists on them, and every page is
//! looked at. Where that is not asked for (`BEADLE_ACCEPTANCE=require`), each test says so and passes.

#![cfg(feature = "sandbox")]

mod driver;
mod hampshire;
mod hfl;
mod hwb;
mod look;
mod ofs;
mod player;
mod reports;
mod school;
