//! What it takes to open a portal: address, token, limits, time-outs. The token is handed in by
//! the caller; nothing here reads the environment.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::halt::Halt;
use super::http::Answers;
use crate::model::name::PortalName;
use crate::model::settings::Directory;

/// How to reach one portal. Built by [`Access::new`] with defaults that suit most portals; any
/// field may be set afterwards.
#[derive(Clone)]
pub struct Access {
    /// The portal's name in the project, for messages.
    pub portal: PortalName,
    /// Base URL: `https`, or plain `http` to this machine itself.
    pub url: String,
    /// The bearer token. Never shown.
    pub token: SecretString,
    /// Most requests a second, retries among them; none for no limit of ours.
    pub requests_per_second: Option<u32>,
    /// Most requests in flight; 0 counts as 1.
    pub concurrency: u32,
    /// Certificates to trust instead of the system's, as a PEM file.
    pub ca_file: Option<PathBuf>,
    /// From what the jitter of retries is drawn: the same seed gives the same pauses.
    pub jitter_seed: u64,
    /// The pause before the first retry; each further one is twice as long.
    pub first_pause: Duration,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for one whole answer, connection included.
    pub total_timeout: Duration,
    /// Most bytes of one answer.
    pub max_body: u64,
    /// How a token is asked for, in place of `token`.
    pub client_credentials: Option<ClientLogin>,
    /// For a directory: which of its groups are areas.
    pub directory: Directory,
    /// Whether a listing reads every area's members too and compares them with what the accounts
    /// say. One more page for each area.
    pub cross_check: bool,
    /// Ends writing once it is raised. None for whoever only reads.
    pub halt: Option<Arc<dyn Halt>>,
    /// Answers in place of the network's: for tests of what a portal might say. None otherwise.
    #[doc(hidden)]
    pub answers: Option<Answers>,
}

impl Access {
    /// Access with defaults: 8 requests in flight, no limit a second, 10 seconds to connect, 30 in
    /// all, answers of at most 16 MiB, the system's certificates, no cross-check.
    #[must_use]
    pub fn new(portal: PortalName, url: impl Into<String>, token: SecretString) -> Self {
        Self {
            portal,
            url: url.into(),
            token,
            requests_per_second: None,
            concurrency: 8,
            ca_file: None,
            jitter_seed: 0,
            first_pause: Duration::from_millis(200),
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(30),
            max_body: 16 * 1024 * 1024,
            client_credentials: None,
            directory: Directory::default(),
            cross_check: false,
            halt: None,
            answers: None,
        }
    }
}

/// OAuth 2 client credentials, the secret read.
#[derive(Clone)]
pub struct ClientLogin {
    /// Where tokens are given: `https`, or plain `http` to this machine itself.
    pub token_url: String,
    /// Who asks.
    pub client_id: String,
    /// The secret. Never shown.
    pub client_secret: SecretString,
    /// What is asked for.
    pub scope: Option<String>,
}

/// Why a portal cannot be opened. Nothing has been sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The base URL cannot be used.
    #[error("portal `{portal}`: `url` {reason}")]
    Url {
        /// The portal's name in the project.
        portal: PortalName,
        /// Why.
        reason: BadUrl,
    },
    /// The token cannot stand in a header.
    #[error(
        "portal `{portal}`: the token is empty or has characters that no token has, such as a space or a line end"
    )]
    Token {
        /// The portal's name in the project.
        portal: PortalName,
    },
    /// The address that gives tokens cannot be used.
    #[error("portal `{portal}`: `token_url` {reason}")]
    TokenUrl {
        /// The portal's name in the project.
        portal: PortalName,
        /// Why.
        reason: BadUrl,
    },
    /// Nobody can ask for a token with these.
    #[error("portal `{portal}`: `client_id` or `client_secret` is empty")]
    ClientSecret {
        /// The portal's name in the project.
        portal: PortalName,
    },
    /// The file of certificates cannot be used.
    #[error("portal `{portal}`: `ca_file` {path} {reason}", path = .path.display())]
    CaFile {
        /// The portal's name in the project.
        portal: PortalName,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The system has no certificates, and no file of them is named.
    #[error(
        "portal `{portal}`: this system has no CA certificates to check the portal's with; install them, or name a PEM file as `ca_file`"
    )]
    NoCertificates {
        /// The portal's name in the project.
        portal: PortalName,
    },
    /// The HTTP client cannot be made.
    #[error("portal `{portal}`: an HTTP client cannot be made")]
    Client {
        /// The portal's name in the project.
        portal: PortalName,
    },
}

/// Why a base URL cannot be used. The URL itself is not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// No URL at all.
    #[error("is not a URL with a host, such as `https://portal.example/api`")]
    Unreadable,
    /// Neither `https` nor `http`.
    #[error("must begin with `https://`")]
    Scheme,
    /// Plain `http` to another machine.
    #[error(
        "must begin with `https://`: plain `http` is for this machine only (127.0.0.1, ::1, localhost)"
    )]
    NotTls,
    /// A user name or password in it.
    #[error("holds a user name or password; the token belongs under `token`")]
    Credentials,
    /// A query or fragment in it.
    #[error("holds a `?` or `#`; give the address before it")]
    Query,
    /// `{organisation}` where it cannot stand for an organisation's id.
    #[error(
        "may hold `{{organisation}}` once, as a whole segment of its path, such as `https://portal.example/{{organisation}}/v2`"
    )]
    Placeholder,
}
