//! From what was said on the command line to the command.

use super::arguments::{Arguments, Command};
use super::documents;
use crate::app::{Exit, Failure, Screen};

/// Runs one command.
pub(super) fn run(arguments: Arguments, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    if let Some(directory) = &arguments.global.directory {
        std::env::set_current_dir(directory).map_err(Failure::file(directory))?;
    }
    match arguments.command {
        Command::Validate(validate) => validate.run(screen),
        Command::Plan(plan) => plan.run(screen),
        Command::Apply(apply) => apply.run(screen),
        Command::Undo(undo) => undo.run(screen),
        Command::Next(next) => next.run(screen),
        Command::Import(import) => import.run(screen),
        Command::Init(init) => init.run(screen),
        Command::Snapshot(snapshot) => snapshot.run(screen),
        Command::Worklist(worklist) => worklist.run(screen),
        Command::Explain(explain) => explain.run(screen),
        Command::Account(account) => account.run(screen),
        Command::User(user) => user.run(screen),
        Command::Grant(grant) => grant.run(screen),
        Command::Revoke(revoke) => revoke.run(screen),
        Command::CopyAreas(copy) => copy.run(screen),
        Command::Report(report) => report.run(screen),
        Command::Review(review) => review.run(screen),
        Command::Audit(audit) => audit.run(screen),
        Command::Lock(lock) => lock.run(screen),
        Command::Schema(schema) => schema.run(screen),
        #[cfg(feature = "sandbox")]
        Command::Sandbox(sandbox) => sandbox.run(screen),
        Command::Completions { shell } => documents::completions(shell, screen),
        Command::Man { out } => documents::manual(out.as_deref(), screen),
    }
}
