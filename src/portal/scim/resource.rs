//! Users and groups as a server answered them, whole: what beadle does not know of is kept, since
//! it must be written back. Names of attributes are found in whatever case (RFC 7643, 2.1). Knows
//! nothing of the model.

use serde_json::{Map, Value};

/// One user or group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resource(pub(super) Map<String, Value>);

/// One member of a group, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// An id, or in some servers a user name. Removals must name exactly this.
    pub(super) value: String,
    /// `User` or `Group`, where that is said.
    pub(super) kind: Option<String>,
    /// A group within the group.
    pub(super) nested: bool,
}

/// The attribute of a name, in whatever case.
pub(super) fn attribute<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    map.get(name).or_else(|| {
        map.iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// A text that says something.
fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

/// An id is text; some servers send a number.
fn identifier(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Resource {
    /// An attribute, in whatever case it is written.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        attribute(&self.0, name)
    }

    /// An attribute that is a text and says something.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(text)
    }

    /// A sub-attribute that is a text and says something.
    pub(super) fn text_in(&self, name: &str, part: &str) -> Option<&str> {
        let inner = self.get(name)?.as_object()?;
        attribute(inner, part).and_then(text)
    }

    /// What the server calls it.
    pub(super) fn id(&self) -> Option<String> {
        self.get("id").and_then(identifier)
    }

    /// Sets an attribute under the name that it has already, if it has.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        let known = self.0.keys().find(|key| key.eq_ignore_ascii_case(name));
        let name = known.cloned().unwrap_or_else(|| name.to_owned());
        self.0.insert(name, value);
    }

    /// The version in the body (`meta.version`).
    pub(super) fn version(&self) -> Option<&str> {
        self.text_in("meta", "version")
    }

    /// Whether an account can be used; none where that is not said.
    pub(super) fn active(&self) -> Option<bool> {
        match self.get("active")? {
            Value::Bool(active) => Some(*active),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The person's name: as displayed, else formatted, else from its parts.
    pub(super) fn name(&self) -> Option<String> {
        if let Some(whole) = self
            .text("displayName")
            .or_else(|| self.text_in("name", "formatted"))
        {
            return Some(whole.to_owned());
        }
        let parts = ["givenName", "familyName"];
        let parts: Vec<&str> = parts
            .into_iter()
            .filter_map(|part| self.text_in("name", part))
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// The email address: the primary one, else the first.
    pub(super) fn email(&self) -> Option<&str> {
        let emails = self.get("emails")?.as_array()?;
        emails
            .get(primary(emails)?)
            .and_then(Value::as_object)
            .and_then(|email| attribute(email, "value"))
            .and_then(text)
    }

    /// The emails with another address for the primary one; the others stay as they are.
    pub(super) fn emails_with(&self, address: &str) -> Value {
        let mut emails = self
            .get("emails")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let place = primary(&emails);
        let known = place.and_then(|place| emails.get_mut(place)?.as_object_mut());
        match known {
            Some(email) => {
                let key = email.keys().find(|key| key.eq_ignore_ascii_case("value"));
                let key = key.cloned().unwrap_or_else(|| "value".to_owned());
                email.insert(key, address.into());
            }
            None => emails.push(serde_json::json!({ "value": address, "primary": true })),
        }
        Value::Array(emails)
    }

    /// A group's members; none where the server does not say.
    pub(super) fn members(&self) -> Option<Vec<Member>> {
        let members = self.get("members")?.as_array()?;
        let member = |value: &Value| {
            let map = value.as_object()?;
            let kind = attribute(map, "type").and_then(text).map(str::to_owned);
            let reference = attribute(map, "$ref").and_then(text).unwrap_or_default();
            let nested = match &kind {
                Some(kind) => kind.eq_ignore_ascii_case("group"),
                None => reference.contains("/Groups/"),
            };
            Some(Member {
                value: attribute(map, "value").and_then(identifier)?,
                kind,
                nested,
            })
        };
        Some(members.iter().filter_map(member).collect())
    }

    /// The ids of the groups that a user says it is in directly.
    pub(super) fn claims(&self) -> Vec<String> {
        let groups = self.get("groups").and_then(Value::as_array);
        let claim = |value: &Value| {
            let map = value.as_object()?;
            let kind = attribute(map, "type").and_then(text);
            let direct = !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("indirect"));
            attribute(map, "value")
                .and_then(identifier)
                .filter(|_| direct)
        };
        groups.into_iter().flatten().filter_map(claim).collect()
    }
}

/// The place of the primary email, else of the first.
fn primary(emails: &[Value]) -> Option<usize> {
    let is_primary = |email: &Value| {
        let map = email.as_object();
        map.and_then(|map| attribute(map, "primary")) == Some(&Value::Bool(true))
    };
    emails
        .iter()
        .position(is_primary)
        .or((!emails.is_empty()).then_some(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn resource(value: Value) -> Resource {
        Resource(value.as_object().unwrap().clone())
    }

    #[test]
    fn attributes_are_read_in_whatever_case_and_a_name_from_wherever_it_stands() {
        let user = resource(
            json!({"ID": 7, "displayname": " ", "Name": {"GIVENNAME": "Ada", "familyName": "Byron"}}),
        );
        assert_eq!(user.id().as_deref(), Some("7"));
        assert_eq!(user.name().as_deref(), Some("Ada Byron"));
        assert_eq!(user.active(), None);
        assert_eq!(resource(json!({"active": "False"})).active(), Some(false));
        let formatted = json!({"name": {"formatted": "A. Byron", "givenName": "Ada"}});
        assert_eq!(resource(formatted).name().as_deref(), Some("A. Byron"));
        assert_eq!(resource(json!({"name": "Ada"})).name(), None);
    }

    #[test]
    fn another_address_takes_the_place_of_the_primary_one_and_of_nothing_else() {
        let user = resource(json!({"emails": [
            {"value": "home@north.example", "type": "home"},
            {"value": "old@north.example", "primary": true, "x": 1},
        ]}));
        assert_eq!(user.email(), Some("old@north.example"));
        assert_eq!(
            user.emails_with("new@north.example"),
            json!([
                {"value": "home@north.example", "type": "home"},
                {"value": "new@north.example", "primary": true, "x": 1},
            ])
        );
        let none = resource(json!({"emails": null}));
        assert_eq!(none.email(), None);
        assert_eq!(
            none.emails_with("a@north.example"),
            json!([{"value": "a@north.example", "primary": true}])
        );
    }

    #[test]
    fn groups_within_a_group_are_told_from_users() {
        let group = resource(json!({"members": [
            {"value": "1"}, {"value": 2, "type": "User"}, {"value": "3", "type": "group"},
            {"value": "4", "$ref": "https://x.example/Groups/4"}, {"display": "nobody"}, "x",
        ]}));
        let members = group.members().unwrap();
        let told: Vec<_> = members
            .iter()
            .map(|member| (member.value.as_str(), member.nested))
            .collect();
        assert_eq!(told, [("1", false), ("2", false), ("3", true), ("4", true)]);
        assert_eq!(resource(json!({"members": null})).members(), None);
    }
}
