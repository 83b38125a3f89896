//! A text as lines: where they begin and end, how deep they are, which hold nothing but a comment.

use crate::config::edit::layout::{Element, Layout};

use super::{ODD, Stuck};

/// The lines of a text.
pub(super) struct Lines<'l> {
    pub(super) text: &'l str,
    pub(super) layout: &'l Layout,
}

impl<'l> Lines<'l> {
    pub(super) fn of(layout: &'l Layout) -> Self {
        let text = &layout.text;
        Self { text, layout }
    }

    /// First byte of the line that holds a byte.
    pub(super) fn start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// First byte of the line after the one that holds a byte.
    pub(super) fn next(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.find('\n')
            .map_or(self.text.len(), |newline| at + newline + 1)
    }

    /// The line that begins at a byte, without its end.
    pub(super) fn line(&self, start: usize) -> &'l str {
        let line = self.text.get(start..self.next(start)).unwrap_or_default();
        line.trim_end_matches(['\n', '\r'])
    }

    /// The line end that is used around a byte.
    pub(super) fn newline(&self, at: usize) -> &'static str {
        let ends_as = |end: usize| self.text.get(..end).map(|text| text.ends_with("\r\n"));
        let here = self.next(at);
        let crlf = if self
            .text
            .get(..here)
            .is_some_and(|text| text.ends_with('\n'))
        {
            ends_as(here)
        } else {
            ends_as(self.start(at))
        };
        if crlf == Some(true) { "\r\n" } else { "\n" }
    }

    /// How many bytes before a byte stand on its line.
    pub(super) fn column(&self, at: usize) -> usize {
        at - self.start(at)
    }

    /// What stands before a byte on its line.
    pub(super) fn before(&self, at: usize) -> &'l str {
        self.text.get(self.start(at)..at).unwrap_or_default()
    }

    /// How deep a byte is, which nothing but spaces may stand before.
    pub(super) fn indent(&self, at: usize) -> Result<usize, Stuck> {
        let before = self.before(at);
        if before.bytes().all(|byte| byte == b' ') {
            Ok(before.len())
        } else {
            Err(ODD)
        }
    }

    /// What stands after a byte on its line.
    pub(super) fn after(&self, at: usize) -> &'l str {
        let rest = self.text.get(at..self.next(at)).unwrap_or_default();
        rest.trim_end_matches(['\n', '\r'])
    }

    /// Whether a line, of which the start is given, holds nothing but a comment, and how deep.
    pub(super) fn comment(&self, start: usize) -> Option<usize> {
        let line = self.line(start);
        let bare = line.trim_start_matches(' ');
        bare.starts_with('#').then(|| line.len() - bare.len())
    }

    pub(super) fn is_blank(&self, start: usize) -> bool {
        start < self.text.len() && self.line(start).trim().is_empty()
    }

    /// The first byte of the comment that stands directly above a line, as deep as that; of the
    /// line itself where there is none.
    pub(super) fn with_comment(&self, start: usize, indent: usize) -> usize {
        let mut first = start;
        while first > 0 {
            let above = self.start(first - 1);
            if self.comment(above) != Some(indent) {
                break;
            }
            first = above;
        }
        first
    }

    /// The byte after everything that belongs to what ends at a byte: the rest of its line, which
    /// may hold a comment, and comments below that are deeper than `indent`.
    pub(super) fn block_end(&self, end: usize, indent: usize) -> Result<usize, Stuck> {
        let rest = self.after(end).trim_start();
        if !(rest.is_empty() || rest.starts_with('#')) {
            return Err("something else stands on its last line");
        }
        let mut next = self.next(end);
        while next < self.text.len() && self.comment(next).is_some_and(|depth| depth > indent) {
            next = self.next(next);
        }
        Ok(next)
    }

    /// The byte of the dash before an item of a list on lines of its own.
    pub(super) fn dash(&self, item: &Element) -> Result<usize, Stuck> {
        let before = self.text.get(..item.start).ok_or(ODD)?.trim_end();
        let dash = before
            .strip_suffix('-')
            .ok_or("an item of the list is written in an unusual way")?
            .len();
        self.indent(dash)?;
        Ok(dash)
    }

    /// How much deeper each level of the text is: as the first mapping in the document's root has
    /// it.
    pub(super) fn step(&self) -> usize {
        let inner = self.layout.root.entries().iter().find_map(|(_, value)| {
            let (key, _) = value.entries().first()?;
            let indent = self.indent(key.start).ok()?;
            (1..=8).contains(&indent).then_some(indent)
        });
        inner.unwrap_or(2)
    }

    /// Whether there is a comment in a stretch that holds no text of a value.
    pub(super) fn has_comment(&self, from: usize, to: usize) -> bool {
        self.text
            .get(from..to)
            .is_some_and(|between| between.contains('#'))
    }
}

/// The bytes of an entry: from its key to the end of its value.
pub(super) fn entry_bytes((key, value): &(Element, Element)) -> (usize, usize) {
    (key.start, key.end.max(value.end))
}
