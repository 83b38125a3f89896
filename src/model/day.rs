//! Calendar days: windows of access, and where a day falls in them. No clock: the day comes in as
//! an argument.

use jiff::civil::Date;
use serde::Serialize;

/// From when until when something is desired. Both days are included; an absent one is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Window {
    /// First day of access.
    pub from: Option<Date>,
    /// Last day of access.
    pub until: Option<Date>,
}

/// Where a day falls in a [`Window`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Presence {
    /// Desired on that day.
    Present,
    /// Begins later.
    Upcoming(Date),
    /// Its last day has passed.
    Ended(Date),
}

impl Window {
    /// Where `day` falls.
    #[must_use]
    pub fn on(&self, day: Date) -> Presence {
        match (self.from, self.until) {
            (_, Some(until)) if until < day => Presence::Ended(until),
            (Some(from), _) if day < from => Presence::Upcoming(from),
            _ => Presence::Present,
        }
    }

    /// The days that are in both windows.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let from = self.from.into_iter().chain(other.from).max();
        let until = self.until.into_iter().chain(other.until).min();
        Self { from, until }
    }
}

/// Whole days from `start` to `end`; negative when `end` is earlier.
#[must_use]
pub fn days_between(start: Date, end: Date) -> i64 {
    start
        .until(end)
        .map_or(0, |span| i64::from(span.get_days()))
}

/// The day that is `days` later, or earlier where they are negative; the first or the last day of
/// the calendar where there is none so far away.
#[must_use]
pub fn shifted(day: Date, days: i64) -> Date {
    let far = if days < 0 { Date::MIN } else { Date::MAX };
    let span = jiff::Span::new().try_days(days);
    span.and_then(|span| day.checked_add(span)).unwrap_or(far)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn both_ends_of_a_window_are_included() {
        let window = Window {
            from: Some(date(2026, 9, 1)),
            until: Some(date(2027, 8, 31)),
        };
        assert_eq!(
            window.on(date(2026, 8, 31)),
            Presence::Upcoming(date(2026, 9, 1))
        );
        assert_eq!(window.on(date(2026, 9, 1)), Presence::Present);
        assert_eq!(window.on(date(2027, 8, 31)), Presence::Present);
        assert_eq!(
            window.on(date(2027, 9, 1)),
            Presence::Ended(date(2027, 8, 31))
        );
    }

    #[test]
    fn no_number_of_days_is_too_large() {
        let day = date(2028, 2, 28);
        assert_eq!(shifted(day, 1), date(2028, 2, 29));
        assert_eq!(shifted(day, -59), date(2027, 12, 31));
        assert_eq!(shifted(day, i64::MAX), Date::MAX);
        assert_eq!(shifted(day, -i64::from(u32::MAX)), Date::MIN);
    }

    #[test]
    fn days_are_counted_across_months() {
        assert_eq!(days_between(date(2026, 1, 1), date(2026, 3, 1)), 59);
        assert_eq!(days_between(date(2026, 3, 1), date(2026, 1, 1)), -59);
    }
}
