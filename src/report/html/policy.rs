//! What the page may do, as a browser is told: run this script, use this style, and nothing else.
//! Both are named by their digests, so that nothing that came from a file or a portal can run.

use sha2::{Digest, Sha256};

/// The page's one script.
#[must_use]
pub fn page_script() -> &'static str {
    include_str!("page.js")
}

/// The page's one style sheet.
#[must_use]
pub fn page_style() -> &'static str {
    include_str!("page.css")
}

/// The policy, for a `meta` element.
pub(super) fn policy() -> String {
    format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        digest(page_script()),
        digest(page_style())
    )
}

fn digest(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| {
            bits << 8 | u32::from(group.get(at).copied().unwrap_or_default())
        });
        for place in 0..4 {
            let sign = SIGNS.get((bits >> (18 - 6 * place) & 63) as usize);
            let there = place <= group.len();
            text.push(sign.filter(|_| there).map_or('=', |sign| char::from(*sign)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648() {
        let examples = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (text, encoded) in examples {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn what_stands_between_the_tags_is_what_the_digest_is_of() {
        // An end tag in either would end it early.
        assert!(!page_script().to_ascii_lowercase().contains("</script"));
        assert!(!page_script().contains("<!--"));
        assert!(!page_style().to_ascii_lowercase().contains("</style"));
        assert!(policy().starts_with("default-src 'none'; script-src 'sha256-"));
    }
}
