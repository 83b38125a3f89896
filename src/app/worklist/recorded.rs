//! Marks in the audit log: that a person says so is all the evidence there is of what was done at a
//! portal without an API, and a worklist that is written anew keeps no marks.

use super::marked::{Marked, Of};
use crate::app::record::{AtDesk, Desk, Records, Touched};
use crate::app::{Exit, Failure, Screen};
use crate::model::worklist::Step;
use crate::record::audit::{End, Entry, MarkEntry};

/// The lock is held and every mark is on the disk; the files are next.
pub(super) struct Recorded {
    at_desk: AtDesk,
    marks: u64,
}

/// Records who says that which steps are done. `None` where somebody else holds the lock, which is
/// said.
///
/// # Errors
/// When it cannot be recorded: then nothing is marked.
pub(super) async fn begin(
    desk: &Desk,
    records: &Records,
    marked: &[Marked],
    screen: &mut dyn Screen,
) -> Result<Option<Recorded>, Failure> {
    let new = || marked.iter().flat_map(Marked::new_marks);
    let mut touched: Vec<Touched<'_>> = Vec::new();
    for (list, step) in new() {
        touched.push(Touched {
            key: list.key,
            login: &step.login,
            name: &step.name,
        });
        let by = step.done.as_ref().and_then(|mark| mark.by.as_deref());
        touched.extend(by.map(|by| Touched {
            key: by,
            login: by,
            name: by,
        }));
    }
    touched.sort_by_key(|one| (one.key, one.login));
    touched.dedup_by_key(|one| (one.key, one.login));
    let marks = new().count() as u64;
    let begun = desk.begin(records, 0, &touched, screen).await?;
    let Some(at_desk) = begun else {
        return Ok(None);
    };
    for (list, step) in new() {
        let entry = mark(&at_desk, list, step);
        if let Err(failure) = at_desk.record(Entry::Mark(entry)).await {
            at_desk.end(End::default(), Exit::Failed, screen).await;
            return Err(failure);
        }
    }
    Ok(Some(Recorded { at_desk, marks }))
}

fn mark(at_desk: &AtDesk, of: Of<'_>, step: &Step) -> MarkEntry {
    let Of { list, key } = of;
    let done = step.done.as_ref();
    let by = done.and_then(|mark| mark.by.as_deref());
    MarkEntry {
        organisation: list.organisation.clone(),
        portal: list.portal.clone(),
        portal_organisation: list.portal_organisation.clone(),
        kind: step.kind,
        person: at_desk.pseudonym(key),
        area: step.area.clone(),
        place: step.source.clone(),
        by: by.map(|by| at_desk.pseudonym(by)),
        on: done.map_or(list.day, |mark| mark.on),
    }
}

impl Recorded {
    /// Writes the last line and gives the lock back.
    pub(super) async fn end(self, written: bool, screen: &mut dyn Screen) -> Exit {
        let Self { at_desk, marks } = self;
        let end = if written {
            End {
                done: marks,
                ..End::default()
            }
        } else {
            End {
                left: marks,
                stopped: Some("not every file could be written".to_owned()),
                ..End::default()
            }
        };
        let exit = if written { Exit::Done } else { Exit::Failed };
        at_desk.end(end, exit, screen).await
    }
}
