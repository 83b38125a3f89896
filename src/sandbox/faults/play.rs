//! How each fault looks on the wire.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Response, StatusCode, header};
use futures_util::stream;

use super::Effect;
use crate::sandbox::call::Answer;
use crate::sandbox::connection::Switch;
use crate::sandbox::problem::Problem;

/// The answer that stands in place of carrying the call out; none where the call is carried out.
pub(crate) fn instead(effect: &Effect, switch: &Switch) -> Option<Response<Body>> {
    match effect {
        Effect::Error(status) => Some(error(*status).into_response(None)),
        Effect::TooManyRequests(retry_after) => Some(
            Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                "Too many requests",
                "a fault of the sandbox",
            )
            .with(header::RETRY_AFTER, retry_after.clone())
            .answer()
            .into_response(None),
        ),
        Effect::ResetBeforeCommit => Some(cut(switch)),
        Effect::LoginPage => Some(login_page().into_response(None)),
        Effect::Redirect(location) => Some(
            Answer::new(StatusCode::FOUND)
                .with(header::LOCATION, location.clone())
                .into_response(None),
        ),
        Effect::HugeBody(bytes) => Some(huge(*bytes)),
        Effect::Latency(_)
        | Effect::ResetAfterCommit
        | Effect::HalfBody
        | Effect::SlowBody { .. }
        | Effect::ShiftingPages(_)
        | Effect::WrongTotal(_)
        | Effect::WrongOrganisation(_)
        | Effect::DuplicatePage
        | Effect::LateAppearance { .. } => None,
    }
}

/// The status to write down for what [`instead`] answers; none for a cut connection.
pub(crate) fn status_instead(effect: &Effect) -> Option<u16> {
    match effect {
        Effect::Error(status) => Some(*status),
        Effect::TooManyRequests(_) => Some(429),
        Effect::Redirect(_) => Some(302),
        Effect::LoginPage | Effect::HugeBody(_) => Some(200),
        _ => None,
    }
}

/// Sends the answer of a call that was carried out, as the fault has it.
pub(crate) fn send(answer: Answer, effect: Option<&Effect>, switch: &Switch) -> Response<Body> {
    let body = || answer.body.clone().unwrap_or_default().into_bytes();
    match effect {
        Some(Effect::ResetAfterCommit) => cut(switch),
        Some(Effect::HalfBody) => {
            let body = half(body());
            let length = answer.body.as_ref().map_or(0, String::len);
            answer
                .with(header::CONTENT_LENGTH, length.to_string())
                .into_response(Some(body))
        }
        Some(Effect::SlowBody { bytes, pause }) => {
            let body = slow(body(), *bytes, *pause);
            answer.into_response(Some(body))
        }
        _ => answer.into_response(None),
    }
}

fn cut(switch: &Switch) -> Response<Body> {
    switch.cut();
    // Never seen: the connection fails before a byte of it is written.
    Response::new(Body::empty())
}

fn error(status: u16) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    Problem::new(
        status,
        "fault",
        "The portal failed",
        "a fault of the sandbox",
    )
    .answer()
}

fn login_page() -> Answer {
    Answer::new(StatusCode::OK)
        .with(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .with_body(
            "<!doctype html><title>Sign in</title><h1>Sign in</h1>\
             <form><input name=email><input name=password type=password></form>"
                .to_owned(),
        )
}

/// The first half is on its way before the body fails, at which the connection is closed.
fn half(mut body: Vec<u8>) -> Body {
    body.truncate(body.len() / 2);
    Body::from_stream(stream::unfold(Some(body), |half| async move {
        if let Some(bytes) = half {
            return Some((Ok(Bytes::from(bytes)), None));
        }
        // A moment in which what is waiting to be written is written.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionAborted);
        Some((Err(broken), None))
    }))
}

fn slow(body: Vec<u8>, piece: usize, pause: Duration) -> Body {
    Body::from_stream(stream::unfold(
        Bytes::from(body),
        move |mut left| async move {
            if left.is_empty() {
                return None;
            }
            tokio::time::sleep(pause).await;
            let next = left.split_to(piece.min(left.len()));
            Some((Ok::<_, std::io::Error>(next), left))
        },
    ))
}

/// A JSON text that has no end for anybody's purposes.
fn huge(bytes: u64) -> Response<Body> {
    const PIECE: usize = 64 << 10;
    let piece = Bytes::from(vec![b' '; PIECE]);
    let body = Body::from_stream(stream::unfold(bytes, move |left| {
        let mut piece = piece.clone();
        async move {
            if left == 0 {
                return None;
            }
            piece.truncate(usize::try_from(left).unwrap_or(PIECE));
            let sent = piece.len() as u64;
            Some((Ok::<_, std::io::Error>(piece), left - sent))
        }
    }));
    Answer::new(StatusCode::OK)
        .with(header::CONTENT_TYPE, "application/json")
        .into_response(Some(body))
}
