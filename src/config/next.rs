//! The days on which the same files ask for something else than on the day before: collected from
//! what they say, so that nobody has to look at every day. What changes on them is not its matter.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::desired::UnitOnDay;
use crate::model::day::{Window, shifted};

impl UnitOnDay<'_> {
    /// The same organisation and portal on another day.
    #[must_use]
    pub fn on(&self, day: Date) -> Self {
        self.at(day)
    }

    /// Every day on which something may change by itself: the first day and the day after the last
    /// of each account, area and administrator; the day on which an end begins to be announced; the
    /// day after a member of a shared account leaves; the day after a waiver ends. On no other day
    /// does what is desired differ from the day before.
    #[must_use]
    pub fn turning_days(&self) -> BTreeSet<Date> {
        let (organisation, unit) = self.parts();
        let policy = &organisation.policy;
        let mut days = BTreeSet::new();
        let mut add = |window: Window, warn: Option<u32>| {
            days.extend(window.from);
            days.extend(window.until.and_then(|until| until.tomorrow().ok()));
            let warning = window.until.zip(warn);
            days.extend(warning.map(|(until, before)| shifted(until, -i64::from(before))));
        };
        let warn = Some(policy.expiry.warn_days);
        for account in &unit.accounts {
            for window in account.windows.iter() {
                add(window, warn);
            }
            let shared = account.shared.as_ref();
            for (_, until) in shared.into_iter().flat_map(|shared| &shared.members) {
                let until = *until;
                add(Window { from: None, until }, None);
            }
        }
        for line in &unit.grants {
            add(line.window, warn);
        }
        for line in &unit.admins {
            add(line.window, None);
        }
        for waiver in &policy.waivers {
            let until = Some(waiver.until);
            add(Window { from: None, until }, None);
        }
        days
    }
}
