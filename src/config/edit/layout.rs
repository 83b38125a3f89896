//! A YAML text with the place and the style of everything in it: what an edit needs to know and a
//! reader does not. Values are compared here, and never judged.

use granit_parser::{Event, Options, Parser, ScalarStyle, Span as Range, StructureStyle};

use crate::config::fold::fold;
use crate::config::tree::{self, Kind};

/// One step from a collection into it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// The value under a key of a mapping.
    Key(String),
    /// An item of a list, counted from 0.
    Item(usize),
}

/// The way from the root of a document to a place in it.
pub(super) type Path = Vec<Step>;

/// One node of a document.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// First byte of its content, after an anchor.
    pub(super) start: usize,
    /// The byte after its last visible one.
    pub(super) end: usize,
    /// The number of its anchor; 0 where it has none.
    pub(super) anchor: usize,
    pub(super) body: Body,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// Text, a number and the like, with what YAML 1.2 core takes it for.
    Scalar { kind: Kind, text: String },
    /// Another name for the node of an anchor.
    Alias(usize),
    /// A list; `flow` where it stands in brackets.
    List { flow: bool, items: Vec<Element> },
    /// A mapping; `flow` where it stands in braces.
    Map {
        flow: bool,
        entries: Vec<(Element, Element)>,
    },
}

/// A text and its nodes.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) text: String,
    pub(super) root: Element,
    /// Whether the text is JSON, which other programs may read it as.
    pub(super) is_json: bool,
}

impl Element {
    /// A node without a place.
    pub(super) fn new(body: Body) -> Self {
        Self {
            start: 0,
            end: 0,
            anchor: 0,
            body,
        }
    }

    /// Whether two nodes mean the same, wherever and in whatever style they are written.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.anchor == other.anchor
            && match (&self.body, &other.body) {
                (
                    Body::Scalar { kind, text },
                    Body::Scalar {
                        kind: other_kind,
                        text: other_text,
                    },
                ) => kind == other_kind && text == other_text,
                (Body::Alias(target), Body::Alias(other)) => target == other,
                (Body::List { items, .. }, Body::List { items: others, .. }) => {
                    items.len() == others.len()
                        && items.iter().zip(others).all(|(one, other)| one.same(other))
                }
                (
                    Body::Map { entries, .. },
                    Body::Map {
                        entries: others, ..
                    },
                ) => {
                    let same_entry = |(one, other): (&(Self, Self), &(Self, Self))| {
                        one.0.same(&other.0) && one.1.same(&other.1)
                    };
                    entries.len() == others.len() && entries.iter().zip(others).all(same_entry)
                }
                _ => false,
            }
    }

    /// The characters of a scalar; nothing of anything else.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.body {
            Body::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> &[Self] {
        match &self.body {
            Body::List { items, .. } => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; none of anything else.
    pub(super) fn entries(&self) -> &[(Self, Self)] {
        match &self.body {
            Body::Map { entries, .. } => entries,
            _ => &[],
        }
    }

    /// The entry under exactly this key.
    pub(super) fn entry(&self, key: &str) -> Option<&(Self, Self)> {
        let mut entries = self.entries().iter();
        entries.find(|(name, _)| name.text() == Some(key))
    }

    /// The value under exactly this key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The entry under a key that is the same person or account.
    pub(super) fn folded(&self, key: &str) -> Option<&(Self, Self)> {
        let wanted = fold(key);
        let mut entries = self.entries().iter();
        entries.find(|(name, _)| name.text().is_some_and(|text| fold(text) == wanted))
    }

    /// One step further in.
    pub(super) fn step(&self, step: &Step) -> Option<&Self> {
        match step {
            Step::Key(key) => self.get(key),
            Step::Item(at) => self.items().get(*at),
        }
    }

    /// As [`Element::step`], to change what is there.
    pub(super) fn step_mut(&mut self, step: &Step) -> Option<&mut Self> {
        match (step, &mut self.body) {
            (Step::Key(key), Body::Map { entries, .. }) => entries
                .iter_mut()
                .find(|(name, _)| name.text() == Some(key))
                .map(|(_, value)| value),
            (Step::Item(at), Body::List { items, .. }) => items.get_mut(*at),
            _ => None,
        }
    }

    /// Calls `each` with this node and everything below it.
    pub(super) fn walk<'e>(&'e self, each: &mut impl FnMut(&'e Self)) {
        each(self);
        for item in self.items() {
            item.walk(each);
        }
        for (key, value) in self.entries() {
            key.walk(each);
            value.walk(each);
        }
    }
}

impl Layout {
    /// Parses a text that the loader has found to be in order. Nothing where it is not.
    pub(super) fn parse(text: String) -> Option<Self> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        let mut builder = Builder::default();
        for event in Parser::new_from_str_with_options(&text, options) {
            let (event, range) = event.ok()?;
            builder.take(event, &range, &text)?;
        }
        let root = builder.root?;
        let is_json = matches!(root.body, Body::Map { flow: true, .. })
            && serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        Some(Self {
            text,
            root,
            is_json,
        })
    }

    /// The node at the end of a way.
    pub(super) fn at(&self, path: &[Step]) -> Option<&Element> {
        path.iter().try_fold(&self.root, Element::step)
    }

    /// The node that an alias stands for; any other node is itself.
    pub(super) fn resolve<'l>(&'l self, element: &'l Element) -> &'l Element {
        let Body::Alias(wanted) = element.body else {
            return element;
        };
        let mut found = element;
        self.root.walk(&mut |node| {
            if node.anchor == wanted {
                found = node;
            }
        });
        found
    }

    /// The aliases of an anchor, in order.
    pub(super) fn aliases(&self, anchor: usize) -> Vec<&Element> {
        let mut found = Vec::new();
        self.root.walk(&mut |node| {
            if matches!(node.body, Body::Alias(target) if target == anchor) {
                found.push(node);
            }
        });
        found
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or(&self.text);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }
}

