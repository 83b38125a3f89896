//! What a server can do: what it says of itself, overruled by the project file. What is absent or
//! not understood is no error: then beadle asks for less. Nothing of it is believed blindly; each
//! write is read back whatever stands here.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::{Api, Place};
use super::resource::attribute;
use crate::model::settings::Capabilities;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::CallFailure;

/// Rows asked for a page where nothing else is said.
const PAGE_SIZE: u32 = 200;
/// Members written in one call where nothing else is said.
const MEMBERS_PER_CALL: usize = 100;
const USER_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// What a server can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Profile {
    /// PATCH is tried first; otherwise PUT is.
    pub(super) patch: bool,
    /// A filter may be tried, and its answer checked.
    pub(super) filter: bool,
    /// Version tags are sent along.
    pub(super) etag: bool,
    /// The project file says that version tags work.
    pub(super) etag_sure: bool,
    /// A large group may be replaced whole without a version tag.
    pub(super) replace_members: bool,
    /// `externalId` is kept.
    pub(super) external_id: bool,
    /// Rows asked for a page.
    pub(super) page_size: u32,
    /// Members written in one call.
    pub(super) members_per_call: usize,
    /// Attributes of a user, folded, sub-attributes as `name.givenname`; none where unknown.
    attributes: Option<BTreeSet<String>>,
    /// The server says that it never shows a group's members.
    pub(super) members_hidden: bool,
}

impl Profile {
    /// Asks the server and applies what the project file says.
    ///
    /// # Errors
    /// Only where there is no connection at all.
    pub(super) async fn discover(
        api: &Api,
        place: &Place,
        capabilities: &Capabilities,
    ) -> Result<Self, CallFailure> {
        let (config, schemas) = tokio::join!(
            api.document(place, "ServiceProviderConfig"),
            api.document(place, "Schemas")
        );
        let (config, schemas) = (readable(config)?, readable(schemas)?);
        Ok(Self::of(config.as_ref(), schemas.as_ref(), capabilities))
    }

    /// What is assumed of a server that says nothing.
    #[cfg(test)]
    pub(super) fn conservative(capabilities: &Capabilities) -> Self {
        Self::of(None, None, capabilities)
    }

    /// From the documents, as far as they are there.
    fn of(config: Option<&Value>, schemas: Option<&Value>, capabilities: &Capabilities) -> Self {
        let Capabilities {
            patch,
            filter,
            etag,
            page_size,
            members_per_call,
            replace_members,
            external_id,
        } = capabilities;
        let says = |feature: &str| {
            let feature = attribute(config?.as_object()?, feature)?;
            attribute(feature.as_object()?, "supported")?.as_bool()
        };
        let members = members_per_call.map_or(MEMBERS_PER_CALL, |most| {
            usize::try_from(most).unwrap_or(MEMBERS_PER_CALL)
        });
        Self {
            patch: patch.or(says("patch")).unwrap_or(true),
            filter: filter.or(says("filter")).unwrap_or(false),
            etag: etag.or(says("etag")).unwrap_or(false),
            etag_sure: *etag == Some(true),
            replace_members: replace_members.unwrap_or(false),
            external_id: external_id.unwrap_or(false),
            page_size: page_size.unwrap_or(PAGE_SIZE).max(1),
            members_per_call: members.max(1),
            attributes: schemas.and_then(user_attributes),
            members_hidden: schemas.is_some_and(members_hidden),
        }
    }

    /// Whether a user may be sent with this attribute. What every server is expected to know is
    /// sent where the server does not say.
    pub(super) fn allows(&self, attribute: &str) -> bool {
        self.attributes
            .as_ref()
            .is_none_or(|known| known.contains(&attribute.to_ascii_lowercase()))
    }

    /// Whether the server says that it has this attribute; false where it says nothing.
    pub(super) fn states(&self, attribute: &str) -> bool {
        self.attributes.is_some() && self.allows(attribute)
    }
}

/// A document, or none where the server has none that can be read.
fn readable(answer: Result<Value, CallFailure>) -> Result<Option<Value>, CallFailure> {
    match answer {
        Ok(document) => Ok(Some(document)),
        Err(failure) => match failure.kind {
            PortalErrorKind::Unreachable(_)
            | PortalErrorKind::NoToken(_)
            | PortalErrorKind::Throttled(_) => Err(failure),
            _ => Ok(None),
        },
    }
}

