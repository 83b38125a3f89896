//! Accounts and areas as SCIM's users and groups, and back. What the tables have a column for is
//! read from it; the rest is kept in a document. Decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{HeaderMap, header};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::schema::{GROUPS, Kind, USERS};
use crate::model::plan_document::hexadecimal;
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, Area, Document, OrganisationRows, Stretch};

/// A resource's attributes, by name.
pub(super) type Resource = Map<String, Value>;

/// The directory of one tenant, as one caller sees it.
pub(super) struct View<'a> {
    /// Its rows.
    pub(super) rows: &'a OrganisationRows<'a>,
    /// Its address, without a slash at the end.
    pub(super) base: String,
    /// A JSON list of accounts that are not shown yet.
    pub(super) hidden: String,
    areas: BTreeMap<String, Area>,
}

impl<'a> View<'a> {
    /// The directory below that address.
    pub(super) fn new(
        rows: &'a OrganisationRows<'a>,
        base: String,
        hidden: &str,
    ) -> Result<Self, Problem> {
        let areas = rows.areas(&Stretch::all())?;
        Ok(Self {
            rows,
            base,
            hidden: hidden.to_owned(),
            areas: areas
                .into_iter()
                .map(|area| (area.code.clone(), area))
                .collect(),
        })
    }

    /// The address of a resource.
    pub(super) fn location(&self, kind: &Kind, id: &str) -> String {
        format!("{}/{}/{}", self.base, kind.endpoint, encoded(id))
    }

    /// A user as it is sent.
    pub(super) fn user(&self, account: &Account) -> Result<Resource, Problem> {
        let document = self.rows.document(USERS.name, &account.id)?;
        let own = user_attributes(account, document.as_ref());
        let mut groups = Vec::new();
        for area in self.areas.values() {
            if belongs(account, area) {
                groups.push(json!({
                    "value": area.code,
                    "$ref": self.location(&GROUPS, &area.code),
                    "display": area.title,
                    "type": "direct",
                }));
            }
        }
        let mut whole = self.whole(&USERS, &account.id, own, document.as_ref());
        if !groups.is_empty() {
            whole.insert("groups".to_owned(), Value::Array(groups));
        }
        Ok(whole)
    }

    /// A group as it is sent.
    pub(super) fn group(&self, area: &Area) -> Result<Resource, Problem> {
        let document = self.rows.document(GROUPS.name, &area.code)?;
        let own = self.group_attributes(area, document.as_ref())?;
        Ok(self.whole(&GROUPS, &area.code, own, document.as_ref()))
    }

    /// A group's own attributes, its members among them.
    pub(super) fn group_attributes(
        &self,
        area: &Area,
        document: Option<&Document>,
    ) -> Result<Resource, Problem> {
        let mut own = document.map(kept).unwrap_or_default();
        let strangers = member_ids(&own);
        own.shift_remove("members");
        own.insert("displayName".to_owned(), area.title.clone().into());
        let stretch = Stretch {
            hidden: self.hidden.clone(),
            ..Stretch::all()
        };
        let mut members = self.rows.members(area, &stretch)?;
        let known: BTreeSet<String> = members.iter().cloned().collect();
        members.extend(strangers.into_iter().filter(|id| !known.contains(id)));
        if !members.is_empty() {
            let entry = |id: String| {
                let location = self.location(&USERS, &id);
                json!({"value": id, "$ref": location, "type": "User"})
            };
            let entries = members.into_iter().map(entry).collect();
            own.insert("members".to_owned(), Value::Array(entries));
        }
        Ok(own)
    }

    /// A resource with what every resource has.
    fn whole(
        &self,
        kind: &'static Kind,
        id: &str,
        own: Resource,
        document: Option<&Document>,
    ) -> Resource {
        let version = version(&own);
        let mut schemas = vec![kind.schema.id];
        let there = kind.extensions.iter().map(|schema| schema.id);
        schemas.extend(there.filter(|id| own.contains_key(*id)));
        let mut meta = Map::new();
        meta.insert("resourceType".to_owned(), kind.name.into());
        for (name, day) in [
            ("created", document.and_then(|kept| kept.created.as_ref())),
            (
                "lastModified",
                document.and_then(|kept| kept.modified.as_ref()),
            ),
        ] {
            if let Some(day) = day {
                meta.insert(name.to_owned(), format!("{day}T00:00:00Z").into());
            }
        }
        meta.insert("location".to_owned(), self.location(kind, id).into());
        meta.insert("version".to_owned(), version.into());
        let mut whole = Map::new();
        whole.insert("schemas".to_owned(), schemas.into());
        whole.insert("id".to_owned(), id.into());
        whole.extend(own);
        whole.insert("meta".to_owned(), Value::Object(meta));
        whole
    }
}

