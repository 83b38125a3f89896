//! One row a case: the key, what the policy says, what the organisation's says, and what a plan
//! makes of it.

mod accounts;
mod expiry;
mod limits;
mod people;
mod sensitive;

use super::{School, said};

/// What a plan comes to.
enum Wants {
    /// Made, saying this.
    Says(&'static str),
    /// Made, not saying this.
    Silent(&'static str),
    /// Refused by a guardrail (exit 3), saying this.
    Refused(&'static str),
    /// The files are in error (exit 1): this.
    Error(&'static str),
}
use Wants::{Error, Refused, Says, Silent};

fn row(what: &str, school: &School, wants: &Wants) {
    let output = school.plan(&[]);
    let text = said(&output);
    let (code, found, wanted) = match wants {
        Says(text) => (0, text, true),
        Silent(text) => (0, text, false),
        Refused(text) => (3, text, true),
        Error(text) => (1, text, true),
    };
    assert_eq!(output.status.code(), Some(code), "{what}\n{text}");
    assert_eq!(text.contains(found), wanted, "{what}: `{found}`\n{text}");
}

/// Rows of one key: policy, the organisation's, and what is wanted of a school made for it.
fn rows(key: &str, of: impl Fn(usize) -> School, rows: &[(&str, &str, usize, Wants)]) {
    for (policy, own, number, wants) in rows {
        let mut school = of(*number);
        if !policy.is_empty() {
            school.policy = format!("{}  {policy}\n", school.policy);
        }
        school.own = (*own).to_owned();
        row(
            &format!("{key}: {policy} / {own} / {number}"),
            &school,
            wants,
        );
    }
}
