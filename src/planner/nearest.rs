//! The nearest name to one that does not exist, for the way out of an error.

/// The candidate that differs in the fewest letters, so long as it is alike at all: a third of the
/// letters, and at least two, may differ. The first of several that are equally near.
pub(super) fn nearest<'a>(
    wrong: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let wrong: Vec<char> = wrong.chars().flat_map(char::to_lowercase).collect();
    let allowed = (wrong.len() / 3).max(2);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
        if letters.len().abs_diff(wrong.len()) > allowed {
            continue;
        }
        let distance = distance(&wrong, &letters);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Letters to insert, remove or replace (Levenshtein), one row at a time.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, letter) in left.iter().enumerate() {
        let mut diagonal = above;
        let mut before = above + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(right) {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = *cell;
            before = replaced.min(before + 1).min(*cell + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        let areas = ["hesa-student-2026", "annual-financial-return", "prevent"];
        let near = |wrong| nearest(wrong, areas.into_iter());
        assert_eq!(near("hesa-student-2025"), Some("hesa-student-2026"));
        assert_eq!(
            near("Anual-financial-retrun"),
            Some("annual-financial-return")
        );
        assert_eq!(near("prvent"), Some("prevent"));
        assert_eq!(near("payroll"), None);
        assert_eq!(distance(&['a', 'b'], &[]), 2);
        let word = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(distance(&word("kitten"), &word("sitting")), 3);
    }
}
