//! One object of a lock's chain: who holds it, or that it was released.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::LEASE;

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// A name that says where to look: a CI job's address, or a user at a machine.
    pub name: String,
    /// The number of its process, on its machine.
    pub process: u32,
    /// What it runs.
    pub command: String,
    /// Since when, by its own clock.
    pub since: Timestamp,
    /// What tells its run from every other.
    pub nonce: String,
}

/// The last line of an audit log, as far as somebody knew it: what came before cannot be changed
/// or taken away without being seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Which segment.
    pub segment: String,
    /// How many lines it had.
    pub records: u64,
    /// The digest of the last of them.
    pub digest: String,
}

/// Whether a lock is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is.
    Held,
    /// It is not.
    Released,
}

/// One object of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The version of this format. Always 1.
    pub format: u32,
    /// Held or released.
    pub state: State,
    /// By whom it is, or was.
    pub holder: Holder,
    /// When it was written, by its writer's clock.
    pub written: Timestamp,
    /// How long it holds.
    pub lease_seconds: u64,
    /// Who ended it, where that was not its holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released_by: Option<String>,
    /// The end of the audit log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Head>,
    /// The nonces of those who held it and did not give it back, since that end: each may have begun
    /// a run that the end does not show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overtaken: Vec<String>,
}

impl Turn {
    /// Whether it bears a segment of the audit log out: it carries its end, or its run has held it.
    pub(in crate::record) fn bears_out(&self, segment: &str, run: &str) -> bool {
        let Self {
            format: _,
            state: _,
            holder,
            written: _,
            lease_seconds: _,
            released_by: _,
            head,
            overtaken,
        } = self;
        let ends = head.as_ref().is_some_and(|head| head.segment == segment);
        ends || holder.nonce == run || overtaken.iter().any(|nonce| nonce == run)
    }

    /// Who held it before somebody takes it now, and may have left a run that no end shows.
    pub(super) fn left_behind(&self) -> Vec<String> {
        let mut overtaken = self.overtaken.clone();
        if self.state == State::Held || self.released_by.is_some() {
            overtaken.push(self.holder.nonce.clone());
        }
        overtaken
    }

    pub(super) fn held(holder: Holder, now: Timestamp, head: Option<Head>) -> Self {
        Self {
            format: 1,
            state: State::Held,
            holder,
            written: now,
            lease_seconds: LEASE.as_secs(),
            released_by: None,
            head,
            overtaken: Vec::new(),
        }
    }

    /// Carries the end of the log from now on, where there is one: the run that wrote it has pinned
    /// what it found.
    pub(super) fn carry(&mut self, head: Option<Head>) {
        if head.is_some() {
            self.head = head;
            self.overtaken.clear();
        }
    }

    pub(super) fn released(&self, by: Option<String>) -> Self {
        Self {
            state: State::Released,
            released_by: by,
            ..self.clone()
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        // Plain data without maps: it cannot fail.
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let turn: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if turn.format != 1 {
            return Err(format!("it has format {}, and 1 is known", turn.format));
        }
        Ok(turn)
    }
}
