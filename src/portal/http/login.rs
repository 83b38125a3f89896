//! OAuth 2 client credentials (RFC 6749, 4.4): asks for a token, keeps it until it ends, and asks
//! again when the portal refuses it. The secret goes to the one address that gives tokens and
//! nowhere else; neither it nor a token is ever shown.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use url::form_urlencoded::{Serializer, byte_serialize};

use super::answer::{Limits, bounded, lost};
use super::base::Base;
use super::failure::FailureKind;
use super::manner::Manner;
use super::retry::{LONGEST_PAUSE, asked_pause};
use super::wire::Wire;
use crate::portal::access::{Access, ClientLogin, OpenError};

/// Most bytes of an answer with a token.
const LARGEST_ANSWER: u64 = 64 * 1024;
/// Most times that a token is asked for, where whoever gives them fails.
const ATTEMPTS: u32 = 3;
/// How long before its end a token is not used any more; no more than a tenth of its life.
const MARGIN: Duration = Duration::from_secs(30);

/// One login, and the token that it holds.
pub(super) struct Login {
    wire: Wire,
    url: Url,
    /// Name and secret, as the header has them.
    basic: HeaderValue,
    body: String,
    held: Mutex<Option<Held>>,
    limits: Limits,
    first_pause: Duration,
}

struct Held {
    token: SecretString,
    /// None where its end was not told.
    until: Option<Instant>,
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    expires_in: Option<Value>,
}

impl Login {
    /// Checks address and secret. Nothing is sent.
    pub(super) fn open(access: &Access, login: &ClientLogin) -> Result<Self, OpenError> {
        let portal = || access.portal.clone();
        let base = Base::parse(&login.token_url).map_err(|reason| OpenError::TokenUrl {
            portal: portal(),
            reason,
        })?;
        let basic = basic(login).ok_or_else(|| OpenError::ClientSecret { portal: portal() })?;
        let mut body = Serializer::new(String::new());
        body.append_pair("grant_type", "client_credentials");
        if let Some(scope) = &login.scope {
            body.append_pair("scope", scope);
        }
        Ok(Self {
            wire: Wire::open(access, &base, None, Manner::Plain)?,
            url: base.url().clone(),
            basic,
            body: body.finish(),
            held: Mutex::new(None),
            limits: Limits {
                token: login.client_secret.clone(),
                manner: Manner::Plain,
                max_body: LARGEST_ANSWER,
                total: access.total_timeout,
                connect: access.connect_timeout,
            },
            first_pause: access.first_pause,
        })
    }

    /// The token: as held, or newly asked for. Who comes meanwhile waits and gets the same.
    pub(super) async fn token(&self) -> Result<SecretString, FailureKind> {
        let mut held = self.held.lock().await;
        let fresh = |held: &&Held| held.until.is_none_or(|until| Instant::now() < until);
        if let Some(held) = held.as_ref().filter(fresh) {
            return Ok(held.token.clone());
        }
        let asked = Instant::now();
        let given = self.ask_again().await?;
        let life = given.expires_in.as_ref().and_then(seconds);
        let token: SecretString = given.access_token.into();
        *held = Some(Held {
            token: token.clone(),
            until: life
                .and_then(|life| asked.checked_add(life.saturating_sub(MARGIN.min(life / 10)))),
        });
        Ok(token)
    }

    /// Forgets a token that the portal has refused, unless another one is held by now.
    pub(super) async fn forget(&self, refused: &SecretString) {
        let mut held = self.held.lock().await;
        if held
            .as_ref()
            .is_some_and(|held| held.token.expose_secret() == refused.expose_secret())
        {
            *held = None;
        }
    }

    async fn ask_again(&self) -> Result<Given, FailureKind> {
        let mut pause = self.first_pause;
        let mut asked = 1;
        loop {
            match self.ask().await {
                Err(Asked::Later(_, told)) if asked < ATTEMPTS => {
                    sleep(told.unwrap_or_default().max(pause)).await;
                    pause = pause.saturating_mul(2);
                    asked += 1;
                }
                Err(Asked::Later(kind, _) | Asked::Never(kind)) => return Err(kind),
                Ok(given) => return Ok(given),
            }
        }
    }

