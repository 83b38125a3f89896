//! The door through which fuzzing tries what reads a single cell.

use super::values;

/// Whether a cell is a day, an email address or a state.
pub(in crate::portal) fn is_cell(text: &str) -> bool {
    let _ = (values::shown(text), values::is_phone(text));
    let _ = (values::is_blank(text), values::visible(text));
    let day = values::day(text).is_ok_and(|day| day.is_some());
    let email = values::email(text).is_ok_and(|email| email.is_some());
    day || email || values::active(text).is_ok()
}
