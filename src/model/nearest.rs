//! The name that somebody probably meant, for the way out of an error. No knowledge of what the
//! names name.

/// Nobody mistypes a name longer than this many bytes; comparing one would only cost time.
const LONGEST: usize = 100;

/// The candidate nearest to `written`, if one is near enough to be worth offering: a third of the
/// letters may be wrong, swapped, missing or too many, and at most four.
pub fn nearest<'c>(
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

/// Whether two names differ by one edit at most: a letter wrong, missing, too many, or two that are
/// next to each other swapped. Linear in their length.
#[must_use]
pub fn nearly_the_same(one: &str, other: &str) -> bool {
    let (mut left, mut right): (Vec<char>, Vec<char>) =
        (one.chars().collect(), other.chars().collect());
    let same = left.iter().zip(&right).take_while(|(l, r)| l == r).count();
    left.drain(..same);
    right.drain(..same);
    while left.last().is_some() && left.last() == right.last() {
        left.pop();
        right.pop();
    }
    match (left.as_slice(), right.as_slice()) {
        ([a, b], [c, d]) => a == d && b == c,
        (left, right) => left.len() <= 1 && right.len() <= 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_apart_is_nearly_the_same() {
        for other in [
            "old.clerk",
            "old.clerks",
            "old.clrk",
            "old.clark",
            "lod.clerk",
        ] {
            assert!(nearly_the_same("old.clerk", other), "{other}");
            assert!(nearly_the_same(other, "old.clerk"), "{other}");
        }
        for other in ["old.clerics", "new.clerk", "clerk.old", "", "odl.clrek"] {
            assert!(!nearly_the_same("old.clerk", other), "{other}");
        }
        assert!(nearly_the_same("aab", "ab") && nearly_the_same("", "a"));
    }

    #[test]
    fn the_nearest_name_is_offered_only_when_it_is_near() {
        assert_eq!(nearest("untill", ["until", "users"]), Some("until"));
        assert_eq!(nearest("Users", ["until", "users"]), Some("users"));
        assert_eq!(nearest("colour", ["until", "users"]), None);
        let areas = ["hesa-student-2026", "annual-financial-return", "prevent"];
        assert_eq!(
            nearest("hesa-student-2025", areas),
            Some("hesa-student-2026")
        );
        assert_eq!(
            nearest("Anual-financial-retrun", areas),
            Some("annual-financial-return")
        );
        assert_eq!(nearest("payroll", areas), None);
    }
}
