//! The wire of SCIM 2.0 (RFC 7643, 7644): its calls and the shapes of their answers, read as
//! leniently as servers write them. Knows nothing of what beadle makes of them.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::resource::{Resource, attribute};
use crate::portal::error::PortalErrorKind;
use crate::portal::http::{CallFailure, Client, Request, Tag};

const PATCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Users,
    Groups,
}

impl Kind {
    fn segment(self) -> &'static str {
        match self {
            Self::Users => "Users",
            Self::Groups => "Groups",
        }
    }
}

/// Where one tenant's resources stand: the segments before `Users` and `Groups`.
pub(super) type Place = Arc<[String]>;

/// One page of a list.
pub(super) struct Page {
    /// How many rows there are in all, as far as the server says.
    pub(super) total: Option<u64>,
    pub(super) rows: Vec<Resource>,
}

/// One operation of a PATCH: `op` in lower case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Operation {
    pub(super) op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Value>,
}

#[derive(Serialize)]
struct Operations<'a> {
    schemas: [&'static str; 1],
    #[serde(rename = "Operations")]
    operations: &'a [Operation],
}

/// A change of one resource: which, and with which version tag.
pub(super) struct Target<'a> {
    pub(super) place: &'a Place,
    pub(super) kind: Kind,
    pub(super) id: &'a str,
    pub(super) tag: Option<Tag>,
}

/// The calls.
pub(super) struct Api {
    client: Client,
}

impl Api {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// One page, from `start` on (counted from 1); `count` rows where that is asked.
    pub(super) async fn page(
        &self,
        place: &Place,
        kind: Kind,
        start: u64,
        count: Option<u32>,
        filter: Option<&str>,
    ) -> Result<Page, CallFailure> {
        let mut request = Request::get(&path(place, &[kind.segment()]))
            .with_query("startIndex", start.to_string());
        if let Some(count) = count {
            request = request.with_query("count", count.to_string());
        }
        if let Some(filter) = filter {
            request = request.with_query("filter", filter);
        }
        let body: Value = self.client.json(&request).await?;
        let failed = |what: &str| {
            let kind = PortalErrorKind::Malformed(what.to_owned());
            CallFailure::new(self.client.name_of(&request), kind)
        };
        let Value::Object(map) = body else {
            return Err(failed("a list that is no object"));
        };
        let total = attribute(&map, "totalResults").and_then(number);
        let rows = match attribute(&map, "Resources") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(rows)) => rows.iter().filter_map(resource).collect::<Vec<_>>(),
            Some(_) => return Err(failed("`Resources` is no list")),
        };
        Ok(Page { total, rows })
    }

    /// One resource and its version tag, from the header or from the body.
    pub(super) async fn one(
        &self,
        place: &Place,
        kind: Kind,
        id: &str,
    ) -> Result<(Resource, Option<Tag>), CallFailure> {
        let request = Request::get(&path(place, &[kind.segment(), id]));
        let answer = self.client.answer(&request).await?;
        let failed = |kind| CallFailure::new(self.client.name_of(&request), kind);
        let found = Resource(answer.json::<Map<String, Value>>().map_err(failed)?);
        if found.id().as_deref() != Some(id) {
            let other = "another resource came back".to_owned();
            return Err(failed(PortalErrorKind::Malformed(other)));
        }
        let in_body = || found.version().and_then(Tag::of);
        let tag = answer.perhaps_tag().or_else(in_body);
        Ok((found, tag))
    }

    /// Makes a user; none where the server does not show it.
    pub(super) async fn create(
        &self,
        place: &Place,
        user: &Value,
    ) -> Result<Option<Resource>, CallFailure> {
        let path = path(place, &[Kind::Users.segment()]);
        let request = Request::post_once(&path, user)
            .map_err(|kind| CallFailure::new(self.call("POST", place, Kind::Users, None), kind))?;
        let answer = self.client.answer(&request).await?;
        if answer.is_empty() {
            return Ok(None);
        }
        Ok(answer.json().ok().map(Resource))
    }

    /// Changes part of a resource. `repeatable` where twice is as once.
    pub(super) async fn patch(
        &self,
        target: Target<'_>,
        repeatable: bool,
        operations: &[Operation],
    ) -> Result<(), CallFailure> {
        let Target {
            place,
            kind,
            id,
            tag,
        } = target;
        let body = Operations {
            schemas: [PATCH_SCHEMA],
            operations,
        };
        let request = Request::amend(&path(place, &[kind.segment(), id]), tag, repeatable, &body);
        let request = request
            .map_err(|error| CallFailure::new(self.call("PATCH", place, kind, Some(id)), error))?;
        self.client.answer(&request).await.map(|_| ())
    }

    /// Writes a resource whole.
    pub(super) async fn put(
        &self,
        target: Target<'_>,
        whole: &Resource,
    ) -> Result<(), CallFailure> {
        let Target {
            place,
            kind,
            id,
            tag,
        } = target;
        let request = Request::overwrite(&path(place, &[kind.segment(), id]), tag, &whole.0);
        let request = request
            .map_err(|error| CallFailure::new(self.call("PUT", place, kind, Some(id)), error))?;
        self.client.answer(&request).await.map(|_| ())
    }

    /// A document in which the server describes itself.
    pub(super) async fn document(
        &self,
        place: &Place,
        name: &'static str,
    ) -> Result<Value, CallFailure> {
        self.client.json(&Request::get(&path(place, &[name]))).await
    }

    /// How a call is named in messages.
    pub(super) fn call(&self, method: &str, place: &Place, kind: Kind, id: Option<&str>) -> String {
        let mut segments = path(place, &[kind.segment()]);
        segments.extend(id);
        format!("{method} {}", self.client.shown(&segments))
    }
}

fn path<'a>(place: &'a Place, rest: &[&'a str]) -> Vec<&'a str> {
    let before = place.iter().map(String::as_str);
    before.chain(rest.iter().copied()).collect()
}

/// A row; what is no object is none, and then a row without an id.
fn resource(value: &Value) -> Option<Resource> {
    match value {
        Value::Object(map) => Some(Resource(map.clone())),
        Value::Null => None,
        _ => Some(Resource(Map::new())),
    }
}

/// A number, or one that stands in a text.
fn number(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}
