//! What a run of `apply` or `undo` works with.

use std::path::Path;

use crate::app::Redact;
use crate::app::planning::{self, LiveReader, Prepared};
use crate::app::portals::{Portals, Writers};
use crate::app::project::Opened;
use crate::app::record::{Locked, Records};
use crate::app::undo::undoing::Undoing;
use crate::executor::Stop;

/// How the result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: the plan, then what became of it.
    Text,
    /// For programs: what became of it, as one JSON document.
    Json,
}

/// What is worked with.
pub(in crate::app) struct Means<'a> {
    pub(in crate::app) opened: &'a Opened,
    pub(in crate::app) portals: &'a Portals,
    /// Reads through the writing side.
    pub(in crate::app) reader: &'a LiveReader<'a>,
    pub(in crate::app) writers: &'a Writers,
    pub(in crate::app) redact: Redact,
    pub(in crate::app) format: Format,
    /// Folder for the worklists of portals without an API, where one is given.
    pub(in crate::app) worklists: Option<&'a Path>,
    /// What is given back, where the run undoes another.
    pub(in crate::app) undoing: Option<&'a Undoing>,
    /// The digest of the plan that was approved, where one was: the record names it.
    pub(in crate::app) approved: Option<&'a str>,
}

impl Means<'_> {
    /// Plans once more, as it was planned before.
    pub(super) async fn prepare_again(&self) -> Prepared {
        match self.undoing {
            Some(undoing) => planning::prepare_undo(self.opened, self.reader, undoing).await,
            None => planning::prepare(self.opened, self.reader, true).await,
        }
    }

    /// How the run is begun again.
    pub(super) fn command(&self) -> String {
        let run = self.undoing.map(Undoing::run);
        run.map_or("beadle apply".to_owned(), |run| {
            format!("beadle undo {run}")
        })
    }
}

/// What a run holds while it works.
pub(in crate::app) struct UnderLock<'a> {
    pub(in crate::app) records: &'a Records,
    pub(in crate::app) locked: &'a Locked,
    /// Raised by Ctrl-C and SIGTERM, and when the lock is lost.
    pub(in crate::app) stop: &'a Stop,
}
