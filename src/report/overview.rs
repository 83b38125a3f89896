//! What a plan means to whoever answers for it: who gains, who loses, who rules, what is lost for
//! good, whom the portals mail, what waits. Plain data, most serious first, of which every page and
//! every comment is made.
//!
//! A pure look at a plan (redacted or not): it decides nothing, lays nothing out and escapes
//! nothing. Each action of the plan stands in exactly one topic.

mod counts;
mod dates;
mod entries;
mod headlines;
mod refused;
mod rows;

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::model::name::AreaName;
use crate::model::plan::{
    AccountRef, Action, ActionKind, Change, ManualKind, ManualStep, Plan, Reason,
};
use crate::model::review::{ActionAt, Cause, EscalationKind, Review};

pub use self::counts::{Counts, identity};
pub use self::headlines::{Gravity, Headline};
pub use self::refused::Refused;
pub use self::rows::Row;

/// What is said of a plan.
#[derive(Clone, Debug)]
pub struct Overview<'p> {
    /// The plan that it is about.
    pub plan: &'p Plan,
    /// What stands beside it.
    pub review: &'p Review,
    /// Whether there is anything to do, and whether it may be done.
    pub standing: Standing,
    /// People, actions and mails in numbers.
    pub counts: Counts,
    /// One sentence for each thing worth a headline, most serious first. They name nobody.
    pub headlines: Vec<Headline>,
    /// What refuses the plan: whole portals first, then by organisation and portal.
    pub refusals: Vec<Refused<'p>>,
    /// Whose rights change by their own hand, by organisation and portal, then by person.
    pub escalations: Vec<Escalated<'p>>,
    /// Every action, by what it means, most serious first. No topic is empty.
    pub topics: Vec<Topic<'p>>,
    /// What waits for a person, most serious first: steps by which somebody comes to rule or loses
    /// access stand before those that only give or set up.
    pub waiting: Vec<Waiting<'p>>,
    /// One for each organisation where something is planned, waits or is wrong, most serious first.
    pub rows: Vec<Row<'p>>,
    /// How many organisations have no row, because all is there as it should be.
    pub quiet: u64,
    /// What ends by date, the soonest first.
    pub endings: Vec<Ending<'p>>,
    /// Whom the portals mail, by organisation and portal, then by login id.
    pub mailed: Vec<Mailed<'p>>,
}

/// Whether there is anything to do, and whether it may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Live is what the files ask for.
    Nothing,
    /// A guardrail, or a fault of the files, stops all of it.
    Stopped,
    /// It can be applied.
    Ready,
}

/// What an action means to whoever reads of it. The order is the order in which it must be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// Whatever it is, no later run can give it back.
    CannotBeUndone,
    /// Somebody comes to manage the accounts of others.
    BecomesAdministrator,
    /// Somebody ceases to, also because the account ends.
    CeasesToBeAdministrator,
    /// Somebody's access ends.
    AccessEnds,
    /// Somebody loses an area and keeps the account.
    AreaTaken,
    /// Somebody's access lasts less long than it would have.
    EndsEarlier,
    /// Somebody is given an area that policy calls sensitive.
    SensitiveAreaGiven,
    /// Somebody is given an account.
    NewAccount,
    /// A closed account is opened again.
    Reopened,
    /// Somebody is given an area.
    AreaGiven,
    /// Access lasts longer.
    Prolonged,
    /// A name or an address.
    Changed,
}

impl Meaning {
    /// All of them, most serious first.
    pub const ALL: [Self; 12] = [
        Self::CannotBeUndone,
        Self::BecomesAdministrator,
        Self::CeasesToBeAdministrator,
        Self::AccessEnds,
        Self::AreaTaken,
        Self::EndsEarlier,
        Self::SensitiveAreaGiven,
        Self::NewAccount,
        Self::Reopened,
        Self::AreaGiven,
        Self::Prolonged,
        Self::Changed,
    ];

