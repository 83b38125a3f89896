//! The five changes that all editing is made of, and what each does to the meaning of a document.
//! What it does to the text is `splice`'s to say; afterwards the two are compared.

use super::layout::{Body, Element, Layout, Path, Step};
use super::written::Value;

/// One change.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Puts an entry into a mapping that does not have the key.
    Insert {
        map: Path,
        key: String,
        value: Value,
        order: Order,
    },
    /// Takes an entry out of a mapping, with the comment that stands directly above it.
    Remove { map: Path, key: String },
    /// Puts an item into a list.
    Add { list: Path, value: Value },
    /// Takes an item out of a list, with the comment that stands directly above it.
    Take { list: Path, at: usize },
    /// Puts a value in the place of another.
    Replace { at: Path, value: Value },
}

/// Where a new entry goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    /// At the end; where the keys are sorted, in its place among them.
    Names,
    /// After the last of those that come before it in this list.
    Keys(&'static [&'static str]),
}

/// The order in which people write what they say of a user.
pub(super) const USER_KEYS: &[&str] = &[
    "name",
    "email",
    "was",
    "portals",
    "accounts",
    "from",
    "until",
    "bundles",
    "areas",
    "shared",
    "allow_empty",
];

/// The order of what an item of a list says beside its name.
pub(super) const ITEM_KEYS: &[&str] = &["area", "user", "from", "until", "reason"];

/// From how many names on their order is no chance.
const SORTED: usize = 3;

impl Change {
    /// The collection that it changes, or the value that it replaces.
    pub(super) fn path(&self) -> &[Step] {
        match self {
            Self::Insert { map, .. } | Self::Remove { map, .. } => map,
            Self::Add { list, .. } | Self::Take { list, .. } => list,
            Self::Replace { at, .. } => at,
        }
    }

    /// What it takes out of a document, if it does.
    pub(super) fn taken<'l>(&self, layout: &'l Layout) -> Option<&'l Element> {
        match self {
            Self::Insert { .. } | Self::Add { .. } => None,
            Self::Remove { map, key } => layout.at(map)?.get(key),
            Self::Take { list, at } => layout.at(list)?.items().get(*at),
            Self::Replace { at, .. } => layout.at(at),
        }
    }

    /// The place among the entries or items where it puts something, or takes it from.
    pub(super) fn place(&self, layout: &Layout) -> Option<usize> {
        let changed = layout.at(self.path())?;
        match self {
            Self::Insert { key, order, .. } => {
                let keys: Option<Vec<&str>> = changed
                    .entries()
                    .iter()
                    .map(|(key, _)| key.text())
                    .collect();
                Some(order.place(key, &keys?))
            }
            Self::Remove { key, .. } => {
                let mut entries = changed.entries().iter();
                entries.position(|(name, _)| name.text() == Some(key))
            }
            Self::Add { value, .. } => {
                let names: Vec<&str> = changed.items().iter().filter_map(Element::text).collect();
                match value {
                    Value::Text(name) if names.len() == changed.items().len() => {
                        Some(Order::Names.place(name, &names))
                    }
                    _ => Some(changed.items().len()),
                }
            }
            Self::Take { at, .. } => Some(*at),
            Self::Replace { .. } => Some(0),
        }
    }

    /// Makes it in what the document means, of which `layout` is the text before; nothing where it
    /// cannot be.
    pub(super) fn mean(&self, layout: &Layout, root: &mut Element) -> Option<()> {
        let place = self.place(layout)?;
        let mut steps = self.path().iter();
        let changed = steps.try_fold(root, |node, step| node.step_mut(step))?;
        match (self, &mut changed.body) {
            (Self::Insert { key, value, .. }, Body::Map { entries, .. })
                if place <= entries.len() =>
            {
                entries.insert(place, (Value::text(key).element(), value.element()));
            }
            (Self::Remove { .. }, Body::Map { entries, .. }) if place < entries.len() => {
                entries.remove(place);
            }
            (Self::Add { value, .. }, Body::List { items, .. }) if place <= items.len() => {
                items.insert(place, value.element());
            }
            (Self::Take { .. }, Body::List { items, .. }) if place < items.len() => {
                items.remove(place);
            }
            (Self::Replace { value, .. }, _) => *changed = value.element(),
            _ => return None,
        }
        Some(())
    }
}

impl Order {
    fn place(self, key: &str, keys: &[&str]) -> usize {
        match self {
            Self::Names if keys.len() >= SORTED && keys.is_sorted() => {
                keys.partition_point(|known| *known < key)
            }
            Self::Names => keys.len(),
            Self::Keys(known) => {
                let rank = |key: &str| known.iter().position(|name| *name == key);
                let own = rank(key);
                let before = |name: &&str| rank(name).zip(own).is_some_and(|(one, own)| one < own);
                let last = keys.iter().rposition(before);
                last.map_or(keys.len(), |last| last + 1)
            }
        }
    }
}
