//! Moves: what a plan does to one person in several organisations, seen as the one thing that it
//! is. A move adds nothing to a plan: it names actions that stand in the units, and says how the
//! days of the old and of the new access meet.

use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::day::{Window, days_between};
use super::name::{LoginId, OrganisationId, PortalName};
use super::plan::{AccountRef, ActionIndex};
use super::review::ActionAt;
use super::source::{Source, SourceDocument};

/// One account as moves see it: whether access begins, ends or goes on there. Kept in a unit until
/// the whole plan is assembled, and only for whoever may be on the move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// The account.
    pub account: AccountRef,
    /// What becomes of its access.
    pub course: Course,
    /// First and last day of access: of the account's areas, where the YAML names any.
    pub window: Window,
    /// Where the YAML declares the account.
    pub source: Option<Source>,
}

/// Another name of a person: a former login id or the address of a user, or what leads from the
/// login id of an account that the YAML does not name to its address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alias {
    /// The other name.
    pub name: LoginId,
    /// Whom it means: a user's key, or again a name.
    pub means: LoginId,
}

/// What becomes of an account's access on the day of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Course {
    /// There is none, and it is wanted.
    Joins,
    /// It began not long ago.
    Joined,
    /// Its first day is near.
    WillJoin,
    /// There is some, and it is not wanted.
    Leaves,
    /// Its last day is near.
    WillLeave,
    /// It ended not long ago.
    Left,
}

impl Course {
    /// Whether it is the new half of a move.
    #[must_use]
    pub fn is_new(self) -> bool {
        matches!(self, Self::Joins | Self::Joined | Self::WillJoin)
    }
}

/// One person's access that goes from one organisation, or several, to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Where access ends, by organisation, then portal.
    pub leaves: Vec<Half>,
    /// Where access begins, by organisation, then portal.
    pub joins: Vec<Half>,
    /// How the days of both meet, on the portal where they meet worst.
    pub days: Days,
}

/// One account's part in a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    /// The organisation's id in the project.
    pub organisation: OrganisationId,
    /// Its name in prose.
    pub organisation_name: Arc<str>,
    /// The portal's name in the project.
    pub portal: PortalName,
    /// The account there.
    pub account: AccountRef,
    /// Last day of access there, or first day here; none where the YAML names none.
    pub day: Option<Date>,
    /// Where this plan stands with it.
    pub state: HalfState,
    /// Where the YAML declares the account.
    pub source: Option<Source>,
    /// The actions that it consists of.
    pub actions: Vec<ActionAt>,
}

/// Where a plan stands with one half of a move.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum HalfState {
    /// This plan does it.
    Now,
    /// A person must do it, or something before it.
    ByHand,
    /// It is left out of this plan.
    HeldBack,
    /// A plan of another day will do it.
    Later,
    /// It has been done.
    Done,
}

/// How the days of the old and of the new access meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// The YAML names no last day there, or no first day here.
    Undated,
    /// From the first day here to the last day there, the person has both.
    Overlap {
        /// First day here.
        from: Date,
        /// Last day there.
        until: Date,
    },
    /// The first day here is the day after the last day there.
    Adjacent {
        /// First day here.
        from: Date,
    },
    /// Days on which the person has neither.
    Gap {
        /// The first of them.
        from: Date,
        /// The last of them.
        until: Date,
    },
}

impl Days {
    /// How a last day there and a first day here meet.
    #[must_use]
    pub fn between(last: Option<Date>, first: Option<Date>) -> Self {
        let (Some(last), Some(first)) = (last, first) else {
            return Self::Undated;
        };
        if first <= last {
            return Self::Overlap {
                from: first,
                until: last,
            };
        }
        let (after, before) = (last.tomorrow(), first.yesterday());
        match (after, before) {
            (Ok(from), Ok(until)) if from <= until => Self::Gap { from, until },
            _ => Self::Adjacent { from: first },
        }
    }

