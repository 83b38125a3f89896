//! Whom nobody names, and under which addresses people are named.

use crate::policy::{School, live};

use super::Wants::{Error, Says, Silent};
use super::rows;

/// A school at which somebody is live whom no file names.
fn with_a_stranger(number: usize) -> School {
    let mut school = School::of(5, 0);
    school.live += &live(number, false);
    school
}

#[test]
fn unmanaged_and_ignore() {
    let reported = "live and not in the YAML, left alone: 1";
    rows(
        "unmanaged",
        with_a_stranger,
        &[
            ("", "", 77, Says(reported)),
            (
                "unmanaged: expire",
                "",
                77,
                Says("not in the YAML (`policy.unmanaged: expire`)"),
            ),
            (
                "",
                "unmanaged: expire",
                77,
                Says("not in the YAML (`policy.unmanaged: expire`)"),
            ),
            (
                "unmanaged: expire",
                "unmanaged: report",
                77,
                Error("`unmanaged: report` is looser than for all organisations: `expire`"),
            ),
            ("ignore: [\"puser7?\"]", "", 77, Silent("Worth knowing")),
            ("ignore: [\"puser7?\"]", "", 7, Says("Worth knowing")),
            (
                "ignore: [\"puser7?\"]",
                "ignore: []",
                77,
                Says("Worth knowing"),
            ),
            (
                "ignore: [\"puser7?\"]",
                "unmanaged: expire",
                77,
                Silent("expire"),
            ),
            (
                "ignore: [\"puser7?\"]",
                "ignore: [\"puser*\"]",
                77,
                Error("`ignore: puser*` is looser than for all organisations: `puser7?`"),
            ),
            ("", "ignore: [\"puser*\"]", 77, Error("looser")),
            (
                "ignore: [\"puser*\"]",
                "",
                77,
                Error(
                    "`p0@oakfield.example` has an account at `hants`, and `policy.ignore` says that `puser*` is never touched",
                ),
            ),
        ],
    );
}

/// Somebody under an address of each kind: the key's, the account's and another login's.
fn addressed(number: usize) -> School {
    let mut school = School::of(1, 0);
    school.users += match number {
        0 => "  x@elsewhere.example: { name: Person X, accounts: { hants: XUSER1 } }\n",
        1 => {
            "  x@oakfield.example: { name: Person X, email: x@elsewhere.example, accounts: { hants: XUSER1 } }\n"
        }
        2 => "  x@oakfield.example: { name: Person X, accounts: { hants: x@elsewhere.example } }\n",
        _ => "  x@OAKFIELD.example: { name: Person X, accounts: { hants: XUSER1 } }\n",
    };
    school
}

#[test]
fn email_domains() {
    let foreign = "the domain `elsewhere.example` is not in `policy.email_domains`";
    let both = "email_domains: [oakfield.example, \"@Elsewhere.example\"]";
    for number in 0..3 {
        rows(
            "email_domains",
            addressed,
            &[
                ("", "", number, Silent("email-domain")),
                (
                    "email_domains: [oakfield.example]",
                    "",
                    number,
                    Error(foreign),
                ),
                (both, "", number, Silent("email-domain")),
                (
                    both,
                    "email_domains: [oakfield.example]",
                    number,
                    Error(foreign),
                ),
                (
                    "",
                    "email_domains: [oakfield.example]",
                    number,
                    Error(foreign),
                ),
            ],
        );
    }
    rows(
        "email_domains",
        addressed,
        &[
            (
                "email_domains: [oakfield.example]",
                "",
                3,
                Silent("email-domain"),
            ),
            (
                "email_domains: [example]",
                "",
                3,
                Error("`example` is no domain of email addresses"),
            ),
            (
                "email_domains: [\"*.example\"]",
                "",
                3,
                Error("`*.example` is no domain"),
            ),
            (
                "email_domains: [oakfield.example]",
                "email_domains: [elsewhere.example]",
                3,
                Error(
                    "`email_domains: elsewhere.example` is looser than for all organisations: `oakfield.example`",
                ),
            ),
        ],
    );
}
