//! Names: parsed once, trusted after. Each is a cheap-to-clone shared string with a meaning of
//! its own, so that an organisation can never be passed where an area is wanted.
//!
//! No file, no network, no rules of any portal: the form a name must have at a portal is data in
//! [`crate::model::rules`].

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

macro_rules! name {
    ($(#[$meta:meta])* $type:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(Arc<str>);

        impl $type {
            /// Takes the name as written; nothing is changed.
            #[must_use]
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The name as written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $type {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $type {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{:?}", &*self.0)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <std::borrow::Cow<'de, str>>::deserialize(deserializer).map(|text| Self::new(&*text))
            }
        }
    };
}

name! {
    /// A portal's name in the project file (`portals.<name>`), not its driver's.
    PortalName
}
name! {
    /// An organisation's id in the project: the key under `organisations`, or `organisation:`.
    OrganisationId
}
name! {
    /// An organisation's id at a portal, with every character kept: a UKPRN, a DfE number.
    PortalOrganisation
}
name! {
    /// What a portal calls an account for ever, whatever becomes of its login id.
    PortalId
}
name! {
    /// What a portal calls an area: OfS area code, HFL product, Hampshire service, SCIM group.
    AreaName
}
name! {
    /// The name of a bundle in the project file.
    BundleName
}

/// Whether a text is in its [`canonical`] form at a glance, as nearly all are: nothing but
/// characters of ASCII that are seen, none of them upper case.
#[must_use]
pub fn is_plainly_canonical(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase())
}

/// The one form under which two login ids, or two user keys, are the same: trimmed, NFKC,
/// case-folded.
#[must_use]
pub fn canonical(text: &str) -> String {
    let trimmed = text.trim();
    if trimmed.is_ascii() {
        trimmed.to_ascii_lowercase()
    } else {
        trimmed
            .nfkc()
            .collect::<String>()
            .to_lowercase()
            .nfkc()
            .collect()
    }
}

/// An account's login id at a portal. Kept as written for the portal and the reader; compared,
/// ordered and hashed by its [`canonical`] form.
#[derive(Clone)]
pub struct LoginId {
    written: Arc<str>,
    canonical: Arc<str>,
}

impl LoginId {
    /// Takes a login id as written.
    #[must_use]
    pub fn new(written: impl Into<Arc<str>>) -> Self {
        let written = written.into();
        let folded = (!is_plainly_canonical(&written)).then(|| canonical(&written));
        let canonical = match folded.filter(|folded| **folded != *written) {
            Some(folded) => folded.into(),
            None => Arc::clone(&written),
        };
        Self { written, canonical }
    }

    /// The login id as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The form that is compared.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

impl PartialEq for LoginId {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}
impl Eq for LoginId {}
impl PartialOrd for LoginId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for LoginId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.canonical.cmp(&other.canonical)
    }
}
impl Hash for LoginId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical.hash(state);
    }
}
impl From<&str> for LoginId {
    fn from(written: &str) -> Self {
        Self::new(written)
    }
}
impl fmt::Display for LoginId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}
impl fmt::Debug for LoginId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", &*self.written)
    }
}
impl serde::Serialize for LoginId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}
impl<'de> serde::Deserialize<'de> for LoginId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer).map(|text| Self::new(&*text))
    }
}

/// Whether it is written as an email address: one `@`, a domain with a dot, no spaces.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let mut at = false;
    let mut dots = 0_usize;
    // Bytes since the last `@`, or since the last `.` of the domain.
    let mut part = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'\t'..=b'\r' | b' ' | b',' | b';' | b'<' | b'>' | b'"' => return false,
            b'@' if at || part == 0 => return false,
            b'.' if at && part == 0 => return false,
            b'@' => (at, part) = (true, 0),
            b'.' if at => (dots, part) = (dots + 1, 0),
            _ => part += 1,
        }
    }
    let spaced = !text.is_ascii() && text.contains(char::is_whitespace);
    at && dots > 0 && part > 0 && !spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_ids_are_compared_trimmed_normalised_and_case_folded() {
        assert_eq!(
            LoginId::new(" A.Khan@Northshire.Example "),
            LoginId::new("a.khan@northshire.example")
        );
        assert_eq!(LoginId::new("ＪＳＭＩＴＨ１２"), LoginId::new("jsmith12"));
        assert_ne!(LoginId::new("jsmith1"), LoginId::new("jsmith12"));
        assert_eq!(LoginId::new("JSMITH12").as_str(), "JSMITH12");
    }
}