    async fn ask(&self) -> Result<Given, Asked> {
        let mut request = Request::new(Method::POST, self.url.clone());
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.basic.clone());
        headers.insert(CONTENT_TYPE, form);
        *request.body_mut() = Some(self.body.clone().into());
        let response = self.wire.send(request).await.map_err(|error| {
            let why = lost(&error, &self.limits).to_string();
            Asked::Later(FailureKind::NoToken(why), None)
        })?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(self.refused(status, response).await);
        }
        let never = |why: &str| Asked::Never(FailureKind::NoToken(why.to_owned()));
        let body = bounded(response, LARGEST_ANSWER, &self.limits).await;
        let later = |kind: FailureKind| FailureKind::NoToken(kind.to_string());
        let body = body.map_err(|kind| Asked::Later(later(kind), None))?;
        let given: Given =
            serde_json::from_slice(&body).map_err(|_| never("the answer holds no token"))?;
        let bearer = given.token_type.as_deref().unwrap_or("bearer");
        if !bearer.eq_ignore_ascii_case("bearer") {
            return Err(never("the token is not of the kind `bearer`"));
        }
        let token = &given.access_token;
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(never("the token has characters that no token has"));
        }
        Ok(given)
    }

    /// What a refusal means: of its body only the code that RFC 6749 (5.2) defines is kept.
    async fn refused(&self, status: u16, response: Response) -> Asked {
        let pause = asked_pause(response.headers());
        let body = bounded(response, LARGEST_ANSWER, &self.limits).await;
        let code = body.ok().and_then(|body| {
            let told: Value = serde_json::from_slice(&body).ok()?;
            let known = [
                "invalid_request",
                "invalid_client",
                "invalid_grant",
                "unauthorized_client",
                "unsupported_grant_type",
                "invalid_scope",
            ];
            let said = told.get("error")?.as_str()?;
            known.into_iter().find(|code| *code == said)
        });
        let code = code.map(|code| format!(", `{code}`")).unwrap_or_default();
        let too_long = pause.filter(|pause| *pause > LONGEST_PAUSE);
        let wish = too_long.map(|pause| format!(", and a pause of {} seconds", pause.as_secs()));
        let wish = wish.unwrap_or_default();
        let kind = FailureKind::NoToken(format!("it was answered with {status}{code}{wish}"));
        match status {
            _ if too_long.is_some() => Asked::Never(kind),
            429 | 500..=599 => Asked::Later(kind, pause),
            _ => Asked::Never(kind),
        }
    }
}

/// Whether asking again may help.
enum Asked {
    /// With the pause that was asked for, where one was.
    Later(FailureKind, Option<Duration>),
    Never(FailureKind),
}

/// `client_secret_basic` (RFC 6749, 2.3.1): each part is form-encoded before they are joined.
fn basic(login: &ClientLogin) -> Option<HeaderValue> {
    let secret = login.client_secret.expose_secret().trim();
    if login.client_id.is_empty() || secret.is_empty() {
        return None;
    }
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let joined = format!("{}:{}", encoded(&login.client_id), encoded(secret));
    let mut value = HeaderValue::from_str(&format!("Basic {}", base64(joined.as_bytes()))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// RFC 4648, 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let part = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = part(0) << 16 | part(1) << 8 | part(2);
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) & 63;
            let letter = usize::try_from(index)
                .ok()
                .and_then(|index| LETTERS.get(index));
            let letter = letter.filter(|_| place <= chunk.len());
            text.push(letter.map_or('=', |letter| char::from(*letter)));
        }
    }
    text
}

/// A life in seconds, as a number or as digits.
fn seconds(value: &Value) -> Option<Duration> {
    let whole = value
        .as_u64()
        .or_else(|| value.as_str()?.trim().parse().ok())?;
    Some(Duration::from_secs(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        let rows = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in rows {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
    }

    #[test]
    fn name_and_secret_are_encoded_before_they_are_joined() {
        let login = ClientLogin {
            token_url: String::new(),
            client_id: "a:b".into(),
            client_secret: "p w".into(),
            scope: None,
        };
        let expected = format!("Basic {}", base64(b"a%3Ab:p+w"));
        assert_eq!(basic(&login).unwrap().to_str().unwrap(), expected);
    }
}
