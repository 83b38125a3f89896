//! Our tree as `jsonschema` wants to see JSON. Reads; copies nothing but what an error needs.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object};
use serde_json::{Number, Value};

use crate::config::tree::{Children, Entries, Kind, NodeRef, Tree, float, integer};

/// Names our tree among the representations of JSON.
pub(super) struct TreeJson;

/// A node that is known to be a mapping.
pub(super) struct MappingNode<'t>(NodeRef<'t>);

/// A node that is known to be a list.
pub(super) struct SequenceNode<'t>(NodeRef<'t>);

/// The characters of a number.
pub(super) struct NumberNode<'t> {
    characters: &'t str,
    whole: bool,
}

/// Entries under the names that `jsonschema` wants.
pub(super) struct Members<'t>(Entries<'t>);

impl Json for TreeJson {
    type Node<'a> = NodeRef<'a>;
    type PreparedKey = Box<str>;
    // A lookup walks the mapping, so one walk is cheaper than several lookups.
    const KEYS_PER_LOOKUP: usize = 8;
    type StringBuffer = Tree<'static>;

    fn prepare_key(key: &str) -> Box<str> {
        key.into()
    }

    fn with_string_node<T>(
        buffer: &mut Tree<'static>,
        string: &str,
        f: impl FnOnce(NodeRef<'_>) -> T,
    ) -> T {
        *buffer = Tree::of_text(string);
        f(buffer.root())
    }
}

impl<'a> Node<'a, TreeJson> for NodeRef<'a> {
    type Object = MappingNode<'a>;
    type Array = SequenceNode<'a>;
    type Number = NumberNode<'a>;

    fn as_object(&self) -> Option<MappingNode<'a>> {
        (self.kind() == Kind::Mapping).then_some(MappingNode(*self))
    }

    fn as_array(&self) -> Option<SequenceNode<'a>> {
        (self.kind() == Kind::Sequence).then_some(SequenceNode(*self))
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        (self.kind() == Kind::Text).then(|| Cow::Borrowed(self.characters()))
    }

    fn as_number(&self) -> Option<NumberNode<'a>> {
        let whole = match self.kind() {
            Kind::Integer => true,
            Kind::Float => false,
            _ => return None,
        };
        Some(NumberNode {
            characters: self.characters(),
            whole,
        })
    }

    fn as_boolean(&self) -> Option<bool> {
        (self.kind() == Kind::Boolean).then(|| self.characters().starts_with(['t', 'T']))
    }

    fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    fn is_number(&self) -> bool {
        matches!(self.kind(), Kind::Integer | Kind::Float)
    }

    fn is_string(&self) -> bool {
        self.kind() == Kind::Text
    }

    fn json_type(&self) -> JsonType {
        match self.kind() {
            Kind::Null | Kind::Alias => JsonType::Null,
            Kind::Boolean => JsonType::Boolean,
            Kind::Integer | Kind::Float => JsonType::Number,
            Kind::Text => JsonType::String,
            Kind::Sequence => JsonType::Array,
            Kind::Mapping => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match expected {
            Value::String(text) => self.kind() == Kind::Text && self.characters() == text,
            Value::Bool(wanted) => self.as_boolean() == Some(*wanted),
            Value::Null => self.is_null(),
            Value::Number(number) => {
                self.is_number() && number.as_f64() == Some(float(self.characters()))
            }
            // No schema of ours compares whole lists or mappings.
            Value::Array(_) | Value::Object(_) => false,
        }
    }

    /// Only for messages that nobody sees: ours are written from the tree. So a collection, which
    /// may be as big as the file, is left empty.
    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(match self.kind() {
            Kind::Null | Kind::Alias => Value::Null,
            Kind::Boolean => Value::Bool(self.as_boolean() == Some(true)),
            Kind::Integer | Kind::Float => self.as_number().map_or(Value::Null, |number| {
                Value::Number(number.to_number().into_owned())
            }),
            Kind::Text => Value::String(self.characters().to_owned()),
            Kind::Sequence => Value::Array(Vec::new()),
            Kind::Mapping => Value::Object(serde_json::Map::new()),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        let (address, tag) = NodeRef::identity(*self);
        Some(NodeIdentity::tagged(address, tag))
    }
}

impl JsonNumber for NumberNode<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.as_i64().and_then(|number| u64::try_from(number).ok())
    }

    fn as_i64(&self) -> Option<i64> {
        self.whole.then(|| integer(self.characters)).flatten()
    }

    fn as_f64(&self) -> Option<f64> {
        Some(float(self.characters)).filter(|number| number.is_finite())
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.characters)
    }

    fn to_number(&self) -> Cow<'_, Number> {
        let number = self
            .as_i64()
            .map(Number::from)
            .or_else(|| self.as_f64().and_then(Number::from_f64));
        Cow::Owned(number.unwrap_or_else(|| Number::from(0)))
    }

    // `8502001.0` is no identifier, whatever mathematics says.
    fn is_integer(&self) -> bool {
        self.whole
    }

    fn is_written_as_integer(&self) -> bool {
        self.whole
    }
}

impl<'a> Object<'a, TreeJson> for MappingNode<'a> {
    type Node = NodeRef<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, key: &Box<str>) -> Option<NodeRef<'a>> {
        self.0.get(key)
    }

    fn members(&self) -> Members<'a> {
        Members(self.0.entries())
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, NodeRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.0.next()?;
        Some((key.characters(), value))
    }
}

impl<'a> Array<'a, TreeJson> for SequenceNode<'a> {
    type Node = NodeRef<'a>;
    type ElementsIter = Children<'a>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn elements(&self) -> Children<'a> {
        self.0.items()
    }

    fn is_unique(&self) -> bool {
        let mut seen = std::collections::BTreeSet::new();
        self.0
            .items()
            .filter(|item| !matches!(item.kind(), Kind::Sequence | Kind::Mapping))
            .all(|item| seen.insert(item.characters()))
    }
}
