//! Read-back: whether what a portal shows fulfils a write. Pure; the same predicate resolves a
//! lost answer during the run and checks the whole run afterwards.
//!
//! It never takes the benefit of the doubt for something that gives access: what is not shown as
//! wanted is not done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::model::live::LiveAccount;
use crate::model::name::{AreaName, LoginId, PortalId, canonical};
use crate::model::plan::{
    AccountRef, Action, ActionKind, Change, Plan, Reason, Save, Term, UnitPlan, Write,
};

/// Accounts that a portal shows, to be found by portal id or by login id.
#[derive(Clone, Debug, Default)]
pub struct Shown<'a> {
    by_id: BTreeMap<&'a PortalId, &'a LiveAccount>,
    by_login: BTreeMap<&'a LoginId, &'a LiveAccount>,
    /// Where the portal makes login ids; two accounts of one address are found by none.
    by_address: BTreeMap<LoginId, Option<&'a LiveAccount>>,
}

impl<'a> FromIterator<&'a LiveAccount> for Shown<'a> {
    fn from_iter<I: IntoIterator<Item = &'a LiveAccount>>(accounts: I) -> Self {
        Self::of(accounts, false)
    }
}

impl<'a> Shown<'a> {
    /// The accounts that a portal shows; with `assigned`, its new ones bear a login id that nobody
    /// knows yet, and are found by address as well.
    pub fn of<I: IntoIterator<Item = &'a LiveAccount>>(accounts: I, assigned: bool) -> Self {
        let mut shown = Self::default();
        for account in accounts {
            shown.by_id.insert(&account.id, account);
            shown.by_login.entry(&account.login).or_insert(account);
            if let (true, Some(email)) = (assigned, &account.email) {
                let found = shown.by_address.entry(LoginId::new(&**email));
                found
                    .and_modify(|twin| *twin = None)
                    .or_insert(Some(account));
            }
        }
        shown
    }
}

impl<'a> Shown<'a> {
    /// The account: by portal id, or by login id where that is not known.
    #[must_use]
    pub fn account(&self, account: &AccountRef) -> Option<&'a LiveAccount> {
        match &account.id {
            Some(id) => self.by_id.get(id).copied(),
            None => {
                let by_address = || self.by_address.get(&account.login).copied().flatten();
                self.by_login
                    .get(&account.login)
                    .copied()
                    .or_else(by_address)
            }
        }
    }
}

/// What must be known beside a write to see whether it is done.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The areas whose members are the administrators; a live account shows membership of them as
    /// [`LiveAccount::admin`] and not among its areas.
    pub administration: &'a BTreeSet<AreaName>,
    /// Whether the accounts shown are all that there are. Only then does one that is not among
    /// them hold nothing; otherwise nothing is concluded from its absence, unless it was to be
    /// deleted.
    pub complete: bool,
    /// For a further term: when the current one ends, as far as the plan knows; a portal does not
    /// say which day a term would lead to, only that it is later.
    pub term_end: Date,
}

/// Whether the accounts shown are as `write` wants them.
#[must_use]
pub fn is_done(write: &Write, shown: &Shown<'_>, known: Known<'_>) -> bool {
    match write {
        Write::Create {
            account,
            email,
            expires,
            term,
            // A mail leaves no trace on the account.
            notify: _,
            terms_accepted_by: _,
            assigned,
        } => shown.account(account).is_some_and(|live| {
            (*assigned || live.login == account.login)
                && created_as_wanted(live, account, email.as_ref(), *expires, *term, known)
        }),
        Write::Edit { account, changes } => shown
            .account(account)
            .is_some_and(|live| changes.iter().all(|change| shows(live, change, known))),
        Write::Grant {
            account,
            area,
            give,
        } => holds(shown.account(account), area, known) == Some(*give),
        Write::AccountSet {
            account,
            give,
            take,
            admin,
        } => {
            let live = shown.account(account);
            let ticked = |area: &AreaName| holds(live, area, known);
            give.iter().all(|area| ticked(area) == Some(true))
                && take.iter().all(|area| ticked(area) == Some(false))
                && admin.is_none_or(|admin| is_admin(live, known) == Some(admin))
        }
        Write::AreaSet { area, give, take } => {
            let member = |account: &AccountRef| holds(shown.account(account), area, known);
            give.iter().all(|account| member(account) == Some(true))
                && take.iter().all(|account| member(account) == Some(false))
        }
        Write::Admin { account, promote } => {
            is_admin(shown.account(account), known) == Some(*promote)
        }
        Write::Active { account, active } => shown
            .account(account)
            .is_some_and(|live| live.active == *active),
        Write::Keep { account, term: _ } => shown
            .account(account)
            .is_some_and(|live| live.active && later(live.expires, known)),
        Write::Delete { account } => shown.account(account).is_none(),
    }
}

