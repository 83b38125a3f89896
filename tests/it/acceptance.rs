//! Acceptance of the SCIM driver, planner and executor against servers that others wrote: the
//! scripts in `tests/servers` start them. Where they cannot be installed (no Python, no packages)
//! each test says so on a line of its own and passes, unless `BEADLE_ACCEPTANCE=require`.

mod django;
mod server;
mod strict;
mod wishes;
