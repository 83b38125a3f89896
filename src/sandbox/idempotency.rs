//! The same key twice: `Idempotency-Key` on POST. The first answer is kept and given again for
//! 24 hours of the sandbox's clock, in the same transaction as what it answered for.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, Method, StatusCode};
use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::model::plan_document::hexadecimal;

use super::call::Answer;
use super::problem::Problem;
use super::store::PortalRows;

const LONGEST_KEY: usize = 255;

/// One key as it was sent: whose, and over which request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The token that sent it: keys of different callers never meet.
    pub(crate) token: String,
    /// The key.
    pub(crate) text: String,
    /// A digest of method, address and body.
    pub(crate) fingerprint: String,
}

impl Key {
    /// The key of a request, where it has one that counts.
    pub(crate) fn of(
        token: &str,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Option<Self>, Problem> {
        let Some(value) = headers.get("idempotency-key") else {
            return Ok(None);
        };
        if method != Method::POST {
            return Ok(None);
        }
        let text = value.to_str().unwrap_or_default().trim();
        if text.is_empty() || text.len() > LONGEST_KEY {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "invalid-idempotency-key",
                "The Idempotency-Key cannot be used",
                format!("a key has 1 to {LONGEST_KEY} visible ASCII characters"),
            ));
        }
        let mut hash = Sha256::new();
        for part in [method.as_str().as_bytes(), path.as_bytes(), body] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Ok(Some(Self {
            token: token.to_owned(),
            text: text.to_owned(),
            fingerprint: hexadecimal(&hash.finalize()),
        }))
    }
}

impl PortalRows<'_> {
    /// The answer that the key has had within the last 24 hours.
    pub(crate) fn answered(&self, key: &Key, today: Date) -> Result<Option<Answer>, Problem> {
        let known: Option<(String, String, String)> = self
            .connection
            .prepare_cached(
                "SELECT fingerprint, answer, day FROM idempotency
                 WHERE portal = ?1 AND token = ?2 AND key = ?3",
            )?
            .query_row(params![self.portal, key.token, key.text], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let Some((fingerprint, answer, day)) = known else {
            return Ok(None);
        };
        // The clock has days only: from the next day on, 24 hours have passed.
        if day != today.to_string() {
            return Ok(None);
        }
        if fingerprint != key.fingerprint {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency-key-reused",
                "The Idempotency-Key was used for another request",
                "a key belongs to one request; another request needs a new key",
            ));
        }
        Ok(serde_json::from_str(&answer).ok())
    }

    /// Keeps the answer that the key had.
    pub(crate) fn keep_answer(
        &self,
        key: &Key,
        answer: &Answer,
        today: Date,
    ) -> Result<(), Problem> {
        let text = serde_json::to_string(answer).unwrap_or_default();
        self.connection
            .prepare_cached(
                "INSERT INTO idempotency (portal, token, key, day, fingerprint, answer)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET day = ?4, fingerprint = ?5, answer = ?6",
            )?
            .execute(params![
                self.portal,
                key.token,
                key.text,
                today.to_string(),
                key.fingerprint,
                text
            ])?;
        Ok(())
    }
}

/// The keys whose requests have not been answered yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlight(Arc<Mutex<BTreeSet<(String, String, String)>>>);

/// Holds one key until the request has its answer.
#[derive(Debug)]
pub(crate) struct Held {
    all: InFlight,
    key: (String, String, String),
}

impl InFlight {
    /// Holds the key, unless another request has it.
    pub(crate) fn hold(&self, portal: &str, key: &Key) -> Result<Held, Problem> {
        let key = (portal.to_owned(), key.token.clone(), key.text.clone());
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.insert(key.clone()) {
            Ok(Held {
                all: self.clone(),
                key,
            })
        } else {
            Err(Problem::new(
                StatusCode::CONFLICT,
                "request-in-flight",
                "A request with that Idempotency-Key is being carried out",
                "wait for its answer, or ask again later",
            ))
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut keys = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.remove(&self.key);
    }
}
