//! Accounts as rows. Every change of an account or of its grants gives it a new version.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};

use crate::model::name::canonical;
use crate::model::snapshot::SnapshotAccount;

use super::{OrganisationRows, Stretch};

/// One account, with its grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    /// Last day of access.
    pub(crate) expires: Option<Date>,
    pub(crate) active: bool,
    pub(crate) locked: bool,
    pub(crate) upstream: bool,
    pub(crate) admin: bool,
    pub(crate) last_sign_in: Option<Date>,
    /// Codes of the areas granted, the administration area left out: `admin` says that.
    pub(crate) areas: BTreeSet<String>,
    /// Goes up with every change.
    pub(crate) version: i64,
}

impl Account {
    /// Whether its holder can sign in on `day`: the last day of access is a day of access.
    pub(crate) fn can_sign_in(&self, day: Date) -> bool {
        self.active && !self.locked && !self.expired(day)
    }

    /// Whether its last day of access is before `day`.
    pub(crate) fn expired(&self, day: Date) -> bool {
        self.expires.is_some_and(|last| last < day)
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, login, name, email, expires, active, locked, upstream, admin, last_sign_in,
             version, (SELECT json_group_array(area) FROM grants
                       WHERE grants.portal = accounts.portal
                         AND grants.organisation = accounts.organisation
                         AND grants.account = accounts.id)
             FROM accounts WHERE portal = ?1 AND organisation = ?2 ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> rusqlite::Result<Account> {
    let granted: String = row.get(11)?;
    Ok(Account {
        id: row.get(0)?,
        login: row.get(1)?,
        name: row.get(2)?,
        email: row.get(3)?,
        expires: day(row, 4)?,
        active: row.get(5)?,
        locked: row.get(6)?,
        upstream: row.get(7)?,
        admin: row.get(8)?,
        last_sign_in: day(row, 9)?,
        version: row.get(10)?,
        areas: serde_json::from_str(&granted).map_err(|error| conversion(11, error))?,
    })
}

fn day(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Date>> {
    row.get::<_, Option<String>>(column)?
        .map(|text| text.parse().map_err(|error| conversion(column, error)))
        .transpose()
}

fn conversion(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

/// What a search looks in.
fn search_text(account: &Account) -> String {
    let email = account.email.as_deref().unwrap_or_default();
    canonical(&format!("{}\n{}\n{email}", account.name, account.login))
}

impl OrganisationRows<'_> {
    /// A stretch of the accounts, by id, whose name, login id or address holds `search`, whatever
    /// the case.
    pub(crate) fn accounts(
        &self,
        search: &str,
        stretch: &Stretch,
    ) -> rusqlite::Result<Vec<Account>> {
        self.connection
            .prepare_cached(select!(
                "AND (?3 = '' OR instr(search, ?3) > 0)
                 AND id NOT IN (SELECT value FROM json_each(?4))
                 ORDER BY id LIMIT ?5 OFFSET ?6"
            ))?
            .query_map(
                params![
                    self.portal,
                    self.id,
                    canonical(search),
                    stretch.hidden,
                    stretch.limit,
                    stretch.offset
                ],
                read,
            )?
            .collect()
    }

    /// How many accounts that list holds in all.
    pub(crate) fn accounts_count(&self, search: &str, hidden: &str) -> rusqlite::Result<i64> {
        self.connection
            .prepare_cached(
                "SELECT count(*) FROM accounts WHERE portal = ?1 AND organisation = ?2
                 AND (?3 = '' OR instr(search, ?3) > 0)
                 AND id NOT IN (SELECT value FROM json_each(?4))",
            )?
            .query_row(
                params![self.portal, self.id, canonical(search), hidden],
                |row| row.get(0),
            )
    }

    /// The account of that portal id.
    pub(crate) fn account(&self, id: &str) -> rusqlite::Result<Option<Account>> {
        self.connection
            .prepare_cached(select!("AND id = ?3"))?
            .query_row(params![self.portal, self.id, id], read)
            .optional()
    }

    /// The account of that login id, whatever its case.
    pub(crate) fn account_by_login(&self, login: &str) -> rusqlite::Result<Option<Account>> {
        self.connection
            .prepare_cached(select!("AND login_folded = ?3"))?
            .query_row(params![self.portal, self.id, canonical(login)], read)
            .optional()
    }

    /// Adds an account with its grants, as version 1 whatever `version` says.
    pub(crate) fn add_account(&self, account: &Account) -> rusqlite::Result<()> {
        let Account {
            id,
            login,
            name,
            email,
            expires,
            active,
            locked,
            upstream,
            admin,
            last_sign_in,
            areas,
            version: _,
        } = account;
        self.connection
            .prepare_cached(
                "INSERT INTO accounts (portal, organisation, id, login, login_folded, name, email,
                     expires, active, locked, upstream, admin, last_sign_in, search, version)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 1)",
            )?
            .execute(params![
                self.portal,
                self.id,
                id,
                login,
                canonical(login),
                name,
                email,
                expires.map(|day| day.to_string()),
                active,
                locked,
                upstream,
                admin,
                last_sign_in.map(|day| day.to_string()),
                search_text(account),
            ])?;
        for area in areas {
            self.insert_grant(id, area)?;
        }
        Ok(())
    }

    /// Writes an account's own fields, not its grants, as a new version.
    pub(crate) fn update_account(&self, account: &Account) -> rusqlite::Result<()> {
        let Account {
            id,
            login,
            name,
            email,
            expires,
            active,
            locked,
            upstream,
            admin,
            last_sign_in,
            areas: _,
            version: _,
        } = account;
        self.connection
            .prepare_cached(
                "UPDATE accounts SET login = ?4, login_folded = ?5, name = ?6, email = ?7,
                     expires = ?8, active = ?9, locked = ?10, upstream = ?11, admin = ?12,
                     last_sign_in = ?13, search = ?14, version = version + 1
                 WHERE portal = ?1 AND organisation = ?2 AND id = ?3",
            )?
            .execute(params![
                self.portal,
                self.id,
                id,
                login,
                canonical(login),
                name,
                email,
                expires.map(|day| day.to_string()),
                active,
                locked,
                upstream,
                admin,
                last_sign_in.map(|day| day.to_string()),
                search_text(account),
            ])?;
        Ok(())
    }

    /// Gives an account an area. False where it had it already.
    pub(crate) fn grant(&self, account: &str, area: &str) -> rusqlite::Result<bool> {
        let changed = self.insert_grant(account, area)?;
        if changed {
            self.new_version(account)?;
        }
        Ok(changed)
    }

    /// Takes an area from an account. False where it did not have it.
    pub(crate) fn revoke(&self, account: &str, area: &str) -> rusqlite::Result<bool> {
        let changed = self
            .connection
            .prepare_cached(
                "DELETE FROM grants WHERE portal = ?1 AND organisation = ?2 AND account = ?3
                 AND area = ?4",
            )?
            .execute(params![self.portal, self.id, account, area])?
            > 0;
        if changed {
            self.new_version(account)?;
        }
        Ok(changed)
    }

    /// Puts an account into the admin set or takes it out. False where nothing changed.
    pub(crate) fn set_admin(&self, account: &str, admin: bool) -> rusqlite::Result<bool> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE accounts SET admin = ?4, version = version + 1
                 WHERE portal = ?1 AND organisation = ?2 AND id = ?3 AND admin <> ?4",
            )?
            .execute(params![self.portal, self.id, account, admin])?;
        Ok(changed > 0)
    }

    fn insert_grant(&self, account: &str, area: &str) -> rusqlite::Result<bool> {
        let changed = self
            .connection
            .prepare_cached(
                "INSERT INTO grants (portal, organisation, account, area)
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            )?
            .execute(params![self.portal, self.id, account, area])?;
        Ok(changed > 0)
    }

    fn new_version(&self, account: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE accounts SET version = version + 1
                 WHERE portal = ?1 AND organisation = ?2 AND id = ?3",
            )?
            .execute(params![self.portal, self.id, account])?;
        Ok(())
    }
}

impl From<SnapshotAccount> for Account {
    fn from(account: SnapshotAccount) -> Self {
        let SnapshotAccount {
            id,
            login,
            name,
            email,
            expires,
            active,
            locked,
            upstream,
            admin,
            areas,
            last_sign_in,
        } = account;
        Self {
            id,
            login,
            name,
            email,
            expires,
            active,
            locked,
            upstream,
            admin,
            last_sign_in,
            areas: areas.into_iter().collect(),
            version: 1,
        }
    }
}

impl From<Account> for SnapshotAccount {
    fn from(account: Account) -> Self {
        let Account {
            id,
            login,
            name,
            email,
            expires,
            active,
            locked,
            upstream,
            admin,
            last_sign_in,
            areas,
            version: _,
        } = account;
        Self {
            id,
            login,
            name,
            email,
            expires,
            active,
            locked,
            upstream,
            admin,
            areas: areas.into_iter().collect(),
            last_sign_in,
        }
    }
}
