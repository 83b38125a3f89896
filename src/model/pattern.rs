//! Patterns. Those of `policy.ignore`: `*` for any text, `?` for one character. Linear in practice
//! and never worse than text × text; no recursion. And globs, of files and of organisations, which
//! are `globset`'s, within limits.

use globset::{GlobBuilder, GlobMatcher};

use super::name::{LoginId, canonical};

/// Longest glob, in bytes: as long as a path is.
const LONGEST: usize = 1_000;
/// Most braces that stand open at once.
const DEEPEST: usize = 20;

/// A glob, ready to be compared. A `*` goes past a `/` unless `within` a folder.
///
/// # Errors
/// Why it is none, in a clause. One that is longer or deeper than anybody writes is refused before
/// `globset` sees it: that panics where the regular expression behind a glob cannot be built.
pub fn glob(text: &str, within: bool) -> Result<GlobMatcher, String> {
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let mut open = 0_usize;
    for letter in text.chars() {
        match letter {
            '{' => open += 1,
            '}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > DEEPEST {
            return Err(format!("more than {DEEPEST} braces stand open"));
        }
    }
    let glob = GlobBuilder::new(text).literal_separator(within).build();
    let glob = glob.map_err(|error| error.kind().to_string())?;
    Ok(glob.compile_matcher())
}

/// Patterns in the form in which login ids are compared.
#[derive(Debug)]
pub struct Patterns(Vec<Vec<char>>);

impl Patterns {
    /// Takes patterns as written.
    #[must_use]
    pub fn new(written: &[String]) -> Self {
        let folded = written.iter().map(|text| {
            let mut pattern: Vec<char> = canonical(text).chars().collect();
            // Several mean what one does.
            pattern.dedup_by(|one, other| (*one, *other) == ('*', '*'));
            pattern
        });
        Self(folded.collect())
    }

    /// Whether any of them is this login id.
    #[must_use]
    pub fn matches(&self, login: &LoginId) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let text: Vec<char> = login.canonical().chars().collect();
        self.0.iter().any(|pattern| matches(pattern, &text))
    }
}

/// Goes back only to the latest `*`: an earlier one can match no more than that one does.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(from) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == letter => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((star_at, star_from)) = star else {
                    return false;
                };
                star = Some((star_at, star_from + 1));
                at = star_at + 1;
                from = star_from + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_that_cannot_be_built_is_refused_and_nothing_panics() {
        let nested = |depth: usize| format!("{}a{}", "{a,".repeat(depth), "}".repeat(depth));
        assert!(glob(&nested(20), true).unwrap().is_match("a"));
        for refused in [
            nested(300),
            nested(100_000),
            "{".repeat(1_000),
            "[!a]".repeat(1_000_000),
            "[".to_owned(),
            "{a".to_owned(),
        ] {
            assert!(glob(&refused, true).is_err());
        }
        // The worst that is let through.
        for large in ["[!é]", "[\u{1}-\u{10ffff}]", "{a,é}", "**/", "?", "*"] {
            let many = large.repeat(LONGEST / large.len());
            assert!(glob(&many, false).is_ok(), "{large}");
        }
    }

    #[test]
    fn stars_and_question_marks_match_whatever_the_case() {
        let patterns = Patterns::new(&["svc-*@*.Example".to_owned(), "test?".to_owned()]);
        for login in ["SVC-backup@northshire.example", "svc-@.example", "Test1"] {
            assert!(patterns.matches(&login.into()), "{login}");
        }
        for login in [
            "svc@northshire.example",
            "test",
            "test12",
            "a-svc-b@x.example",
        ] {
            assert!(!patterns.matches(&login.into()), "{login}");
        }
        assert!(Patterns::new(&["*a*b".to_owned()]).matches(&"xaxbxab".into()));
        assert!(!Patterns::new(&[]).matches(&"x".into()));
        assert!(!Patterns::new(&[String::new()]).matches(&"x".into()));
    }
}
