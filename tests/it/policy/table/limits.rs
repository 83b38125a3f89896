//! Limits to what a plan takes away: removals, administrators, accounts.

use crate::policy::{School, live};

use super::Wants::{Error, Refused, Says, Silent};
use super::rows;

#[test]
fn max_removals() {
    let allows = "`max_removals` allows";
    rows(
        "max_removals",
        |leave| School::of(5, leave),
        &[
            ("", "", 2, Silent(allows)),
            (
                "",
                "",
                3,
                Refused(
                    "3 of 8 accounts would be expired (37.5 %); `max_removals` allows 2, or 20 %",
                ),
            ),
            (
                "max_removals: { count: 3, percent: 0 }",
                "",
                3,
                Silent(allows),
            ),
            (
                "max_removals: { count: 3, percent: 0 }",
                "",
                4,
                Refused("allows 3, or 0 %"),
            ),
            // Over both numbers: 4 of 9 are 44.5 %, rounded up.
            (
                "max_removals: { count: 0, percent: 45 }",
                "",
                4,
                Silent(allows),
            ),
            (
                "max_removals: { count: 0, percent: 44 }",
                "",
                4,
                Refused("(44.5 %)"),
            ),
            (
                "max_removals: { count: 3, percent: 0 }",
                "max_removals: { count: 1 }",
                1,
                Silent(allows),
            ),
            (
                "max_removals: { count: 3, percent: 0 }",
                "max_removals: { count: 1 }",
                2,
                Refused("allows 1, or 0 %"),
            ),
            (
                "",
                "max_removals: { percent: 0, count: 0 }",
                1,
                Refused("allows 0, or 0 %"),
            ),
            (
                "",
                "max_removals: { count: 2, percent: 20 }",
                2,
                Silent(allows),
            ),
            (
                "",
                "max_removals: { count: 3 }",
                0,
                Error("`max_removals.count: 3` is looser than for all organisations: `2`"),
            ),
            (
                "",
                "max_removals: { percent: 21 }",
                0,
                Error("`max_removals.percent: 21` is looser than for all organisations: `20`"),
            ),
            (
                "",
                "max_removals: { total: { count: 1 } }",
                0,
                Error("unknown-key"),
            ),
        ],
    );
}

#[test]
fn max_removals_of_a_whole_portal() {
    let lifted = "max_removals: { percent: 100, count: 100";
    let total = "max_removals_total";
    rows(
        "total",
        |leave| School::of(5, leave),
        &[
            (&format!("{lifted} }}"), "", 10, Silent(total)),
            (
                &format!("{lifted} }}"),
                "",
                11,
                Refused(
                    "11 of 16 accounts would be expired (68.8 %); `max_removals_total` allows 10, or 10 %",
                ),
            ),
            (
                &format!("{lifted}, total: {{ count: 1, percent: 0 }} }}"),
                "",
                1,
                Silent(total),
            ),
            (
                &format!("{lifted}, total: {{ count: 1, percent: 0 }} }}"),
                "",
                2,
                Refused("`max_removals_total` allows 1, or 0 %"),
            ),
            (
                &format!("{lifted}, total: {{ count: 1, percent: 29 }} }}"),
                "",
                2,
                Silent(total),
            ),
        ],
    );
}

/// Three administrators, of whom so many stay.
fn administrators(left: usize) -> School {
    let mut school = School::of(3, 0);
    let list: Vec<String> = (0..left)
        .map(|number| format!("p{number}@oakfield.example"))
        .collect();
    school.school = format!("admins: [{}]\n", list.join(", "));
    school.live = (0..3).map(|number| live(number, true)).collect();
    school
}

#[test]
fn min_admins() {
    rows(
        "min_admins",
        administrators,
        &[
            ("", "", 3, Silent("min_admins")),
            ("", "", 2, Silent("min_admins")),
            (
                "",
                "",
                1,
                Refused("1 of 3 administrators would be left; `min_admins` is 2"),
            ),
            ("min_admins: 1", "", 1, Silent("min_admins")),
            ("min_admins: 3", "", 2, Refused("`min_admins` is 3")),
            ("", "min_admins: 3", 2, Refused("`min_admins` is 3")),
            ("", "min_admins: 3", 3, Silent("min_admins")),
            ("", "min_admins: 2", 2, Silent("min_admins")),
            (
                "",
                "min_admins: 1",
                3,
                Error("`min_admins: 1` is looser than for all organisations: `2`"),
            ),
            (
                "min_admins: 4",
                "min_admins: 3",
                3,
                Error("`min_admins: 3` is looser than for all organisations: `4`"),
            ),
        ],
    );
}

#[test]
fn require_admins() {
    let missing = "is missing from the admins of `oakfield` at `hants`";
    rows(
        "require_admins",
        administrators,
        &[
            ("", "", 2, Silent(missing)),
            (
                "require_admins: [p1@oakfield.example]",
                "",
                2,
                Silent(missing),
            ),
            ("require_admins: [PUSER1]", "", 2, Silent(missing)),
            (
                "require_admins: [p2@oakfield.example]",
                "",
                2,
                Error("`p2@oakfield.example` is missing from the admins"),
            ),
            (
                "require_admins: [p1@oakfield.example]",
                "require_admins: [p2@oakfield.example]",
                2,
                Error("`p2@oakfield.example` is missing"),
            ),
            (
                "require_admins: [p2@oakfield.example]",
                "require_admins: [p1@oakfield.example]",
                2,
                Error("`p2@oakfield.example` is missing"),
            ),
            (
                "require_admins: [p1@oakfield.example]",
                "require_admins: [P1@oakfield.example]",
                2,
                Silent(missing),
            ),
        ],
    );
}

#[test]
fn removals() {
    rows(
        "removals",
        |leave| School::of(5, leave),
        &[
            ("", "", 1, Says("× 1 to expire")),
            ("removals: allow", "", 1, Says("× 1 to expire")),
            ("removals: none", "", 1, Says("Held back: 1")),
            ("removals: none", "", 5, Silent("Refused")),
            ("", "removals: none", 1, Says("Held back: 1")),
            ("removals: none", "removals: none", 1, Says("Held back: 1")),
            (
                "removals: none",
                "removals: allow",
                1,
                Error("`removals: allow` is looser than for all organisations: `none`"),
            ),
        ],
    );
}
