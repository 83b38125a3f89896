//! Parser events → arena, once through the text. Refuses what a configuration must not hold:
//! several documents, tags, merge keys, keys that are not text, repeated keys, alias bombs and
//! deep nesting.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, Span as Range, StructureStyle, Tag};

use super::{Kind, Node, NodeRef, Tree, duplicates, scalar, syntax, to_u32};
use crate::config::findings::{Finding, Findings};
use crate::model::diagnostic::{FileIndex, Span};

/// Deepest nesting; the deepest thing that means anything is 8 levels down.
const DEEPEST: u32 = 40;
/// Most nodes of one file, as many as anybody writes in the largest.
const MOST_NODES: usize = 2_000_000;
/// Most nodes that aliases may stand for, each written out wherever it is used. A text of several
/// lines counts as several.
const MOST_ALIASED: u64 = 100_000;
/// Bytes of a text that count as one node.
const LINE: u64 = 80;

/// Parses one file. Nothing, with at least one finding, where there is no tree to speak of.
pub(in crate::config) fn parse<'t>(
    text: &'t str,
    file: FileIndex,
    findings: &mut Findings,
) -> Option<Tree<'t>> {
    let mut options = granit_parser::Options::default();
    options.set_emit_comments(false);
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::new(text, file);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, range)) => {
                if builder.take(event, &range).is_none() {
                    findings.append(builder.findings);
                    return None;
                }
            }
            Err(error) => {
                findings.append(builder.findings);
                findings.push(syntax::explain(&error, text, file));
                return None;
            }
        }
    }
    findings.append(builder.findings);
    Some(builder.tree)
}

/// A collection that is still open.
struct Open {
    index: u32,
    children: u32,
    anchor: usize,
    block: bool,
    /// Byte after the last child.
    end: u32,
    /// Nodes in it so far, with aliases written out.
    expanded: u64,
    /// Levels below it so far.
    height: u32,
}

/// What an anchor names, once it is closed.
#[derive(Clone, Copy)]
struct Anchored {
    index: u32,
    expanded: u64,
    height: u32,
}

