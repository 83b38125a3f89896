//! What the typed documents are made of: values that know their place, entries in the order of the
//! file, identifiers that keep every character, days.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::model::diagnostic::{FileIndex, Span};

/// The private names by which our deserializer knows what to do; no other one sees them.
pub(super) const SPANNED: &str = "$beadle::Spanned";
pub(super) const IDENTIFIER: &str = "$beadle::Identifier";

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Spanned<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Parts<T> {
            type Value = Spanned<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value and its place")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Spanned<T>, A::Error> {
                let missing = || de::Error::custom("a value without a place");
                let mut number = || parts.next_element::<u32>();
                let file = FileIndex(number()?.ok_or_else(missing)?);
                let start = number()?.ok_or_else(missing)?;
                let end = number()?.ok_or_else(missing)?;
                let value = parts.next_element()?.ok_or_else(missing)?;
                let span = Span { file, start, end };
                Ok(Spanned { value, span })
            }
        }

        deserializer.deserialize_newtype_struct(SPANNED, Parts(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// An identifier: text, or bare digits with every character kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identifier<'t>(pub(super) &'t str);

impl<'de: 't, 't> Deserialize<'de> for Identifier<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Characters;

        impl<'de> Visitor<'de> for Characters {
            type Value = &'de str;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("text or a whole number")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<&'de str, E> {
                Ok(text)
            }
        }

        deserializer
            .deserialize_newtype_struct(IDENTIFIER, Characters)
            .map(Identifier)
    }
}

impl JsonSchema for Identifier<'_> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Identifier".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "minLength": 1 })
    }
}

/// A calendar day, written `2027-07-31`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day(pub(super) Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        parse_day(text).map(Day).ok_or_else(|| {
            de::Error::custom(format_args!(
                "`{text}` is no calendar day; write year, month and day: `2027-07-31`"
            ))
        })
    }
}

fn parse_day(text: &str) -> Option<Date> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (year, rest) = (text.get(..4)?, text.get(4..)?);
    let (month, day) = (rest.get(1..3)?, rest.get(4..6)?);
    let shape = text.len() == 10 && rest.starts_with('-') && rest.get(3..4)? == "-";
    if !shape || !digits(year) || !digits(month) || !digits(day) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "examples": ["2027-07-31"] })
    }
}

/// A mapping in the order of the file; each key knows its place.
#[derive(Clone, Debug)]
pub(super) struct Entries<'t, V>(pub(super) Vec<(Spanned<&'t str>, V)>);

impl<V> Default for Entries<'_, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'t, V> Entries<'t, V> {
    /// The entries, in order.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, (Spanned<&'t str>, V)> {
        self.0.iter()
    }

    /// The keys, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'t str> + Clone {
        self.0.iter().map(|(key, _)| key.value)
    }

    /// The entry under `key`.
    pub(super) fn entry(&self, key: &str) -> Option<&(Spanned<&'t str>, V)> {
        self.0.iter().find(|(name, _)| name.value == key)
    }

    /// The value under `key`.
    pub(super) fn get(&self, key: &str) -> Option<&V> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de: 't, 't, V: Deserialize<'de>> Deserialize<'de> for Entries<'t, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<'t, V>(PhantomData<(&'t str, V)>);

        impl<'de: 't, 't, V: Deserialize<'de>> Visitor<'de> for Each<'t, V> {
            type Value = Entries<'t, V>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(0));
                while let Some(key) = map.next_key::<Spanned<Identifier<'t>>>()? {
                    let Identifier(value) = key.value;
                    let key = Spanned {
                        value,
                        span: key.span,
                    };
                    entries.push((key, map.next_value()?));
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Each(PhantomData))
    }
}

impl<V: JsonSchema> JsonSchema for Entries<'_, V> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("Entries_of_{}", V::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let values = generator.subschema_for::<V>();
        json_schema!({ "type": "object", "additionalProperties": values })
    }
}

/// A list or a mapping: whichever was written.
#[derive(Clone, Debug)]
pub(super) enum ListOr<L, M> {
    /// A list.
    List(Vec<L>),
    /// Something else, a mapping as a rule.
    Map(M),
}

impl<'de, L: Deserialize<'de>, M: Deserialize<'de>> Deserialize<'de> for ListOr<L, M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<L, M>(PhantomData<(L, M)>);

        impl<'de, L: Deserialize<'de>, M: Deserialize<'de>> Visitor<'de> for Either<L, M> {
            type Value = ListOr<L, M>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list or a mapping")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(items)).map(ListOr::List)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                M::deserialize(de::value::MapAccessDeserializer::new(map)).map(ListOr::Map)
            }
        }

        deserializer.deserialize_any(Either(PhantomData))
    }
}

impl<L: JsonSchema, M: JsonSchema> JsonSchema for ListOr<L, M> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("List_of_{}_or_{}", L::schema_name(), M::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<L>();
        let other = generator.subschema_for::<M>();
        json_schema!({ "anyOf": [{ "type": "array", "items": items }, other] })
    }
}

/// One word, or a mapping that says more.
#[derive(Clone, Debug)]
pub(super) enum WordOr<'t, M> {
    /// The word alone.
    Word(&'t str),
    /// The mapping.
    Map(M),
}

impl<'de: 't, 't, M: Deserialize<'de>> Deserialize<'de> for WordOr<'t, M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<'t, M>(PhantomData<(&'t str, M)>);

        impl<'de: 't, 't, M: Deserialize<'de>> Visitor<'de> for Either<'t, M> {
            type Value = WordOr<'t, M>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("text or a mapping")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(WordOr::Word(text))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                M::deserialize(de::value::MapAccessDeserializer::new(map)).map(WordOr::Map)
            }
        }

        deserializer.deserialize_any(Either(PhantomData))
    }
}

impl<M: JsonSchema> JsonSchema for WordOr<'_, M> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("Word_or_{}", M::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let map = generator.subschema_for::<M>();
        json_schema!({ "anyOf": [{ "type": "string", "minLength": 1 }, map] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_has_exactly_one_form() {
        assert_eq!(parse_day("2027-07-31"), Some(date(2027, 7, 31)));
        for wrong in [
            "2027-7-31",
            "20270731",
            "2027-02-30",
            "31-07-2027",
            "2027-07-31T",
            "",
        ] {
            assert_eq!(parse_day(wrong), None, "{wrong}");
        }
    }
}
