//! What is announced before it ends.

use crate::policy::{AREA, School, day, user};

use super::Wants::{Error, Says, Silent};
use super::rows;

/// Somebody whose account ends in so many days.
fn ending(days: usize) -> School {
    let mut school = School::of(2, 0);
    school.users = user(
        0,
        &format!("{AREA}, until: {}", day(days.try_into().unwrap())),
    ) + &user(1, AREA);
    school
}

/// Somebody whose one area ends in so many days, and the account does not.
fn grant_ending(days: usize) -> School {
    let mut school = School::of(2, 0);
    let area = format!(
        ", areas: [{{ area: schools-intranet, until: {} }}]",
        day(days.try_into().unwrap())
    );
    school.users = user(0, &area) + &user(1, AREA);
    school
}

#[test]
fn expiry() {
    let soon = "ends soon: 1";
    for of in [ending, grant_ending] {
        rows(
            "warn_days",
            of,
            &[
                ("", "", 30, Says(soon)),
                ("", "", 31, Silent(soon)),
                ("expiry: { warn_days: 10 }", "", 10, Says(soon)),
                ("expiry: { warn_days: 10 }", "", 11, Silent(soon)),
                (
                    "expiry: { warn_days: 10 }",
                    "expiry: { warn_days: 12 }",
                    12,
                    Says(soon),
                ),
                (
                    "expiry: { warn_days: 10 }",
                    "expiry: { warn_days: 12 }",
                    13,
                    Silent(soon),
                ),
                ("expiry: { warn_days: 0 }", "", 0, Says(soon)),
                (
                    "",
                    "expiry: { warn_days: 29 }",
                    1,
                    Error("`expiry.warn_days: 29` is looser than for all organisations: `30`"),
                ),
            ],
        );
        rows(
            "max_days",
            of,
            &[
                ("", "", 3000, Silent("too-long")),
                ("expiry: { max_days: 100 }", "", 99, Silent("too-long")),
                ("expiry: { max_days: 100 }", "", 100, Silent("too-long")),
                (
                    "expiry: { max_days: 100 }",
                    "",
                    101,
                    Error("lasts 101 days, more than the 100 of `policy.expiry.max_days`"),
                ),
                (
                    "expiry: { max_days: 100 }",
                    "expiry: { max_days: 50 }",
                    50,
                    Silent("too-long"),
                ),
                (
                    "expiry: { max_days: 100 }",
                    "expiry: { max_days: 50 }",
                    51,
                    Error("more than the 50"),
                ),
                (
                    "",
                    "expiry: { max_days: 50 }",
                    51,
                    Error("more than the 50"),
                ),
                (
                    "expiry: { max_days: 100 }",
                    "expiry: { max_days: 101 }",
                    1,
                    Error("`expiry.max_days: 101` is looser than for all organisations: `100`"),
                ),
            ],
        );
    }
    rows(
        "required",
        ending,
        &[
            ("", "", 5, Silent("no-end")),
            (
                "expiry: { required: true }",
                "",
                5,
                Error("the account of `p1@oakfield.example` has no end"),
            ),
            (
                "",
                "expiry: { required: true }",
                5,
                Error("the account of `p1@oakfield.example` has no end"),
            ),
            (
                "expiry: { required: true }",
                "expiry: { required: false }",
                5,
                Error("`expiry.required: false` is looser than for all organisations: `true`"),
            ),
        ],
    );
}
