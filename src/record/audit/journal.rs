//! Writes one segment. Whoever has something to record waits until it is on the disk; those who
//! wait at the same time share one write. After the first failure nothing more is written, and
//! everybody is told so.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::line::{End, Entry, Line};
use super::segment::part_key;
use crate::record::Clock;
use crate::record::lock::{Head, HeadCell};
use crate::record::store::{Created, Store};

/// Most entries that share one write.
const TOGETHER: usize = 512;

/// Size from which the next part begins, in bytes.
const PART: usize = 16 * 1024 * 1024;

/// A segment being written. Clones write the same one.
#[derive(Clone, Debug)]
pub struct Journal {
    queue: mpsc::UnboundedSender<Waiting>,
}

/// The end of a segment being written.
#[derive(Debug)]
pub(super) struct Writer {
    task: JoinHandle<()>,
}

struct Waiting {
    entry: Entry,
    told: Option<oneshot::Sender<Result<Head, String>>>,
}

impl Journal {
    /// Begins a segment; nothing is written yet.
    pub(super) fn open(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        segment: String,
        run: String,
        head: HeadCell,
    ) -> (Self, Writer) {
        let (queue, waiting) = mpsc::unbounded_channel();
        let file = SegmentFile {
            store,
            clock,
            run,
            head: Head {
                segment,
                records: 0,
                digest: String::new(),
            },
            part: 1,
            size: 0,
            failed: None,
        };
        let task = tokio::spawn(write(file, waiting, head));
        (Self { queue }, Writer { task })
    }

    /// Records an entry, and answers once it cannot be lost any more.
    ///
    /// # Errors
    /// When it is not certain to be recorded; nor is anything after it.
    pub async fn record(&self, entry: Entry) -> Result<Head, String> {
        let (told, answer) = oneshot::channel();
        let waiting = Waiting {
            entry,
            told: Some(told),
        };
        let ended = || "its writer has ended".to_owned();
        self.queue.send(waiting).map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }

    /// Records an entry some time soon, before anything that is recorded later.
    pub fn note(&self, entry: Entry) {
        // Whoever records the next entry is told if this one was not written.
        let _ = self.queue.send(Waiting { entry, told: None });
    }

    /// Ends the segment, once all that was noted is written.
    ///
    /// # Errors
    /// When that is not certain.
    pub async fn end(&self, end: End) -> Result<Head, String> {
        self.record(Entry::End(end)).await
    }
}

impl Writer {
    /// Waits until nothing is left to write. Every [`Journal`] must be gone.
    pub(super) async fn done(self) {
        // It only ever ends by itself.
        let _ = self.task.await;
    }
}

/// The segment as far as it is written.
struct SegmentFile {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    run: String,
    head: Head,
    part: u64,
    size: usize,
    failed: Option<String>,
}

async fn write(mut file: SegmentFile, mut queue: mpsc::UnboundedReceiver<Waiting>, head: HeadCell) {
    let mut together = Vec::new();
    while queue.recv_many(&mut together, TOGETHER).await > 0 {
        let (entries, told): (Vec<Entry>, Vec<_>) = together
            .drain(..)
            .map(|Waiting { entry, told }| (entry, told))
            .unzip();
        let result = file.write(entries).await;
        if let Ok(written) = &result {
            head.set(written.clone());
        }
        for told in told.into_iter().flatten() {
            // Who does not wait any more need not be told.
            let _ = told.send(result.clone());
        }
    }
}

impl SegmentFile {
    async fn write(&mut self, entries: Vec<Entry>) -> Result<Head, String> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        let result = self.write_together(entries).await;
        if let Err(failed) = &result {
            self.failed = Some(failed.clone());
        }
        result
    }

    async fn write_together(&mut self, entries: Vec<Entry>) -> Result<Head, String> {
        let mut head = self.head.clone();
        let mut text = String::new();
        for entry in entries {
            let line = Line {
                format: 1,
                sequence: head.records.saturating_add(1),
                time: self.clock.now(),
                run: self.run.clone(),
                entry,
                previous: Some(head.digest).filter(|digest| !digest.is_empty()),
            };
            let (sealed, digest) = line.seal()?;
            text.push_str(&sealed);
            text.push('\n');
            head = Head {
                segment: head.segment,
                records: line.sequence,
                digest,
            };
        }
        let key = part_key(&self.head.segment, self.part);
        let store = self.store.as_ref();
        if self.size > 0 {
            let written = store.append(&key, text.as_bytes()).await;
            written.map_err(|error| error.to_string())?;
        } else {
            let written = store.create(&key, text.as_bytes()).await;
            if written.map_err(|error| error.to_string())? == Created::Exists {
                return Err(format!("`{key}` was written by somebody else"));
            }
        }
        self.size = self.size.saturating_add(text.len());
        if !store.appends() || self.size >= PART {
            (self.part, self.size) = (self.part.saturating_add(1), 0);
        }
        self.head = head.clone();
        Ok(head)
    }
}
