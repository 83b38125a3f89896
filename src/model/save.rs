//! The saves of a plan: the portal's own writing calls, in words that a driver only has to
//! translate.

use std::sync::Arc;

use jiff::civil::Date;

use super::name::{AreaName, LoginId, OrganisationId};
use super::plan::{AccountRef, ActionIndex, Change, Term};

/// Index of a [`Save`] in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SaveIndex {
    /// Which of `Plan::units`.
    pub unit: u32,
    /// Which of its `UnitPlan::saves`.
    pub save: u32,
}

/// One of the portal's own saves: one writing call. Several actions may be folded into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// What it writes.
    pub write: Write,
    /// The actions that it carries out.
    pub actions: Vec<ActionIndex>,
    /// Saves that must have succeeded first. Never a cycle.
    pub after: Vec<SaveIndex>,
    /// Organisations of another run in which somebody must gain access before this save takes
    /// access away from them. A save with any is not made in this run.
    pub elsewhere: Vec<OrganisationId>,
    /// Logins of whom the portal mails because of it.
    pub mails: Vec<LoginId>,
}

/// What one save writes, in words that a driver only has to translate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A new account. Its portal id becomes known to the saves that follow.
    Create {
        /// Login, name and person.
        account: AccountRef,
        /// Email address, where there is one.
        email: Option<Arc<str>>,
        /// Last day of access, where the portal has one.
        expires: Option<Date>,
        /// The term, where the portal has terms.
        term: Option<Term>,
        /// Whether to mail the holder, where that is a choice.
        notify: Option<bool>,
        /// Who accepts the portal's terms, where it asks for that.
        terms_accepted_by: Option<Arc<str>>,
        /// Whether the portal makes the login id: until it has, the account's is its address.
        assigned: bool,
    },
    /// Fields of one account, in one call: updates, renewals, and an end by date.
    Edit {
        /// Whose.
        account: AccountRef,
        /// What.
        changes: Vec<Change>,
    },
    /// Whether one account has one area (or is in the administration area).
    Grant {
        /// Whose.
        account: AccountRef,
        /// Which.
        area: AreaName,
        /// True to give, false to take.
        give: bool,
    },
    /// One account's whole set: unknown ticks stay.
    AccountSet {
        /// Whose.
        account: AccountRef,
        /// Areas to tick.
        give: Vec<AreaName>,
        /// Areas to untick.
        take: Vec<AreaName>,
        /// The admin tick, where it changes.
        admin: Option<bool>,
    },
    /// One area's whole set: unknown ticks stay.
    AreaSet {
        /// Which area.
        area: AreaName,
        /// Accounts to tick.
        give: Vec<AccountRef>,
        /// Accounts to untick.
        take: Vec<AccountRef>,
    },
    /// In or out of the admin set, by an act of its own.
    Admin {
        /// Whose.
        account: AccountRef,
        /// True to promote, false to demote.
        promote: bool,
    },
    /// Activation or deactivation.
    Active {
        /// Whose.
        account: AccountRef,
        /// True to activate.
        active: bool,
    },
    /// A further term.
    Keep {
        /// Whose.
        account: AccountRef,
        /// For how long.
        term: Term,
    },
    /// Gone for good.
    Delete {
        /// Whose.
        account: AccountRef,
    },
}

impl Write {
    /// The accounts that it touches.
    #[must_use]
    pub fn accounts(&self) -> Vec<&AccountRef> {
        match self {
            Self::Create { account, .. }
            | Self::Edit { account, .. }
            | Self::Grant { account, .. }
            | Self::AccountSet { account, .. }
            | Self::Admin { account, .. }
            | Self::Active { account, .. }
            | Self::Keep { account, .. }
            | Self::Delete { account } => vec![account],
            Self::AreaSet {
                area: _,
                give,
                take,
            } => give.iter().chain(take).collect(),
        }
    }

    /// The same accounts, to fill in portal ids that have become known.
    pub fn accounts_mut(&mut self) -> Vec<&mut AccountRef> {
        match self {
            Self::Create { account, .. }
            | Self::Edit { account, .. }
            | Self::Grant { account, .. }
            | Self::AccountSet { account, .. }
            | Self::Admin { account, .. }
            | Self::Active { account, .. }
            | Self::Keep { account, .. }
            | Self::Delete { account } => vec![account],
            Self::AreaSet {
                area: _,
                give,
                take,
            } => give.iter_mut().chain(take).collect(),
        }
    }

    /// Keeps of a set that is saved for several accounts these only. Any other write is one
    /// account's, and stays as it is.
    pub fn keep(&mut self, wanted: impl Fn(&AccountRef) -> bool) {
        if let Self::AreaSet {
            area: _,
            give,
            take,
        } = self
        {
            give.retain(&wanted);
            take.retain(&wanted);
        }
    }
}
