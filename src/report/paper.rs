//! The frame of pages that are read on a screen and on paper: one file that asks nothing of any
//! network, with the look that all of them share.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::escape::html;

/// What worklists and reports look like alike.
const STYLE: &str = include_str!("paper.css");

/// The beginning of a page, up to its body. `style` is its own, after the common one; of scripts
/// the page runs `script` and no other.
pub(super) fn begin(title: &str, style: &str, script: Option<&str>) -> String {
    let runs = script.map_or(String::new(), |script| {
        let digest = base64(&Sha256::digest(script.as_bytes()));
        format!("; script-src 'sha256-{digest}'")
    });
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'{runs}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{}</title>\n<style>\n{STYLE}{style}</style>\n</head>\n<body>\n<main>\n",
        html(title)
    );
    out
}

/// Ends the page.
pub(super) fn end(script: Option<&str>, out: &mut String) {
    out.push_str("</main>\n");
    if let Some(script) = script {
        let _ = writeln!(out, "<script>{script}</script>");
    }
    out.push_str("</body>\n</html>\n");
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| {
            bits << 8 | u32::from(three.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            let letter = bits >> (18 - 6 * at) & 63;
            let letter = LETTERS
                .get(letter as usize)
                .copied()
                .map_or('=', char::from);
            text.push(if at > three.len() { '=' } else { letter });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ];
        for (text, shown) in cases {
            assert_eq!(base64(text.as_bytes()), shown);
        }
    }
}