/// The address of a tenant's directory as the caller wrote it, for `location`.
pub(super) fn base(headers: &HeaderMap, portal: &str, tenant: &str) -> String {
    let host = headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let host = host.filter(|host| host.chars().all(|letter| !"/\\@\"<> ".contains(letter)));
    let origin = host.map_or_else(String::new, |host| format!("http://{host}"));
    format!("{origin}/portals/{portal}/{}/v2", encoded(tenant))
}

/// A segment of an address.
pub(super) fn encoded(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

/// Whether the account is a member of that group; the administrators' says so of itself.
pub(super) fn belongs(account: &Account, area: &Area) -> bool {
    if area.administration {
        account.admin
    } else {
        account.areas.contains(&area.code)
    }
}

/// A user's own attributes, without groups.
pub(super) fn user_attributes(account: &Account, document: Option<&Document>) -> Resource {
    if let Some(document) = document {
        return kept(document);
    }
    let mut own = Map::new();
    own.insert("userName".to_owned(), account.login.clone().into());
    own.insert("name".to_owned(), json!({"formatted": account.name}));
    own.insert("displayName".to_owned(), account.name.clone().into());
    own.insert("active".to_owned(), account.active.into());
    if let Some(email) = &account.email {
        let emails = json!([{"value": email, "type": "work", "primary": true}]);
        own.insert("emails".to_owned(), emails);
    }
    own
}

/// The ids of the members that are listed.
pub(super) fn member_ids(own: &Resource) -> Vec<String> {
    let list = own.get("members").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|entry| entry.get("value")?.as_str())
        .map(str::to_owned)
        .collect()
}

fn kept(document: &Document) -> Resource {
    // Written by this dialect alone.
    serde_json::from_str(&document.body).unwrap_or_default()
}

/// The version tag: the same attributes have the same.
fn version(own: &Resource) -> String {
    let text = Value::Object(own.clone()).to_string();
    let digest = hexadecimal(&Sha256::digest(text.as_bytes()));
    format!("W/\"{}\"", digest.get(..16).unwrap_or_default())
}

/// The version tag of a resource as it is sent.
pub(super) fn tag(whole: &Resource) -> &str {
    let version = whole.get("meta").and_then(|meta| meta.get("version"));
    version.and_then(Value::as_str).unwrap_or_default()
}

/// What a user's columns hold of its attributes.
pub(super) struct Columns {
    /// `userName`.
    pub(super) login: String,
    /// The name to show: `displayName`, else the parts of `name`, else `userName`.
    pub(super) name: String,
    /// The primary or first address.
    pub(super) email: Option<String>,
    /// `active`; a user without it is active.
    pub(super) active: bool,
}

impl Columns {
    /// Those of a user's attributes; none where `userName` is missing.
    pub(super) fn of(own: &Resource) -> Option<Self> {
        let text = |value: Option<&Value>| {
            let text = value.and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let login = text(own.get("userName"))?;
        let part = |name: &str| text(own.get("name").and_then(|parts| parts.get(name)));
        let both = || {
            let parts: Vec<String> = ["givenName", "familyName"]
                .into_iter()
                .filter_map(part)
                .collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        };
        let emails = own.get("emails").and_then(Value::as_array);
        let emails = emails.map(Vec::as_slice).unwrap_or_default();
        let primary = emails
            .iter()
            .find(|email| email.get("primary") == Some(&Value::Bool(true)));
        let email = primary.or_else(|| emails.first());
        Some(Self {
            name: text(own.get("displayName"))
                .or_else(|| part("formatted"))
                .or_else(both)
                .unwrap_or_else(|| login.clone()),
            email: text(email.and_then(|email| email.get("value"))),
            active: own.get("active").and_then(Value::as_bool).unwrap_or(true),
            login,
        })
    }
}
