//! Verification: whether the log is as it was written. It reads everything, changes nothing, and
//! says of each fault where it is.

use std::collections::{BTreeMap, BTreeSet};

use super::known::borne_out;
use super::line::{Entry, Pin, SealedLine, Start};
use super::segment::{Segment, lines, number_of, segments};
use super::{AuditError, People};
use crate::record::lock::{Head, standing};
use crate::record::store::{Store, StoreError};

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The segment or object, and the line.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

/// What verification found.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// What is not as it was written.
    pub faults: Vec<Fault>,
    /// What a reader should know: killed runs, half lines, calls whose outcome is not known.
    pub notes: Vec<String>,
    /// Segments read.
    pub segments: u64,
    /// Lines read.
    pub records: u64,
    /// Calls without an outcome.
    pub unknown: u64,
    /// The ends that no later segment pins.
    pub heads: Vec<Head>,
}

/// A segment as far as it could be read.
struct Seen {
    segment: Segment,
    start: Option<Start>,
    /// The digest of each line; none where it is not sound.
    digests: Vec<Option<String>>,
}

/// Runs by their name, each with the run that says that it took them away.
type Pins<'s> = BTreeMap<&'s str, (&'s Pin, &'s str)>;

/// What retention took away, as the runs say that did.
struct Forgotten<'s> {
    /// As runs say that the run lock bears out.
    pins: Pins<'s>,
    /// Runs go from the old end on, so that everything below this number went before.
    below: u64,
    /// As runs say that somebody may have written into the log.
    doubtful: Pins<'s>,
}

impl<'s> Forgotten<'s> {
    /// `known` are the runs that the run lock bears out.
    fn of(seen: &'s BTreeMap<String, Seen>, known: &BTreeSet<&str>) -> Self {
        let (mut pins, mut doubtful) = (BTreeMap::new(), BTreeMap::new());
        for one in seen.values() {
            let name = one.segment.name.as_str();
            let to = if known.contains(name) {
                &mut pins
            } else {
                &mut doubtful
            };
            for pin in one.start.iter().flat_map(|start| &start.forgotten) {
                to.insert(pin.segment.as_str(), (pin, name));
            }
        }
        let below = pins.keys().map(|name| number_of(name)).max().unwrap_or(0);
        Self {
            pins,
            below,
            doubtful,
        }
    }

    /// Whether a run that is not there any more, and of which another knows, was taken away. Whoever
    /// knew of the run that took it away, and misses it all the same, did not believe that one.
    fn has(&self, segment: &str, by: Option<&Start>) -> bool {
        match self.pins.get(segment) {
            Some((_, taker)) => !by.is_some_and(|start| {
                let pinned = start.after.iter().any(|pin| pin.segment == *taker);
                pinned || number_of(taker) <= start.settled
            }),
            None => number_of(segment) < self.below,
        }
    }

    /// Runs that were taken away although older ones are there still, each with who says so.
    fn too_soon(&self, seen: &BTreeMap<String, Seen>) -> Vec<(&'s str, &'s str)> {
        fn order(name: &str) -> (u64, &str) {
            (number_of(name), name)
        }
        let there = seen.keys().map(String::as_str);
        let there = there.filter(|name| !self.pins.contains_key(name));
        let oldest = there.map(order).min();
        let gone = self
            .pins
            .iter()
            .filter(|(name, _)| !seen.contains_key(**name));
        let late = gone.filter(|(name, _)| oldest.is_some_and(|oldest| oldest < order(name)));
        late.map(|(name, (_, by))| (*name, *by)).collect()
    }

    /// From where on the log stands.
    fn note(&self, seen: &BTreeMap<String, Seen>) -> Option<String> {
        let (last, by) = self
            .pins
            .iter()
            .max_by_key(|(name, _)| (number_of(name), **name))
            .map(|(name, (_, by))| (*name, *by))?;
        let first = seen.values().map(|one| &one.segment).find(|segment| {
            !self.pins.contains_key(segment.name.as_str()) && segment.number >= self.below
        });
        let first = first.map_or(by, |segment| segment.name.as_str());
        Some(format!(
            "runs up to `{last}` were old and were taken out, as `{by}` says; the log is checked \
             from `{first}` on"
        ))
    }
}

