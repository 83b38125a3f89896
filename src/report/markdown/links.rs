//! What code hosts make links of after Markdown has been read, where no backslash helps: an address,
//! a mention, the number of an issue, the beginning of a commit. A comment that nobody sees cuts each
//! in two.

/// What nobody sees.
const CUT: &str = "<!-- -->";
/// Digits of a commit that are taken for one: as few, and as many.
const COMMIT: (usize, usize) = (7, 40);

/// Escaped prose in which nothing becomes a link by itself.
pub(super) fn unlinked(escaped: &str) -> String {
    // Mentions are cut already; addresses are not.
    let whole = escaped.replace(&format!("@{CUT}"), "@");
    let mut out = String::with_capacity(whole.len() + 16);
    let mut word = String::new();
    for character in whole.chars() {
        if character.is_alphanumeric() || character == '-' || character == '_' {
            word.push(character);
            continue;
        }
        end_word(&mut word, &mut out);
        out.push(character);
        if matches!(character, '@' | '#') {
            out.push_str(CUT);
        }
    }
    end_word(&mut word, &mut out);
    out
}

/// Writes a word, cut in two where it would be a link.
fn end_word(word: &mut String, out: &mut String) {
    match cut(word) {
        Some(at) => {
            let (first, rest) = word.split_at(at);
            out.push_str(first);
            out.push_str(CUT);
            out.push_str(rest);
        }
        None => out.push_str(word),
    }
    word.clear();
}

/// Where a word is to be cut: in `GH-12`, and in what looks like a commit.
fn cut(word: &str) -> Option<usize> {
    let issue = word
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("gh-"));
    if issue
        && word
            .as_bytes()
            .get(3)
            .copied()
            .is_some_and(|digit| digit.is_ascii_digit())
    {
        return Some(3);
    }
    let long = (COMMIT.0..=COMMIT.1).contains(&word.len());
    let hexadecimal = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    (long && hexadecimal && has_digit).then_some(4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::escape::markdown;

    #[test]
    fn nothing_becomes_a_link_by_itself() {
        let cases = [
            ("@team", "@<!-- -->team"),
            ("kim@x.example", "kim@<!-- -->x.example"),
            ("fixes #12", r"fixes \#<!-- -->12"),
            ("a/b#12", r"a/b\#<!-- -->12"),
            ("GH-12 gh-x", "GH-<!-- -->12 gh-x"),
            ("see 5b19991.", "see 5b19<!-- -->991."),
            (
                "0123456789abcdef0123456789abcdef01234567",
                "0123<!-- -->456789abcdef0123456789abcdef01234567",
            ),
            ("person-5b19991aab", "person-5b19991aab"),
            (
                "Zoë O’Neill-García, 2026-11-22",
                "Zoë O’Neill-García, 2026-11-22",
            ),
            ("effaced", "effaced"),
        ];
        for (payload, shown) in cases {
            assert_eq!(unlinked(&markdown(payload)), shown);
        }
    }
}
