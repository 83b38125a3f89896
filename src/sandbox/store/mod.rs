//! The sandbox's memory: one SQLite database, a file or none, behind one lock. Knows rows and
//! transactions; what a portal allows is its dialect's business.

mod accounts;
mod areas;
mod creations;
mod directory;
mod late;
mod marks;
mod organisations;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub(crate) use accounts::Account;
pub(crate) use areas::{Area, KeyOpens};
pub(crate) use directory::Document;
pub(crate) use late::Late;

/// The version of the tables; a file of another version is refused.
const VERSION: i64 = 2;

/// The database. A transaction is short and never waits for anything but the disk, so calls take
/// the lock where they stand instead of moving to a thread of their own.
#[derive(Debug)]
pub(crate) struct Store {
    connection: Mutex<Connection>,
}

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    /// SQLite said so.
    #[error("SQLite refused it")]
    Sqlite(#[from] rusqlite::Error),
    /// Made by another beadle, or by something else.
    #[error("its tables are of version {0}, not {VERSION}")]
    Version(i64),
}

impl Store {
    /// Opens the file, or memory, and makes the tables where there are none.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, OpenError> {
        let mut connection = match file {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "foreign_keys", true)?;
        if file.is_some() {
            // A killed sandbox loses nothing that it answered; only a power cut could.
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "NORMAL")?;
        }
        connection.set_prepared_statement_cache_capacity(64);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match transaction.pragma_query_value(None, "user_version", |row| row.get(0))? {
            0 => {
                transaction.execute_batch(include_str!("schema.sql"))?;
                transaction.pragma_update(None, "user_version", VERSION)?;
            }
            VERSION => {}
            other => return Err(OpenError::Version(other)),
        }
        transaction.commit()?;
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }

    /// Runs `work` in one transaction: all of it happens, or nothing.
    pub(crate) fn transaction<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.lock();
        let transaction: Transaction<'_> =
            connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // Whoever panicked with the lock has had its transaction rolled back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs `work` inside a transaction; when it refuses, what it wrote is taken back and the rest of
/// the transaction goes on.
pub(crate) fn attempt<T, E: From<rusqlite::Error>>(
    connection: &Connection,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    connection.execute_batch("SAVEPOINT attempt")?;
    let result = work();
    connection.execute_batch(match result {
        Ok(_) => "RELEASE attempt",
        Err(_) => "ROLLBACK TO attempt; RELEASE attempt",
    })?;
    result
}

/// The rows of one portal.
#[derive(Clone, Copy)]
pub(crate) struct PortalRows<'a> {
    /// The transaction.
    pub(crate) connection: &'a Connection,
    /// The portal's name.
    pub(crate) portal: &'a str,
}

/// The rows of one organisation at one portal.
#[derive(Clone)]
pub(crate) struct OrganisationRows<'a> {
    /// The transaction.
    pub(crate) connection: &'a Connection,
    /// The portal's name.
    pub(crate) portal: &'a str,
    /// The organisation's id there.
    pub(crate) id: String,
    /// Its name in prose.
    pub(crate) name: String,
}

/// Which stretch of a list is wanted, and who is left out of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stretch {
    /// How many rows come before it.
    pub(crate) offset: i64,
    /// Most rows in it; below zero for all.
    pub(crate) limit: i64,
    /// A JSON list of account ids that are not shown yet.
    pub(crate) hidden: String,
}

impl Stretch {
    /// The whole list.
    pub(crate) fn all() -> Self {
        Self {
            offset: 0,
            limit: -1,
            hidden: "[]".to_owned(),
        }
    }
}
