//! In which manner a portal's bodies are written: which media types are sent, asked for and
//! understood, and how much of a refusal is kept. Knows no portal's paths or words.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// Most characters of a refusal's text that are kept.
const LONGEST_DETAIL: usize = 200;
/// Longest code that is kept, in bytes.
const LONGEST_CODE: usize = 64;

/// The manner of a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// JSON, and of a refusal its code alone.
    Plain,
    /// The directory protocol of RFC 7644. Its servers are of many makers, so that a refusal keeps
    /// the beginning of what was said: without it nobody could tell what is wrong.
    Directory,
}

impl Manner {
    /// The media type of what is sent.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Plain => "application/json",
            Self::Directory => "application/scim+json",
        }
    }

    /// The media types that are asked for.
    pub(super) fn accept(self) -> &'static str {
        match self {
            Self::Plain => "application/json, application/problem+json",
            Self::Directory => "application/scim+json, application/json;q=0.9",
        }
    }

    /// Whether a media type, in lower case and without parameters, is JSON.
    pub(super) fn understands(self, kind: &str) -> bool {
        match kind {
            "application/json" | "application/problem+json" => true,
            "application/scim+json" => self == Self::Directory,
            _ => false,
        }
    }

    /// The code and the text of a refusal, where this manner keeps them.
    pub(super) fn told(
        self,
        body: &[u8],
        token: &SecretString,
    ) -> (Option<String>, Option<String>) {
        if self == Self::Plain {
            return (None, None);
        }
        let read: Option<Value> = serde_json::from_slice(body).ok();
        let code = read
            .as_ref()
            .and_then(|value| plain_code(value.get("scimType")?));
        let text = read
            .as_ref()
            .and_then(said)
            .map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned);
        let betrays = |text: &str| repeats(text, token);
        (
            code.filter(|code| !betrays(code)),
            (!betrays(&text))
                .then(|| clean(&text))
                .filter(|text| !text.is_empty()),
        )
    }
}

/// Whether a text repeats the token, in whatever case.
pub(super) fn repeats(text: &str, token: &SecretString) -> bool {
    let token = token.expose_secret().trim().to_ascii_lowercase();
    !token.is_empty() && text.to_ascii_lowercase().contains(&token)
}

/// A word of letters, such as `uniqueness`.
fn plain_code(value: &Value) -> Option<String> {
    let code = value.as_str()?;
    let safe = !code.is_empty()
        && code.len() <= LONGEST_CODE
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    safe.then(|| code.to_owned())
}

/// What an error says, in any of the forms in use.
fn said(value: &Value) -> Option<&str> {
    ["detail", "error_description", "message", "error"]
        .into_iter()
        .find_map(|name| value.get(name)?.as_str())
        .or_else(|| value.as_str())
}

/// The first characters, on one line, without those that steer a terminal or turn the text round.
fn clean(text: &str) -> String {
    let steers = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let plain: String = text
        .chars()
        .map(|letter| if steers(letter) { ' ' } else { letter })
        .take(4 * LONGEST_DETAIL)
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_DETAIL).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(body: &str) -> String {
        let (code, detail) = Manner::Directory.told(body.as_bytes(), &"s3cret-token".into());
        format!("{code:?} {detail:?}")
    }

    #[test]
    fn a_refusal_is_read_in_every_form_in_use() {
        insta::assert_snapshot!(told(r#"{"schemas":[],"scimType":"uniqueness","detail":"taken","status":"409"}"#), @r#"Some("uniqueness") Some("taken")"#);
        insta::assert_snapshot!(told(r#"{"detail":"Not Implemented","status":501}"#), @r#"None Some("Not Implemented")"#);
        insta::assert_snapshot!(told(r#"{"error":"no"}"#), @r#"None Some("no")"#);
        insta::assert_snapshot!(told("<html>\r\n <h1>Bad\u{1b}[31m</h1>"), @r#"None Some("<html> <h1>Bad [31m</h1>")"#);
        insta::assert_snapshot!(told(""), @"None None");
        insta::assert_snapshot!(told(r#"{"detail":7}"#), @r#"None Some("{\"detail\":7}")"#);
    }

    #[test]
    fn a_refusal_that_repeats_the_token_is_not_kept_and_a_long_one_is_cut() {
        insta::assert_snapshot!(told(r#"{"detail":"Bearer S3CRET-token is bad"}"#), @"None None");
        let (_, detail) = Manner::Directory.told("ä".repeat(900).as_bytes(), &"".into());
        assert_eq!(detail.map(|text| text.chars().count()), Some(200));
        let (code, detail) = Manner::Plain.told(br#"{"detail":"x","scimType":"y"}"#, &"".into());
        assert_eq!((code, detail), (None, None));
    }
}
