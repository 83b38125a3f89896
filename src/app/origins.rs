//! To which portals each token may go, as whoever keeps the tokens says beside them, in a variable
//! that no change of the files can touch: who proposes a change may write another `url`, name another
//! token or another CA, and nothing of a token leaves for there.
//!
//! ```text
//! BEADLE_TOKEN_ORIGINS="HANTS_TOKEN=https://portal.example /run/secrets/ofs=https://ofs.example"
//! ```
//!
//! Compares texts and reads nothing: the environment is `world`'s.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest, Sha256};
use url::Url;

use crate::model::plan_document::hexadecimal;
use crate::model::settings::TokenSource;
use crate::portal::is_on_this_machine;

/// The variable.
pub(super) const ORIGINS: &str = "BEADLE_TOKEN_ORIGINS";

/// The word that stands for a file of certificates, in place of a token's name.
const CA_FILE: &str = "ca_file";

/// Where each token may go.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TokenOrigins {
    /// By the variable's name, or the file's whole path.
    tokens: BTreeMap<String, BTreeSet<String>>,
    /// SHA-256 of the files of certificates that may be trusted.
    certificates: BTreeSet<String>,
}

/// Why a token stays where it is. Nothing has been sent.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Kept {
    /// The variable says something that is not understood.
    #[error(
        "`{ORIGINS}` is set, and {0}: write `NAME=https://portal.example`, several with spaces between"
    )]
    Unreadable(String),
    /// It names no such token.
    #[error(
        "its token is {token}, which `{ORIGINS}` does not name: it is not read, and nothing was sent"
    )]
    Unnamed {
        /// Which.
        token: String,
    },
    /// It does not let it go there.
    #[error(
        "its token is {token}, which `{ORIGINS}` lets go to {allowed} and nowhere else, not to {asked}: nothing was sent"
    )]
    Elsewhere {
        /// Which.
        token: String,
        /// Where it may go.
        allowed: String,
        /// Where it was to go.
        asked: String,
    },
    /// Other certificates.
    #[error(
        "its `ca_file` is none that `{ORIGINS}` names (`{CA_FILE}={digest}` would name it): nothing was sent"
    )]
    Certificates {
        /// The file's SHA-256.
        digest: String,
    },
}

impl TokenOrigins {
    /// Reads the variable's text.
    pub(super) fn parse(text: &str) -> Result<Self, Kept> {
        let mut origins = Self::default();
        for pair in text.split_ascii_whitespace() {
            let (name, value) = pair
                .split_once('=')
                .filter(|(name, _)| !name.is_empty())
                .ok_or_else(|| Kept::Unreadable("one of its words has no `=`".to_owned()))?;
            if name == CA_FILE {
                let hexadecimal = value.bytes().all(|byte| byte.is_ascii_hexdigit());
                if value.len() != 64 || !hexadecimal {
                    let what = format!("`{CA_FILE}` is followed by no SHA-256");
                    return Err(Kept::Unreadable(what));
                }
                origins.certificates.insert(value.to_ascii_lowercase());
                continue;
            }
            let origin = whole_origin(value)
                .ok_or_else(|| Kept::Unreadable(format!("`{name}` is followed by no origin")))?;
            let allowed = origins.tokens.entry(name.to_owned()).or_default();
            allowed.insert(origin);
        }
        if origins.tokens.is_empty() {
            return Err(Kept::Unreadable(
                "names no token, so none may go anywhere".to_owned(),
            ));
        }
        Ok(origins)
    }

    /// Whether a token may go to all of these addresses.
    pub(super) fn allow(
        &self,
        source: &TokenSource,
        root: &Path,
        addresses: &[&str],
    ) -> Result<(), Kept> {
        let (key, shown) = match source {
            TokenSource::Environment(name) => (name.clone(), format!("the variable `{name}`")),
            TokenSource::File(path) => {
                let whole = root.join(path).display().to_string();
                let shown = format!("the file `{whole}`");
                (whole, shown)
            }
        };
        let Some(allowed) = self.tokens.get(&key) else {
            return Err(Kept::Unnamed { token: shown });
        };
        for address in addresses {
            let origin = origin_of(address);
            if !origin
                .as_ref()
                .is_some_and(|origin| allowed.contains(origin))
            {
                let quoted = |origin: &String| format!("`{origin}`");
                let allowed: Vec<String> = allowed.iter().map(quoted).collect();
                return Err(Kept::Elsewhere {
                    token: shown,
                    allowed: allowed.join(", "),
                    asked: origin.map_or_else(
                        || "an address without a host".to_owned(),
                        |origin| quoted(&origin),
                    ),
                });
            }
        }
        Ok(())
    }

