//! One row a case: the key, what the policy says, what the organisation's says, and what a plan
//! makes of it.

use super::{AREA, School, day, live, live_with, said, user};

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
                    "all of `hants`: 11 of 16 accounts would be expired (68.8 %); `max_removals_total` allows 10, or 10 %",
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

/// Somebody who is granted a sensitive area for so many days, with a reason.
fn sensitive(days: usize) -> School {
    let mut school = School::of(1, 0);
    let until = day(days.try_into().unwrap());
    school.users += &user(
        1,
        &format!(
            ", areas: [schools-intranet, property, {{ area: personnel-manual, until: {until}, reason: appraisals }}]"
        ),
    );
    school.live += &live(1, false);
    school
}

#[test]
fn sensitive_areas() {
    let policy = "sensitive_areas: { hants: { personnel-manual: { max_days: 100 } } }";
    rows(
        "sensitive_areas",
        sensitive,
        &[
            ("", "", 3000, Silent("! sensitive")),
            (
                "sensitive_areas: { hants: [personnel-manual] }",
                "",
                3000,
                Says("! sensitive"),
            ),
            (policy, "", 99, Says("! sensitive")),
            (policy, "", 100, Says("! sensitive")),
            (
                policy,
                "",
                101,
                Error("lasts 101 days, more than the 100 of `policy.sensitive_areas`"),
            ),
            (
                policy,
                "sensitive_areas: { hants: { personnel-manual: { max_days: 50 } } }",
                50,
                Says("! sensitive"),
            ),
            (
                policy,
                "sensitive_areas: { hants: { personnel-manual: { max_days: 50 } } }",
                51,
                Error("more than the 50"),
            ),
            (
                policy,
                "sensitive_areas: { hants: { personnel-manual: { max_days: 101 } } }",
                1,
                Error(
                    "`sensitive_areas.hants.personnel-manual: max_days: 101` is looser than for all organisations: `max_days: 100`",
                ),
            ),
            // What is said without a limit keeps the one for all.
            (
                policy,
                "sensitive_areas: { hants: [personnel-manual] }",
                101,
                Error("more than the 100"),
            ),
            (
                "",
                "sensitive_areas: { hants: [personnel-manual] }",
                5,
                Says("! sensitive"),
            ),
            (
                policy,
                "sensitive_areas: { hants: [property] }",
                5,
                Error(
                    "`property` is a sensitive area: the grant to `p1@oakfield.example` needs `until` and `reason`",
                ),
            ),
            (
                "sensitive_areas: { hants: [personel-manual] }",
                "",
                5,
                Says("did you mean `personnel-manual`, which is granted?"),
            ),
        ],
    );
    let mut school = sensitive(30);
    school.policy = format!("  {policy}\n");
    let text = said(&school.plan(&[]));
    let (first, last) = (
        text.find("personnel-manual").unwrap(),
        text.find("property").unwrap(),
    );
    assert!(first < last, "sensitive before ordinary: {text}");
}

/// A sensitive area through each door: 0 a bundle, 1 a bundle beside a reason, 2 that and an end,
/// 3 an assignment, 4 an assigned bundle, 5 that with reason and end, 6 the view from the area,
/// 7 a reason of spaces.
fn through_a_door(number: usize) -> School {
    let mut school = School::of(1, 0);
    let until = day(30);
    let mine = |more: &str| user(1, &format!(", areas: [schools-intranet{more}]"));
    let reason = format!(", {{ area: personnel-manual, until: {until}, reason: appraisals }}");
    let assigned = |what: &str| {
        format!(
            "assignments:\n  - {{ users: [p1@oakfield.example], organisations: [\"*\"], {what} }}\n"
        )
    };
    school.live += &live(1, false);
    school.project = "bundles: { personnel: { hants: [personnel-manual] } }\n".to_owned();
    let bundled = ", bundles: [personnel]";
    let (user, more) = match number {
        0 => (user(1, &format!("{AREA}{bundled}")), String::new()),
        1 => (
            user(1, &format!(", areas: [schools-intranet{reason}]{bundled}")),
            String::new(),
        ),
        2 => (
            user(
                1,
                &format!(", areas: [schools-intranet{reason}]{bundled}, until: {until}"),
            ),
            String::new(),
        ),
        3 => (mine(""), assigned("areas: { hants: [personnel-manual] }")),
        4 => (
            mine(""),
            assigned(&format!("bundles: [personnel], until: {until}")),
        ),
        5 => (
            mine(""),
            assigned(&format!(
                "bundles: [personnel], until: {until}, reason: appraisals"
            )),
        ),
        6 => {
            school.school = "areas: { personnel-manual: [p1@oakfield.example] }\n".to_owned();
            (mine(""), String::new())
        }
        _ => (mine(&reason.replace("appraisals", "\"  \"")), String::new()),
    };
    school.users += &user;
    school.project += &more;
    school
}

#[test]
fn sensitive_areas_through_every_door() {
    let policy = "sensitive_areas: { hants: [personnel-manual] }";
    let needs = |what: &str| format!("the grant to `p1@oakfield.example` needs {what}");
    let both: &str = &needs("`until` and `reason`");
    let leaked = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let (both, until, reason) = (
        leaked(both.to_owned()),
        leaked(needs("`until`")),
        leaked(needs("`reason`")),
    );
    rows(
        "sensitive_areas",
        through_a_door,
        &[
            (policy, "", 0, Error(both)),
            (policy, "", 0, Error("the bundle `personnel` gives it")),
            (policy, "", 1, Error(until)),
            (policy, "", 2, Says("! sensitive")),
            (policy, "", 3, Error(both)),
            (
                policy,
                "",
                3,
                Error("write `until` and `reason` in the assignment"),
            ),
            (policy, "", 4, Error(reason)),
            (policy, "", 5, Says("! sensitive")),
            (
                policy,
                "",
                6,
                Error("write `{ user: p1@oakfield.example, until: YEAR-MONTH-DAY, reason: WHY }`"),
            ),
            (policy, "", 7, Error(reason)),
        ],
    );
}

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
                Refused("`oakfield` at `hants`: 1 escalation, shown first"),
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
