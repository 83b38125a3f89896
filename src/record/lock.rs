//! The run lock: who may apply now. A lease, renewed while its holder lives, which ends by itself
//! when its holder does not.
//!
//! Places of records can create an object that is not there yet and cannot change one, so a lock
//! is a chain of objects, `lock/<scope>/<number>.json`: the highest number is how things stand.
//! Whoever takes, renews or releases it creates the next number, and of several exactly one can.
//! Nobody's clock is compared with another's: how old a lease is, the store says, against an
//! object written just then.
//!
//! Runs over different organisations may go on side by side: shards of the same cut. What may not
//! is ruled out in three steps. Look: whoever is in the way refuses; whose lease has ended is
//! overtaken in its own chain, so that it cannot renew. Take. Look again: whoever is in the way
//! now has taken at the same moment, and this one yields. Of two at once at least one does.

mod keeper;
mod scope;
mod turn;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Clock;
use super::store::{Created, Store, StoreError};

pub use keeper::{HeadCell, Keeper, Lost};
pub use scope::Scope;
pub use turn::{Head, Holder, State, Turn};

/// How long a lock holds without being renewed.
pub const LEASE: Duration = Duration::from_secs(60);

/// How long after its last renewal it is renewed.
pub const RENEWAL: Duration = Duration::from_secs(20);

/// How long after its last renewal its holder begins no further call. What is left of the lease is
/// for the calls in flight.
pub const LAST_CALL: Duration = Duration::from_secs(40);

/// What is added to a lease before anybody overtakes it: stores tell time in whole seconds, and
/// may say when a write began rather than when it ended.
pub const MARGIN: Duration = Duration::from_secs(5);

/// How many objects of a chain are kept: more than can pass while somebody lists them.
const KEPT: u64 = 3;

/// How often a chain that moves while it is read is read again.
const LOOKS: u32 = 20;

/// Why there is no lock.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// The place of records.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Not what a lock looks like.
    #[error("`{key}` in {place} is no lock: {message}")]
    Unreadable {
        /// Where.
        place: String,
        /// Which.
        key: String,
        /// What is wrong.
        message: String,
    },
    /// Others were always faster.
    #[error("the lock in {0} changes hands too quickly to be read; try again")]
    Busy(String),
    /// A place without conditional writes keeps nobody out.
    #[error("{0} overwrites what it was told to create: it cannot hold a lock, nor an audit log")]
    Unconditional(String),
    /// Nobody holds a lock by that name.
    #[error("no lock is held under `{0}`; `beadle lock show` says what is held")]
    NotHeld(String),
}

/// Who is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is locked.
    pub scope: Scope,
    /// By whom.
    pub holder: Holder,
    /// How long its lease still runs if it is not renewed.
    pub left: Duration,
    /// When that is, by the store's clock.
    pub ends: Timestamp,
}

/// What became of an attempt to take a lock.
#[derive(Debug)]
pub enum Taken {
    /// It is ours.
    Lock(Box<Lock>),
    /// Somebody else is in the way.
    Refused(Box<Refusal>),
}

/// A lock as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it locks.
    pub scope: Scope,
    /// The number of its highest object.
    pub number: u64,
    /// When that was written, by the store's clock.
    pub modified: Timestamp,
    /// What it says.
    pub turn: Turn,
}

/// A lock that is ours, until it is lost.
#[derive(Debug)]
pub struct Lock {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    scope: Scope,
    number: u64,
    turn: Turn,
}

/// Takes the lock of a scope, or says who is in the way. Does not wait.
///
/// # Errors
/// When the place of records cannot be read or written, or what lies there is no lock.
pub async fn take(
    store: &Arc<dyn Store>,
    clock: &Arc<dyn Clock>,
    scope: Scope,
    holder: Holder,
) -> Result<Taken, LockError> {
    for _ in 0..LOOKS {
        let before = standing(store.as_ref()).await?;
        let Some(own) = make_way(store.as_ref(), &before, scope, &holder).await? else {
            continue;
        };
        let own = match own {
            Way::Refused(refusal) => return Ok(Taken::Refused(Box::new(refusal))),
            Way::Free {
                number,
                head,
                overtaken,
            } => Lock {
                store: Arc::clone(store),
                clock: Arc::clone(clock),
                scope,
                number,
                turn: Turn {
                    overtaken,
                    ..Turn::held(holder.clone(), clock.now(), head)
                },
            },
        };
        match own.write().await? {
            Created::Exists => continue,
            Created::Yes => return own.look_again().await,
        }
    }
    Err(LockError::Busy(store.place()))
}

