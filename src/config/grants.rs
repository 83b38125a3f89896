//! Reading of areas as written: lists, maps by portal, words and mappings, all in one form.

use jiff::civil::Date;

use super::documents::{AreaUser, Areas};
use super::spanned::{Day, ListOr, Spanned, WordOr};
use crate::model::day::Window;

pub(super) use super::documents::AreaEntry;

/// What an entry of a list of areas, or of users, says beside the name.
pub(super) struct Terms<'e> {
    pub(super) from: Option<&'e Spanned<Day>>,
    pub(super) until: Option<&'e Spanned<Day>>,
    pub(super) reason: Option<&'e str>,
}

impl Terms<'_> {
    /// The days of the entry.
    pub(super) fn window(&self) -> Window {
        window(self.from, self.until)
    }
}

impl AreaEntry<'_> {
    /// The area's name.
    pub(super) fn area(&self) -> &str {
        match self {
            WordOr::Word(area) => area,
            WordOr::Map(details) => details.area,
        }
    }

    /// What it says beside the name.
    pub(super) fn terms(&self) -> Terms<'_> {
        match self {
            WordOr::Word(_) => Terms {
                from: None,
                until: None,
                reason: None,
            },
            WordOr::Map(details) => Terms {
                from: details.from.as_ref(),
                until: details.until.as_ref(),
                reason: details.reason,
            },
        }
    }
}

/// The key of the user in an entry of an area's list.
pub(super) fn user_of<'t>(entry: &AreaUser<'t>) -> &'t str {
    match entry {
        WordOr::Word(user) => user,
        WordOr::Map(details) => details.user,
    }
}

/// What an entry of an area's list says beside the user.
pub(super) fn user_terms<'e>(entry: &'e AreaUser<'_>) -> Terms<'e> {
    match entry {
        WordOr::Word(_) => Terms {
            from: None,
            until: None,
            reason: None,
        },
        WordOr::Map(details) => Terms {
            from: details.from.as_ref(),
            until: details.until.as_ref(),
            reason: details.reason,
        },
    }
}

/// Areas by portal. A plain list is for the only portal there is; with several it says nothing,
/// which is found elsewhere.
pub(super) fn by_portal<'e, 't>(
    areas: &'e Areas<'t>,
    portals: &[&'t str],
) -> Vec<(&'t str, &'e [Spanned<AreaEntry<'t>>])> {
    match areas {
        ListOr::List(list) => match portals {
            [only] => vec![(*only, list.as_slice())],
            _ => Vec::new(),
        },
        ListOr::Map(map) => map
            .iter()
            .map(|(portal, list)| (portal.value, list.value.as_slice()))
            .collect(),
    }
}

/// The days between two written ones. Those that end before they begin are reported by a check;
/// taken as they are, they would be reported again for each grant.
pub(super) fn window(from: Option<&Spanned<Day>>, until: Option<&Spanned<Day>>) -> Window {
    let (from, until) = (from.map(|day| day.value.0), until.map(|day| day.value.0));
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        return Window::default();
    }
    Window { from, until }
}

/// The widest unbroken window that several make together: the one that holds the day; else the
/// next to begin; else the last to end. Days that are in none of them are never filled in.
pub(super) fn widest(windows: impl IntoIterator<Item = Window>, day: Date) -> Window {
    let mut windows = windows.into_iter();
    let Some(first) = windows.next() else {
        return Window::default();
    };
    let mut rest = windows.peekable();
    if rest.peek().is_none() {
        return first;
    }
    let begin = |window: &Window| window.from.unwrap_or(Date::MIN);
    let end = |window: &Window| window.until.unwrap_or(Date::MAX);
    let mut all: Vec<Window> = std::iter::once(first)
        .chain(rest)
        .filter(|window| begin(window) <= end(window))
        .collect();
    all.sort_by_key(begin);
    let mut joined: Vec<Window> = Vec::with_capacity(all.len());
    for window in all {
        match joined.last_mut() {
            Some(last) if begin(&window) <= end(last).tomorrow().unwrap_or(Date::MAX) => {
                if end(&window) > end(last) {
                    last.until = window.until;
                }
            }
            _ => joined.push(window),
        }
    }
    let next = joined.iter().find(|window| end(window) >= day);
    next.or(joined.last()).copied().unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn days(from: Option<Date>, until: Option<Date>) -> Window {
        Window { from, until }
    }

    #[test]
    fn windows_that_touch_become_one_and_gaps_stay_gaps() {
        let spring = days(Some(date(2026, 1, 1)), Some(date(2026, 3, 31)));
        let summer = days(Some(date(2026, 4, 1)), Some(date(2026, 6, 30)));
        let winter = days(Some(date(2026, 11, 1)), None);
        let on = |day| widest([winter, spring, summer], day);
        let half = days(spring.from, summer.until);
        assert_eq!(on(date(2026, 2, 1)), half);
        assert_eq!(on(date(2026, 8, 1)), winter);
        assert_eq!(on(date(2027, 8, 1)), winter);
        let ended = widest([spring, summer], date(2027, 1, 1));
        assert_eq!(ended, half);
    }

    #[test]
    fn an_empty_window_adds_nothing() {
        let empty = days(Some(date(2027, 9, 1)), Some(date(2026, 12, 31)));
        let spring = days(Some(date(2026, 1, 1)), Some(date(2026, 3, 31)));
        assert_eq!(widest([empty, spring], date(2026, 8, 1)), spring);
    }
}