/// Reads the whole log and holds it to its digests, its pins, and the ends that the run lock
/// carries; and to `expected`, a digest that was printed once, where one is given.
///
/// # Errors
/// When it cannot be read. What can be read and is wrong is in [`Verified::faults`].
pub async fn verify(store: &dyn Store, expected: Option<&str>) -> Result<Verified, AuditError> {
    // Before the log: it only grows, so what the lock carries now must be there.
    let carried = standing(store).await?;
    let mut verified = Verified::default();
    let mut seen = BTreeMap::new();
    for segment in segments(store).await? {
        let one = verified.segment(store, segment).await?;
        seen.insert(one.segment.name.clone(), one);
    }
    if carried.is_empty() && !seen.is_empty() {
        let message =
            "there are runs, each of which held the run lock, and there is none: it is gone";
        verified.fault("lock/", message.to_owned());
    }
    verified.people(store).await?;
    let starts = || seen.values().filter_map(|one| one.start.as_ref());
    let runs = seen.values().map(|one| (&one.segment, one.start.as_ref()));
    let forgotten = Forgotten::of(&seen, &borne_out(runs, &carried));
    for (gone, by) in forgotten.too_soon(&seen) {
        let message =
            format!("it is gone, and older runs are there: `{by}` cannot have taken it out");
        verified.fault(gone, message);
    }
    verified.notes.extend(forgotten.note(&seen));
    let mut pinned = BTreeSet::new();
    for one in seen.values() {
        for pin in one.start.iter().flat_map(|start| &start.after) {
            pinned.insert((pin.segment.as_str(), pin.closed));
            let head = head_of(pin);
            let by = (one.start.as_ref(), one.segment.name.as_str());
            verified.pin(&seen, &forgotten, &head, pin.closed, by);
        }
    }
    for lock in &carried {
        if let Some(head) = &lock.turn.head {
            let by = format!("the run lock `{}`", lock.scope);
            verified.pin(&seen, &forgotten, head, false, (None, &by));
        }
    }
    let settled = starts().map(|start| start.settled).max().unwrap_or(0);
    for one in seen.values() {
        let name = one.segment.name.as_str();
        let closed = pinned.contains(&(name, true));
        if one.segment.number <= settled && !closed {
            let message = "no later run knows of it";
            verified.fault(name, message.to_owned());
        }
        if !closed && !pinned.contains(&(name, false)) {
            verified.heads.push(Head {
                segment: name.to_owned(),
                records: one.digests.len() as u64,
                digest: one
                    .digests
                    .iter()
                    .flatten()
                    .next_back()
                    .cloned()
                    .unwrap_or_default(),
            });
        }
    }
    if let Some(expected) = expected {
        verified.expect(&seen, &forgotten, expected);
    }
    verified.faults.sort();
    verified.faults.dedup();
    Ok(verified)
}

fn head_of(pin: &Pin) -> Head {
    let Pin {
        segment,
        records,
        digest,
        closed: _,
    } = pin;
    Head {
        segment: segment.clone(),
        records: *records,
        digest: digest.clone(),
    }
}

impl Verified {
    fn fault(&mut self, place: &str, message: String) {
        self.faults.push(Fault {
            place: place.to_owned(),
            message,
        });
    }