/// How every lock stands that was ever held here.
///
/// # Errors
/// As [`take`].
pub async fn standing(store: &dyn Store) -> Result<Vec<Standing>, LockError> {
    'looks: for _ in 0..LOOKS {
        let mut highest: BTreeMap<Scope, (u64, String, Timestamp)> = BTreeMap::new();
        for entry in store.list("lock/").await? {
            let Some((scope, number)) = scope::of_key(&entry.key) else {
                continue;
            };
            let known = highest.get(&scope).map_or(0, |(number, ..)| *number);
            if number > known {
                highest.insert(scope, (number, entry.key, entry.modified));
            }
        }
        let mut found = Vec::new();
        for (scope, (number, key, modified)) in highest {
            let Some(bytes) = store.read(&key).await? else {
                // Taken away since: the chain has moved on.
                continue 'looks;
            };
            let turn = Turn::parse(&bytes).map_err(|message| LockError::Unreadable {
                place: store.place(),
                key,
                message,
            })?;
            found.push(Standing {
                scope,
                number,
                modified,
                turn,
            });
        }
        return Ok(found);
    }
    Err(LockError::Busy(store.place()))
}

/// What time it is by the place's own clock, as far as the run lock shows: whoever holds it has
/// written it just now. None where nobody has ever held it.
///
/// # Errors
/// When the locks cannot be listed.
pub(super) async fn last_written(store: &dyn Store) -> Result<Option<Timestamp>, StoreError> {
    let listed = store.list("lock/").await?;
    Ok(listed.iter().map(|entry| entry.modified).max())
}

/// Ends the lock that is held under a nonce, whoever holds it; its holder finds out when it renews
/// and begins no further call.
///
/// # Errors
/// [`LockError::NotHeld`], or as [`take`].
pub async fn force_release(store: &dyn Store, nonce: &str, by: &str) -> Result<Holder, LockError> {
    for _ in 0..LOOKS {
        let found = standing(store)
            .await?
            .into_iter()
            .find(|one| one.turn.state == State::Held && one.turn.holder.nonce == nonce);
        let Some(found) = found else {
            return Err(LockError::NotHeld(nonce.to_owned()));
        };
        if overtake(store, &found, by).await? {
            return Ok(found.turn.holder);
        }
    }
    Err(LockError::Busy(store.place()))
}

/// Whether there is a way to the lock.
enum Way {
    Refused(Refusal),
    Free {
        number: u64,
        head: Option<Head>,
        overtaken: Vec<String>,
    },
}

/// Looks who is in the way, and overtakes whose lease has ended. None where a chain has moved
/// meanwhile.
async fn make_way(
    store: &dyn Store,
    standing: &[Standing],
    scope: Scope,
    holder: &Holder,
) -> Result<Option<Way>, LockError> {
    let mut way = Way::Free {
        number: 1,
        head: None,
        overtaken: Vec::new(),
    };
    let mut now = None;
    for one in standing {
        let in_the_way = one.scope.conflicts(scope) && one.turn.state == State::Held;
        if in_the_way {
            let now = match now {
                Some(now) => now,
                None => *now.insert(store_time(store, &holder.nonce).await?),
            };
            if let Some(refusal) = still_held(one, now) {
                return Ok(Some(Way::Refused(refusal)));
            }
        }
        if one.scope == scope {
            // Creating the next number overtakes whoever held this one.
            way = Way::Free {
                number: one.number.saturating_add(1),
                head: one.turn.head.clone(),
                overtaken: one.turn.left_behind(),
            };
        } else if in_the_way && !overtake(store, one, &holder.name).await? {
            return Ok(None);
        }
    }
    Ok(Some(way))
}

/// Writes the end of another's lock into its chain. False where the chain has moved on.
async fn overtake(store: &dyn Store, other: &Standing, by: &str) -> Result<bool, LockError> {
    let turn = other.turn.released(Some(by.to_owned()));
    let key = scope::key(other.scope, other.number.saturating_add(1));
    Ok(store.create(&key, &turn.bytes()).await? == Created::Yes)
}

/// The refusal, where the lease has not ended.
fn still_held(one: &Standing, now: Timestamp) -> Option<Refusal> {
    let lease = Duration::from_secs(one.turn.lease_seconds).saturating_add(MARGIN);
    let age = now.duration_since(one.modified);
    // Older than now by the same clock, or it was set back.
    let age = Duration::try_from(age).unwrap_or_default();
    let left = lease.checked_sub(age).filter(|left| !left.is_zero())?;
    Some(Refusal {
        scope: one.scope,
        holder: one.turn.holder.clone(),
        left,
        ends: now.checked_add(left).unwrap_or(now),
    })
}

