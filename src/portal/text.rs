//! Text of an answer that is looked at where it arrived: nothing is copied before it is kept, and
//! most of it is compared or parsed and never kept. Only what was written with escapes is made anew.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A text, borrowed from the answer where that is possible.
#[derive(Clone, Debug)]
pub(super) struct Text<'a>(Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsText;

        impl<'de> Visitor<'de> for AsText {
            type Value = Text<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }

        deserializer.deserialize_str(AsText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_borrowed_unless_it_was_written_with_escapes() {
        let plain: Text<'_> = serde_json::from_str(r#""Aisha Khan""#).unwrap();
        assert!(matches!(&plain.0, Cow::Borrowed("Aisha Khan")));
        let escaped: Text<'_> = serde_json::from_str(r#""A\u00efsha""#).unwrap();
        assert!(matches!(&escaped.0, Cow::Owned(text) if text == "Aïsha"));
        assert!(serde_json::from_str::<Text<'_>>("7").is_err());
    }
}
