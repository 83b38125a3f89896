//! What a portal begins with: snapshots, checked and written as rows.

use jiff::civil::Date;
use rusqlite::Connection;

use crate::model::snapshot::Snapshot;

use super::SandboxError;
use super::dialects::Dialect;
use super::server::Portal;
use super::store::{Account, PortalRows, Store};
use super::tokens::Token;

/// The seeds of one portal, as its dialect holds them: those given, or its small invented
/// organisation.
pub(crate) fn accept(
    portal: &str,
    dialect: &Dialect,
    given: Vec<Snapshot>,
    today: Date,
) -> Result<Vec<Snapshot>, SandboxError> {
    let given = if given.is_empty() {
        vec![(dialect.example)(today)]
    } else {
        given
    };
    let mut seeds: Vec<Snapshot> = Vec::with_capacity(given.len());
    for snapshot in given {
        let organisation = snapshot.organisation.clone();
        let refuse = |reason: String| SandboxError::Seed {
            portal: portal.to_owned(),
            organisation: organisation.clone(),
            reason,
        };
        if snapshot.driver != dialect.name {
            return Err(refuse(format!(
                "it is of driver `{}`, the portal of `{}`",
                snapshot.driver, dialect.name
            )));
        }
        if seeds.iter().any(|seed| seed.organisation == organisation) {
            return Err(refuse("the organisation is seeded twice".to_owned()));
        }
        // The same checks of completeness as a listing gets: a short snapshot is no seed.
        snapshot
            .clone()
            .into_live()
            .map_err(|incomplete| refuse(incomplete.to_string()))?;
        seeds.push((dialect.accept)(snapshot).map_err(refuse)?);
    }
    Ok(seeds)
}

/// Gives the portal its tokens and, where it holds no organisation, its seeds.
pub(crate) fn begin(store: &Store, portal: &Portal) -> Result<(), SandboxError> {
    store.transaction(|connection| {
        let rows = PortalRows {
            connection,
            portal: &portal.name,
        };
        for read_only in [false, true] {
            rows.issue_token(&Token::standard(&portal.name, read_only))
                .map_err(SandboxError::Store)?;
        }
        if rows
            .organisations()
            .map_err(SandboxError::Store)?
            .is_empty()
        {
            plant(&rows, &portal.seeds)?;
        }
        Ok(())
    })
}

/// Takes everything that happened away, and gives every portal its tokens and seeds.
pub(crate) fn reset<'a>(
    connection: &Connection,
    portals: impl Iterator<Item = &'a Portal>,
) -> Result<(), SandboxError> {
    connection
        .execute_batch(
            "DELETE FROM calls; DELETE FROM mails; DELETE FROM idempotency;
             DELETE FROM access_keys; DELETE FROM tokens; DELETE FROM deletions;",
        )
        .map_err(SandboxError::Store)?;
    for portal in portals {
        let rows = PortalRows {
            connection,
            portal: &portal.name,
        };
        rows.clear().map_err(SandboxError::Store)?;
        for read_only in [false, true] {
            rows.issue_token(&Token::standard(&portal.name, read_only))
                .map_err(SandboxError::Store)?;
        }
        plant(&rows, &portal.seeds)?;
    }
    Ok(())
}

fn plant(rows: &PortalRows<'_>, seeds: &[Snapshot]) -> Result<(), SandboxError> {
    for seed in seeds {
        let name = seed.name.as_deref().unwrap_or(&seed.organisation);
        let organisation = rows
            .add_organisation(&seed.organisation, name)
            .map_err(SandboxError::Store)?;
        for area in &seed.areas {
            organisation
                .add_area(&area.clone().into())
                .map_err(SandboxError::Store)?;
        }
        for account in &seed.accounts {
            let account = Account::from(account.clone());
            let refuse = |reason| SandboxError::Seed {
                portal: rows.portal.to_owned(),
                organisation: seed.organisation.clone(),
                reason,
            };
            if let Some(other) = organisation
                .account_by_login(&account.login)
                .map_err(SandboxError::Store)?
            {
                return Err(refuse(format!(
                    "accounts `{}` and `{}` have the same login id",
                    other.id, account.id
                )));
            }
            organisation
                .add_account(&account)
                .map_err(SandboxError::Store)?;
        }
        organisation
            .remember_caller()
            .map_err(SandboxError::Store)?;
    }
    Ok(())
}
