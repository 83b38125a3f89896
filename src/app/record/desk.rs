//! Runs without a plan: a help-desk act, steps that somebody marks as done, old runs that are taken
//! out. Each takes the run lock for as long as it writes, so that the log has one end that the lock
//! knows, and is recorded like an apply: nothing is done that is not on the disk first.

use std::time::Duration;

use jiff::civil::Date;

use super::recorder::{Opening, open};
use super::{Locked, Records};
use crate::app::project::Opened;
use crate::app::{Exit, Failure, Redact, Screen, revision, world};
use crate::config::Project;
use crate::executor::Stop;
use crate::record::audit::{Begun, End, Entry, Person, Start};
use crate::record::lock::Scope;
use crate::report::{Redaction, escape};

/// What such a run says of itself.
#[derive(Clone, Debug)]
pub(in crate::app) struct Desk {
    /// What it runs, such as `beadle account unlock`.
    pub(in crate::app) command: String,
    /// The day that it is for.
    pub(in crate::app) day: Date,
    /// The digest of the project's files.
    pub(in crate::app) configuration: String,
    /// The commit of the project's files.
    pub(in crate::app) commit: Option<String>,
    /// How long the log keeps runs.
    pub(in crate::app) keep_days: Option<u32>,
    /// How long to wait for the lock.
    pub(in crate::app) wait: Duration,
    /// Keep the name of another holder of the lock out.
    pub(in crate::app) redact: Redact,
    /// Raised when the lock is lost.
    pub(in crate::app) stop: Stop,
}

/// A run that is begun, and holds the lock.
pub(in crate::app) struct AtDesk {
    locked: Locked,
    begun: Begun,
    redaction: Redaction,
    fleeting: bool,
}

/// Somebody whom such a run touches: a user key or a login id, the login id, the name.
pub(in crate::app) struct Touched<'a> {
    pub(in crate::app) key: &'a str,
    pub(in crate::app) login: &'a str,
    pub(in crate::app) name: &'a str,
}

impl Desk {
    /// For an opened project.
    pub(in crate::app) fn of(opened: &Opened, command: &str, wait: Duration) -> Self {
        Self::of_project(&opened.project, opened.day, command, wait)
    }

    /// For a project on a day.
    pub(in crate::app) fn of_project(
        project: &Project,
        day: Date,
        command: &str,
        wait: Duration,
    ) -> Self {
        Self {
            command: command.to_owned(),
            day,
            configuration: project.digest().to_owned(),
            commit: revision::current(project.root()).or_else(world::commit),
            keep_days: project.records().keep_days,
            wait,
            redact: Redact::Auto,
            stop: Stop::new(),
        }
    }

    /// Takes the lock and writes the first line, and whom the run touches. `None` where somebody
    /// else holds the lock, which is said.
    ///
    /// # Errors
    /// When the records cannot be read or written; the lock is given back.
    pub(in crate::app) async fn begin(
        &self,
        records: &Records,
        calls: u64,
        touched: &[Touched<'_>],
        screen: &mut dyn Screen,
    ) -> Result<Option<AtDesk>, Failure> {
        let whose = (self.redact, self.configuration.as_str());
        let taken = Locked::take(
            records,
            (&self.command, Scope::Project),
            self.wait,
            &self.stop,
            screen,
            whose,
        );
        let Some(locked) = taken.await? else {
            return Ok(None);
        };
        let opening = Opening {
            start: self.start(&locked, calls),
            keep_days: self.keep_days,
        };
        let people = |redaction: &Redaction| {
            let touched = touched.iter();
            touched
                .map(|one| Person {
                    pseudonym: redaction.person(one.key),
                    key: one.key.to_owned(),
                    login: one.login.to_owned(),
                    name: one.name.to_owned(),
                })
                .collect()
        };
        match open(records, &locked, opening, people, screen).await {
            Ok((begun, redaction)) => Ok(Some(AtDesk {
                locked,
                begun,
                redaction,
                fleeting: records.store.is_fleeting(),
            })),
            Err(failure) => {
                locked.release(screen).await;
                Err(failure)
            }
        }
    }

    fn start(&self, locked: &Locked, calls: u64) -> Start {
        Start {
            beadle: env!("CARGO_PKG_VERSION").to_owned(),
            actor: locked.holder.name.clone(),
            process: locked.holder.process,
            command: self.command.clone(),
            scope: locked.scope.to_string(),
            commit: self.commit.clone(),
            day: self.day,
            plan: String::new(),
            approved: None,
            configuration: self.configuration.clone(),
            calls,
            after: Vec::new(),
            settled: 0,
            forgotten: Vec::new(),
        }
    }
}

impl AtDesk {
    /// The pseudonym of somebody in this log.
    pub(in crate::app) fn pseudonym(&self, key: &str) -> String {
        self.redaction.person(key)
    }

    /// What old runs were taken out as this one began.
    pub(in crate::app) fn forgotten(&self) -> &[String] {
        &self.begun.forgotten
    }

    /// Records an entry, and answers once it is on the disk.
    ///
    /// # Errors
    /// When it is not; then nothing may be done.
    pub(in crate::app) async fn record(&self, entry: Entry) -> Result<(), Failure> {
        let recorded = self.begun.journal.record(entry).await;
        recorded
            .map(drop)
            .map_err(|why| Failure::Records(format!("the audit log cannot be written: {why}")))
    }

    /// Records an entry before anything that is recorded later; that it could not be is told then.
    pub(in crate::app) fn note(&self, entry: Entry) {
        self.begun.journal.note(entry);
    }

    /// Writes the last line and gives the lock back; `exit` is how the run ends otherwise.
    pub(in crate::app) async fn end(self, end: End, exit: Exit, screen: &mut dyn Screen) -> Exit {
        let Self {
            locked,
            begun,
            redaction: _,
            fleeting,
        } = self;
        let exit = match begun.end(end).await {
            Ok(head) => {
                if !fleeting {
                    screen.say(&format!(
                        "Audit log: {} ends with {}",
                        head.segment, head.digest
                    ));
                }
                exit
            }
            Err(why) => {
                let why = escape::terminal(&why);
                screen.warn(&format!("not every outcome could be recorded: {why}"));
                if exit == Exit::Done {
                    Exit::Partial
                } else {
                    exit
                }
            }
        };
        locked.release(screen).await;
        exit
    }
}
