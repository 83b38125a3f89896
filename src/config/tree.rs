//! A YAML document as one arena of small nodes that know their bytes. Everything else reads this:
//! the JSON schema, the typed documents and the place of every finding.
//!
//! It decides nothing about meaning; a scalar keeps its characters as written beside what YAML 1.2
//! core takes it for.

mod build;
mod duplicates;
mod scalar;
mod syntax;
#[cfg(test)]
mod tests;

use crate::model::diagnostic::{FileIndex, Span};

pub(super) use build::parse;
pub(super) use scalar::{float, integer, resolve};
pub(super) use syntax::{quoted, reads_as};

/// What YAML 1.2 core takes a node for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A whole number; digits with a leading zero are [`Kind::Text`].
    Integer,
    /// Any other number.
    Float,
    /// Text, quoted or not.
    Text,
    /// A list.
    Sequence,
    /// A mapping.
    Mapping,
    /// Another name for a node that stands earlier.
    Alias,
}

/// One node. Children follow their parent directly, keys and values in turn.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// First byte of the node in the file.
    start: u32,
    /// The byte after its last.
    end: u32,
    /// Scalar: first byte of its characters. Collection: number of children. Alias: its target.
    first: u32,
    /// Scalar: byte after its characters. Collection: the node after its last descendant.
    last: u32,
    kind: Kind,
    /// Whether the characters stand in [`Tree::decoded`] and not in the file.
    decoded: bool,
}

/// One document.
#[derive(Debug, Default)]
pub(super) struct Tree<'t> {
    text: &'t str,
    /// Characters that do not stand in the file as they are: escapes and folded lines.
    decoded: String,
    nodes: Vec<Node>,
    file: u32,
    /// Collections of which only the first children are here.
    cut: Vec<u32>,
}

/// One node of a [`Tree`]; cheap to copy. Never an alias: those are followed when it is made.
#[derive(Clone, Copy)]
pub(super) struct NodeRef<'t> {
    tree: &'t Tree<'t>,
    index: u32,
    /// The place where it is used, which for an alias is not where its target stands.
    place: u32,
}

impl Tree<'_> {
    /// A tree of one text, for what must look like a node without a file.
    pub(super) fn of_text(text: &str) -> Self {
        let last = to_u32(text.len());
        let node = Node {
            start: 0,
            end: 0,
            first: 0,
            last,
            kind: Kind::Text,
            decoded: true,
        };
        Self {
            text: "",
            decoded: text.to_owned(),
            nodes: vec![node],
            file: 0,
            cut: Vec::new(),
        }
    }

    /// How many nodes it has.
    pub(super) fn size(&self) -> usize {
        self.nodes.len()
    }

    /// The first so many nodes of it, as a document: what is open where it ends is closed there.
    pub(super) fn beginning(&self, most: usize) -> Self {
        let mut beginning = Tree {
            text: self.text,
            decoded: self.decoded.clone(),
            nodes: self.nodes.iter().take(most).copied().collect(),
            file: self.file,
            cut: Vec::new(),
        };
        let end = to_u32(beginning.nodes.len());
        let mut next = Some(0);
        while let Some(index) = next.take() {
            let children = NodeRef::new(self, index).children();
            let here = children.take_while(|child| child.place < end);
            let here: Vec<u32> = here.map(|child| child.place).collect();
            next = here.last().copied().filter(|last| self.after(*last) > end);
            let Some(node) = beginning.nodes.get_mut(index as usize) else {
                break;
            };
            let pairs = node.kind == Kind::Mapping;
            // A key without its value is left out.
            node.first = to_u32(here.len()) & if pairs { !1 } else { !0 };
            node.last = end;
            beginning.cut.push(index);
        }
        beginning
    }

    /// The whole document.
    pub(super) fn root(&self) -> NodeRef<'_> {
        NodeRef::new(self, 0)
    }

    fn node(&self, index: u32) -> Node {
        self.nodes.get(index as usize).copied().unwrap_or(Node {
            start: 0,
            end: 0,
            first: 0,
            last: 0,
            kind: Kind::Null,
            decoded: false,
        })
    }

    fn characters(&self, node: Node) -> &str {
        let source = if node.decoded {
            &self.decoded
        } else {
            self.text
        };
        source
            .get(node.first as usize..node.last as usize)
            .unwrap_or("")
    }

    fn after(&self, index: u32) -> u32 {
        let node = self.node(index);
        match node.kind {
            Kind::Sequence | Kind::Mapping => node.last,
            _ => index + 1,
        }
    }
}