    /// Days without old or new access.
    #[must_use]
    pub fn without(self) -> u64 {
        match self {
            Self::Gap { from, until } => {
                u64::try_from(days_between(from, until) + 1).unwrap_or_default()
            }
            Self::Undated | Self::Overlap { .. } | Self::Adjacent { .. } => 0,
        }
    }

    /// Of two ways to meet, the worse: the longer gap, else the shorter overlap.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let rank = |days: Self| match days {
            Self::Undated => (0, 0),
            Self::Overlap { from, until } => (1, -days_between(from, until)),
            Self::Adjacent { from: _ } => (2, 0),
            Self::Gap { from, until } => (3, days_between(from, until)),
        };
        if rank(other) > rank(self) {
            other
        } else {
            self
        }
    }

    /// In a clause.
    #[must_use]
    pub fn clause(self) -> String {
        match self {
            Self::Undated => "the new is given before the old is taken".to_owned(),
            Self::Overlap { from, until } if from == until => format!("has both on {from}"),
            Self::Overlap { from, until } => format!("has both from {from} to {until}"),
            Self::Adjacent { from } => format!("without a day between, new from {from}"),
            Self::Gap { from, until } if from == until => {
                format!("1 day without access, {from}")
            }
            Self::Gap { from, until } => {
                let days = self.without();
                format!("{days} days without access, {from} to {until}")
            }
        }
    }
}

impl Move {
    /// Every half: those that leave, then those that join.
    pub fn halves(&self) -> impl Iterator<Item = &Half> {
        self.leaves.iter().chain(&self.joins)
    }

    /// Whose move it is, as the new organisation has it.
    #[must_use]
    pub fn account(&self) -> Option<&AccountRef> {
        let half = self.joins.first().or(self.leaves.first());
        half.map(|half| &half.account)
    }

    /// Whether days are left on which the person has neither the old nor the new access.
    #[must_use]
    pub fn has_gap(&self) -> bool {
        self.days.without() > 0
    }

    /// How the days meet, and where the plan stands with each half. It names nobody.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut sentence = self.days.clause();
        let old = state_of(&self.leaves);
        let new = state_of(&self.joins);
        let later = |half: &&Half| half.state == HalfState::Later;
        let last = self.leaves.iter().filter(later);
        let last = last.filter_map(|half| half.day).max();
        let first = self.joins.iter().filter(later);
        let first = first.filter_map(|half| half.day).min();
        match (old, last) {
            (HalfState::Later, Some(last)) => {
                sentence.push_str(&format!("; the old is taken after {last}"));
            }
            (HalfState::Done, _) => sentence.push_str("; the old is gone already"),
            (HalfState::HeldBack, _) => sentence.push_str("; the old is held back"),
            (HalfState::ByHand, _) => sentence.push_str("; the old waits for a step by hand"),
            (HalfState::Now | HalfState::Later, _) => {}
        }
        match (new, first) {
            (HalfState::Later, Some(first)) => {
                sentence.push_str(&format!("; the new is given on {first}"));
            }
            (HalfState::Done, _) => sentence.push_str("; the new is there already"),
            (HalfState::HeldBack, _) => sentence.push_str("; the new is held back"),
            (HalfState::ByHand, _) => sentence.push_str("; the new waits for a step by hand"),
            (HalfState::Now | HalfState::Later, _) => {}
        }
        sentence
    }
}

/// The state of several halves together: what is still to come of any of them comes first.
fn state_of(halves: &[Half]) -> HalfState {
    let weight = |state: HalfState| match state {
        HalfState::Now => 1,
        HalfState::Done => 0,
        HalfState::Later => 2,
        HalfState::ByHand => 3,
        HalfState::HeldBack => 4,
    };
    let states = halves.iter().map(|half| half.state);
    states
        .max_by_key(|state| weight(*state))
        .unwrap_or(HalfState::Done)
}