struct Builder<'t> {
    tree: Tree<'t>,
    file: FileIndex,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Anchored>,
    aliased: u64,
    documents: u32,
    findings: Findings,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str, file: FileIndex) -> Self {
        let nodes = Vec::with_capacity(text.len() / 12);
        Self {
            tree: Tree {
                text,
                decoded: String::new(),
                nodes,
                file: file.0,
                cut: Vec::new(),
            },
            file,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            aliased: 0,
            documents: 0,
            findings: Findings::default(),
        }
    }

    fn span(&self, start: u32, end: u32) -> Span {
        Span {
            file: self.file,
            start,
            end,
        }
    }

    /// Takes one event; nothing when it makes no sense to go on.
    fn take(&mut self, event: Event<'t>, range: &Range) -> Option<()> {
        let (start, end) = bytes(range);
        match event {
            Event::Scalar(characters, style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), range);
                self.scalar(&characters, style, anchor, start, end)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), range);
                self.begin(Kind::Mapping, style, anchor, start, end)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), range);
                self.begin(Kind::Sequence, style, anchor, start, end)
            }
            Event::MappingEnd | Event::SequenceEnd => self.finish(end),
            Event::Alias(id) => self.alias(id, start, end),
            Event::DocumentStart(..) => self.document(start, end),
            _ => Some(()),
        }
    }

    fn document(&mut self, start: u32, end: u32) -> Option<()> {
        self.documents += 1;
        if self.documents == 1 {
            return Some(());
        }
        let finding = Finding::error(
            "several-documents",
            &self.span(start, end),
            "the file holds more than one document",
        )
        .label("a second document begins here")
        .help("keep one document in a file: move the rest to a file of its own");
        self.findings.push(finding);
        None
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, range: &Range) {
        let Some(tag) = tag else { return };
        let (start, end) = range.tag_span().map_or_else(|| bytes(range), |r| bytes(&r));
        let finding = Finding::error(
            "tag",
            &self.span(start, end),
            format!("the tag `{}` is not allowed", tag.original()),
        )
        .help("remove the tag; where text is meant, quote it: `\"…\"`");
        self.findings.push(finding);
    }

    fn scalar(
        &mut self,
        characters: &str,
        style: ScalarStyle,
        anchor: usize,
        start: u32,
        end: u32,
    ) -> Option<()> {
        // Of nothing at all, the parser makes a `~`.
        let characters = if start == end && style == ScalarStyle::Plain {
            ""
        } else {
            characters
        };
        let kind = match style {
            ScalarStyle::Plain => scalar::resolve(characters),
            _ => Kind::Text,
        };
        let (first, decoded) = match offset(self.tree.text, characters) {
            Some(first) => (first, false),
            None => (self.keep(characters), true),
        };
        let last = first + to_u32(characters.len());
        self.check_key(kind, style, characters, start, end);
        let index = self.add(Node {
            start,
            end,
            first,
            last,
            kind,
            decoded,
        });
        let expanded = 1 + characters.len() as u64 / LINE;
        self.anchor(anchor, index, expanded, 0);
        self.count(expanded, 0, end);
        self.few_enough(start, end)
    }

    /// Keeps characters that do not stand in the file as they are.
    fn keep(&mut self, characters: &str) -> u32 {
        let first = to_u32(self.tree.decoded.len());
        self.tree.decoded.push_str(characters);
        first
    }

    fn at_key(&self) -> bool {
        self.open.last().is_some_and(|open| {
            open.children % 2 == 0 && self.tree.node(open.index).kind == Kind::Mapping
        })
    }

    fn check_key(&mut self, kind: Kind, style: ScalarStyle, key: &str, start: u32, end: u32) {
        if !self.at_key() {
            return;
        }
        let span = self.span(start, end);
        if key == "<<" && style == ScalarStyle::Plain {
            let finding = Finding::error("merge-key", &span, "the merge key `<<` is not allowed")
                .help("write the keys out, or put what is shared into a bundle");
            self.findings.push(finding);
        } else if matches!(kind, Kind::Null | Kind::Boolean | Kind::Float) {
            let reads = syntax::reads_as(kind);
            let finding = Finding::error(
                "unquoted-text",
                &span,
                format!("a key must be text, but `{key}` reads as {reads}"),
            )
            .help(format!("quote it: `{}`", syntax::quoted(key)));
            self.findings.push(finding);
        }
    }

    fn begin(
        &mut self,
        kind: Kind,
        style: StructureStyle,
        anchor: usize,
        start: u32,
        end: u32,
    ) -> Option<()> {
        if self.at_key() {
            self.refuse_key(start, end, "a key must be text, not a list or a mapping");
        }
        if self.open.len() >= DEEPEST as usize {
            self.too_deep(start, end);
            return None;
        }
        let index = self.add(Node {
            start,
            end,
            first: 0,
            last: 0,
            kind,
            decoded: false,
        });
        self.open.push(Open {
            index,
            children: 0,
            anchor,
            block: style == StructureStyle::Block,
            end,
            expanded: 1,
            height: 0,
        });
        self.few_enough(start, end)
    }

    /// Nothing, with a finding, where there are more nodes than any file may have.
    fn few_enough(&mut self, start: u32, end: u32) -> Option<()> {
        if self.tree.nodes.len() <= MOST_NODES {
            return Some(());
        }
        let finding = Finding::error(
            "too-large",
            &self.span(start, end),
            format!("the file holds more than {MOST_NODES} values"),
        )
        .help("split it: one file for each organisation");
        self.findings.push(finding);
        None
    }

    fn refuse_key(&mut self, start: u32, end: u32, message: &str) {
        let finding = Finding::error("key", &self.span(start, end), message);
        self.findings.push(finding);
    }

    fn too_deep(&mut self, start: u32, end: u32) {
        let finding = Finding::error(
            "too-deep",
            &self.span(start, end),
            format!("nested more than {DEEPEST} levels deep"),
        )
        .help("nothing in a project needs more than 8 levels");
        self.findings.push(finding);
    }

    fn finish(&mut self, end: u32) -> Option<()> {
        let Some(closed) = self.open.pop() else {
            return Some(());
        };
        let last = to_u32(self.tree.nodes.len());
        // A block ends where the next thing begins; what people see of it ends with its last word.
        let seen_end = if closed.block { closed.end } else { end };
        if let Some(node) = self.tree.nodes.get_mut(closed.index as usize) {
            node.first = closed.children;
            node.last = last;
            node.end = seen_end.max(node.start);
        }
        let mapping = NodeRef::new(&self.tree, closed.index);
        let findings = &mut self.findings;
        duplicates::find(mapping, |first, later| {
            findings.push(
                Finding::error(
                    "duplicate-key",
                    &later.span(),
                    format!(
                        "the key `{}` stands twice in this mapping",
                        later.characters()
                    ),
                )
                .label("again here")
                .also(&first.span(), "first here")
                .help("keep one of them, with everything that both should say"),
            );
        });
        self.anchor(
            closed.anchor,
            closed.index,
            closed.expanded,
            closed.height + 1,
        );
        self.count(closed.expanded, closed.height + 1, seen_end);
        Some(())
    }

    fn alias(&mut self, id: usize, start: u32, end: u32) -> Option<()> {
        let span = self.span(start, end);
        if self.at_key() {
            self.refuse_key(start, end, "a key must be text, not an alias");
        }
        let Some(target) = self.anchors.get(&id).copied() else {
            let finding = Finding::error("alias", &span, "the alias stands inside its own anchor");
            self.findings.push(finding);
            return None;
        };
        if to_u32(self.open.len()) + target.height > DEEPEST {
            self.too_deep(start, end);
            return None;
        }
        self.add(Node {
            start,
            end,
            first: target.index,
            last: 0,
            kind: Kind::Alias,
            decoded: false,
        });
        self.count(target.expanded, target.height, end);
        self.aliased = self.aliased.saturating_add(target.expanded);
        if self.aliased > MOST_ALIASED {
            let finding = Finding::error(
                "alias-bomb",
                &span,
                format!("the aliases of this file stand for more than {MOST_ALIASED} values"),
            )
            .help("use fewer aliases; put what is shared into a bundle");
            self.findings.push(finding);
            return None;
        }
        Some(())
    }

    fn add(&mut self, node: Node) -> u32 {
        self.tree.nodes.push(node);
        to_u32(self.tree.nodes.len() - 1)
    }

    fn anchor(&mut self, anchor: usize, index: u32, expanded: u64, height: u32) {
        if anchor != 0 {
            let anchored = Anchored {
                index,
                expanded,
                height,
            };
            self.anchors.insert(anchor, anchored);
        }
    }

    /// Counts a finished child of whatever is open.
    fn count(&mut self, expanded: u64, height: u32, end: u32) {
        if let Some(open) = self.open.last_mut() {
            open.children += 1;
            open.end = open.end.max(end);
            open.expanded = open.expanded.saturating_add(expanded);
            open.height = open.height.max(height);
        }
    }
}

fn bytes(range: &Range) -> (u32, u32) {
    range
        .byte_range()
        .map_or((0, 0), |bytes| (to_u32(bytes.start), to_u32(bytes.end)))
}

/// Where `slice` stands in `text`, if it is a part of it.
fn offset(text: &str, slice: &str) -> Option<u32> {
    let first = (slice.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    (first + slice.len() <= text.len()).then(|| to_u32(first))
}
