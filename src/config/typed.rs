//! Reads typed documents out of a tree. Each error knows the node it is about. It runs on trees
//! that their schema allows, so an error here is a gap between schema and types.

use std::fmt;

use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor, value::U32Deserializer};

use super::findings::{Finding, Findings};
use super::spanned::{IDENTIFIER, SPANNED};
use super::tree::{Children, Entries, Kind, NodeRef, Tree, float, integer, reads_as};
use crate::model::diagnostic::Span;

/// Why a value could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct TypedError {
    message: String,
    span: Option<Span>,
}

impl de::Error for TypedError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            message: message.to_string(),
            span: None,
        }
    }
}

impl TypedError {
    /// The innermost node wins: it was there first.
    fn at(mut self, node: NodeRef<'_>) -> Self {
        self.span.get_or_insert_with(|| node.span());
        self
    }
}

/// Reads the whole document, or says what stands in the way.
pub(super) fn read<'t, T: de::Deserialize<'t>>(
    tree: &'t Tree<'t>,
    findings: &mut Findings,
) -> Option<T> {
    let root = tree.root();
    match T::deserialize(root) {
        Ok(document) => Some(document),
        Err(error) => {
            let span = error.span.unwrap_or_else(|| root.span());
            findings.push(Finding::error("value", &span, error.message));
            None
        }
    }
}

impl NodeRef<'_> {
    fn not(self, wanted: &str) -> TypedError {
        let found = reads_as(self.kind());
        let error: TypedError = de::Error::custom(format_args!("wanted {wanted}, found {found}"));
        error.at(self)
    }

    fn number(self) -> Result<i64, TypedError> {
        if self.kind() != Kind::Integer {
            return Err(self.not("a whole number"));
        }
        let characters = self.characters();
        integer(characters).ok_or_else(|| {
            let error: TypedError = de::Error::custom(format_args!(
                "`{characters}` is beyond every number that can be wanted"
            ));
            error.at(self)
        })
    }
}

macro_rules! numbers {
    ($($name:ident)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypedError> {
            visitor.visit_i64(self.number()?).map_err(|error: TypedError| error.at(self))
        }
    )*};
}

impl<'de> de::Deserializer<'de> for NodeRef<'de> {
    type Error = TypedError;

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypedError> {
        match self.kind() {
            Kind::Null | Kind::Alias => visitor.visit_unit(),
            Kind::Boolean => self.deserialize_bool(visitor),
            Kind::Integer => self.deserialize_i64(visitor),
            Kind::Float => visitor.visit_f64(float(self.characters())),
            Kind::Text => self.deserialize_str(visitor),
            Kind::Sequence => self.deserialize_seq(visitor),
            Kind::Mapping => self.deserialize_map(visitor),
        }
        .map_err(|error: TypedError| error.at(self))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypedError> {
        if self.kind() != Kind::Boolean {
            return Err(self.not("true or false"));
        }
        visitor.visit_bool(self.characters().starts_with(['t', 'T']))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypedError> {
        if self.kind() != Kind::Text {
            return Err(self.not("text"));
        }
        visitor
            .visit_borrowed_str(self.characters())
            .map_err(|error: TypedError| error.at(self))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypedError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypedError> {
        visitor.visit_borrowed_str(self.characters())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypedError> {
        match self.kind() {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, TypedError> {
        match (name, self.kind()) {
            (SPANNED, _) => visitor.visit_seq(Place {
                node: self,
                part: 0,
            }),
            (IDENTIFIER, Kind::Sequence | Kind::Mapping | Kind::Null) => Err(self.not("text")),
            (IDENTIFIER, _) => visitor.visit_borrowed_str(self.characters()),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypedError> {
        if self.kind() != Kind::Sequence {
            return Err(self.not("a list"));
        }
        visitor
            .visit_seq(Items(self.items(), self.len()))
            .map_err(|error: TypedError| error.at(self))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypedError> {
        if self.kind() != Kind::Mapping {
            return Err(self.not("a mapping"));
        }
        let access = Fields {
            entries: self.entries(),
            value: None,
            left: self.len(),
        };
        visitor
            .visit_map(access)
            .map_err(|error: TypedError| error.at(self))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, TypedError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, TypedError> {
        if self.kind() != Kind::Text {
            return Err(self.not("text"));
        }
        let word: de::value::BorrowedStrDeserializer<'de, TypedError> =
            de::value::BorrowedStrDeserializer::new(self.characters());
        visitor.visit_enum(word).map_err(|error| error.at(self))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypedError> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

/// File, start, end and value, one after the other.
struct Place<'de> {
    node: NodeRef<'de>,
    part: u8,
}

impl<'de> de::SeqAccess<'de> for Place<'de> {
    type Error = TypedError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, TypedError> {
        let span = self.node.span();
        let number: U32Deserializer<TypedError> = match self.part {
            0 => span.file.0,
            1 => span.start,
            2 => span.end,
            _ => return seed.deserialize(self.node).map(Some),
        }
        .into_deserializer();
        self.part += 1;
        seed.deserialize(number).map(Some)
    }
}

struct Items<'de>(Children<'de>, usize);

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = TypedError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, TypedError> {
        self.0
            .next()
            .map(|item| seed.deserialize(item).map_err(|error| error.at(item)))
            .transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.1)
    }
}

struct Fields<'de> {
    entries: Entries<'de>,
    value: Option<NodeRef<'de>>,
    left: usize,
}

impl<'de> de::MapAccess<'de> for Fields<'de> {
    type Error = TypedError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, TypedError> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        seed.deserialize(key)
            .map(Some)
            .map_err(|error| error.at(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, TypedError> {
        let Some(value) = self.value.take() else {
            return Err(de::Error::custom("a value without a key"));
        };
        seed.deserialize(value).map_err(|error| error.at(value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}
