//! The flag by which a run is interrupted, in two levels. It says what is wanted; [`super::run`]
//! obeys. Signals are caught elsewhere.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::portal::Halt;

/// How far a run is to be stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum StopLevel {
    /// Go on.
    #[default]
    Go,
    /// Let the calls in flight finish; begin nothing new.
    Finish,
    /// Give up the calls in flight as well.
    Now,
}

/// A flag that interrupts a run. Clones are the same flag. It is only ever raised.
#[derive(Clone, Debug)]
pub struct Stop {
    level: Arc<watch::Sender<StopLevel>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

impl Stop {
    /// A flag that is not raised.
    #[must_use]
    pub fn new() -> Self {
        Self {
            level: Arc::new(watch::Sender::new(StopLevel::Go)),
        }
    }

    /// Calls in flight finish, nothing new begins.
    pub fn finish(&self) {
        self.raise(StopLevel::Finish);
    }

    /// Calls in flight are given up.
    pub fn now(&self) {
        self.raise(StopLevel::Now);
    }

    /// How far it is raised.
    #[must_use]
    pub fn level(&self) -> StopLevel {
        *self.level.borrow()
    }

    /// Waits until it is raised at least that far; for ever if it never is.
    pub async fn reached(&self, level: StopLevel) {
        let mut levels = self.level.subscribe();
        // It fails only when no sender is left, and `self` holds one.
        let _ = levels.wait_for(|now| *now >= level).await;
    }

    fn raise(&self, to: StopLevel) {
        self.level.send_if_modified(|level| {
            let raised = to > *level;
            if raised {
                *level = to;
            }
            raised
        });
    }
}

/// At either level nothing further is written: what still waits for its turn is not in flight.
#[async_trait]
impl Halt for Stop {
    async fn raised(&self) {
        self.reached(StopLevel::Finish).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_raised_and_never_lowered_and_clones_are_one() {
        let stop = Stop::new();
        let same = stop.clone();
        assert_eq!(stop.level(), StopLevel::Go);
        same.now();
        same.finish();
        stop.reached(StopLevel::Finish).await;
        assert_eq!(stop.level(), StopLevel::Now);
    }
}
