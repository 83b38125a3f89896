//! What the saves of a plan take, with every value before: what an undo has to know. Looks at the
//! calls and not at the actions, so that nothing which a portal is told is left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::live::{Live, LiveAccount};
use crate::model::name::{AreaName, PortalId};
use crate::model::plan::{AccountRef, Change, UnitPlan, Write};
use crate::model::undo::{Taken, UndoAccount};

/// Everything that a unit's plan takes from accounts that are live, by portal id.
#[must_use]
pub fn taken(unit: &UnitPlan, live: &Live) -> Vec<UndoAccount> {
    let mut found = Found {
        live,
        of: BTreeMap::new(),
    };
    for save in &unit.saves {
        found.write(&save.write);
    }
    let of = found.of.into_iter();
    of.filter_map(|(id, (account, taken))| {
        let live = live.accounts().get(&id)?;
        Some(before(live, account, taken))
    })
    .collect()
}

/// What has been found so far, by portal id.
struct Found<'a> {
    live: &'a Live,
    of: BTreeMap<PortalId, (&'a AccountRef, BTreeSet<Taken>)>,
}

impl<'a> Found<'a> {
    fn write(&mut self, write: &'a Write) {
        match write {
            Write::Edit { account, changes } => {
                for change in changes {
                    self.add(account, of_change(change));
                }
            }
            Write::Grant {
                account,
                area,
                give: false,
            } => self.area(account, area),
            Write::AccountSet {
                account,
                give: _,
                take,
                admin,
            } => {
                for area in take {
                    self.area(account, area);
                }
                let out = *admin == Some(false);
                self.add(account, out.then_some(Taken::Admin { reversible: true }));
            }
            Write::AreaSet {
                area,
                give: _,
                take,
            } => {
                for account in take {
                    self.area(account, area);
                }
            }
            Write::Admin {
                account,
                promote: false,
            } => self.add(account, Some(Taken::Admin { reversible: true })),
            Write::Active {
                account,
                active: false,
            } => self.add(account, Some(Taken::Active)),
            Write::Delete { account } => {
                let all = self.live_of(account).map(|live| Taken::Account {
                    areas: live.areas.iter().cloned().collect(),
                    admin: live.admin,
                });
                self.add(account, all);
            }
            Write::Create { .. }
            | Write::Grant { give: true, .. }
            | Write::Admin { promote: true, .. }
            | Write::Active { active: true, .. }
            | Write::Keep { .. } => {}
        }
    }

    fn live_of(&self, account: &AccountRef) -> Option<&'a LiveAccount> {
        self.live.accounts().get(account.id.as_ref()?)
    }

    fn area(&mut self, account: &'a AccountRef, area: &AreaName) {
        let entry = self.live.catalogue().get(area);
        let reversible = entry.is_none_or(|entry| !entry.access_key_required);
        let taken = if entry.is_some_and(|entry| entry.administration) {
            Taken::Admin { reversible }
        } else {
            Taken::Area {
                area: area.clone(),
                reversible,
            }
        };
        self.add(account, Some(taken));
    }

    fn add(&mut self, account: &'a AccountRef, taken: Option<Taken>) {
        if let (Some(id), Some(taken)) = (&account.id, taken) {
            let of = self.of.entry(id.clone());
            of.or_insert_with(|| (account, BTreeSet::new()))
                .1
                .insert(taken);
        }
    }
}

/// What a change takes. Where nothing was, nothing is taken.
fn of_change(change: &Change) -> Option<Taken> {
    let there = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
    match change {
        Change::Name { before, after } => Some(Taken::Name {
            before: there(before.as_deref()?)?,
            after: after.to_string(),
        }),
        Change::Email { before, after } => Some(Taken::Email {
            before: there(before.as_deref()?)?,
            after: after.to_string(),
        }),
        Change::Login { before, after } => Some(Taken::Login {
            before: before.clone()?,
            after: after.clone(),
        }),
        Change::Expires {
            before,
            after: Some(after),
        } => before
            .is_none_or(|before| *after < before)
            .then_some(Taken::Expires {
                before: *before,
                after: *after,
            }),
        Change::Expires {
            before: _,
            after: None,
        }
        | Change::Term { after: _ }
        | Change::Active {
            before: _,
            after: _,
        } => None,
    }
}

fn before(live: &LiveAccount, account: &AccountRef, taken: BTreeSet<Taken>) -> UndoAccount {
    let LiveAccount {
        id,
        login,
        name,
        email,
        expires,
        active,
        locked: _,
        upstream: _,
        admin: _,
        areas: _,
        last_sign_in: _,
    } = live;
    UndoAccount {
        id: id.clone(),
        login: login.clone(),
        name: name.to_string(),
        email: email.as_deref().map(str::to_owned),
        person: account.person.as_deref().map(str::to_owned),
        active: *active,
        expires: *expires,
        taken: taken.into_iter().collect(),
    }
}
