//! From arguments to use cases: one file a command, nothing decided here.

mod account;
mod apply;
mod audit;
mod copy_areas;
mod explain;
mod grant;
mod import;
mod init;
mod lock;
mod merge;
mod next;
mod plan;
mod report;
mod review;
mod revoke;
#[cfg(feature = "sandbox")]
mod sandbox;
mod schema;
mod snapshot;
mod undo;
mod user;
mod validate;
mod worklist;

use crate::app::{Exit, Failure};

pub(super) use account::Account;
pub(super) use apply::Apply;
pub(super) use audit::Audit;
pub(super) use copy_areas::CopyAreas;
pub(super) use explain::Explain;
pub(super) use grant::Grant;
pub(super) use import::Import;
pub(super) use init::Init;
pub(super) use lock::Lock;
pub(super) use next::Next;
pub(super) use plan::Plan;
pub(super) use report::Report;
pub(super) use review::Review;
pub(super) use revoke::Revoke;
#[cfg(feature = "sandbox")]
pub(super) use sandbox::Sandbox;
pub(super) use schema::Schema;
pub(super) use snapshot::Snapshot;
pub(super) use undo::Undo;
pub(super) use user::User;
pub(super) use validate::Validate;
pub(super) use worklist::Worklist;

/// Runs what waits for portals. Only such commands pay for a runtime.
fn wait(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    on_threads(2, work)
}

/// The same for what reads many listings: one thread does all the waiting, so that no request or
/// answer is handed from thread to thread; this one works out what is made of the answers meanwhile.
/// Embedded portals answer on a second one, while they are asked.
fn wait_for_listings(
    embedded: bool,
    work: impl Future<Output = Result<Exit, Failure>>,
) -> Result<Exit, Failure> {
    on_threads(if embedded { 2 } else { 1 }, work)
}

fn on_threads(
    threads: usize,
    work: impl Future<Output = Result<Exit, Failure>>,
) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build();
    runtime.map_err(Failure::Output)?.block_on(work)
}