    /// Whether who stands behind the pseudonyms can be read. That is not part of the log, but no run
    /// begins without it.
    async fn people(&mut self, store: &dyn Store) -> Result<(), AuditError> {
        match People::read(store).await {
            Ok(_) => Ok(()),
            Err(AuditError::Unreadable { key, message, .. }) => {
                self.fault(&key, format!("it cannot be read: {message}"));
                Ok(())
            }
            Err(AuditError::Store(StoreError::Object { key, message, .. })) => {
                self.fault(&key, message);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// One segment by itself.
    async fn segment(&mut self, store: &dyn Store, segment: Segment) -> Result<Seen, AuditError> {
        let name = segment.name.clone();
        for stray in &segment.stray {
            self.fault(stray, "it is no part of the log".to_owned());
        }
        for aside in &segment.aside {
            self.notes.push(format!(
                "`{aside}` is half a line that a crash left; it was set aside"
            ));
        }
        let numbers = segment.parts.keys().copied();
        if !numbers.eq((1..).take(segment.parts.len())) {
            self.fault(&name, "a part is missing".to_owned());
        }
        let (all, torn) = lines(store, &segment).await?;
        let mut chain = Chain::default();
        for (index, line) in all.into_iter().enumerate() {
            let place = format!("{name} line {}", index.saturating_add(1));
            match line {
                Ok(line) => chain.take(self, &place, &segment.run, line),
                Err(message) => {
                    self.fault(&place, message);
                    chain.digests.push(None);
                }
            }
        }
        let whole = chain.digests.len();
        if let Some(torn) = torn {
            let after = if whole == 0 {
                "its first line"
            } else {
                "its last whole line"
            };
            let bytes = torn.len();
            if chain.ended {
                self.fault(&name, format!("{bytes} bytes follow its end"));
            } else {
                self.notes.push(format!(
                    "`{name}` was cut short by a crash: half a line of {bytes} bytes at {after}, \
                     line {whole}; the next apply sets it aside"
                ));
            }
        }
        if !chain.ended {
            self.notes.push(format!(
                "`{name}` has no end: its run was killed, or is still going on"
            ));
        }
        if !chain.open.is_empty() {
            let calls: Vec<String> = chain.open.iter().take(20).map(u64::to_string).collect();
            self.unknown = self.unknown.saturating_add(chain.open.len() as u64);
            self.notes.push(format!(
                "`{name}`: the outcome of {} is not known: call {}",
                if chain.open.len() == 1 {
                    "one call".to_owned()
                } else {
                    format!("{} calls", chain.open.len())
                },
                calls.join(", ")
            ));
        }
        self.segments = self.segments.saturating_add(1);
        self.records = self.records.saturating_add(whole as u64);
        Ok(Seen {
            segment,
            start: chain.start,
            digests: chain.digests,
        })
    }

    /// What somebody else knows of the end of a segment: another run, or the run lock.
    fn pin(
        &mut self,
        seen: &BTreeMap<String, Seen>,
        forgotten: &Forgotten<'_>,
        head: &Head,
        closed: bool,
        (start, by): (Option<&Start>, &str),
    ) {
        let Head {
            segment,
            records,
            digest,
        } = head;
        let Some(one) = seen.get(segment) else {
            if !forgotten.has(segment, start) {
                self.fault(segment, format!("it is gone, and {by} knows of it"));
                if let Some((_, taker)) = forgotten.doubtful.get(segment.as_str()) {
                    let message = format!(
                        "it says that it took `{segment}` out, and neither the run lock nor a run \
                         that the lock knows of bears it out"
                    );
                    self.fault(taker, message);
                }
            }
            return;
        };
        let there = one.digests.len() as u64;
        if there < *records {
            let message = format!("it ends with line {there}, and {by} knows of line {records}");
            return self.fault(segment, message);
        }
        let Some(last) = records.checked_sub(1) else {
            return;
        };
        let index = usize::try_from(last).unwrap_or(usize::MAX);
        if let Some(Some(found)) = one.digests.get(index)
            && found != digest
        {
            let message = format!("{by} knows another line {records}");
            self.fault(&format!("{segment} line {records}"), message);
        }
        if closed && there > *records {
            let message = format!(
                "it has lines up to {there}, and had {records} when {by} took its run as over: they \
                 were written in, or its run went on without the lock"
            );
            self.fault(segment, message);
        }
    }

    fn expect(&mut self, seen: &BTreeMap<String, Seen>, forgotten: &Forgotten<'_>, expected: &str) {
        let mut digests = seen.values().flat_map(|one| one.digests.iter().flatten());
        if digests.any(|digest| digest == expected) {
            return;
        }
        let mut pins = forgotten.pins.values();
        if let Some((pin, by)) = pins.find(|(pin, _)| pin.digest == expected) {
            self.notes.push(format!(
                "the line that is expected was taken out with the run `{}`, as `{by}` says: what came \
                 before it is not there to be checked",
                pin.segment
            ));
        } else {
            let message = "no line has the digest that is expected: the end of the log is gone";
            self.fault("the log", message.to_owned());
        }
    }
}

/// The chain of one segment.
#[derive(Default)]
struct Chain {
    start: Option<Start>,
    digests: Vec<Option<String>>,
    /// Calls without an outcome so far.
    open: BTreeSet<u64>,
    ended: bool,
}

impl Chain {
    fn take(&mut self, verified: &mut Verified, place: &str, run: &str, sealed: SealedLine) {
        let SealedLine { line, digest } = sealed;
        let mut fault = |message: &str| verified.fault(place, message.to_owned());
        let before = self.digests.last().cloned();
        if line.sequence != self.digests.len() as u64 + 1 {
            fault(&format!("it is line {} of its run", line.sequence));
        }
        match &before {
            None if line.previous.is_some() => fault("what came before it is gone"),
            // A line before that is not sound has been reported.
            Some(Some(before)) if line.previous.as_ref() != Some(before) => {
                fault("it does not follow the line before");
            }
            _ => {}
        }
        if line.run != run {
            fault(&format!("it is of run {}", line.run));
        }
        if self.ended {
            fault("it comes after the end of its run");
        }
        match line.entry {
            Entry::Start(start) if before.is_none() => self.start = Some(start),
            Entry::Start(_) => fault("a run begins within another"),
            _ if before.is_none() => fault("its run has no beginning"),
            Entry::Call(call) => {
                if !self.open.insert(call.call) {
                    fault("its call has begun before");
                }
            }
            Entry::Outcome(outcome) => {
                self.open.remove(&outcome.call);
            }
            Entry::Mark(_) => {}
            Entry::End(_) => self.ended = true,
        }
        self.digests.push(Some(digest));
    }
}