/// The schema of an id, from a list of them or from a bare array.
fn schema<'a>(schemas: &'a Value, id: &str) -> Option<&'a Value> {
    let list = match schemas {
        Value::Array(list) => list,
        Value::Object(map) => attribute(map, "Resources")?.as_array()?,
        _ => return None,
    };
    list.iter().find(|schema| text(schema, "id") == Some(id))
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    attribute(value.as_object()?, name)?.as_str()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let map = value.as_object();
    map.and_then(|map| attribute(map, name)?.as_array())
        .map_or(&[], Vec::as_slice)
}

/// The attributes that can be written; none where the schema cannot be a user's.
fn user_attributes(schemas: &Value) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for attribute in list(schema(schemas, USER_SCHEMA)?, "attributes") {
        let Some(name) = writable(attribute) else {
            continue;
        };
        for part in list(attribute, "subAttributes") {
            found.extend(writable(part).map(|part| format!("{name}.{part}")));
        }
        found.insert(name);
    }
    found.contains("username").then_some(found)
}

fn writable(attribute: &Value) -> Option<String> {
    let read_only = text(attribute, "mutability").is_some_and(|how| how == "readOnly");
    text(attribute, "name")
        .filter(|_| !read_only)
        .map(str::to_ascii_lowercase)
}

fn members_hidden(schemas: &Value) -> bool {
    let attributes =
        schema(schemas, GROUP_SCHEMA).map_or(&[][..], |group| list(group, "attributes"));
    let members = attributes.iter().find(|attribute| {
        text(attribute, "name").is_some_and(|name| name.eq_ignore_ascii_case("members"))
    });
    members.is_some_and(|members| {
        text(members, "returned") == Some("never")
            || text(members, "mutability") == Some("writeOnly")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(config: Value, schemas: Value) -> Profile {
        Profile::of(Some(&config), Some(&schemas), &Capabilities::default())
    }

    #[test]
    fn without_documents_or_with_nonsense_in_them_beadle_asks_for_less() {
        let plain = Profile::of(None, None, &Capabilities::default());
        assert!(plain.patch && !plain.filter && !plain.etag && !plain.external_id);
        assert!(plain.allows("displayName") && !plain.states("displayName"));
        for nonsense in [
            json!([]),
            json!("x"),
            json!({"patch": 1, "etag": {"supported": "yes"}}),
        ] {
            assert_eq!(of(nonsense.clone(), nonsense), plain);
        }
        let empty = json!({"Resources": [{"id": USER_SCHEMA, "attributes": []}]});
        assert_eq!(of(json!({}), empty), plain);
    }

    #[test]
    fn the_project_file_overrules_what_a_server_says() {
        let config = json!({"patch": {"supported": true}, "filter": {"supported": true}, "etag": {"supported": true}});
        let capabilities = Capabilities {
            patch: Some(false),
            filter: Some(false),
            etag: None,
            page_size: Some(0),
            members_per_call: Some(7),
            replace_members: Some(true),
            external_id: Some(true),
        };
        let profile = Profile::of(Some(&config), None, &capabilities);
        assert!(!profile.patch && !profile.filter && profile.etag && !profile.etag_sure);
        assert!(profile.replace_members && profile.external_id);
        assert_eq!((profile.page_size, profile.members_per_call), (1, 7));
    }

    #[test]
    fn only_attributes_that_the_schema_lets_be_written_are_sent() {
        let schemas = json!({"Resources": [
            {"id": USER_SCHEMA, "attributes": [
                {"name": "userName"}, {"name": "displayName", "mutability": "readOnly"},
                {"name": "name", "subAttributes": [{"name": "givenName"}]},
            ]},
            {"id": GROUP_SCHEMA, "attributes": [{"name": "members", "returned": "never"}]},
        ]});
        let profile = of(json!({}), schemas);
        assert!(profile.states("name.givenName") && !profile.allows("name.formatted"));
        assert!(!profile.allows("displayName") && profile.members_hidden);
    }
}
