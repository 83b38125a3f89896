//! The first line of a run: what was there before is pinned, what a crash left is set aside, and
//! what is too old is taken away.
//!
//! Two runs that begin at once may each miss the other. So whoever has written its first line
//! looks again, and begins anew if somebody came between: of two at least one sees the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::journal::{Journal, Writer};
use super::known::{borne_out, is_by_lock};
use super::line::{End, Entry, Pin, Start};
use super::segment::{Segment, aside_key, lines, name, number_of, part_key, segments, whole_lines};
use super::{AuditError, SealedLine, parse_line};
use crate::record::Clock;
use crate::record::lock::{Head, HeadCell, Scope, Standing, last_written, standing};
use crate::record::store::{Created, Store};

/// How often a run begins anew because another came between.
const ATTEMPTS: u32 = 20;

/// How long after the last run the clocks are believed that say how late it is.
const BORNE_OUT: SignedDuration = SignedDuration::from_hours(31 * 24);

/// What a run says of itself, and where it does.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its lock. Whatever this excludes is over.
    pub scope: Scope,
    /// Its nonce: 32 hexadecimal digits.
    pub run: String,
    /// Its first line; what concerns other segments is filled in.
    pub start: Start,
    /// Segments that ended longer ago are taken away.
    pub keep_days: Option<u32>,
}

/// A run whose first line is written.
#[derive(Debug)]
pub struct Begun {
    /// Where the rest goes.
    pub journal: Journal,
    /// Half lines that a crash had left and that were set aside.
    pub repaired: Vec<String>,
    /// Runs of which a run lock knows, or that nobody known took out, and that are not there any
    /// more. The first line keeps them.
    pub missed: Vec<String>,
    /// The segments that were taken away because they were old.
    pub forgotten: Vec<String>,
    /// The name of its segment.
    pub segment: String,
    writer: Writer,
}

impl Begun {
    /// Writes the last line, and waits until it is there.
    ///
    /// # Errors
    /// When it is not certain that everything was written.
    pub async fn end(self, end: End) -> Result<Head, String> {
        let Self {
            journal, writer, ..
        } = self;
        let head = journal.end(end).await;
        drop(journal);
        writer.done().await;
        head
    }
}

/// Begins a run's segment. The run must hold its lock.
///
/// # Errors
/// When what is there cannot be read, or the first line cannot be written.
pub async fn begin(
    store: &Arc<dyn Store>,
    clock: &Arc<dyn Clock>,
    run: &Run,
    head: &HeadCell,
) -> Result<Begun, AuditError> {
    let mut repaired = Vec::new();
    for _ in 0..ATTEMPTS {
        let seen = segments(store.as_ref()).await?;
        let past = Past::read(store.as_ref(), &seen, run).await?;
        repaired.extend(past.repaired);
        let number = seen.last().map_or(0, |last| last.number).saturating_add(1);
        let segment = name(number, &run.run);
        let late = match run.keep_days {
            Some(days) => old_before(store.as_ref(), &seen, run, days, clock.now()).await?,
            None => None,
        };
        let old = match late {
            Some(late) => too_old(store.as_ref(), &seen, past.settled, late).await?,
            None => Vec::new(),
        };
        let (journal, writer) = Journal::open(
            Arc::clone(store),
            Arc::clone(clock),
            segment.clone(),
            run.run.clone(),
            head.clone(),
        );
        let mut start = run.start.clone();
        let (settled, missed) = (past.settled, past.missed);
        let lost = missed.iter().map(|pin| pin.segment.clone()).collect();
        start.after = past.pins.into_iter().chain(missed).collect();
        start.settled = settled;
        start.forgotten = old.iter().map(|(pin, _)| pin.clone()).collect();
        let written = journal.record(Entry::Start(start)).await;
        written.map_err(AuditError::Unwritten)?;
        let begun = Begun {
            journal,
            repaired: repaired.clone(),
            missed: lost,
            forgotten: old.iter().map(|(pin, _)| pin.segment.clone()).collect(),
            segment: segment.clone(),
            writer,
        };
        if came_between(store.as_ref(), &seen, &segment, number, settled).await? {
            let end = End {
                stopped: Some("another run began at the same moment; begun anew".to_owned()),
                ..End::default()
            };
            begun.end(end).await.map_err(AuditError::Unwritten)?;
            continue;
        }
        for (_, segment) in old {
            take_away(store.as_ref(), segment).await?;
        }
        return Ok(begun);
    }
    Err(AuditError::Unwritten(
        "other runs always begin at the same moment; try again".to_owned(),
    ))
}

/// What a run finds there before it begins, and what of it is too old. For fuzzing.
///
/// # Errors
/// When what is there cannot be read.
pub(in crate::record) async fn past(store: &dyn Store, run: &Run) -> Result<(), AuditError> {
    let seen = segments(store).await?;
    let past = Past::read(store, &seen, run).await?;
    too_old(store, &seen, past.settled, Timestamp::MAX).await?;
    Ok(())
}

