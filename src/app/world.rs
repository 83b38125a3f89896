//! The environment and the clock: the only place that reads them.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use secrecy::SecretString;

use super::Failure;
use crate::model::plan_document::hexadecimal;
use crate::model::settings::TokenSource;
use crate::record::Clock;

/// Largest token file, in bytes.
const TOKEN_BYTES: u64 = 64 * 1024;

/// An environment variable that is set and not empty.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether a continuous-integration service says that it runs this.
pub(super) fn in_ci() -> bool {
    variable("CI").is_some_and(|value| value != "false" && value != "0")
}

/// The variable that says what day it is in place of the clock, for tests and for whole pipelines
/// that are tried out on another day.
const TODAY: &str = "BEADLE_TODAY";

/// The current day in a time zone.
///
/// # Errors
/// When `BEADLE_TODAY` is set and is no day: the clock would be another answer than was asked for.
pub(super) fn today(zone: &TimeZone) -> Result<Date, Failure> {
    let clock = || Zoned::new(Timestamp::now(), zone.clone()).date();
    variable(TODAY).map_or_else(
        || Ok(clock()),
        |day| {
            let wrong = |_| Failure::Usage(format!("`{TODAY}` is no day such as 2027-09-01"));
            day.parse().map_err(wrong)
        },
    )
}

/// What day the clock says it is, where `BEADLE_TODAY` says another.
///
/// # Errors
/// Those of [`today`].
pub(super) fn other_day(zone: &TimeZone) -> Result<Option<Date>, Failure> {
    let clock = Zoned::new(Timestamp::now(), zone.clone()).date();
    Ok((today(zone)? != clock).then_some(clock))
}

/// A number that differs from run to run, to keep retries of many machines apart.
pub(super) fn jitter_seed() -> u64 {
    let now = Timestamp::now().as_nanosecond();
    u64::try_from(now & i128::from(u64::MAX)).unwrap_or_default() ^ u64::from(std::process::id())
}

/// Reads a token from where the project says it is kept.
///
/// # Errors
/// When the variable is not set, or the file cannot be read or is not a token.
pub(super) fn token(
    portal: &str,
    root: &Path,
    source: &TokenSource,
) -> Result<SecretString, Failure> {
    let failure = |message: String| Failure::Token {
        portal: portal.to_owned(),
        message,
    };
    let text = match source {
        TokenSource::Environment(name) => variable(name).ok_or_else(|| {
            failure(format!(
                "its token is read from the environment variable `{name}`, which is not set"
            ))
        })?,
        TokenSource::File(path) => {
            let path = root.join(path);
            let shown = path.display();
            let size = std::fs::metadata(&path)
                .map_err(|error| failure(format!("its token file `{shown}`: {error}")))?;
            if size.len() > TOKEN_BYTES {
                return Err(failure(format!(
                    "its token file `{shown}` is larger than {TOKEN_BYTES} bytes"
                )));
            }
            std::fs::read_to_string(&path)
                .map_err(|error| failure(format!("its token file `{shown}`: {error}")))?
        }
    };
    let token = text.trim();
    let sendable = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !sendable {
        return Err(failure(
            "its token is empty or has characters that no token has".to_owned(),
        ));
    }
    Ok(SecretString::from(token))
}

/// The clock on the wall.
#[derive(Debug)]
pub(super) struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        now()
    }
}

/// What time it is. No variable says otherwise: what holds for a day holds for a real one.
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

/// So many bytes that nobody can guess, in hexadecimal.
///
/// # Errors
/// When the system has none to give.
pub(super) fn random<const BYTES: usize>() -> Result<String, Failure> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::Output(std::io::Error::other(error.to_string())))?;
    Ok(hexadecimal(&bytes))
}

/// Every environment variable whose name begins so. What is no text is left out.
#[cfg(feature = "cloud")]
pub(super) fn variables(beginning: &str) -> Vec<(String, String)> {
    let all = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    all.filter(|(name, value)| name.starts_with(beginning) && !value.is_empty())
        .collect()
}

/// Who runs this: what `BEADLE_HOLDER` says, else the CI job's address, else the user at this
/// machine.
pub(super) fn actor() -> String {
    if let Some(given) = variable("BEADLE_HOLDER") {
        return given;
    }
    let github = (
        variable("GITHUB_SERVER_URL"),
        variable("GITHUB_REPOSITORY"),
        variable("GITHUB_RUN_ID"),
    );
    if let (Some(server), Some(repository), Some(run)) = github {
        return format!("{server}/{repository}/actions/runs/{run}");
    }
    if let Some(job) = variable("CI_JOB_URL").or_else(|| variable("BUILD_URL")) {
        return job;
    }
    let names = ["USER", "LOGNAME", "USERNAME"];
    let user = names.iter().find_map(|name| variable(name));
    let machine = variable("HOSTNAME")
        .or_else(|| variable("COMPUTERNAME"))
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    let machine = machine.as_deref().map_or("this-machine", str::trim);
    format!("{}@{machine}", user.as_deref().unwrap_or("somebody"))
}

/// The commit that a CI job says it works on.
pub(super) fn commit() -> Option<String> {
    variable("GITHUB_SHA")
        .or_else(|| variable("CI_COMMIT_SHA"))
        .map(|commit| commit.trim().to_owned())
        .filter(|commit| !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
