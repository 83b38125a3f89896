//! What the last apply of each listing leaves for the next: how many accounts and areas it saw, so
//! that a list that has become shorter is noticed, and what the keys of the next calls depend on. One
//! small file at rest: whoever reads it need not read the audit log. Judges nothing, and names nobody.
//!
//! Two parts of a project may be applied at the same moment. Each run writes a file of its own that
//! holds what it read and what it saw, and then takes away what it read: what both wrote stays, and
//! of two counts of one listing the later one holds.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::store::{Created, Store, StoreError};
use crate::model::call_keys::CallKeys;
use crate::model::listing_count::{Counted, ListingCount};
use crate::model::name::{OrganisationId, PortalName, PortalOrganisation};

/// Where the files are.
const PREFIX: &str = "counts/";

/// Version of the files.
const FORMAT: u32 = 1;

/// For how long a count that is still right is not written again: whoever wants to know when a listing
/// was last seen is told the day.
const FRESH: SignedDuration = SignedDuration::from_hours(12);

/// How often the files are looked at again, where one went while they were read.
const ATTEMPTS: usize = 5;

/// Whose listing: the organisation and the portal by their names in the project.
pub type Whose = (OrganisationId, PortalName);

/// What was counted, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What was counted.
    pub counted: Counted,
    /// What the keys of the next calls depend on.
    pub keys: CallKeys,
    /// When.
    pub time: Timestamp,
}

/// The last counts, and the files that they were read from.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// The last count of each listing.
    pub known: BTreeMap<Whose, Known>,
    files: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct File {
    format: u32,
    listings: Vec<Line>,
}

/// One listing, as it is written.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    organisation: String,
    portal: String,
    portal_organisation: String,
    accounts: u64,
    areas: u64,
    pages: u64,
    /// Accounts that were about to be deleted: fewer by these is as it should be.
    #[serde(default)]
    leaving: u64,
    #[serde(default, skip_serializing_if = "CallKeys::is_empty")]
    keys: CallKeys,
    time: Timestamp,
}

impl Counts {
    /// Reads what the last runs saw; nothing where there was none.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub async fn read(store: &dyn Store) -> Result<Self, StoreError> {
        let mut read = Self::default();
        for _ in 0..ATTEMPTS {
            read = Self::default();
            let mut all_there = true;
            for entry in store.list(PREFIX).await? {
                match store.read(&entry.key).await? {
                    Some(bytes) => read.take(store, &entry.key, &bytes)?,
                    // Another run has put its own in its place.
                    None => all_there = false,
                }
            }
            if all_there {
                break;
            }
        }
        Ok(read)
    }

    fn take(&mut self, store: &dyn Store, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let failed = |message: String| StoreError::Object {
            place: store.place(),
            key: key.to_owned(),
            message,
        };
        let file: File = serde_json::from_slice(bytes)
            .map_err(|error| failed(format!("is no file of counts: {error}")))?;
        if file.format != FORMAT {
            return Err(failed(format!(
                "is of format {}, and this beadle reads {FORMAT}",
                file.format
            )));
        }
        for line in file.listings {
            let (whose, known) = line.read();
            match self.known.get(&whose) {
                Some(there) if there.time >= known.time => {}
                _ => {
                    self.known.insert(whose, known);
                }
            }
        }
        self.files.push(key.to_owned());
        Ok(())
    }

    /// What the keys of the next calls depend on, for each listing of which something is known.
    #[must_use]
    pub fn keys(&self) -> BTreeMap<Whose, CallKeys> {
        let known = self.known.iter();
        known
            .map(|(whose, known)| (whose.clone(), known.keys.clone()))
            .collect()
    }

    /// Keeps what a run saw at a time, and, of what it saw, what has changed for the keys of the next.
    /// `run` is a name that no other run has, and `still` says of whom counts are kept. Nothing is
    /// written where nothing is different from what was counted a few hours ago.
    ///
    /// # Errors
    /// When it is not known to be kept. What was known before still is.
    pub async fn keep(
        &mut self,
        store: &dyn Store,
        run: &str,
        (seen, keys): (&BTreeMap<Whose, Counted>, &BTreeMap<Whose, CallKeys>),
        time: Timestamp,
        still: impl Fn(&Whose) -> bool,
    ) -> Result<(), StoreError> {
        let before = self.keys();
        let keys_of = |whose: &Whose| {
            let keys = keys.get(whose).or_else(|| before.get(whose));
            keys.cloned().unwrap_or_default()
        };
        let same = |(whose, counted): (&Whose, &Counted)| {
            let known = self.known.get(whose);
            known.is_some_and(|known| {
                known.counted == *counted
                    && known.keys == keys_of(whose)
                    && time.duration_since(known.time) < FRESH
            })
        };
        if seen.iter().all(same) && self.known.keys().all(&still) {
            return Ok(());
        }
        self.known.retain(|whose, _| still(whose));
        self.known.extend(seen.iter().map(|(whose, counted)| {
            let known = Known {
                counted: counted.clone(),
                keys: keys_of(whose),
                time,
            };
            (whose.clone(), known)
        }));
        let listings = self.known.iter().map(Line::of).collect();
        let file = File {
            format: FORMAT,
            listings,
        };
        let text = serde_json::to_string(&file).map_err(|error| StoreError::Object {
            place: store.place(),
            key: PREFIX.to_owned(),
            message: error.to_string(),
        })?;
        let key = self.write(store, run, text + "\n").await?;
        for old in std::mem::replace(&mut self.files, vec![key]) {
            store.delete(&old).await?;
        }
        Ok(())
    }

    /// Writes a file of this run, of which there may be some already.
    async fn write(
        &self,
        store: &dyn Store,
        run: &str,
        text: String,
    ) -> Result<String, StoreError> {
        let mut number = 1_u32;
        loop {
            let key = format!("{PREFIX}{run}-{number}.json");
            let ours = self.files.contains(&key);
            if !ours && store.create(&key, text.as_bytes()).await? == Created::Yes {
                return Ok(key);
            }
            number = number.saturating_add(1);
        }
    }
}

impl Line {
    fn of((whose, known): (&Whose, &Known)) -> Self {
        let (organisation, portal) = whose;
        let Known {
            counted:
                Counted {
                    portal_organisation,
                    count:
                        ListingCount {
                            accounts,
                            areas,
                            pages,
                        },
                    leaving,
                },
            keys,
            time,
        } = known;
        Self {
            organisation: organisation.to_string(),
            portal: portal.to_string(),
            portal_organisation: portal_organisation.to_string(),
            accounts: *accounts,
            areas: *areas,
            pages: *pages,
            leaving: *leaving,
            keys: keys.clone(),
            time: *time,
        }
    }

    fn read(self) -> (Whose, Known) {
        let Self {
            organisation,
            portal,
            portal_organisation,
            accounts,
            areas,
            pages,
            leaving,
            keys,
            time,
        } = self;
        let whose = (OrganisationId::new(organisation), PortalName::new(portal));
        let counted = Counted {
            portal_organisation: PortalOrganisation::new(portal_organisation),
            count: ListingCount {
                accounts,
                areas,
                pages,
            },
            leaving,
        };
        let known = Known {
            counted,
            keys,
            time,
        };
        (whose, known)
    }
}
