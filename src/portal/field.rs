//! Fields of what a portal sends, read without trusting them, and fields that are to be changed.
//! Shared by the drivers; the words of a refusal hold nothing of what the portal sent.

use jiff::civil::Date;

use super::error::PortalErrorKind;

/// Longest text of one field, in bytes.
pub(super) const LONGEST_TEXT: usize = 1_000;

/// An answer that has not the form that was agreed.
pub(super) fn malformed(what: impl Into<String>) -> PortalErrorKind {
    PortalErrorKind::Malformed(what.into())
}

/// A text that nobody would have typed is no field.
pub(super) fn bounded(field: &str, text: &str) -> Result<(), PortalErrorKind> {
    if text.len() > LONGEST_TEXT {
        return Err(malformed(format!(
            "`{field}` is longer than {LONGEST_TEXT} bytes"
        )));
    }
    Ok(())
}

/// A calendar day, and nothing beside it: a time or a zone would leave open which day is meant.
pub(super) fn date(field: &'static str, text: &str) -> Result<Date, PortalErrorKind> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    plain
        .then(|| text.parse().ok())
        .flatten()
        .ok_or_else(|| malformed(format!("`{field}` is not a day such as 2027-08-31")))
}

/// What is still to be written of one field: nothing where it is as wanted. One that is neither as
/// the plan found it nor as it is wanted has been changed by somebody else.
pub(super) fn wanted(
    field: &'static str,
    live: Option<&str>,
    before: Option<&str>,
    after: &str,
) -> Result<Option<String>, PortalErrorKind> {
    if live == Some(after) {
        Ok(None)
    } else if before == live {
        Ok(Some(after.to_owned()))
    } else {
        Err(PortalErrorKind::Changed { field })
    }
}
