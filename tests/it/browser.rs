//! The sandbox's pages in a real browser: somebody follows worklists on them, and every page is
//! looked at. Where no browser is installed each test says so and passes, unless
//! `BEADLE_ACCEPTANCE=require` is set.

#![cfg(feature = "sandbox")]

mod driver;
mod hampshire;
mod hfl;
mod hwb;
mod look;
mod ofs;
mod player;
mod school;