    /// Whether these certificates may be trusted.
    pub(super) fn allow_certificates(&self, file: &[u8]) -> Result<(), Kept> {
        let digest = hexadecimal(&Sha256::digest(file));
        if self.certificates.contains(&digest) {
            Ok(())
        } else {
            Err(Kept::Certificates { digest })
        }
    }
}

/// Scheme, host and port of an address.
fn origin_of(address: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok()?;
    let origin = url.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// An address that is nothing but an origin to which a token may go.
fn whole_origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let safe = url.scheme() == "https" || is_on_this_machine(text);
    (bare && safe).then(|| origin_of(text)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str) -> TokenSource {
        TokenSource::Environment(name.to_owned())
    }

    #[test]
    fn a_token_goes_where_it_may_and_nowhere_else() {
        let text =
            "T=https://portal.example\n  T=https://login.example:8443 /run/t=http://127.0.0.1:7/";
        let origins = TokenOrigins::parse(text).unwrap();
        let to = |source: TokenSource, address: &str| {
            let allowed = origins.allow(&source, Path::new("/project"), &[address]);
            allowed.map_or_else(|kept| kept.to_string(), |()| "goes".to_owned())
        };
        for address in [
            "https://portal.example/api/{organisation}/v2",
            "https://PORTAL.example:443",
            "https://login.example:8443/token",
        ] {
            assert_eq!(to(variable("T"), address), "goes", "{address}");
        }
        assert_eq!(
            to(TokenSource::File("/run/t".into()), "http://127.0.0.1:7/x"),
            "goes"
        );
        for address in [
            "https://portal.example.evil.example",
            "https://portal.example:444",
            "http://portal.example",
            "https://login.example",
            "https://a@evil.example/portal.example",
            "portal.example",
        ] {
            assert!(
                to(variable("T"), address).contains("nothing was sent"),
                "{address}"
            );
        }
        insta::assert_snapshot!(to(variable("T"), "https://evil.example/x"), @"its token is the variable `T`, which `BEADLE_TOKEN_ORIGINS` lets go to `https://login.example:8443`, `https://portal.example` and nowhere else, not to `https://evil.example`: nothing was sent");
        insta::assert_snapshot!(to(variable("HOME"), "https://portal.example"), @"its token is the variable `HOME`, which `BEADLE_TOKEN_ORIGINS` does not name: it is not read, and nothing was sent");
        insta::assert_snapshot!(to(TokenSource::File("../run/t".into()), "http://127.0.0.1:7"), @"its token is the file `/project/../run/t`, which `BEADLE_TOKEN_ORIGINS` does not name: it is not read, and nothing was sent");
    }

    #[test]
    fn what_is_not_understood_lets_nothing_go() {
        for text in [
            "",
            "  ",
            "T",
            "=https://portal.example",
            "T=portal.example",
            "T=http://portal.example",
            "T=https://portal.example/api",
            "T=https://a:b@portal.example",
            "T=https://portal.example?x",
            "ca_file=abc T=https://portal.example",
        ] {
            let refused = TokenOrigins::parse(text);
            assert!(matches!(refused, Err(Kept::Unreadable(_))), "{text}");
        }
    }

    #[test]
    fn certificates_are_named_by_what_is_in_them() {
        let digest = hexadecimal(&Sha256::digest(b"pem"));
        let text = format!("T=https://portal.example ca_file={}", digest.to_uppercase());
        let origins = TokenOrigins::parse(&text).unwrap();
        assert_eq!(origins.allow_certificates(b"pem"), Ok(()));
        let other = origins.allow_certificates(b"other");
        assert!(matches!(other, Err(Kept::Certificates { .. })));
    }
}
