//! Pages in a real browser: somebody follows worklists on the sandbox's, and every one of them is
//! looked at; somebody reads the page of a plan. Where that is not asked for
//! (`BEADLE_ACCEPTANCE=require`), each test says so and passes.

#![cfg(feature = "sandbox")]

mod axe;
mod driver;
mod hampshire;
mod hfl;
mod hwb;
mod look;
mod ofs;
mod page;
mod player;
mod reports;
mod school;
mod watch;
