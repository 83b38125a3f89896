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

#[cfg(test)]
mod tests {
    use super::*;

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