    /// What an action means on a day. `ends_admin` says that it ends the account of an administrator.
    #[must_use]
    pub fn of(action: &Action, ends_admin: bool, day: Date) -> Self {
        let Action {
            kind,
            account: _,
            area: _,
            changes,
            reason,
            reversible,
            sensitive,
        } = action;
        match kind {
            _ if !reversible => Self::CannotBeUndone,
            ActionKind::Promote => Self::BecomesAdministrator,
            ActionKind::Demote => Self::CeasesToBeAdministrator,
            ActionKind::Expire | ActionKind::Delete if ends_admin => Self::CeasesToBeAdministrator,
            ActionKind::Expire | ActionKind::Delete => Self::AccessEnds,
            // What is left of an account goes with its access.
            ActionKind::Revoke if matches!(reason, Reason::AccessEnded(_)) => Self::AccessEnds,
            ActionKind::Revoke => Self::AreaTaken,
            ActionKind::Grant if *sensitive => Self::SensitiveAreaGiven,
            ActionKind::Grant => Self::AreaGiven,
            ActionKind::Create => Self::NewAccount,
            ActionKind::Renew if changes.iter().any(|it| reopens(it, day)) => Self::Reopened,
            ActionKind::Renew => Self::Prolonged,
            ActionKind::Update if changes.iter().any(sets_an_end) => Self::EndsEarlier,
            ActionKind::Update => Self::Changed,
        }
    }

    /// What somebody gains or loses once a person has done a step; none where it only sets up, or
    /// hands over, what is there.
    #[must_use]
    pub fn of_step(kind: ManualKind) -> Option<Self> {
        match kind {
            ManualKind::AdminKey => Some(Self::BecomesAdministrator),
            ManualKind::EndUpstream => Some(Self::AccessEnds),
            ManualKind::CreateUpstream => Some(Self::NewAccount),
            ManualKind::AccessKey => Some(Self::AreaGiven),
            ManualKind::Rename => Some(Self::Changed),
            ManualKind::HandOver | ManualKind::ChangePassword | ManualKind::SecondFactor => None,
        }
    }

    /// As a heading: what happens to the people under it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::CannotBeUndone => "Cannot be undone",
            Self::BecomesAdministrator => "Becomes an administrator",
            Self::CeasesToBeAdministrator => "Stops being an administrator",
            Self::AccessEnds => "Loses access",
            Self::AreaTaken => "Loses areas",
            Self::EndsEarlier => "Access ends earlier",
            Self::SensitiveAreaGiven => "Is given a sensitive area",
            Self::NewAccount => "Gets an account",
            Self::Reopened => "A closed account is opened again",
            Self::AreaGiven => "Is given areas",
            Self::Prolonged => "Keeps access for longer",
            Self::Changed => "Name or address changes",
        }
    }

    /// Whether it stands open wherever it fits: what is taken away, who rules, what is sensitive.
    #[must_use]
    pub fn is_serious(self) -> bool {
        match self {
            Self::CannotBeUndone
            | Self::BecomesAdministrator
            | Self::CeasesToBeAdministrator
            | Self::AccessEnds
            | Self::AreaTaken
            | Self::EndsEarlier
            | Self::SensitiveAreaGiven => true,
            Self::NewAccount
            | Self::Reopened
            | Self::AreaGiven
            | Self::Prolonged
            | Self::Changed => false,
        }
    }
}

/// Whether an account that could not be used can be used again by this.
fn reopens(change: &Change, day: Date) -> bool {
    match change {
        Change::Active { before, after } => !before && *after,
        Change::Expires { before, after: _ } => before.is_some_and(|last| last < day),
        _ => false,
    }
}

/// Whether it sets a last day; what is no renewal sets an earlier one.
fn sets_an_end(change: &Change) -> bool {
    matches!(
        change,
        Change::Expires {
            before: _,
            after: Some(_)
        }
    )
}

/// Every action of one meaning.
#[derive(Clone, Debug)]
pub struct Topic<'p> {
    /// What they mean.
    pub meaning: Meaning,
    /// Where, in the plan's order; none is empty.
    pub places: Vec<Place<'p>>,
}

impl Topic<'_> {
    /// How many people are in it; somebody with accounts in several places once.
    #[must_use]
    pub fn people(&self) -> u64 {
        let entries = self.places.iter().flat_map(|place| &place.people);
        let people: BTreeSet<&str> = entries.map(|entry| identity(entry.account)).collect();
        people.len() as u64
    }

    /// How many actions are in it.
    #[must_use]
    pub fn actions(&self) -> u64 {
        let entries = self.places.iter().flat_map(|place| &place.people);
        entries.map(|entry| entry.items.len() as u64).sum()
    }
}

/// One organisation at one portal, within a topic.
#[derive(Clone, Debug)]
pub struct Place<'p> {
    /// Index of the unit in the plan.
    pub unit: u32,
    /// Whose accounts, in the order in which the plan first names them; none without an item.
    pub people: Vec<Entry<'p>>,
}

