//! The command line: arguments in, exit code out, and the only writer of stdout and stderr.

mod arguments;
mod commands;
pub mod diagnostics;
mod documents;
mod editing;
mod planning;
mod run;
mod terminal;
mod values;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::app::{Exit, Failure, Screen};
use arguments::Arguments;
use terminal::Terminal;

/// Parses the process's arguments, runs the command and says how it ended.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misused(&error),
    };
    let mut terminal = Terminal::new(&arguments.global);
    terminal::log(arguments.global.verbose);
    let exit = match run::run(arguments, &mut terminal) {
        Ok(exit) => exit,
        Err(failure) => {
            for line in complaint(&failure) {
                terminal.warn(&line);
            }
            exit_of(&failure)
        }
    };
    ExitCode::from(code(exit))
}

/// Runs one command line, without the program's name, on any screen: what the program does, but for
/// its logs and its exit code.
///
/// # Errors
/// As the command, and where the arguments are none.
pub fn run_on(
    arguments: impl IntoIterator<Item = OsString>,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let arguments = std::iter::once(OsString::from("beadle")).chain(arguments);
    let arguments =
        Arguments::try_parse_from(arguments).map_err(|error| Failure::Usage(error.to_string()))?;
    run::run(arguments, screen)
}

/// Every command that does something, as it is typed: `plan`, `plan merge`, `user add` and so on.
#[must_use]
pub fn every_command() -> Vec<String> {
    fn below(command: &clap::Command, name: &str, found: &mut Vec<String>) {
        for one in command.get_subcommands() {
            let name = format!("{name} {}", one.get_name());
            if !one.is_subcommand_required_set() {
                found.push(name.trim().to_owned());
            }
            below(one, &name, found);
        }
    }
    let mut found = Vec::new();
    below(&Arguments::command(), "", &mut found);
    found
}

/// What is said of a failure, line by line.
#[must_use]
pub fn complaint(failure: &Failure) -> Vec<String> {
    let error = format!("error: {}", with_causes(failure));
    let hint = hint(failure).map(|hint| format!("help: {hint}"));
    std::iter::once(error).chain(hint).collect()
}

/// A line as stderr may have it, whoever wrote what is in it: a file's name, a portal's answer.
#[must_use]
pub fn harmless(line: &str) -> String {
    crate::app::harmless(line)
}

/// Prints help, the version, or what is wrong with the arguments. The parser's own exit code for
/// the last is 2, which here says that changes are pending.
fn misused(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind;
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // There is nowhere left to say that it cannot be printed.
            let _ = error.print();
        }
        // It repeats the arguments, which may be made of what others wrote.
        _ => Terminal::unasked().warn(error.to_string().trim_end()),
    }
    ExitCode::from(code(if error.use_stderr() {
        Exit::Failed
    } else {
        Exit::Done
    }))
}

/// The failure and what is behind it, as far as that is not in its own words already.
fn with_causes(failure: &Failure) -> String {
    let mut text = failure.to_string();
    let mut cause = std::error::Error::source(failure);
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}

/// The process's exit code: 0 done, 1 failed, 2 changes are pending, 3 refused, 4 applied in part.
fn code(exit: Exit) -> u8 {
    match exit {
        Exit::Done => 0,
        Exit::Failed => 1,
        Exit::Changes => 2,
        Exit::Refused => 3,
        Exit::Partial => 4,
    }
}

/// How the program ends after a failure: a saved plan that cannot be used is refused, so that
/// nobody tries it again.
fn exit_of(failure: &Failure) -> Exit {
    match failure {
        Failure::SavedPlan { .. } => Exit::Refused,
        _ => Exit::Failed,
    }
}

/// The way out of a failure, where there is one to name.
fn hint(failure: &Failure) -> Option<&'static str> {
    match failure {
        Failure::Revision(error) => error.way_out(),
        Failure::Token { .. } => {
            Some("set it, or use `--sandbox` to try the project on an embedded portal")
        }
        Failure::NoSnapshot { .. } => Some(
            "`beadle snapshot` saves one from the portal; without an API, `beadle import --table` makes one of its saved pages",
        ),
        Failure::Snapshot { .. } => Some(
            "`beadle snapshot` writes it anew from the portal; without an API, `beadle import --table` does from its saved pages",
        ),
        Failure::Portal(error) if error.portal_is_lost() => {
            Some("nothing was changed; check `url`, the network and the token, and run it again")
        }
        Failure::Exists(_) => {
            Some("name another folder; without `--driver` or `--snapshot` the YAML is printed")
        }
        Failure::Worklist { .. } => {
            Some("mend it, or remove it: `beadle apply` writes a new one, without its marks")
        }
        Failure::SavedPlan { .. } => Some("`beadle plan --out FILE` makes a new one"),
        _ => None,
    }
}
