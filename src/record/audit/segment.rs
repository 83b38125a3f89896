//! The segments of the log as they lie in a place of records.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::AuditError;
use super::line::{SealedLine, parse_line};
use crate::record::store::Store;

/// Most unsound lines of one segment that are told one by one: an object may hold nothing else.
const MOST_UNSOUND: u64 = 10_000;

/// One run's part of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// `<number>-<run>`.
    pub name: String,
    /// The number alone.
    pub number: u64,
    /// The run alone.
    pub run: String,
    /// Its parts by number, each with its key.
    pub parts: BTreeMap<u64, String>,
    /// When the last of them was written, by the place's own clock.
    pub modified: Option<Timestamp>,
    /// What lies beside: half lines that a crash left.
    pub aside: Vec<String>,
    /// What does not belong there.
    pub stray: Vec<String>,
}

/// The number in the name of a segment; none is 0.
pub(super) fn number_of(name: &str) -> u64 {
    let (number, _) = name.split_once('-').unwrap_or((name, ""));
    number.parse().unwrap_or_default()
}

/// The name of a segment.
pub(super) fn name(number: u64, run: &str) -> String {
    format!("{number:08}-{run}")
}

/// The key of one part of a segment.
pub(super) fn part_key(segment: &str, part: u64) -> String {
    format!("audit/{segment}/{part:06}.jsonl")
}

/// Where the half line at the end of a part is set aside: the first, the second and so on.
pub(super) fn aside_key(segment: &str, part: u64, number: u64) -> String {
    match number {
        1 => format!("audit/{segment}/{part:06}.torn"),
        _ => format!("audit/{segment}/{part:06}.{number}.torn"),
    }
}

/// Whether an object is a half line that was set aside.
fn is_aside(key: &str, segment: &str, file: &str) -> bool {
    let Some(name) = file.strip_suffix(".torn") else {
        return false;
    };
    let (part, number) = name.split_once('.').unwrap_or((name, "1"));
    let numbers = part.parse().ok().zip(number.parse().ok());
    numbers.is_some_and(|(part, number)| aside_key(segment, part, number) == key)
}

/// Every segment, by number and run.
///
/// # Errors
/// When not all of them can be listed.
pub async fn segments(store: &dyn Store) -> Result<Vec<Segment>, AuditError> {
    let mut found: BTreeMap<String, Segment> = BTreeMap::new();
    for entry in store.list("audit/").await? {
        let below = entry.key.strip_prefix("audit/").unwrap_or(&entry.key);
        let (name, file) = below.split_once('/').unwrap_or((below, ""));
        let (_, run) = name.split_once('-').unwrap_or((name, ""));
        let segment = found.entry(name.to_owned()).or_insert_with(|| Segment {
            name: name.to_owned(),
            number: number_of(name),
            run: run.to_owned(),
            parts: BTreeMap::new(),
            modified: None,
            aside: Vec::new(),
            stray: Vec::new(),
        });
        let part = file
            .strip_suffix(".jsonl")
            .and_then(|part| part.parse().ok());
        if let Some(part) = part.filter(|part| part_key(name, *part) == entry.key) {
            segment.modified = segment.modified.max(Some(entry.modified));
            segment.parts.insert(part, entry.key);
        } else if is_aside(&entry.key, name, file) {
            segment.aside.push(entry.key);
        } else {
            segment.stray.push(entry.key);
        }
    }
    let mut found: Vec<Segment> = found.into_values().collect();
    found.sort_by(|one, other| (one.number, &one.run).cmp(&(other.number, &other.run)));
    Ok(found)
}

/// Every line of a segment, each sound or with what is wrong with it. The second is the half line
/// at the end, where there is one.
///
/// # Errors
/// When a part cannot be read.
pub async fn lines(
    store: &dyn Store,
    segment: &Segment,
) -> Result<(Vec<Result<SealedLine, String>>, Option<Vec<u8>>), AuditError> {
    let mut found = Vec::new();
    let mut torn = None;
    let mut unsound = 0;
    for key in segment.parts.values() {
        let bytes = store.read(key).await?.unwrap_or_default();
        let (whole, rest) = whole_lines(&bytes);
        if let Some(torn) = torn.replace(rest.to_vec()).filter(|torn| !torn.is_empty()) {
            found.push(Err(format!(
                "a part ends within it: {} bytes",
                Vec::len(&torn)
            )));
        }
        for line in whole {
            let line = parse_line(line);
            unsound += u64::from(line.is_err());
            found.push(line);
            if unsound >= MOST_UNSOUND {
                found.push(Err(
                    "so much before it is unsound that no more is read".to_owned()
                ));
                return Ok((found, None));
            }
        }
    }
    Ok((found, torn.filter(|torn| !torn.is_empty())))
}

/// The lines that end, and what follows the last of them.
pub(super) fn whole_lines(bytes: &[u8]) -> (impl Iterator<Item = &[u8]>, &[u8]) {
    let end = bytes.iter().rposition(|byte| *byte == b'\n');
    let (whole, rest) = match end {
        Some(end) => bytes.split_at(end + 1),
        None => (&[] as &[u8], bytes),
    };
    let lines = whole.split_inclusive(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\n").unwrap_or(line));
    (lines, rest)
}
