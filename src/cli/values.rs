//! What several options take, read from the command line: days, lengths of time, how far to look.

use std::time::Duration;

use jiff::civil::Date;

use crate::app::next::Horizon;

/// A day.
pub(super) fn day(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "write year, month and day, as in `2026-12-31`".to_owned())
}

/// A length of time, as options take it.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let given: jiff::SignedDuration = text
        .parse()
        .map_err(|_| "write it as `90s`, `5m` or `1h`".to_owned())?;
    Duration::try_from(given).map_err(|_| "it cannot be negative".to_owned())
}

/// How far to look: `90d`, `12w`, or a day.
pub(super) fn horizon(text: &str) -> Result<Horizon, String> {
    if let Ok(day) = text.parse::<Date>() {
        return Ok(Horizon::Until(day));
    }
    let lower = text.trim().to_ascii_lowercase();
    let (number, each) = match lower.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (lower.strip_suffix('d').unwrap_or(&lower), 1),
    };
    let days = number
        .parse::<u32>()
        .ok()
        .and_then(|it| it.checked_mul(each));
    match days {
        Some(days @ 1..=36_600) => Ok(Horizon::Within(days)),
        _ => Err("write days (`90d`), weeks (`12w`), or a last day such as 2027-08-31".to_owned()),
    }
}