/// One account, within a topic.
#[derive(Clone, Debug)]
pub struct Entry<'p> {
    /// Whose.
    pub account: &'p AccountRef,
    /// Its actions of this meaning, in the plan's order.
    pub items: Vec<Item<'p>>,
}

/// One action, and what stands beside it.
#[derive(Clone, Copy, Debug)]
pub struct Item<'p> {
    /// Where it stands in the plan.
    pub at: ActionAt,
    /// The action.
    pub action: &'p Action,
    /// Whether it ends the account of an administrator.
    pub ends_admin: bool,
    /// Whence it comes, where the plan was compared with an earlier configuration.
    pub cause: Option<Cause>,
}

/// One person whose rights change by their own hand.
#[derive(Clone, Debug)]
pub struct Escalated<'p> {
    /// Index of the unit in the plan.
    pub unit: u32,
    /// Whose.
    pub account: &'p AccountRef,
    /// In which ways.
    pub kinds: BTreeSet<EscalationKind>,
    /// By these actions.
    pub actions: Vec<&'p Action>,
    /// And by these steps for a person.
    pub steps: Vec<&'p ManualStep>,
}

/// A step that waits for a person.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'p> {
    /// Index of the unit in the plan.
    pub unit: u32,
    /// The step.
    pub step: &'p ManualStep,
    /// What it does to somebody's access.
    pub meaning: Option<Meaning>,
}

/// Something that ends by date, soon or because this plan says so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ending<'p> {
    /// Last day of access.
    pub on: Date,
    /// Index of the unit in the plan.
    pub unit: u32,
    /// Whose.
    pub account: &'p AccountRef,
    /// Which area; none for the whole account.
    pub area: Option<&'p AreaName>,
    /// Whether this plan sets the day; otherwise it is live already, and near.
    pub planned: bool,
}

/// Somebody whom a portal mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailed<'p> {
    /// Index of the unit in the plan.
    pub unit: u32,
    /// Whom.
    pub account: &'p AccountRef,
    /// How many mails.
    pub mails: u64,
}

impl<'p> Overview<'p> {
    /// Looks at a plan and what stands beside it.
    #[must_use]
    pub fn of(plan: &'p Plan, review: &'p Review) -> Self {
        let mailed = entries::mailed(plan);
        let counts = Counts::of(plan, review, &mailed);
        let standing = standing(&counts);
        let rows = rows::rows(plan, review);
        Self {
            plan,
            review,
            standing,
            headlines: headlines::headlines(&counts),
            counts,
            refusals: refused::refusals(plan, review),
            escalations: entries::escalations(plan, review),
            topics: entries::topics(plan, review),
            waiting: entries::waiting(plan),
            quiet: rows::quiet(plan, &rows),
            rows,
            endings: dates::endings(plan),
            mailed,
        }
    }

    /// The topic of a meaning; none where the plan has no such action.
    #[must_use]
    pub fn topic(&self, meaning: Meaning) -> Option<&Topic<'p>> {
        self.topics.iter().find(|topic| topic.meaning == meaning)
    }

    /// How many people the headline of a meaning counts who are not in its topic: what happens to
    /// them stands in a more serious one.
    #[must_use]
    pub fn elsewhere(&self, meaning: Meaning) -> u64 {
        let said = match meaning {
            Meaning::BecomesAdministrator => self.counts.promoted,
            Meaning::CeasesToBeAdministrator => self.counts.demoted,
            Meaning::AccessEnds => self.counts.leaving,
            Meaning::AreaTaken => self.counts.losing_areas,
            _ => return 0,
        };
        let shown = self.topic(meaning).map_or(0, Topic::people);
        said.saturating_sub(shown)
    }

    /// Refusals at how many organisations; those of whole portals at none.
    #[must_use]
    pub fn refused_organisations(&self) -> u64 {
        let organisations = self.refusals.iter().filter_map(|it| it.organisation);
        organisations.collect::<BTreeSet<_>>().len() as u64
    }
}

fn standing(counts: &Counts) -> Standing {
    if counts.refusals + counts.faults > 0 {
        Standing::Stopped
    } else if counts.all_actions() + counts.manual + counts.held_back > 0 {
        Standing::Ready
    } else {
        Standing::Nothing
    }
}
