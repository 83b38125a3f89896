//! One call of a portal's API as a dialect sees it, and its answer. Operations are plain functions
//! inside one transaction: a lock held while something is awaited cannot be written.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::faults::Twists;
use super::problem::{Problem, shortened};
use super::store::{OrganisationRows, PortalRows};
use super::tokens::Token;

/// What a dialect does for one method at one address.
pub(crate) type Operation = fn(&Call<'_>) -> Result<Answer, Problem>;

/// One row of a dialect's table of addresses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    /// The method, in capitals.
    pub(crate) method: &'static str,
    /// The address below the portal's own, with `{name}` where a segment varies.
    pub(crate) path: &'static str,
    /// What is done.
    pub(crate) operation: Operation,
}

/// One call, admitted: its token is known and opens the organisation of its address.
pub(crate) struct Call<'a> {
    /// The portal's rows, inside this call's transaction.
    pub(crate) rows: PortalRows<'a>,
    /// The organisation that the address names.
    pub(crate) organisation: Option<OrganisationRows<'a>>,
    /// The sandbox's day.
    pub(crate) today: Date,
    /// Who calls.
    pub(crate) token: &'a Token,
    /// The varying segments of the address.
    pub(crate) parameters: &'a BTreeMap<String, String>,
    /// What follows the `?`, in order.
    pub(crate) query: &'a [(String, String)],
    /// The header fields.
    pub(crate) headers: &'a HeaderMap,
    /// The body.
    pub(crate) body: &'a [u8],
    /// What faults do to lists.
    pub(crate) twists: &'a Twists,
}

impl<'a> Call<'a> {
    /// A varying segment of the address; empty where the route has none of that name.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// The first value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The organisation that the address names.
    pub(crate) fn organisation(&self) -> Result<&OrganisationRows<'a>, Problem> {
        self.organisation
            .as_ref()
            .ok_or_else(|| Problem::not_found("/"))
    }

    /// The organisation's id as the answer is to state it: a fault may have it wrong.
    pub(crate) fn stated_organisation<'b>(&'b self, id: &'b str) -> &'b str {
        self.twists.organisation.as_deref().unwrap_or(id)
    }

    /// The body as a JSON object.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Problem> {
        match parse(self.body)? {
            Value::Object(object) => Ok(object),
            _ => Err(Problem::invalid_body("a JSON object is wanted")),
        }
    }

    /// Whether the call may write over what has the version tag `current`.
    pub(crate) fn check_if_match(&self, current: &str) -> Result<(), Problem> {
        let mut wanted = self.headers.get_all(header::IF_MATCH).iter().peekable();
        if wanted.peek().is_none() {
            return Ok(());
        }
        let matches = wanted
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .any(|tag| tag == "*" || tag == current);
        if matches {
            Ok(())
        } else {
            Err(Problem::new(
                StatusCode::PRECONDITION_FAILED,
                "version-changed",
                "It was changed since it was read",
                format!("its version is {current} now"),
            )
            .with(header::ETAG, current))
        }
    }
}

/// Parses a JSON body.
pub(crate) fn parse<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let detail = shortened(&error.to_string());
        if error.is_data() {
            Problem::invalid_body(detail)
        } else {
            Problem::invalid_json(detail)
        }
    })
}

/// What is sent back. Kept as text, so that an answer given again is the same to the byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Header fields, lower-case names.
    pub(crate) headers: Vec<(String, String)>,
    /// The body; none for an empty one.
    pub(crate) body: Option<String>,
    /// The organisation, where the address does not name it.
    pub(crate) organisation: Option<String>,
    /// The id of the account that was made, for the fault that shows it late.
    pub(crate) created: Option<String>,
}

impl Answer {
    /// An empty answer.
    pub(crate) fn new(status: StatusCode) -> Self {
        Self {
            status: status.as_u16(),
            headers: Vec::new(),
            body: None,
            organisation: None,
            created: None,
        }
    }

    /// An answer in JSON.
    pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(value).map_err(|error| {
            tracing::error!(%error, "an answer cannot be written as JSON");
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "The portal failed",
                "the answer could not be written",
            )
        })?;
        Ok(Self::new(status)
            .with(header::CONTENT_TYPE, "application/json")
            .with_body(body))
    }

    /// The same with a header field.
    #[must_use]
    pub(crate) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name.as_str().to_owned(), value.into()));
        self
    }

    /// The same with a body.
    #[must_use]
    pub(crate) fn with_body(mut self, body: String) -> Self {
        self.body = Some(body);
        self
    }

    /// Whether what was asked was done.
    pub(crate) fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The HTTP response, with `body` in place of its own where a fault gives one.
    pub(crate) fn into_response(self, body: Option<Body>) -> Response<Body> {
        let own = self.body.map_or_else(Body::empty, Body::from);
        let mut response = Response::new(body.unwrap_or(own));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_str(&value);
            if let (Ok(name), Ok(value)) = (name, value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