impl<'t> NodeRef<'t> {
    fn new(tree: &'t Tree<'t>, place: u32) -> Self {
        let node = tree.node(place);
        let index = if node.kind == Kind::Alias {
            node.first
        } else {
            place
        };
        Self { tree, index, place }
    }

    fn node(self) -> Node {
        self.tree.node(self.index)
    }

    /// What it is.
    pub(super) fn kind(self) -> Kind {
        self.node().kind
    }

    /// Where it is used.
    pub(super) fn span(self) -> Span {
        let node = self.tree.node(self.place);
        Span {
            file: FileIndex(self.tree.file),
            start: node.start,
            end: node.end,
        }
    }

    /// Whether only the first of its children are here.
    pub(super) fn is_cut(self) -> bool {
        self.tree.cut.contains(&self.index)
    }

    /// Every child: items, or keys and values in turn.
    fn children(self) -> Children<'t> {
        Children::new(self, self.kind())
    }

    /// A number that no other node of this tree has, the same for every use of it.
    pub(super) fn identity(self) -> (usize, u32) {
        (std::ptr::from_ref(self.tree) as usize, self.index)
    }

    /// The characters of a scalar: of a number or `true` as written, of quoted text without its
    /// quotes. Empty for a collection.
    pub(super) fn characters(self) -> &'t str {
        let node = self.node();
        match node.kind {
            Kind::Sequence | Kind::Mapping | Kind::Alias => "",
            _ => self.tree.characters(node),
        }
    }

    /// How many items or entries it has; none for a scalar.
    pub(super) fn len(self) -> usize {
        let node = self.node();
        match node.kind {
            Kind::Sequence => node.first as usize,
            Kind::Mapping => node.first as usize / 2,
            _ => 0,
        }
    }

    /// The items of a list; nothing for anything else.
    pub(super) fn items(self) -> Children<'t> {
        Children::new(self, Kind::Sequence)
    }

    /// The entries of a mapping, keys and values; nothing for anything else.
    pub(super) fn entries(self) -> Entries<'t> {
        Entries(Children::new(self, Kind::Mapping))
    }

    /// The entry of a mapping under `key`.
    pub(super) fn entry(self, key: &str) -> Option<(NodeRef<'t>, NodeRef<'t>)> {
        self.entries().find(|(name, _)| name.characters() == key)
    }

    /// The value of a mapping under `key`.
    pub(super) fn get(self, key: &str) -> Option<NodeRef<'t>> {
        self.entry(key).map(|(_, value)| value)
    }
}

/// The children of a collection, in order.
pub(super) struct Children<'t> {
    tree: &'t Tree<'t>,
    next: u32,
    left: u32,
}

impl<'t> Children<'t> {
    fn new(of: NodeRef<'t>, wanted: Kind) -> Self {
        let node = of.node();
        Self {
            tree: of.tree,
            next: of.index + 1,
            left: if node.kind == wanted { node.first } else { 0 },
        }
    }
}

impl<'t> Iterator for Children<'t> {
    type Item = NodeRef<'t>;

    fn next(&mut self) -> Option<NodeRef<'t>> {
        self.left = self.left.checked_sub(1)?;
        let child = NodeRef::new(self.tree, self.next);
        self.next = self.tree.after(self.next);
        Some(child)
    }
}

/// The entries of a mapping, in order.
pub(super) struct Entries<'t>(Children<'t>);

impl<'t> Iterator for Entries<'t> {
    type Item = (NodeRef<'t>, NodeRef<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?, self.0.next()?))
    }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
