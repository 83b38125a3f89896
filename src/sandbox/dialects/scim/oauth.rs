//! OAuth 2 client credentials (RFC 6749, 4.4): how a client that holds no token gets one. Client
//! `beadle` has the portal's writing token for its secret, `beadle-read` the reading one; what they
//! get is another token, good for one tenant.

use axum::http::{StatusCode, header};
use rusqlite::params;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use crate::model::plan_document::hexadecimal;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::problem::Problem;
use crate::sandbox::tokens::Token;

const WRITER: &str = "beadle";
const READER: &str = "beadle-read";

/// Seconds that a token is said to last. The sandbox's clock has days only: it lasts longer.
const LASTS: u32 = 3600;

/// Gives a token.
pub(super) fn token(call: &Call<'_>) -> Result<Answer, Problem> {
    let tenant = call.organisation()?;
    let form: Vec<(String, String)> = form_urlencoded::parse(call.body).into_owned().collect();
    let field = |name: &str| {
        let mut fields = form.iter().filter(|(key, _)| key == name);
        fields.next().map(|(_, value)| value.as_str())
    };
    match field("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type"),
        None => return refuse(StatusCode::BAD_REQUEST, "invalid_request"),
    }
    let header = call.headers.get(header::AUTHORIZATION);
    let header = header.and_then(|value| value.to_str().ok());
    let (id, secret) = match header.filter(|value| is_basic(value)) {
        Some(value) => match basic(value) {
            Some(pair) => pair,
            None => return refuse(StatusCode::UNAUTHORIZED, "invalid_client"),
        },
        None => (
            field("client_id").unwrap_or_default().to_owned(),
            field("client_secret").unwrap_or_default().to_owned(),
        ),
    };
    let read_only = match id.as_str() {
        WRITER => false,
        READER => true,
        _ => return refuse(StatusCode::UNAUTHORIZED, "invalid_client"),
    };
    let known = call.rows.token(&secret)?;
    let known = known.filter(|token| token.read_only == read_only && token.opens(&tenant.id));
    if known.is_none() {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let issued: i64 = call.rows.connection.query_row(
        "SELECT count(*) FROM tokens WHERE portal = ?1",
        params![call.rows.portal],
        |row| row.get(0),
    )?;
    // Says nothing of the secret, and is another one each time.
    let digest = hexadecimal(&Sha256::digest(format!("{issued} {} {secret}", tenant.id)));
    let token = Token {
        text: format!("access-{}", digest.get(..32).unwrap_or_default()),
        read_only,
        organisations: Some(vec![tenant.id.clone()]),
    };
    call.rows.issue_token(&token)?;
    Ok(answer(
        StatusCode::OK,
        &json!({"access_token": token.text, "token_type": "Bearer", "expires_in": LASTS}),
    ))
}

fn refuse(status: StatusCode, error: &str) -> Result<Answer, Problem> {
    let answer = answer(status, &json!({"error": error}));
    Ok(if status == StatusCode::UNAUTHORIZED {
        answer.with(header::WWW_AUTHENTICATE, "Basic")
    } else {
        answer
    })
}

fn answer(status: StatusCode, body: &Value) -> Answer {
    Answer::new(status)
        .with(header::CONTENT_TYPE, "application/json")
        .with(header::CACHE_CONTROL, "no-store")
        .with_body(body.to_string())
}

fn is_basic(value: &str) -> bool {
    let scheme = value.split(' ').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("basic")
}

/// Client and secret of a `Basic` header, both of them form-encoded inside (RFC 6749, 2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, text) = value.split_once(' ')?;
    if !is_basic(scheme) {
        return None;
    }
    let both = String::from_utf8(base64(text.trim())?).ok()?;
    let (id, secret) = both.split_once(':')?;
    let decoded = |text: &str| {
        let mut pairs = form_urlencoded::parse(text.as_bytes());
        pairs
            .next()
            .map_or_else(String::new, |(key, _)| key.into_owned())
    };
    Some((decoded(id), decoded(secret)))
}

/// The bytes behind a base64 text; none where it is not one.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digit = |letter: u8| match letter {
        b'A'..=b'Z' => Some(u32::from(letter - b'A')),
        b'a'..=b'z' => Some(u32::from(letter - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(letter - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::new();
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for place in 0..4 {
            let value = four.get(place).map_or(Some(0), |letter| digit(*letter))?;
            bits = (bits << 6) | value;
        }
        let [_, first, second, third] = bits.to_be_bytes();
        let whole = four.len().checked_sub(1)?;
        bytes.extend([first, second, third].into_iter().take(whole));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basic_header_is_taken_apart() {
        let read = |text: &str| basic(text);
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(read("Basic YmVhZGxlOmEtYg=="), pair("beadle", "a-b"));
        assert_eq!(read("basic YmVhZGxlOmElM0Fi"), pair("beadle", "a:b"));
        assert_eq!(read("Basic Og=="), pair("", ""));
        for wrong in [
            "",
            "Basic",
            "Basic !!!!",
            "Bearer YTpi",
            "Basic YWI=",
            "Basic /w==",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
