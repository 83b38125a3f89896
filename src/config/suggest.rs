//! Names in prose, and the hint that offers the nearest one. No knowledge of what they name.

use crate::model::nearest::nearest;

/// `did you mean `x`?`, or what there is to choose from, or nothing.
pub(super) fn help<'c>(
    written: &str,
    candidates: impl IntoIterator<Item = &'c str> + Clone,
    what: &str,
) -> Option<String> {
    if let Some(name) = nearest(written, candidates.clone()) {
        return Some(format!("did you mean `{name}`?"));
    }
    let names: Vec<&str> = candidates.into_iter().take(9).collect();
    match names.len() {
        0 => None,
        1..=8 => Some(format!("{what}: {}", listed(&names, "and"))),
        _ => None,
    }
}

/// `` `a`, `b` and `c` ``
pub(super) fn listed<T: AsRef<str>>(names: &[T], conjunction: &str) -> String {
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        if index > 0 && index + 1 == names.len() {
            text.push(' ');
            text.push_str(conjunction);
            text.push(' ');
        } else if index > 0 {
            text.push_str(", ");
        }
        text.push('`');
        text.push_str(name.as_ref());
        text.push('`');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_as_in_prose() {
        assert_eq!(listed(&["a", "b", "c"], "or"), "`a`, `b` or `c`");
    }
}
