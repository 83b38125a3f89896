//! The name that somebody probably meant, and names in prose. No knowledge of what they name.

/// Nobody mistypes a name this long; comparing one would only cost time.
const LONGEST: usize = 100;

/// The candidate nearest to `written`, if one is near enough to be worth offering.
pub(super) fn nearest<'c>(
    written: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    if written.len() > LONGEST {
        return None;
    }
    let folded = written.to_lowercase();
    let limit = (folded.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

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
    fn the_nearest_name_is_offered_only_when_it_is_near() {
        assert_eq!(nearest("untill", ["until", "users"]), Some("until"));
        assert_eq!(nearest("Users", ["until", "users"]), Some("users"));
        assert_eq!(nearest("colour", ["until", "users"]), None);
    }

    #[test]
    fn names_are_listed_as_in_prose() {
        assert_eq!(listed(&["a", "b", "c"], "or"), "`a`, `b` or `c`");
    }
}
