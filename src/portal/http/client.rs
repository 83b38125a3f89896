//! The client itself: one connection pool, one gate and one retry budget for one portal. Adds the
//! token to every request and shows it nowhere; logs method, path, status and time, nothing else.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use backon::{Retryable, Sleeper};
use futures_util::future::{BoxFuture, FutureExt};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, IF_MATCH};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::answer::{Answer, Limits, NoAnswer, lost, read};
use super::base::{Address, Base};
use super::connections::{bearer, bearer_of};
use super::failure::{CallFailure, FailureKind};
use super::gate::Gate;
use super::link::{Linked, next_cursor};
use super::login::Login;
use super::manner::Manner;
use super::request::{Request, Tag};
use super::retry::{LONGEST_PAUSE, Retries};
use super::wire::Wire;
use crate::portal::access::{Access, OpenError};
use crate::portal::halt::Halt;

/// The client of one portal.
pub(crate) struct Client {
    wire: Wire,
    base: Base,
    gate: Gate,
    retries: Retries,
    limits: Limits,
    /// Where the token is asked for rather than known.
    login: Option<Login>,
    halt: Option<Arc<dyn Halt>>,
    portal: String,
}

impl Client {
    /// Makes the client. Nothing is sent.
    pub(crate) fn open(access: &Access) -> Result<Self, OpenError> {
        Self::open_as(access, &access.url, Manner::Plain)
    }

    /// Makes the client of a portal with another manner, at `url` rather than at the access's own.
    pub(crate) fn open_as(access: &Access, url: &str, manner: Manner) -> Result<Self, OpenError> {
        let login = access.client_credentials.as_ref();
        let login = login.map(|login| Login::open(access, login)).transpose()?;
        let bearer = match login {
            Some(_) => None,
            None => Some(bearer(access)?),
        };
        let base = Base::parse(url).map_err(|reason| OpenError::Url {
            portal: access.portal.clone(),
            reason,
        })?;
        Ok(Self {
            wire: Wire::open(access, &base, bearer, manner)?,
            base,
            gate: Gate::new(access.concurrency, access.requests_per_second),
            retries: Retries::new(access.first_pause, access.jitter_seed),
            limits: Limits {
                token: access.token.clone(),
                manner,
                max_body: access.max_body,
                total: access.total_timeout,
                connect: access.connect_timeout,
            },
            login,
            halt: access.halt.clone(),
            portal: access.portal.as_str().to_owned(),
        })
    }