/// A move, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveDocument {
    /// The person's name.
    pub name: String,
    /// Where access ends.
    pub leaves: Vec<HalfDocument>,
    /// Where access begins.
    pub joins: Vec<HalfDocument>,
    /// How the days of both meet.
    pub days: DaysDocument,
    /// The same in a sentence that names nobody, and where the plan stands with each half.
    pub message: String,
}

/// How the days of the old and of the new access meet, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DaysDocument {
    /// In which way.
    pub kind: DaysKind,
    /// The first day of the overlap, of the gap, or of the new access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day of the overlap or of the gap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Days without old or new access.
    pub without: u64,
}

/// In which way the days of the old and of the new access meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DaysKind {
    /// The YAML names no last day there, or no first day here.
    Undated,
    /// The person has both for some days.
    Overlap,
    /// The new access begins the day after the old ends.
    Adjacent,
    /// The person has neither for some days.
    Gap,
}

/// One account's part in a move, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HalfDocument {
    /// The organisation's id in the project.
    pub organisation: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The account's login id.
    pub account: String,
    /// Last day of access there, or first day here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// Where this plan stands with it.
    pub state: HalfState,
    /// The place in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
    /// The actions that it consists of: indices in that organisation's `actions`, from 0.
    pub actions: Vec<ActionIndex>,
}

impl MoveDocument {
    /// The document of one move.
    #[must_use]
    pub fn of(it: &Move) -> Self {
        let Move {
            leaves,
            joins,
            days,
        } = it;
        Self {
            name: it
                .account()
                .map(|account| account.name.to_string())
                .unwrap_or_default(),
            leaves: leaves.iter().map(HalfDocument::of).collect(),
            joins: joins.iter().map(HalfDocument::of).collect(),
            days: DaysDocument::of(*days),
            message: it.sentence(),
        }
    }

    /// Whose move it is: the login id at the new organisation.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        let half = self.joins.first().or(self.leaves.first());
        half.map(|half| half.account.as_str())
    }
}

impl DaysDocument {
    fn of(days: Days) -> Self {
        let (kind, from, until) = match days {
            Days::Undated => (DaysKind::Undated, None, None),
            Days::Overlap { from, until } => (DaysKind::Overlap, Some(from), Some(until)),
            Days::Adjacent { from } => (DaysKind::Adjacent, Some(from), None),
            Days::Gap { from, until } => (DaysKind::Gap, Some(from), Some(until)),
        };
        Self {
            kind,
            from,
            until,
            without: days.without(),
        }
    }
}

impl HalfDocument {
    fn of(half: &Half) -> Self {
        let Half {
            organisation,
            organisation_name: _,
            portal,
            account,
            day,
            state,
            source,
            actions,
        } = half;
        Self {
            organisation: organisation.to_string(),
            portal: portal.to_string(),
            account: account.login.to_string(),
            day: *day,
            state: *state,
            source: source.as_ref().map(SourceDocument::of),
            actions: actions.iter().map(|at| at.action).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_meet_over_months_and_a_leap_day() {
        let between = |last, first| Days::between(Some(last), Some(first));
        let friday = date(2028, 2, 25);
        assert_eq!(between(friday, date(2028, 2, 26)).without(), 0);
        let gap = between(friday, date(2028, 3, 1));
        assert_eq!(gap.without(), 4);
        assert_eq!(
            gap.clause(),
            "4 days without access, 2028-02-26 to 2028-02-29"
        );
        let overlap = between(friday, friday);
        assert_eq!(overlap.clause(), "has both on 2028-02-25");
        assert_eq!(Days::between(None, Some(friday)), Days::Undated);
        assert_eq!(overlap.worse(gap), gap);
        assert_eq!(gap.worse(overlap), gap);
    }

    #[test]
    fn the_last_days_of_the_calendar_do_no_harm() {
        let gap = Days::between(Some(Date::MIN), Some(Date::MAX));
        assert!(gap.without() > 3_000_000);
        let adjacent = Days::between(Some(Date::MAX), Some(Date::MAX));
        assert_eq!(adjacent.without(), 0);
    }
}
