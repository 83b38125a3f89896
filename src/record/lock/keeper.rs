//! Renews a lock while its holder works, and says so once it is lost. Time is tokio's: how long
//! ago the last renewal began, never what a clock on the wall says.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant};

use super::{Head, LAST_CALL, Lock, LockError, RENEWAL};

/// How long after a renewal that failed the next is tried.
const AGAIN: Duration = Duration::from_secs(4);

/// Why a lock is not ours any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// Somebody else has it, or ended it.
    #[error("the run lock was overtaken or released by somebody else")]
    Overtaken,
    /// Nothing was heard of it for too long.
    #[error("the run lock could not be renewed in time: {0}")]
    Unrenewed(String),
}

/// The end of the audit log as it grows, for the lock to carry.
#[derive(Clone, Debug, Default)]
pub struct HeadCell(Arc<Mutex<Option<Head>>>);

impl HeadCell {
    /// It has grown.
    pub fn set(&self, head: Head) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
    }

    /// How far it has.
    #[must_use]
    pub fn get(&self) -> Option<Head> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Keeps a lock.
#[derive(Debug)]
pub struct Keeper {
    enough: oneshot::Sender<()>,
    task: JoinHandle<Result<Box<Lock>, Lost>>,
    head: HeadCell,
}

impl Keeper {
    /// Begins to renew. `lost` is called at most once, as soon as the lock is not ours any more:
    /// no further call may begin then.
    pub fn begin(
        lock: Box<Lock>,
        head: HeadCell,
        lost: impl FnOnce(Lost) + Send + 'static,
    ) -> Self {
        let (enough, stopped) = oneshot::channel();
        let task = tokio::spawn(keep(lock, head.clone(), stopped, lost));
        Self { enough, task, head }
    }

    /// Ends the renewing and gives the lock back, with the end of the log. Says why, where it was
    /// lost before.
    ///
    /// # Errors
    /// When that could not be written: the lease then ends by itself.
    pub async fn release(self) -> Result<Option<Lost>, LockError> {
        // Nobody listens when it was lost.
        let _ = self.enough.send(());
        match self.task.await {
            Ok(Ok(lock)) => lock.release(self.head.get()).await.map(|()| None),
            Ok(Err(lost)) => Ok(Some(lost)),
            Err(_) => Ok(Some(Lost::Unrenewed("its keeper has ended".to_owned()))),
        }
    }
}

async fn keep(
    mut lock: Box<Lock>,
    head: HeadCell,
    mut stopped: oneshot::Receiver<()>,
    lost: impl FnOnce(Lost),
) -> Result<Box<Lock>, Lost> {
    let mut renewed = Instant::now();
    let mut pause = RENEWAL;
    loop {
        tokio::select! {
            _ = &mut stopped => return Ok(lock),
            () = tokio::time::sleep(pause) => {}
        }
        let begun = Instant::now();
        // A renewal that hangs is no renewal; whether it arrived is found out by the next.
        let last = renewed + LAST_CALL;
        let answer = tokio::time::timeout_at(last, lock.renew(head.get())).await;
        let why = match answer {
            Ok(Ok(true)) => {
                (renewed, pause) = (begun, RENEWAL);
                continue;
            }
            Ok(Ok(false)) => Lost::Overtaken,
            Ok(Err(error)) if Instant::now() + AGAIN < last => {
                pause = AGAIN;
                tracing::debug!("the run lock is not renewed: {error}");
                continue;
            }
            Ok(Err(error)) => Lost::Unrenewed(error.to_string()),
            Err(_) => Lost::Unrenewed("the place of records does not answer".to_owned()),
        };
        lost(why.clone());
        return Err(why);
    }
}
