//! `beadle lock`: who may apply now, and ending the lock of somebody who is dead for certain.

use std::path::PathBuf;

use super::record::{Records, name};
use super::{Exit, Failure, Redact, Screen, project, world};
use crate::record::lock::{self, State};
use crate::report::escape;

/// What is asked.
#[derive(Clone, Debug)]
pub enum Question {
    /// Who holds what.
    Show,
    /// End the lock with this nonce.
    Release(String),
}

/// Options of `beadle lock`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The project's folder or file.
    pub path: PathBuf,
    /// What is asked.
    pub question: Question,
    /// Keep names and addresses out.
    pub redact: Redact,
}

/// Shows the locks of a project, or ends one.
///
/// # Errors
/// When the project has errors, or its records cannot be read or written.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = options.redact.keyed(screen)?;
    let screen: &mut dyn Screen = &mut guarded;
    let (project, _) = project::load(&options.path, screen)?;
    let whose = (options.redact, project.digest());
    let records = Records::open(&project, false)?;
    let store = records.store.as_ref();
    if let Question::Release(nonce) = &options.question {
        let holder = lock::force_release(store, nonce, &world::actor()).await?;
        let who = name(&holder, whose);
        let out = screen.out();
        writeln!(
            out,
            "The lock of {who} is ended; if it lives, it notices within 20 seconds and begins no call after that."
        )?;
        return Ok(Exit::Done);
    }
    let standing = lock::standing(store).await?;
    let held = standing.iter().filter(|one| one.turn.state == State::Held);
    let mut lines = Vec::new();
    for one in held {
        let holder = &one.turn.holder;
        let who = name(holder, whose);
        let renewed = one.modified.strftime("%F %T UTC");
        lines.push(format!(
            "{}: {who} (process {}, `{}`, since {}), last renewed {renewed}, holds for {} s\n  \
             to end it: beadle lock release {}",
            one.scope,
            holder.process,
            escape::terminal(&holder.command),
            holder.since.strftime("%F %T UTC"),
            one.turn.lease_seconds,
            escape::terminal(&holder.nonce),
        ));
    }
    if lines.is_empty() {
        lines.push("Nobody holds a lock.".to_owned());
    }
    writeln!(screen.out(), "{}", lines.join("\n"))?;
    Ok(Exit::Done)
}