    /// Makes a call that answers with JSON.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<T, CallFailure> {
        let answer = self.send(request).await?;
        let body = answer.json();
        body.map_err(|kind| CallFailure::new(self.name_of(request), kind))
    }

    /// Makes a call that answers with JSON, and reads that where it arrived.
    pub(crate) async fn read<T>(
        &self,
        request: &Request,
        decode: impl FnOnce(&Answer) -> Result<T, FailureKind>,
    ) -> Result<T, CallFailure> {
        let answer = self.send(request).await?;
        decode(&answer).map_err(|kind| CallFailure::new(self.name_of(request), kind))
    }

    /// Makes a call that answers with JSON and its version tag.
    pub(crate) async fn tagged<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<(T, Tag), CallFailure> {
        let answer = self.send(request).await?;
        let both = answer.json().and_then(|body| Ok((body, answer.tag()?)));
        both.map_err(|kind| CallFailure::new(self.name_of(request), kind))
    }

    /// Makes a call that answers with JSON; true with it where that is a 202.
    pub(crate) async fn later<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<(T, bool), CallFailure> {
        let answer = self.send(request).await?;
        let both = answer.json().map(|body| (body, answer.is_later()));
        both.map_err(|kind| CallFailure::new(self.name_of(request), kind))
    }

    /// Makes a call that answers with JSON and perhaps with the cursor of a next page.
    pub(crate) async fn linked<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<Linked<T>, CallFailure> {
        let answer = self.send(request).await?;
        let page = self
            .base
            .address(&request.segments, &request.query)
            .and_then(|address| next_cursor(&address.url, answer.links()))
            .and_then(|next| {
                let page = answer.json()?;
                Ok(Linked { page, next })
            });
        page.map_err(|kind| CallFailure::new(self.name_of(request), kind))
    }

    /// Makes a call that answers with nothing but a yes.
    pub(crate) async fn nothing(&self, request: &Request) -> Result<(), CallFailure> {
        self.send(request).await.map(|_| ())
    }

    /// Makes a call and answers with whatever came.
    pub(crate) async fn answer(&self, request: &Request) -> Result<Answer, CallFailure> {
        self.send(request).await
    }

    /// The path of a call as messages show it; a path that cannot be is shown as `/`.
    pub(crate) fn shown(&self, segments: &[&str]) -> String {
        let segments: Vec<String> = segments.iter().map(|part| (*part).to_owned()).collect();
        self.path_of(&segments)
    }

    fn path_of(&self, segments: &[String]) -> String {
        let address = self.base.address(segments, &[]);
        address.map_or_else(|_| "/".to_owned(), |address| address.shown)
    }

    /// How a call is named in messages.
    pub(crate) fn name_of(&self, request: &Request) -> String {
        format!(
            "{} {}",
            request.method,
            self.path_of(&request.shown_segments())
        )
    }

    /// Makes a call, again and again where that is safe, until it is answered or given up.
    async fn send(&self, request: &Request) -> Result<Answer, CallFailure> {
        let mut address = self
            .base
            .address(&request.segments, &request.query)
            .map_err(|kind| CallFailure::new(self.name_of(request), kind))?;
        address.shown = self.path_of(&request.shown_segments());
        let mut course = self.retries.begin(request);
        let attempt = || async {
            let result = self.attempt(request, &address).await;
            result.map_err(|failure| failure.of(format!("{} {}", request.method, address.shown)))
        };
        let answer = attempt
            .retry(self.retries.backoff())
            .sleep(Rest(self.halt_of(request).cloned()))
            .adjust(|failure: &CallFailure, pause| course.next(failure, pause))
            .await;
        answer.map_err(|failure| course.verdict(failure))
    }

    /// What ends the waiting of a request: nothing where it only reads.
    fn halt_of(&self, request: &Request) -> Option<&Arc<dyn Halt>> {
        self.halt.as_ref().filter(|_| request.writes())
    }

    /// Waits for what a request needs before it is sent, unless it may not be sent any more.
    /// Whatever answers here has looked at the flag last of all.
    async fn unless_stopped<T>(
        &self,
        request: &Request,
        wait: impl Future<Output = T>,
    ) -> Result<T, FailureKind> {
        let Some(halt) = self.halt_of(request) else {
            return Ok(wait.await);
        };
        tokio::select! {
            biased;
            () = halt.raised() => Err(FailureKind::Stopped),
            came = wait => Ok(came),
        }
    }

    /// One attempt; where the token was asked for and is refused, once more with a new one.
    async fn attempt(&self, request: &Request, address: &Address) -> Result<Answer, NoAnswer> {
        let Some(login) = &self.login else {
            return self.attempt_with(request, address, None).await;
        };
        let token = self.unless_stopped(request, login.token()).await??;
        match self.attempt_with(request, address, Some(&token)).await {
            Err(refused) if refused.kind == FailureKind::Unauthorised => {
                login.forget(&token).await;
                let token = self.unless_stopped(request, login.token()).await??;
                self.attempt_with(request, address, Some(&token)).await
            }
            other => other,
        }
    }

    async fn attempt_with(
        &self,
        request: &Request,
        address: &Address,
        token: Option<&SecretString>,
    ) -> Result<Answer, NoAnswer> {
        let mut limits = self.limits.clone();
        let _permit = self.unless_stopped(request, self.gate.enter()).await?;
        let begin = Instant::now();
        let mut outgoing = reqwest::Request::new(request.method.clone(), address.url.clone());
        let headers = outgoing.headers_mut();
        if let Some(token) = token {
            limits.token = token.clone();
            let header = bearer_of(token).ok_or(FailureKind::Unauthorised)?;
            headers.insert(AUTHORIZATION, header);
        }
        if let Some(Tag(tag)) = &request.if_match {
            headers.insert(IF_MATCH, tag.clone());
        }
        if let Some(key) = &request.idempotency_key {
            headers.insert(HeaderName::from_static("idempotency-key"), key.clone());
        }
        if let Some(body) = &request.body {
            let content_type = HeaderValue::from_static(limits.manner.content_type());
            headers.insert(CONTENT_TYPE, content_type);
            *outgoing.body_mut() = Some(body.clone().into());
        }
        let (status, result) = match self.wire.send(outgoing).await {
            Ok(response) => {
                let status = response.status().as_u16();
                (status, read(response, request.expects, &limits).await)
            }
            Err(error) => (0, Err(lost(&error, &limits).into())),
        };
        self.note(request, address, status, begin, result.as_ref().err());
        if let Some(pause) = result.as_ref().err().and_then(|failure| failure.pause)
            && pause <= LONGEST_PAUSE
        {
            self.gate.pause(pause);
        }
        result
    }

    /// One line for each call. Status 0 stands for no answer.
    fn note(
        &self,
        request: &Request,
        address: &Address,
        status: u16,
        begin: Instant,
        failure: Option<&NoAnswer>,
    ) {
        let ms = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (portal, method, path) = (&*self.portal, &request.method, &*address.shown);
        match failure {
            None => tracing::debug!(portal, %method, path, status, ms, "call"),
            Some(NoAnswer { kind, .. }) => {
                tracing::debug!(portal, %method, path, status, ms, failure = %kind, "call");
            }
        }
    }
}

/// A pause of our own before a call is made again. The attempt after it finds out that it ended
/// early.
struct Rest(Option<Arc<dyn Halt>>);

impl Sleeper for Rest {
    type Sleep = BoxFuture<'static, ()>;

    fn sleep(&self, pause: Duration) -> Self::Sleep {
        let pause = tokio::time::sleep(pause);
        let Some(halt) = self.0.clone() else {
            return pause.boxed();
        };
        let either = async move {
            tokio::select! {
                () = pause => {}
                () = halt.raised() => {}
            }
        };
        either.boxed()
    }
}
