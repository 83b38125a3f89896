//! `beadle account`, as arguments.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::wait;
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::Planning;
use crate::cli::values::duration;
use crate::model::steps::ActKind;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Account {
    /// Unlock an account that was locked after wrong passwords.
    Unlock(OneAccount),
    /// Give an account a new password, made by the portal or chosen. It goes to a file that only
    /// its owner can read, and is never shown.
    ResetPassword {
        #[command(flatten)]
        account: OneAccount,
        /// Where the password goes that the portal makes: a new file, readable by its owner alone.
        #[arg(long, value_name = "FILE", help_heading = "Options")]
        password_file: Option<PathBuf>,
        /// Read the new password from this file, which only its owner may be able to read.
        #[arg(
            long,
            value_name = "FILE",
            conflicts_with = "password_file",
            help_heading = "Options"
        )]
        choose_from: Option<PathBuf>,
    },
    /// Forget the number that sign-in codes are sent to, so that a new one is asked for.
    ResetOtp(OneAccount),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct OneAccount {
    /// The account's login id, or the user's key in the YAML.
    user: String,
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// How long to wait while somebody else applies, such as `90s` or `5m`; by default not at all.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    lock_wait: Duration,
    #[command(flatten)]
    planning: Planning,
}

impl Account {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        wait(app::account::run(&self.options(), screen))
    }

    fn options(self) -> app::account::Options {
        let (act, account, password_file, choose_from) = match self {
            Self::Unlock(account) => (ActKind::Unlock, account, None, None),
            Self::ResetPassword {
                account,
                password_file,
                choose_from,
            } => (ActKind::ResetPassword, account, password_file, choose_from),
            Self::ResetOtp(account) => (ActKind::ResetOtp, account, None, None),
        };
        let OneAccount {
            user,
            path,
            yes,
            lock_wait,
            planning,
        } = account;
        app::account::Options {
            path,
            planning: planning.options(),
            act,
            user,
            password_file,
            choose_from,
            yes,
            lock_wait,
        }
    }
}