/// Whether an account holds an area; none where that cannot be said.
fn holds(live: Option<&LiveAccount>, area: &AreaName, known: Known<'_>) -> Option<bool> {
    match live {
        Some(live) => {
            Some(live.areas.contains(area) || (live.admin && known.administration.contains(area)))
        }
        None => known.complete.then_some(false),
    }
}

/// Whether an account is an administrator; none where that cannot be said.
fn is_admin(live: Option<&LiveAccount>, known: Known<'_>) -> Option<bool> {
    match live {
        Some(live) => Some(live.admin),
        None => known.complete.then_some(false),
    }
}

fn later(expires: Option<Date>, known: Known<'_>) -> bool {
    expires.is_some_and(|day| day > known.term_end)
}

fn created_as_wanted(
    live: &LiveAccount,
    account: &AccountRef,
    email: Option<&Arc<str>>,
    expires: Option<Date>,
    term: Option<Term>,
    known: Known<'_>,
) -> bool {
    let LiveAccount {
        id: _,
        // Compared by the caller, or found by.
        login: _,
        name,
        email: live_email,
        expires: live_expires,
        active,
        // The portal's own business: locks, sign-ins.
        locked: _,
        upstream,
        // Given by later saves.
        admin: _,
        areas: _,
        last_sign_in: _,
    } = live;
    let same_email = match (email, live_email) {
        (Some(wanted), Some(shown)) => canonical(wanted) == canonical(shown),
        // Some portals leave the address blank in their lists.
        (Some(_) | None, None) | (None, Some(_)) => true,
    };
    let same_end = match term {
        Some(_) => later(*live_expires, known),
        None => *live_expires == expires,
    };
    *name == account.name && same_email && same_end && *active
        // Made by another system, so not by this call.
        && !*upstream
}

fn shows(live: &LiveAccount, change: &Change, known: Known<'_>) -> bool {
    match change {
        Change::Name { before: _, after } => live.name == *after,
        Change::Email { before, after } => live
            .email
            .as_deref()
            .is_some_and(|shown| same_address(before.as_deref(), after, shown)),
        Change::Login { before: _, after } => live.login == *after,
        Change::Expires { before: _, after } => live.expires == *after,
        Change::Term { after: _ } => later(live.expires, known),
        Change::Active { before: _, after } => live.active == *after,
    }
}

/// A portal may fold the case of an address; it is then the same, unless folding is all that the
/// change was about.
fn same_address(before: Option<&str>, after: &str, shown: &str) -> bool {
    let folded = canonical(after);
    let only_written_otherwise = before.is_some_and(|before| canonical(before) == folded);
    shown == after || (!only_written_otherwise && canonical(shown) == folded)
}

/// Whether the portal of a unit makes the login ids of its new accounts.
pub(super) fn assigns(unit: &UnitPlan) -> bool {
    let mut writes = unit.saves.iter().map(|save| &save.write);
    writes.any(|write| matches!(write, Write::Create { assigned: true, .. }))
}

/// The areas of one unit whose members are its administrators, as far as its plan shows: those
/// that promotions and demotions are written to.
pub(super) fn administration_areas(unit: &UnitPlan) -> BTreeSet<AreaName> {
    let about_admins = |save: &&Save| {
        actions(unit, save)
            .any(|action| matches!(action.kind, ActionKind::Promote | ActionKind::Demote))
    };
    let area_of = |save: &Save| match &save.write {
        Write::Grant { area, .. } | Write::AreaSet { area, .. } => Some(area.clone()),
        Write::Create { .. }
        | Write::Edit { .. }
        | Write::AccountSet { .. }
        | Write::Admin { .. }
        | Write::Active { .. }
        | Write::Keep { .. }
        | Write::Delete { .. } => None,
    };
    unit.saves
        .iter()
        .filter(about_admins)
        .filter_map(area_of)
        .collect()
}

/// When the current term of the account that a save is about ends, as far as the plan knows; else
/// the plan's day, since an account that returns has ended before it.
pub(super) fn term_end(plan: &Plan, unit: &UnitPlan, save: &Save) -> Date {
    let ends = actions(unit, save).filter_map(|action| {
        let by_reason = match &action.reason {
            Reason::TermEnds { on, source: _ } => Some(*on),
            _ => None,
        };
        let before = action.changes.iter().find_map(|change| match change {
            Change::Expires { before, after: _ } => *before,
            _ => None,
        });
        by_reason.or(before)
    });
    ends.max().unwrap_or(plan.day)
}

fn actions<'a>(unit: &'a UnitPlan, save: &'a Save) -> impl Iterator<Item = &'a Action> {
    save.actions
        .iter()
        .filter_map(|index| unit.actions.get(index.0 as usize))
}