/// Whether a segment appeared that neither this run nor a later one would pin.
async fn came_between(
    store: &dyn Store,
    seen: &[Segment],
    own: &str,
    number: u64,
    settled: u64,
) -> Result<bool, AuditError> {
    let known: BTreeSet<&str> = seen.iter().map(|one| one.name.as_str()).collect();
    let now = segments(store).await?;
    Ok(now.iter().any(|one| {
        let new = one.name != own && !known.contains(one.name.as_str());
        new && (one.number <= settled || one.number > number)
    }))
}

/// What lay there before this run.
struct Past {
    pins: Vec<Pin>,
    /// Ends that a run lock carries and that are not there as it knows them, and runs that one whom
    /// nobody knows says it took out.
    missed: Vec<Pin>,
    settled: u64,
    repaired: Vec<String>,
}

impl Past {
    async fn read(store: &dyn Store, seen: &[Segment], run: &Run) -> Result<Self, AuditError> {
        let locks = standing(store).await?;
        let mut settled_before = 0;
        // What a run says that was written in is not believed.
        for segment in seen.iter().rev().filter(|one| is_by_lock(one, &locks)) {
            if let Some(start) = first_line(store, segment).await? {
                settled_before = start.settled;
                break;
            }
        }
        let mut open = Vec::new();
        for segment in seen.iter().filter(|one| one.number > settled_before) {
            open.push((segment, first_line(store, segment).await?));
        }
        let unexplained = unexplained(seen, &open, &locks);
        let (mut pins, mut repaired) = (Vec::new(), Vec::new());
        let mut closed: BTreeSet<String> = BTreeSet::new();
        for (segment, start) in open {
            let over = match &start {
                // What this lock excludes cannot be running.
                Some(start) => scope_of(start).is_none_or(|scope| scope.conflicts(run.scope)),
                None => run.scope == Scope::Project,
            };
            let (pin, torn) = end_of(store, segment, over).await?;
            repaired.extend(torn);
            pins.push(pin);
            let pinned = start.into_iter().flat_map(|start| start.after);
            closed.extend(pinned.filter(|pin| pin.closed).map(|pin| pin.segment));
        }
        for pin in &mut pins {
            pin.closed |= closed.contains(&pin.segment);
        }
        let number = |pin: &Pin| {
            let segment = seen.iter().find(|one| one.name == pin.segment);
            segment.map_or(0, |one| one.number)
        };
        let first_open = pins.iter().filter(|pin| !pin.closed).map(number).min();
        let newest = seen.last().map_or(0, |last| last.number);
        let settled = first_open.map_or(newest, |first| first.saturating_sub(1));
        let mut missed = missed(locks, &pins, settled_before);
        let known: BTreeSet<String> = missed.iter().map(|pin| pin.segment.clone()).collect();
        let others = unexplained.into_iter();
        missed.extend(others.filter(|pin| !known.contains(&pin.segment)));
        Ok(Self {
            pins,
            missed,
            settled: settled.max(settled_before),
            repaired,
        })
    }
}

/// What run locks know of the log and the log does not hold. A lock forgets it with its next run,
/// so that run must pin it, or nobody would miss it from then on.
fn missed(locks: Vec<Standing>, pins: &[Pin], settled: u64) -> Vec<Pin> {
    let heads = locks.into_iter().filter_map(|lock| lock.turn.head);
    // Up to `settled` later runs have pinned every end, and old ones may have been taken away.
    let unsettled = heads.filter(|head| number_of(&head.segment) > settled);
    let missed = unsettled.filter(|head| {
        let there = pins.iter().find(|pin| pin.segment == head.segment);
        there.is_none_or(|pin| {
            let same = pin.records == head.records && pin.digest == head.digest;
            pin.records <= head.records && !same
        })
    });
    let pins: BTreeSet<Head> = missed.collect();
    pins.into_iter().map(unheard).collect()
}

/// Runs that are gone, and of which only a run that nobody knows says that it took them out. From
/// this run on that one is known, so that this run must pin them, or it would be believed.
fn unexplained(
    seen: &[Segment],
    open: &[(&Segment, Option<Start>)],
    locks: &[Standing],
) -> Vec<Pin> {
    let runs = || {
        open.iter()
            .map(|(segment, start)| (*segment, start.as_ref()))
    };
    let known = borne_out(runs(), locks);
    let said = |by_known: bool| {
        let is_known = |run: &Segment| known.contains(run.name.as_str());
        let runs = runs().filter(move |(run, _)| is_known(run) == by_known);
        let starts = runs.filter_map(|(_, start)| start.cloned());
        starts.flat_map(|start| start.forgotten)
    };
    let explained: BTreeSet<String> = said(true).map(|pin| pin.segment).collect();
    let there: BTreeSet<&str> = seen.iter().map(|one| one.name.as_str()).collect();
    let gone = said(false).filter(|pin| !there.contains(pin.segment.as_str()));
    gone.filter(|pin| !explained.contains(&pin.segment))
        .collect()
}

fn unheard(head: Head) -> Pin {
    let Head {
        segment,
        records,
        digest,
    } = head;
    Pin {
        segment,
        records,
        digest,
        closed: false,
    }
}

