//! What must hold of a portal at every moment, found from its own state and from what the YAML
//! says: never from the plan.

use std::collections::{BTreeMap, BTreeSet};

use beadle::model::desired::Desired;
use beadle::model::live::Live;
use beadle::model::name::{LoginId, canonical};
use beadle::model::rules::{Rules, SaveUnit};
use beadle::model::snapshot::{Snapshot, SnapshotAccount};
use jiff::civil::Date;
use proptest::test_runner::TestCaseError;

use super::fit::UNRULED;
use crate::planner::managed::managed;

pub(crate) type Outcome = Result<(), TestCaseError>;

/// Fails the case unless it holds.
pub(crate) fn require(condition: bool, what: impl FnOnce() -> String) -> Outcome {
    if condition {
        Ok(())
    } else {
        Err(TestCaseError::fail(what()))
    }
}

/// Whether its holder can sign in.
fn usable(account: &SnapshotAccount, day: Date) -> bool {
    account.active && account.expires.is_none_or(|last| last >= day)
}

fn admins(school: &Snapshot, day: Date) -> usize {
    let accounts = school.accounts.iter();
    accounts
        .filter(|account| account.admin && usable(account, day))
        .count()
}

fn account<'a>(school: &'a Snapshot, id: &str) -> Option<&'a SnapshotAccount> {
    school.accounts.iter().find(|account| account.id == id)
}

/// What one school's rules let happen to it.
pub(crate) struct School<'a> {
    desired: &'a Desired,
    before: &'a Snapshot,
    /// By portal id: whether beadle may write to it.
    managed: BTreeMap<String, bool>,
    day: Date,
}

impl<'a> School<'a> {
    pub(crate) fn of(
        rules: &Rules,
        desired: &'a Desired,
        live: &Live,
        before: &'a Snapshot,
        day: Date,
    ) -> Self {
        let managed = managed(desired, live, rules);
        Self {
            desired,
            before,
            managed,
            day,
        }
    }

    /// Row 2: enough administrators, and our own identity among those who may sign in.
    pub(crate) fn admins_are_safe(&self, now: &Snapshot) -> Outcome {
        let least = admins(self.before, self.day).min(self.desired.policy.min_admins as usize);
        let there = admins(now, self.day);
        require(there >= least, || {
            format!("row 2: {there} administrators of {least}")
        })?;
        let Some(identity) = &self.desired.identity else {
            return Ok(());
        };
        let own = self.before.accounts.iter();
        for before in own.filter(|account| LoginId::new(account.login.as_str()) == *identity) {
            let kept = account(now, &before.id).is_some_and(|now| {
                let signs_in = usable(now, self.day) || !usable(before, self.day);
                signs_in && (now.admin || !before.admin)
            });
            require(kept, || {
                format!("row 2: beadle lost its own account `{identity}`")
            })?;
        }
        Ok(())
    }

    /// Row 4: accounts, areas and ticks that nobody manages are as they were.
    pub(crate) fn unmanaged_is_untouched(&self, now: &Snapshot) -> Outcome {
        require(now.areas == self.before.areas, || {
            "row 4: the catalogue".to_owned()
        })?;
        for before in &self.before.accounts {
            let now = account(now, &before.id);
            let ticked =
                |account: &SnapshotAccount| account.areas.iter().any(|area| area == UNRULED);
            let same = now.is_none_or(|now| ticked(now) == ticked(before));
            require(same, || format!("row 4: `{UNRULED}` of `{}`", before.login))?;
            if self.managed[&before.id] {
                continue;
            }
            let mut expected = before.clone();
            // Who is an administrator is ruled by `admins` alone.
            if let (Some(now), true) = (now, self.desired.admins.exact) {
                let login = LoginId::new(before.login.as_str());
                let listed = self.desired.admins.members.contains_key(&login);
                expected.admin = now.admin && (before.admin || listed);
            }
            require(now == Some(&expected), || {
                format!("row 4: unmanaged `{}` became {now:?}", before.login)
            })?;
        }
        let new = now
            .accounts
            .iter()
            .filter(|now| account(self.before, &now.id).is_none());
        for new in new {
            let named = [Some(new.login.as_str()), new.email.as_deref()];
            let named = named.into_iter().flatten().any(|name| {
                let login = LoginId::new(name);
                let users = self.desired.accounts.values();
                let mut emails = users.filter_map(|user| user.email.as_deref());
                self.desired.accounts.contains_key(&login)
                    || emails.any(|email| LoginId::new(email) == login)
            });
            require(named, || {
                format!("row 4: `{}` was made for nobody", new.login)
            })?;
        }
        Ok(())
    }

    /// No account has the login id, or where the portal makes those, the address of another one
    /// that was made since.
    pub(crate) fn nobody_is_there_twice(&self, now: &Snapshot) -> Outcome {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for it in &now.accounts {
            require(names.insert(canonical(&it.login)), || {
                format!("row 1: two accounts `{}`", it.login)
            })?;
            let is_new = account(self.before, &it.id).is_none();
            let same = |other: &&SnapshotAccount| {
                let emails = (other.email.as_deref(), it.email.as_deref());
                let (Some(left), Some(right)) = emails else {
                    return false;
                };
                other.id != it.id && canonical(left) == canonical(right)
            };
            let twin = now.accounts.iter().find(same);
            require(!is_new || twin.is_none(), || {
                format!("row 1: `{}` was made beside {twin:?}", it.login)
            })?;
        }
        Ok(())
    }
}