/// The store's clock: when it says that an object was written that is written now.
async fn store_time(store: &dyn Store, nonce: &str) -> Result<Timestamp, LockError> {
    let key = format!("clock/{nonce}.json");
    store.delete(&key).await?;
    store.create(&key, b"{}\n").await?;
    let listed = store.list("clock/").await?;
    let found = listed.iter().find(|entry| entry.key == key);
    let now = found.map(|entry| entry.modified);
    // With what others left who were killed here.
    let old = now.and_then(|now| now.checked_sub(SignedDuration::from_hours(1)).ok());
    for entry in &listed {
        if entry.key == key || old.is_some_and(|old| entry.modified < old) {
            store.delete(&entry.key).await?;
        }
    }
    now.ok_or_else(|| LockError::Busy(store.place()))
}

impl Lock {
    /// What it locks.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The same lock, held through another way to the same place.
    #[must_use]
    pub fn through(self, store: Arc<dyn Store>) -> Self {
        Self { store, ..self }
    }

    async fn write(&self) -> Result<Created, LockError> {
        let key = scope::key(self.scope, self.number);
        Ok(self.store.create(&key, &self.turn.bytes()).await?)
    }

    /// The second look, and the proof that this place keeps others out.
    async fn look_again(self) -> Result<Taken, LockError> {
        let found = standing(self.store.as_ref()).await?;
        let own = found.iter().find(|one| one.scope == self.scope);
        if let Some(own) = own.filter(|own| own.number > self.number) {
            // Between look and take so much time went by that the number was taken, left behind
            // and cleared away.
            let refusal = still_held(own, own.modified).filter(|_| own.turn.state == State::Held);
            return match refusal {
                Some(refusal) => Ok(Taken::Refused(Box::new(refusal))),
                None => Err(LockError::Busy(own.scope.to_string())),
            };
        }
        let other = found.iter().find(|one| {
            one.scope != self.scope
                && one.scope.conflicts(self.scope)
                && one.turn.state == State::Held
        });
        if let Some(other) = other {
            let refusal = still_held(other, other.modified);
            self.release(None).await?;
            return match refusal {
                Some(refusal) => Ok(Taken::Refused(Box::new(refusal))),
                None => Err(LockError::Busy(other.scope.to_string())),
            };
        }
        let key = scope::key(self.scope, self.number);
        if self.store.create(&key, b"{}\n").await? != Created::Exists {
            return Err(LockError::Unconditional(self.store.place()));
        }
        self.prune(&self.chain().await.unwrap_or_default()).await;
        Ok(Taken::Lock(Box::new(self)))
    }

    /// Makes the lease begin anew. False where somebody else has overtaken it.
    ///
    /// # Errors
    /// When it is not known whether it does.
    pub async fn renew(&mut self, head: Option<Head>) -> Result<bool, LockError> {
        let mut turn = Turn {
            written: self.clock.now(),
            ..self.turn.clone()
        };
        turn.carry(head);
        let number = self.number.saturating_add(1);
        let key = scope::key(self.scope, number);
        if self.store.create(&key, &turn.bytes()).await? == Created::Exists {
            // An earlier attempt of ours may have arrived after all.
            let there = self.store.read(&key).await?;
            let there = there.and_then(|bytes| Turn::parse(&bytes).ok());
            let ours = there.is_some_and(|there| {
                there.state == State::Held && there.holder.nonce == self.turn.holder.nonce
            });
            if !ours {
                return Ok(false);
            }
        }
        // Whoever slept for long may have found the number free because others have been past it
        // and cleared it away: the highest number is how things stand.
        let chain = self.chain().await?;
        if chain.iter().any(|(other, _)| *other > number) {
            return Ok(false);
        }
        (self.number, self.turn) = (number, turn);
        self.prune(&chain).await;
        Ok(true)
    }

    /// Gives it back. Who has overtaken it keeps it.
    ///
    /// # Errors
    /// When that could not be written; the lease then ends by itself.
    pub async fn release(mut self, head: Option<Head>) -> Result<(), LockError> {
        self.turn.carry(head);
        let turn = self.turn.released(None);
        let key = scope::key(self.scope, self.number.saturating_add(1));
        self.store.create(&key, &turn.bytes()).await?;
        Ok(())
    }

    /// The numbers of the chain that are there, with their keys.
    async fn chain(&self) -> Result<Vec<(u64, String)>, LockError> {
        let listed = self.store.list(&scope::folder(self.scope)).await?;
        let numbered = listed.into_iter().filter_map(|entry| {
            let (_, number) = scope::of_key(&entry.key)?;
            Some((number, entry.key))
        });
        Ok(numbered.collect())
    }

    /// Takes old objects of the chain away. What fails here is tried again by the next.
    async fn prune(&self, chain: &[(u64, String)]) {
        for (number, key) in chain {
            if number.saturating_add(KEPT) <= self.number {
                let _ = self.store.delete(key).await;
            }
        }
    }
}
