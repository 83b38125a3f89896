//! Reading an answer without trusting it: so many bytes and no more, JSON or nothing, and of a
//! refusal only its code. Detail texts are never kept: they could hold anything.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, LINK};
use reqwest::{Response, StatusCode};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::failure::{CallFailure, FailureKind};
use super::manner::{Manner, repeats};
use super::request::{Expects, Tag};
use super::retry::asked_pause;

/// Most bytes of a refusal that are read, to find its code.
const LONGEST_PROBLEM: u64 = 64 * 1024;
/// Most bytes that are set aside for a body before any of it has come.
const LIKELY_BODY: u64 = 64 * 1024;
/// Longest code that is kept.
const LONGEST_CODE: usize = 64;

/// An answer that says yes.
pub(crate) struct Answer {
    body: Vec<u8>,
    tag: Option<Tag>,
    links: Vec<String>,
    later: bool,
}

impl Answer {
    /// Reads the body as JSON of the agreed shape.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, FailureKind> {
        serde_json::from_slice(&self.body).map_err(|error| FailureKind::Malformed(shape(&error)))
    }

    /// The same, borrowing from the body.
    pub(crate) fn json_here<'a, T: Deserialize<'a>>(&'a self) -> Result<T, FailureKind> {
        serde_json::from_slice(&self.body).map_err(|error| FailureKind::Malformed(shape(&error)))
    }

    /// The version tag of what was answered.
    pub(crate) fn tag(&self) -> Result<Tag, FailureKind> {
        self.tag
            .clone()
            .ok_or_else(|| FailureKind::Malformed("no `ETag`".to_owned()))
    }

    /// The version tag, where there is one.
    pub(crate) fn perhaps_tag(&self) -> Option<Tag> {
        self.tag.clone()
    }

    /// Whether there is no body.
    pub(crate) fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// Its `Link` fields, as they came.
    pub(super) fn links(&self) -> &[String] {
        &self.links
    }

    /// Whether it is a 202: accepted, and to be seen later.
    pub(super) fn is_later(&self) -> bool {
        self.later
    }
}

/// Limits on reading an answer.
#[derive(Clone)]
pub(super) struct Limits {
    /// What may not be repeated, even where the portal sends it back.
    pub(super) token: SecretString,
    /// Which media types are understood, and what of a refusal is kept.
    pub(super) manner: Manner,
    /// Most bytes.
    pub(super) max_body: u64,
    /// How long was waited, for the message.
    pub(super) total: Duration,
    /// How long was waited for a connection, likewise.
    pub(super) connect: Duration,
}

/// Why an answer is not a yes; the call is added by whoever made it.
pub(super) struct NoAnswer {
    pub(super) kind: FailureKind,
    pub(super) code: Option<Box<str>>,
    pub(super) detail: Option<String>,
    pub(super) pause: Option<Duration>,
}

impl From<FailureKind> for NoAnswer {
    fn from(kind: FailureKind) -> Self {
        Self {
            kind,
            code: None,
            detail: None,
            pause: None,
        }
    }
}

impl NoAnswer {
    pub(super) fn of(self, call: String) -> CallFailure {
        let Self {
            kind,
            code,
            detail,
            pause,
        } = self;
        let detail = detail.map(String::into_boxed_str);
        CallFailure {
            call,
            kind,
            code,
            detail,
            pause,
        }
    }
}

/// Reads one answer, whatever it is.
pub(super) async fn read(
    response: Response,
    expects: Expects,
    limits: &Limits,
) -> Result<Answer, NoAnswer> {
    let status = response.status();
    if !status.is_success() {
        return Err(refusal(response, limits).await);
    }
    if status == StatusCode::NO_CONTENT {
        return match expects {
            Expects::Nothing | Expects::Perhaps => Ok(Answer {
                body: Vec::new(),
                tag: None,
                links: Vec::new(),
                later: false,
            }),
            Expects::Json | Expects::JsonOrLater => {
                Err(FailureKind::Malformed("no body".to_owned()).into())
            }
        };
    }
    // Nothing, or a page for people: what was written is read afterwards in any case.
    if expects == Expects::Perhaps && !is_json(response.headers(), limits.manner) {
        return Ok(Answer {
            body: Vec::new(),
            tag: None,
            links: Vec::new(),
            later: false,
        });
    }
    if !is_json(response.headers(), limits.manner) {
        return Err(FailureKind::NotJson(media_type(response.headers(), &limits.token)).into());
    }
    let agreed = match expects {
        Expects::Json => status == StatusCode::OK || status == StatusCode::CREATED,
        Expects::JsonOrLater => {
            let agreed = [StatusCode::OK, StatusCode::CREATED, StatusCode::ACCEPTED];
            agreed.contains(&status)
        }
        Expects::Nothing => status == StatusCode::OK,
        Expects::Perhaps => true,
    };
    if !agreed {
        let what = format!("status {} was not agreed", status.as_u16());
        return Err(FailureKind::Malformed(what).into());
    }
    let tag = response
        .headers()
        .get(reqwest::header::ETAG)
        .map(|tag| Tag(tag.clone()));
    let links = response.headers().get_all(LINK).iter();
    // A field that is not text holds no link.
    let links = links.filter_map(|value| value.to_str().ok().map(str::to_owned));
    let links = links.collect();
    let body = bounded(response, limits.max_body, limits).await?;
    Ok(Answer {
        body,
        tag,
        links,
        later: status == StatusCode::ACCEPTED,
    })
}

