//! The records of a project for the use cases that apply: opens the place, takes the run lock,
//! writes the audit log while the executor works.

mod desk;
mod recorder;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex as AsyncMutex;
use tokio::task::JoinHandle;

use super::interrupts::Interrupts;
use super::world::{self, WallClock};
use super::{Failure, Redact, Screen};
use crate::config::Project;
use crate::executor::Stop;
use crate::model::records::Place;
use crate::record::lock::{self, HeadCell, Holder, Keeper, Lost, Refusal, Scope, Taken};
use crate::record::{Clock, Folder, Memory, Store};
use crate::report::escape;

pub(super) use desk::{AtDesk, Desk, Touched};
pub(super) use recorder::{Recorder, Recording, key_of};

/// Longest pause between two attempts to take a lock.
const POLL: Duration = Duration::from_secs(5);

/// After this long nobody is writing any more what is not finished: whoever began it was killed.
const UNFINISHED: SignedDuration = SignedDuration::from_hours(1);

/// Where a project's records are.
pub(super) struct Records {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Records {
    /// Opens the project's place. What is done to embedded portals is gone with them, and so is
    /// the record of it.
    pub(super) fn open(project: &Project, sandbox: bool) -> Result<Self, Failure> {
        let clock: Arc<dyn Clock> = Arc::new(WallClock);
        let store: Arc<dyn Store> = if sandbox {
            Arc::new(Memory::new(Arc::clone(&clock)))
        } else {
            match &project.records().place {
                Place::Folder(folder) => Arc::new(Folder::new(folder)),
                bucket @ Place::Bucket { .. } => in_bucket(bucket)?,
            }
        };
        Ok(Self { store, clock })
    }
}

#[cfg(feature = "cloud")]
fn in_bucket(place: &Place) -> Result<Arc<dyn Store>, Failure> {
    use crate::record::{Cloud, CloudOptions};
    let Place::Bucket {
        provider,
        bucket,
        prefix,
    } = place
    else {
        return Err(Failure::Records("that is no bucket".to_owned()));
    };
    let options = CloudOptions {
        provider: *provider,
        bucket: bucket.clone(),
        prefix: prefix.clone(),
        variables: world::variables(CloudOptions::variables_of(*provider)),
    };
    let cloud = Cloud::open(&options).map_err(|error| Failure::Records(error.to_string()))?;
    Ok(Arc::new(cloud))
}

#[cfg(not(feature = "cloud"))]
fn in_bucket(_: &Place) -> Result<Arc<dyn Store>, Failure> {
    Err(Failure::Records(
        "this beadle was built without object stores, and the project keeps its records in one: \
         build it with `cargo install beadle --features cloud`"
            .to_owned(),
    ))
}

/// A run lock that is ours.
pub(super) struct Locked {
    keeper: Arc<AsyncMutex<Option<Keeper>>>,
    interrupted: JoinHandle<()>,
    lost: Arc<Mutex<Option<Lost>>>,
    pub(super) head: HeadCell,
    pub(super) holder: Holder,
    pub(super) scope: Scope,
}

impl Locked {
    /// Takes the lock, or says who holds it; waits for so long. From then on `stop` is raised when
    /// the lock is lost, and Ctrl-C or SIGTERM gives it back before it ends the program.
    pub(super) async fn take(
        records: &Records,
        (command, scope): (&str, Scope),
        wait: Duration,
        stop: &Stop,
        screen: &mut dyn Screen,
        redact: (Redact, &str),
    ) -> Result<Option<Self>, Failure> {
        let holder = Holder {
            name: world::actor(),
            process: std::process::id(),
            command: command.to_owned(),
            since: records.clock.now(),
            nonce: world::random::<16>()?,
        };
        // Before the lock is there: whoever interrupts from now on leaves none behind.
        let mut asked = Interrupts::listen()?;
        // None for what no clock reaches.
        let until = tokio::time::Instant::now().checked_add(wait);
        let mut said = false;
        let lock = loop {
            let taken = lock::take(&records.store, &records.clock, scope, holder.clone());
            let refusal = match taken.await? {
                Taken::Lock(lock) => break lock,
                Taken::Refused(refusal) => refusal,
            };
            let now = tokio::time::Instant::now();
            let left = until.map_or(Duration::MAX, |until| until.saturating_duration_since(now));
            if left.is_zero() {
                screen.warn(&refused(&refusal, redact));
                return Ok(None);
            }
            if !std::mem::replace(&mut said, true) {
                let who = name(&refusal.holder, redact);
                screen.say(&format!("waiting for the run lock, which {who} holds"));
            }
            tokio::select! {
                () = tokio::time::sleep(left.min(refusal.left).min(POLL)) => {}
                asked = asked.next() => std::process::exit(asked.code()),
            }
        };
        // What cannot be taken away is in nobody's way.
        let now = records.clock.now();
        let long_ago = now.checked_sub(UNFINISHED).unwrap_or(Timestamp::MIN);
        let _ = records.store.tidy("", long_ago).await;
        let (head, lost) = (HeadCell::default(), Arc::new(Mutex::new(None)));
        let (stop, told) = (stop.clone(), Arc::clone(&lost));
        let keeper = Keeper::begin(lock, head.clone(), move |why| {
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
            stop.finish();
        });
        let keeper = Arc::new(AsyncMutex::new(Some(keeper)));
        Ok(Some(Self {
            interrupted: tokio::spawn(give_back(Arc::clone(&keeper), asked)),
            keeper,
            lost,
            head,
            holder,
            scope,
        }))
    }

