//! One file while it is edited: each change is made in the text and in its meaning, and the two
//! must agree, or nothing is done.

use std::sync::Arc;

use super::change::Change;
use super::layout::{Body, Element, Layout, Path, Step};
use super::splice;
use crate::config::files::{self, Opened};
use crate::config::findings::Finding;
use crate::model::diagnostic::{FileIndex, Span};

/// One file of the project.
pub(super) struct Draft {
    /// Its name from the project's folder.
    pub(super) name: Arc<str>,
    pub(super) index: FileIndex,
    /// Of the bytes that were read.
    pub(super) digest: [u8; 32],
    /// Its text as it was read.
    pub(super) read: Arc<str>,
    /// As it is looked at: as it was read, or as earlier edits of a row have left it.
    pub(super) before: Layout,
    /// As it is to be.
    pub(super) now: Layout,
}

impl Draft {
    /// Reads a file of the project.
    pub(super) fn open(
        root: &std::path::Path,
        name: &Arc<str>,
        index: FileIndex,
    ) -> Result<Self, Finding> {
        let Opened { text, digest } = files::open(root, name)?;
        let before = Layout::parse(text).ok_or_else(|| {
            let message = format!("`{name}` has changed while it was read");
            Finding::without_place("cannot-edit", message)
        })?;
        Ok(Self {
            name: Arc::clone(name),
            index,
            digest,
            read: before.text.as_str().into(),
            now: before.clone(),
            before,
        })
    }

    pub(super) fn is_changed(&self) -> bool {
        *self.read != *self.now.text
    }

    /// Looks from now on at what the edits so far have made of it. Places in findings are then no
    /// longer those of the file.
    pub(super) fn advance(&mut self) {
        self.before = self.now.clone();
    }

    /// The place of a node of the file as it was read.
    pub(super) fn span(&self, element: &Element) -> Span {
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span {
            file: self.index,
            start: byte(element.start),
            end: byte(element.end),
        }
    }

    /// Makes the changes of some organisations, each of which has its own in their order.
    ///
    /// A text is read again after every step. So that a file with a thousand organisations is not
    /// read a thousand times, those that are not in each other's way are made in one step: the
    /// first change of every organisation, then the second. Where that is refused, whatever the
    /// reason, they are made one by one, which also says what cannot be done.
    pub(super) fn make_all(&mut self, organisations: &[Vec<Change>]) -> Result<(), Finding> {
        if organisations.len() > 1 {
            let before = self.now.clone();
            let longest = organisations.iter().map(Vec::len).max().unwrap_or(0);
            let mut rounds = (0..longest).map(|round| -> Vec<&Change> {
                let changes = organisations.iter();
                changes.filter_map(|own| own.get(round)).collect()
            });
            if rounds.all(|together| self.make(&together).is_ok()) {
                return Ok(());
            }
            self.now = before;
        }
        let mut changes = organisations.iter().flatten();
        changes.try_for_each(|change| self.make(&[change]))
    }

    /// Makes changes that all were worked out for the text as it is now.
    fn make(&mut self, changes: &[&Change]) -> Result<(), Finding> {
        let Some(first) = changes.first() else {
            return Ok(());
        };
        for change in changes {
            self.refuse_shared(change)?;
        }
        let text = splice::apply(&self.now, changes).map_err(|why| self.stuck(first, why))?;
        let mut intended = self.now.root.clone();
        let mut changes = changes.iter();
        let meant = changes.try_for_each(|change| change.mean(&self.now, &mut intended));
        let written = meant.and_then(|()| Layout::parse(text));
        match written {
            Some(written) if written.root.same(&intended) => {
                self.now = written;
                Ok(())
            }
            _ => Err(self.stuck(first, "the result would not read as it is meant")),
        }
    }

    /// The nearest place of the file as it was read: what has been put in since is not there.
    fn nearest(&self, path: &[Step]) -> Span {
        let lengths = (0..=path.len()).rev();
        let mut known =
            lengths.filter_map(|length| path.get(..length).and_then(|path| self.before.at(path)));
        let span = self.span(known.next().unwrap_or(&self.before.root));
        let line_end = self.before.text.get(span.start as usize..);
        let length = line_end.map_or(0, |rest| rest.lines().next().map_or(0, str::len));
        let last = span.start + u32::try_from(length).unwrap_or(0);
        Span {
            end: span.end.min(last),
            ..span
        }
    }

    fn stuck(&self, change: &Change, why: &str) -> Finding {
        let span = self.nearest(change.path());
        Finding::error(
            "cannot-edit",
            &span,
            format!("this place cannot be edited safely: {why}"),
        )
        .help("edit it by hand")
    }

    /// What several places share is changed for all of them: only a person can want that.
    fn refuse_shared(&self, change: &Change) -> Result<(), Finding> {
        let path = change.path();
        let above = (0..=path.len()).filter_map(|length| self.now.at(path.get(..length)?));
        let mut inside = Vec::new();
        if let Some(taken) = change.taken(&self.now) {
            taken.walk(&mut |node| {
                if node.anchor != 0 {
                    inside.push(node);
                }
            });
        }
        let mut all = above.chain(inside);
        let shared = all.find_map(|node| match node.body {
            Body::Alias(anchor) => Some(anchor),
            _ => (node.anchor != 0).then_some(node.anchor),
        });
        shared.map_or(Ok(()), |anchor| Err(self.shared(path, anchor)))
    }

    fn shared(&self, path: &[Step], anchor: usize) -> Finding {
        let span = self.nearest(path);
        let others: Vec<String> = self
            .before
            .aliases(anchor)
            .iter()
            .map(|alias| self.before.line(alias.start).to_string())
            .collect();
        let mut defined = None;
        self.before.root.walk(&mut |node| {
            if node.anchor == anchor {
                defined = Some(self.before.line(node.start));
            }
        });
        let message = match (defined, others.as_slice()) {
            (Some(line), []) => format!("this is anchored (line {line})"),
            (Some(line), lines) => format!(
                "this is shared: it is anchored at line {line} and used again at line {}",
                lines.join(", ")
            ),
            (None, _) => "this is shared".to_owned(),
        };
        Finding::error("shared-node", &span, message).help(
            "write it out where it is used, or put what is shared into a bundle, and edit again",
        )
    }
}

/// A way, one step longer.
pub(super) fn below(path: &[Step], key: &str) -> Path {
    let mut path = path.to_vec();
    path.push(Step::Key(key.to_owned()));
    path
}

/// A way to an item of the list at the end of another way.
pub(super) fn item(path: &[Step], at: usize) -> Path {
    let mut path = path.to_vec();
    path.push(Step::Item(at));
    path
}