/// Access by person: where, and to what.
type Access = BTreeMap<String, Held>;

/// What one person has: where, and which area.
type Held = BTreeSet<(usize, String)>;

/// Whose account each is: its holder's key, by every login id and address that the YAML has for them.
pub(crate) fn holders(desired: &[Desired]) -> BTreeMap<LoginId, String> {
    let mut holders = BTreeMap::new();
    for user in desired.iter().flat_map(|it| it.accounts.values()) {
        let was = user.was.iter().map(|(was, _)| was.clone());
        let address = user.email.as_deref().map(LoginId::new);
        for login in was.chain([user.login.clone()]).chain(address) {
            holders.insert(login, user.person.to_string());
        }
    }
    holders
}

/// Whose account it is.
fn holder(account: &SnapshotAccount, holders: &BTreeMap<LoginId, String>) -> Option<String> {
    let names = [Some(account.login.as_str()), account.email.as_deref()];
    let mut names = names.into_iter().flatten().map(LoginId::new);
    names.find_map(|name| holders.get(&name)).cloned()
}

fn access(schools: &[Snapshot; 2], holders: &BTreeMap<LoginId, String>, day: Date) -> Access {
    let mut all = Access::new();
    for (school, snapshot) in schools.iter().enumerate() {
        for account in snapshot
            .accounts
            .iter()
            .filter(|account| usable(account, day))
        {
            let Some(holder) = holder(account, holders) else {
                continue;
            };
            let mine = all.entry(holder).or_default();
            mine.insert((school, "the account".to_owned()));
            if account.admin {
                mine.insert((school, "administration".to_owned()));
            }
            mine.extend(account.areas.iter().map(|area| (school, area.clone())));
        }
    }
    all
}

/// Whether somebody has all that they had or all that they will have: over both schools, or, where
/// each school's one save of them both gives and takes, so that neither can wait for the other, in
/// each school.
fn is_without_a_gap(swaps: bool, old: &Held, has: &Held, new: &Held) -> bool {
    let of = |held: &Held, school: usize| -> Held {
        held.iter()
            .filter(|(at, _)| *at == school)
            .cloned()
            .collect()
    };
    let complete =
        |has: &Held, old: &Held, new: &Held| has.is_superset(old) || has.is_superset(new);
    let in_school = |school: usize| complete(&of(has, school), &of(old, school), &of(new, school));
    complete(has, old, new) || swaps && [0, 1].into_iter().all(in_school)
}

/// Who has an account in each school that at once gains and loses, where that is one save.
fn swapping(
    rules: &Rules,
    (before, after): (&[Snapshot; 2], &[Snapshot; 2]),
    holders: &BTreeMap<LoginId, String>,
) -> BTreeSet<String> {
    let in_school = |school: usize| -> BTreeSet<String> {
        let accounts = before[school].accounts.iter();
        let swaps = accounts.filter(|old| {
            let areas = |it: &SnapshotAccount| -> BTreeSet<String> {
                let admin = it.admin.then(|| "administration".to_owned());
                it.areas.iter().cloned().chain(admin).collect()
            };
            let new = account(&after[school], &old.id).map(areas);
            let old = areas(old);
            new.is_some_and(|new| !old.is_subset(&new) && !new.is_subset(&old))
        });
        swaps.filter_map(|it| holder(it, holders)).collect()
    };
    if rules.save.value != SaveUnit::AccountSet {
        return BTreeSet::new();
    }
    in_school(0).intersection(&in_school(1)).cloned().collect()
}

/// Row 3: at each moment everybody has all of the old access or all of the new, over both schools.
/// Answers with how many had to wait for that: they lost something here and gained something there.
pub(crate) fn giving_comes_first(
    rules: &Rules,
    moments: &[[Snapshot; 2]],
    holders: &BTreeMap<LoginId, String>,
    day: Date,
) -> Result<u64, TestCaseError> {
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else {
        return Ok(0);
    };
    let (before, after) = (access(first, holders, day), access(last, holders, day));
    let swapping = swapping(rules, (first, last), holders);
    let none = BTreeSet::new();
    for now in moments {
        let now = access(now, holders, day);
        for (person, old) in &before {
            let has = now.get(person).unwrap_or(&none);
            let new = after.get(person).unwrap_or(&none);
            require(
                is_without_a_gap(swapping.contains(person), old, has, new),
                || format!("row 3: {person} had {old:?}, has {has:?}, will have {new:?}"),
            )?;
        }
    }
    let moves = |(person, old): &(&String, &Held)| {
        let new = after.get(*person).unwrap_or(&none);
        let lost: BTreeSet<usize> = old.difference(new).map(|(school, _)| *school).collect();
        let gained: BTreeSet<usize> = new.difference(old).map(|(school, _)| *school).collect();
        lost.iter()
            .any(|here| gained.iter().any(|there| here != there))
    };
    Ok(before.iter().filter(moves).count() as u64)
}
