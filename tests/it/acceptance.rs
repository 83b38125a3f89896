//! Acceptance of the SCIM driver, planner and executor against servers that others wrote: the
//! scripts in `tests/servers` start them. Where that is not asked for,
//! each test says so on a line of its own and passes.

mod django;
mod server;
mod strict;
mod wishes;
