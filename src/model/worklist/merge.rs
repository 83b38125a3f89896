//! A fresh worklist and the one that is there: marks are kept, numbers too as long as nothing new
//! is to be done, and nothing that is still to be done is lost. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{Page, Step, WorkKind, Worklist};

/// Title, clicks, what must be seen, and what cannot be undone.
type Words<'a> = (&'a str, &'a [String], Option<&'a str>, Option<&'a str>);

/// What is to be on file after planning anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// What is there says what is to be done: its numbers and marks stay.
    AsBefore(Worklist),
    /// Another list than before.
    New(Worklist),
    /// Nothing is to be done, and nothing is worth keeping.
    Nothing,
}

impl Worklist {
    /// What becomes of this fresh worklist where `before` is on file.
    ///
    /// Of the old list stay: as long as it asks for the same steps, the whole of it; else marks of
    /// steps that nothing in a snapshot shows, and such steps that the plan will not ask for again
    /// because the account that they are about is there by now. A list with marks is kept as a
    /// record where nothing is left to do.
    #[must_use]
    pub fn merged(mut self, before: Option<Self>) -> Merged {
        let Some(before) = before else {
            return if self.pages.is_empty() {
                Merged::Nothing
            } else {
                Merged::New(self)
            };
        };
        self.keep_marks(&before);
        self.carry_over(&before);
        if before.is_marked() && self.open().next().is_none() {
            return before.into_record();
        }
        if self.pages.is_empty() {
            return Merged::Nothing;
        }
        if self.asks_for() == before.asks_for() {
            return Merged::AsBefore(before);
        }
        self.number();
        Merged::New(self)
    }

    fn is_marked(&self) -> bool {
        self.steps().any(|step| step.done.is_some())
    }

    /// The open steps, in the words that a person follows.
    fn asks_for(&self) -> BTreeMap<&str, Words<'_>> {
        self.open()
            .map(|step| {
                let (seen, warning) = (step.seen.as_deref(), step.irreversible.as_deref());
                (
                    step.id.as_str(),
                    (step.title.as_str(), step.clicks.as_slice(), seen, warning),
                )
            })
            .collect()
    }

    /// A step that changes the snapshot and is planned is open, whatever a mark once said.
    fn keep_marks(&mut self, before: &Self) {
        let marks: BTreeMap<&str, _> = before
            .steps()
            .filter_map(|step| Some((step.id.as_str(), step.done.as_ref()?)))
            .collect();
        for step in self.steps_mut().filter(|step| step.change.is_none()) {
            step.done = marks.get(step.id.as_str()).map(|mark| (*mark).clone());
        }
    }

    /// Handing over a login, and its second factor, are planned together with what makes them
    /// needed, and never again.
    fn carry_over(&mut self, before: &Self) {
        let here: BTreeSet<String> = self.steps().map(|step| step.id.clone()).collect();
        let cause = |step: &Step| matches!(step.kind, WorkKind::Create | WorkKind::Promote);
        let causes: BTreeMap<&str, bool> = before
            .steps()
            .filter(|step| cause(step))
            .map(|step| (step.id.as_str(), step.done.is_some()))
            .collect();
        for page in &before.pages {
            let carried: Vec<Step> = page
                .steps
                .iter()
                .filter(|step| {
                    matches!(step.kind, WorkKind::HandOver | WorkKind::SecondFactor)
                        && step.done.is_none()
                        && !here.contains(&step.id)
                        && step
                            .after
                            .iter()
                            .all(|early| causes.get(early.id.as_str()).copied().unwrap_or(true))
                })
                .cloned()
                .map(|mut step| {
                    step.after.retain(|early| here.contains(&early.id));
                    step
                })
                .collect();
            if carried.is_empty() {
                continue;
            }
            match self.pages.last_mut() {
                Some(last) if last.title == page.title => last.steps.extend(carried),
                _ => self.pages.push(Page {
                    steps: carried,
                    ..page.clone()
                }),
            }
        }
    }

    /// The done steps alone: what is open and no longer wanted must not be followed.
    fn into_record(mut self) -> Merged {
        if self.open().next().is_none() {
            return Merged::AsBefore(self);
        }
        for page in &mut self.pages {
            page.steps.retain(|step| step.done.is_some());
        }
        self.pages.retain(|page| !page.steps.is_empty());
        self.number();
        Merged::New(self)
    }
}