/// Reads a body of at most `max` bytes: refused at once by its stated length, else counted.
pub(super) async fn bounded(
    mut response: Response,
    max: u64,
    limits: &Limits,
) -> Result<Vec<u8>, FailureKind> {
    let stated = response.content_length();
    if stated.is_some_and(|length| length > max) {
        return Err(FailureKind::TooLarge(max));
    }
    // No more is set aside than one page mostly has, whatever length is stated.
    let likely = stated.unwrap_or_default().min(LIKELY_BODY);
    let mut body = Vec::with_capacity(usize::try_from(likely).unwrap_or_default());
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                if body.len() as u64 + chunk.len() as u64 > max {
                    return Err(FailureKind::TooLarge(max));
                }
                body.extend_from_slice(&chunk);
            }
            Ok(None) => return Ok(body),
            Err(error) => return Err(lost(&error, limits)),
        }
    }
}

/// What an answer that is not a success means.
async fn refusal(response: Response, limits: &Limits) -> NoAnswer {
    let status = response.status();
    let pause = asked_pause(response.headers());
    let (code, detail) = told(response, limits).await;
    let kept = code.clone();
    let number = status.as_u16();
    let kind = match number {
        300..=399 => FailureKind::Redirected(number),
        401 => FailureKind::Unauthorised,
        403 => FailureKind::Forbidden(kept),
        404 => FailureKind::NotFound,
        409 | 412 => FailureKind::Conflict {
            status: number,
            code: kept,
        },
        429 => FailureKind::Throttled(pause),
        400..=499 => FailureKind::Refused {
            status: number,
            code: kept,
        },
        _ => FailureKind::Failed(number),
    };
    NoAnswer {
        kind,
        code: code.map(Into::into),
        detail,
        pause,
    }
}

/// The code of a refusal, and what else of it is kept; a body that cannot be read has none.
async fn told(response: Response, limits: &Limits) -> (Option<String>, Option<String>) {
    if limits.manner == Manner::Plain {
        return (problem_code(response, limits).await, None);
    }
    let body = bounded(response, LONGEST_PROBLEM, limits).await;
    limits.manner.told(&body.unwrap_or_default(), &limits.token)
}

/// The code of a problem document.
async fn problem_code(response: Response, limits: &Limits) -> Option<String> {
    #[derive(Deserialize)]
    struct Problem {
        #[serde(rename = "type")]
        kind: String,
    }
    if !is_json(response.headers(), limits.manner) {
        return None;
    }
    let body = bounded(response, LONGEST_PROBLEM, limits).await.ok()?;
    let problem: Problem = serde_json::from_slice(&body).ok()?;
    safe_code(&problem.kind).filter(|code| !repeats(code, &limits.token))
}

/// The last segment of a problem's type, if it is nothing but a code.
fn safe_code(kind: &str) -> Option<String> {
    let code = kind.rsplit(['/', '#']).next()?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let safe = !code.is_empty() && code.len() <= LONGEST_CODE && code.bytes().all(plain);
    safe.then(|| code.to_owned())
}

/// What an error of the connection means, before or while the answer came.
pub(super) fn lost(error: &reqwest::Error, limits: &Limits) -> FailureKind {
    if error.is_connect() {
        FailureKind::Unreachable(unreachable_reason(error, limits.connect))
    } else if error.is_timeout() {
        FailureKind::TimedOut(limits.total)
    } else {
        FailureKind::ConnectionLost
    }
}

