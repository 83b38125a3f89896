//! The patterns of `policy.ignore`: `*` for any text, `?` for one character. Linear in practice
//! and never worse than pattern × text; no recursion.

use super::name::{LoginId, canonical};

/// Patterns in the form in which login ids are compared.
#[derive(Debug)]
pub struct Patterns(Vec<Vec<char>>);

impl Patterns {
    /// Takes patterns as written.
    #[must_use]
    pub fn new(written: &[String]) -> Self {
        let folded = written.iter().map(|text| canonical(text).chars().collect());
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