    /// From here on who interrupts is for others to hear.
    pub(super) fn calls_begin(&self) {
        self.interrupted.abort();
    }

    /// Why it is not ours any more, where it was lost.
    pub(super) fn lost(&self) -> Option<String> {
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.as_ref().map(Lost::to_string)
    }

    /// Gives it back.
    pub(super) async fn release(self, screen: &mut dyn Screen) {
        self.interrupted.abort();
        let Some(keeper) = self.keeper.lock().await.take() else {
            return;
        };
        if let Err(error) = keeper.release().await {
            screen.warn(&format!(
                "the run lock could not be given back and ends by itself: {error}"
            ));
        }
    }
}

/// Ctrl-C before the first call, while somebody is asked, say: nothing was changed, so the lock
/// goes back and the program ends as it would have.
async fn give_back(keeper: Arc<AsyncMutex<Option<Keeper>>>, mut asked: Interrupts) {
    let code = asked.next().await.code();
    if let Some(keeper) = keeper.lock().await.take() {
        // A lock that cannot be given back ends by itself.
        let _ = keeper.release().await;
    }
    std::process::exit(code);
}

/// Who holds a lock, as it may be shown; the text is the configuration's digest.
pub(super) fn name(holder: &Holder, (redact, digest): (Redact, &str)) -> String {
    let shown = match (holder.name.rsplit_once('@'), redact.redaction_of(digest)) {
        (Some((who, machine)), Some(redaction)) if !holder.name.contains("://") => {
            format!("{}@{machine}", redaction.person(who))
        }
        _ => holder.name.clone(),
    };
    format!("`{}`", escape::terminal(&shown))
}

fn refused(refusal: &Refusal, redact: (Redact, &str)) -> String {
    let Refusal {
        scope,
        holder,
        left,
        ends,
    } = refusal;
    let what = match scope {
        Scope::Project => "this project".to_owned(),
        Scope::Shard { .. } => format!("`{scope}` of this project"),
    };
    let (who, since) = (name(holder, redact), holder.since.strftime("%F %T UTC"));
    let (process, command) = (holder.process, escape::terminal(&holder.command));
    format!(
        "refused: {what} is being applied by {who} (process {process}, `{command}`, since \
         {since}); its lease ends at {}, in {} s, unless it is renewed\n  wait for it with \
         `--lock-wait 2m`; if it is dead for certain, end it with `beadle lock release {}`",
        ends.strftime("%F %T UTC"),
        left.as_secs().max(1),
        escape::terminal(&holder.nonce)
    )
}
