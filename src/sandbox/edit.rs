//! Somebody's edits behind beadle's back: one organisation made equal to a snapshot, row by row.
//! What is as it should be already keeps its version; nobody is mailed, and no rule of the portal
//! is asked but those that a seed must keep.

use std::collections::BTreeMap;

use crate::model::snapshot::Snapshot;

use super::store::{Account, Area, OrganisationRows, Stretch};

/// Makes the organisation hold what `wanted` does: areas first, then accounts with their grants.
/// An organisation that has no caller yet has the first administrator of `wanted` as one.
pub(crate) fn make_so(
    organisation: &OrganisationRows<'_>,
    wanted: Snapshot,
) -> rusqlite::Result<()> {
    let areas: BTreeMap<String, Area> = wanted
        .areas
        .into_iter()
        .map(|area| (area.code.clone(), area.into()))
        .collect();
    for there in organisation.areas(&Stretch::all())? {
        if areas.get(&there.code) != Some(&there) {
            organisation.erase_area(&there.code)?;
        }
    }
    for area in areas.values() {
        if organisation.area(&area.code)?.is_none() {
            organisation.add_area(area)?;
        }
    }
    let accounts: BTreeMap<String, Account> = wanted
        .accounts
        .into_iter()
        .map(|account| (account.id.clone(), account.into()))
        .collect();
    let there = organisation.accounts("", &Stretch::all())?;
    for gone in there.iter().filter(|it| !accounts.contains_key(&it.id)) {
        organisation.delete_account(&gone.id)?;
    }
    for account in accounts.values() {
        match there.iter().find(|it| it.id == account.id) {
            Some(before) => edit(organisation, before, account)?,
            None => organisation.add_account(account)?,
        }
    }
    if organisation.caller()?.is_none() {
        organisation.remember_caller()?;
    }
    Ok(())
}

/// Changes what differs, fields and grants.
fn edit(
    organisation: &OrganisationRows<'_>,
    before: &Account,
    wanted: &Account,
) -> rusqlite::Result<()> {
    let fields = |account: &Account| Account {
        areas: Default::default(),
        version: 0,
        ..account.clone()
    };
    if fields(before) != fields(wanted) {
        organisation.update_account(wanted)?;
    }
    for area in before.areas.difference(&wanted.areas) {
        organisation.revoke(&wanted.id, area)?;
    }
    for area in wanted.areas.difference(&before.areas) {
        organisation.grant(&wanted.id, area)?;
    }
    Ok(())
}
