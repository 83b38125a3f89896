//! One request, before it has an address: method, path segments, query, body, and what answer was
//! agreed. Not `Debug`: query and body may name people.

use reqwest::Method;
use reqwest::header::HeaderValue;
use serde::Serialize;

use super::failure::FailureKind;

/// The version tag of one resource, as the portal gave it.
#[derive(Clone)]
pub(crate) struct Tag(pub(super) HeaderValue);

impl Tag {
    /// A tag that stands in a body rather than in a header; none where it could not be one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        HeaderValue::from_str(text).ok().map(Self)
    }
}

/// What stands for a login id where a path is shown.
pub(crate) const SOMEBODY: &str = "*";

/// What answer was agreed for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expects {
    /// 200 or 201 with JSON.
    Json,
    /// The same, or 202 with JSON: accepted, and to be seen later.
    JsonOrLater,
    /// 204, or 200 with JSON that nobody reads.
    Nothing,
    /// Any success, with JSON or without a body.
    Perhaps,
}

/// One request.
pub(crate) struct Request {
    pub(super) method: Method,
    pub(super) segments: Vec<String>,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) if_match: Option<Tag>,
    pub(super) idempotency_key: Option<HeaderValue>,
    pub(super) mails_each_time: bool,
    /// A login id that stands in the path.
    login: Option<String>,
    pub(super) expects: Expects,
    /// Whether a change without a version tag leaves the same when it is made twice.
    pub(super) repeatable: bool,
}

impl Request {
    fn new(method: Method, segments: &[&str], expects: Expects) -> Self {
        Self {
            method,
            segments: segments.iter().map(|part| (*part).to_owned()).collect(),
            query: Vec::new(),
            body: None,
            if_match: None,
            idempotency_key: None,
            mails_each_time: false,
            login: None,
            expects,
            repeatable: false,
        }
    }

    /// Reads.
    pub(crate) fn get(segments: &[&str]) -> Self {
        Self::new(Method::GET, segments, Expects::Json)
    }

    /// Gives.
    pub(crate) fn put(segments: &[&str]) -> Self {
        Self::new(Method::PUT, segments, Expects::Nothing)
    }

    /// Writes a whole set, over what carries `tag`.
    pub(crate) fn put_set(
        segments: &[&str],
        tag: Tag,
        body: &impl Serialize,
    ) -> Result<Self, FailureKind> {
        let mut request = Self::new(Method::PUT, segments, Expects::Json).with_body(body)?;
        request.if_match = Some(tag);
        Ok(request)
    }

    /// Takes away.
    pub(crate) fn delete(segments: &[&str]) -> Self {
        Self::new(Method::DELETE, segments, Expects::Nothing)
    }

    /// Changes what carries `tag`.
    pub(crate) fn patch(
        segments: &[&str],
        tag: Tag,
        body: &impl Serialize,
    ) -> Result<Self, FailureKind> {
        let mut request = Self::new(Method::PATCH, segments, Expects::Json).with_body(body)?;
        request.if_match = Some(tag);
        Ok(request)
    }

    /// Makes something new, once for each key.
    pub(crate) fn post(
        segments: &[&str],
        idempotency_key: &str,
        body: &impl Serialize,
    ) -> Result<Self, FailureKind> {
        let key = HeaderValue::from_str(idempotency_key)
            .ok()
            .filter(|key| !key.is_empty())
            .ok_or(FailureKind::Unsupported(
                "an idempotency key is printable ASCII",
            ))?;
        let mut request = Self::new(Method::POST, segments, Expects::Json).with_body(body)?;
        request.idempotency_key = Some(key);
        Ok(request)
    }

    /// Makes something new, where the portal knows no keys: never made again unasked.
    pub(crate) fn post_once(segments: &[&str], body: &impl Serialize) -> Result<Self, FailureKind> {
        Self::new(Method::POST, segments, Expects::Perhaps).with_body(body)
    }

    /// Changes part of a resource, with its version tag where there is one. `repeatable` where
    /// making the change twice leaves what making it once leaves.
    pub(crate) fn amend(
        segments: &[&str],
        tag: Option<Tag>,
        repeatable: bool,
        body: &impl Serialize,
    ) -> Result<Self, FailureKind> {
        let mut request = Self::new(Method::PATCH, segments, Expects::Perhaps).with_body(body)?;
        // With a tag, a repeat meets the tag that the first one moved: it would be refused.
        request.repeatable = repeatable && tag.is_none();
        request.if_match = tag;
        Ok(request)
    }

    /// Writes a resource whole, with its version tag where there is one.
    pub(crate) fn overwrite(
        segments: &[&str],
        tag: Option<Tag>,
        body: &impl Serialize,
    ) -> Result<Self, FailureKind> {
        let mut request = Self::new(Method::PUT, segments, Expects::Perhaps).with_body(body)?;
        request.if_match = tag;
        Ok(request)
    }

    /// Acts, at most once: without a key, nobody repeats it.
    pub(crate) fn act(segments: &[&str], body: &impl Serialize) -> Result<Self, FailureKind> {
        Self::new(Method::POST, segments, Expects::Json).with_body(body)
    }

    /// The same, where the portal may say that it will show later.
    pub(crate) fn or_later(mut self) -> Self {
        self.expects = Expects::JsonOrLater;
        self
    }

    /// With a parameter of the query.
    pub(crate) fn with_query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Says that the portal mails somebody each time it carries the call out: it is not made again
    /// where it may have been carried out, whatever its method promises.
    pub(crate) fn mailing_each_time(mut self) -> Self {
        self.mails_each_time = true;
        self
    }

    /// Says which part of the path is somebody's login id: messages and traces show
    /// [`SOMEBODY`] in its place, as logs are read by more people than plans.
    pub(crate) fn of_login(mut self, login: &str) -> Self {
        self.login = Some(login.to_owned());
        self
    }

    /// The path as it may be shown.
    pub(super) fn shown_segments(&self) -> Vec<String> {
        let shown = |segment: &String| match &self.login {
            Some(login) if login == segment => SOMEBODY.to_owned(),
            _ => segment.clone(),
        };
        self.segments.iter().map(shown).collect()
    }

    fn with_body(mut self, body: &impl Serialize) -> Result<Self, FailureKind> {
        let bytes = serde_json::to_vec(body)
            .map_err(|_| FailureKind::Unsupported("the request cannot be written as JSON"))?;
        self.body = Some(bytes);
        Ok(self)
    }

    /// Whether making the same call twice leaves what making it once leaves, in the portal and in
    /// people's letter boxes.
    pub(super) fn is_idempotent(&self) -> bool {
        match self.method {
            _ if self.mails_each_time => false,
            Method::GET | Method::PUT | Method::DELETE => true,
            Method::PATCH => self.repeatable || self.if_match.is_some(),
            _ => false,
        }
    }

    /// Whether it may change something. No driver reads by another method than this.
    pub(super) fn writes(&self) -> bool {
        self.method != Method::GET
    }

    /// Whether the portal itself sees to it that a repeat does nothing.
    pub(super) fn is_keyed(&self) -> bool {
        self.idempotency_key.is_some()
    }
}
