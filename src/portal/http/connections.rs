//! The connections of one portal: TLS, certificates, time-outs, and what every request carries.
//! Nothing is sent here.

use std::io::Read;
use std::path::Path;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Certificate, redirect, retry};
use secrecy::{ExposeSecret, SecretString};

use super::base::Base;
use super::manner::Manner;
use crate::portal::access::{Access, OpenError};

/// Largest file of certificates that is read, in bytes.
const LARGEST_CA_FILE: u64 = 4 * 1024 * 1024;

/// The connections: TLS by ring, no redirects, no retries but ours, no proxy before this machine
/// itself.
pub(super) fn connections(
    access: &Access,
    base: &Base,
    bearer: Option<HeaderValue>,
    manner: Manner,
) -> Result<reqwest::Client, OpenError> {
    // An error says that a provider has been installed before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let concurrency = access.concurrency.max(1) as usize;
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("beadle/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers(bearer, manner))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .https_only(base.is_tls())
        .connect_timeout(access.connect_timeout)
        .timeout(access.total_timeout)
        .pool_max_idle_per_host(concurrency)
        .tcp_nodelay(true);
    if base.is_loopback() {
        // `localhost` is this machine, whatever a name server says.
        let here = [
            ([127, 0, 0, 1], 0).into(),
            ([0_u16, 0, 0, 0, 0, 0, 0, 1], 0).into(),
        ];
        builder = builder.no_proxy().resolve_to_addrs("localhost", &here);
    }
    let certificates = match &access.ca_file {
        Some(path) => Some(certificates(access, path)?),
        // Without TLS none are needed, and a system that has none is no hindrance.
        None if !base.is_tls() => Some(Vec::new()),
        None => None,
    };
    if let Some(certificates) = certificates {
        builder = builder.tls_certs_only(certificates);
    }
    builder.build().map_err(|_| no_client(access, base))
}

fn no_client(access: &Access, base: &Base) -> OpenError {
    let portal = access.portal.clone();
    match &access.ca_file {
        Some(path) => OpenError::CaFile {
            portal,
            path: path.clone(),
            reason: "holds a certificate that cannot be used".to_owned(),
        },
        None if base.is_tls() => OpenError::NoCertificates { portal },
        None => OpenError::Client { portal },
    }
}

pub(super) fn bearer(access: &Access) -> Result<HeaderValue, OpenError> {
    bearer_of(&access.token).ok_or_else(|| OpenError::Token {
        portal: access.portal.clone(),
    })
}

/// The header of a token; none for one with characters that no token has.
pub(super) fn bearer_of(token: &SecretString) -> Option<HeaderValue> {
    let token = token.expose_secret().trim();
    let visible = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let mut bearer = visible
        .then(|| HeaderValue::from_str(&format!("Bearer {token}")).ok())
        .flatten()?;
    bearer.set_sensitive(true);
    Some(bearer)
}

fn headers(bearer: Option<HeaderValue>, manner: Manner) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(bearer) = bearer {
        headers.insert(AUTHORIZATION, bearer);
    }
    let json = HeaderValue::from_static(manner.accept());
    headers.insert(reqwest::header::ACCEPT, json);
    headers
}

fn certificates(access: &Access, path: &Path) -> Result<Vec<Certificate>, OpenError> {
    let wrong = |reason: String| OpenError::CaFile {
        portal: access.portal.clone(),
        path: path.to_owned(),
        reason,
    };
    let file =
        std::fs::File::open(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let mut pem = Vec::new();
    file.take(LARGEST_CA_FILE)
        .read_to_end(&mut pem)
        .map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let certificates = Certificate::from_pem_bundle(&pem)
        .map_err(|_| wrong("is not a PEM file of certificates".to_owned()))?;
    if certificates.is_empty() {
        return Err(wrong("holds no certificate in PEM form".to_owned()));
    }
    Ok(certificates)
}
