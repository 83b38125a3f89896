//! What a portal says when it refuses: `application/problem+json` (RFC 9457), whose `type` ends in
//! a stable code. Says nothing of what is inside the sandbox.

use axum::http::{HeaderName, StatusCode, header};
use serde_json::json;

use super::call::Answer;

/// Every problem's `type` begins with this; the code follows.
pub(crate) const TYPE_BASE: &str = "https://beadle.example/problems/";

/// One refusal.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// The stable code.
    pub(crate) code: &'static str,
    /// The same sentence for every occurrence.
    pub(crate) title: &'static str,
    /// What was wrong this time.
    pub(crate) detail: String,
    /// Header fields that go with it.
    pub(crate) headers: Vec<(HeaderName, String)>,
}

impl Problem {
    /// A refusal without header fields of its own.
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            title,
            detail: detail.into(),
            headers: Vec::new(),
        }
    }

    /// The same with a header field.
    #[must_use]
    pub(crate) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Nothing is served at that address.
    pub(crate) fn not_found(path: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "Nothing is served at that address",
            format!("`{}` is not an address of this portal", shortened(path)),
        )
    }

    /// The address is served, the method is not.
    pub(crate) fn method_not_allowed(allowed: &str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "That method is not served at that address",
            format!("what is served there is {allowed}"),
        )
        .with(header::ALLOW, allowed)
    }

    /// The body is not JSON.
    pub(crate) fn invalid_json(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid-json",
            "The body is not JSON",
            detail,
        )
    }

    /// The body is JSON of another shape than is wanted.
    pub(crate) fn invalid_body(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-body",
            "The body is not what is wanted there",
            detail,
        )
    }

    /// The body holds a field that is not known there.
    pub(crate) fn unknown_field(field: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown-field",
            "The body holds a field that is not known there",
            format!("`{}` is not a field of this request", shortened(field)),
        )
    }

    /// The answer to send.
    pub(crate) fn answer(&self) -> Answer {
        let Self {
            status,
            code,
            title,
            detail,
            headers,
        } = self;
        let body = json!({
            "type": format!("{TYPE_BASE}{code}"),
            "title": title,
            "status": status.as_u16(),
            "detail": detail,
        });
        let mut answer = Answer::new(*status)
            .with(header::CONTENT_TYPE, "application/problem+json")
            .with_body(body.to_string());
        for (name, value) in headers {
            answer = answer.with(name.clone(), value.clone());
        }
        answer
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the sandbox's database failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The portal failed",
            "the sandbox's database failed; its log says how",
        )
    }
}

/// What somebody sent, cut to a length that a message can hold.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.chars().count() <= LONGEST {
        text.to_owned()
    } else {
        text.chars().take(LONGEST).chain(['…']).collect()
    }
}