/// A collection that is still open.
struct Open {
    element: Element,
    /// The key whose value has not come yet.
    key: Option<Element>,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Element>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, range: &Range, text: &str) -> Option<()> {
        let bytes = range.byte_range()?;
        let element = |anchor: usize, body: Body| Element {
            start: bytes.start,
            end: bytes.end,
            anchor,
            body,
        };
        match event {
            Event::Scalar(characters, style, anchor, _) => {
                let empty = bytes.is_empty() && style == ScalarStyle::Plain;
                let characters = if empty { "" } else { &*characters };
                let kind = match style {
                    ScalarStyle::Plain => tree::resolve(characters),
                    _ => Kind::Text,
                };
                let body = Body::Scalar {
                    kind,
                    text: characters.to_owned(),
                };
                let mut scalar = element(anchor, body);
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    let written = text.get(bytes.clone())?.trim_end();
                    scalar.end = scalar.start + written.len();
                }
                self.close(scalar)
            }
            Event::Alias(id) => self.close(element(0, Body::Alias(id))),
            Event::SequenceStart(style, anchor, _) => {
                let items = Vec::new();
                let flow = style == StructureStyle::Flow;
                self.begin(element(anchor, Body::List { flow, items }));
                Some(())
            }
            Event::MappingStart(style, anchor, _) => {
                let entries = Vec::new();
                let flow = style == StructureStyle::Flow;
                self.begin(element(anchor, Body::Map { flow, entries }));
                Some(())
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { mut element, .. } = self.open.pop()?;
                match &element.body {
                    Body::List { flow: true, .. } | Body::Map { flow: true, .. } => {
                        element.end = bytes.end;
                    }
                    Body::List { items, .. } => element.end = items.last()?.end,
                    Body::Map { entries, .. } => {
                        let (key, value) = entries.last()?;
                        element.end = key.end.max(value.end);
                    }
                    Body::Scalar { .. } | Body::Alias(_) => {}
                }
                self.close(element)
            }
            _ => Some(()),
        }
    }

    fn begin(&mut self, element: Element) {
        self.open.push(Open { element, key: None });
    }

    /// Puts a finished node where it belongs.
    fn close(&mut self, node: Element) -> Option<()> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Some(());
        };
        match &mut open.element.body {
            Body::List { items, .. } => items.push(node),
            Body::Map { entries, .. } => match open.key.take() {
                Some(key) => entries.push((key, node)),
                None => open.key = Some(node),
            },
            Body::Scalar { .. } | Body::Alias(_) => return None,
        }
        Some(())
    }
}
