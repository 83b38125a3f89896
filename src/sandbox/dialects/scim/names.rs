//! Which attribute a name leads to. Names have no case; one may stand behind its schema's URN.

use serde_json::{Map, Value};

use super::schema::{Attribute, COMMON, Kind, Schema};

/// Where a name leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The extension that holds the attribute.
    pub(super) extension: Option<&'static Schema>,
    /// The attribute; none where the extension itself is named.
    pub(super) attribute: Option<&'static Attribute>,
    /// Its sub-attribute.
    pub(super) part: Option<&'static Attribute>,
}

impl Place {
    /// The value of the attribute in that resource.
    pub(super) fn value<'a>(&self, resource: &'a Map<String, Value>) -> Option<&'a Value> {
        let holder = match self.extension {
            Some(extension) => resource.get(extension.id)?.as_object()?,
            None => resource,
        };
        holder.get(self.attribute?.name)
    }
}

/// The attribute of that name in a list.
pub(super) fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// The extension of that URN.
pub(super) fn extension(kind: &Kind, urn: &str) -> Option<&'static Schema> {
    let mut all = kind.extensions.iter().copied();
    all.find(|schema| schema.id.eq_ignore_ascii_case(urn))
}

/// Where `name` leads in resources of that kind: `attribute`, `attribute.part`, either of them
/// behind a URN and a colon, or an extension's URN alone.
pub(super) fn resolve(kind: &Kind, name: &str) -> Option<Place> {
    if let Some(schema) = extension(kind, name) {
        return Some(Place {
            extension: Some(schema),
            attribute: None,
            part: None,
        });
    }
    for schema in kind.extensions {
        if let Some(rest) = behind(schema.id, name) {
            return place(Some(schema), &[schema.attributes], rest);
        }
    }
    let rest = behind(kind.schema.id, name).unwrap_or(name);
    place(None, &[kind.schema.attributes, COMMON], rest)
}

fn place(
    extension: Option<&'static Schema>,
    lists: &[&'static [Attribute]],
    name: &str,
) -> Option<Place> {
    let (name, part) = match name.split_once('.') {
        Some((name, part)) => (name, Some(part)),
        None => (name, None),
    };
    let attribute = lists.iter().find_map(|list| find(list, name))?;
    let part = match part {
        Some(part) => Some(find(attribute.parts(), part)?),
        None => None,
    };
    Some(Place {
        extension,
        attribute: Some(attribute),
        part,
    })
}

/// What stands behind the URN and its colon.
fn behind<'a>(urn: &str, name: &'a str) -> Option<&'a str> {
    let head = name.get(..urn.len())?;
    let rest = name.get(urn.len()..)?.strip_prefix(':')?;
    head.eq_ignore_ascii_case(urn).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::dialects::scim::schema::USERS;

    fn led(name: &str) -> Option<(bool, Option<&'static str>, Option<&'static str>)> {
        let place = resolve(&USERS, name)?;
        let name = |attribute: Option<&Attribute>| attribute.map(|found| found.name);
        Some((
            place.extension.is_some(),
            name(place.attribute),
            name(place.part),
        ))
    }

    #[test]
    fn names_have_no_case_and_may_stand_behind_a_urn() {
        assert_eq!(led("USERNAME"), Some((false, Some("userName"), None)));
        let core = "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName";
        assert_eq!(led(core), Some((false, Some("name"), Some("givenName"))));
        let urn = "URN:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        assert_eq!(led(urn), Some((true, None, None)));
        let department = format!("{urn}:department");
        assert_eq!(led(&department), Some((true, Some("department"), None)));
        for nowhere in ["", ".", "userName.x", "name.", "department", "é", "urn:x:y"] {
            assert_eq!(led(nowhere), None, "{nowhere}");
        }
    }
}
