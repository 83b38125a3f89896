//! Who may call: bearer tokens, which of them only read, and which organisations each opens. The
//! tokens are as invented as the data behind them, and stand in the sandbox's ready line.

use axum::http::{HeaderMap, StatusCode, header};
use rusqlite::{OptionalExtension, params};

use super::problem::Problem;
use super::store::PortalRows;

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// As it is sent.
    pub(crate) text: String,
    /// Whether it opens reading only.
    pub(crate) read_only: bool,
    /// The organisations that it opens; none for all of the portal's.
    pub(crate) organisations: Option<Vec<String>>,
}

impl Token {
    /// The token that a portal has from the start.
    pub(crate) fn standard(portal: &str, read_only: bool) -> Self {
        let end = if read_only { "-read" } else { "" };
        Self {
            text: format!("sandbox-{portal}{end}"),
            read_only,
            organisations: None,
        }
    }

    /// Stands for the token of a caller who has none, where such callers are heard. It is no token
    /// that anybody could send.
    pub(crate) fn nobody() -> Self {
        Self {
            text: String::new(),
            read_only: false,
            organisations: None,
        }
    }

    /// How the log of calls names it.
    pub(crate) fn kind(&self) -> &'static str {
        if self.read_only { "read" } else { "write" }
    }

    /// Whether it opens that organisation.
    pub(crate) fn opens(&self, organisation: &str) -> bool {
        self.organisations
            .as_ref()
            .is_none_or(|list| list.iter().any(|id| id == organisation))
    }
}

/// The text of the bearer token that was sent.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, text) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(text.trim())
        .filter(|text| !text.is_empty())
}

/// The refusal of a call without a token, or with one that nobody issued.
pub(crate) fn unauthenticated() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthenticated",
        "A token of this portal is needed",
        "send `Authorization: Bearer` with a token that this portal issued",
    )
    .with(header::WWW_AUTHENTICATE, "Bearer")
}

/// The refusal of a write with a token that only reads.
pub(crate) fn read_only() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "read-only-token",
        "This token only reads",
        "a call that writes needs a token that may write",
    )
}

impl PortalRows<'_> {
    /// The token of that text.
    pub(crate) fn token(&self, text: &str) -> rusqlite::Result<Option<Token>> {
        self.connection
            .prepare_cached(
                "SELECT token, read_only, organisations FROM tokens
                 WHERE portal = ?1 AND token = ?2",
            )?
            .query_row(params![self.portal, text], |row| {
                let organisations: Option<String> = row.get(2)?;
                Ok(Token {
                    text: row.get(0)?,
                    read_only: row.get(1)?,
                    // Written below, as JSON; a list that cannot be read opens nothing.
                    organisations: organisations
                        .map(|list| serde_json::from_str(&list).unwrap_or_default()),
                })
            })
            .optional()
    }

    /// Issues a token, or changes what one opens.
    pub(crate) fn issue_token(&self, token: &Token) -> rusqlite::Result<()> {
        let Token {
            text,
            read_only,
            organisations,
        } = token;
        let organisations = organisations
            .as_ref()
            .map(|list| serde_json::Value::from(list.as_slice()).to_string());
        self.connection.execute(
            "INSERT INTO tokens (portal, token, read_only, organisations) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET read_only = ?3, organisations = ?4",
            params![self.portal, text, read_only, organisations],
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bearer_token_is_read_from_the_header() {
        let sent = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(sent("Bearer sandbox-ofs").as_deref(), Some("sandbox-ofs"));
        assert_eq!(sent("bearer  x ").as_deref(), Some("x"));
        assert_eq!(sent("Basic eDp5"), None);
        assert_eq!(sent("Bearer "), None);
        assert_eq!(sent("Bearer"), None);
    }
}