/// A few fixed words: the error's own could hold an address with more in it.
fn unreachable_reason(error: &reqwest::Error, connect: Duration) -> String {
    if error.is_dns() {
        return "its name cannot be resolved".to_owned();
    }
    if error.is_timeout() {
        return format!("no connection within {} seconds", connect.as_secs());
    }
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if let Some(words) = reason_of(cause) {
            return words.to_owned();
        }
        source = cause.source();
    }
    "no connection".to_owned()
}

fn reason_of(cause: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
        return Some(match tls {
            rustls::Error::InvalidCertificate(_) => {
                "its certificate is not trusted; is `ca_file` right?"
            }
            _ => "TLS could not be agreed",
        });
    }
    let io = cause.downcast_ref::<std::io::Error>()?;
    match io.kind() {
        std::io::ErrorKind::ConnectionRefused => Some("connection refused"),
        std::io::ErrorKind::ConnectionReset => Some("connection reset"),
        // What an I/O error wraps is not among its sources.
        _ => io.get_ref().and_then(|inner| reason_of(inner)),
    }
}

fn is_json(headers: &HeaderMap, manner: Manner) -> bool {
    stated_type(headers).is_some_and(|kind| manner.understands(&kind))
}

/// The media type without parameters.
fn stated_type(headers: &HeaderMap) -> Option<String> {
    let stated = headers
        .get(CONTENT_TYPE)?
        .to_str()
        .ok()?
        .split(';')
        .next()?;
    Some(stated.trim().to_ascii_lowercase())
}

/// The media type for a message: of harmless characters only.
fn media_type(headers: &HeaderMap, token: &SecretString) -> String {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"/+.-".contains(&byte);
    match stated_type(headers) {
        Some(text)
            if text.contains('/')
                && text.len() <= 64
                && text.bytes().all(harmless)
                && !repeats(&text, token) =>
        {
            text
        }
        _ => "of an unknown type".to_owned(),
    }
}

/// What is wrong with a JSON body, without a character of it: a missing field is named, since the
/// name is ours; of anything else only the place is told.
fn shape(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let text = error.to_string();
    let missing = text
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next());
    match (error.classify(), missing) {
        (Category::Data, Some(field)) => format!("field `{field}` is missing"),
        (Category::Data, None) => format!(
            "a value of another type, line {}, column {}",
            error.line(),
            error.column()
        ),
        (Category::Eof, _) => "JSON that ends too early".to_owned(),
        (Category::Syntax | Category::Io, _) => format!(
            "not JSON from line {}, column {}",
            error.line(),
            error.column()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_problem_only_a_plain_code_is_kept() {
        let code = |kind: &str| safe_code(kind);
        assert_eq!(
            code("https://portal.example/problems/email-taken").as_deref(),
            Some("email-taken")
        );
        assert_eq!(code("#not-granted").as_deref(), Some("not-granted"));
        assert_eq!(code("about:blank"), None);
        assert_eq!(code("https://portal.example/problems/"), None);
        assert_eq!(code("x/a.khan@northshire.example"), None);
        assert_eq!(code("x/\u{1b}[31m"), None);
        assert_eq!(code(&"a".repeat(65)), None);
    }

    #[test]
    fn what_is_wrong_with_a_body_is_told_without_a_character_of_it() {
        #[derive(Debug, Deserialize)]
        struct Row {
            #[allow(dead_code, reason = "only its presence matters")]
            total: u64,
        }
        let told = |body: &str| {
            let answer = Answer {
                body: body.as_bytes().to_vec(),
                tag: None,
                links: Vec::new(),
                later: false,
            };
            answer.json::<Row>().unwrap_err().to_string()
        };
        insta::assert_snapshot!(told("{}"), @"the answer does not have the form that was agreed (field `total` is missing)");
        insta::assert_snapshot!(told(r#"{"total":"s3cret"}"#), @"the answer does not have the form that was agreed (a value of another type, line 1, column 17)");
        insta::assert_snapshot!(told(r#"{"total":1"#), @"the answer does not have the form that was agreed (JSON that ends too early)");
        insta::assert_snapshot!(told("<html>s3cret"), @"the answer does not have the form that was agreed (not JSON from line 1, column 1)");
        insta::assert_snapshot!(told(&"[".repeat(100_000)), @"the answer does not have the form that was agreed (a value of another type, line 1, column 1)");
    }
}