fn scope_of(start: &Start) -> Option<Scope> {
    Scope::parse(&start.scope)
}

/// How a segment began; none where not even its first line is whole.
async fn first_line(store: &dyn Store, segment: &Segment) -> Result<Option<Start>, AuditError> {
    let Some(key) = segment.parts.values().next() else {
        return Ok(None);
    };
    let bytes = store.read(key).await?.unwrap_or_default();
    let first = whole_lines(&bytes).0.next();
    let Some(first) = first else {
        return Ok(None);
    };
    match parse_line(first).map(|sealed| sealed.line.entry) {
        Ok(Entry::Start(start)) => Ok(Some(start)),
        Ok(_) => Err(unreadable(store, key, "it does not begin with a run")),
        Err(message) => Err(unreadable(store, key, &message)),
    }
}

fn unreadable(store: &dyn Store, key: &str, message: &str) -> AuditError {
    AuditError::Unreadable {
        place: store.place(),
        key: key.to_owned(),
        message: message.to_owned(),
    }
}

/// The end of a segment. Where its run is over, half a line at its end is set aside.
async fn end_of(
    store: &dyn Store,
    segment: &Segment,
    over: bool,
) -> Result<(Pin, Option<String>), AuditError> {
    let mut pin = Pin {
        segment: segment.name.clone(),
        records: 0,
        digest: String::new(),
        closed: over,
    };
    let mut repaired = None;
    for (index, (part, key)) in segment.parts.iter().rev().enumerate() {
        let bytes = store.read(key).await?.unwrap_or_default();
        let (whole, torn) = whole_lines(&bytes);
        if index == 0 && over && !torn.is_empty() && store.appends() {
            set_aside(store, segment, *part, torn, bytes.len()).await?;
            repaired = Some(key.clone());
        }
        let Some(last) = whole.last() else {
            continue;
        };
        let SealedLine { line, digest } =
            parse_line(last).map_err(|message| unreadable(store, key, &message))?;
        (pin.records, pin.digest) = (line.sequence, digest);
        pin.closed |= matches!(line.entry, Entry::End(_));
        break;
    }
    Ok((pin, repaired))
}

/// Keeps half a line beside its part, then takes it off its end.
async fn set_aside(
    store: &dyn Store,
    segment: &Segment,
    part: u64,
    torn: &[u8],
    size: usize,
) -> Result<(), AuditError> {
    let mut number = 1_u64;
    loop {
        let key = aside_key(&segment.name, part, number);
        if store.create(&key, torn).await? == Created::Yes {
            break;
        }
        // Of one who was killed before the end was cut off, or another half line.
        if store.read(&key).await?.is_some_and(|there| there == torn) {
            break;
        }
        number = number.saturating_add(1);
    }
    let whole = size.saturating_sub(torn.len()) as u64;
    store.cut(&part_key(&segment.name, part), whole).await?;
    Ok(())
}

/// Since when a run must have ended to be kept; none where nothing tells how late it is. Not this
/// machine's clock alone, which may be ahead, but the place's as well; and since the two are one on a
/// machine of its own, no more than a month after the last run before this one.
async fn old_before(
    store: &dyn Store,
    seen: &[Segment],
    run: &Run,
    days: u32,
    now: Timestamp,
) -> Result<Option<Timestamp>, AuditError> {
    let others = seen.iter().filter(|one| one.run != run.run);
    let last = others.filter_map(|one| one.modified).max();
    let (Some(last), Some(there)) = (last, last_written(store).await?) else {
        return Ok(None);
    };
    let soon_after = last.checked_add(BORNE_OUT).unwrap_or(Timestamp::MAX);
    let kept =
        SignedDuration::from_hours(24).saturating_mul(i32::try_from(days).unwrap_or(i32::MAX));
    let limit = now.min(there).min(soon_after).checked_sub(kept);
    Ok(Some(limit.unwrap_or(Timestamp::MIN)))
}

/// The segments from the old end that are over, pinned, and ended before then: as their own lines say,
/// and as the place does.
async fn too_old<'s>(
    store: &dyn Store,
    seen: &'s [Segment],
    settled: u64,
    limit: Timestamp,
) -> Result<Vec<(Pin, &'s Segment)>, AuditError> {
    let mut found = Vec::new();
    for segment in seen.iter().filter(|one| one.number <= settled) {
        // The rest is younger, or not to be judged.
        if segment.modified.is_none_or(|modified| modified >= limit) {
            break;
        }
        let (all, _) = lines(store, segment).await?;
        let last = all.into_iter().filter_map(Result::ok).next_back();
        let Some(SealedLine { line, digest }) = last.filter(|last| last.line.time < limit) else {
            break;
        };
        let pin = Pin {
            segment: segment.name.clone(),
            records: line.sequence,
            digest,
            closed: true,
        };
        found.push((pin, segment));
    }
    Ok(found)
}

async fn take_away(store: &dyn Store, segment: &Segment) -> Result<(), AuditError> {
    let keys = segment.parts.values().chain(&segment.aside);
    for key in keys {
        store.delete(key).await?;
    }
    super::people::forget_segment(store, &segment.name).await
}
