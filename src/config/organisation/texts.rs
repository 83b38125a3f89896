//! The texts of one organisation, one after the other: keys, names, areas, reasons. One allocation
//! in place of several for each user.

use std::collections::HashMap;

use crate::config::fold::Hashes;

/// Where a text stands in [`Texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::config) struct Text {
    start: u32,
    end: u32,
}

/// All texts of one organisation.
pub(in crate::config) struct Texts(Box<str>);

impl Texts {
    /// The text that stands there.
    pub(in crate::config) fn get(&self, text: Text) -> &str {
        let range = text.start as usize..text.end as usize;
        self.0.get(range).unwrap_or("")
    }
}

/// Texts while they are collected.
#[derive(Default)]
pub(super) struct Collected<'s> {
    all: String,
    known: HashMap<&'s str, Text, Hashes>,
}

impl<'s> Collected<'s> {
    /// Keeps a text that is not expected again.
    pub(super) fn keep(&mut self, text: &str) -> Text {
        let start = super::count(self.all.len());
        self.all.push_str(text);
        let end = super::count(self.all.len());
        Text { start, end }
    }

    /// Keeps a text once, however often it comes.
    pub(super) fn once(&mut self, text: &'s str) -> Text {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let kept = self.keep(text);
        self.known.insert(text, kept);
        kept
    }

    /// The texts, complete.
    pub(super) fn finish(self) -> Texts {
        Texts(self.all.into())
    }
}
