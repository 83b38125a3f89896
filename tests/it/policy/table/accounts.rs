//! Accounts that several people use, and rights by one's own hand.

use crate::policy::{AREA, School, day, live, live_with, user};

use super::Wants::{Error, Refused, Says, Silent};
use super::rows;

/// A login that two people use, one of whom left so many days ago: 0 nobody, 1 a member yesterday,
/// 2 the custodian yesterday, 3 a member before the password was changed.
fn shared(number: usize) -> School {
    let mut school = School::of(1, 0);
    let gone = format!("{AREA}, until: {}", day(-1));
    school.users += &user(
        1,
        if number == 1 || number == 3 {
            &gone
        } else {
            AREA
        },
    );
    school.users += &user(2, if number == 2 { &gone } else { AREA });
    let changed = match number {
        3 => format!(", password_changed: {}", day(0)),
        _ => String::new(),
    };
    school.users += &format!(
        "  office: {{ name: Oakfield office, accounts: {{ hants: PUSER3 }}{AREA}, shared: {{ custodian: p2@oakfield.example, members: [p0@oakfield.example, p1@oakfield.example]{changed} }} }}\n"
    );
    school.live = (0..4).map(|number| live(number, false)).collect();
    school
}

#[test]
fn shared_accounts() {
    let step = "password";
    rows(
        "shared_accounts",
        shared,
        &[
            ("", "", 0, Says("warning[shared-account]")),
            (
                "shared_accounts: warn",
                "",
                0,
                Says("one login used by several people: 1"),
            ),
            ("shared_accounts: allow", "", 0, Silent("shared-account")),
            (
                "shared_accounts: forbid",
                "",
                0,
                Error("`policy.shared_accounts` forbids it"),
            ),
            (
                "",
                "shared_accounts: forbid",
                0,
                Error("`policy.shared_accounts` forbids it"),
            ),
            (
                "",
                "shared_accounts: allow",
                0,
                Error("`shared_accounts: allow` is looser than for all organisations: `warn`"),
            ),
            (
                "shared_accounts: allow",
                "shared_accounts: warn",
                0,
                Says("warning[shared-account]"),
            ),
            ("shared_accounts: allow", "", 0, Silent(step)),
            ("shared_accounts: allow", "", 1, Says(step)),
            ("shared_accounts: allow", "", 2, Says(step)),
            ("shared_accounts: allow", "", 3, Silent(step)),
        ],
    );
}

/// So many areas that a person who approves them is given.
fn approving(areas: usize) -> School {
    let mut school = School::of(1, 0);
    let list = ["property", "personnel-manual"];
    let list = list.iter().take(areas).map(|area| format!(", {area}"));
    let list: String = list.collect();
    school.users += &user(1, &format!(", areas: [schools-intranet{list}]"));
    school.live += &live_with(1, false, "schools-intranet");
    school.school = "approved_by: Person N1, headteacher\n".to_owned();
    school
}

#[test]
fn escalations() {
    rows(
        "escalations",
        approving,
        &[
            ("", "", 0, Silent("ESCALATION")),
            ("", "", 1, Says("1 ESCALATION:")),
            ("escalations: report", "", 2, Says("2 ESCALATIONS:")),
            ("escalations: refuse", "", 0, Silent("ESCALATION")),
            (
                "escalations: refuse",
                "",
                1,
                Refused("1 escalation: it changes"),
            ),
            (
                "",
                "escalations: refuse",
                1,
                Refused("`escalations` is `refuse`"),
            ),
            (
                "escalations: refuse",
                "escalations: report",
                0,
                Error("`escalations: report` is looser than for all organisations: `refuse`"),
            ),
        ],
    );
}
