//! How the directory refuses: SCIM's error message (RFC 7644, 3.12), for its own refusals and for
//! those of the sandbox's gate. A problem's code is the `scimType` where SCIM has one.

use axum::http::{StatusCode, header};
use serde_json::{Map, Value, json};

use crate::sandbox::call::Answer;
use crate::sandbox::problem::{Problem, shortened};

/// The media type of everything that SCIM sends.
pub(super) const MEDIA_TYPE: &str = "application/scim+json";

/// What `scimType` may say (RFC 7644, table 9).
const TYPES: &[&str] = &[
    "invalidFilter",
    "invalidPath",
    "invalidSyntax",
    "invalidValue",
    "mutability",
    "noTarget",
    "tooMany",
    "uniqueness",
];

/// The refusal as SCIM words it.
pub(in crate::sandbox) fn refusal(problem: &Problem) -> Answer {
    let Problem {
        status,
        code,
        title,
        detail,
        headers,
    } = problem;
    let mut body = Map::new();
    let mut say = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    say(
        "schemas",
        json!(["urn:ietf:params:scim:api:messages:2.0:Error"]),
    );
    say("status", json!(status.as_u16().to_string()));
    let code = match *code {
        "invalid-json" => "invalidSyntax",
        other => other,
    };
    if TYPES.contains(&code) {
        say("scimType", json!(code));
    }
    say("detail", json!(format!("{title}: {detail}")));
    let mut answer = Answer::new(*status)
        .with(header::CONTENT_TYPE, MEDIA_TYPE)
        .with_body(Value::Object(body).to_string());
    for (name, value) in headers {
        answer = answer.with(name.clone(), value.clone());
    }
    answer
}

fn bad(code: &'static str, title: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, title, detail)
}

/// The filter cannot be read, or compares what cannot be compared.
pub(super) fn invalid_filter(detail: impl Into<String>) -> Problem {
    bad("invalidFilter", "The filter cannot be used", detail)
}

/// The path of an operation leads nowhere.
pub(super) fn invalid_path(path: &str) -> Problem {
    let detail = format!("`{}` is not a path of this resource", shortened(path));
    bad("invalidPath", "The path cannot be used", detail)
}

/// The message is not of the shape that is wanted.
pub(super) fn invalid_syntax(detail: impl Into<String>) -> Problem {
    bad("invalidSyntax", "The message cannot be read", detail)
}

/// A value is not one that the attribute can have.
pub(super) fn invalid_value(attribute: &str, reason: &str) -> Problem {
    let detail = format!("`{}` {reason}", shortened(attribute));
    bad("invalidValue", "A value cannot be used", detail)
}

/// The attribute cannot be written, or not taken away.
pub(super) fn mutability(attribute: &str, reason: &str) -> Problem {
    let detail = format!("`{attribute}` {reason}");
    bad("mutability", "The attribute cannot be changed", detail)
}

/// No value is where the operation leads.
pub(super) fn no_target(detail: impl Into<String>) -> Problem {
    bad("noTarget", "Nothing is there to be changed", detail)
}

/// Another user has the login id.
pub(super) fn taken(user_name: &str) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "uniqueness",
        "The value belongs to another resource",
        format!("`userName` `{}` is taken", shortened(user_name)),
    )
}

/// No resource of that id.
pub(super) fn no_resource(kind: &str, id: &str) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not-found",
        "There is no such resource",
        format!("no {kind} has the id `{}`", shortened(id)),
    )
}

/// Something of SCIM that this directory does not offer.
pub(super) fn not_offered(what: &str) -> Problem {
    Problem::new(
        StatusCode::NOT_IMPLEMENTED,
        "not-implemented",
        "The directory does not offer that",
        format!("{what}, and `/ServiceProviderConfig` says so"),
    )
}

/// The administrators' group stays.
pub(super) fn group_stays() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "group-stays",
        "That group cannot be deleted",
        "its members are the directory's administrators; take members out of it instead",
    )
}

/// The resource was changed since it was read.
pub(super) fn changed_since(version: &str) -> Problem {
    Problem::new(
        StatusCode::PRECONDITION_FAILED,
        "version-changed",
        "It was changed since it was read",
        format!("its version is {version} now"),
    )
    .with(header::ETAG, version)
}

/// The body is of a media type that is not taken.
pub(super) fn media_type(sent: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "media-type",
        "The body is of another media type than is wanted",
        format!("`{}` is not {MEDIA_TYPE}", shortened(sent)),
    )
}
