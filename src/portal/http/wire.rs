//! Where requests go: over the network, or, for whoever tries what a portal might answer, to
//! answers that were given beforehand. What an answer is allowed to be is not decided here.

use std::fmt;
use std::sync::Arc;

use reqwest::header::HeaderValue;
use reqwest::{Request, Response};

use super::base::Base;
use super::connections::connections;
use super::manner::Manner;
use crate::portal::access::{Access, OpenError};

/// Answers every request, and sends nothing.
#[derive(Clone)]
pub struct Answers(Arc<dyn Fn(&Request) -> Response + Send + Sync>);

impl Answers {
    /// Answers with what `answer` makes of each request.
    pub(crate) fn new(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        Self(Arc::new(answer))
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Answers")
    }
}

/// Where the requests of one client go.
pub(super) enum Wire {
    Network(reqwest::Client),
    Given(Answers),
}

impl Wire {
    /// Makes the connections. Nothing is sent.
    pub(super) fn open(
        access: &Access,
        base: &Base,
        bearer: Option<HeaderValue>,
        manner: Manner,
    ) -> Result<Self, OpenError> {
        match &access.answers {
            Some(answers) => Ok(Self::Given(answers.clone())),
            None => connections(access, base, bearer, manner).map(Self::Network),
        }
    }

    /// Sends one request.
    pub(super) async fn send(&self, request: Request) -> Result<Response, reqwest::Error> {
        match self {
            Self::Network(client) => client.execute(request).await,
            Self::Given(Answers(answer)) => Ok(answer(&request)),
        }
    }
}
