//! The environment and the clock: the only place that reads them.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use secrecy::SecretString;

use super::Failure;
use super::origins::{self, Kept, TokenOrigins};
use crate::model::plan_document::hexadecimal;
use crate::model::settings::TokenSource;
use crate::record::Clock;

/// Largest token file, in bytes.
const TOKEN_BYTES: u64 = 64 * 1024;

/// Largest file of certificates, in bytes.
const CERTIFICATE_BYTES: u64 = 4 * 1024 * 1024;

/// An environment variable that is set and not empty.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether an environment variable is set, and to nothing.
pub(super) fn is_blank(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| value.trim().is_empty())
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

/// Where tokens may go, where whoever keeps them says so. Set and empty, as a CI setting that is not
/// there leaves it, lets nothing go.
fn token_origins() -> Result<Option<TokenOrigins>, Kept> {
    match std::env::var(origins::ORIGINS) {
        Ok(text) => TokenOrigins::parse(&text).map(Some),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Kept::Unreadable("is not readable".to_owned()))
        }
    }
}

/// The bytes of a file of certificates may be trusted.
///
/// # Errors
/// When it cannot be read, or whoever keeps the tokens names others.
pub(super) fn certificates(portal: &str, path: &Path) -> Result<(), Failure> {
    let failure = |message: String| Failure::Token {
        portal: portal.to_owned(),
        message,
    };
    let origins = token_origins().map_err(|kept| failure(kept.to_string()))?;
    let Some(origins) = origins else {
        return Ok(());
    };
    let shown = path.display();
    let file = bounded(path, "its `ca_file`", CERTIFICATE_BYTES)
        .and_then(|()| {
            std::fs::read(path).map_err(|error| format!("its `ca_file` `{shown}`: {error}"))
        })
        .map_err(failure)?;
    let allowed = origins.allow_certificates(&file);
    allowed.map_err(|kept| failure(kept.to_string()))
}

/// That a file is no larger than it can be.
fn bounded(path: &Path, what: &str, most: u64) -> Result<(), String> {
    let shown = path.display();
    let size = std::fs::metadata(path).map_err(|error| format!("{what} `{shown}`: {error}"))?;
    if size.len() > most {
        return Err(format!("{what} `{shown}` is larger than {most} bytes"));
    }
    Ok(())
}

/// Reads a token from where the project says it is kept, to be sent to these addresses and to no
/// other.
///
/// # Errors
/// When the variable is not set, the file cannot be read or is not a token, or whoever keeps the
/// tokens does not let it go there: then it is not read.
pub(super) fn token(
    portal: &str,
    root: &Path,
    source: &TokenSource,
    addresses: &[&str],
) -> Result<SecretString, Failure> {
    let failure = |message: String| Failure::Token {
        portal: portal.to_owned(),
        message,
    };
    let origins = token_origins().map_err(|kept| failure(kept.to_string()))?;
    if let Some(origins) = origins {
        let allowed = origins.allow(source, root, addresses);
        allowed.map_err(|kept| failure(kept.to_string()))?;
    }
    let text = match source {
        TokenSource::Environment(name) => variable(name).ok_or_else(|| {
            failure(format!(
                "its token is read from the environment variable `{name}`, which is not set"
            ))
        })?,
        TokenSource::File(path) => {
            let path = root.join(path);
            let shown = path.display();
            bounded(&path, "its token file", TOKEN_BYTES).map_err(failure)?;
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
