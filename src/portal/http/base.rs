//! The one origin that a client talks to. Every address of a request is built here, from the
//! configured base URL and single path segments; no address that a server sends is ever used.

use std::net::IpAddr;

use reqwest::Url;

use super::failure::FailureKind;
use crate::portal::access::BadUrl;

/// Longest segment of a path, in bytes: an id of a portal is never longer.
const LONGEST_SEGMENT: usize = 512;

/// The base URL of one portal, checked.
#[derive(Clone)]
pub(crate) struct Base {
    url: Url,
    loopback: bool,
}

/// Whether a base URL is one of this machine itself.
#[must_use]
pub fn is_on_this_machine(url: &str) -> bool {
    Base::parse(url).is_ok_and(|base| base.is_loopback())
}

/// One address below a [`Base`].
pub(super) struct Address {
    /// Where to send the request.
    pub(super) url: Url,
    /// The path below the base, percent-encoded and without query, to be shown.
    pub(super) shown: String,
}

impl Base {
    /// Checks a base URL: `https`, or `http` to this machine itself.
    pub(crate) fn parse(text: &str) -> Result<Self, BadUrl> {
        let url = Url::parse(text.trim()).map_err(|_| BadUrl::Unreadable)?;
        let host = url.host_str().ok_or(BadUrl::Unreadable)?;
        let loopback = is_loopback(host);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(BadUrl::NotTls),
            _ => return Err(BadUrl::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadUrl::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BadUrl::Query);
        }
        Ok(Self { url, loopback })
    }

    /// The address itself.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it is this machine itself.
    pub(super) fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether the connection is encrypted.
    pub(super) fn is_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The address of a path below the base. Each segment is percent-encoded, so that a slash in
    /// an id stays in its segment; one that would climb or vanish is refused.
    pub(super) fn address(
        &self,
        segments: &[String],
        query: &[(&'static str, String)],
    ) -> Result<Address, FailureKind> {
        let mut url = self.url.clone();
        {
            let mut path = url
                .path_segments_mut()
                .map_err(|()| FailureKind::Unsupported("an address without a path"))?;
            path.pop_if_empty();
            for segment in segments {
                check_segment(segment)?;
                path.push(segment);
            }
        }
        let below = self.url.path().trim_end_matches('/').len();
        let shown = url.path().get(below..).unwrap_or_default().to_owned();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(Address { url, shown })
    }
}

fn check_segment(segment: &str) -> Result<(), FailureKind> {
    let climbs = matches!(segment, "" | "." | "..");
    // A URL parser drops these silently; an id that has them is not an id.
    let vanishes = segment.contains(['\t', '\n', '\r']);
    if climbs || vanishes || segment.len() > LONGEST_SEGMENT {
        return Err(FailureKind::Unsupported(
            "an id that cannot stand in an address",
        ));
    }
    Ok(())
}

fn is_loopback(host: &str) -> bool {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(base: &str, segments: &[&str]) -> String {
        let segments: Vec<String> = segments.iter().map(|part| (*part).to_owned()).collect();
        let address = Base::parse(base).unwrap().address(&segments, &[]).unwrap();
        format!("{} | {}", address.url, address.shown)
    }

    #[test]
    fn a_path_is_built_below_the_base_and_each_segment_stays_one() {
        insta::assert_snapshot!(
            shown("https://portal.example/api/", &["users", "a/../b c?d#e%2F"]),
            @"https://portal.example/api/users/a%2F..%2Fb%20c%3Fd%23e%252F | /users/a%2F..%2Fb%20c%3Fd%23e%252F"
        );
        insta::assert_snapshot!(
            shown("https://portal.example", &["users"]),
            @"https://portal.example/users | /users"
        );
    }

    #[test]
    fn an_id_that_would_climb_or_vanish_is_refused() {
        let base = Base::parse("https://portal.example/api").unwrap();
        let long = "x".repeat(LONGEST_SEGMENT + 1);
        for id in ["", ".", "..", "a\nb", "a\tb", &long] {
            assert!(
                base.address(&["users".into(), id.to_owned()], &[]).is_err(),
                "{id:?}"
            );
        }
    }

    #[test]
    fn only_tls_and_this_machine_itself_are_spoken_to() {
        for good in [
            "https://portal.example/api",
            "http://127.0.0.1:8080",
            "http://127.9.9.9/x",
            "http://[::1]:80/",
            "http://localhost:1",
        ] {
            assert!(Base::parse(good).is_ok(), "{good}");
        }
        let bad = |text: &str| Base::parse(text).err();
        assert_eq!(bad("http://portal.example"), Some(BadUrl::NotTls));
        assert_eq!(bad("http://localhost.example"), Some(BadUrl::NotTls));
        assert_eq!(bad("http://128.0.0.1"), Some(BadUrl::NotTls));
        assert_eq!(bad("http://[::ffff:7f00:1]"), Some(BadUrl::NotTls));
        assert_eq!(bad("ftp://portal.example"), Some(BadUrl::Scheme));
        assert_eq!(bad("portal.example/api"), Some(BadUrl::Unreadable));
        assert_eq!(bad("file:///etc"), Some(BadUrl::Unreadable));
        assert_eq!(
            bad("https://me:x@portal.example"),
            Some(BadUrl::Credentials)
        );
        assert_eq!(bad("https://portal.example/?a=1"), Some(BadUrl::Query));
    }
}
