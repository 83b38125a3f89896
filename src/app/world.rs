//! The environment and the clock: the only place that reads them.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use secrecy::SecretString;

use super::Failure;
use crate::model::settings::TokenSource;

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
